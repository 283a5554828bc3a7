"""Which writing of a document is in force at an instant, and what was believed about that at another.

`docs/how/prices.md`, *Two times*. A writing that tells a new `version` or a new `validFor.startDateTime` is in force
from its start, even if that lies before the writing: a correction. Every other writing amends: it counts from when it
was written, instead of the writing that it amends. What has no end stands above everything earlier for good; what has
an end leaves what was before as it was outside of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tandem.kernel.json import Doc, at
from tandem.kernel.period import FOREVER, Instant, instant

START, END = "validFor.startDateTime", "validFor.endDateTime"


@dataclass(frozen=True, slots=True)
class Writing:
    """A document as it was written. `number` counts the writings from 1; `removed` is the last of them."""

    doc: Doc
    number: int
    at: Instant
    actor: str = ""
    why: str | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """From when up to and without when a writing is in force. Empty when it never was, or no longer is."""

    writing: Writing
    start: Instant
    end: Instant

    def until(self, moment: Instant) -> Window:
        """This window, at the latest until a moment."""
        return Window(self.writing, self.start, min(self.end, moment))


def windows(written: Sequence[Writing], *, ends: bool = True, believed_at: Instant | None = None) -> list[Window]:
    """When each writing is in force, in the order of writing, as it was believed at an instant (now, if none).

    Without `ends` the end of `validFor` says something else (how long an offering is sold) and ends nothing.
    """
    found: list[Window] = []
    for writing in written:
        if believed_at is not None and writing.at > believed_at:
            break
        if writing.removed:
            return [one.until(writing.at) for one in found]
        before = found[-1].writing if found else None
        window = Window(writing, _start(writing, before), _end(writing.doc) if ends else FOREVER)
        if before is not None and not _is_version(writing, before):
            found[-1] = found[-1].until(writing.at)
        if window.end == FOREVER:
            found = [one.until(window.start) for one in found]
        found.append(window)
    return found


def in_force_at(found: Sequence[Window], moment: Instant) -> Writing | None:
    """The writing that is in force at a moment: of several the one that was written last."""
    return next((one.writing for one in reversed(found) if one.start <= moment < one.end), None)


def stood_at(written: Sequence[Writing], moment: Instant) -> Writing | None:
    """The writing that was in force at a moment as everybody saw it then. Before a document was first written here, the
    first writing counts if its own `validFor` had begun: an operator who moves in brings tariffs from before.
    """
    return in_force_at(windows(written, believed_at=moment) or windows(written[:1]), moment)


def _start(writing: Writing, before: Writing | None) -> Instant:
    told = at(writing.doc, START)
    if told is None:
        return writing.at
    start = instant(told, path=START)
    return start if before is None or _is_version(writing, before) else max(start, writing.at)


def _end(doc: Doc) -> Instant:
    told = at(doc, END)
    return FOREVER if told is None else instant(told, path=END)


def _is_version(writing: Writing, before: Writing) -> bool:
    """Whether a writing tells a start of its own, rather than amending the writing before it."""
    if at(writing.doc, START) is None:
        return False
    return any(at(writing.doc, path) != at(before.doc, path) for path in (START, "version"))
