"""A worker process that kills itself, as `kill -9` does, in the middle of its n-th step or right after it.

Run as `python -m tests.support.mortal_worker DATABASE_URL DATA_FOLDER within|after N`.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from tandem.app import wiring
from tandem.app.settings import Settings
from tandem.app.working import make_worker
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.json import Doc
from tandem.kernel.steps import Step, Worker
from tandem.kernel.store import Database, Uow


def die() -> None:
    """End without a word, as a killed process does."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying_within(step: Step, left: list[int]) -> Step:
    """The step, which kills the process between its effect and its commit when its turn is the last one left."""

    def effect(uow: Uow, payload: Doc) -> None:
        left[0] -= 1
        step.effect(uow, payload)
        if left[0] == 0:
            uow.flush()
            die()

    return replace(step, effect=effect)


def work(worker: Worker, *, dies_after: int | None) -> None:
    """Do what waits until nothing does, or until so many steps are done: then die."""
    done = 0
    with worker.database.connection() as connection:
        moved, worked = 1, 0
        while moved or worked:
            moved = worker.relay.relay_batch(connection)
            worked = worker.work_once(connection)
            done += worked
            if done == dies_after:
                die()


def main(url: str, folder: str, mode: str, number: int) -> None:
    """Work until the n-th step, then die; end in peace when there are fewer."""
    wiring.declare_tables()
    use_sealing_keys(SealingKeys.from_file(Path(folder) / "keys" / "sealing.json"))
    with Database(url, max_size=4) as database:
        worker = make_worker(Settings(data=Path(folder)), database)
        if mode == "within":
            left = [number]
            worker.registry.steps.update(
                {kind: dying_within(step, left) for kind, step in worker.registry.steps.items()}
            )
        work(worker, dies_after=number if mode == "after" else None)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
