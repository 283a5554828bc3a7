"""docs/errors.md: every error code with its family and meaning; read off the classes."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

HEAD = """\
# Errors

Every code that an answer may carry, and what it means. `Refused` and its kinds are the caller's to put right,
`Unavailable` is tried again, `Broken` is ours. Written by `./dev docs` from the classes; do not edit.

"""
COLUMNS = ("code", "kind", "means")


@dataclass(frozen=True, order=True)
class ErrorCode:
    """One error class that has a code."""

    code: str
    kind: str
    means: str


def error_codes(root: Path) -> list[ErrorCode]:
    """Every class with a `code` of two words in the package."""
    return sorted(found for path in (root / "tandem").rglob("*.py") for found in _in_file(path))


def _in_file(path: Path) -> list[ErrorCode]:
    classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef) and node.bases]
    found = []
    for node in classes:
        code = _code_of(node)
        if code is not None and "." in code:
            means = (ast.get_docstring(node) or "").partition("\n\n")[0]
            found.append(ErrorCode(code, ast.unparse(node.bases[0]), " ".join(means.split()).replace("|", "\\|")))
    return found


def _code_of(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and target.id == "code" and isinstance(value, ast.Constant):
            return str(value.value)
    return None


def page(root: Path) -> str:
    """The whole page."""
    rows = [COLUMNS, ("---",) * 3, *((f"`{each.code}`", each.kind, each.means) for each in error_codes(root))]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)
