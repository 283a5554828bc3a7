"""The tables of docs/how/tariffs.md, line by line, through the sandbox."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tandem.bss.charging.rules.core import mode
from tandem.bss.charging.rules.sandbox.running import rate_files
from tandem.bss.charging.terms.sandbox import Manner, SandboxFile

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how" / "tariffs.md"
MANNER = Manner(time_zone="Europe/Dublin")
WORDS = {"to": "destination", "group": "ratingGroup"}
AS_TOLD = ("subscriber", "service", "start", "session", "value", "to", "network")


def chapters() -> dict[str, str]:
    """The worked examples by their headings."""
    section = PAGE.read_text().split("## 12. Worked by hand\n", 1)[1].split("\n## ", 1)[0]
    parts = section.split("\n### ")[1:]
    return {part.split("\n", 1)[0]: part for part in parts}


def example(text: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, str]]]:
    """The tariff, the state and the lines of an example."""
    block = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert block
    told = json.loads(block[1])
    tariff, state = (told["tariff"], told["state"]) if "tariff" in told else (told, {})
    head, _, *lines = [line for line in text.splitlines() if line.startswith("|")]
    names = cells(head)
    return (
        {"id": "t", "currency": "EUR", **tariff},
        state,
        [dict(zip(names, cells(line), strict=True)) for line in lines],
    )


def cells(line: str) -> list[str]:
    """The cells of a table's line."""
    return [cell.strip() for cell in line[1:-1].split("|")]


def use_of(line: dict[str, str]) -> bytes:
    """A line as a line of a usage file; its quantity is told in every measure."""
    quantity = int(line["quantity"])
    use: dict[str, Any] = {"subscriber": "ann", "duration": quantity, "octets": quantity, "count": quantity}
    use |= {WORDS.get(name, name): line[name] for name in AS_TOLD if line.get(name)}
    if line.get("group"):
        use["ratingGroup"] = int(line["group"])
    return json.dumps(use).encode()


def rated(tariff: Any, state: Any, uses: list[bytes]) -> dict[str, Any]:
    """What the sandbox says."""
    found = rate_files(
        SandboxFile("tariff", [json.dumps(tariff).encode()]),
        SandboxFile("usage", uses),
        state=SandboxFile("state", [json.dumps(state).encode()]),
        manner=MANNER,
    )
    assert found["refused"] == []
    return found


def written(use: dict[str, Any]) -> str:
    """The charges of a use as the page words them."""
    told = []
    for charge in use["charges"]:
        amount = "" if charge["amount"] == "0.00" else f" {charge['amount']}"
        told.append(f"{charge['term']} {charge['counted']}{amount}")
    return ", ".join(told)


def summed(use: dict[str, Any], name: str) -> str:
    """A column of a use's charges, summed."""
    cents = sum(int(charge[name].replace(".", "")) for charge in use["charges"])
    return f"{cents // 100}.{cents % 100:02}"


@pytest.mark.parametrize("name", chapters())
@pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
def test_each_use_costs_what_was_worked_by_hand(name: str, compiled: bool) -> None:
    tariff, state, lines = example(chapters()[name])
    mode.use_compiled(compiled)
    try:
        found = rated(tariff, state, [use_of(line) for line in lines])
    finally:
        mode.use_compiled(None)
    for line, use in zip(lines, found["uses"], strict=True):
        assert written(use) == line["charges"], line
        assert use["outcome"] == line.get("outcome", "rated"), line
        if "told" in line:
            assert ", ".join(f"{one['bucket']} {one['percent']}" for one in use["thresholds"]) == line["told"], line
        for column, word in (
            ("waived", "waived"),
            ("money", "paidByMoney"),
            ("invoiced", "invoiced"),
            ("unpaid", "unpaid"),
        ):
            if column in line:
                assert summed(use, word) == line[column], line


def test_the_page_has_its_examples() -> None:
    assert len(chapters()) == 17
    assert sum(len(example(text)[2]) for text in chapters().values()) >= 80
