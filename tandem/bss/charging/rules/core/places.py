"""Beginnings of numbers: called destinations and network codes as tries, and what each beginning stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

HOME: Final = "home"
Matched = tuple[tuple[str, int], ...]
"""Which named sets a number is in, each with the length of its longest beginning there; sorted."""


@dataclass(slots=True)
class Places:
    """All tries of a compilation in one array of children, ten a node; equal sets share one."""

    children: list[int] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    _known: dict[tuple[tuple[str, tuple[str, ...]], ...], Trie] = field(default_factory=dict)

    def trie_of(self, sets: Mapping[str, Iterable[str]]) -> Trie:
        """The trie of named sets of beginnings, built once for the same sets."""
        key = tuple(sorted((name, tuple(sorted(set(prefixes)))) for name, prefixes in sets.items()))
        if key not in self._known:
            self._known[key] = self._build(key)
        return self._known[key]

    def _build(self, sets: tuple[tuple[str, tuple[str, ...]], ...]) -> Trie:
        named: dict[str, list[str]] = {}
        for name, prefixes in sets:
            for prefix in prefixes:
                named.setdefault(prefix, []).append(name)
        trie = Trie(self._node(0))
        at: dict[str, Matched] = {}
        for prefix in sorted(named):
            above = next((at[prefix[:end]] for end in range(len(prefix) - 1, 0, -1) if prefix[:end] in at), ())
            matched = tuple(sorted((dict(above) | dict.fromkeys(named[prefix], len(prefix))).items()))
            at[prefix] = matched
            self.classes[self._walk(trie.root, prefix)] = trie.class_of(matched)
        return trie

    def _node(self, matched: int) -> int:
        self.children.extend([0] * 10)
        self.classes.append(matched)
        return len(self.classes) - 1

    def _walk(self, node: int, prefix: str) -> int:
        for digit in prefix:
            place = node * 10 + int(digit)
            if self.children[place] == 0:
                child = self._node(-1)
                self.children[place] = child
            node = self.children[place]
        return node


@dataclass(slots=True)
class Trie:
    """Where a trie begins, and its classes by number: class 0 is in no set."""

    root: int
    matched: list[Matched] = field(default_factory=lambda: [()])
    _numbers: dict[Matched, int] = field(default_factory=lambda: {(): 0})

    def class_of(self, matched: Matched) -> int:
        """The number of a class, given out at its first use."""
        if matched not in self._numbers:
            self._numbers[matched] = len(self.matched)
            self.matched.append(matched)
        return self._numbers[matched]
