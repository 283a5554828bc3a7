"""A customer care of the test's own, with its mail folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.bss.crm.commands import mail
from tandem.kernel.store import Database
from tests.bss.crm.care import Care


@pytest.fixture
def care(database: Database, fresh_tenant: str, tmp_path: Path) -> Iterator[Care]:
    before = list(mail._in_use)
    yield Care(database, fresh_tenant, tmp_path / "mail")
    mail._in_use[:] = before
