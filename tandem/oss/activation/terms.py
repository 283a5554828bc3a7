"""What other rooms may say of activation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tandem.kernel.errors import Conflict

Aim = Literal["open", "barred", "gone"]
"""What is wanted of a subscriber on the network."""


class NoElement(Conflict):
    """No element of the network can carry it."""

    code = "activation.no_element"


class StillOnNetwork(Conflict):
    """The subscriber is on the network: it is shut down there before its record goes."""

    code = "activation.still_on_network"


class StillInProgress(Conflict):
    """The last activation of the same service or resource is not over."""

    code = "activation.still_in_progress"


class IdentityIncomplete(Conflict):
    """A subscriber needs a number and a SIM before the network can be told of it."""

    code = "activation.identity_incomplete"


@dataclass(frozen=True, slots=True)
class SubscriberIdentity:
    """Who a subscriber is for the network. The SIM's keys stay with the inventory until the element is told."""

    imsi: str
    msisdn: str
    sim_resource_id: str
