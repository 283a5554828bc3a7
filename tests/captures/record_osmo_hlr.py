"""Records what a real osmo-hlr answers: `python -m tests.captures.record_osmo_hlr`, where it is installed.

Shape: one JSON object a line. `ctrl.jsonl`: `sent` and `received`, whole IPA frames as hexadecimal digits, and `says`,
the two as text. `gsup.jsonl`: the frames of one link in order, `from` being `peer` or `register`. The keys are those of
3GPP TS 35.208, 4.3 (test set 1), and no secrets.
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tandem.oss.elements.drivers.osmo_hlr.driver import HlrAddress
from tandem.oss.elements.drivers.osmo_hlr.launch import start_osmo_hlr
from tandem.oss.elements.protocols import ctrl, gsup, ipa
from tandem.oss.elements.protocols.ctrl import CtrlMessage
from tandem.oss.elements.protocols.gsup import Domain, GsupMessage, Kind
from tandem.oss.elements.protocols.ipa import Frame
from tests.support.elements import OP, OPC, OTHER_KEY, K

FOLDER = Path(__file__).parent / "osmo_hlr"
PEER = "tandem-capture"
FIRST, SECOND, BARE, DATA_OFF, NOBODY = (f"00101000000{number:04}" for number in (1, 2, 3, 4, 9999))


def questions() -> Iterator[tuple[str, str, str]]:
    """Everything about CTRL that the driver relies on, refusals included: verb, variable, value."""
    at = f"subscriber.by-imsi-{FIRST}"
    yield from (("SET", "subscriber.create", FIRST), ("SET", "subscriber.create", FIRST))
    yield from (("SET", "subscriber.create", "12"), ("GET", "subscriber.create", ""))
    yield from (("GET", f"{at}.{name}", "") for name in ("info-all", "aud2g", "aud3g", "msisdn", "ps-enabled"))
    for value in ("353851234567", "353851234567", "+353", "1234567890123456"):
        yield "SET", f"{at}.msisdn", value
    for value in (f"xor,{K}", f"comp128v1,{K}", f"COMP128v3,{OTHER_KEY}", f"xor,{K[:10]}", f"rot13,{K}", "xor"):
        yield "SET", f"{at}.aud2g", value
    for value in (
        f"milenage,{K.upper()},OPC,{OPC.upper()},5",
        f"milenage,{K},OP,{OP}",
        f"milenage,{K},op,{OP},7",
        f"milenage,{K},OPC,{OPC},29",
        f"milenage,{K},OPQ,{OPC},5",
        f"milenage,{K[:5]},OPC,{OPC},5",
        f"milenage,{K},OPC,{OPC[:5]},5",
        f"xor,{K}",
    ):
        yield "SET", f"{at}.aud3g", value
    yield from (("GET", f"{at}.{name}", "") for name in ("info", "info-aud", "info-all", "aud2g", "aud3g", "msisdn"))
    yield from (("SET", f"{at}.{name}", "none") for name in ("aud3g", "aud3g", "aud2g", "aud2g", "msisdn", "msisdn"))
    yield from (("SET", f"{at}.ps-enabled", "0"), ("SET", f"{at}.cs-enabled", "0"), ("SET", f"{at}.cs-enabled", "2"))
    yield from (("SET", f"{at}.info", "1"), ("GET", f"{at}.ps-enabled", ""), ("GET", f"{at}.info-all", ""))
    yield from (("SET", "subscriber.create", SECOND), ("SET", f"subscriber.by-imsi-{SECOND}.msisdn", "353851234567"))
    yield from (("SET", f"{at}.msisdn", "353851234567"), ("GET", "subscriber.by-msisdn-353851234567.info", ""))
    yield from (("GET", "subscriber.by-id-2.info-all", ""), ("GET", "subscriber.by-id-0.info", ""))
    unknown = f"subscriber.by-imsi-{NOBODY}"
    yield from (("GET", f"{unknown}.info-all", ""), ("SET", f"{unknown}.ps-enabled", "1"))
    yield from (("SET", f"{unknown}.msisdn", "111"), ("SET", f"{unknown}.aud2g", "none"))
    yield from (("GET", "subscriber.by-imsi-12x.info", ""), ("GET", "nonsense", ""), ("SET", "nonsense", "1"))
    yield from (("SET", "subscriber.delete", SECOND), ("SET", "subscriber.delete", SECOND))
    yield from (("SET", "subscriber.create", BARE), ("GET", f"subscriber.by-imsi-{BARE}.info-all", ""))


def attaches() -> list[tuple[str, Domain]]:
    """Who asks for what over GSUP."""
    return [(imsi, domain) for imsi in (FIRST, BARE, DATA_OFF, NOBODY) for domain in (Domain.PS, Domain.CS)]


def prepared() -> Iterator[tuple[str, str]]:
    """What is set before the attaches."""
    for imsi in (FIRST, BARE, DATA_OFF):
        yield "subscriber.create", imsi
    yield f"subscriber.by-imsi-{FIRST}.msisdn", "353851234567"
    yield f"subscriber.by-imsi-{FIRST}.aud3g", f"milenage,{K},OPC,{OPC},5"
    yield f"subscriber.by-imsi-{DATA_OFF}.msisdn", "35385123456"
    yield f"subscriber.by-imsi-{DATA_OFF}.aud2g", f"xor,{OTHER_KEY}"
    yield f"subscriber.by-imsi-{DATA_OFF}.aud3g", f"milenage,{K},OP,{OP},7"
    yield f"subscriber.by-imsi-{DATA_OFF}.ps-enabled", "0"


class RawLink:
    """A link that shows the frames themselves."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), 5)
        self._deframer = ipa.Deframer()
        self._ready: list[Frame] = []

    def send(self, frame: Frame) -> None:
        """One frame."""
        self._socket.sendall(ipa.encode_frame(frame))

    def receive(self) -> Frame:
        """The next frame."""
        while not self._ready:
            octets = self._socket.recv(65536)
            if not octets:
                raise ConnectionResetError
            self._ready = self._deframer.feed(octets)
        return self._ready.pop(0)

    def close(self) -> None:
        """Let it go."""
        self._socket.close()


