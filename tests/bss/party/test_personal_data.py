"""Every attribute that tells something about a person is registered; a new one must be."""

from __future__ import annotations

import msgspec
import pytest

from tandem.bss.party import model, public, store
from tandem.kernel.store import EntityTable

TELLS_NOTHING = {
    "party_individual": {"href", "@type", "@baseType", "@schemaLocation", "status"},
    "party_customer": {
        "href",
        "@type",
        "@baseType",
        "@schemaLocation",
        "status",
        "validFor",
        "agreement",
        "role",
        "partyRoleSpecification",
    },
}


@pytest.mark.parametrize(
    ("table", "entity"), [(store.INDIVIDUALS, model.Individual), (store.CUSTOMERS, model.Customer)]
)
def test_every_attribute_of_a_person_is_registered(table: EntityTable, entity: type[msgspec.Struct]) -> None:
    attributes = {field.encode_name for field in msgspec.structs.fields(entity)}
    registered = {place.path for place in public.personal_data() if place.table == table.table}
    assert attributes - registered == TELLS_NOTHING[table.table]
    assert registered <= attributes


def test_no_place_is_registered_twice() -> None:
    places = [(place.table, place.path) for place in public.personal_data()]
    assert len(places) == len(set(places))


def test_the_subject_of_each_place_is_a_column_of_its_table() -> None:
    tables = (store.INDIVIDUALS, store.CUSTOMERS, store.PARTY_ROLES, store.BILLING_ACCOUNTS)
    columns = {table.table: {"id", *(column.name for column in table.columns)} for table in tables}
    for place in public.personal_data():
        assert place.subject in columns.get(place.table, {"customer_id"}), place
