"""The durable steps of impacts."""

from __future__ import annotations

from tandem.kernel.steps import Step
from tandem.oss.service_quality import commands

STEPS = (Step(commands.JOIN, commands.join),)
