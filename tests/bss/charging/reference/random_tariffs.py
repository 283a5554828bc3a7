"""Tariffs at random, valid by the page: every shape, scope, condition, validity and way of paying, small and odd."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from tandem.bss.catalog.rules.tariff.checking import check_tariff
from tandem.bss.catalog.terms.tariff import Tariff

Doc = dict[str, Any]

INCREMENTS = {
    "second": ("1/1", "60/60", "60/1", "30/6", "1/60", "7/13", "120/20", "3600/1800"),
    "octet": ("1/1", "1000000/1000000", "1024/1024", "100000/1", "1/4096", "33333/777777"),
    "count": ("1/1", "1/1", "1/1", "2/3", "5/1"),
}
PER = {
    "second": (None, 60, "1 minute", "1 hour", "7 seconds"),
    "octet": ("1 MB", "1 GB", "1 MiB", "1000000 octets", "1.5 kB"),
    "count": (None, 1, "3 messages"),
}
SIZES = {"second": (1, 7_200), "octet": (1, 900_000_000), "count": (1, 12)}
SERVICES = {"voice": "second", "data": "octet", "sms": "count", "content": "count", "fixed": "second"}
NETWORKS = {
    "home": ("27201", "27202"),
    "eea": ("262", "26201", "208"),
    "border": ("26201", "310"),
    "far": ("310", "310260", "505"),
}
CALLED_FROM = ("27201", "27205", "26201", "26202", "20810", "310260", "310410", "50501", "99901")
HOLIDAYS = ("2026-10-26", "2026-12-25", "2026-11-01", "2026-10-04", "2027-01-01")
CLOCKS = ("00:00", "01:30", "02:00", "02:15", "06:00", "07:59", "12:00", "18:00", "22:00", "23:30")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")


def random_tariff(seed: int, name: str) -> tuple[Tariff, ...]:
    """A tariff's versions, the first without end."""
    making = Making(random.Random(f"{name}/{seed}"), name)
    doc = making.tariff()
    if making.chance.random() < 0.1:  # nothing is in force before and after
        start, end = making.period()
        doc["validFor"] = {"startDateTime": start, "endDateTime": end}
    first = _repaired(doc)
    if making.chance.random() < 0.6:
        return (first,)
    start, end = making.period()
    changed = {**msgspec.to_builtins(first), "validFor": {"startDateTime": start}}
    changed["approvedAt"] = making.instant()
    if making.chance.random() < 0.5:
        changed["validFor"]["endDateTime"] = end
    changed["prices"] = [making.changed(one) for one in changed.get("prices", ())]
    return first, msgspec.convert(changed, Tariff)


def _repaired(doc: Doc) -> Tariff:
    """The tariff without the prices that cannot be told from others. Raises: AssertionError for another fault."""
    while True:
        tariff = msgspec.convert(doc, Tariff)
        findings = check_tariff(tariff)
        if not findings:
            return tariff
        assert all(one.code == "tariff.ambiguous" for one in findings), (findings, doc)
        doubled = {int(one.path.split("[")[1].rstrip("]")) for one in findings}
        doc = {**doc, "prices": [one for index, one in enumerate(doc["prices"]) if index not in doubled]}


