"""Dates, numbers and money as people of a language write them (CLDR), in the zone of the present visit.

Functions that end in `_text` give plain text; the others give markup that carries the exact value for machines.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import phonenumbers
from babel import dates, numbers
from babel.units import format_unit
from markupsafe import Markup

from tandem.channels.kit.i18n import speaking
from tandem.kernel.money import Money

NOTHING = "–"
_OCTET_STEPS = (("gigabyte", 10**9), ("megabyte", 10**6), ("kilobyte", 10**3), ("byte", 1))
_DURATION_STEPS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def number(value: object, digits: int | None = None) -> str:
    """A number with the language's grouping; `digits` fixes the decimals."""
    if value is None:
        return NOTHING
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_decimal(Decimal(str(value)), format=pattern, locale=speaking().locale)


def percent(share: float | Decimal | None, digits: int = 0) -> str:
    """A share of one as a percentage: 0.256 → 26 %."""
    if share is None:
        return NOTHING
    locale = speaking().locale
    pattern = locale.percent_formats[None].pattern
    if digits:
        pattern = pattern.replace("#,##0", "#,##0." + "0" * digits)
    return numbers.format_percent(Decimal(str(share)), format=pattern, locale=locale)


def money_text(amount: Money | None) -> str:
    """An amount with its currency, with as many decimals as it needs and at least the currency's own."""
    if amount is None:
        return NOTHING
    exact = amount.amount
    return numbers.format_currency(exact, amount.currency, locale=speaking().locale, decimal_quantization=False)


def money(amount: Money | None) -> Markup:
    """An amount as `<data>`, so that programs read the exact value."""
    if amount is None:
        return Markup(NOTHING)
    return Markup('<data class="money" value="{} {}">{}</data>').format(
        amount.amount, amount.currency, money_text(amount)
    )


def day_text(value: date | None) -> str:
    """A calendar day: 12 Oct 2026."""
    return NOTHING if value is None else dates.format_date(value, format="medium", locale=speaking().locale)


def day(value: date | None) -> Markup:
    """A calendar day as `<time>`."""
    if value is None:
        return Markup(NOTHING)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), day_text(value))


def zone_text(value: datetime) -> str:
    """The short name of the visit's zone at an instant: IST, GMT, CET.

    Why: from the zone data itself, since CLDR's names take Dublin's winter for its summer.
    """
    return value.astimezone(speaking().zone).tzname() or ""


def instant_text(value: datetime | None, *, seconds: bool = False) -> str:
    """An instant in the visit's zone, with the zone: 12 Oct 2026, 14:03 IST."""
    if value is None:
        return NOTHING
    spoken = speaking()
    local = value.astimezone(spoken.zone)
    clock = dates.format_time(local, format="HH:mm:ss" if seconds else "HH:mm", locale=spoken.locale)
    return f"{day_text(local.date())}, {clock} {zone_text(value)}"


def instant(value: datetime | None, *, seconds: bool = False) -> Markup:
    """An instant as `<time>`."""
    if value is None:
        return Markup(NOTHING)
    return Markup('<time datetime="{}">{}</time>').format(machine(value), instant_text(value, seconds=seconds))


def brief_text(value: datetime | None) -> str:
    """An instant without year and zone: 12 Oct, 14:03."""
    if value is None:
        return NOTHING
    spoken = speaking()
    local = value.astimezone(spoken.zone)
    day_of_year = dates.format_skeleton("MMMd", local, locale=spoken.locale)
    return f"{day_of_year}, {dates.format_time(local, format='HH:mm', locale=spoken.locale)}"


def brief(value: datetime | None) -> Markup:
    """The same for narrow columns; the full instant is the title."""
    if value is None:
        return Markup(NOTHING)
    shown = brief_text(value)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine(value), instant_text(value), shown)


def clock(value: datetime | None) -> Markup:
    """The time of day only, for rows that stand under their day; the full instant is the title."""
    if value is None:
        return Markup(NOTHING)
    spoken = speaking()
    shown = dates.format_time(value.astimezone(spoken.zone), format="HH:mm:ss", locale=spoken.locale)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine(value), instant_text(value), shown)


def ago(value: datetime | None, now: datetime) -> Markup:
    """How long ago, or how soon: 3 minutes ago."""
    if value is None:
        return Markup(NOTHING)
    shown = dates.format_timedelta(value - now, add_direction=True, locale=speaking().locale)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine(value), instant_text(value), shown)


def octets(value: int | None) -> str:
    """An amount of data: 12.5 GB, in decimal steps as operators sell it."""
    if value is None:
        return NOTHING
    unit, size = next(((unit, size) for unit, size in _OCTET_STEPS if abs(value) >= size), _OCTET_STEPS[-1])
    amount = (Decimal(value) / size).quantize(Decimal("0.01")).normalize()
    return format_unit(amount, f"digital-{unit}", length="short", locale=speaking().locale, format="#,##0.##")


def duration(seconds: int | float | None) -> str:
    """A length of time in its two largest units: 2 h, 10 min; below ten seconds with tenths."""
    if seconds is None:
        return NOTHING
    if 0 < abs(seconds) < 10 and seconds != round(seconds):
        return format_unit(round(abs(seconds), 1), "duration-second", length="short", locale=speaking().locale)
    left = round(abs(seconds))
    parts: list[str] = []
    for unit, size in _DURATION_STEPS:
        count, left = divmod(left, size)
        if count:
            parts.append(format_unit(count, f"duration-{unit}", length="short", locale=speaking().locale))
        if len(parts) == 2:
            break
    return ", ".join(parts) or format_unit(0, "duration-second", length="short", locale=speaking().locale)


def minutes(seconds: int | None) -> str:
    """A length of calls in minutes, as plans grant them: 1,000 min; seconds beside them where there are any."""
    if seconds is None:
        return NOTHING
    whole, rest = divmod(seconds, 60)
    locale = speaking().locale
    parts = [format_unit(whole, "duration-minute", length="short", locale=locale)] if whole or not rest else []
    return " ".join([*parts, *([format_unit(rest, "duration-second", length="short", locale=locale)] if rest else [])])


def amount_of_use(value: int | None, unit: str) -> str:
    """An amount in one of the units that use is counted in: second, octet, or pieces such as messages."""
    measured = {"second": minutes, "octet": octets}.get(unit, number)
    return measured(value)


def phone(number: str | None) -> str:
    """A number in international digits as people read it: +353 20 910 0001; what is no number as it is."""
    if not number:
        return NOTHING
    try:
        parsed = phonenumbers.parse(f"+{number.lstrip('+')}")
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def milliseconds(seconds: float) -> str:
    """A short length of time: 140 ms."""
    return format_unit(round(seconds * 1000), "duration-millisecond", length="short", locale=speaking().locale)


def machine(value: datetime) -> str:
    """An instant for programs: RFC 3339 in UTC."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


FILTERS = {
    "number": number,
    "percent": percent,
    "money": money,
    "money_text": money_text,
    "day": day,
    "day_text": day_text,
    "instant": instant,
    "instant_text": instant_text,
    "brief": brief,
    "brief_text": brief_text,
    "clock": clock,
    "ago": ago,
    "octets": octets,
    "duration": duration,
    "milliseconds": milliseconds,
    "minutes": minutes,
    "amount_of_use": amount_of_use,
    "machine": machine,
    "phone": phone,
}
