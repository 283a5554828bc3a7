"""The network's news of what was asked for an order."""

from __future__ import annotations

from tandem.bss.ordering import commands
from tandem.kernel.steps import on
from tandem.seam.terms import ServiceOrderProgressed

REACTIONS = (on(ServiceOrderProgressed, "ordering.follow", commands.follow),)
