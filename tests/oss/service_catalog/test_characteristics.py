"""Given values against what a specification says about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tandem.oss.service_catalog.rules.characteristics import needs_of, settle
from tandem.oss.service_catalog.terms import CharacteristicRefused

SPECIFIED = needs_of(
    [
        {
            "name": "speed",
            "valueType": "string",
            "minCardinality": 1,
            "characteristicValueSpecification": [{"value": "100M"}, {"value": "1G"}],
        },
        {
            "name": "static",
            "valueType": "boolean",
            "characteristicValueSpecification": [{"value": False, "isDefault": True}],
        },
        {"name": "vlan", "valueType": "integer"},
        {"name": "price", "valueType": "number"},
        {"name": "msisdn", "valueType": "string", "regex": "[0-9]{7,15}"},
        {"description": "has no name and says nothing"},
    ]
)


def test_defaults_complete_what_is_given() -> None:
    assert settle(SPECIFIED, {"speed": "1G"}) == {"static": False, "speed": "1G"}
    assert settle(SPECIFIED, {"speed": "1G", "static": True})["static"] is True


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "speed"),
        ({"speed": "2G"}, "speed"),
        ({"speed": "1G", "colour": "red"}, "colour"),
        ({"speed": "1G", "static": "yes"}, "static"),
        ({"speed": "1G", "vlan": True}, "vlan"),
        ({"speed": "1G", "vlan": Decimal("1.5")}, "vlan"),
        ({"speed": "1G", "price": "7"}, "price"),
        ({"speed": "1G", "msisdn": "+353"}, "msisdn"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(given: dict[str, Any], name: str) -> None:
    with pytest.raises(CharacteristicRefused) as refusal:
        settle(SPECIFIED, given)
    assert refusal.value.path == f"serviceCharacteristic[{name}]"


def test_a_number_may_be_whole_or_not() -> None:
    assert settle(SPECIFIED, {"speed": "1G", "price": 7})["price"] == 7
    assert settle(SPECIFIED, {"speed": "1G", "price": Decimal("7.5")})["price"] == Decimal("7.5")
