"""Whatever a network function sends, it is read or refused in the standard's words; nothing else comes out."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.bss.charging.rules.nchf.messages import MANDATORY, ChargingDataRequest
from tandem.bss.charging.rules.nchf.problems import Problem, read
from tandem.bss.charging.rules.nchf.reading import read_request, session_of
from tandem.bss.charging.terms.online import SessionRequest
from tests.bss.charging.nchf.messages import COMMON, Doc, checked, request, sms

DECODER = msgspec.json.Decoder(ChargingDataRequest)
WHOLE = request(
    sMSChargingInformation=sms(),
    multipleUnitUsage=[
        {
            "ratingGroup": 1,
            "requestedUnit": {"totalVolume": 5},
            "usedUnitContainer": [
                {
                    "localSequenceNumber": 1,
                    "time": 60,
                    "totalVolume": 1,
                    "triggers": [{"triggerType": "FINAL", "triggerCategory": "IMMEDIATE_REPORT"}],
                    "pDUContainerInformation": {"timeofFirstUsage": "2026-11-24T10:00:00Z"},
                }
            ],
        }
    ],
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=4,
)


def places(doc: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = doc.items() if isinstance(doc, dict) else enumerate(doc) if isinstance(doc, list) else ()
    return [path] * bool(path) + [place for key, value in inner for place in places(value, (*path, key))]


def changed(path: tuple[Any, ...], to: Any) -> Doc:
    doc: Doc = msgspec.json.decode(msgspec.json.encode(WHOLE))
    place: Any = doc
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return doc


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(places(WHOLE)), ANYTHING)
def test_one_attribute_of_any_value(path: tuple[Any, ...], to: Any) -> None:
    try:
        message = read(DECODER, msgspec.json.encode(changed(path, to)), mandatory=MANDATORY)
        asked = read_request(message, "create", session_of(message))
    except Problem as problem:
        checked(COMMON, "ProblemDetails", msgspec.to_builtins(problem.details))
        assert problem.details.status == 400
    else:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(asked), type=SessionRequest) == asked


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_any_octets(body: bytes) -> None:
    try:
        read(DECODER, body, mandatory=MANDATORY)
    except Problem as problem:
        assert problem.details.status == 400
