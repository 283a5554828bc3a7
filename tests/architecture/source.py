"""Python files as the laws see them: path, text, syntax tree, and the place in the house."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.architecture import rooms

SCANNED = ("tandem", "tools", "bench", "lab", "tests")


@dataclass(frozen=True)
class Fault:
    """One place where a law is broken."""

    path: str
    line: int
    law: str
    tells: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.law}: {self.tells}"


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)

    def parse(self) -> None:
        """Parse it now. Raises: SyntaxError."""
        assert self.tree is not None

    @cached_property
    def module(self) -> str:
        """The dotted name below tandem ("bss.billing.store"), empty for files elsewhere."""
        parts = self.path.removesuffix(".py").removesuffix("/__init__").split("/")
        return ".".join(parts[1:]) if parts[0] == "tandem" else ""

    @property
    def room(self) -> str | None:
        """The room (half.room) that the file stands in."""
        return rooms.room_of(self.module)

    @property
    def room_file(self) -> str:
        """Which of a room's files it belongs to: "rules" for bss/billing/rules/proration.py; empty outside rooms."""
        parts = self.module.split(".")
        return parts[2] if self.room and len(parts) > 2 else ""

    def is_under(self, *folders: str) -> bool:
        """Whether the file stands in (or is) one of these places, written as module names below tandem."""
        return any(self.module == each or self.module.startswith(each + ".") for each in folders)

    def fault(self, node: ast.AST | int, law: str, tells: str) -> Fault:
        """A fault of this file at a node or line."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return Fault(self.path, line, law, tells)

    def strings(self) -> Iterator[tuple[ast.AST, str]]:
        """Every string that is no docstring; an f-string as one string with `{}` for what is filled in."""
        documented = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        inside = {id(part) for node in ast.walk(self.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(self.tree):
            if id(node) in documented or id(node) in inside:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node, node.value
            elif isinstance(node, ast.JoinedStr):
                yield node, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def read_tree(root: Path, folders: Iterable[str] = SCANNED) -> list[Source]:
    """Every Python file of the tree below these folders, and the extensionless ./dev."""
    paths = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    paths += [root / "dev"] if (root / "dev").is_file() else []
    return [Source(path.relative_to(root).as_posix(), path.read_text()) for path in paths]
