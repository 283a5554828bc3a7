"""Small pools for tests."""

from __future__ import annotations

from datetime import timedelta

from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.oss.inventory import public
from tandem.oss.inventory.rules.identities import luhn_digit
from tandem.oss.inventory.terms import NewResource, NewService

NUMBERS, SIMS = "numbers", "sims"
KI, OPC = "00112233445566778899AABBCCDDEEFF", "FFEEDDCCBBAA99887766554433221100"


def iccid(number: int) -> str:
    """A card's number with its check digit."""
    body = f"8935399{number:011d}"
    return body + luhn_digit(body)


def card(number: int, ki: str = KI, opc: str = OPC) -> str:
    """A line of a card maker's list."""
    return f"{iccid(number)},00101{number:010d},{ki},{opc}"


def stock(uow: Uow, count: int = 3) -> None:
    """Two pools with a few numbers from 353890000000 on, a few SIMs, and one HLR."""
    public.make_pool(uow, name=NUMBERS, kind="number", quarantine_days=90)
    public.make_pool(uow, name=SIMS, kind="sim", quarantine_days=0)
    public.import_number_range(uow, pool=NUMBERS, first="353890000000", last=str(353890000000 + count - 1))
    public.import_sims(uow, pool=SIMS, lines=[card(number) for number in range(1, count + 1)])
    public.register_element(uow, element_id="hlr-1", name="HLR", specification=("res-spec-hlr", "HLR"))


def soon(uow: Uow) -> Instant:
    """An hour from now."""
    return uow.now + timedelta(hours=1)


def subscription(uow: Uow, order: str, *, active: bool = True, party: str = "anna") -> str:
    """A mobile service with a number, a SIM and a subscriber on the HLR; its id."""
    number = public.reserve_number(uow, pool=NUMBERS, for_order=order, until=soon(uow))
    sim = public.reserve_sim(uow, pool=SIMS, for_order=order, until=soon(uow))
    subscriber = public.create_resource(
        uow,
        new=NewResource(
            name=f"subscriber {sim.imsi}",
            category="subscriber",
            specification_id="res-spec-hlr-subscriber",
            specification_name="HLR subscriber",
            value=sim.imsi,
            relations=(("hostedOn", "hlr-1"),),
            ends_with_service=True,
        ),
    )
    new = NewService(
        name="Mobile subscription",
        specification_id="svc-spec-mobile-subscription",
        specification_name="MobileSubscription",
        party_id=party,
        product_id=f"product-{order}",
        order_id=order,
        order_item_id="1",
        held_for=order,
        characteristics={"msisdn": number.msisdn, "dataEnabled": True},
        resources=(number.resource_id, sim.resource_id, subscriber),
    )
    service_id = public.create_service(uow, new=new)
    if active:
        public.activate_service(uow, service_id=service_id)
    return service_id
