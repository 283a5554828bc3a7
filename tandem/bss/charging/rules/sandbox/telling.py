"""What came out of a sandbox, as plain values: each use with its charges and why, the state after it, the totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import columns_of
from tandem.bss.charging.rules.core.days import instant_of
from tandem.bss.charging.rules.core.layout import EVER, FOREVER, NONE
from tandem.bss.charging.rules.core.paths import SOURCES, path_of
from tandem.bss.charging.rules.sandbox.trying import KINDS, MEASURES, Trial
from tandem.kernel.period import text_of

Doc = dict[str, Any]
OUTCOMES: Final = ("rated", "no_price", "no_quantity", "no_tariff", "no_value", "too_large")
CHANGES: Final = ("used", "moved", "reserved", "told")
_KIND_NAMES: Final = {number: name for name, number in KINDS.items()}
_MEASURE_NAMES: Final = {number: name for name, number in MEASURES.items()}
_COUNTS: Final = ("quantity", "counted", "amount", "waived", "paidByMoney", "invoiced", "unpaid")


def told(trial: Trial) -> Doc:
    """Everything: `uses`, `state`, `totals`."""
    uses = list(_uses(trial))
    return {"uses": uses, "state": state_after(trial), "totals": _totals(uses)}


def _uses(trial: Trial) -> Iterable[Doc]:
    parts, moves, tells = (_by_use(getattr(trial.rated, name)) for name in ("parts", "moves", "tells"))
    buckets = columns_of(trial.buckets.filled)
    rows = columns_of(trial.rows)
    first = 0
    for index, (use, line) in enumerate(zip(trial.uses, trial.lines, strict=True)):
        doc: Doc = {"line": line} | ({"id": use.id} if use.id is not None else {})
        doc |= {"subscriber": use.subscriber, "service": use.service, "start": use.start}
        doc["outcome"] = OUTCOMES[int(trial.rated.outcomes[index])]
        own = defaultdict(list)
        for move in moves[index]:
            own[move["part"]].append(move)
        doc["charges"] = [
            _charge(trial, part, rows[index], (buckets, own[first + place])) for place, part in enumerate(parts[index])
        ]
        first += len(parts[index])
        doc["thresholds"] = [_threshold(trial, tell, buckets) for tell in tells[index]]
        yield doc


def _by_use(table: Any) -> dict[int, list[Doc]]:
    found: dict[int, list[Doc]] = defaultdict(list)
    for row in columns_of(table):
        found[row["use"]].append(row)
    return found


def _charge(trial: Trial, part: Doc, use: Doc, moved: tuple[list[Doc], list[Doc]]) -> Doc:
    """One part: what a source paid or charged, what it moved, and why."""
    buckets, moves = moved
    counters = [one for one in moves if buckets[one["bucket"]]["kind"] == layout.UNITS_COUNTER]
    is_bought = part["source"] == layout.BY_GRANTED
    before = counters[0]["before"] if counters else None
    paid = part["amount"] - part["invoiced"] - part["unpaid"]
    return {
        "source": SOURCES[part["source"]],
        "term": trial.bucket_ids[part["row"]] if is_bought else trial.compiled.term_ids[part["term"]],
        "at": text_of(instant_of(part["at_us"])),
        "position": part["position"],
        "quantity": part["raw"],
        "counted": part["counted"],
        "amount": money(part["amount"]),
        "waived": money(part["waived"]),
        "paidByMoney": money(paid),
        "invoiced": money(part["invoiced"]),
        "unpaid": money(part["unpaid"]),
        "moves": [_move(trial, one, buckets[one["bucket"]]) for one in moves if one["what"] != layout.TOLD],
        "path": path_of(trial.compiled, part, use=use, before=before),
    }


def _move(trial: Trial, move: Doc, bucket: Doc) -> Doc:
    write = money if _is_money(trial, bucket) else int
    return {
        "bucket": _name(trial, bucket, move["bucket"]),
        "kind": _KIND_NAMES[bucket["kind"]],
        "change": CHANGES[move["what"]],
        "taken": write(move["taken"]),
        "before": write(move["before"]),
        "after": write(move["before"] + move["taken"]),
    }


def _threshold(trial: Trial, tell: Doc, buckets: list[Doc]) -> Doc:
    bucket = buckets[tell["bucket"]]
    return {
        "bucket": _name(trial, bucket, tell["bucket"]),
        "kind": _KIND_NAMES[bucket["kind"]],
        "percent": tell["percent"],
        "at": text_of(instant_of(tell["at_us"])),
    }


def _name(trial: Trial, bucket: Doc, index: int) -> str:
    """The id that the state gave, else the term's (the invoice has none)."""
    if index < len(trial.bucket_ids) and trial.bucket_ids[index]:
        return trial.bucket_ids[index]
    return "invoice" if bucket["term"] == NONE else trial.compiled.term_ids[bucket["term"]]


