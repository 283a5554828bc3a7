"""./dev check: format, lint, types and the house's own laws, side by side, in seconds."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.dev.place import PYTHON, ROOT, Stop, environment

BIN = PYTHON.parent
CHECKS = {
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "laws": [str(PYTHON), "-m", "tests.architecture"],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "--diff"],
    "lint": [str(BIN / "ruff"), "check", "--quiet"],
}


@dataclass(frozen=True)
class Outcome:
    """How one check ended."""

    name: str
    code: int
    output: str
    duration_s: float


def run(arguments: list[str]) -> int:
    """Run all checks; print what the failed ones say. 0 when all are kept."""
    if arguments == ["--write-baseline"]:
        return subprocess.run([*CHECKS["laws"], *arguments], cwd=ROOT, env=environment()).returncode
    if arguments:
        raise Stop("check takes nothing, or --write-baseline")
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        outcomes = list(pool.map(_run, CHECKS))
    for outcome in outcomes:
        if outcome.code:
            print(outcome.output.rstrip(), flush=True)
    for outcome in outcomes:
        print(f"{'failed' if outcome.code else 'kept':<7} {outcome.name:<7} {outcome.duration_s:5.1f} s", flush=True)
    if outcomes[2].code:
        print("format: .venv/bin/ruff format writes it")
    return int(any(outcome.code for outcome in outcomes))


def _run(name: str) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=environment(), capture_output=True, text=True)
    return Outcome(name, done.returncode, done.stdout + done.stderr, time.monotonic() - started)
