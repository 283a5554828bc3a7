"""One credit control request from its octets to the octets of its answer."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.answers import result_code, write_answer
from tandem.bss.charging.rules.diameter.codec import (
    RETRANSMITTED,
    AvpFault,
    Group,
    Header,
    number_avp,
    read_avps,
    read_echo,
)
from tandem.bss.charging.rules.diameter.requests import is_flat, read_request
from tandem.bss.charging.terms.online import SessionAnswer, SessionRequest
from tandem.bss.charging.wire.diameter.node import Node
from tandem.kernel.errors import Refused, Unavailable

_APPLICATION: Final = number_avp(d.AUTH_APPLICATION_ID, base.CREDIT_CONTROL_APPLICATION)


async def answer_credit_control(node: Node, *, peer: str, header: Header, message: bytes) -> bytes:
    """The whole answer to a CCR. It is written when what it says is durable, and an error is an answer as well."""
    try:
        request = read_avps(message)
        route = base.judge_route(request, node.identity)
        if route != base.SUCCESS:
            return refuse(node, header, message, result=route)
        asked = read_request(
            request,
            reading=node.settings.reading,
            peer=peer,
            now=node.now(),
            is_retransmission=bool(header.flags & RETRANSMITTED),
        )
    except AvpFault as fault:
        return refuse(node, header, message, result=fault.result, told=(fault.reason, fault.failed))
    try:
        answer = await node.asker.ask(asked)
    except Unavailable as fault:
        return refuse(node, header, message, result=base.TOO_BUSY, told=(fault.reason, b""))
    except Refused as fault:
        return refuse(node, header, message, result=base.UNABLE_TO_COMPLY, told=(fault.reason, b""))
    return _granted(node, header, message, request=request, told=(asked, answer))


def _granted(
    node: Node, header: Header, message: bytes, *, request: Group, told: tuple[SessionRequest, SessionAnswer]
) -> bytes:
    asked, answer = told
    echo = read_echo(message)
    return base.answer_to(
        header,
        echo.session_id,
        number_avp(d.RESULT_CODE, result_code(answer, asked=asked, flat=is_flat(request))),
        node.identity.avps,
        _APPLICATION,
        echo.number,
        *write_answer(request, asked=asked, answer=answer, policy=node.settings.policy),
        echo.proxies,
    )


def refuse(node: Node, header: Header, message: bytes, *, result: int, told: tuple[str, bytes] = ("", b"")) -> bytes:
    """The answer that says no, with why."""
    return base.refusal(header, read_echo(message), identity=node.identity, result=result, told=told)
