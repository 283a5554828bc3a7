"""Try a price: a tariff to edit, uses in rows, and what the sandbox of the rating core makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.sandbox import Manner, SandboxFile
from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series
from tandem.channels.kit.i18n import Text, _, speaking
from tandem.channels.kit.parts import Action, Chip
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.product import drafts, trying, words
from tandem.channels.product.rights import may_act
from tandem.channels.product.trying import Trial, UseRow
from tandem.kernel.money import MICROS
from tandem.kernel.period import instant

PATH: Final = "/desk/product/try"
OFFERINGS: Final = "/desk/product/offerings"
WHAT_IF: Final = "/desk/product/what-if"


@dataclass(frozen=True, slots=True)
class Move:
    """What a charge took out of one bucket."""

    bucket: str
    kind: Text
    change: Text
    before: str
    taken: str
    after: str


@dataclass(frozen=True, slots=True)
class Charge:
    """One part of a use: what it was counted as, what it costs, who pays, and by which rules."""

    term: str
    source: Chip
    quantity: str
    counted: str
    amount: str
    payers: tuple[tuple[Text, str], ...]
    moves: tuple[Move, ...]
    path: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One use as it was typed, with what it costs."""

    label: str
    use: UseRow
    chip: Chip
    micros: int
    amount: str
    charges: tuple[Charge, ...]
    thresholds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that came out. `left` is how the buckets stand afterwards."""

    outcomes: tuple[Outcome, ...]
    total: str
    payers: tuple[tuple[Text, str], ...]
    chart: Chart
    left: tuple[tuple[str, Text, str, str], ...]


def show(visit: Visit) -> Response:
    """GET /desk/product/try: what was typed may stand in the address, and is tried at once."""
    values = visit.request.query_params.getlist
    offering, word = visit.asked("offering"), visit.asked("draft")
    text = drafts.unpacked(word) if word else None
    return _tried(visit, offering, text or present(visit, offering), trying.typed_in(values))


def try_it(visit: Visit) -> Response:
    """POST /desk/product/try: on to the address that shows it; shown here when it is too long for one."""
    offering, text = visit.sent("offering"), visit.sent("tariff").strip()
    trial = trying.typed_in(visit.sent_all)
    changed = bool(text) and text.replace("\r\n", "\n") != present(visit, offering)
    word = drafts.packed(text) if changed else ""
    if word is None:
        return _tried(visit, offering, text, trial)
    return visit.see(trying.address(PATH, trial, offering=offering, draft=word))


def present(visit: Visit, offering: str) -> str:
    """The tariff of an offering as it is believed now; nothing where none was named."""
    if not offering:
        return ""
    return drafts.written(catalog.tariff_at(visit.uow, offering_id=offering, moment=visit.uow.now))


def offerings(visit: Visit) -> list[tuple[str, str]]:
    """Every offering by its id and its name."""
    return [(one.id, str(one.doc.get("name") or one.id)) for one in catalog.list_offerings(visit.uow)]


def _tried(visit: Visit, offering: str, text: str, trial: Trial) -> Response:
    tariff, faults = drafts.read(text) if text else (None, ())
    result: Result | None = None
    if tariff is not None and trial.asks:
        trial, result = tried(trial, tariff)
    services = trying.services_of(tariff) if tariff else ["voice", "data", "message"]
    return visit.page(
        "product/try.html",
        status=422 if faults or trial.is_wrong else 200,
        path=PATH,
        offering=offering,
        offerings=offerings(visit),
        text=text,
        faults=faults,
        trial=trying.with_room(trial, services=services, now=visit.uow.now),
        services=services,
        zone=formats.zone_text(visit.uow.now),
        result=result,
        actions=_actions(visit, offering, text) if tariff is not None else (),
        crumbs=[Crumb(_("Offerings"), OFFERINGS)],
    )


def _actions(visit: Visit, offering: str, text: str) -> list[Action]:
    """The same tariff on a month as it was."""
    word = drafts.packed(text)
    if not (offering and word and may_act(visit)):
        return []
    query = urlencode({"offering": offering, "draft": word})
    return [Action(_("Ask what if"), f"{WHAT_IF}/new?{query}", "get", "gauge")]


def tried(trial: Trial, tariff: Tariff) -> tuple[Trial, Result | None]:
    """What uses cost by a tariff; nothing came out where anything that was typed is wrong, which then is told."""
    trial, asked = trying.judged(trial, tariff)
    if trial.is_wrong:
        return trial, None
    found = charging.rate_files(
        tariff=SandboxFile("tariff", (drafts.written(tariff).encode(),)),
        usage=SandboxFile("uses", asked.lines),
        state=SandboxFile("balances", (asked.state,)),
        manner=Manner(time_zone=speaking().zone.key),
    )
    uses = list(trial.uses)
    for refused in found["refused"]:
        place = asked.rows[refused["line"] - 1] if refused["line"] else asked.rows[0]
        uses[place] = replace(uses[place], error=f"{refused['path']}: {refused['reason']}".removeprefix(": "))
    trial = replace(trial, uses=tuple(uses))
    return trial, None if trial.is_wrong else _result(trial, tariff, found)


# -- what came out ----------------------------------------------------------------------------------------------------


def _result(trial: Trial, tariff: Tariff, found: Mapping[str, Any]) -> Result:
    rows = [row for _place, row in trial.asks]
    outcomes = [
        _outcome(f"{number}. {row.service}", row, tariff, use)
        for number, (row, use) in enumerate(zip(rows, found["uses"], strict=True), start=1)
    ]
    currency = tariff.currency
    return Result(
        outcomes=tuple(outcomes),
        total=_money(found["totals"]["amount"], currency),
        payers=_payers(found["totals"], currency),
        chart=_chart(outcomes, currency),
        left=tuple(_left(tariff, bucket) for bucket in found["state"]["buckets"]),
    )


def _chart(outcomes: Sequence[Outcome], currency: str) -> Chart:
    charged = Series(_("Charged"), [words.whole(one.micros) for one in outcomes])
    return Chart(
        _("What each use costs"),
        [one.label for one in outcomes],
        (charged,),
        show=lambda value: words.euros(_micros(str(value)), currency),
    )


def _outcome(label: str, row: UseRow, tariff: Tariff, use: Mapping[str, Any]) -> Outcome:
    micros = sum(_micros(charge["amount"]) for charge in use["charges"])
    return Outcome(
        label=label,
        use=row,
        chip=words.OUTCOMES(use["outcome"]),
        micros=micros,
        amount=words.euros(micros, tariff.currency),
        charges=tuple(_charge(charge, use["service"], tariff) for charge in use["charges"]),
        thresholds=tuple((told["bucket"], told["percent"]) for told in use["thresholds"]),
    )


def _charge(charge: Mapping[str, Any], service: str, tariff: Tariff) -> Charge:
    unit = catalog.measure_of(tariff, service=service)
    return Charge(
        term=_named(tariff, charge["term"]),
        source=words.SOURCES(charge["source"]),
        quantity=formats.amount_of_use(charge["quantity"], unit),
        counted=formats.amount_of_use(charge["counted"], unit),
        amount=_money(charge["amount"], tariff.currency),
        payers=_payers(charge, tariff.currency),
        moves=tuple(_move(move, unit, tariff) for move in charge["moves"]),
        path=tuple(_rule(name, value) for name, value in charge["path"].items() if value is not False),
    )


def _named(tariff: Tariff, term_id: str) -> str:
    names = {one.id: one.name for one in tariff.prices}
    names |= {one.id: one.name for one in tariff.allowances}
    names |= {one.id: one.name for one in tariff.limits}
    return names.get(term_id) or term_id


def _payers(told: Mapping[str, Any], currency: str) -> tuple[tuple[Text, str], ...]:
    named = (
        ("paidByMoney", _("Paid-in money")),
        ("invoiced", _("Invoice")),
        ("unpaid", _("Nobody")),
        ("waived", _("Taken off by a cap")),
    )
    return tuple((label, _money(told[name], currency)) for name, label in named if _micros(told[name]))


def _move(move: Mapping[str, Any], unit: str, tariff: Tariff) -> Move:
    def amount(value: int | str) -> str:
        return _money(value, tariff.currency) if isinstance(value, str) else formats.amount_of_use(value, unit)

    return Move(
        bucket=_named(tariff, move["bucket"]),
        kind=words.KINDS[move["kind"]],
        change=words.CHANGES[move["change"]],
        before=amount(move["before"]),
        taken=amount(move["taken"]),
        after=amount(move["after"]),
    )


def _left(tariff: Tariff, bucket: Mapping[str, Any]) -> tuple[str, Text, str, str]:
    """A bucket afterwards: its name, its kind, what was used of it, what was granted."""

    def amount(value: int | str | None) -> str:
        if value is None:
            return "–"
        if isinstance(value, str):
            return _money(value, tariff.currency)
        return formats.amount_of_use(value, bucket["measure"])

    name = bucket.get("id") or bucket.get("term") or bucket["kind"]
    return _named(tariff, name), words.KINDS[bucket["kind"]], amount(bucket["used"]), amount(bucket.get("granted"))


def _micros(text: str) -> int:
    return int(Decimal(text) * MICROS)


def _money(text: str, currency: str) -> str:
    return words.euros(_micros(text), currency)


def _rule(name: str, value: object) -> tuple[Text, str]:
    """A step of a rule path: what it is, and its value as text."""
    label = words.PATH.get(name, name)
    if value is True:
        return label, str(_("yes"))
    if isinstance(value, Mapping):
        return label, ", ".join(f"{inner} {told}" for inner, told in value.items())
    return label, formats.instant_text(instant(str(value))) if name == "approvedAt" else str(value)
