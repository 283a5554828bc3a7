"""An order as its page needs it: the product order, the service order that delivers it, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import CancellationView, OrderView
from tandem.bss.party import public as party
from tandem.kernel.errors import NotFound
from tandem.kernel.period import Instant
from tandem.kernel.store import Change, Uow
from tandem.kernel.why import Why, changes_of
from tandem.oss.provisioning import public as provisioning
from tandem.oss.provisioning.terms import PlanView, ServiceOrderView, TaskView
from tandem.oss.service_catalog import public as service_catalog


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Why an order waits or is held, and what helps."""

    code: str
    reason: str
    next_action: str
    since: Instant | None
    waits: bool


@dataclass(frozen=True)
class Standing:
    """An order of either half with what it has in the other; at least one of `product` and `service` is there."""

    product: OrderView | None
    service: ServiceOrderView | None
    plan: PlanView | None
    cancellations: Sequence[CancellationView]
    customer: str

    @property
    def id(self) -> str:
        """The id of the order that the page is about."""
        return self._order.id

    @property
    def state(self) -> str:
        """Its state."""
        return self._order.state

    @property
    def taken_at(self) -> Instant:
        """When it was taken in."""
        order = self._order
        return order.placed_at if isinstance(order, OrderView) else order.taken_at

    @property
    def is_final(self) -> bool:
        """Whether it has ended."""
        return self._order.is_final

    @property
    def _order(self) -> OrderView | ServiceOrderView:
        order = self.product or self.service
        assert order is not None, "a standing is about an order"
        return order

    @property
    def tasks(self) -> Sequence[TaskView]:
        """The tasks of the plan, if there is one yet."""
        return self.plan.tasks if self.plan else ()

    @property
    def topics(self) -> list[str]:
        """What the page listens to."""
        product = [f"ProductOrder:{self.product.id}"] if self.product else []
        return [*product, *([f"ServiceOrder:{self.service.id}"] if self.service else [])]

    @property
    def difficulty(self) -> Difficulty | None:
        """Why it does not go on, if it does not."""
        problem = self.product.problem if self.product else None
        if problem is not None:
            return Difficulty(problem.code, problem.reason, problem.next_action, problem.since, problem.waits)
        said = self.service.problem if self.service else None
        if said is None:
            return None
        waits = self.state == "inProgress"
        return Difficulty(said.get("code", ""), said.get("reason", ""), said.get("message", ""), None, waits)


def of_product_order(uow: Uow, order_id: str) -> Standing:
    """A product order with the service order that it asked for. Raises: NotFound."""
    product = ordering.get_order(uow, order_id=order_id)
    service = _service_of_request(uow, order_id)
    return _standing(uow, product, service)


def of_service_order(uow: Uow, service_order_id: str) -> Standing:
    """A service order with the product order that asked for it, if one of ours did. Raises: OrderNotFound."""
    service = provisioning.get_order(uow, service_order_id=service_order_id)
    return _standing(uow, _product_of(uow, service.external_id), service)


def _standing(uow: Uow, product: OrderView | None, service: ServiceOrderView | None) -> Standing:
    customer_id = (product.customer_id if product else service.customer_id if service else None) or ""
    found = party.customers_by_id(uow, customer_ids=[customer_id]) if customer_id else []
    return Standing(
        product=product,
        service=service,
        plan=_plan_of(uow, service),
        cancellations=ordering.cancellations_of(uow, order_id=product.id) if product else (),
        customer=found[0].name if found else customer_id,
    )


def _service_of_request(uow: Uow, external_id: str) -> ServiceOrderView | None:
    try:
        stored = provisioning.order_of_request(uow, external_id=external_id)
    except NotFound:
        return None
    return provisioning.get_order(uow, service_order_id=stored.id)


def _product_of(uow: Uow, external_id: str) -> OrderView | None:
    try:
        return ordering.get_order(uow, order_id=external_id) if external_id else None
    except NotFound:
        return None


def _plan_of(uow: Uow, service: ServiceOrderView | None) -> PlanView | None:
    try:
        return provisioning.get_plan(uow, service_order_id=service.id) if service else None
    except NotFound:
        return None


def service_words(uow: Uow, order: ServiceOrderView) -> str:
    """What a service order is about: each action with the name of the service."""
    words = []
    for action, spec_id in order.wants:
        spec = service_catalog.find_specification(uow, name_or_id=spec_id)
        words.append(f"{action} {spec.name if spec else spec_id}")
    return ", ".join(words)


def history_of(uow: Uow, standing: Standing) -> list[tuple[str, Change]]:
    """Every change of either order with the kind of order that changed, the newest first."""
    product, service = standing.product, standing.service
    changes = [("ProductOrder", one) for one in ordering.history_of(uow, order_id=product.id)] if product else []
    if service:
        changes += [("ServiceOrder", one) for one in provisioning.history_of(uow, service_order_id=service.id)]
    return sorted(changes, key=lambda pair: (pair[1].recorded_at, pair[1].version), reverse=True)


def wish_behind(uow: Uow, standing: Standing) -> Why | None:
    """The first change of the order, with the chain of what caused it."""
    kind = "ProductOrder" if standing.product else "ServiceOrder"
    changes = changes_of(uow, kind, standing.id)
    return changes[-1] if changes else None
