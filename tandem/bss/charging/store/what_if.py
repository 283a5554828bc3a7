"""What if: questions about a draft, with the accounts that are answered for. Its tables stand with rating again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.kernel.store.bulk import Column, rows_of


class Question(NamedTuple):
    """What was asked."""

    offering_id: str
    draft: Doc
    first: Instant
    end: Instant


def add_what_if(uow: Uow, what_if_id: str, question: Question) -> None:
    """Note a question."""
    uow.execute(
        "insert into charging_what_if (tenant, id, state, offering_id, draft, first_at, end_at, asked_by, asked_at) "
        "values (%s, %s, 'running', %s, %s, %s, %s, %s, %s)",
        (
            *(uow.tenant, what_if_id, question.offering_id, Jsonb(question.draft)),
            *(question.first, question.end, uow.actor, uow.now),
        ),
    )


def what_if_row(uow: Uow, what_if_id: str, *, is_locked: bool = False) -> dict[str, Any] | None:
    """A question as a row. Locks: the row, if asked."""
    return uow.one(
        f"select * from charging_what_if where tenant = %s and id = %s{' for update' if is_locked else ''}",
        (uow.tenant, what_if_id),
    )


def latest_what_ifs(uow: Uow, limit: int) -> list[str]:
    """The ids of the newest questions."""
    rows = uow.all(
        "select id from charging_what_if where tenant = %s order by asked_at desc, id desc limit %s",
        (uow.tenant, limit),
    )
    return [row["id"] for row in rows]


def finish_what_if(uow: Uow, what_if_id: str) -> None:
    """It is answered."""
    uow.execute("update charging_what_if set state = 'done' where tenant = %s and id = %s", (uow.tenant, what_if_id))


def what_if_bounds(uow: Uow, what_if_id: str, size: int) -> list[tuple[str, str]]:
    """Its accounts, parted into ranges of so many by id."""
    rows = uow.all(
        "select min(id) as first, max(id) as last from (select billing_account_id as id, "
        "(row_number() over (order by billing_account_id) - 1) / %s as part from charging_what_if_account "
        "where tenant = %s and what_if_id = %s) as parted group by part order by part",
        (size, uow.tenant, what_if_id),
    )
    return [(row["first"], row["last"]) for row in rows]


def what_if_accounts(uow: Uow, what_if_id: str, bounds: tuple[str, str]) -> list[str]:
    """The accounts of a range that are not looked at yet, by id. Locks: the rows."""
    rows = uow.all(
        "select billing_account_id from charging_what_if_account where tenant = %s and what_if_id = %s "
        "and not is_done and billing_account_id between %s and %s order by billing_account_id for update",
        (uow.tenant, what_if_id, *bounds),
    )
    return [row["billing_account_id"] for row in rows]


_ANSWERED: Final = ("customer_id", "currency", "before_micros", "after_micros", "uses", "uncovered", "checked", "same")


def note_answers(uow: Uow, what_if_id: str, columns: Mapping[str, Column]) -> None:
    """What accounts would have paid. Shape: account and the columns of the table."""
    rows = rows_of(uow, "found", columns)
    figures = ", ".join(f"{name} = found.{name}" for name in _ANSWERED)
    uow.execute(
        f"update charging_what_if_account a set is_done = true, {figures} from {rows.sql} "
        "where a.tenant = %s and a.what_if_id = %s and a.billing_account_id = found.account",
        (*rows.params, uow.tenant, what_if_id),
    )


def answers_of(uow: Uow, what_if_id: str) -> dict[str, Any]:
    """The sums over all accounts."""
    row = uow.one(
        "select count(*) as accounts, count(*) filter (where not is_done) as waiting, max(currency) as currency, "
        "coalesce(sum(uses), 0) as uses, coalesce(sum(before_micros), 0) as before, "
        "coalesce(sum(after_micros), 0) as after, coalesce(sum(uncovered), 0) as uncovered, "
        "coalesce(sum(checked), 0) as checked, coalesce(sum(same), 0) as same "
        "from charging_what_if_account where tenant = %s and what_if_id = %s",
        (uow.tenant, what_if_id),
    )
    assert row is not None, "an aggregate has a row"
    return row


def gains_of(uow: Uow, what_if_id: str) -> list[dict[str, Any]]:
    """Customers before and after, the largest change first."""
    return uow.all(
        "select coalesce(customer_id, billing_account_id) as customer_id, sum(before_micros)::bigint as before, "
        "sum(after_micros)::bigint as after from charging_what_if_account where tenant = %s and what_if_id = %s "
        "and is_done group by 1 order by abs(sum(after_micros) - sum(before_micros)) desc, 1",
        (uow.tenant, what_if_id),
    )
