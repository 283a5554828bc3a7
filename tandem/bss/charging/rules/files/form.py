"""The form of a source's usage files, as data: a JSON document, described in `docs/how/mediation.md`.

A form says how records are found in the file, from which of their fields our columns come, and which are left out.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from tandem.bss.charging.rules.files.columns import FileKind
from tandem.bss.charging.terms import UsageInvalid

Word = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$", description="A name")]
DigitText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,6}$")]
Encoding = Literal["utf-8", "ascii", "latin-1", "cp1252"]
Framing = Literal["ts32297", "bare"]
"""bare: records stand one after another without the headers of TS 32.297."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """What all parts of a form have in common: unknown words are refused."""


class Time(_Part, frozen=True, kw_only=True):
    """How an instant is written: `rfc3339`, `epoch`, `epochMillis`, or a pattern of %Y %y %m %d %H %M %S %f %z.

    `zone` counts where the pattern tells no offset. A local hour that a clock change repeats is the first of the two;
    one that it leaves out is refused.
    """

    pattern: str = "rfc3339"
    zone: str = "UTC"


class Number(_Part, frozen=True, kw_only=True):
    """How numbers become international digits; + and punctuation are always dropped.

    `cut` is the prefix of international numbers. Of the others, `trunk` is replaced by `country`; with
    `national`, `country` is put before those that have no trunk prefix either.
    """

    cut: DigitText = "00"
    trunk: DigitText = ""
    country: DigitText = ""
    national: bool = False


class Field(_Part, frozen=True, kw_only=True):
    """Where a column of ours comes from.

    `source`: names of the sender's fields; the first that says something counts, or with `sum` all together.
    `constant` stands in every record, `default` where the sender says nothing. `values` translates the sender's words;
    one that is not listed is refused, unless `others` says what it becomes. Quantities: times `factor`, divided by
    `divisor`, rounded up.
    """

    source: tuple[str, ...] = ()
    constant: str | None = None
    default: str | None = None
    sum: bool = False
    values: dict[str, str] = {}
    others: str | None = None
    factor: Annotated[int, msgspec.Meta(ge=1, le=10**9)] = 1
    divisor: Annotated[int, msgspec.Meta(ge=1, le=10**9)] = 1
    time: Time = Time()
    number: Number = Number()


class Fields(_Part, frozen=True, kw_only=True):
    """Our columns. `quantity` is seconds, octets or a count, as the service has it."""

    record_id: Field | None = None
    served: Field
    service: Field
    started_at: Field
    quantity: Field | None = None
    duration_s: Field | None = msgspec.field(name="durationSeconds", default=None)
    octets: Field | None = None
    count: Field | None = None
    destination: Field | None = None
    network: Field | None = None
    rating_group: Field | None = None
    value: Field | None = None
    currency: Field | None = None
    session: Field | None = None
    partial_seq: Field | None = msgspec.field(name="partialSequence", default=None)
    is_last: Field | None = None


class FixedColumn(_Part, frozen=True, kw_only=True):
    """A field of a line of fixed width. `start` counts octets from 1."""

    name: str
    start: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    length: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Exclusion(_Part, frozen=True, kw_only=True):
    """A rule by which a record is left out: all that it says must hold. `field` is the sender's."""

    rule: Word
    field: str
    is_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    is_empty: bool | None = None
    at_most: int | None = None


class Sequence(_Part, frozen=True, kw_only=True):
    """Where a file's number among its sender's stands: in its name by a pattern with `(?P<number>…)`, or its header."""

    place: Literal["name", "header"] = "name"
    pattern: str = ""
    modulo: Annotated[int, msgspec.Meta(ge=2, le=2**32)] | None = None


class FileForm(_Part, frozen=True, kw_only=True):
    """All of it.

    Delimited and fixed: `header` says whether the first line names the columns, else `columns` does; `skip_first` and
    `skip_last` lines say nothing of use; `whole_lines` refuses a last line without an end, which may be half of one.
    `records` is the member that holds the array of a JSON file (empty: the file is the array, or one object a line),
    or the XML element that is a record. Records of the services of `destination_for` must tell one. `details` names
    the sender's fields that are kept beside our columns.
    """

    name: Word
    kind: FileKind
    encoding: Encoding = "utf-8"
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = ","
    quote: Annotated[str, msgspec.Meta(max_length=1)] = '"'
    header: bool = True
    columns: tuple[str, ...] = ()
    layout: tuple[FixedColumn, ...] = ()
    skip_first: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    skip_last: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    whole_lines: bool = False
    framing: Framing = "ts32297"
    records: str = ""
    fields: Fields
    destination_for: tuple[str, ...] = ()
    details: tuple[str, ...] | Literal["rest"] = "rest"
    exclude: tuple[Exclusion, ...] = ()
    sequence: Sequence | None = None


def form_of(document: bytes) -> FileForm:
    """A form from its JSON. Raises: UsageInvalid, with what is wrong and where."""
    try:
        form = msgspec.json.decode(document, type=FileForm)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise UsageInvalid(f"no form of a usage file: {fault}", path="form") from fault
    check_form(form)
    return form


def check_form(form: FileForm) -> None:
    """What the types cannot say. Raises: UsageInvalid."""
    text = form.kind in ("delimited", "fixed")
    if form.kind == "fixed" and not form.layout:
        raise UsageInvalid("a form of fixed width has a layout", path="layout")
    if form.kind == "delimited" and not form.header and not form.columns:
        raise UsageInvalid("a form without a header names its columns", path="columns")
    if form.kind == "xml" and not form.records:
        raise UsageInvalid("a form of XML names the element that is a record", path="records")
    if text and (not form.delimiter.isascii() or form.delimiter == form.quote or form.delimiter in "\r\n"):
        raise UsageInvalid("a delimiter is one ASCII character, and not the quote", path="delimiter")
    is_in_header = form.sequence is not None and form.sequence.place == "header"
    if is_in_header and form.kind in ("delimited", "fixed", "json", "xml"):
        raise UsageInvalid("a file of text has its number in its name", path="sequence.place")
    if not form.quote.isascii():
        raise UsageInvalid("a quote is one ASCII character", path="quote")


def schema() -> bytes:
    """The JSON Schema of a form."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(FileForm)), indent=2)
