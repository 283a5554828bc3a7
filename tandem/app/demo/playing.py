"""Brings an operator of its own up for the story, plays it, and stays up or ends."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from tandem.app import operating
from tandem.app.demo.story import BEGINS, Story
from tandem.app.demo.table import Report
from tandem.app.installation import Installation, prepare, signing_key_file
from tandem.app.logins import FILE, make_logins
from tandem.app.network import Network
from tandem.app.running import announced, find_running
from tandem.app.settings import Settings
from tandem.app.supervisor import Supervisor
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import issue_token
from tandem.kernel.errors import Refused, TandemError
from tandem.kernel.store import Database, set_clock
from tandem.kernel.store.embedded import EmbeddedPostgres


class DemoRuns(Refused):
    """A demonstration runs on this folder already."""

    code = "app.demo_runs"


@dataclass
class Outcome:
    """How the story went, told by the thread that plays it."""

    report: Report
    fault: str = ""

    @property
    def verdict(self) -> str:
        """How it went, in words."""
        if self.fault:
            return self.fault
        return "every figure is right" if self.report.is_right else "some figures are WRONG"

    @property
    def exit_code(self) -> int:
        """0 only if every figure is right."""
        return 0 if self.report.is_right and not self.fault else 1


def run(settings: Settings, *, hlr: str, is_brief: bool) -> int:
    """Play the story on a fresh operator. Returns the exit code."""
    started = time.monotonic()
    settings = replace(settings, data=_fresh_folder(settings.data / "demo"))
    installation = prepare(settings)
    network = operating.fill(installation, hlr, with_seed=True)
    with Database(installation.urls.app, max_size=1) as database:
        set_clock(database, BEGINS)
    outcome = Outcome(Report())
    print(f"home register: {network.words}", flush=True)
    with announced(settings.data, settings.url):
        supervisor = Supervisor(
            operating.children(installation),
            keep=lambda: operating.keep(installation),
            on_ready=lambda: _play(installation, network, outcome, supervisor, is_brief),
            on_stopped=lambda: operating.stop(installation, network),
            tell=lambda line: print(line, file=sys.stderr, flush=True),
        )
        code = supervisor.run()
    if is_brief:
        print(f"\n{outcome.report.table()}\n")
        print(outcome.verdict)
        print(f"whole demonstration: {time.monotonic() - started:.1f} s", flush=True)
    return code or outcome.exit_code


def _play(
    installation: Installation, network: Network, outcome: Outcome, supervisor: Supervisor, is_brief: bool
) -> None:
    """In a thread of its own, since the supervisor keeps the processes alive meanwhile."""

    def told() -> None:
        try:
            _tell_story(installation, outcome)
        except TandemError as fault:
            outcome.fault = f"the story ended early: {fault.reason}"
            print(outcome.fault, file=sys.stderr, flush=True)
        if is_brief:
            supervisor.stop(outcome.exit_code)
        else:
            _stay(installation, network, outcome)

    threading.Thread(target=told, name="story", daemon=True).start()


def _tell_story(installation: Installation, outcome: Outcome) -> None:
    settings = installation.settings
    with Database(installation.urls.app, max_size=3) as database:
        logins = {login.username: login for login in make_logins(database, settings)}
        keys = SigningKeys.from_file(signing_key_file(settings))
        token = issue_token(keys, role="system", tenant=settings.tenant, subject="mediation", ttl_s=3600)
        Story(settings, database, token, logins, outcome.report).play()


def _stay(installation: Installation, network: Network, outcome: Outcome) -> None:
    settings = installation.settings
    print(f"\n{outcome.report.table()}")
    print(f"\nTandem stays up at {settings.url}  (Ctrl-C stops it)")
    print(f"home register: {network.words}")
    print(f"logins, one for each role (kept in {settings.data / FILE}):")
    for line in (settings.data / FILE).read_text().splitlines():
        mount, username, password, role = line.split("\t")
        print(f"  {settings.url}{mount:<6} {username:<16} {password:<14} {role}")
    sys.stdout.flush()


def _fresh_folder(folder: Path) -> Path:
    """The demonstration's own folder, emptied of an earlier one. Raises: DemoRuns."""
    if folder.exists():
        running = find_running(folder)
        if running:
            raise DemoRuns(
                f"a demonstration runs here (pid {running[0].pid}) at {running[0].address}",
                next_action="stop it first, or give another --data",
            )
        _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _clear(folder: Path) -> None:
    """Remove what an earlier demonstration left, its database's server and its register among it."""
    operating.stop_left_over(folder)
    EmbeddedPostgres(folder).stop(force=True)
    shutil.rmtree(folder)
