"""Starts a home register of one's own: the real osmo-hlr where it is installed and may run, else the simulated one.

A register outlives the process that started it, as real elements do: who starts it again in the same folder joins the
one that runs. osmo-hlr 1.5 has fixed ports, so each gets a loopback address for itself; the simulated one takes ports.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from tandem.kernel.errors import Unavailable
from tandem.oss.elements.drivers.osmo_hlr.driver import HlrAddress, OsmoHlrDriver

PROGRAM_SETTING: Final = "TANDEM_OSMO_HLR"
_FIXED_PORTS: Final = (4222, 4258, 4259)
_START_S: Final = 15.0
_STOP_S: Final = 5.0
_CONFIGURATION: Final = """\
log stderr
 logging filter all 1
 logging color 0
 logging print category 1
 logging level set-all notice
line vty
 bind {host}
ctrl
 bind {host}
hlr
 gsup
  bind ip {host}
  ipa-name tandem-lab-hlr
"""


class RegisterDidNotStart(Unavailable):
    """The register ended or did not answer in time; `facts["log"]` has its last words."""

    code = "elements.register_did_not_start"


class _Note(msgspec.Struct, frozen=True):
    """What a folder remembers about its register."""

    pid: int
    address: HlrAddress
    software: str
    simulated: bool


class RunningHlr:
    """A register that runs in a folder."""

    def __init__(self, folder: Path, note: _Note, process: subprocess.Popen[bytes] | None = None) -> None:
        self.folder = folder
        self._note = note
        self._process = process

    @property
    def address(self) -> HlrAddress:
        """Where it listens."""
        return self._note.address

    @property
    def address_doc(self) -> Mapping[str, Any]:
        """Where it listens, as the registry keeps it."""
        doc: dict[str, Any] = msgspec.to_builtins(self._note.address)
        return doc

    @property
    def software(self) -> str:
        """What it is: `osmo-hlr 1.5.0` or `simulated`."""
        return self._note.software

    @property
    def simulated(self) -> bool:
        """Whether it only plays a register."""
        return self._note.simulated

    @property
    def pid(self) -> int:
        """Its process."""
        return self._note.pid

    def is_running(self) -> bool:
        """Whether its process is there."""
        if self._process is not None:
            return self._process.poll() is None
        return _is_ours(self._note, self.folder)

    def stop(self) -> None:
        """End it in good order; as hard as needed."""
        self._signal(signal.SIGTERM)
        if not self._is_gone_within(_STOP_S):
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self._signal(signal.SIGKILL)
        self._is_gone_within(_STOP_S)

    def start_again(self) -> RunningHlr:
        """The same register, at the same address, with the same subscribers."""
        return _STARTS[_kind_of(self._note)](self.folder, address=self.address)

    def _signal(self, number: int) -> None:
        if self.is_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _is_gone_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


def find_osmo_hlr() -> Path | None:
    """The program of the real register: the one that the environment names, else the one on the path, else None."""
    named = os.environ.get(PROGRAM_SETTING)
    if named is not None:
        return Path(named) if named and os.access(named, os.X_OK) else None
    found = shutil.which("osmo-hlr")
    return Path(found) if found else None


def start_hlr(folder: Path, *, kind: str = "auto") -> RunningHlr:
    """The register of this folder: the one that runs there, else one of the kind and at the address that it had, else a
    new one. `kind` is auto (the real one where it may run, else the simulated one), real or simulated.

    Idempotent: whoever keeps a register alive may call it again and again. One of another kind than asked is stopped.
    Raises: RegisterDidNotStart.
    """
    last = _read_note(folder)
    if last is not None and kind not in ("auto", _kind_of(last)):
        RunningHlr(folder, last).stop()
        last = None
    if last is not None and _is_ours(last, folder):
        return RunningHlr(folder, last)
    if last is not None:
        with contextlib.suppress(RegisterDidNotStart):
            return _STARTS[_kind_of(last)](folder, address=last.address)
    if kind == "real":
        return start_osmo_hlr(folder)
    if kind == "auto" and find_osmo_hlr() is not None:
        with contextlib.suppress(RegisterDidNotStart):
            return start_osmo_hlr(folder)
    return start_simulated_hlr(folder)


def find_running_hlr(folder: Path) -> RunningHlr | None:
    """The register that runs in this folder, whoever started it."""
    note = _read_note(folder)
    return RunningHlr(folder, note) if note is not None and _is_ours(note, folder) else None


def _kind_of(note: _Note) -> str:
    return "simulated" if note.simulated else "real"


def _read_note(folder: Path) -> _Note | None:
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((folder / "hlr.json").read_bytes(), type=_Note)
    return None


def start_osmo_hlr(folder: Path, *, address: HlrAddress | None = None) -> RunningHlr:
    """A real register with its database in the folder. Raises: RegisterDidNotStart."""
    program = find_osmo_hlr()
    if program is None:
        raise RegisterDidNotStart("osmo-hlr is not installed", next_action="apt-get install osmo-hlr")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    where = address or HlrAddress(host=free_loopback_address(folder))
    configuration = folder / "osmo-hlr.cfg"
    configuration.write_text(_CONFIGURATION.format(host=where.host))
    command = [str(program), "-c", str(configuration), "-l", str(folder / "hlr.db")]
    with _log(folder) as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    return _ready(folder, process, _Note(process.pid, where, _version(program), simulated=False))


def start_simulated_hlr(folder: Path, *, address: HlrAddress | None = None) -> RunningHlr:
    """A simulated register with its journal in the folder. Raises: RegisterDidNotStart."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    where = address or HlrAddress(host="127.0.0.1", ctrl_port=0, gsup_port=0)
    options = ["--host", where.host, "--ctrl", str(where.ctrl_port), "--gsup", str(where.gsup_port)]
    module = "tandem.oss.elements.simulated.hlr"
    command = [sys.executable, "-m", module, *options, "--data", str(folder / "hlr.journal")]
    with _log(folder) as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    assert process.stdout is not None
    with process.stdout as announced:
        line = announced.readline()
    if not line:
        raise _failed(folder, process, "the simulated register ended before it listened")
    ports = msgspec.json.decode(line, type=dict[str, int])
    where = msgspec.structs.replace(where, ctrl_port=ports["ctrl"], gsup_port=ports["gsup"])
    return _ready(folder, process, _Note(process.pid, where, "simulated", simulated=True))


