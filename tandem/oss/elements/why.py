"""Why an element holds what it holds: the change, the element's own answers, and who wanted it."""

from __future__ import annotations

from tandem.kernel.store import Uow
from tandem.kernel.why import Why, cause_chain
from tandem.oss.elements import queries
from tandem.oss.elements.terms import ElementChange, Exchange


def explain_change(uow: Uow, change_id: str) -> Why:
    """A change with each attribute that it changed, each answer of the element, and its cause. Raises: NotFound."""
    change = queries.get_change(uow, change_id)
    return Why(
        what=f"{change.what} of {change.subject} on {change.element_name}: {change.state}",
        entity="ElementChange",
        id=change.id,
        facts={"changes": "; ".join(map(str, change.changes))},
        because=(*(_answer(change, exchange) for exchange in change.exchanges), *cause_chain(uow, change.cause)),
    )


def _answer(change: ElementChange, exchange: Exchange) -> Why:
    return Why(
        what=f"{change.element_name} answered {exchange.answer!r} to {exchange.request!r}",
        entity="Element",
        id=change.element_id,
        facts={"outcome": exchange.outcome},
    )


EXPLANATIONS = {"ElementChange": explain_change}
