"""Every policy that crosses rooms of the business half, by the event that it follows."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.terms import ThresholdCrossed
from tandem.bss.charging.terms.online import CountryEntered
from tandem.bss.journeys import welcome_abroad
from tandem.kernel.steps import on

REACTIONS: Final = (
    on(CountryEntered, "journeys.welcome_abroad", welcome_abroad.welcome),
    on(ThresholdCrossed, "journeys.tell_threshold", welcome_abroad.tell_threshold),
)
