"""The small process that keeps an operator up: all it has to know was worked out before, by a larger one it replaces.

Why: preparing an operator imports every room; the process that then only watches others should not hold all that.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tandem.app.running import announced, find_running
from tandem.app.supervisor import ChildSpec, Supervisor, answers
from tandem.kernel.store.embedded import EmbeddedPostgres

PLAN_VARIABLE = "TANDEM_KEEP"


@dataclass(frozen=True)
class Plan:
    """What is to be kept up, and what is said when it is."""

    data: str
    address: str
    is_embedded: bool
    register_folder: str
    greeting: Sequence[str]
    children: Sequence[Mapping[str, Any]]

    def hand_over(self) -> None:
        """Become the process that keeps it up; never returns."""
        sys.stdout.flush()
        environment = {**os.environ, PLAN_VARIABLE: json.dumps(self.__dict__)}
        os.execve(sys.executable, [sys.executable, "-m", "tandem.app.keeping"], environment)


def spec_of(child: ChildSpec, ready_url: str | None) -> dict[str, Any]:
    """A child as the plan carries it."""
    return {"name": child.name, "argv": list(child.argv), "env": dict(child.env), "ready": ready_url}


def main() -> int:
    """Keep up what the environment's plan says, until asked to stop."""
    plan = Plan(**json.loads(os.environ.pop(PLAN_VARIABLE)))
    data = Path(plan.data)
    postgres = EmbeddedPostgres(data) if plan.is_embedded else None
    if postgres is not None:
        postgres.start()
    with announced(data, plan.address) as others:
        if any(other.address == plan.address for other in others):
            print(f"tandem: another Tandem on this data folder is at {plan.address} already", file=sys.stderr)
            return 1
        for other in others:
            print(f"note: a Tandem (pid {other.pid}) runs on this data folder too, at {other.address}", file=sys.stderr)
        supervisor = Supervisor(
            [_child(one) for one in plan.children],
            keep=lambda: postgres.revive() if postgres is not None else None,
            on_ready=lambda: print("\n".join(plan.greeting), flush=True),
            on_stopped=lambda: _stop(plan, postgres),
        )
        return supervisor.run()


def _child(spec: Mapping[str, Any]) -> ChildSpec:
    ready = answers(spec["ready"]) if spec["ready"] else None
    return ChildSpec(spec["name"], spec["argv"], spec["env"], ready=ready)


def _stop(plan: Plan, postgres: EmbeddedPostgres | None) -> None:
    """End the register and the database, unless another Tandem on this data folder still lives on them."""
    is_last = all(other.pid == os.getpid() for other in find_running(Path(plan.data)))
    if plan.register_folder and is_last:
        from tandem.oss.elements.public import find_running_hlr  # only now: it is not needed to watch

        running = find_running_hlr(Path(plan.register_folder))
        if running is not None:
            running.stop()
    if postgres is not None:
        postgres.stop()


if __name__ == "__main__":
    sys.exit(main())
