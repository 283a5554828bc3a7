"""The drawing of the floors in docs/how/the-house.md, kept equal to the table that the import law reads."""

from __future__ import annotations

import re
from itertools import zip_longest

from tests.architecture import rooms

PAGE = "docs/how/the-house.md"
WIDTH = 46


def drawing() -> str:
    """The floors as they are drawn on the page, highest first."""
    lines = []
    for floor in rooms.HOUSE:
        if set(floor) == set(rooms.HALVES):
            left, right = ([half, *("  " + " | ".join(each) for each in rooms.HALVES[half])] for half in floor)
            pairs = zip_longest(left, right, fillvalue="")
            lines += [f"{one:<{WIDTH}} |  {other}".rstrip() for one, other in pairs]
        else:
            lines.append(floor[0])
    return "\n".join(lines) + "\n"


def with_drawing(text: str) -> str:
    """The page with its first fenced block drawn anew."""
    return re.sub(r"```\n.*?```", lambda _: f"```\n{drawing()}```", text, count=1, flags=re.DOTALL)
