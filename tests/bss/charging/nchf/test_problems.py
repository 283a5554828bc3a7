"""Bad input is refused with the place of the fault and the standard's cause."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tandem.bss.charging.rules.nchf.messages import MANDATORY, ChargingDataRequest
from tandem.bss.charging.rules.nchf.problems import Problem, read
from tests.bss.charging.nchf.messages import COMMON, checked, request

DECODER = msgspec.json.Decoder(ChargingDataRequest)


def refused(body: bytes) -> Problem:
    with pytest.raises(Problem) as fault:
        read(DECODER, body, mandatory=MANDATORY)
    checked(COMMON, "ProblemDetails", msgspec.to_builtins(fault.value.details))
    return fault.value


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b'{"notifyUri": "\xff"}', b"\x00"])
def test_what_is_no_message_has_an_invalid_format(body: bytes) -> None:
    problem = refused(body)
    assert (problem.details.status, problem.details.cause) == (400, "INVALID_MSG_FORMAT")


USAGE = [{"ratingGroup": 1}, {"ratingGroup": 2, "usedUnitContainer": [{"localSequenceNumber": 1}]}]


def broken(*path: Any, to: Any) -> bytes:
    doc = request(multipleUnitUsage=msgspec.json.decode(msgspec.json.encode(USAGE)))
    place: Any = doc
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return msgspec.json.encode(doc)


@pytest.mark.parametrize(
    ("path", "to", "cause", "param"),
    [
        (["invocationTimeStamp"], None, "MANDATORY_IE_MISSING", "/invocationTimeStamp"),
        (["invocationTimeStamp"], "yesterday", "MANDATORY_IE_INCORRECT", "/invocationTimeStamp"),
        (["invocationTimeStamp"], "2026-11-24T10:00:00", "MANDATORY_IE_INCORRECT", "/invocationTimeStamp"),
        (["invocationSequenceNumber"], 2**32, "MANDATORY_IE_INCORRECT", "/invocationSequenceNumber"),
        (
            ["nfConsumerIdentification", "nodeFunctionality"],
            None,
            "MANDATORY_IE_MISSING",
            "/nfConsumerIdentification/nodeFunctionality",
        ),
        (["multipleUnitUsage", 1, "ratingGroup"], None, "MANDATORY_IE_MISSING", "/multipleUnitUsage/1/ratingGroup"),
        (["multipleUnitUsage", 1, "ratingGroup"], -1, "MANDATORY_IE_INCORRECT", "/multipleUnitUsage/1/ratingGroup"),
        (
            ["multipleUnitUsage", 1, "usedUnitContainer", 0, "totalVolume"],
            2**53,
            "OPTIONAL_IE_INCORRECT",
            "/multipleUnitUsage/1/usedUnitContainer/0/totalVolume",
        ),
        (["notifyUri"], 7, "OPTIONAL_IE_INCORRECT", "/notifyUri"),
        (["multipleUnitUsage"], {}, "OPTIONAL_IE_INCORRECT", "/multipleUnitUsage"),
    ],
)
def test_the_place_and_the_cause_are_told(path: list[Any], to: Any, cause: str, param: str) -> None:
    details = refused(broken(*path, to=to)).details
    assert (details.status, details.cause, [each.param for each in details.invalid_params]) == (400, cause, [param])


def test_what_is_not_known_is_let_pass() -> None:
    doc = {**request(), "vendorSpecific-000111": {"anything": [1, {"x": None}]}}
    assert read(DECODER, msgspec.json.encode(doc), mandatory=MANDATORY).invocation_sequence_number == 0
