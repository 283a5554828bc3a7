"""Activation's door: stage a change of the network, carry it out, read it back, or undo it.

Each verb answers with facts that may be shown: the difference, the requests, the element's own answers; keys masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel.store import Uow
from tandem.oss.activation.commands import beats
from tandem.oss.activation.terms import SubscriberIdentity
from tandem.oss.elements import public as elements

Facts = Mapping[str, Any]


def element_for(uow: Uow, *, specification_id: str) -> str:
    """The element that new resources of a kind are made on. Raises: NoElement."""
    return beats.element_for(uow, specification_id)


def stage_subscriber(uow: Uow, *, element_id: str, identity: SubscriberIdentity) -> Facts:
    """Read the element, and keep what shall be there for a subscriber. Raises: ElementUnavailable, ElementRefused."""
    return beats.facts_of(beats.stage_subscriber(uow, element_id, identity))


def stage_access(uow: Uow, *, element_id: str, imsi: str, is_open: bool) -> Facts:
    """As `stage_subscriber`, for opening or barring one that is there. Raises: SubjectUnknown besides."""
    return beats.facts_of(beats.stage_access(uow, element_id, imsi, is_open=is_open))


def stage_removal(uow: Uow, *, element_id: str, imsi: str) -> Facts:
    """As `stage_subscriber`, for one that shall be gone."""
    return beats.facts_of(beats.stage_removal(uow, element_id, imsi))


def commit(uow: Uow, *, change_id: str) -> Facts:
    """Change the element. Idempotent: does what is missing. Raises: ElementUnavailable, ElementRefused, NumberTaken."""
    return beats.facts_of(elements.commit_change(uow, change_id=change_id))


def confirm(uow: Uow, *, change_id: str) -> Facts:
    """Read the element back and compare. Raises: ReadBackDiffers, ElementUnavailable."""
    return beats.facts_of(elements.confirm_change(uow, change_id=change_id))


def roll_back(uow: Uow, *, change_id: str) -> Facts:
    """Bring the element back to what it held. Idempotent. Raises: ElementUnavailable, ElementRefused."""
    return beats.facts_of(elements.roll_back_change(uow, change_id=change_id))
