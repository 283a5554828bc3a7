"""Value types that many APIs share, as typed views of documents.

Rooms build their models from these: `class ProductOfferingRef(EntityRef)` is one line. Every type is a *view*: an
attribute that it does not name survives in the document. Attributes are optional as the standard has them; what an
exposure demands it says in `mandatory`.

A model with a mandatory attribute says `kw_only=True` once more (`class OrderItem(Extensible, kw_only=True)`), because
type checkers do not inherit it.

Where a client leaves `@type` out, the engine writes what `type_for` answers: the class name, so name classes as the
standard names the type.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec

from tandem.kernel.json import Doc

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date-time with its zone, as RFC 3339 asks; one without is refused."""

M = TypeVar("M", bound=msgspec.Struct)


class Number(Decimal):
    """A JSON number kept exactly. A number written as a string is refused, which a plain `Decimal` would let pass."""


def read_hook(wanted: type, value: Any) -> Any:
    """Builds a `Number` for msgspec; hand it to `msgspec.convert` as `dec_hook`."""
    if wanted is Number and isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Number(value if not isinstance(value, float) else repr(value))
    raise ValueError(f"Expected `number`, got `{_json_name(value)}`")


def _json_name(value: Any) -> str:
    names: dict[type, str] = {str: "str", bool: "bool", dict: "object", list: "array", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def view(model: type[M], doc: Doc) -> M:
    """Reads a document through its model.

    Raises: msgspec.ValidationError, which names the path.
    """
    return msgspec.convert(doc, model, dec_hook=read_hook)


def doc_of(value: msgspec.Struct) -> Doc:
    """Writes a model back as a document: wire names, unset attributes left out, numbers exact."""
    doc: Doc = msgspec.to_builtins(value, builtin_types=(Decimal,), enc_hook=_plain_number)
    return doc


def _plain_number(value: Any) -> Any:
    if isinstance(value, Number):
        return Decimal(value)
    raise NotImplementedError(f"{type(value).__name__} has no place in a document")


class Wire(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """Base of every model: camelCase on the wire, optional attributes left out when unset."""


class Extensible(Wire):
    """What may be subclassed on the wire: carries `@type`, `@baseType` and `@schemaLocation`."""

    at_type: str | None = msgspec.field(default=None, name="@type")
    at_base_type: str | None = msgspec.field(default=None, name="@baseType")
    at_schema_location: str | None = msgspec.field(default=None, name="@schemaLocation")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """The `@type` of a document that came without one."""
        return cls.__name__


class Entity(Extensible):
    """What has an identity and an address of its own."""

    id: str | None = None
    href: str | None = None


class TimePeriod(Wire):
    start_date_time: Instant | None = None
    end_date_time: Instant | None = None


class Money(Wire):
    """An amount on the wire; `tandem.kernel.money.Money` is what one counts with."""

    unit: str | None = None
    value: Number | None = None


class Quantity(Wire):
    amount: Number | None = None
    units: str | None = None


class Duration(Wire):
    amount: int | None = None
    units: str | None = None


class EntityRef(Extensible, kw_only=True):
    """Any reference. Subclass it with the standard's name, or let `@referredType` name it."""

    id: str
    href: str | None = None
    name: str | None = None
    version: str | None = None
    role: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        if cls is not EntityRef:
            return cls.__name__
        referred = doc.get("@referredType")
        return f"{referred}Ref" if isinstance(referred, str) and referred else "EntityRef"


class RelatedParty(EntityRef):
    """A party and its part in the matter, in the shape of version 4."""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "RelatedParty"


PARTIES = frozenset({"Individual", "Organization", "Party"})


class PartyRefOrPartyRoleRef(EntityRef):
    """Who is meant by a related party in the shape of version 5: a party, or one of its roles."""

    party_id: str | None = None
    party_name: str | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "PartyRef" if doc.get("@referredType", "Party") in PARTIES else "PartyRoleRef"


class RelatedPartyOrPartyRole(Extensible):
    """A party and its part in the matter, in the shape of version 5."""

    role: str | None = None
    party_or_party_role: PartyRefOrPartyRoleRef | None = None


class RelatedPartyRefOrPartyRoleRef(RelatedPartyOrPartyRole):
    """The name that some documents of version 5 give to `RelatedPartyOrPartyRole`."""


class RelatedEntity(EntityRef):
    """Any entity and its part in the matter, in the shape of version 4."""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return cls.__name__


_REFERENCE = frozenset({"id", "href", "name", "version", "role", "@type", "@baseType", "@schemaLocation"})


def ref_or_value(doc: Doc, value_type: str) -> str:
    """The `@type` of what may be an entity or only a reference to it: `BillFormat` or `BillFormatRef`."""
    only_points = "@referredType" in doc or ("id" in doc and _REFERENCE.issuperset(doc))
    return f"{value_type}Ref" if only_points else value_type


class Note(Extensible):
    id: str | None = None
    author: str | None = None
    date: Instant | None = None
    text: str | None = None


class CharacteristicRelationship(Extensible):
    id: str | None = None
    relationship_type: str | None = None


class Characteristic(Extensible, kw_only=True):
    """A named value, in the shape of version 5 (which version 4 accepts): `@type` follows from the value."""

    name: str
    value: Any = None
    id: str | None = None
    value_type: str | None = None
    characteristic_relationship: list[CharacteristicRelationship] | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return characteristic_type(doc.get("value"))


def characteristic_type(value: Any) -> str:
    """The standard's name for a characteristic of this value, such as `StringArrayCharacteristic`."""
    if isinstance(value, list):
        inner = characteristic_type(value[0]) if value else "StringCharacteristic"
        return inner.replace("Characteristic", "ArrayCharacteristic") if "Array" not in inner else inner
    names: dict[type, str] = {str: "String", bool: "Boolean", int: "Integer", dict: "Object"}
    if isinstance(value, (Decimal, float)):
        return "NumberCharacteristic"
    return f"{names.get(type(value), '')}Characteristic"


class CharacteristicValueSpecification(Extensible):
    is_default: bool | None = None
    range_interval: str | None = None
    regex: str | None = None
    unit_of_measure: str | None = None
    value_from: int | None = None
    value_to: int | None = None
    value_type: str | None = None
    valid_for: TimePeriod | None = None
    value: Any = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """As the value's kind; the documents of version 5 list no type of their own for a boolean."""
        value = doc.get("value")
        if value is None or isinstance(value, bool):
            return cls.__name__
        return f"{characteristic_type(value)}ValueSpecification"


class CharacteristicSpecificationRelationship(Extensible):
    characteristic_specification_id: str | None = None
    name: str | None = None
    parent_specification_href: str | None = None
    parent_specification_id: str | None = None
    relationship_type: str | None = None
    valid_for: TimePeriod | None = None


class CharacteristicSpecification(Extensible):
    id: str | None = None
    name: str | None = None
    description: str | None = None
    configurable: bool | None = None
    extensible: bool | None = None
    is_unique: bool | None = None
    min_cardinality: int | None = None
    max_cardinality: int | None = None
    regex: str | None = None
    value_type: str | None = None
    valid_for: TimePeriod | None = None
    at_value_schema_location: str | None = msgspec.field(default=None, name="@valueSchemaLocation")
    char_spec_relationship: list[CharacteristicSpecificationRelationship] | None = None
    characteristic_value_specification: list[CharacteristicValueSpecification] | None = None


class AttachmentRefOrValue(Entity):
    """An attachment by value, or, when it has `@referredType`, by reference."""

    attachment_type: str | None = None
    content: str | None = None
    description: str | None = None
    mime_type: str | None = None
    name: str | None = None
    url: str | None = None
    size: Quantity | None = None
    valid_for: TimePeriod | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "AttachmentRef" if "@referredType" in doc else "Attachment"


class Attachment(AttachmentRefOrValue):
    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "Attachment"


class ExternalIdentifier(Extensible):
    id: str | None = None
    href: str | None = None
    owner: str | None = None
    external_identifier_type: str | None = None


class ExternalReference(Extensible):
    """How version 4 names an `ExternalIdentifier`."""

    id: str | None = None
    href: str | None = None
    name: str | None = None
    external_reference_type: str | None = None


class ConstraintRef(EntityRef):
    """A rule that bounds what it stands on."""


class TargetSchema(Wire, kw_only=True):
    """`TargetProductSchema`, `TargetServiceSchema`, `TargetResourceSchema`, `TargetEntitySchema`: one shape."""

    at_type: str = msgspec.field(name="@type")
    at_schema_location: str = msgspec.field(name="@schemaLocation")
    at_base_type: str | None = msgspec.field(default=None, name="@baseType")


class TaxItem(Extensible):
    id: str | None = None
    tax_category: str | None = None
    tax_rate: Number | None = None
    tax_amount: Money | None = None


class Price(Extensible):
    percentage: Number | None = None
    tax_rate: Number | None = None
    duty_free_amount: Money | None = None
    tax_included_amount: Money | None = None
