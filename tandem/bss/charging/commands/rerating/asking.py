"""What use would have cost under a draft of a tariff: rated in memory, on buckets as they stood, kept nowhere.

The same use is rated by the unchanged tariff too: where that does not give back what stands, the answer says so.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import TariffSource
from tandem.bss.catalog.terms.tariff import Tariff, TimePeriod
from tandem.bss.charging.commands.rerating.replaying import Cast, Replay, cast_uses, read_standing, replay, under_draft
from tandem.bss.charging.commands.tariffs import Version
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.days import us_of
from tandem.bss.charging.rules.histogram import bars
from tandem.bss.charging.rules.replay.standing import without_uses
from tandem.bss.charging.store import Column, rerating, what_if
from tandem.bss.charging.store.what_if import Question
from tandem.bss.charging.terms.rerating import WHAT_IF, DraftInvalid, Gain, WhatIf, WhatIfUnknown
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.period import Period
from tandem.kernel.store import Uow

ASK: Final = "charging.ask_what_if"
ACCOUNTS_AT_ONCE: Final = 500
FEW: Final = 500
_TOP: Final = 10


def ask(uow: Uow, *, offering_id: str, draft: Tariff, period: Period) -> WhatIf:
    """Ask what the period would have cost; few accounts are answered at once, many in steps.

    Raises: OfferingUnknown, DraftInvalid with what speaks against it.
    """
    catalog.get_offering(uow, offering_id=offering_id)
    draft = msgspec.structs.replace(draft, id=offering_id, approved_at=None)
    findings = catalog.check_tariff(draft)
    if findings:
        told = "; ".join(f"{one.code} at {one.path}: {one.reason}" for one in findings)
        raise DraftInvalid(f"the draft cannot be priced: {told}", path=findings[0].path, finding=findings[0].code)
    what_if_id = new_id()
    question = Question(offering_id, msgspec.to_builtins(draft), period.start, period.end)
    what_if.add_what_if(uow, what_if_id, question)
    keys = rerating.tariff_keys_of(uow, offering_id)
    accounts = rerating.choose_what_if_accounts(uow, what_if_id, keys, period.start, period.end)
    uow.audit("charging.what_if.ask", WHAT_IF, what_if_id, facts={"offering": offering_id, "accounts": accounts})
    for first, last in what_if.what_if_bounds(uow, what_if_id, ACCOUNTS_AT_ONCE):
        payload = {"whatIf": what_if_id, "first": first, "last": last}
        if accounts <= FEW:
            answer_range(uow, payload)
        else:
            uow.enqueue(ASK, payload)
    _finish(uow, what_if_id)
    return view(uow, what_if_id=what_if_id)


def answer_range(uow: Uow, payload: Doc) -> None:
    """The step: answer for a range of accounts. Idempotent: by the accounts that are answered."""
    what_if_id = payload["whatIf"]
    row = _row(uow, what_if_id)
    ids = what_if.what_if_accounts(uow, what_if_id, (payload["first"], payload["last"]))
    found = _answers(uow, row, ids) if ids else {}
    if ids:
        what_if.note_answers(uow, what_if_id, {**_nothing(ids), **found})
    _finish(uow, what_if_id)


def _finish(uow: Uow, what_if_id: str) -> None:
    row = _row(uow, what_if_id, is_locked=True)
    if row["state"] == "running" and not what_if.answers_of(uow, what_if_id)["waiting"]:
        what_if.finish_what_if(uow, what_if_id)


def _nothing(ids: list[str]) -> dict[str, Column]:
    names = ("before_micros", "after_micros", "uses", "uncovered", "checked", "same")
    return {
        "account": Column("text", ids),
        **{name: Column("text", [None] * len(ids)) for name in ("customer_id", "currency")},
        **{name: Column("i8", np.zeros(len(ids), np.int64)) for name in names},
    }


def _answers(uow: Uow, row: dict[str, Any], ids: list[str]) -> dict[str, Column]:
    """What accounts pay and would pay, in their order."""
    since = np.full(len(ids), us_of(row["first_at"]))
    everything = read_standing(uow, ids, since)
    asked = without_uses(everything, everything.of_uses("started") >= us_of(row["end_at"]))
    cast = cast_uses(uow, ids, asked, everything) if asked.uses else None
    if cast is None:
        return {}
    stands = replay(uow, cast.standing, cast, is_read_only=True)
    would = replay(uow, cast.standing, under_draft(cast, _version(row)), is_read_only=True)
    return _columns(cast, stands, would, row["offering_id"])


def _version(row: dict[str, Any]) -> Version:
    draft = msgspec.convert(row["draft"], Tariff)
    source = TariffSource(draft.id, draft.name or draft.id, "draft", 0, row["asked_by"], row["asked_at"], None)
    return Version(draft, TimePeriod(), {draft.id: source})


def _columns(cast: Cast, stands: Replay, would: Replay, offering_id: str) -> dict[str, Column]:
    ids = list(cast.account_ids)
    is_asked = np.array([one.product.offering_id == offering_id for one in cast.situations])[cast.subject]
    accounts = cast.standing.of_uses("account")[is_asked]
    people = {one.account.billing_account_id: one for one in cast.situations}

    def summed(values: NDArray[Any]) -> Column:
        found = np.zeros(len(ids), np.int64)
        np.add.at(found, accounts, values[is_asked].astype(np.int64))
        return Column("i8", found)

    ones = np.ones(len(is_asked), np.int64)
    owners = [people.get(account_id) for account_id in ids]
    return {
        "customer_id": Column("text", [one and (one.product.customer_id or one.account.customer_id) for one in owners]),
        "currency": Column("text", [one and one.account.currency for one in owners]),
        "before_micros": summed(stands.before),
        "after_micros": summed(would.after),
        "uses": summed(ones),
        "uncovered": summed(would.rated.outcomes != layout.RATED),
        "checked": summed(ones),
        "same": summed(~stands.differs),
    }


# -- told -------------------------------------------------------------------------------------------------------------


def view(uow: Uow, *, what_if_id: str) -> WhatIf:
    """A question with its answer as far as it is known. Raises: WhatIfUnknown."""
    row = _row(uow, what_if_id)
    sums = what_if.answers_of(uow, what_if_id)
    gains = _gains(uow, what_if_id)
    deltas = [one.delta_micros for one in gains]
    return WhatIf(
        id=row["id"],
        state=row["state"],
        offering_id=row["offering_id"],
        draft=msgspec.convert(row["draft"], Tariff),
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        period=Period(row["first_at"], row["end_at"]),
        currency=sums["currency"] or str(row["draft"]["currency"]),
        accounts=int(sums["accounts"]),
        waiting=int(sums["waiting"]),
        uses=int(sums["uses"]),
        before_micros=int(sums["before"]),
        after_micros=int(sums["after"]),
        winners=sum(delta < 0 for delta in deltas),
        losers=sum(delta > 0 for delta in deltas),
        unchanged=sum(delta == 0 for delta in deltas),
        uncovered=int(sums["uncovered"]),
        checked=int(sums["checked"]),
        reproduced=int(sums["same"]),
        top=tuple(one for one in gains[:_TOP] if one.delta_micros),
        histogram=bars(deltas),
    )


def gains(uow: Uow, *, what_if_id: str) -> list[Gain]:
    """Every customer who is answered for, the largest change first. Raises: WhatIfUnknown."""
    _row(uow, what_if_id)
    return _gains(uow, what_if_id)


def latest(uow: Uow, *, limit: int) -> list[WhatIf]:
    """The newest questions."""
    return [view(uow, what_if_id=one) for one in what_if.latest_what_ifs(uow, limit)]


def _gains(uow: Uow, what_if_id: str) -> list[Gain]:
    return [Gain(one["customer_id"], one["before"], one["after"]) for one in what_if.gains_of(uow, what_if_id)]


def _row(uow: Uow, what_if_id: str, *, is_locked: bool = False) -> dict[str, Any]:
    row = what_if.what_if_row(uow, what_if_id, is_locked=is_locked)
    if row is None:
        raise WhatIfUnknown(f"there is no question {what_if_id}", what_if=what_if_id)
    return row
