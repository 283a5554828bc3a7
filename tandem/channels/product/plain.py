"""A tariff in plain words: what each term costs or includes, where, when, and what limits it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from babel import dates

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import PlanTerms
from tandem.bss.catalog.terms.tariff import Allowance, DayPart, Limit, Price, Quantity, Tariff, Tiers
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _, ngettext, speaking
from tandem.kernel.money import MICROS, Money

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SCOPES: Final = {"use": _("in one use"), "day": _("a day"), "cycle": _("a bill month")}
_WAYS: Final = {"money": _("paid-in money"), "invoice": _("the invoice")}
_SPENT: Final = {
    "terminate": _("the session ends"),
    "redirect": _("the session is sent to a page"),
    "restrict": _("the session is held to a few addresses"),
}
_TIERS: Final = {
    "graduated": _("Each unit at the price of its step"),
    "volume": _("All units at the price of the step that is reached"),
    "stairStep": _("One amount, that of the step that is reached"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One term as a row: its name, what it says, for which use, and further words."""

    name: str
    version: str
    service: str
    says: tuple[Text, ...]
    to: str = ""
    within: str = ""
    during: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Writes amounts of one tariff."""

    tariff: Tariff

    def money(self, amount: str) -> str:
        """An amount of money."""
        return formats.money_text(Money(int(Decimal(amount) * MICROS), self.tariff.currency))

    def units(self, quantity: Quantity, service: str) -> str:
        """A quantity of a service."""
        measure = catalog.measure_of(self.tariff, service=service)
        return formats.amount_of_use(catalog.quantity_of(quantity, measure=measure), measure)


def recurring(plan: PlanTerms) -> list[Line]:
    """What is charged by time, and once."""
    told: list[Line] = []
    for one in plan.recurring:
        amount = formats.money_text(Money(one.amount_micros, plan.currency))
        each = ngettext("%(amount)s a month", "%(amount)s every %(num)s months", one.months, amount=amount)
        when = _("in advance") if one.in_advance else _("in arrears")
        told.append(Line(one.name, one.source.price_version, "", (each, when)))
    for once in plan.one_time:
        amount = formats.money_text(Money(once.amount_micros, plan.currency))
        told.append(Line(once.name, once.source.price_version, "", (_("%(amount)s once", amount=amount),)))
    return told


# -- prices -----------------------------------------------------------------------------------------------------------


def prices(tariff: Tariff) -> list[Line]:
    """What use costs."""
    return [_line(one, (*_shape(one, Words(tariff)), *_more(one, Words(tariff)))) for one in tariff.prices]


def _line(term: Price | Allowance, says: Iterable[Text]) -> Line:
    return Line(
        name=term.name or term.id,
        version=term.version,
        service=term.service,
        says=tuple(says),
        to=", ".join(term.to),
        within=", ".join(term.within),
        during=", ".join(term.during),
    )


def _shape(price: Price, words: Words) -> list[Text]:
    if price.amount is not None:
        return [_each(price.amount, price.per, price.service, words)]
    if price.flat is not None:
        return [_("%(amount)s each time", amount=words.money(price.flat))]
    if price.package is not None:
        size = words.units(price.package.size, price.service)
        return [_("%(amount)s for each begun %(size)s", amount=words.money(price.package.amount), size=size)]
    if price.percent is not None:
        return [_("%(percent)s%% of the value", percent=formats.number(Decimal(price.percent)))]
    return [] if price.tiers is None else _steps(price.tiers, price.service, words)


def _each(amount: str, per: Quantity | None, service: str, words: Words) -> Text:
    if per is None:
        return _("%(amount)s for each unit", amount=words.money(amount))
    size = words.units(per, service)
    if size == formats.number(1):
        return _("%(amount)s each", amount=words.money(amount))
    return _("%(amount)s for each %(size)s", amount=words.money(amount), size=size)


def _steps(tiers: Tiers, service: str, words: Words) -> list[Text]:
    told: list[Text] = [_("%(how)s, counted %(over)s:", how=_TIERS[tiers.kind], over=_SCOPES[tiers.scope])]
    for step in tiers.steps:
        price = words.money(step.amount) if tiers.kind == "stairStep" else _each(step.amount, step.per, service, words)
        if step.up_to is None:
            told.append(_("beyond: %(price)s", price=price))
        else:
            told.append(_("up to %(size)s: %(price)s", size=words.units(step.up_to, service), price=price))
    return told


def _more(price: Price, words: Words) -> list[Text]:
    """What a price has beside its shape."""
    told: list[Text] = []
    if price.connect_fee is not None:
        told.append(_("%(amount)s to connect", amount=words.money(price.connect_fee)))
    if price.first_interval is not None:
        first = price.first_interval
        size = words.units(first.length, price.service)
        told.append(_("the first %(size)s cost %(amount)s", size=size, amount=words.money(first.amount)))
    if price.free_units is not None:
        size = words.units(price.free_units.amount, price.service)
        told.append(_("the first %(size)s %(over)s are free", size=size, over=_SCOPES[price.free_units.scope]))
    if price.minimum is not None:
        told.append(_("at least %(amount)s", amount=words.money(price.minimum)))
    if price.maximum is not None:
        told.append(_("at most %(amount)s", amount=words.money(price.maximum)))
    for cap in price.caps:
        told.append(_("at most %(amount)s %(over)s", amount=words.money(cap.amount), over=_SCOPES[cap.scope]))
    return [*told, *_counted(price, words)]


def _counted(term: Price | Allowance, words: Words) -> list[Text]:
    """How use is rounded up before it is priced."""
    if term.increments == "1/1":
        return []
    first, following = (words.units(int(one), term.service) for one in term.increments.split("/"))
    if first == following:
        return [_("counted by %(size)s", size=first)]
    return [_("counted as at least %(first)s, then by %(following)s", first=first, following=following)]


# -- what is included, limits, payment --------------------------------------------------------------------------------


def allowances(tariff: Tariff) -> list[Line]:
    """What the plan has paid for, what is used first above."""
    ordered = sorted(tariff.allowances, key=lambda one: (one.priority, one.id))
    return [_line(one, _included(one, Words(tariff))) for one in ordered]


def _included(one: Allowance, words: Words) -> list[Text]:
    told: list[Text] = [_much(one, words)]
    lasting = {"cycle": _("each bill month"), "day": _("each day"), "fixed": _("once, until it ends")}
    told.append(lasting.get(one.validity.kind, _("from its first use on")))
    if one.shared:
        told.append(_("shared by the lines of an account"))
    if one.member_limit is not None:
        told.append(_("each line at most %(size)s", size=words.units(one.member_limit, one.service)))
    if one.roll_over is not None:
        cycles = one.roll_over.cycles
        told.append(ngettext("what is left lasts a month more", "what is left lasts %(num)s months more", cycles))
    if one.thresholds:
        told.append(_told_at(one.thresholds))
    return [*told, *_counted(one, words)]


def _much(one: Allowance, words: Words) -> Text:
    if one.unlimited:
        return _("Without limit")
    if one.fair_use is not None:
        return _(
            "Fair use by %(rule)s for %(amount)s a month",
            rule=one.fair_use.rule,
            amount=words.money(one.fair_use.monthly),
        )
    return words.units(one.amount or 0, one.service)


def _told_at(thresholds: Sequence[int]) -> Text:
    return _("told at %(shares)s", shares=", ".join(formats.percent(Decimal(one) / 100) for one in thresholds))


def limits(tariff: Tariff) -> list[Line]:
    """What is counted beside the charges, and what happens at its end."""
    return [
        Line(
            name=one.name or one.id,
            version="",
            service=one.service or "",
            says=tuple(_limit(one, Words(tariff))),
            to=", ".join(one.to),
            within=", ".join(one.within),
        )
        for one in tariff.limits
    ]


def _limit(one: Limit, words: Words) -> list[Text]:
    told: list[Text] = []
    much = words.money(one.amount) if one.amount is not None else None
    if one.units is not None and one.service is not None:
        much = words.units(one.units, one.service)
    told.append(_("Only counts") if much is None else _("%(much)s %(over)s", much=much, over=_SCOPES[one.scope]))
    if one.thresholds:
        told.append(_told_at(one.thresholds))
    if one.when_reached == "stop":
        told.append(_("stops until the customer agrees to go on") if one.consent else _("stops"))
    if one.level == "account":
        told.append(_("for all products of the account"))
    return told


def payment(tariff: Tariff) -> list[Text]:
    """Who pays what is not included."""
    found = tariff.payment
    ways = (
        [_("First %(way)s", way=_WAYS[found.order[0]])] if len(found.order) > 1 else [_WAYS[one] for one in found.order]
    )
    told: list[Text] = [*ways, *(_("then %(way)s", way=_WAYS[one]) for one in found.order[1:])]
    if found.credit_limit is not None:
        limit = Words(tariff).money(found.credit_limit)
        told.append(_("the invoice takes at most %(amount)s a bill month", amount=limit))
    return [*told, _("when nothing is left, %(what)s", what=_SPENT[found.when_spent.action])]


def day_parts(tariff: Tariff) -> list[tuple[str, str]]:
    """The parts of the week that prices name."""
    return [(one.name, _hours(one)) for one in tariff.day_parts]


def _hours(part: DayPart) -> str:
    names = dates.get_day_names("abbreviated", locale=speaking().locale)
    days = [str(_("holidays")) if day == "holiday" else names[_WEEK.index(day)] for day in part.days]
    return f"{', '.join(days) or _('every day')} {part.start}–{part.end}"