def _is_money(trial: Trial, bucket: Doc) -> bool:
    if bucket["kind"] != layout.LIMIT:
        return bucket["kind"] in (layout.MONEY, layout.CAP, layout.CREDIT)
    name = trial.compiled.term_ids[bucket["term"]]
    return any(limit.id == name and limit.counts == "amount" for _, limit in trial.compiled.limits)


def money(micros: int) -> str:
    """Micros as decimal text with at least two decimals."""
    cents, rest = divmod(micros, 10_000)
    exact = Decimal(cents).scaleb(-2) if rest == 0 else Decimal(micros).scaleb(-6).normalize()
    return format(exact, "f")


# -- the state after it -----------------------------------------------------------------------------------------------


def state_after(trial: Trial) -> Doc:
    """The state in which the run ended: it can be the state in which another begins."""
    return {
        "subscribers": [_subscriber(one) for one in trial.subscribers],
        "buckets": [_bucket(trial, row, index) for index, row in enumerate(columns_of(trial.buckets.filled))],
    }


def _subscriber(one: Any) -> Doc:
    doc: Doc = {"id": one.id, "account": one.account, "timeZone": one.time_zone, "cycleDay": one.cycle_day}
    return doc | {"tariff": one.tariff} | ({"activeFrom": one.active_from} if one.active_from else {})


def _bucket(trial: Trial, row: Doc, index: int) -> Doc:
    write = money if _is_money(trial, row) else int
    is_subjects = row["subject"] != NONE
    doc: Doc = {
        "kind": _KIND_NAMES[row["kind"]],
        "id": trial.bucket_ids[index] if index < len(trial.bucket_ids) else "",
    }
    doc |= {"subscriber": trial.subscribers[row["subject"]].id} if is_subjects else {}
    doc |= {} if is_subjects else {"account": trial.accounts[row["account"]]}
    doc |= {} if row["term"] == NONE else {"term": trial.compiled.term_ids[row["term"]]}
    doc |= {} if row["granted"] == NONE else {"granted": write(row["granted"])}
    doc |= {"used": write(row["used"]), "moved": row["moved"], "reserved": write(row["reserved"])}
    doc |= {"measure": _MEASURE_NAMES[row["measure"]], "priority": row["priority"]}
    if row["services"] != NONE:
        doc["services"] = [name for bit, name in enumerate(trial.compiled.service_names) if row["services"] >> bit & 1]
    doc |= {} if row["start_us"] == EVER else {"start": text_of(instant_of(row["start_us"]))}
    doc |= {} if row["end_us"] == FOREVER else {"end": text_of(instant_of(row["end_us"]))}
    return doc | {"told": row["told"], "consent": bool(row["consent"])}


def _totals(uses: list[Doc]) -> Doc:
    """How many uses ended how, and what each source came to."""
    outcomes: dict[str, int] = defaultdict(int)
    terms: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for use in uses:
        outcomes[use["outcome"]] += 1
        for charge in use["charges"]:
            for name in _COUNTS:
                terms[charge["source"], charge["term"]][name] += Decimal(charge[name])
    whole: dict[str, Decimal] = defaultdict(Decimal)
    for sums in terms.values():
        for name in _COUNTS[2:]:
            whole[name] += sums[name]
    return {
        "uses": len(uses),
        "outcomes": dict(outcomes),
        **{name: _written(name, whole[name]) for name in _COUNTS[2:]},
        "terms": [
            {"source": source, "term": term} | {name: _written(name, sums[name]) for name in _COUNTS}
            for (source, term), sums in sorted(terms.items())
        ],
    }


def _written(name: str, value: Decimal) -> str | int:
    return int(value) if name in _COUNTS[:2] else money(int(value * 1_000_000))