_STARTS: Final = {"real": start_osmo_hlr, "simulated": start_simulated_hlr}


def free_loopback_address(folder: Path) -> str:
    """A loopback address at which the register's fixed ports are free; the same for the same folder if it can be."""
    seed = hashlib.sha256(str(folder.resolve()).encode()).digest()
    for at in range(0, len(seed) - 2, 3):
        host = f"127.{seed[at] % 254 + 1}.{seed[at + 1]}.{seed[at + 2] % 254 + 1}"
        if _ports_are_free(host):
            return host
    return "127.0.0.1"


def _ports_are_free(host: str) -> bool:
    try:
        for port in _FIXED_PORTS:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
    except OSError:
        return False
    return True


def _ready(folder: Path, process: subprocess.Popen[bytes], note: _Note) -> RunningHlr:
    driver = OsmoHlrDriver("starting", note.address)
    until = time.monotonic() + _START_S
    try:
        while not driver.probe().answers:
            if process.poll() is not None:
                raise _failed(folder, process, "the register ended before it answered")
            if time.monotonic() > until:
                process.kill()
                raise _failed(folder, process, f"the register did not answer within {_START_S:g} s")
            time.sleep(0.02)
    finally:
        driver.close()
    (folder / "hlr.json").write_bytes(msgspec.json.encode(note))
    return RunningHlr(folder, note, process)


def _failed(folder: Path, process: subprocess.Popen[bytes], what: str) -> RegisterDidNotStart:
    process.wait()
    words = (folder / "hlr.log").read_text(errors="replace")[-2000:]
    return RegisterDidNotStart(what, log=words, folder=str(folder))


@contextlib.contextmanager
def _log(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder / "hlr.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _version(program: Path) -> str:
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    return "osmo-hlr " + (told.split()[2] if len(told.split()) > 2 else "?")


def _is_ours(note: _Note, folder: Path) -> bool:
    """Whether the process that the note names still runs, and is not another one that got its number.

    A process that is ending has no command line any more and may still hold its ports; it runs until it is a zombie.
    """
    with contextlib.suppress(OSError):
        process = Path(f"/proc/{note.pid}")
        state = process.joinpath("stat").read_text().rpartition(")")[2].split()[0]
        command = process.joinpath("cmdline").read_bytes()
        return state not in "ZX" and (str(folder).encode() in command or not command)
    return False
