"""What other rooms may say of activation."""

from __future__ import annotations

from dataclasses import dataclass

from tandem.kernel.errors import Conflict


class NoElement(Conflict):
    """No element of the network can carry it."""

    code = "activation.no_element"


@dataclass(frozen=True, slots=True)
class SubscriberIdentity:
    """Who a subscriber is for the network. The SIM's keys stay with the inventory until the element is told."""

    imsi: str
    msisdn: str
    sim_resource_id: str
