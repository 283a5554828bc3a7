"""What we wrote to her, and the faults that she feels now."""

from __future__ import annotations

from starlette.responses import Response

from tandem.bss.crm import public as crm
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine


def show_messages(visit: Visit) -> Response:
    """GET /my/messages."""
    customer_id = mine.customer_of(visit)
    return visit.page(
        "selfcare/messages.html",
        notices=crm.active_notices_of_customer(visit.uow, customer_id),
        messages=crm.messages_of_customer(visit.uow, customer_id),
    )
