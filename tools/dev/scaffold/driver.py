"""A driver for one kind of element: the four beats around the two questions that only its protocol can answer."""

from __future__ import annotations

from pathlib import Path

from tools.dev.place import Stop
from tools.dev.scaffold.plan import Plan, camel, snake
from tools.dev.scaffold.text import after_imports, into_collection, into_glossary, read, words

KINDS = "tandem/oss/elements/drivers/__init__.py"
DRIVER = '''\
"""The four beats against a {words}."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from tandem.kernel.errors import Invalid
from tandem.oss.elements.rules.diffing import diff_states
from tandem.oss.elements.terms import (
    Diff,
    ElementState,
    ElementUnavailable,
    Exchange,
    Intent,
    Reachability,
    ReadBackDiffers,
    Receipt,
    Staged,
)


class {camel}Address(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Where a {words} listens. Units: timeout_s, for one question."""

    host: str
    port: int
    timeout_s: float = 2.0


class {camel}Driver:
    """Safe to use from several threads."""

    def __init__(self, name: str, address: {camel}Address) -> None:
        self.name = name
        self.address = address

    @classmethod
    def from_doc(cls, name: str, address: Mapping[str, Any]) -> {camel}Driver:
        """The driver for an address as the registry keeps it. Raises: Invalid."""
        try:
            return cls(name, msgspec.convert(address, {camel}Address))
        except msgspec.ValidationError as fault:
            raise Invalid(f"not an address of a {words}: {{fault}}", path="address") from fault

    def stage(self, intent: Intent) -> Staged:
        """Read what the element holds and work out what it is to hold."""
        before = self.read_back(intent.subject)
        intended = ElementState(subject=intent.subject, attributes=intent.applied_to(before.attributes))
        return Staged(element=self.name, before=before, intended=intended)

    def diff(self, staged: Staged) -> Diff:
        """What the element holds now against what it is to hold."""
        return diff_states(self.read_back(staged.subject), staged.intended)

    def commit(self, staged: Staged) -> Receipt:
        """Set what differs."""
        return self._bring_to(staged.intended)

    def confirm(self, staged: Staged) -> ElementState:
        """Read back and compare."""
        return self._require(staged.intended)

    def rollback(self, staged: Staged) -> Receipt:
        """Set back what differs from what was there before, and read back."""
        receipt = self._bring_to(staged.before)
        self._require(staged.before)
        return receipt

    def read_back(self, subject: str) -> ElementState:
        """What the element holds now. Raises: ElementUnavailable."""
        raise ElementUnavailable(f"{{self.name}}: a {words} cannot be asked yet", subject=subject)

    def probe(self) -> Reachability:
        """Ask something harmless. Never raises."""
        started = time.monotonic()
        try:
            self.read_back("")
        except ElementUnavailable as fault:
            return Reachability(answers=False, latency_ms=_since_ms(started), detail=fault.reason)
        return Reachability(answers=True, latency_ms=_since_ms(started), detail="answers")

    def close(self) -> None:
        """Let the connections go."""

    def _set(self, present: ElementState, intended: ElementState) -> tuple[Exchange, ...]:
        """Bring one subject from what it is to what it is to be. Raises: ElementUnavailable, ElementRefused."""
        raise ElementUnavailable(f"{{self.name}}: a {words} cannot be set yet", subject=intended.subject)

    def _bring_to(self, intended: ElementState) -> Receipt:
        present = self.read_back(intended.subject)
        exchanges = self._set(present, intended) if diff_states(present, intended) else ()
        return Receipt(element=self.name, subject=intended.subject, exchanges=exchanges)

    def _require(self, intended: ElementState) -> ElementState:
        present = self.read_back(intended.subject)
        difference = diff_states(present, intended)
        if difference:
            raise ReadBackDiffers(
                f"{{self.name}} accepted the change of {{intended.subject}} and holds something else",
                element=self.name,
                subject=intended.subject,
                differences=difference.lines(),
                next_action="Look at the element, then roll the change back or try it again.",
            )
        return present


def _since_ms(started: float) -> float:
    return (time.monotonic() - started) * 1000
'''
TEST = '''\
"""The four beats of the {words}'s driver, around a box that stands in for the element."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tandem.kernel.errors import Invalid
from tandem.oss.elements.drivers import make_driver
from tandem.oss.elements.drivers.{kind}.driver import {camel}Address, {camel}Driver
from tandem.oss.elements.terms import Attributes, ElementState, Exchange, ReadBackDiffers


class Box({camel}Driver):
    """Holds what was set, unless it is deaf."""

    def __init__(self) -> None:
        super().__init__("box", {camel}Address(host="127.0.0.1", port=1))
        self.held: dict[str, Attributes] = {{}}
        self.is_deaf = False

    def read_back(self, subject: str) -> ElementState:
        return ElementState(subject=subject, attributes=self.held.get(subject))

    def _set(self, present: ElementState, intended: ElementState) -> tuple[Exchange, ...]:
        if self.is_deaf:
            pass
        elif intended.attributes is None:
            del self.held[intended.subject]
        else:
            self.held[intended.subject] = intended.attributes
        return (Exchange(request="set", answer="yes", outcome="done"),)


class Wanted:
    """One attribute of one subject."""

    subject = "s1"

    def applied_to(self, present: Attributes | None) -> Attributes | None:
        return {{**(present or {{}}), "speed": 100}}


def test_staging_changes_nothing() -> None:
    box = Box()
    staged = box.stage(Wanted())
    assert box.diff(staged).lines() == ["speed: none -> 100"]
    assert box.held == {{}}


def test_a_commit_is_confirmed_and_repeated_without_effect() -> None:
    box = Box()
    staged = box.stage(Wanted())
    assert [each.outcome for each in box.commit(staged).exchanges] == ["done"]
    assert box.confirm(staged).attributes == {{"speed": 100}}
    assert box.commit(staged).exchanges == ()


def test_a_rollback_restores_what_was_there() -> None:
    box = Box()
    staged = box.stage(Wanted())
    box.commit(staged)
    box.rollback(staged)
    assert box.held == {{}}


def test_an_element_that_only_says_yes_is_found_out() -> None:
    box = Box()
    box.is_deaf = True
    staged = box.stage(Wanted())
    box.commit(staged)
    with pytest.raises(ReadBackDiffers):
        box.confirm(staged)


def test_an_element_that_is_not_there_is_told_by_its_probe() -> None:
    driver = make_driver("{kind}", "nowhere", {{"host": "127.0.0.1", "port": 1}})
    assert not driver.probe().answers


@pytest.mark.parametrize("address", [{{}}, {{"host": 5, "port": 1}}, {{"host": "h", "port": "p"}}])
def test_what_is_no_address_is_refused(address: Mapping[str, object]) -> None:
    with pytest.raises(Invalid):
        make_driver("{kind}", "nowhere", address)
'''
QUALITY = """\
# {words}: quality

| level | asks for | state |
|---|---|---|
| bronze | facts, idempotent apply, captures | captures are missing |
| silver | stage, diff, commit, rollback, timeouts | the beats are written; `read_back` and `_set` are not |
| gold | resync, counters, alarms | not begun |
"""


