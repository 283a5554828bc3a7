"""The command table of ./dev, and the way from a word to what it runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tools.dev import check, golden, hooks, new, setup, story, where
from tools.dev.locks import Lock, write_locks
from tools.dev.place import PYTHON, ROOT, Stop, environment


@dataclass(frozen=True)
class Command:
    """One word of ./dev."""

    usage: str
    tells: str
    run: Callable[[list[str]], int]


def _set_up(arguments: list[str]) -> int:
    setup.ensure(Lock.DEVELOPMENT)
    if arguments[:1] == ["--lock"]:
        uv, uv_environment = setup.uv_command()
        write_locks(uv, uv_environment, tuple(arguments[1:]))
        setup.ensure(Lock.DEVELOPMENT)
    elif arguments:
        raise Stop("setup takes nothing, or --lock [PACKAGE ...|all] to resolve pyproject.toml again")
    hooks.install()
    return 0


def _operate(*words: str) -> Callable[[list[str]], int]:
    """Tandem's own command line, in an environment that holds the runtime lock only."""

    def run(arguments: list[str]) -> int:
        setup.ensure(Lock.RUNTIME)
        return _become(["-m", "tandem.app", *words, *arguments])

    return run


def _develop(module: str) -> Callable[[list[str]], int]:
    """A module of the tree, in an environment that holds the development lock."""

    def run(arguments: list[str]) -> int:
        setup.ensure(Lock.DEVELOPMENT)
        return _become(["-m", module, *arguments])

    return run


def _check(arguments: list[str]) -> int:
    setup.ensure(Lock.DEVELOPMENT)
    return check.run(arguments)


def _test(arguments: list[str]) -> int:
    setup.ensure(Lock.DEVELOPMENT)
    return _become(["-m", "tools.testing", *arguments])


_ON_ANOTHER_POSTGRES = ("-m", "not postgres", "tests/kernel", "tests/journeys/test_order_is_delivered.py")


def _ci(arguments: list[str]) -> int:
    """Everything that is held, all tests last so that pytest's summary closes the output."""
    if arguments:
        raise Stop("ci takes nothing: it is always everything")
    setup.ensure(Lock.DEVELOPMENT)
    code = check.run([]) or _run(["-m", "tools.docs", "--check"])
    code = code or _run(["-m", "tools.testing", "--postgres=system", "-q", *_ON_ANOTHER_POSTGRES])
    return code or _test(["--durations=15"])


def _become(arguments: list[str]) -> int:
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *arguments], environment())


def _run(arguments: list[str]) -> int:
    return subprocess.run([PYTHON, *arguments], env=environment(), cwd=ROOT).returncode


COMMANDS = {
    "setup": Command(
        "[--lock [PACKAGE ...|all]]", "make .venv what the locks say; --lock resolves them again", _set_up
    ),
    "up": Command("[--port N] [--data DIR] ...", "run the operator until interrupted", _operate("up")),
    "demo": Command("[--exit]", "play one customer's story live, then stay up (or end with a table)", _operate("demo")),
    "tandem": Command("ARGS ...", "the product's own command line", _operate()),
    "migrate": Command("NAME", "write the migration from the last schema to the declared one", _operate("migration")),
    "check": Command("[--write-baseline]", "format, lint, types, imports, limits: in seconds", _check),
    "test": Command("[--postgres=system|URL] [PYTEST ARGS ...]", "run the tests", _test),
    "story": Command("[WORD]", "list the journeys, or run those that WORD names", story.run),
    "golden": Command(
        "[--yes] [PYTEST ARGS ...]", "show what golden files would change to, then rewrite them", golden.run
    ),
    "bench": Command(
        "[NAME ...] [--quick]", "measure, print the figures, write bench/out/NAME.json", _develop("bench")
    ),
    "docs": Command("[--check]", "write the generated pages of docs/, or check them all", _develop("tools.docs")),
    "new": Command("room|entity|driver|journey|decision ...", "scaffold one, with its test and its docs", new.run),
    "where": Command("WORD", "which room knows a word", where.run),
    "ci": Command("", "check, docs --check and every test: what CI runs", _ci),
}


def main(arguments: list[str]) -> int:
    """Run one command; without one, or with an unknown one, print the list."""
    word = arguments[0] if arguments else "help"
    if word not in COMMANDS:
        print(_list())
        return 0 if word in ("help", "-h", "--help") else 2
    try:
        return COMMANDS[word].run(arguments[1:])
    except Stop as stop:
        print(f"dev {word}: {stop}", file=sys.stderr)
    except subprocess.CalledProcessError as failed:
        print(f"dev {word}: {os.fspath(failed.cmd[0])} ended with {failed.returncode}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _list() -> str:
    rows = [(f"{word} {command.usage}".strip(), command.tells) for word, command in COMMANDS.items()]
    width = max(len(usage) for usage, _ in rows)
    return "\n".join(["usage: ./dev COMMAND ...", "", *(f"  {usage:<{width}}  {tells}" for usage, tells in rows)])
