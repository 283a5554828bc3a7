"""Rating again, from what is chosen to what is posted: shown first, agreed to by another person, then done.

Accounts go in ranges, a range in a step of its own: in one transaction it is locked, taken back, rated, written and
noted as done. A step that is killed is done again, and finds what was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tandem.bss.charging import store
from tandem.bss.charging.commands.rerating.posting import post
from tandem.bss.charging.commands.rerating.replaying import cast_uses, read_standing, replay
from tandem.bss.charging.commands.rerating.summing import Summed, chosen_by, summed
from tandem.bss.charging.rules import reselecting
from tandem.bss.charging.rules.core.days import us_of
from tandem.bss.charging.store import Column, rerating
from tandem.bss.charging.terms import UsageRerated
from tandem.bss.charging.terms.rerating import (
    RERATING,
    AccountChange,
    Rerating,
    ReratingNotReady,
    ReratingSameHands,
    ReratingUnknown,
    Selection,
)
from tandem.bss.party import public as party
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.store import Uow

LOOK: Final = "charging.look_at_rerating"
POST: Final = "charging.post_rerating"
ACCOUNTS_AT_ONCE: Final = 500
"""Of one step: some 25,000 uses of a month, a second of work."""
FEW: Final = 500
"""Up to so many accounts are looked at at once, where they are asked for."""
_STATES: Final = {rerating.SHOWN: "shown", rerating.POSTED: "posted", rerating.DIFFERS: "differs"}


def draft(uow: Uow, *, selection: Selection, because: str = "") -> Rerating:
    """Choose what is rated again and find what would change; few accounts at once, many in steps.

    Raises: SelectionInvalid.
    """
    reselecting.require_chosen(selection)
    rerating_id = new_id()
    rerating.add_rerating(uow, rerating_id, reselecting.doc_of(selection), because)
    accounts = rerating.choose_accounts(uow, rerating_id, _chosen(uow, selection))
    uow.audit("charging.rerating.draft", RERATING, rerating_id, facts={"accounts": accounts, "because": because})
    bounds = rerating.account_bounds(uow, rerating_id, rerating.WAITS, ACCOUNTS_AT_ONCE)
    if accounts <= FEW:
        for first, last in bounds:
            _look(uow, rerating_id, (first, last))
        rerating.move_rerating(uow, rerating_id, "drafted", believed_at=uow.now)
    else:
        _enqueue(uow, LOOK, rerating_id, bounds)
    return view(uow, rerating_id=rerating_id)


def _chosen(uow: Uow, selection: Selection) -> rerating.Chosen:
    accounts = [selection.billing_account_id] if selection.billing_account_id else []
    products = [selection.product_id] if selection.product_id else []
    if selection.customer_id and not accounts:
        accounts = [one.id for one in party.billing_accounts_of(uow, customer_id=selection.customer_id)]
        accounts = accounts or [""]
    if products and not accounts:
        found = subscriptions.subscriptions_by_id(uow, product_ids=products)
        owner = found[products[0]].customer_id if found else ""
        accounts = [one.id for one in party.billing_accounts_of(uow, customer_id=owner)] if owner else []
    keys = None
    if selection.offering_id:
        keys = rerating.tariff_keys_of(uow, selection.offering_id, selection.tariff_version)
    terms = [selection.price_id] if selection.price_id else []
    return rerating.Chosen(accounts, products, terms, selection.usage_ids, keys, selection.first, selection.end)


def _enqueue(uow: Uow, step: str, rerating_id: str, bounds: Sequence[tuple[str, str]]) -> None:
    for first, last in bounds:
        uow.enqueue(step, {"rerating": rerating_id, "first": first, "last": last})


# -- shown ------------------------------------------------------------------------------------------------------------


def look(uow: Uow, payload: Doc) -> None:
    """The step: find what changes in a range of accounts. Idempotent: by the accounts that wait."""
    rerating_id = payload["rerating"]
    _look(uow, rerating_id, (payload["first"], payload["last"]))
    row = _row(uow, rerating_id, is_locked=True)
    if row["state"] == "drafting" and not rerating.count_accounts(uow, rerating_id, rerating.WAITS):
        rerating.move_rerating(uow, rerating_id, "drafted", believed_at=uow.now)


def _look(uow: Uow, rerating_id: str, bounds: tuple[str, str]) -> None:
    waiting = rerating.accounts_within(uow, rerating_id, rerating.WAITS, bounds)
    ids = [row["billing_account_id"] for row in waiting]
    found = _played(uow, waiting, is_read_only=True)
    known = found[1] if found else None
    states = {}
    if known is not None:
        states = {
            one: rerating.SHOWN if digest else rerating.UNCHANGED
            for one, digest in zip(known.account_ids, known.digests, strict=True)
        }
        _note(uow, rerating_id, known, states)
    _note_untouched(uow, rerating_id, [one for one in ids if one not in states])


def _played(uow: Uow, rows: Sequence[dict[str, Any]], *, is_read_only: bool) -> Any:
    """Accounts played again from their instants on, with what that comes to; none where there is nothing to play."""
    ids = [row["billing_account_id"] for row in rows]
    if not ids:
        return None
    since = np.array([us_of(row["since"]) for row in rows])
    standing = read_standing(uow, ids, since)
    cast = cast_uses(uow, ids, standing) if standing.uses else None
    if cast is None:
        return None
    played = replay(uow, cast.standing, cast, is_read_only=is_read_only)
    return played, summed(played)


def _note(uow: Uow, rerating_id: str, known: Summed, states: dict[str, int]) -> None:
    rerating.note_changes(
        uow,
        rerating_id,
        {
            "account": Column("text", known.account_ids),
            "state": Column("i2", np.array([states[one] for one in known.account_ids])),
            "customer_id": Column("text", known.customer_ids),
            "currency": Column("text", known.currencies),
            "digest": Column("bytes", known.digests),
            **{name: Column("i4", getattr(known, name)) for name in ("uses", "changed", "refused", "buckets")},
            "before_micros": Column("i8", known.before),
            "after_micros": Column("i8", known.after),
            "invoiced_micros": Column("i8", known.invoiced),
        },
    )


def _note_untouched(uow: Uow, rerating_id: str, account_ids: list[str]) -> None:
    if not account_ids:
        return
    nothing = np.zeros(len(account_ids), np.int64)
    figures = ("uses", "changed", "refused", "buckets")
    rerating.note_changes(
        uow,
        rerating_id,
        {
            "account": Column("text", account_ids),
            "state": Column("i2", np.full(len(account_ids), rerating.UNCHANGED)),
            **{name: Column("text", [None] * len(account_ids)) for name in ("customer_id", "currency")},
            "digest": Column("bytes", [b""] * len(account_ids)),
            **{name: Column("i4", nothing) for name in figures},
            **{name: Column("i8", nothing) for name in ("before_micros", "after_micros", "invoiced_micros")},
        },
    )


# -- posted -----------------------------------------------------------------------------------------------------------


def approve(uow: Uow, *, rerating_id: str) -> Rerating:
    """Agree to what was shown; it is posted in steps.

    Raises: ReratingUnknown, ReratingNotReady, ReratingSameHands when the same person drafted it.
    """
    row = _row(uow, rerating_id, is_locked=True)
    _require(row, "drafted")
    if row["drafted_by"] == uow.actor:
        raise ReratingSameHands(
            "another person than who drafted a rating again agrees to it", rerating=rerating_id, drafted_by=uow.actor
        )
    rerating.move_rerating(uow, rerating_id, "running", approved_by=uow.actor, approved_at=uow.now)
    uow.audit("charging.rerating.approve", RERATING, rerating_id)
    _run(uow, rerating_id)
    return view(uow, rerating_id=rerating_id)


def _run(uow: Uow, rerating_id: str) -> None:
    bounds = rerating.account_bounds(uow, rerating_id, rerating.SHOWN, ACCOUNTS_AT_ONCE)
    _enqueue(uow, POST, rerating_id, bounds)
    if not bounds:
        rerating.move_rerating(uow, rerating_id, "done", finished_at=uow.now)


def stop(uow: Uow, *, rerating_id: str) -> Rerating:
    """Let what is being posted rest; what is posted stays. Raises: ReratingUnknown, ReratingNotReady."""
    _require(_row(uow, rerating_id, is_locked=True), "running")
    rerating.move_rerating(uow, rerating_id, "stopped")
    uow.audit("charging.rerating.stop", RERATING, rerating_id)
    return view(uow, rerating_id=rerating_id)


def resume(uow: Uow, *, rerating_id: str) -> Rerating:
    """Go on where it was stopped. Raises: ReratingUnknown, ReratingNotReady."""
    _require(_row(uow, rerating_id, is_locked=True), "stopped")
    rerating.move_rerating(uow, rerating_id, "running")
    uow.audit("charging.rerating.resume", RERATING, rerating_id)
    _run(uow, rerating_id)
    return view(uow, rerating_id=rerating_id)


def post_range(uow: Uow, payload: Doc) -> None:
    """The step: post a range of accounts, those that come out as they were shown. Idempotent: by their state."""
    rerating_id = payload["rerating"]
    row = _row(uow, rerating_id)
    if row["state"] != "running":
        return
    _post(uow, row, (payload["first"], payload["last"]))
    row = _row(uow, rerating_id, is_locked=True)
    if row["state"] == "running" and not rerating.count_accounts(uow, rerating_id, rerating.SHOWN):
        rerating.move_rerating(uow, rerating_id, "done", finished_at=uow.now)


def _post(uow: Uow, row: dict[str, Any], bounds: tuple[str, str]) -> None:
    shown = rerating.accounts_within(uow, row["id"], rerating.SHOWN, bounds)
    digests = {one["billing_account_id"]: bytes(one["digest"]) for one in shown}
    store.lock_accounts(uow, list(digests))
    found = _played(uow, shown, is_read_only=False)
    states = dict.fromkeys(digests, rerating.DIFFERS)
    if found is not None:
        played, known = found
        chosen = chosen_by(known, digests)
        post(uow, played, chosen)
        posted = {known.account_ids[place] for place in np.flatnonzero(chosen).tolist()}
        states |= dict.fromkeys(posted, rerating.POSTED)
        _note(uow, row["id"], known, states)
        _tell(uow, row, known, posted)
        states = {one: state for one, state in states.items() if one not in known.account_ids}
    _note_gone(uow, row["id"], list(states))


def _note_gone(uow: Uow, rerating_id: str, account_ids: list[str]) -> None:
    """Accounts of which nothing is left to rate: what was shown is no more."""
    if account_ids:
        rerating.note_gone(uow, rerating_id, account_ids)


def _tell(uow: Uow, row: dict[str, Any], known: Summed, posted: set[str]) -> None:
    for place, account_id in enumerate(known.account_ids):
        if account_id in posted:
            uow.emit(
                UsageRerated(
                    rerating_id=row["id"],
                    billing_account_id=account_id,
                    customer_id=known.customer_ids[place],
                    uses=int(known.changed[place]),
                    amount_micros=int(known.after[place] - known.before[place]),
                    invoiced_micros=int(known.invoiced[place]),
                    currency=known.currencies[place],
                    because=row["because"],
                )
            )


# -- told -------------------------------------------------------------------------------------------------------------


def view(uow: Uow, *, rerating_id: str) -> Rerating:
    """A rating again as it stands. Raises: ReratingUnknown."""
    return _view(uow, _row(uow, rerating_id))


def latest(uow: Uow, *, limit: int) -> list[Rerating]:
    """The newest ones."""
    return [_view(uow, row) for row in rerating.rerating_rows(uow, limit)]


def _view(uow: Uow, row: dict[str, Any]) -> Rerating:
    totals = rerating.totals_of(uow, row["id"])

    def whole(name: str) -> int:
        return sum(int(one[name] or 0) for one in totals)

    priced = [one for one in totals if one["currency"] is not None]
    return Rerating(
        id=row["id"],
        state=row["state"],
        selection=reselecting.selection_of(row["selection"]),
        because=row["because"],
        drafted_by=row["drafted_by"],
        approved_by=row["approved_by"],
        believed_at=row["believed_at"],
        accounts=whole("accounts"),
        waiting=whole("waiting"),
        changed_accounts=whole("changed_accounts"),
        changed_customers=rerating.changed_customers(uow, row["id"]),
        posted=whole("posted"),
        differing=whole("differing"),
        uses=whole("uses"),
        changed_uses=whole("changed"),
        refused_uses=whole("refused"),
        buckets=whole("buckets"),
        charged={one["currency"]: int(one["charged"]) for one in priced},
        invoiced={one["currency"]: int(one["invoiced"]) for one in priced},
    )


def changes(uow: Uow, *, rerating_id: str, limit: int, offset: int) -> list[AccountChange]:
    """A page of the accounts that change, the largest change first. Raises: ReratingUnknown."""
    _row(uow, rerating_id)
    return [
        AccountChange(**{**row, "state": _STATES[row["state"]]})
        for row in rerating.changes_of(uow, rerating_id, limit=limit, offset=offset)
    ]


def _row(uow: Uow, rerating_id: str, *, is_locked: bool = False) -> dict[str, Any]:
    row = rerating.rerating_row(uow, rerating_id, is_locked=is_locked)
    if row is None:
        raise ReratingUnknown(f"there is no rating again {rerating_id}", rerating=rerating_id)
    return row


def _require(row: dict[str, Any], state: str) -> None:
    if row["state"] != state:
        raise ReratingNotReady(f"rating again {row['id']} is {row['state']}, not {state}", rerating=row["id"])