def ask(link: RawLink, id: int, verb: str, variable: str, value: str) -> tuple[Frame, Frame]:
    """One question and its answer, as frames."""
    sent = ipa.extended_frame(ipa.CTRL, ctrl.encode(CtrlMessage(verb, str(id), variable, value)))
    link.send(sent)
    return sent, link.receive()


def set_all(address: HlrAddress, settings: Iterator[tuple[str, str]]) -> None:
    """Make the register ready."""
    link = RawLink(address.host, address.ctrl_port)
    for id, (variable, value) in enumerate(settings, 1):
        ask(link, id, "SET", variable, value)
    link.close()


def talk_gsup(address: HlrAddress) -> Iterator[tuple[str, Frame]]:
    """A peer's whole talk: who spoke, and the frame."""
    link = RawLink(address.host, address.gsup_port)
    yield "register", link.receive()
    yield from _say(link, ipa.identity_response(PEER), answered=False)
    for imsi, domain in attaches():
        for kind in (Kind.SEND_AUTH_INFO_REQUEST, Kind.UPDATE_LOCATION_REQUEST):
            spoken = list(_say(link, _gsup_frame(kind, imsi, domain)))
            yield from spoken
        if spoken[-1][1].payload[1] == Kind.INSERT_DATA_REQUEST:
            yield from _say(link, _gsup_frame(Kind.INSERT_DATA_RESULT, imsi, domain))
            yield from _say(link, _gsup_frame(Kind.PURGE_MS_REQUEST, imsi, domain))
    link.close()


def _gsup_frame(kind: Kind, imsi: str, domain: Domain) -> Frame:
    return ipa.extended_frame(ipa.GSUP, gsup.encode(GsupMessage(kind=kind, imsi=imsi, domain=domain)))


def _say(link: RawLink, frame: Frame, *, answered: bool = True) -> Iterator[tuple[str, Frame]]:
    link.send(frame)
    yield "peer", frame
    if answered:
        yield "register", link.receive()


def main() -> None:
    """Record both."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _write("ctrl.jsonl", _record_ctrl(Path(folder) / "ctrl"))
        _write("gsup.jsonl", _record_gsup(Path(folder) / "gsup"))


def _record_ctrl(folder: Path) -> list[dict[str, Any]]:
    running = start_osmo_hlr(folder)
    link = RawLink(running.address.host, running.address.ctrl_port)
    lines = []
    for id, question in enumerate(questions(), 1):
        sent, received = ask(link, id, *question)
        says = [frame.payload[1:].decode() for frame in (sent, received)]
        lines.append({"sent": _hex(sent), "received": _hex(received), "says": says})
    running.stop()
    return lines


def _record_gsup(folder: Path) -> list[dict[str, Any]]:
    running = start_osmo_hlr(folder)
    set_all(running.address, prepared())
    lines = [{"from": who, "octets": _hex(frame)} for who, frame in talk_gsup(running.address)]
    running.stop()
    return lines


def _hex(frame: Frame) -> str:
    return ipa.encode_frame(frame).hex()


def _write(name: str, lines: list[dict[str, Any]]) -> None:
    (FOLDER / name).write_text("".join(json.dumps(line) + "\n" for line in lines))


if __name__ == "__main__":
    main()
