"""./dev where WORD: which room knows a word."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tools.dev.place import ROOT, Stop

PACKAGE = ROOT / "tandem"


def run(arguments: list[str]) -> int:
    """Search the glossary, the rooms' paragraphs, their words, verbs and exposures; 1 when nobody knows it."""
    if len(arguments) != 1:
        raise Stop("say one word, for example: ./dev where proration")
    word = arguments[0]
    found = [*_in_glossary(word), *_in_rooms(word), *_in_definitions(word)]
    print("\n".join(found) if found else f"no room knows {word!r}")
    return 0 if found else 1


def _in_glossary(word: str) -> list[str]:
    glossary = ROOT / "docs" / "glossary.md"
    return [f"docs/glossary.md: {line.strip('| ')}" for line in glossary.read_text().splitlines() if _has(line, word)]


def _in_rooms(word: str) -> list[str]:
    found = []
    for path in sorted(PACKAGE.rglob("__init__.py")):
        paragraph = ast.get_docstring(ast.parse(path.read_text())) or ""
        sentences = [s for s in re.split(r"(?<=[.:;])\s+", " ".join(paragraph.split())) if _has(s, word)]
        if sentences:
            found.append(f"{_dotted(path.parent)}: {' '.join(sentences)}")
    return found


def _in_definitions(word: str) -> list[str]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(ROOT)
        for node in ast.walk(ast.parse(path.read_text())):
            name = _name_of(node)
            if name and _has(name, word):
                found.append(f"{relative}:{getattr(node, 'lineno', 1)}: {name}")
    return found


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
        return node.name
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Exposure"):
        words = [k.value.value for k in node.keywords if k.arg in ("api", "path") and isinstance(k.value, ast.Constant)]
        return " ".join(map(str, words))
    return ""


def _has(text: str, word: str) -> bool:
    """Whether the word stands in the text, whether written as words, snake_case or CamelCase."""
    flat = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("_", " ").lower()
    wanted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).replace("_", " ").lower()
    return re.search(rf"\b{re.escape(wanted)}", flat) is not None


def _dotted(folder: Path) -> str:
    return ".".join(folder.relative_to(ROOT).parts)
