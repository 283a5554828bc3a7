"""What somebody typed to try a price: uses in rows, balances at the beginning; as files of the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.channels.kit.forms import Mistake
from tandem.channels.kit.i18n import Text, _, speaking
from tandem.kernel.errors import Invalid
from tandem.kernel.period import Instant, text_of

YOU: Final = "you"
MOST_USES: Final = 50
_SPARE: Final = 2
_ATTRIBUTES: Final = {"second": "duration", "octet": "octets", "count": "count"}
_BLANKS: Final = str.maketrans("", "", " -()/")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
ROW_FIELDS: Final = ("service", "to", "when", "amount", "network")
BOUGHT_FIELDS: Final = ("bought", "bought_for")


@dataclass(frozen=True, slots=True)
class UseRow:
    """One use as it was typed, and why it cannot be taken."""

    service: str = ""
    to: str = ""
    when: str = ""
    amount: str = ""
    network: str = ""
    error: Text = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody typed a use here: what is prefilled does not count."""
        return not (self.to or self.amount or self.network)

    @property
    def input_type(self) -> str:
        """A browser's field for a day and a time takes nothing else: what is none is shown as text."""
        return "datetime-local" if not self.when or _MOMENT.fullmatch(self.when) else "text"


@dataclass(frozen=True, slots=True)
class BoughtRow:
    """Units that were bought before the first use, as they were typed."""

    bought: str = ""
    bought_for: str = ""
    error: Text = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything that was typed beside the tariff."""

    uses: tuple[UseRow, ...] = ()
    money: str = ""
    bought: tuple[BoughtRow, ...] = ()
    money_error: Text = ""

    @property
    def is_wrong(self) -> bool:
        """Whether anything has to be put right."""
        errors = [self.money_error, *(row.error for row in self.uses), *(row.error for row in self.bought)]
        return any(map(bool, errors))

    @property
    def asks(self) -> list[tuple[int, UseRow]]:
        """The uses that somebody typed, with their places."""
        return [(place, row) for place, row in enumerate(self.uses) if not row.is_blank]

    def query(self) -> list[tuple[str, str]]:
        """All of it as a query."""
        found = [(name, getattr(row, name)) for _place, row in self.asks for name in ROW_FIELDS]
        found += [(name, getattr(row, name)) for row in self.bought if row.bought for name in BOUGHT_FIELDS]
        return [*found, *([("money", self.money)] if self.money else [])]


@dataclass(frozen=True, slots=True)
class Asked:
    """A trial as files of the sandbox. Shape: `lines[i]` is the use typed in row `rows[i]`."""

    lines: list[bytes] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    state: bytes = b"{}"


def typed_in(values: Callable[[str], Sequence[str]]) -> Trial:
    """What stands in a form or in a query, where each name may come many times."""
    uses = [UseRow(*(text.strip() for text in row)) for row in _rows(values, ROW_FIELDS)][:MOST_USES]
    bought = [BoughtRow(*(text.strip() for text in row)) for row in _rows(values, BOUGHT_FIELDS)]
    return Trial(tuple(row for row in uses if not row.is_blank), "".join(values("money")[:1]).strip(), tuple(bought))


def _rows(values: Callable[[str], Sequence[str]], names: Sequence[str]) -> list[tuple[str, ...]]:
    columns = [list(values(name)) for name in names]
    count = max(map(len, columns), default=0)
    return list(zip(*([*column, *[""] * (count - len(column))] for column in columns), strict=True))


def with_room(trial: Trial, *, services: Sequence[str], now: Instant) -> Trial:
    """The trial with empty rows below, as the form shows it."""
    first = services[0] if services else ""
    empty = UseRow(service=first, when=local_text(now))
    spare = min(_SPARE, MOST_USES - len(trial.uses))
    bought = tuple(row for row in trial.bought if row.bought)
    return replace(trial, uses=(*trial.uses, *[empty] * spare), bought=(*bought, BoughtRow(bought_for=first)))


def services_of(tariff: Tariff) -> list[str]:
    """The services that a tariff knows, in its order."""
    return list(dict.fromkeys(one.service for one in (*tariff.prices, *tariff.allowances)))


def local_text(moment: Instant) -> str:
    """An instant as a browser's field for a day and a time holds it, in the zone of whoever looks."""
    return moment.astimezone(speaking().zone).strftime("%Y-%m-%dT%H:%M")


