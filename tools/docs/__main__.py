"""`./dev docs` writes the generated pages; `./dev docs --check` says what is stale, broken or missing."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.docs import errors, floors, schemas, standards, written

ROOT = Path(__file__).resolve().parents[2]


def generated() -> dict[str, str]:
    """Every generated page, by its path."""
    return {
        "docs/standards.md": standards.page(),
        "docs/errors.md": errors.page(ROOT),
        floors.PAGE: floors.with_drawing((ROOT / floors.PAGE).read_text()),
        **schemas.pages(),
    }


def stale() -> list[str]:
    """The generated pages that are not what they would be now."""
    return [path for path, text in generated().items() if not _is_same(ROOT / path, text)]


def main(arguments: list[str]) -> int:
    """Write or check; 1 when something has to be put right."""
    if arguments not in ([], ["--check"]):
        print("docs takes nothing, or --check", file=sys.stderr)
        return 2
    if not arguments:
        for path, text in generated().items():
            (ROOT / path).write_text(text)
    found = [f"{path}: is stale, ./dev docs writes it" for path in stale()] + written.complaints(ROOT)
    print("\n".join(found) if found else "kept    docs")
    return int(bool(found))


def _is_same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