def draft(root: Path, arguments: list[str]) -> Plan:
    """`driver KIND`: everything but its two questions, `read_back` and `_set`."""
    if len(arguments) != 1:
        raise Stop("like this: ./dev new driver nokia_olt")
    kind = snake(arguments[0])
    names = {"kind": kind, "camel": camel(kind), "words": words(kind)}
    registry = read(root, KINDS)
    if registry is None:
        raise Stop(f"there is no {KINDS}")
    registry = after_imports(registry, f"from tandem.oss.elements.drivers.{kind}.driver import {names['camel']}Driver")
    folder = f"tandem/oss/elements/drivers/{kind}"
    files = {
        f"{folder}/__init__.py": f'"""The driver for a {names["words"]}; quality.md says what it can."""\n',
        f"{folder}/driver.py": DRIVER.format(**names),
        f"{folder}/quality.md": QUALITY.format(**names),
        f"tests/oss/elements/test_{kind}.py": TEST.format(**names),
    }
    edits = {
        KINDS: into_collection(registry, "KINDS", f'"{kind}": {names["camel"]}Driver.from_doc'),
        "docs/glossary.md": into_glossary(
            read(root, "docs/glossary.md") or "", names["words"], "a kind of element", "oss.elements"
        ),
    }
    return Plan(files, edits)
