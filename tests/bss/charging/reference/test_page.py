"""The reference against the tables at the end of docs/how/tariffs.md, and against the sandbox of `tandem rate`."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from typing import Any

import msgspec
import pytest

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.rules.sandbox.running import rate_files
from tandem.bss.charging.terms.sandbox import Manner, SandboxFile
from tests.bss.charging.core.test_worked import chapters, example
from tests.bss.charging.reference.calendar import instant_us
from tests.bss.charging.reference.differences import files_of
from tests.bss.charging.reference.events import by_reference, played
from tests.bss.charging.reference.random_tariffs import random_tariff
from tests.bss.charging.reference.random_uses import random_case
from tests.bss.charging.reference.rater import Rated, Reference
from tests.bss.charging.reference.run import Session
from tests.bss.charging.reference.state import Bucket, product
from tests.bss.charging.reference.words import NEVER, Subscriber, Use, micros_of, units_of


def opened(tariff: dict[str, Any], state: dict[str, Any]) -> Reference:
    """The people and buckets of a worked example."""
    told = state.get("subscribers", [{"id": "ann"}])
    people = [
        Subscriber(
            one["id"],
            one.get("account", one["id"]),
            tariff["id"],
            "Europe/Dublin",
            1,
            instant_us(one["activeFrom"]) if "activeFrom" in one else -NEVER,
        )
        for one in told
    ]
    reference = Reference([msgspec.convert(tariff, Tariff)], people)
    for one in state.get("buckets", ()):
        granted = micros_of(one["granted"]) if one["kind"] == "money" else units_of(one["granted"])
        bucket = Bucket(product(one["subscriber"]), one["id"], one["kind"], -NEVER, NEVER, granted)
        bucket.measure, bucket.services = one.get("measure"), frozenset(one.get("services", ()))
        reference.book.add(bucket)
    return reference


def rated(reference: Reference, sessions: dict[str, Session], line: dict[str, str]) -> Rated:
    """A line of a worked table, whole or as a slice."""
    start, quantity = instant_us(line["start"]), int(line["quantity"])
    use = Use("", line.get("subscriber", "ann"), line["service"], start, quantity, line.get("to", ""))
    use.network, use.value = line.get("network") or None, micros_of(line.get("value") or "0")
    use.rating_group = int(line["group"]) if line.get("group") else None
    if not line.get("session"):
        return reference.rate(use)
    if line["session"] not in sessions:
        session = reference.begin(use)
        assert session is not None
        sessions[line["session"]] = session
    return reference.rate_slice(sessions[line["session"]], quantity, start)


def cents(micros: int) -> str:
    """Money with two decimals."""
    assert micros % 10_000 == 0
    return f"{'-' if micros < 0 else ''}{abs(micros) // 10**6}.{abs(micros) // 10**4 % 100:02}"


def written(found: Rated) -> str:
    """The charges of a use as the page words them: each source once."""
    told: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for part in found.parts:
        told[part.term][0] += part.counted
        told[part.term][1] += part.amount
    return ", ".join(f"{term} {units}{f' {cents(micros)}' if micros else ''}" for term, (units, micros) in told.items())


@pytest.mark.parametrize("name", chapters())
def test_the_reference_comes_to_the_pages_own_figures(name: str) -> None:
    tariff, state, lines = example(chapters()[name])
    reference, sessions = opened(tariff, state), dict[str, Session]()
    for line in lines:
        found = rated(reference, sessions, line)
        assert summed(line["charges"]) == summed(written(found)), line
        assert (found.reason or "rated") == line.get("outcome", "rated"), line
        if "told" in line:
            assert ", ".join(f"{key[2]} {percent}" for key, percent in found.told) == line["told"], line
        for column in {"waived", "invoiced", "unpaid"} & line.keys():
            assert cents(sum(getattr(part, column) for part in found.parts)) == line[column], line


def summed(charges: str) -> dict[str, tuple[int, int]]:
    """Charges in words, each source once: the page tells a source that is used in two pieces twice."""
    found: dict[str, tuple[int, int]] = {}
    for one in charges.split(", ") if charges else ():
        term, units, *amount = one.split(" ")
        before = found.get(term, (0, 0))
        found[term] = before[0] + int(units), before[1] + micros_of(amount[0] if amount else "0")
    return found


@pytest.mark.parametrize("seed", range(8))
def test_the_sandbox_replays_what_the_reference_says(seed: int) -> None:
    chance = random.Random(seed)
    case = random_case(chance, random_tariff(seed, f"w{seed}"), accounts=3, uses=15)
    play = played([case], chance, in_slices=0.2)
    files = files_of(play)
    found = rate_files(
        SandboxFile("tariffs", [json.dumps({"tariffs": files["tariffs"]}).encode()]),
        SandboxFile("usage", [json.dumps(line).encode() for line in files["usage"]]),
        state=SandboxFile("state", [json.dumps(files["state"]).encode()]),
        manner=Manner(),
    )
    assert found["refused"] == []
    for event, outcome, use in zip(play.events, by_reference(play)[0], found["uses"], strict=True):
        assert use["outcome"] == (outcome.reason or "rated"), event
        told: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for charge in use["charges"]:
            row = told[charge["term"]]
            row[0] += charge["counted"]
            row[1] += micros_of(charge["amount"])
            row[2] += micros_of(charge["unpaid"])
        expected = {term: [row[1], row[2], row[5]] for (_, term), row in outcome.sums.items()}
        assert dict(told) == expected, event
