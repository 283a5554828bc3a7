"""Golden files: what a test made, held against a file in tests/golden. `./dev golden` shows and rewrites them."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
COLLECT = "TANDEM_GOLDEN_OUT"


def assert_golden(name: str, made: str | bytes) -> None:
    """`made` equals tests/golden/`name`, byte for byte; under `./dev golden` it is collected instead."""
    content = made.encode() if isinstance(made, str) else made
    collected = os.environ.get(COLLECT)
    if collected:
        target = Path(collected) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return
    expected = GOLDEN / name
    assert expected.is_file(), f"tests/golden/{name} is missing: ./dev golden writes it after you have read it"
    assert content == expected.read_bytes(), f"tests/golden/{name} differs: ./dev golden shows how"
