"""The rule path of a part: by which version, term, place, day part, increments, step and rounding it came about."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.catalog.terms.tariff import Allowance, Price
from tandem.bss.charging.rules.core.book import unpack_digits
from tandem.bss.charging.rules.core.functions import increments_of
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.core.layout import BY_ALLOWANCE, BY_GRANTED

Path = dict[str, Any]
SOURCES: Final = ("allowance", "bought", "price")


def path_of(compiled: Compiled, part: Path, *, use: Path, before: int | None = None) -> Path:
    """Why a part is what it is.

    Shape: `part` and `use` are rows by name (`book.columns_of`). `before`: what the counter of the price's day or cycle
    stood at, for steps that are counted beyond the use.
    """
    if part["source"] == BY_GRANTED:
        return {"source": SOURCES[BY_GRANTED], "priority": "by priority, end, id"}
    owners = compiled.allowances if part["source"] == BY_ALLOWANCE else compiled.prices
    version, term = owners[part["row"]]
    tariff = compiled.tariffs[version]
    path: Path = {
        "tariff": tariff.id,
        "tariffVersion": tariff.version,
        "approvedAt": tariff.approved_at,
        "term": term.id,
        "termVersion": term.version,
        "increments": term.increments,
        "continues": bool(part["continues"]),
        **_places(compiled, part, use, term),
    }
    parts = tariff.day_parts
    if parts:
        path["dayPart"] = parts[part["day_part"]].name if part["day_part"] < len(parts) else None
    if isinstance(term, Price):
        path |= _counting(term, part, part["before"] if before is None else before)
    return {name: value for name, value in path.items() if value not in (None, "")}


def _places(compiled: Compiled, part: Path, use: Path, term: Price | Allowance) -> Path:
    """The destination and the network that made the term fit, with the longest beginnings."""
    tariff = compiled.tariffs[(compiled.prices if isinstance(term, Price) else compiled.allowances)[part["row"]][0]]
    called, visited = unpack_digits(use["destination"]), unpack_digits(use["network"])
    to = _longest({name: tariff.destinations[name] for name in term.to}, called)
    within = _longest({name: tariff.networks.get(name, ()) for name in term.within}, visited)
    if term.within and not visited:
        within = ("home", "")
    return {
        "destination": to and to[0],
        "prefix": to and to[1],
        "network": within and within[0],
        "networkCode": within and within[1],
        "ratingGroup": use["rating_group"] if term.rating_groups else None,
    }


def _longest(sets: dict[str, tuple[str, ...]], digits: str) -> tuple[str, str] | None:
    found = [(one, name) for name, prefixes in sets.items() for one in prefixes if digits.startswith(one)]
    best = min(found, key=lambda pair: (-len(pair[0]), pair[1]), default=None)
    return None if best is None else (best[1], best[0])


def _counting(price: Price, part: Path, before: int) -> Path:
    """The increments that were counted, the steps that they fall into, and the rounding."""
    first, following = increments_of(price.increments)
    counted, fresh = part["counted"], part["before"] == 0 and not part["continues"]
    number = 0 if counted == 0 else (1 + (counted - first) // following if fresh else counted // following)
    rounding = price.rounding
    path: Path = {
        "incrementsCounted": number,
        "rounding": f"{rounding.mode} to {rounding.digits} at each {rounding.place}",
    }
    if price.tiers is not None:
        path["steps"] = {"kind": price.tiers.kind, "scope": price.tiers.scope, "from": before, "to": before + counted}
    if price.free_units is not None:
        path["freeUnits"] = {"scope": price.free_units.scope, "from": before, "to": before + counted}
    if part["fee"]:
        path["connectFee"] = price.connect_fee
    return path
