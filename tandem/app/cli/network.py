"""The home register that an installation started: what became of it, starting it again, stopping it."""

from __future__ import annotations

import argparse

from tandem.app import network
from tandem.app.installation import opened
from tandem.app.settings import Settings
from tandem.oss.elements import public as elements


def hlr(settings: Settings, args: argparse.Namespace) -> int:
    """Say whether the home register runs, start it (again, with the subscribers that it had), or stop it."""
    running = elements.find_running_hlr(settings.data / network.HLR_FOLDER)
    if args.action == "start":
        with opened(settings) as database:
            running = network.registered_network(database, settings, args.kind).register
    elif args.action == "stop" and running is not None:
        running.stop()
        running = None
    print(f"home register: {network.words_of(running) if running else 'does not run'}")
    return 0 if running or args.action == "stop" else 1
