"""`tandem why KIND ID`: the chain of causes of anything that is kept."""

from __future__ import annotations

import argparse

from tandem.app.explaining import why_of
from tandem.app.installation import opened
from tandem.app.settings import Settings
from tandem.kernel.why import as_lines


def why(settings: Settings, args: argparse.Namespace) -> int:
    """Tell why something is as it is: its changes, and what caused them, back to who asked."""
    with opened(settings) as database:
        with database.uow(tenant=settings.tenant, actor="operator", cause="cli") as uow:
            tree = why_of(uow, args.kind, args.thing)
    print("\n".join(as_lines(tree)))
    return 0
