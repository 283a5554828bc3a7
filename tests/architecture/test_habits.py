"""Each habit that a syntax tree can hold: one example that breaks it, one that keeps it."""

from __future__ import annotations

import pytest

from tests.architecture import habits
from tests.architecture.planted import source

COMMANDS = "tandem/bss/billing/commands.py"
TERMS = "tandem/bss/billing/terms.py"
PUBLIC = "tandem/bss/billing/public.py"
RULE = "tandem/bss/billing/rules/rounding.py"


def _laws(path: str, text: str) -> list[str]:
    return [fault.law for fault in habits.hold_habits([source(path, text)])]


@pytest.mark.parametrize(
    ("path", "text", "law"),
    [
        (COMMANDS, "import datetime\nat = datetime.datetime.now(datetime.UTC)\n", "clock"),
        (COMMANDS, "due = date.today()\n", "clock"),
        ("tandem/channels/agent/pages.py", "started = time.time()\n", "clock"),
        (COMMANDS, "net = round(gross / 2)\n", "money"),
        (COMMANDS, "net = float(gross)\n", "money"),
        ("tandem/kernel/money.py", "HALF = 0.5\n", "money"),
        (COMMANDS, "Money.of(amount=0.5)\n", "money"),
        (COMMANDS, "try:\n    bill()\nexcept Exception:\n    pass\n", "errors"),
        (COMMANDS, "try:\n    bill()\nexcept:\n    pass\n", "errors"),
        (COMMANDS, "try:\n    bill()\nexcept (KeyError, BaseException):\n    log()\n", "errors"),
        (COMMANDS, "uow.commit()\n", "transactions"),
        ("tandem/bss/billing/store.py", "self.connection.rollback()\n", "transactions"),
        (TERMS, "class BillAlreadySent(Conflict): ...\n", "errors"),
        (TERMS, "class BillAlreadySent(Conflict):\n    code = 'ordering.bill_already_sent'\n", "errors"),
        (TERMS, "class A(Refused):\n    code = 'billing.a'\nclass B(A):\n    code = 'B'\n", "errors"),
        ("tandem/bss/billing/utils.py", "", "names"),
        ("tandem/bss/billing/service.py", "", "names"),
        ("tandem/kernel/helpers/text.py", "", "names"),
        (COMMANDS, "class BillManager: ...\n", "names"),
        (COMMANDS, "class DefaultRater: ...\n", "names"),
        (PUBLIC, "def issue(uow, *, account): ...\n", "docstrings"),
        (PUBLIC, "def issue(uow, account, period):\n    '''Issue.'''\n", "doors"),
        (RULE, "def half_up(amount): ...\n", "docstrings"),
        ("tandem/bss/billing/__init__.py", '"""Bills."""\nfrom x import y\n', "rooms"),
        ("tandem/bss/billing/__init__.py", "", "rooms"),
        (COMMANDS, "import importlib\nimportlib.import_module('tandem.bss.party.store')\n", "imports"),
        (COMMANDS, "x = 1  # TODO: later\n", "comments"),
        ("tests/bss/billing/test_bill.py", "time.sleep(1)\n", "tests"),
    ],
)
def test_a_broken_habit_is_found(path: str, text: str, law: str) -> None:
    assert _laws(path, text) == [law]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (COMMANDS, "def issue(uow, *, at):\n    now = uow.now\n    return datetime.fromisoformat(at)\n"),
        ("tandem/kernel/steps/lease.py", "held_until = time.time() + 30\n"),
        (COMMANDS, "net = gross.rounded(digits=2)\nshare = Decimal('0.5')\n"),
        ("tandem/bss/billing/steps.py", "STEPS = (Step('billing.send', send, backoff_s=0.5),)\n"),
        ("tandem/oss/planning/rules/demand.py", "growth = round(0.5 * 3)\n"),
        (COMMANDS, "try:\n    bill()\nexcept BillAlreadySent:\n    pass\n"),
        ("tandem/kernel/web/edge.py", "try:\n    answer()\nexcept Exception as fault:\n    tell(fault)\n"),
        ("tandem/kernel/store/uow.py", "try:\n    work()\nexcept BaseException:\n    tidy()\n    raise\n"),
        ("tandem/oss/elements/drivers/osmo_hlr/driver.py", "session.commit()\n"),
        (TERMS, "class BillAlreadySent(Conflict):\n    code = 'billing.bill_already_sent'\n"),
        (TERMS, "class BillAlreadySent(Conflict):\n    code: ClassVar[str] = 'billing.bill_already_sent'\n"),
        ("tandem/oss/inventory/model/service.py", "class Service: ...\n"),
        (PUBLIC, "def issue(uow, account, *, period):\n    '''Issue it.'''\ndef _own(): ...\n"),
        (RULE, "def half_up(amount):\n    '''Round it.'''\n"),
        ("tandem/bss/billing/__init__.py", '"""Bills."""\n'),
        ("tandem/app/wiring.py", "importlib.import_module(f'tandem.{room}.store')\n"),
        (COMMANDS, "x = 1  # TODO(#12): when the standard has a word for it\n"),
        ("tests/support/waiting.py", "time.sleep(0.01)\n"),
    ],
)
def test_a_kept_habit_passes(path: str, text: str) -> None:
    assert _laws(path, text) == []


def test_an_error_code_stands_once() -> None:
    text = "class A(Refused):\n    code = 'billing.a'\n"
    again = "class C(Refused):\n    code = 'billing.a'\n"
    other = "class B(Refused):\n    code = 'billing.b'\n"
    assert habits.codes_are_unique([source(TERMS, text), source(COMMANDS, other)]) == []
    assert [f.line for f in habits.codes_are_unique([source(TERMS, text), source(COMMANDS, again)])] == [1]
