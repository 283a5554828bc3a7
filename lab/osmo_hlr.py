"""Starts and stops a home register: `python lab/osmo_hlr.py start|stop|kill|status --data DIR [--simulated]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr, find_running_hlr, start_hlr


def main() -> int:
    """Do what is asked; 1 where nothing runs that could be stopped."""
    parser = argparse.ArgumentParser(prog="lab/osmo_hlr.py", description=__doc__)
    parser.add_argument("action", choices=("start", "stop", "kill", "status"))
    parser.add_argument("--data", type=Path, required=True, help="folder for the register's database and log")
    parser.add_argument("--simulated", action="store_true", help="play a register, even where osmo-hlr is installed")
    options = parser.parse_args()
    running = find_running_hlr(options.data)
    if options.action == "start":
        running = start_hlr(options.data, kind="simulated" if options.simulated else "auto")
    elif running is not None and options.action == "stop":
        running.stop()
    elif running is not None and options.action == "kill":
        running.kill()
    print(json.dumps(_told(running)))
    return 0 if running is not None else 1


def _told(running: RunningHlr | None) -> dict[str, object]:
    if running is None:
        return {"running": False}
    return {"running": running.is_running(), "software": running.software, "pid": running.pid, **running.address_doc}


if __name__ == "__main__":
    raise SystemExit(main())
