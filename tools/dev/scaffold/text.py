"""Edits of existing files as text: each finds its place by the syntax tree or by one known line, or refuses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tools.dev.place import Stop


def read(root: Path, path: str) -> str | None:
    """A file's text, or none where there is none."""
    return (root / path).read_text() if (root / path).is_file() else None


def after_imports(text: str, line: str) -> str:
    """Put an import behind the last one at the top; the formatter sorts."""
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = text.splitlines(keepends=True)
    at = (imports[-1].end_lineno or 0) if imports else _after_docstring(text)
    return "".join([*lines[:at], *([] if imports else ["\n"]), f"{line}\n", *lines[at:]])


def _after_docstring(text: str) -> int:
    body = ast.parse(text).body
    return (body[0].end_lineno or 0) if body and isinstance(body[0], ast.Expr) else 0


def before_assignment(text: str, name: str, block: str) -> str:
    """Put a block in front of the statement that assigns `name`."""
    lines = text.splitlines(keepends=True)
    at = _assignment(text, name).lineno - 1
    return "".join([*lines[:at], block, "\n", *lines[at:]])


def into_collection(text: str, name: str, entry: str) -> str:
    """Add an entry to the tuple or dict that `name` is assigned; a tuple that is an expression is spread."""
    value = _assignment(text, name).value
    if value is None:
        raise Stop(f"{name} has no value to add to")
    start, end = _offset(text, value, "lineno", "col_offset"), _offset(text, value, "end_lineno", "end_col_offset")
    present = text[start:end]
    if isinstance(value, ast.Tuple | ast.Dict) and present[0] in "({":
        inner = present[1:-1].rstrip().rstrip(",")
        grown = f"{present[0]}{inner}, {entry},{present[-1]}" if inner.strip() else f"{present[0]}{entry},{present[-1]}"
    else:
        grown = f"(*({present}), {entry})"
    return text[:start] + grown + text[end:]


def _assignment(text: str, name: str) -> ast.Assign | ast.AnnAssign:
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            return node
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return node
    raise Stop(f"there is no {name} to add to")


def _offset(text: str, node: ast.AST, line: str, column: str) -> int:
    lines = text.splitlines(keepends=True)
    number = getattr(node, line) - 1
    return sum(map(len, lines[:number])) + len(lines[number].encode()[: getattr(node, column)].decode())


def into_glossary(text: str, noun: str, means: str, room: str) -> str:
    """Add a line to the glossary's table, in the order of the alphabet."""
    lines = text.splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| noun")]
    if any(row.split("|")[1].strip() == noun for row in rows):
        return text
    rows.append(f"| {noun} | {means} | {room} |")
    head = lines[: next(index for index, line in enumerate(lines) if line.startswith("|---")) + 1]
    return "\n".join([*head, *sorted(rows, key=lambda row: row.split("|")[1].strip().lower())]) + "\n"


def words(name: str) -> str:
    """LoyaltyAccount, loyalty_account → loyalty account."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).lower()
