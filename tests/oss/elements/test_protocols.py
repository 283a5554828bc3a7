"""The codecs: whatever goes in comes out, and what is not of the protocol is said to be garbled."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.oss.elements.protocols import bcd, ctrl, gsup, ipa
from tandem.oss.elements.protocols.ctrl import CtrlMessage
from tandem.oss.elements.protocols.errors import Garbled
from tandem.oss.elements.protocols.gsup import AuthVector, Domain, GsupMessage, Kind
from tandem.oss.elements.protocols.ipa import Deframer, Frame
from tandem.oss.elements.terms import MASK
from tests.support.elements import K

frames = st.builds(Frame, st.integers(0, 255), st.binary(max_size=300))
variables = st.from_regex(r"[a-z][a-z0-9.-]{0,30}", fullmatch=True)
ids = st.integers(0, 2**31 - 1).map(str)
digits = st.text("0123456789", max_size=15)
lines = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=80)


@given(st.lists(frames, max_size=6), st.integers(1, 64))
def test_frames_come_out_as_they_went_in_however_they_are_cut(sent: list[Frame], piece: int) -> None:
    octets = b"".join(map(ipa.encode_frame, sent))
    deframer = Deframer()
    received = [frame for at in range(0, len(octets), piece) for frame in deframer.feed(octets[at : at + piece])]
    assert received == sent
    assert deframer.is_between_frames


def test_half_a_frame_is_waited_for() -> None:
    deframer = Deframer()
    assert deframer.feed(b"\x00\x02\xee\x00") == []
    assert not deframer.is_between_frames
    assert deframer.feed(b"x") == [Frame(0xEE, b"\x00x")]


def test_a_payload_that_the_length_cannot_tell_is_refused() -> None:
    with pytest.raises(Garbled):
        ipa.encode_frame(Frame(0xEE, bytes(65536)))


def test_only_the_asked_extension_is_given() -> None:
    frame = ipa.extended_frame(ipa.GSUP, b"m")
    assert (frame.extended(ipa.GSUP), frame.extended(ipa.CTRL)) == (b"m", None)
    assert Frame(ipa.LINK, b"\x05m").extended(ipa.GSUP) is None


@given(st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True))
def test_a_peer_is_known_by_the_name_that_it_gave(name: str) -> None:
    assert ipa.read_identity(ipa.identity_response(name).payload) == name


@given(st.binary(max_size=40))
def test_an_identity_that_is_none_is_garbled(octets: bytes) -> None:
    with suppress(Garbled):
        assert isinstance(ipa.read_identity(octets), str)


@given(st.sampled_from(["SET", "GET_REPLY", "SET_REPLY", "TRAP"]), ids, variables, lines)
def test_a_ctrl_message_survives_the_wire(verb: str, id: str, variable: str, value: str) -> None:
    message = CtrlMessage(verb, id, variable, value)
    assert ctrl.decode(ctrl.encode(message)) == message


@given(ids, variables)
def test_a_question_survives_the_wire(id: str, variable: str) -> None:
    message = CtrlMessage("GET", id, variable)
    assert ctrl.decode(ctrl.encode(message)) == message


@given(ids | st.just("err"), lines)
def test_an_error_survives_the_wire(id: str, reason: str) -> None:
    assert ctrl.decode(ctrl.encode(CtrlMessage("ERROR", id, "", reason))) == CtrlMessage("ERROR", id, "", reason)


def test_a_reply_of_many_lines_is_one_value() -> None:
    message = ctrl.decode(b"GET_REPLY 7 subscriber.by-id-1.info \nid\t1\nimsi\t00101")
    assert ctrl.parse_table(message.value) == {"id": "1", "imsi": "00101"}


@given(st.dictionaries(variables, st.from_regex(r"[^\t\n]{0,20}", fullmatch=True), max_size=6))
def test_a_table_survives_the_wire(pairs: dict[str, str]) -> None:
    assert ctrl.parse_table(ctrl.format_table(pairs)) == pairs


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"GET",
        b"GET x y",
        b"FETCH 1 y",
        b"GET 1",
        b"GET 1 rate_ctr.*",
        b"SET_REPLY -1 a b",
        b"\xff\xfe",
        b"ERROR x y",
    ],
)
def test_what_is_no_ctrl_message_is_garbled(octets: bytes) -> None:
    with pytest.raises(Garbled):
        ctrl.decode(octets)


@pytest.mark.parametrize(
    "message",
    [
        CtrlMessage("SET", "1", "a b", "c"),
        CtrlMessage("SET", "1", "a", "c\nSET 2 subscriber.delete 001010000000001"),
        CtrlMessage("SET", "1", "a", ""),
        CtrlMessage("SET", "one", "a", "b"),
        CtrlMessage("GET", "1", ""),
    ],
)
def test_what_the_other_side_would_read_otherwise_is_not_sent(message: CtrlMessage) -> None:
    with pytest.raises(Garbled):
        ctrl.encode(message)


def test_a_message_shows_no_key() -> None:
    message = CtrlMessage("SET", "1", "subscriber.by-imsi-001010000000001.aud3g", f"milenage,{K},OPC,{K.upper()},5")
    assert message.redacted() == f"SET subscriber.by-imsi-001010000000001.aud3g milenage,{MASK},OPC,{MASK},5"
    assert K not in repr(message)


@given(digits)
def test_digits_survive_the_wire(number: str) -> None:
    assert bcd.decode_digits(bcd.encode_digits(number)) == number


@pytest.mark.parametrize("number", ["12a", "+353", "١٢"])
def test_what_is_no_digit_has_no_octets(number: str) -> None:
    with pytest.raises(Garbled):
        bcd.encode_digits(number)


def test_a_filler_in_the_middle_is_garbled() -> None:
    with pytest.raises(Garbled):
        bcd.decode_digits(b"\xf1\x23")


keys = st.binary(min_size=16, max_size=16)
vectors = st.builds(
    AuthVector,
    rand=keys,
    sres=st.binary(min_size=4, max_size=4),
    kc=st.binary(min_size=8, max_size=8),
    ik=keys,
    ck=keys,
    autn=keys,
    res=st.binary(min_size=4, max_size=16),
)
messages = st.builds(
    GsupMessage,
    kind=st.sampled_from(Kind),
    imsi=st.text("0123456789", min_size=6, max_size=15),
    domain=st.none() | st.sampled_from(Domain),
    cause=st.none() | st.integers(0, 255),
    vectors=st.lists(vectors | st.builds(AuthVector, rand=keys), max_size=5).map(tuple),
    msisdn=st.none() | digits,
    access_points=st.lists(
        st.tuples(st.integers(0, 255), st.from_regex(r"[a-z*]{1,9}(\.[a-z]{1,9}){0,2}", fullmatch=True)), max_size=3
    ).map(tuple),
    cancel_type=st.none() | st.integers(0, 1),
    freeze_ptmsi=st.booleans(),
)


@given(messages)
def test_a_gsup_message_survives_the_wire(message: GsupMessage) -> None:
    assert gsup.decode(gsup.encode(message)) == message


@given(st.binary(max_size=60))
def test_any_octets_are_a_gsup_message_or_garbled(octets: bytes) -> None:
    with suppress(Garbled):
        assert isinstance(gsup.decode(octets), GsupMessage)


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "ff",
        "08",
        "080208",
        "08010210",
        "080103a14365",
        "08010321436502020102",
        "0a010321436503022104",
        "0428010001",
    ],
)
def test_what_is_no_gsup_message_is_garbled(octets: str) -> None:
    with pytest.raises(Garbled):
        gsup.decode(bytes.fromhex(octets))


def test_elements_that_we_do_not_know_are_passed_over() -> None:
    assert gsup.decode(bytes.fromhex("04010321436577021234")) == GsupMessage(
        kind=Kind.UPDATE_LOCATION_REQUEST, imsi="123456"
    )


def test_answers_are_named_after_their_request() -> None:
    assert Kind.SEND_AUTH_INFO_REQUEST.error is Kind.SEND_AUTH_INFO_ERROR
    assert Kind.INSERT_DATA_REQUEST.result is Kind.INSERT_DATA_RESULT
    assert [kind.name for kind in Kind if kind.is_request] == [
        kind.name for kind in Kind if kind.name.endswith("_REQUEST")
    ]
    assert gsup.GsupMessage(kind=Kind.PURGE_MS_ERROR, imsi="123456", cause=0x63).cause_name == "cause 99"