@dataclass
class Making:
    """Makes the parts of one tariff, by its own dice."""

    chance: random.Random
    name: str
    destinations: dict[str, list[str]] = field(default_factory=dict)
    day_parts: list[Doc] = field(default_factory=list)
    may_fall: bool = False

    def tariff(self) -> Doc:
        """A whole tariff; what may fall is paid by invoice alone."""
        chance = self.chance
        self.may_fall = chance.random() < 0.3
        self.destinations = self._destinations()
        self.day_parts = self._day_parts() if chance.random() < 0.6 else []
        services = chance.sample(sorted(SERVICES), chance.randint(2, len(SERVICES)))
        prices = [price for service in services for price in self._prices(service)]
        doc: Doc = {
            "id": self.name,
            "currency": "EUR",
            "destinations": self.destinations,
            "networks": {name: codes for name, codes in NETWORKS.items() if name != "home" or chance.random() < 0.7},
            "dayParts": self.day_parts,
            "prices": prices,
            "allowances": [self._allowance(services, n) for n in range(chance.choice((0, 1, 2, 3, 4)))],
            "limits": [
                self._limit(sorted({one["service"] for one in prices}), n) for n in range(chance.choice((0, 0, 1, 3)))
            ],
            "payment": self._payment(),
        }
        if chance.random() < 0.5:
            doc["holidays"] = chance.sample(HOLIDAYS, 3)
        elif chance.random() < 0.3:
            doc["holidayCountry"] = chance.choice(("IE", "DE-BY", "US", "AU-NSW"))
        return doc

    def changed(self, price: Doc) -> Doc:
        """The price of a later version: the same, or another amount."""
        key = next((one for one in ("amount", "flat") if one in price), None)
        return {**price, key: self.amount()} if key and self.chance.random() < 0.6 else price

    def instant(self) -> str:
        """Somewhen in the months that uses are in."""
        day, month = self.chance.randint(1, 28), self.chance.randint(9, 12)
        return f"2026-{month:02}-{day:02}T{self.chance.randint(0, 23):02}:00:00Z"

    def period(self) -> tuple[str, str]:
        """From and until."""
        start = self.instant()
        end = self.instant()
        return (start, end) if start < end else (end, start) if end < start else (start, "2027-06-01T00:00:00Z")

    def amount(self, most: int = 3) -> str:
        """An amount of money with up to six decimals, sometimes nothing."""
        digits = self.chance.choice((0, 2, 2, 2, 4, 6))
        most *= 1 if self.chance.random() < 0.97 else 10_000
        units = self.chance.randint(0, most * 10**digits)
        return format(Decimal(units).scaleb(-digits), "f")

    def quantity(self, measure: str, part: float = 1.0) -> int:
        """A number of units, small ones as likely as large."""
        low, high = SIZES[measure]
        return max(low, int(high ** self.chance.uniform(0.2, 1) * part))

    def _destinations(self) -> dict[str, list[str]]:
        stems = self.chance.sample(["353", "49", "1", "44", "33", "7"], 4)
        found: dict[str, list[str]] = {}
        for n in range(self.chance.randint(2, 6)):
            prefix = self.chance.choice(stems)
            prefixes = {prefix + str(self.chance.randint(0, 10 ** self.chance.randint(0, 4))) for _ in range(3)}
            found[f"d{n}"] = sorted(prefixes | ({prefix} if n < 3 else set()))
        return found

    def _day_parts(self) -> list[Doc]:
        parts: list[Doc] = []
        for n in range(self.chance.randint(1, 4)):
            start, end = self.chance.sample(CLOCKS, 2)
            part: Doc = {"name": f"part{n}", "from": start, "to": end if self.chance.random() < 0.8 else "24:00"}
            if self.chance.random() < 0.5:
                part["days"] = self.chance.sample(DAYS, self.chance.randint(1, 5))
            parts.append(part)
        return parts

    def _target(self, service: str) -> Doc:
        """Conditions, each of them now and then."""
        chance = self.chance
        doc: Doc = {"service": service}
        if service in ("voice", "sms", "fixed") and chance.random() < 0.5:
            doc["to"] = chance.sample(sorted(self.destinations), chance.randint(1, 2))
        if chance.random() < 0.35:
            doc["in"] = chance.sample(sorted(NETWORKS), chance.randint(1, 2))
            if "home" not in doc["in"]:
                doc["in"] = [*doc["in"], "eea"] if "eea" not in doc["in"] else doc["in"]
        if service == "data" and chance.random() < 0.4:
            doc["ratingGroups"] = chance.sample([10, 20, 30], chance.randint(1, 2))
        return doc

    def _prices(self, service: str) -> list[Doc]:
        """A price for everything mostly, and special ones."""
        targets: list[Doc] = [{"service": service}] if self.chance.random() < 0.9 else []
        targets += [self._target(service) for _ in range(self.chance.randint(0, 3))]
        for target in list(targets):
            if self.day_parts and self.chance.random() < 0.4:
                targets.append({**target, "during": [self.chance.choice(self.day_parts)["name"]]})
        return [self._price(target) for target in targets]

    def _price(self, target: Doc) -> Doc:
        chance = self.chance
        service = target["service"]
        measure = SERVICES[service]
        doc = {"id": f"p{chance.randint(0, 10**9)}", **target, **self._shape(service, measure)}
        doc["increments"] = chance.choice(INCREMENTS[measure])
        doc["rounding"] = self._rounding(doc)
        for name, likely in (("connectFee", 0.2), ("minimum", 0.15), ("maximum", 0.15)):
            if chance.random() < likely:
                doc[name] = self.amount()
        if "maximum" in doc and "minimum" in doc:
            doc["minimum"], doc["maximum"] = sorted((doc["minimum"], doc["maximum"]), key=Decimal)
        if not self.may_fall and chance.random() < 0.3:
            scopes = chance.sample(("day", "cycle"), chance.randint(1, 2))
            doc["caps"] = [{"amount": self.amount(9), "scope": scope} for scope in scopes]
        if chance.random() < 0.1:
            start, end = self.period()
            doc["validFor"] = {"startDateTime": start, "endDateTime": end}
        return doc

    def _rounding(self, price: Doc) -> Doc:
        alone = "amount" in price and "firstInterval" not in price and "freeUnits" not in price
        places = ("charge", "charge", "bill", "increment") if alone else ("charge", "bill")
        mode = self.chance.choice(("halfUp", "halfUp", "halfEven", "up", "down"))
        return {"mode": mode, "digits": self.chance.choice((2, 2, 0, 3, 4, 6)), "place": self.chance.choice(places)}

    def _shape(self, service: str, measure: str) -> Doc:
        chance = self.chance
        kinds = ["amount", "amount", "firstInterval", "freeUnits", "flat", "package", "graduated", "stairStep"]
        kinds += ["volume", "volume"] if self.may_fall else []
        kind = "percent" if service == "content" and chance.random() < 0.8 else chance.choice(kinds)
        if kind in ("amount", "firstInterval", "freeUnits"):
            return self._per_unit(kind, measure)
        if kind == "package":
            return {"package": {"size": self.quantity(measure), "amount": self.amount()}}
        if kind in ("flat", "percent"):
            return {kind: self.amount(3 if kind == "flat" else 130)}
        return {"tiers": self._tiers(kind, measure)}

    def _per_unit(self, kind: str, measure: str) -> Doc:
        doc: Doc = {"amount": self.amount(), "per": self.chance.choice(PER[measure])}
        if doc["per"] is None:
            del doc["per"]
        if kind == "firstInterval":
            doc["firstInterval"] = {"length": self.quantity(measure, 0.3), "amount": self.amount()}
        elif kind == "freeUnits":
            scope = self.chance.choice(("use", "day", "cycle"))
            doc["freeUnits"] = {"amount": self.quantity(measure), "scope": scope}
        return doc

    def _tiers(self, kind: str, measure: str) -> Doc:
        chance = self.chance
        bounds = sorted({self.quantity(measure) for _ in range(chance.randint(1, 4))})
        steps: list[Doc] = [{"upTo": bound, "amount": self.amount()} for bound in bounds]
        if chance.random() < 0.7:
            steps.append({"amount": self.amount()})
        if kind == "stairStep" and not self.may_fall:
            for step, amount in zip(steps, sorted((one["amount"] for one in steps), key=Decimal), strict=True):
                step["amount"] = amount
        elif kind != "stairStep":
            per = chance.choice(PER[measure])
            steps = [{**step, "per": per} if per is not None else step for step in steps]
        return {"kind": kind, "scope": chance.choice(("use", "day", "cycle")), "steps": steps}

    def _allowance(self, services: list[str], n: int) -> Doc:
        chance = self.chance
        service = chance.choice(services)
        target, measure = self._target(service), SERVICES[service]
        if self.day_parts and chance.random() < 0.25:
            target["during"] = [chance.choice(self.day_parts)["name"]]
        doc: Doc = {
            "id": f"{self.name}.a{chance.randint(0, 99):02}.{n}",
            **target,
            "priority": chance.choice((1, 5, 5, 100)),
        }
        doc["increments"] = chance.choice(INCREMENTS[measure])
        doc["validity"] = self._validity()
        if chance.random() < 0.1:
            doc["unlimited"] = True
        elif service == "data" and chance.random() < 0.2 and doc["validity"]["kind"] in ("cycle", "day"):
            doc["fairUse"] = {"rule": "eu-roaming", "monthly": self.amount(2)}
        else:
            doc["amount"] = self.quantity(measure, chance.choice((1, 5, 20)))
            doc["thresholds"] = sorted(chance.sample((1, 50, 80, 99, 100), chance.randint(0, 3)))
        if doc["validity"]["kind"] == "cycle" and "amount" in doc:
            self._of_cycles(doc, measure)
        if chance.random() < 0.4:
            doc["shared"] = True
            if chance.random() < 0.5:
                doc["memberLimit"] = self.quantity(measure, 2)
        return doc

    def _of_cycles(self, doc: Doc, measure: str) -> None:
        if self.chance.random() < 0.5:
            doc["rollOver"] = {"cycles": self.chance.randint(1, 3)}
            if self.chance.random() < 0.5:
                doc["rollOver"]["cap"] = self.quantity(measure)
        if self.chance.random() < 0.4:
            doc["firstPeriod"] = "prorated"

    def _validity(self) -> Doc:
        kind = self.chance.choice(("cycle", "cycle", "cycle", "day", "fixed", "firstUse", "rolling"))
        if kind == "fixed":
            start, end = self.period()
            return {"kind": kind, "start": start, "end": end}
        if kind in ("firstUse", "rolling"):
            return {"kind": kind, "length": self.chance.choice(("1 day", "7 days", "36 hours", "90 minutes", 100))}
        return {"kind": kind}

    def _limit(self, services: list[str], n: int) -> Doc:
        chance = self.chance
        doc: Doc = {"id": f"{self.name}.l{n}", "scope": chance.choice(("day", "cycle"))}
        doc["level"] = chance.choice(("product", "account"))
        doc["whenReached"] = "inform"
        if chance.random() < 0.5:
            service = chance.choice(services)
            doc |= {"service": service, "counts": "units", "units": self.quantity(SERVICES[service], 4)}
        else:
            doc["amount"] = self.amount(20)
        if chance.random() < 0.3:
            doc["to"] = [chance.choice(sorted(self.destinations))]
        if chance.random() < 0.3:
            doc["in"] = [chance.choice(("eea", "far", "home"))]
        doc["thresholds"] = sorted(chance.sample((50, 80, 100), chance.randint(0, 3)))
        if chance.random() < 0.6:
            doc["whenReached"] = "stop"
        return doc

    def _payment(self) -> Doc:
        if self.may_fall:
            return {"order": ["invoice"]}
        order = self.chance.choice(
            (["invoice"], ["money"], ["money", "invoice"], ["money", "invoice"], ["invoice", "money"])
        )
        doc: Doc = {"order": order}
        if "invoice" in order and self.chance.random() < 0.5:
            doc["creditLimit"] = self.amount(40)
        return doc
