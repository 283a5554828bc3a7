"""The browser files that Tandem serves but does not write: taken from a locked wheel, never fetched at run time.

Both the wheel's build (tools/hatch_build.py) and `./dev setup` place them with this code.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

# name served -> (path inside the unpacked django-htmx wheel, sha256). htmx is 0BSD, version 4.0.0-beta6.
VENDORED = {
    "htmx.min.js": (
        "django_htmx/static/django_htmx/htmx-4.min.js",
        "28fae7bbe8e8142b702debb9d5234a9a436d9435a4b5165b195aa1a7ed840d25",
    ),
    "hx-sse.min.js": (
        "django_htmx/static/django_htmx/ext/hx-sse-4.min.js",
        "d3aeb71073552b253eaee99badebd60607003b1c25ac567ab88187d6887ab522",
    ),
}
FOLDER = Path("tandem/channels/kit/static/vendor")


def place(unpacked_wheel: Path, root: Path) -> list[Path]:
    """Copy the vendored files from an unpacked wheel into the tree; return where they are now.

    Raises: ValueError when a file is not the one that was reviewed.
    """
    target = root / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    placed = []
    for name, (source, expected) in VENDORED.items():
        content = (unpacked_wheel / source).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != expected:
            raise ValueError(
                f"{source} has sha256 {found}, expected {expected}: review it, then change tools/vendor.py"
            )
        (target / name).write_bytes(content)
        placed.append(target / name)
    return placed


def is_placed(root: Path) -> bool:
    """Whether every vendored file stands in the tree with the reviewed content."""
    files = ((root / FOLDER / name, expected) for name, (_, expected) in VENDORED.items())
    return all(f.is_file() and hashlib.sha256(f.read_bytes()).hexdigest() == expected for f, expected in files)