def address(path: str, trial: Trial, **more: str | None) -> str:
    """The address that shows a trial again."""
    return f"{path}?{urlencode([*((name, value) for name, value in more.items() if value), *trial.query()])}"


# -- as the sandbox reads it ------------------------------------------------------------------------------------------


def judged(trial: Trial, tariff: Tariff) -> tuple[Trial, Asked]:
    """The trial with what is wrong in it, and the files of what is right."""
    asked, uses, bought = Asked(), list(trial.uses), list(trial.bought)
    for place, row in trial.asks:
        try:
            asked.lines.append(msgspec.json.encode(_use(row, tariff, place)) + b"\n")
            asked.rows.append(place)
        except (Invalid, Mistake) as fault:
            uses[place] = replace(row, error=_told(fault))
    buckets: list[dict[str, Any]] = []
    for place, one in enumerate(bought):
        try:
            buckets += _bought(one, tariff, place)
        except Invalid as fault:
            bought[place] = replace(one, error=fault.reason)
    money, money_error = _money(trial.money)
    buckets += [{"kind": "money", "id": "money", "subscriber": YOU, "granted": money}] if money else []
    read = replace(trial, uses=tuple(uses), bought=tuple(bought), money_error=money_error)
    return read, replace(asked, state=msgspec.json.encode({"buckets": buckets}))


def _told(fault: Invalid | Mistake) -> Text:
    return fault.text if isinstance(fault, Mistake) else fault.reason


def _use(row: UseRow, tariff: Tariff, place: int) -> dict[str, Any]:
    """A line of usage. Raises: Invalid, Mistake."""
    measure = catalog.measure_of(tariff, service=row.service)
    line: dict[str, Any] = {"id": str(place + 1), "subscriber": YOU, "service": row.service, "start": _start(row.when)}
    amount = row.amount or ("1" if measure == "count" else "")
    if amount:
        quantity = int(amount) if amount.isascii() and amount.isdigit() else amount
        line[_ATTRIBUTES[measure]] = catalog.quantity_of(quantity, measure=measure)
    to = row.to.translate(_BLANKS)
    return line | ({"destination": to} if to else {}) | ({"network": row.network} if row.network else {})


def _start(typed: str) -> str:
    try:
        return text_of(datetime.fromisoformat(typed).replace(tzinfo=speaking().zone))
    except ValueError:
        raise Mistake(_("A day and a time such as 2026-10-12T20:58.")) from None


def _bought(row: BoughtRow, tariff: Tariff, place: int) -> list[dict[str, Any]]:
    """A bucket of units. Raises: Invalid."""
    if not row.bought:
        return []
    measure = catalog.measure_of(tariff, service=row.bought_for)
    quantity = int(row.bought) if row.bought.isascii() and row.bought.isdigit() else row.bought
    granted = catalog.quantity_of(quantity, measure=measure)
    bucket = {"kind": "units", "id": f"bought {place + 1}", "subscriber": YOU, "granted": granted, "measure": measure}
    return [{**bucket, "services": [row.bought_for]}]


def _money(typed: str) -> tuple[str, Text]:
    """An amount as the sandbox writes it, and what is wrong with it."""
    plain = typed.replace(",", ".") if typed.count(",") == 1 and "." not in typed else typed
    digits, _point, decimals = plain.partition(".")
    if not plain:
        return "", ""
    if not (digits + decimals).isascii() or not (digits + decimals).isdigit() or len(digits) > 9 or len(decimals) > 6:
        return "", _("An amount such as 12.50.")
    return format(Decimal(plain), "f"), ""
