"""`tandem demo`: one customer's story, played live."""

from __future__ import annotations

from tandem.app.settings import Settings
from tandem.kernel.errors import Unavailable


def run(settings: Settings, *, hlr: str, is_brief: bool) -> int:
    """Play the story. Returns the exit code."""
    raise Unavailable("the story is not written yet", next_action="use `tandem up`")
