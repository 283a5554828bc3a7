"""The two directions between versions are each other's inverse, for documents, paths and filters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.kernel.tmf.conversion import (
    beneath,
    conversion,
    exchanged,
    filled,
    flattened,
    listed,
    related_parties,
    renamed,
    single,
)

OUT, BACK = conversion(
    related_parties("relatedParty"),
    related_parties("item.relatedParty"),
    renamed("item.externalId", "itemNumber"),
    flattened("place", under="place"),
    exchanged("state", {"cancelled": "canceled"}),
    listed("contact"),
    single("account"),
)
_texts = st.text(max_size=5)
_party = st.fixed_dictionaries(
    {"role": _texts, "partyOrPartyRole": st.fixed_dictionaries({"id": _texts, "@referredType": _texts})}
)
_item = st.fixed_dictionaries(
    {}, optional={"externalId": _texts, "relatedParty": st.lists(_party, max_size=2), "x": _texts}
)
_doc = st.fixed_dictionaries(
    {},
    optional={
        "relatedParty": st.lists(_party, max_size=2),
        "item": st.lists(_item, max_size=2),
        "place": st.lists(st.fixed_dictionaries({"role": _texts, "place": st.fixed_dictionaries({"id": _texts})})),
        "state": st.sampled_from(["cancelled", "active"]),
        "contact": st.lists(_texts, min_size=1, max_size=1),
        "account": _texts,
        "other": _texts,
    },
)


@given(_doc)
def test_a_stored_document_comes_back_from_the_wire(doc: dict[str, Any]) -> None:
    assert BACK(OUT(doc)) == doc


def test_the_wire_has_the_older_shape() -> None:
    stored = {
        "relatedParty": [{"role": "buyer", "partyOrPartyRole": {"id": "1", "@type": "PartyRef"}}],
        "item": [{"externalId": "n"}],
        "place": [{"role": "home", "place": {"id": "p"}}],
        "state": "cancelled",
        "contact": ["a"],
        "account": "b",
    }
    assert OUT(stored) == {
        "relatedParty": [{"role": "buyer", "id": "1", "@referredType": "Party"}],
        "item": [{"itemNumber": "n"}],
        "place": [{"role": "home", "id": "p"}],
        "state": "canceled",
        "contact": "a",
        "account": ["b"],
    }
    assert stored["item"] == [{"externalId": "n"}]


@pytest.mark.parametrize(
    ("stored", "wire"),
    [
        ("relatedParty[1].partyOrPartyRole.id", "relatedParty[1].id"),
        ("relatedParty.role", "relatedParty.role"),
        ("item[0].externalId", "item[0].itemNumber"),
        ("item.relatedParty.partyOrPartyRole.name", "item.relatedParty.name"),
        ("other", "other"),
    ],
)
def test_paths_go_both_ways(stored: str, wire: str) -> None:
    assert OUT.path(stored) == wire
    if "[" not in stored:
        assert BACK.stored(wire, "v") == (stored, "v")


def test_a_filters_value_is_translated_with_its_path() -> None:
    assert BACK.stored("state", "canceled") == ("state", "cancelled")
    assert BACK.stored("other", "canceled") == ("other", "canceled")


DEEP_OUT, DEEP_BACK = conversion(*beneath("item.product", *OUT.steps))


@given(st.lists(st.fixed_dictionaries({"id": _texts}, optional={"product": _doc}), max_size=2))
def test_the_same_differences_hold_beneath_a_path(items: list[dict[str, Any]]) -> None:
    stored = {"item": items, "state": "cancelled"}
    wire = DEEP_OUT(stored)
    assert wire["state"] == "cancelled"
    assert [item.get("product") for item in wire["item"]] == [
        OUT(item["product"]) if "product" in item else None for item in items
    ]
    assert DEEP_BACK(wire) == stored


def test_paths_and_values_beneath_a_path_go_both_ways() -> None:
    stored, wire = "item.product.item.externalId", "item.product.item.itemNumber"
    assert (DEEP_OUT.path(stored), DEEP_OUT.path("item[2].product.place[0].place.id")) == (
        wire,
        "item[2].product.place[0].id",
    )
    assert DEEP_BACK.stored(wire, "v") == (stored, "v")
    assert DEEP_BACK.stored("item.product.state", "canceled") == ("item.product.state", "cancelled")
    assert DEEP_BACK.stored("state", "canceled") == ("state", "canceled")


def test_what_a_version_demands_is_filled_on_the_way_out_only() -> None:
    out, back = conversion(filled("party", name=lambda ref: ref["id"], at_referredType=lambda _: "Party"))
    assert out({"party": [{"id": "7"}, {"id": "8", "name": "N"}]}) == {
        "party": [
            {"id": "7", "name": "7", "@referredType": "Party"},
            {"id": "8", "name": "N", "@referredType": "Party"},
        ]
    }
    assert back({"party": [{"id": "7"}]}) == {"party": [{"id": "7"}]}
