"""What a real osmo-hlr said once, octet by octet: our codecs read and write it, both registers still say it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tandem.oss.elements.drivers.osmo_hlr import facts
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tandem.oss.elements.protocols import ctrl, gsup, ipa
from tandem.oss.elements.protocols.gsup import AuthVector, GsupMessage, Kind
from tandem.oss.elements.protocols.ipa import Deframer, Frame
from tandem.oss.elements.simulated.authentication import xor_gsm
from tandem.oss.elements.simulated.milenage import Milenage
from tandem.oss.elements.terms import SecretKey
from tests.captures import record_osmo_hlr as scenario
from tests.support.elements import OP, OPC, OTHER_KEY, K

FOLDER = Path(scenario.__file__).parent / "osmo_hlr"


def capture(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


CTRL = capture("ctrl.jsonl")
GSUP = capture("gsup.jsonl")


def frame_of(digits: str) -> Frame:
    (frame,) = Deframer().feed(bytes.fromhex(digits))
    assert ipa.encode_frame(frame).hex() == digits
    return frame


@pytest.mark.parametrize("line", CTRL, ids=lambda line: line["says"][0][:60])
def test_each_ctrl_message_is_read_and_written_octet_by_octet(line: dict[str, Any]) -> None:
    for octets in (line["sent"], line["received"]):
        message = frame_of(octets).extended(ipa.CTRL)
        assert message is not None
        assert ctrl.encode(ctrl.decode(message)) == message


def test_each_gsup_message_is_read_and_written_octet_by_octet() -> None:
    messages = [frame_of(line["octets"]).extended(ipa.GSUP) for line in GSUP]
    talked = [message for message in messages if message is not None]
    assert len(talked) == len(GSUP) - 2
    assert [gsup.encode(gsup.decode(message)) for message in talked] == talked


def test_the_register_is_greeted_as_it_was() -> None:
    assert frame_of(GSUP[0]["octets"]) == ipa.identity_request()
    assert frame_of(GSUP[1]["octets"]) == ipa.identity_response(scenario.PEER)


def test_what_the_register_told_of_a_subscriber_is_understood() -> None:
    told = next(
        line["says"][1]
        for line in CTRL
        if line["says"][0].endswith(f"{scenario.FIRST}.info-all") and "ki" in line["says"][1]
    )
    state = facts.state_of(scenario.FIRST, ctrl.parse_table(ctrl.decode(told.encode()).value))
    assert state.attributes == {
        "msisdn": "353851234567",
        "cs_enabled": True,
        "ps_enabled": True,
        "authentication_2g.algorithm": "comp128v3",
        "authentication_2g.ki": SecretKey(OTHER_KEY),
        "authentication_3g.algorithm": "milenage",
        "authentication_3g.k": SecretKey(K),
        "authentication_3g.op": SecretKey(OP),
        "authentication_3g.ind_bitlen": 7,
    }
    assert (state.facts["id"], state.facts["aud3g.sqn"]) == ("1", "0")


def told_vectors(imsi: str) -> list[AuthVector]:
    messages = [frame_of(line["octets"]).extended(ipa.GSUP) for line in GSUP]
    decoded = [gsup.decode(message) for message in messages if message is not None]
    return [vector for message in decoded if message.imsi == imsi for vector in message.vectors]


def test_the_registers_vectors_are_those_that_we_compute() -> None:
    vectors = told_vectors(scenario.FIRST)
    assert len(vectors) == 10
    milenage = Milenage(bytes.fromhex(K), bytes.fromhex(OPC))
    for number, vector in enumerate(vectors, 1):
        answers = milenage.f2345(vector.rand)
        assert (vector.res, vector.ck, vector.ik) == answers[:3]
        assert (vector.sres, vector.kc) == milenage.gsm(vector.rand)
        assert vector.autn == milenage.autn(vector.rand, (number * 32 + 1).to_bytes(6, "big"), b"\0\0")


def test_the_registers_separate_gsm_answers_are_those_that_we_compute() -> None:
    vectors = told_vectors(scenario.DATA_OFF)
    milenage = Milenage.from_op(bytes.fromhex(K), bytes.fromhex(OP))
    for number, vector in enumerate(vectors, 1):
        assert (vector.sres, vector.kc) == xor_gsm(bytes.fromhex(OTHER_KEY), vector.rand)
        assert vector.autn == milenage.autn(vector.rand, (number * 128 + 1).to_bytes(6, "big"), b"\0\0")


def test_a_register_answers_every_question_as_it_was_captured(mortal_hlr: RunningHlr) -> None:
    link = scenario.RawLink(mortal_hlr.address.host, mortal_hlr.address.ctrl_port)
    questions = list(scenario.questions())
    assert len(questions) == len(CTRL)
    for id, (question, line) in enumerate(zip(questions, CTRL, strict=True), 1):
        sent, received = scenario.ask(link, id, *question)
        assert ipa.encode_frame(sent).hex() == line["sent"]
        assert ipa.encode_frame(received).hex() == line["received"], line["says"]
    link.close()


def without_chance(frame: Frame) -> object:
    """The frame, or its GSUP message with as many empty vectors as there are random ones."""
    octets = frame.extended(ipa.GSUP)
    if octets is None:
        return frame
    message = gsup.decode(octets)
    if message.kind is not Kind.SEND_AUTH_INFO_RESULT:
        return octets
    shapes = [tuple(map(len, vector)) for vector in message.vectors]
    return GsupMessage(kind=message.kind, imsi=message.imsi), shapes


def test_a_register_talks_gsup_as_it_was_captured(mortal_hlr: RunningHlr) -> None:
    scenario.set_all(mortal_hlr.address, scenario.prepared())
    talk = [(who, without_chance(frame)) for who, frame in scenario.talk_gsup(mortal_hlr.address)]
    assert talk == [(line["from"], without_chance(frame_of(line["octets"]))) for line in GSUP]
