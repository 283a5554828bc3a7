"""What the business half asks of the operations half, over TMF633, TMF639 and TMF641."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tandem.app.adapters import documents, store
from tandem.app.adapters.connection import OtherHalf
from tandem.kernel import json
from tandem.kernel.errors import NotFound, Refused
from tandem.kernel.json import Doc
from tandem.kernel.store import Uow
from tandem.seam.terms import Obstacle, PointOfNoReturnPassed, ServiceItem, ServiceOrderRequest, SpecificationFacts

SPECIFICATIONS: Final = "/tmf-api/serviceCatalogManagement/v4/serviceSpecification"
RESOURCES: Final = "/tmf-api/resourceInventory/v5/resource"
SERVICE_ORDERING: Final = "/tmf-api/serviceOrdering/v4"
ORDERS: Final = f"{SERVICE_ORDERING}/serviceOrder"
CANCELLATIONS: Final = f"{SERVICE_ORDERING}/cancelServiceOrder"

USABLE: Final = frozenset({"Active", "Launched"})
WISHES: Final = ("msisdn", "iccid")
_SEPARATORS: Final = re.compile(r"[ ().+-]")


class RemoteSpecifications:
    """The service specifications of the other half. Standard: TMF633 v4."""

    def __init__(self, half: OtherHalf) -> None:
        self._half = half

    def find(self, uow: Uow, specification_id: str) -> SpecificationFacts | None:
        """The facts of a specification, or none."""
        found = self._half.find(SPECIFICATIONS, specification_id)
        if found is None:
            return None
        return SpecificationFacts(
            id=str(found["id"]),
            name=str(found.get("name", specification_id)),
            version=str(found.get("version", "")),
            lifecycle_status=str(found.get("lifecycleStatus", "")),
        )


class RemoteFeasibility:
    """What can be seen from outside of whether it could deliver; `docs/how/two-halves.md` says what cannot.

    Standard: TMF633 v4, TMF639 v5; the standard's own API for it, TMF645, is not spoken yet.
    """

    def __init__(self, half: OtherHalf) -> None:
        self._half = half
        self._specifications = RemoteSpecifications(half)

    def obstacles(self, uow: Uow, request: ServiceOrderRequest) -> tuple[Obstacle, ...]:
        """What stands in the way; empty when nothing does, or when it was asked for before and is held for us."""
        found = tuple(one for item in request.items for one in self._of_item(uow, item))
        if found and request.external_id and _find_order(self._half, uow, request.external_id):
            return ()
        return found

    def _of_item(self, uow: Uow, item: ServiceItem) -> Iterator[Obstacle]:
        known = self._specifications.find(uow, item.specification_id)
        if known is None:
            yield _obstacle(item, "service_catalog.specification_unknown", f"there is no {item.specification_id}")
        elif known.lifecycle_status not in USABLE:
            reason = f"{known.name} is {known.lifecycle_status or 'in no state'}"
            yield _obstacle(item, "service_catalog.specification_not_usable", reason)
        elif item.action == "add":
            for name in WISHES:
                if name in item.characteristics:
                    yield from self._of_wish(item, str(item.characteristics[name]))

    def _of_wish(self, item: ServiceItem, wish: str) -> Iterator[Obstacle]:
        digits = _SEPARATORS.sub("", wish)
        if not digits.isdigit():
            yield _obstacle(item, "inventory.identity_invalid", f"{wish!r} is no number")
            return
        found = self._half.first(RESOURCES, value=digits)
        if found is None:
            yield _obstacle(item, "inventory.not_in_pool", f"{wish} is in no pool of ours")
        elif found.get("resourceStatus") != "available":
            yield _obstacle(item, "inventory.already_held", f"{wish} is taken: it is {found.get('resourceStatus')}")


class RemoteServiceOrders:
    """Service orders of the other half. Standard: TMF641 v4."""

    def __init__(self, half: OtherHalf) -> None:
        self._half = half

    def request(self, uow: Uow, request: ServiceOrderRequest) -> str:
        """Ask; the service order's id. Idempotent: by `external_id`, which is looked for first and is the key too."""
        known = _find_order(self._half, uow, request.external_id)
        if known is not None:
            return known
        made = self._half.post(ORDERS, documents.service_order(request), key=request.external_id)
        store.follow_order(uow, request.external_id, str(made["id"]))
        return str(made["id"])

    def cancel(self, uow: Uow, external_id: str, reason: str) -> None:
        """Call it off. Idempotent: by the step that asks.

        Raises: NotFound as the other half itself would, PointOfNoReturnPassed, Refused for its other reasons.
        """
        order_id = self._get_order(uow, external_id)
        wish: Doc = {"serviceOrder": {"id": order_id}, "cancellationReason": reason}
        task = self._half.post(CANCELLATIONS, wish, key=f"{external_id}/{uow.cause}")
        if task.get("state") == "terminatedWithError":
            raise _refusal(task.get("errorMessage") or {})

    def retry(self, uow: Uow, external_id: str) -> None:
        """Try a held order again; while it is under way nothing happens. Raises: NotFound, Conflict when it ended."""
        order_id = self._get_order(uow, external_id)
        if self._half.get(ORDERS, order_id).get("state") not in ("acknowledged", "inProgress"):
            self._half.patch(ORDERS, order_id, {"state": "inProgress"})

    def _get_order(self, uow: Uow, external_id: str) -> str:
        known = _find_order(self._half, uow, external_id)
        if known is None:
            raise NotFound(f"no service order was made for {external_id}", code="provisioning.order_not_found")
        return known


def _find_order(half: OtherHalf, uow: Uow, external_id: str) -> str | None:
    """The service order of a request; one that was made by a call whose answer was lost is followed from now on."""
    known = store.find_order(uow, external_id)
    if known is not None:
        return known
    found = half.first(ORDERS, externalId=external_id)
    if found is None:
        return None
    store.follow_order(uow, external_id, str(found["id"]))
    return str(found["id"])


def _refusal(told: Doc) -> Refused:
    code, reason = json.at(told, "code"), str(told.get("reason") or "the other half did not call it off")
    next_action = str(told["message"]) if told.get("message") else None
    if code == PointOfNoReturnPassed.code:
        return PointOfNoReturnPassed(reason, path="state", next_action=next_action)
    return Refused(reason, code=str(code) if code else None, next_action=next_action)


def _obstacle(item: ServiceItem, code: str, reason: str) -> Obstacle:
    return Obstacle(item_id=item.item_id, code=code, reason=reason)
