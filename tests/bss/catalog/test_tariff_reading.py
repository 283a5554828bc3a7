"""From documents to a tariff: named characteristics, typed words, tables, and what is refused with its place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tandem.bss.catalog.rules.plan import Versioned
from tandem.bss.catalog.rules.tariff.checking import check_tariff
from tandem.bss.catalog.rules.tariff.history import plan_of
from tandem.bss.catalog.rules.tariff.reading import check_words, tariff_of
from tandem.bss.catalog.terms import PriceTermsInvalid
from tandem.bss.catalog.terms.tariff import Limit, Package, Price, TimePeriod
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tests.bss.catalog.prices import monthly, per, price, told

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how" / "prices.md"
VALUE = "prodSpecCharValueUse[0].productSpecCharacteristicValue[0].value"


def offering(**words: Any) -> Versioned:
    uses = told(tariff=words) if words else []
    return Versioned({"id": "offer", "name": "Offer", "version": "2026.10", "prodSpecCharValueUse": uses}, 3)


def rated(kind: str, rating: Any, *, price_id: str = "p", **more: Any) -> Versioned:
    doc = {"id": price_id, "name": "P", "version": "7", "priceType": kind, **more}
    return Versioned({**doc, "prodSpecCharValueUse": told(rating=rating)}, 1)


def table(table_id: str, **words: Any) -> Versioned:
    return Versioned({"id": table_id, "priceType": "tariffTable", "prodSpecCharValueUse": told(tariff=words)}, 1)


def only_price(*documents: Versioned, **words: Any) -> Price:
    return tariff_of(offering(**words), [monthly(), *documents]).prices[0]


def euro(value: Any) -> Doc:
    return {"unit": "EUR", "value": value}


def measure(amount: Any, units: str) -> Doc:
    return {"amount": amount, "units": units}


# -- what an offering and its prices say ------------------------------------------------------------------------------


def test_a_tariff_carries_the_offerings_identity_currency_and_tax() -> None:
    tariff = tariff_of(offering(), [monthly()], approved_at=instant("2026-10-01T08:00:00Z"))
    assert (tariff.id, tariff.name, tariff.version) == ("offer", "Offer", "2026.10")
    assert (tariff.currency, tariff.tax_included, tariff.tax_category, tariff.tax_rate) == ("EUR", True, "VAT", "23")
    assert (tariff.approved_at, tariff.valid_for) == ("2026-10-01T08:00:00Z", None)
    assert (tariff.prices, tariff.allowances, tariff.limits) == ((), (), ())


@pytest.mark.parametrize(
    ("percent", "text"), [(0, "0"), (7, "7"), (Decimal("13.5"), "13.5"), (Decimal("5.25"), "5.25")]
)
def test_a_tax_rate_is_told_in_percent(percent: Any, text: str) -> None:
    taxed = Versioned({**monthly().doc, "tax": [{"taxCategory": "VAT", "taxRate": percent}]}, 1)
    assert tariff_of(offering(), [taxed]).tax_rate == text


def test_a_price_of_typed_words_takes_the_rest_from_its_document() -> None:
    rating = {"service": "voice", "increments": "60/1", "during": ["peak"]}
    period = {"startDateTime": "2026-01-01T00:00:00Z", "@type": "TimePeriod"}
    doc = rated("usage", rating, price=euro(Decimal("0.20")), unitOfMeasure=measure(1, "minute"), validFor=period)
    assert only_price(Versioned({**doc.doc, "tax": monthly().doc["tax"], **including_tax(rating)}, 1)) == Price(
        id="p",
        name="P",
        version="7",
        valid_for=TimePeriod(start_date_time="2026-01-01T00:00:00Z"),
        service="voice",
        amount="0.20",
        per="1 minute",
        increments="60/1",
        during=("peak",),
    )


def including_tax(rating: Doc) -> Doc:
    return {"prodSpecCharValueUse": told(rating=rating, taxIncluded=True)}


def test_a_package_takes_its_size_and_amount_from_the_document_or_says_them_alike() -> None:
    shape = {"service": "data", "package": {"size": "1000 MB", "amount": "5"}}
    doc = rated("usage", shape, unitOfMeasure=measure(1, "GB"))
    assert only_price(doc).package == Package(size="1000 MB", amount="5")
    with pytest.raises(PriceTermsInvalid, match="the document says 2 GB"):
        only_price(rated("usage", shape, unitOfMeasure=measure(2, "GB")))


def test_tiers_stand_in_rating_alone() -> None:
    tiers = {"kind": "graduated", "steps": [{"upTo": "1 GB", "amount": "0"}, {"amount": "1", "per": "1 GB"}]}
    assert only_price(rated("usage", {"service": "data", "tiers": tiers})).amount is None
    with pytest.raises(PriceTermsInvalid, match="amounts of their own"):
        only_price(with_tax(rated("usage", {"service": "data", "tiers": tiers}, price=euro(1))))


def with_tax(one: Versioned) -> Versioned:
    uses = [*one.doc["prodSpecCharValueUse"], *told(taxIncluded=True)]
    return Versioned({**one.doc, "tax": monthly().doc["tax"], "prodSpecCharValueUse": uses}, 1)


def test_allowances_and_limits_take_their_size_from_the_document() -> None:
    pool = rated("allowance", {"service": "data", "shared": True}, price_id="pool", unitOfMeasure=measure(300, "GB"))
    unlimited = rated("allowance", {"service": "data", "unlimited": True}, price_id="all")
    stop = rated("limit", {"service": "data", "whenReached": "stop"}, price_id="stop", price=euro(Decimal("61.50")))
    units = rated("limit", {"service": "data", "counts": "units"}, price_id="units", unitOfMeasure=measure(9, "GB"))
    own = {"id": "own", "service": "voice"}
    tariff = tariff_of(offering(limits=[own]), [monthly(), pool, unlimited, stop, units])
    assert [(one.id, one.amount, one.unlimited, one.shared) for one in tariff.allowances] == [
        ("pool", "300 GB", False, True),
        ("all", None, True, False),
    ]
    assert [(one.id, one.amount, one.units) for one in tariff.limits] == [
        ("stop", "61.50", None),
        ("units", None, "9 GB"),
        ("own", None, None),
    ]
    assert isinstance(tariff.limits[0], Limit) and tariff.limits[0].name == "P"


def test_a_price_may_leave_its_currency_and_tax_to_the_others_and_may_not_contradict_them() -> None:
    assert only_price(rated("usage", {"service": "data", "flat": "1"})).flat == "1"
    with pytest.raises(PriceTermsInvalid, match="one currency"):
        only_price(with_tax(rated("usage", {"service": "data", "flat": "1"}, price={"unit": "GBP"})))


# -- named characteristics --------------------------------------------------------------------------------------------


def test_a_named_price_means_the_same_in_the_vocabulary() -> None:
    calls = per("de", "usage", (1, "minute"), Decimal("0.25"), usageType="voice", zone="Germany", prefix=["49", "4915"])
    tariff = tariff_of(offering(), [monthly(), calls])
    assert tariff.destinations == {"Germany": ("49", "4915")}
    found = tariff.prices[0]
    assert (found.to, found.service, found.amount, found.per) == (("Germany",), "voice", "0.25", "1 minute")
    assert (found.increments, found.version) == ("1/1", "1")


def test_named_allowances_keep_their_size_increments_and_priority() -> None:
    minutes = per("min", "allowance", (1000, "minute"), usageType="voice", increments="60/60", priority=5)
    free = price("free", "allowance", usageType="message", unlimited=True)
    tariff = tariff_of(offering(), [monthly(), minutes, free])
    assert [(one.amount, one.unlimited, one.increments, one.priority, one.to) for one in tariff.allowances] == [
        ("1000 minute", False, "60/60", 5, ()),
        (None, True, "1/1", 100, ()),
    ]


def test_prefixes_of_one_zone_that_differ_have_names_of_their_own() -> None:
    def to(price_id: str, zone: str, *prefixes: str) -> Versioned:
        return per(price_id, "usage", (1, "minute"), 1, usageType="voice", zone=zone, prefix=list(prefixes))

    documents = [to("a", "Zone 1", "49"), to("b", "Zone 1", "43", "41"), to("c", "Zone 1", "49"), to("9d", "", "33")]
    tariff = tariff_of(offering(), [monthly(), *documents])
    assert tariff.destinations == {"Zone-1": ("49",), "b": ("41", "43"), "n-9d": ("33",)}
    assert [one.to for one in tariff.prices] == [("Zone-1",), ("b",), ("Zone-1",), ("n-9d",)]
    assert msgspec.convert(msgspec.to_builtins(tariff), type(tariff)) == tariff


# -- tables -----------------------------------------------------------------------------------------------------------


def test_an_offering_includes_tables_and_adds_words_of_its_own() -> None:
    zones = table("zones", networks={"eea": ["262"]}, holidays=["2026-12-25"], holidayCountry="IE")
    numbers = table("numbers", destinations={"de": ["49"]}, holidays=["2026-12-24", "2026-12-25"])
    own = offering(include=["zones", "numbers", "gone"], networks={"home": ["27299"]}, payment={"order": ["money"]})
    tariff = tariff_of(own, [monthly(), zones, numbers])
    assert tariff.networks == {"eea": ("262",), "home": ("27299",)}
    assert (tariff.destinations, tariff.holidays) == ({"de": ("49",)}, ("2026-12-24", "2026-12-25"))
    assert (tariff.holiday_country, tariff.payment.order) == ("IE", ("money",))


def test_one_name_has_one_meaning() -> None:
    zones = table("zones", networks={"eea": ["262"]})
    with pytest.raises(PriceTermsInvalid, match="offer says eea otherwise"):
        tariff_of(offering(include=["zones"], networks={"eea": ["263"]}), [monthly(), zones])
    assert tariff_of(offering(include=["zones"], networks={"eea": ["262"]}), [monthly(), zones]).networks == {
        "eea": ("262",)
    }


# -- what is refused, and where ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("doc", "path"),
    [
        (rated("usage", {"service": "data", "colour": "red"}), VALUE),
        (rated("usage", {"amount": "1"}), VALUE),
        (rated("usage", {"service": "data", "amount": 1}), f"{VALUE}.amount"),
        (
            rated("usage", {"service": "data", "tiers": {"kind": "volume", "steps": [{"amount": "x"}]}}),
            f"{VALUE}.tiers.steps[0].amount",
        ),
        (rated("usage", {"service": "data", "increments": "0/1"}), f"{VALUE}.increments"),
        (rated("usage", "data"), VALUE),
        (rated("recurring", {"service": "data"}), "priceType"),
        (rated("usage", {"service": "data", "id": "other"}), f"{VALUE}.id"),
        (rated("usage", {"service": "data", "version": "8"}), f"{VALUE}.version"),
        (rated("usage", {"service": "data", "amount": "2"}, price=euro(1)), f"{VALUE}.amount"),
        (rated("usage", {"service": "data", "per": "1 MB"}, unitOfMeasure=measure(1, "GB")), f"{VALUE}.per"),
        (rated("usage", {"service": "data"}, unitOfMeasure={"amount": 1}), "unitOfMeasure"),
        (rated("allowance", {"service": "data", "amount": "1 GB"}, unitOfMeasure=measure(2, "GB")), f"{VALUE}.amount"),
        (table("t", networks={"eea": ["26"]}), f"{VALUE}.networks[...]" + "[0]"),
        (table("t", include=["u"]), f"{VALUE}.include"),
        (table("t", prices=[]), VALUE),
        (table("t", holidayCountry="Ireland"), f"{VALUE}.holidayCountry"),
    ],
)
def test_a_wrong_word_is_refused_with_its_place(doc: Versioned, path: str) -> None:
    with pytest.raises(PriceTermsInvalid) as refused:
        check_words(doc.doc)
    assert refused.value.path == path


def test_what_names_say_may_not_be_said_beside_typed_words() -> None:
    doc = {"id": "p", "priceType": "usage", "prodSpecCharValueUse": told(usageType="data", rating={"service": "data"})}
    with pytest.raises(PriceTermsInvalid, match="usageType stands in rating"):
        check_words(doc)


def test_typed_words_are_told_once_and_in_their_place() -> None:
    twice = {"id": "p", "priceType": "usage", "prodSpecCharValueUse": told(rating=[{"service": "a"}, {"service": "b"}])}
    elsewhere = {"id": "p", "priceType": "usage", "prodSpecCharValueUse": told(tariff={})}
    for doc in (twice, elsewhere, {"id": "t", "priceType": "tariffTable"}):
        with pytest.raises(PriceTermsInvalid):
            check_words(doc)


def test_the_examples_of_the_page_are_read_as_it_says() -> None:
    blocks = [json.loads(block.split("```")[0]) for block in PAGE.read_text().split("```json\n")[1:]]
    calls, words = {"id": "calls", **blocks[0]}, {"id": "prepaid", "prodSpecCharValueUse": [blocks[1]]}
    numbers = table("table-numbers", destinations={"National": ["353"]})
    networks = table("table-networks", networks={"home": ["27299"], "eea": ["262"]})
    tariff = tariff_of(Versioned(words, 1), [Versioned(calls, 1), numbers, networks])
    assert check_tariff(tariff) == ()
    price = tariff.prices[0]
    assert (price.amount, price.per, price.version, price.during) == ("0.20", "1 minute", "2026.10", ("peak",))
    assert (tariff.payment.order, tariff.tax_included) == (("money",), True)


# -- for pages --------------------------------------------------------------------------------------------------------


def plan(*documents: Versioned, **words: Any) -> Any:
    return plan_of(
        Versioned({**offering(**words).doc, "productOfferingPrice": [{"id": one.doc["id"]} for one in documents]}, 3),
        {str(one.doc["id"]): one for one in documents},
    )


def test_pages_read_what_plain_words_can_say_and_nothing_else() -> None:
    plain = {"service": "data", "amount": "2", "per": "1 GB", "increments": "1000/1000", "in": ["home", "eea"]}
    documents = [
        monthly(),
        rated("usage", plain, price_id="plain"),
        rated("usage", {**plain, "in": ["eea"]}, price_id="abroad"),
        rated("usage", {**plain, "during": ["night"]}, price_id="night"),
        rated("usage", {**plain, "connectFee": "1"}, price_id="fee"),
        rated("usage", {"service": "data", "flat": "1"}, price_id="flat"),
        rated("usage", {**plain, "service": "content", "per": 1}, price_id="content"),
        rated("allowance", {"service": "data", "amount": "1 GB"}, price_id="pool"),
        rated("allowance", {"service": "voice", "unlimited": True, "to": ["de"]}, price_id="calls"),
        rated("limit", {"service": "data"}, price_id="limit"),
    ]
    terms = plan(*documents, destinations={"de": ["49"]})
    found = [
        (one.source.price_id, one.amount_micros, one.per_units, one.unit, one.first_increment) for one in terms.usage
    ]
    assert found == [("plain", 2_000_000, 1_000_000_000, "octet", 1000)]
    allowed = [(one.source.price_id, one.amount, one.zone, one.prefixes) for one in terms.allowances]
    assert allowed == [("calls", None, "de", ("49",)), ("pool", 1_000_000_000, "", ())]
