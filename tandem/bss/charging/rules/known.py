"""What records that come as columns are known by: the same as `identity` says of a single record, for many at once."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tandem.bss.charging.rules.files.columns import NOT_TOLD, UsageColumns
from tandem.bss.charging.rules.identity import half, identity_of_id
from tandem.bss.charging.rules.reading import QUANTITY, ROW_QUANTITY
from tandem.kernel import json

_COLUMNS: Final = {"duration_s": "duration_s", "octets": "octets", "units": "count"}
_NAMES: Final = {ROW_QUANTITY[kind]: names[0] for kind, names in QUANTITY.items()}
"""What a quantity is called where it is not the one that its service counts."""


def quantities_of(columns: UsageColumns) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The quantity that each record is known by, and whether it tells others beside it. A message counts one."""
    services = columns.service.cast(pa.string())
    quantity = np.where(columns.count >= 0, columns.count, 1)
    beside = (columns.duration_s >= 0) | (columns.octets >= 0)
    for kind, told, others in (
        ("voice", columns.duration_s, (columns.octets, columns.count)),
        ("data", columns.octets, (columns.duration_s, columns.count)),
    ):
        chosen = pc.equal(services, kind).to_numpy(zero_copy_only=False)
        quantity[chosen] = told[chosen]
        beside[chosen] = ((others[0] >= 0) | (others[1] >= 0))[chosen]
    return quantity, beside


def contents_of(columns: UsageColumns) -> list[bytes]:
    """A hash of what each record says. Shape: 16 octets each, half a SHA-256."""
    quantity, beside = quantities_of(columns)
    plain = _plain_texts(columns, quantity)
    data, offsets = plain.buffers()[2], np.frombuffer(plain.buffers()[1], "i4")
    octets, sha256 = memoryview(data), hashlib.sha256
    bounds = offsets[plain.offset : plain.offset + len(plain) + 1].tolist()
    found = [sha256(octets[first:end]).digest()[:16] for first, end in zip(bounds, bounds[1:], strict=False)]
    for row in np.flatnonzero(beside | _tells_more(columns)).tolist():
        found[row] = half(json.canonical(_told(columns, row, int(quantity[row]))))
    return found


def identities_of(columns: UsageColumns, contents: list[bytes]) -> list[bytes]:
    """What each record is known by among those of its served number."""
    ids = columns.record_id.to_pylist()
    return [content if one is None else identity_of_id(one) for one, content in zip(ids, contents, strict=True)]


def _tells_more(columns: UsageColumns) -> NDArray[np.bool_]:
    """Which records say more than who, whom, when and how much."""
    texts = [pc.is_valid(columns.details), pc.is_valid(columns.session), pc.not_equal(columns.network, "")]
    found: NDArray[np.bool_] = (columns.rating_group != NOT_TOLD) | (columns.value != NOT_TOLD)
    for one in texts:
        found = found | one.to_numpy(zero_copy_only=False)
    return found


def _plain_texts(columns: UsageColumns, quantity: NDArray[np.int64]) -> Any:
    """The canonical JSON of records that say nothing more, its names in their order."""
    joined = pc.binary_join_element_wise(
        *('{"destination":"', columns.destination.text, '","details":{},"quantity":'),
        *(pa.array(quantity).cast(pa.string()), ',"served":"', columns.served.text, '","startedAt":"'),
        *(_instants(columns.started_us), '","usageType":"', columns.service.cast(pa.string()), '"}', ""),
    )
    return joined.combine_chunks() if hasattr(joined, "combine_chunks") else joined


def _instants(started_us: NDArray[np.int64]) -> Any:
    """RFC 3339 as `kernel.period.text_of` writes it: a fraction only where there is one."""
    whole = pa.array(np.datetime_as_string((started_us // 1_000_000).astype("M8[s]")))
    fractions = started_us % 1_000_000 != 0
    if fractions.any():
        exact = pa.array(np.datetime_as_string(started_us.astype("M8[us]")))
        whole = pc.if_else(pa.array(fractions), exact, whole)
    return pc.binary_join_element_wise(whole, "Z", "")


def _told(columns: UsageColumns, row: int, quantity: int) -> dict[str, Any]:
    """What one record says, as `identity.content_of` puts it."""
    service = str(columns.service[row])
    own = _COLUMNS[ROW_QUANTITY.get(service, "units")]
    others = {
        _NAMES[name]: str(getattr(columns, column)[row])
        for name, column in _COLUMNS.items()
        if column != own and getattr(columns, column)[row] != NOT_TOLD
    }
    return {
        "usageType": service,
        "served": str(columns.served.text[row]),
        "destination": str(columns.destination.text[row]),
        "startedAt": str(_instants(columns.started_us[row : row + 1])[0]),
        "quantity": quantity,
        "details": {**details_of(columns, row), **_beside(columns, row), **others},
    }


def details_of(columns: UsageColumns, row: int) -> dict[str, str]:
    """Everything else that a record tells, as texts by name."""
    found = columns.details[row].as_py()
    return {} if found is None else {name: str(value) for name, value in json.loads(found).items()}


def details_with_session(columns: UsageColumns, row: int) -> str:
    """A record's details with the session that it tells a part of, as JSON text."""
    session = {"session": str(columns.session[row]), "partial": str(columns.partial_seq[row])}
    return json.canonical({**details_of(columns, row), **session}).decode()


def _beside(columns: UsageColumns, row: int) -> dict[str, str]:
    told: dict[str, str] = {}
    if network := str(columns.network[row]):
        told["network"] = network
    if columns.rating_group[row] != NOT_TOLD:
        told["ratingGroup"] = str(columns.rating_group[row])
    if columns.value[row] != NOT_TOLD:
        told["value"] = micros_text(int(columns.value[row]))
    if (session := columns.session[row].as_py()) is not None:
        told["session"] = session
        told["partial"] = str(columns.partial_seq[row])
    return told


def micros_text(micros: int) -> str:
    """Millionths as decimal text without needless zeros."""
    whole, rest = divmod(micros, 1_000_000)
    return f"{whole}.{rest:06}".rstrip("0") if rest else str(whole)
