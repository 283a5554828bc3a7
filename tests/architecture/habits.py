"""Habits that a syntax tree can hold: time is passed in, money stays exact, errors are told, names mean something."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from tests.architecture.source import Fault, Source

Law = Callable[[Source], Iterator[Fault]]

CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
# The edge, and the kernel's own real time: leases, retries, tokens, embedded servers.
READS_REAL_TIME = (
    "app",
    "kernel.clock",
    "kernel.ids",
    "kernel.steps",
    "kernel.access",
    "kernel.audit",
    "kernel.web",
    "kernel.store",
    "kernel.tmf.notifications",
)
COUNTS_MONEY = ("bss", "seam", "kernel.money", "kernel.period")
# The HTTP edge, the worker loop, the driver boundary.
CATCHES_ALL = ("kernel.web.edge", "kernel.steps.worker", "oss.elements.drivers")
EDGE_OF_TRANSACTIONS = ("kernel", "app")
FORBIDDEN_FILES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}
FORBIDDEN_CLASS = re.compile(r"^_?(Default|Abstract)[A-Z]|(Manager|Helper|Utils?)$")
ERROR_FAMILIES = {
    "TandemError",
    "Refused",
    "Unavailable",
    "Broken",
    "Invalid",
    "NotFound",
    "Conflict",
    "Stale",
    "Forbidden",
    "Unauthenticated",
    "Throttled",
    "TooLarge",
}
COMMENT_TODO = re.compile(r"#.*\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")


def hold_habits(sources: Iterable[Source]) -> list[Fault]:
    """Every broken habit in the tree."""
    return [fault for source in sources for law in LAWS for fault in law(source)]


def time_is_passed_in(source: Source) -> Iterator[Fault]:
    """Nothing below the edge asks the clock."""
    if not source.module or source.is_under(*READS_REAL_TIME):
        return
    for node in _calls(source):
        if ast.unparse(node.func) in CLOCK_CALLS:
            yield source.fault(
                node, "clock", f"{ast.unparse(node.func)}() below the edge: take `at: Instant` or uow.now"
            )


def money_stays_exact(source: Source) -> Iterator[Fault]:
    """No float and no builtin round where money is counted; seconds that say so (`backoff_s=0.5`) are not money."""
    if not source.is_under(*COUNTS_MONEY):
        return
    durations = {
        id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.keyword) and _is_duration(node)
    }
    for node in ast.walk(source.tree):
        if id(node) in durations:
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("round", "float"):
            yield source.fault(
                node, "money", f"{node.func.id}() is not exact: round by a named rule on Money or Decimal"
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield source.fault(
                node, "money", f"{node.value!r} is a float: write a Decimal, or an integer of the small unit"
            )


def _is_duration(keyword: ast.keyword) -> bool:
    return keyword.arg is not None and keyword.arg.endswith(("_s", "_ms"))


def everything_is_caught_by_name(source: Source) -> Iterator[Fault]:
    """`except Exception` stands at the HTTP edge, in the worker loop and at the driver boundary.

    To tidy up and raise again is no catch.
    """
    if not source.module or source.is_under(*CATCHES_ALL):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type) and not isinstance(node.body[-1], ast.Raise):
            yield source.fault(node, "errors", "name what is caught; only three places catch everything")


def transactions_end_at_the_edge(source: Source) -> Iterator[Fault]:
    """Commands, queries, stores and doors neither commit nor roll back."""
    if not source.room or source.room_file in ("drivers", "clients", "simulated", "wire"):
        return
    for node in _calls(source):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("commit", "rollback"):
            receiver = ast.unparse(node.func.value)
            if receiver.split(".")[-1] in ("uow", "connection", "conn", "cursor"):
                yield source.fault(node, "transactions", f"{receiver}.{node.func.attr}() belongs to the edge")


def errors_have_codes(source: Source) -> Iterator[Fault]:
    """A named error is a room's word: it stands in `terms` and carries `<room>.<snake_name>`."""
    if not source.room:
        return
    for node in _errors(source):
        code = _code_of(node)
        expected = f"{source.room.rpartition('.')[2]}."
        if code is None or not re.fullmatch(rf"{expected}[a-z][a-z0-9_]*", code):
            yield source.fault(node, "errors", f"{node.name} needs a code that begins with {expected!r}, has {code!r}")


