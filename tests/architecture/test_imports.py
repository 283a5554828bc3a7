"""The import law bites: each contract catches a planted fault and lets a good example pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import law
from tests.architecture.planted import broken_contracts

GOOD = {
    "app/wiring.py": "from {root}.bss.billing import http, jobs, public\nfrom {root}.channels.agent import pages\n",
    "channels/agent/pages.py": "from {root}.bss.billing import public\nfrom {root}.channels.kit import forms\n",
    "channels/kit/forms.py": "",
    "bss/billing/http.py": "from {root}.bss.billing import commands, public, store\n",
    "bss/billing/jobs.py": "from {root}.bss.billing import public\n",
    "bss/billing/reactions.py": "from {root}.bss.billing import commands\nfrom {root}.bss.charging import terms\n",
    "bss/billing/public.py": "from {root}.bss.billing import commands, queries\n",
    "bss/billing/commands.py": "from {root}.bss.billing import rules, store\nfrom {root}.bss.ledger import public\n",
    "bss/billing/queries.py": "from {root}.bss.billing import store\n",
    "bss/billing/store.py": "from {root}.bss.billing import model\nfrom {root}.kernel import store\n",
    "bss/billing/rules/proration.py": "from {root}.bss.billing import model\nfrom {root}.kernel import money\n",
    "bss/billing/model.py": "from {root}.bss.billing import terms\nimport msgspec\n",
    "bss/billing/terms.py": "from {root}.kernel.errors import Refused\n",
    "bss/charging/terms.py": "Rated = 1\n",
    "bss/ledger/public.py": "from {root}.seam import usage\n",
    "bss/journeys/late_bill.py": "from {root}.bss.billing import public\nfrom {root}.bss.ordering import terms\n",
    "bss/ordering/terms.py": "",
    "seam/usage.py": "from {root}.kernel import money\n",
    "kernel/errors/__init__.py": "class Refused(Exception): ...\n",
}
HOUSE = "house: app > channels > bss | oss > seam > kernel"
INSIDE = "rooms: the floors inside"
DOORS = "doors: other rooms by public and terms only"
PURITY = "purity: rules, lifecycle, model and terms only decide"
CIRCLES = "no circles at any depth"


def test_the_house_keeps_its_contracts() -> None:
    verdict = law.import_verdict()
    assert not verdict.broken, verdict.report


def test_a_good_house_breaks_nothing(tmp_path: Path) -> None:
    assert broken_contracts(tmp_path, GOOD) == ()


@pytest.mark.parametrize(
    ("contract", "path", "text"),
    [
        (HOUSE, "bss/catalog/public.py", "import {root}.oss.service_catalog\n"),
        (HOUSE, "oss/fault/commands.py", "import {root}.bss.crm.public\n"),
        (HOUSE, "seam/usage.py", "import {root}.bss.charging\n"),
        (HOUSE, "kernel/money/words.py", "import {root}.seam\n"),
        (HOUSE, "bss/billing/queries.py", "import {root}.channels.finance\n"),
        (HOUSE, "channels/agent/pages.py", "import {root}.app\n"),
        (HOUSE, "attic/__init__.py", ""),
        ("bss: its floors", "bss/ledger/commands.py", "import {root}.bss.billing.public\n"),
        ("bss: its floors", "bss/party/commands.py", "import {root}.bss.catalog.public\n"),
        ("bss: its floors", "bss/billing/commands.py", "import {root}.bss.ordering.public\n"),
        ("bss: its floors", "bss/loyalty/__init__.py", ""),
        ("oss: its floors", "oss/inventory/commands.py", "import {root}.oss.elements.public\n"),
        ("oss: its floors", "oss/service_catalog/public.py", "import {root}.oss.activation.public\n"),
        ("oss: its floors", "oss/weather/__init__.py", ""),
        ("channels: desks are strangers on one kit", "channels/noc/pages.py", "import {root}.channels.agent\n"),
        ("channels: desks are strangers on one kit", "channels/kit/pages.py", "import {root}.channels.noc\n"),
        ("channels: desks are strangers on one kit", "channels/gaming/__init__.py", ""),
        ("kernel: its own order", "kernel/money/words.py", "import {root}.kernel.store\n"),
        ("kernel: its own order", "kernel/store/rows.py", "import {root}.kernel.tmf\n"),
        ("kernel: its own order", "kernel/billing.py", ""),
        (INSIDE, "bss/billing/model.py", "import {root}.bss.billing.rules\n"),
        (INSIDE, "bss/billing/store.py", "import {root}.bss.billing.commands\n"),
        (INSIDE, "bss/billing/commands.py", "import {root}.bss.billing.queries\n"),
        (INSIDE, "bss/billing/public.py", "import {root}.bss.billing.http\n"),
        (INSIDE, "oss/planning/optimiser.py", ""),
        (DOORS, "bss/ordering/commands.py", "import {root}.bss.subscriptions.store\n"),
        (DOORS, "bss/journeys/late_bill.py", "from {root}.bss.billing import commands\n"),
        (DOORS, "channels/agent/pages.py", "import {root}.bss.billing.queries\n"),
        (DOORS, "channels/agent/pages.py", "import {root}.bss.billing.http\n"),
        (DOORS, "app/wiring.py", "import {root}.bss.billing.store\n"),
        (PURITY, "bss/billing/rules/rounding.py", "import random\n"),
        (PURITY, "bss/billing/rules/rounding.py", "import logging\n"),
        (PURITY, "bss/billing/model.py", "import {root}.kernel.store\n"),
        (PURITY, "bss/billing/terms.py", "from {root}.kernel import clock\n"),
        (PURITY, "oss/fault/lifecycle.py", "import psycopg\n"),
        (CIRCLES, "kernel/tmf/one.py", "import {root}.kernel.tmf.two\n"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, contract: str, path: str, text: str) -> None:
    targets = {
        "bss/billing/queries.py": "",
        "bss/billing/commands.py": "",
        "bss/billing/http.py": "",
        "bss/billing/store.py": "",
        "bss/billing/public.py": "",
        "bss/billing/rules/__init__.py": "",
        "bss/catalog/public.py": "",
        "bss/crm/public.py": "",
        "bss/ordering/public.py": "",
        "bss/subscriptions/store.py": "",
        "oss/activation/public.py": "",
        "oss/elements/public.py": "",
        "kernel/tmf/two.py": "import {root}.kernel.tmf.one\n",
    }
    without_circle = {name: "" if contract != CIRCLES else text for name, text in targets.items()}
    assert contract in broken_contracts(tmp_path, {**without_circle, path: text})
