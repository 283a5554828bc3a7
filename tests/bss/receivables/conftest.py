"""A simulated provider that the installation is set up with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.bss.receivables.clients.psp import ADDRESS
from tandem.bss.receivables.simulated.psp import Provider, running


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with running(journal=tmp_path / "journal") as made:
        monkeypatch.setenv(ADDRESS, made.url)
        yield made
