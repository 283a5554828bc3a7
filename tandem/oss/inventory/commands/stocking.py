"""Pools are made and filled: ranges of numbers, and card makers' lists of SIMs, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tandem.kernel import json
from tandem.kernel.access.sealed import Secret
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow
from tandem.oss.inventory.commands import keeping
from tandem.oss.inventory.lifecycle import FREE
from tandem.oss.inventory.rules import documents, imports, standing
from tandem.oss.inventory.rules.identities import read_msisdn
from tandem.oss.inventory.rules.imports import SimLine
from tandem.oss.inventory.store import keys, pools
from tandem.oss.inventory.store.keys import SimAuth
from tandem.oss.inventory.store.pools import Item
from tandem.oss.inventory.terms import ImportReport, NewResource, PoolKind, PoolUnknown, RejectedLine, SimNeedsKeys
from tandem.oss.service_catalog.terms import MSISDN, SIM

POOL: Final = "pool"
_NAMES: Final[dict[PoolKind, tuple[str, str, str]]] = {
    "number": (MSISDN, "MSISDN", "LogicalResource"),
    "sim": (SIM, "SIM", "PhysicalResource"),
}


def make_pool(uow: Uow, name: str, kind: PoolKind, quarantine_days: int) -> bool:
    """Make a pool; false when it was there already."""
    return pools.add_pool(uow, name, kind, quarantine_days)


def import_numbers(uow: Uow, pool: str, lines: Iterable[str]) -> ImportReport:
    """Take in numbers and ranges, one a line (`353890000000` or `353890000000,353890000999`).

    Idempotent: by number. Locks: the imports of numbers. Raises: PoolUnknown.
    """
    _begin(uow, pool, "number")
    wanted, rejected = imports.read_numbers(lines)
    known = pools.known_values(uow, "number", [msisdn for _, msisdn in wanted])
    elsewhere = [
        RejectedLine(line=line, reason=f"{msisdn} is in the pool {known[msisdn].pool}")
        for line, msisdn in wanted
        if msisdn in known and known[msisdn].pool != pool
    ]
    fresh = [msisdn for _, msisdn in wanted if msisdn not in known]
    for msisdn in fresh:
        _stock(uow, "number", pool, msisdn, {})
    present = len(wanted) - len(fresh) - len(elsewhere)
    return ImportReport(added=len(fresh), present=present, rejected=_in_order(rejected, elsewhere))


def import_sims(uow: Uow, pool: str, lines: Iterable[str]) -> ImportReport:
    """Take in a card maker's list, one card a line (`iccid,imsi,ki,opc[,acc]`); the keys are sealed at once.

    Idempotent: by ICCID, when the rest of the line is the same. Locks: the imports of SIMs. Raises: PoolUnknown.
    """
    _begin(uow, pool, "sim")
    cards, rejected = imports.read_sims(lines)
    known = pools.known_values(uow, "sim", [card.iccid for card in cards])
    subscribers = keys.cards_of_imsis(uow, [card.imsi for card in cards])
    refused: list[RejectedLine] = []
    added = 0
    for card in cards:
        reason = _objection(uow, pool, card, known.get(card.iccid), subscribers.get(card.imsi))
        if reason is not None:
            refused.append(RejectedLine(line=card.line, reason=reason))
        elif card.iccid not in known:
            _stock_sim(uow, pool, card)
            added += 1
    present = len(cards) - added - len(refused)
    return ImportReport(added=added, present=present, rejected=_in_order(rejected, refused))


def add_described(uow: Uow, doc: Doc) -> Stored:
    """Keep a resource that a client describes; a number is counted by the pool that it names, a SIM needs its list.

    Raises: KeyInDocument, SimNeedsKeys, PoolUnknown, IdentityInvalid, AlreadyTaken.
    """
    specification = json.at(doc, "resourceSpecification.id")
    if specification == SIM:
        raise SimNeedsKeys(
            "a SIM comes with its keys, which stand in no document",
            path="resourceSpecification.id",
            next_action="bring it in by the import of SIMs",
        )
    pool = standing.values_of(doc.get("resourceCharacteristic", [])).get(POOL)
    if specification != MSISDN or pool is None:
        return keeping.add_resource(uow, doc)
    _begin(uow, str(pool), "number")
    msisdn = read_msisdn(str(doc.get("value", "")))
    stored = keeping.add_resource(uow, standing.with_standing({**doc, "value": msisdn}, FREE["number"], {}))
    pools.add_item(uow, _item(stored.id, "number", str(pool), msisdn))
    return stored


def _begin(uow: Uow, pool: str, kind: PoolKind) -> None:
    """One import of a kind at a time, so that what one has looked up stays true until its end."""
    if not pools.pool_exists(uow, pool, kind):
        raise PoolUnknown(f"there is no pool of {kind}s called {pool}", path="pool", pool=pool)
    uow.lock(f"inventory.import.{kind}")


def _objection(uow: Uow, pool: str, card: SimLine, known: Item | None, holder: str | None) -> str | None:
    """Why a card is not taken; none when it is new, or was taken before just so."""
    if holder is not None and holder != card.iccid:
        return f"IMSI {card.imsi} is on card {holder}"
    if known is None:
        return None
    if known.pool != pool:
        return f"{card.iccid} is in the pool {known.pool}"
    same = keys.find_keys(uow, known.resource_id) == _auth(card)
    return None if same else f"{card.iccid} was taken in with another IMSI or other keys"


def _stock_sim(uow: Uow, pool: str, card: SimLine) -> None:
    resource_id = _stock(uow, "sim", pool, card.iccid, {"imsi": card.imsi})
    keys.keep_keys(uow, resource_id, _auth(card), card.acc)


def _stock(uow: Uow, kind: PoolKind, pool: str, value: str, characteristics: dict[str, Any]) -> str:
    """Make a free number or SIM of a pool; the id of its resource."""
    specification_id, name, kind_of_resource = _NAMES[kind]
    new = NewResource(
        id=new_id(),
        name=value,
        category=kind,
        specification_id=specification_id,
        specification_name=name,
        kind=kind_of_resource,
        value=value if kind == "number" else None,
        characteristics={POOL: pool, **characteristics},
    )
    doc = documents.resource_doc(new, text_of(uow.now))
    if kind == "sim":
        doc["serialNumber"] = value
    stored = keeping.add_resource(uow, standing.with_standing(doc, FREE[kind], {}))
    pools.add_item(uow, _item(stored.id, kind, pool, value))
    return stored.id


def _item(resource_id: str, kind: PoolKind, pool: str, value: str) -> Item:
    return Item(resource_id=resource_id, kind=kind, pool=pool, value=value, state=FREE[kind])


def _auth(card: SimLine) -> SimAuth:
    return SimAuth(iccid=card.iccid, imsi=card.imsi, ki=Secret(card.ki), opc=Secret(card.opc))


def _in_order(*rejected: list[RejectedLine]) -> tuple[RejectedLine, ...]:
    return tuple(sorted((one for some in rejected for one in some), key=lambda one: one.line))