def error_codes(sources: Iterable[Source]) -> dict[str, list[str]]:
    """Where each error code is defined."""
    found: dict[str, list[str]] = {}
    for source in sources:
        for node in _errors(source) if source.module else ():
            code = _code_of(node)
            if code:
                found.setdefault(code, []).append(f"{source.path}:{node.lineno}")
    return found


def codes_are_unique(sources: Iterable[Source]) -> list[Fault]:
    """One code, one error."""
    return [
        Fault(
            places[-1].rpartition(":")[0],
            int(places[-1].rpartition(":")[2]),
            "errors",
            f"{code} also stands at {places[0]}",
        )
        for code, places in error_codes(sources).items()
        if len(places) > 1
    ]


def names_mean_something(source: Source) -> Iterator[Fault]:
    """No file or class is named after nothing."""
    stem = source.path.rpartition("/")[2].removesuffix(".py")
    parent = source.path.split("/")[-2] if "/" in source.path else ""
    flat_service = stem in ("service", "services") and not (source.room and len(source.module.split(".")) == 3)
    if (stem in FORBIDDEN_FILES and not flat_service) or parent in FORBIDDEN_FILES - {"service", "services"}:
        yield source.fault(1, "names", f"{source.path}: name the file after what it knows")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and FORBIDDEN_CLASS.search(node.name):
            yield source.fault(node, "names", f"{node.name}: name the class after what it is")


def doors_are_documented(source: Source) -> Iterator[Fault]:
    """Functions of `public` and `rules` say what they do.

    Those of `public` take the unit of work and the one thing they are about by position, the rest by keyword.
    """
    if source.room_file not in ("public", "rules"):
        return
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            yield source.fault(node, "docstrings", f"{node.name} stands in {source.room_file}: say what it does")
        if source.room_file == "public" and len([*node.args.posonlyargs, *node.args.args]) > 2:
            yield source.fault(node, "doors", f"{node.name} takes more than two arguments by position")


def rooms_introduce_themselves(source: Source) -> Iterator[Fault]:
    """A room's `__init__` is one paragraph and no code."""
    parts = source.module.split(".")
    is_room = source.path.endswith("/__init__.py") and len(parts) == 2 and parts[0] in ("bss", "oss", "channels")
    if is_room and (ast.get_docstring(source.tree) is None or len(source.tree.body) > 1):
        yield source.fault(1, "rooms", "a room's __init__ holds its paragraph and nothing else")


def imports_are_seen(source: Source) -> Iterator[Fault]:
    """Nobody but the program imports by a computed name: the import law would not see it."""
    if not source.module or source.is_under("app"):
        return
    for node in _calls(source):
        if ast.unparse(node.func) in ("importlib.import_module", "import_module", "__import__"):
            yield source.fault(node, "imports", "import by name, so that the import law sees it")


def todos_have_issues(source: Source) -> Iterator[Fault]:
    """`TODO(#issue)` or nothing."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if COMMENT_TODO.search(line) and not source.path.startswith("tests/architecture/"):
            yield source.fault(number, "comments", "write TODO(#issue), or do it")


def tests_do_not_sleep(source: Source) -> Iterator[Fault]:
    """A test waits for what it wants to see (tests/support), never for time to pass."""
    if not re.search(r"(^|/)test_[^/]*\.py$", source.path):
        return
    for node in _calls(source):
        if ast.unparse(node.func) in ("time.sleep", "sleep", "asyncio.sleep"):
            yield source.fault(node, "tests", "no sleeps: wait for what you want to see")


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def _catches_all(caught: ast.expr | None) -> bool:
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(one is None or ast.unparse(one) in ("Exception", "BaseException") for one in each)


def _errors(source: Source) -> Iterator[ast.ClassDef]:
    """Classes that derive from an error family, directly or by another error of the same file."""
    known = set(ERROR_FAMILIES)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).split(".")[-1] in known for base in node.bases):
            known.add(node.name)
            yield node


def _code_of(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if isinstance(target, ast.Name) and target.id == "code":
            value = getattr(statement, "value", None)
            return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
    return None


LAWS: tuple[Law, ...] = (
    time_is_passed_in,
    money_stays_exact,
    everything_is_caught_by_name,
    transactions_end_at_the_edge,
    errors_have_codes,
    names_mean_something,
    doors_are_documented,
    rooms_introduce_themselves,
    imports_are_seen,
    todos_have_issues,
    tests_do_not_sleep,
)
