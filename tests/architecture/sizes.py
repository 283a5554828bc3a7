"""Size limits, and the baseline of what exceeds them: a list that may only shrink. Ruff holds the line length."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import Fault, Source

LIMITS = {
    "function lines": 60,
    "parameters": 6,
    "nesting": 3,
    "file lines": 500,
    "class lines": 250,
}
BASELINE = Path(__file__).with_name("baseline.json")

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


@dataclass(frozen=True)
class Excess:
    """One thing that is larger than the limit."""

    path: str
    line: int
    name: str
    limit: str
    size: int

    @property
    def key(self) -> str:
        """What the baseline knows it by: it outlives the line number."""
        return f"{self.path}::{self.name}::{self.limit}" if self.name else f"{self.path}::{self.limit}"

    @property
    def fault(self) -> Fault:
        """The excess as a fault."""
        return Fault(
            self.path,
            self.line,
            "size",
            f"{self.name or 'file'} has {self.size} {self.limit}, at most {LIMITS[self.limit]}",
        )


def find_excesses(sources: Iterable[Source]) -> list[Excess]:
    """Everything in the tree that is larger than a limit."""
    return [found for source in sources for found in _measure(source) if found.size > LIMITS[found.limit]]


def _measure(source: Source) -> Iterator[Excess]:
    yield Excess(source.path, 1, "", "file lines", len(source.text.splitlines()))
    yield from _measure_body(source, source.tree.body, "")


def _measure_body(source: Source, body: Iterable[ast.AST], outer: str) -> Iterator[Excess]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            name = f"{outer}{node.name}"
            yield Excess(source.path, node.lineno, name, "class lines", _lines(node))
            yield from _measure_body(source, node.body, f"{name}.")
        elif isinstance(node, Function):
            name = f"{outer}{node.name}"
            yield Excess(source.path, node.lineno, name, "function lines", _lines(node))
            if not _is_test(node):
                yield Excess(source.path, node.lineno, name, "parameters", _parameters(node))
            yield Excess(source.path, node.lineno, name, "nesting", _nesting(node.body))
            yield from _measure_body(source, node.body, f"{name}.")
        else:
            yield from _measure_body(source, ast.iter_child_nodes(node), outer)


def _is_test(node: Function) -> bool:
    """Whether the parameters are fixtures: they are asked for, not passed."""
    decorators = [ast.unparse(each) for each in node.decorator_list]
    return node.name.startswith("test_") or any(each.startswith("pytest.fixture") for each in decorators)


def _lines(node: ast.ClassDef | Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: Function) -> int:
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    return len(every) - (1 if every and every[0].arg in ("self", "cls") else 0)


def _nesting(body: Iterable[ast.AST]) -> int:
    """Blocks inside blocks; an elif is beside its if, and a function inside starts anew."""
    return max((_depth(node) for node in body), default=0)


def _depth(node: ast.AST) -> int:
    if isinstance(node, Function | ast.ClassDef | ast.Lambda):
        return 0
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        return max(1 + _nesting(node.body), _depth(node.orelse[0]))
    return isinstance(node, BLOCKS) + _nesting(ast.iter_child_nodes(node))


def read_baseline(text: str | None) -> dict[str, int]:
    """The sizes that are allowed to exceed a limit for now."""
    return {str(key): int(size) for key, size in json.loads(text or "{}").items()}


def hold_sizes(excesses: Iterable[Excess], baseline: dict[str, int]) -> list[Fault]:
    """New excesses, grown ones, and baseline entries that are larger than what they excuse."""
    present = {each.key: each for each in excesses}
    faults = [each.fault for key, each in present.items() if each.size > baseline.get(key, 0)]
    for key, size in baseline.items():
        now = present[key].size if key in present else 0
        if now < size:
            tells = f"{key} is {now or 'within the limit'} now: write {now}" if now else f"{key} is no longer needed"
            faults.append(Fault(BASELINE.name, 1, "baseline", tells))
    return faults


def hold_shrinking(before: dict[str, int], after: dict[str, int]) -> list[Fault]:
    """A baseline may lose entries and its numbers may fall; nothing else."""
    return [
        Fault(BASELINE.name, 1, "baseline", f"{key} was {before.get(key, 'not there')} and may not become {size}")
        for key, size in after.items()
        if size > before.get(key, 0)
    ]


def dump_baseline(sizes: dict[str, int]) -> str:
    """The baseline as it is kept: sorted, one entry a line."""
    return json.dumps(dict(sorted(sizes.items())), indent=1) + "\n"
