"""A decision record: docs/decisions/NNNN-title.md."""

from __future__ import annotations

from pathlib import Path

from tools.dev.place import Stop
from tools.dev.scaffold.plan import Plan, snake

FOLDER = "docs/decisions"
TEMPLATE = """\
# {number}: {title}

## Context

What is the case.

What was tried, and which figures speak.

## Decision

> One line that can be quoted.

## Consequences

- What becomes easy.
- What becomes hard.
- What has to be kept an eye on.

## Alternatives

- *What else was weighed*: why it was not taken.

## Enforced by

The test or check that holds it, or "review only".
"""


def draft(root: Path, arguments: list[str]) -> Plan:
    """`decision TITLE WORDS`: the next number, the title as file name."""
    title = " ".join(arguments).strip()
    if not title:
        raise Stop("give the decision a title: ./dev new decision one stream per browser")
    taken = [int(path.name[:4]) for path in (root / FOLDER).glob("[0-9][0-9][0-9][0-9]-*.md")]
    number = f"{max(taken, default=0) + 1:04d}"
    path = f"{FOLDER}/{number}-{snake(title).replace('_', '-')}.md"
    return Plan(files={path: TEMPLATE.format(number=number, title=title[0].upper() + title[1:])})
