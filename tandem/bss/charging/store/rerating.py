"""Rating again: what is chosen, account by account, what it comes to, and the charges that are taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow, plain_table
from tandem.kernel.store.arrow import Arrow, read_arrow
from tandem.kernel.store.bulk import Column, rows_of

RERATING: Final = plain_table(
    "charging_rerating",
    """
    tenant text not null,
    id text collate "C" not null,
    state text not null check (state in ('drafting', 'drafted', 'running', 'stopped', 'done')),
    selection jsonb not null,
    because text not null,
    drafted_by text not null,
    drafted_at timestamptz not null,
    believed_at timestamptz,
    approved_by text,
    approved_at timestamptz,
    finished_at timestamptz,
    primary key (tenant, id)
    """,
)
"""A piece of use that is rated again. `believed_at`: when the last of its accounts was looked at."""

RERATING_ACCOUNT: Final = plain_table(
    "charging_rerating_account",
    """
    tenant text not null,
    rerating_id text collate "C" not null,
    billing_account_id text collate "C" not null,
    since timestamptz not null,
    state smallint not null default 0 check (state between 0 and 4),
    customer_id text collate "C",
    currency text,
    uses integer not null default 0,
    changed integer not null default 0,
    refused integer not null default 0,
    before_micros bigint not null default 0,
    after_micros bigint not null default 0,
    invoiced_micros bigint not null default 0,
    buckets integer not null default 0,
    digest bytea,
    primary key (tenant, rerating_id, billing_account_id)
    """,
    also=("create index charging_rerating_account_open on charging_rerating_account (tenant, rerating_id, state)",),
)
"""An account of it. `since`: the first use that was chosen; from there on the account is rated again.

`state`: 0 to be looked at, 1 nothing changes, 2 shown (what changes, by `digest`), 3 posted, 4 it is another change by
now and was not posted. `changed` of `uses` come out otherwise, `refused` of these can be rated no more.
`invoiced_micros` is by how much the invoice moves, `buckets` how many buckets move.
"""

WHAT_IF: Final = plain_table(
    "charging_what_if",
    """
    tenant text not null,
    id text collate "C" not null,
    state text not null check (state in ('running', 'done')),
    offering_id text collate "C" not null,
    draft jsonb not null,
    first_at timestamptz not null,
    end_at timestamptz not null,
    asked_by text not null,
    asked_at timestamptz not null,
    primary key (tenant, id)
    """,
)
"""A question what use of a period would have cost under a draft of a tariff."""

WHAT_IF_ACCOUNT: Final = plain_table(
    "charging_what_if_account",
    """
    tenant text not null,
    what_if_id text collate "C" not null,
    billing_account_id text collate "C" not null,
    is_done boolean not null default false,
    customer_id text collate "C",
    currency text,
    before_micros bigint not null default 0,
    after_micros bigint not null default 0,
    uses integer not null default 0,
    uncovered integer not null default 0,
    checked integer not null default 0,
    same integer not null default 0,
    primary key (tenant, what_if_id, billing_account_id)
    """,
)
"""An account of it. `uncovered` uses have no price under the draft; of `checked` charges `same` came out of the tariff
as it is believed exactly as they stand."""

WAITS, UNCHANGED, SHOWN, POSTED, DIFFERS = range(5)


# -- what is rated again ----------------------------------------------------------------------------------------------


class Chosen(NamedTuple):
    """Which charges begin a rating again. Empty lists choose everything."""

    account_ids: Sequence[str]
    product_ids: Sequence[str]
    term_ids: Sequence[str]
    usage_ids: Sequence[str]
    tariff_keys: Sequence[bytes] | None
    first: Instant | None
    end: Instant | None

    @property
    def condition(self) -> tuple[str, list[Any]]:
        """As SQL, with its parameters."""
        told = {
            "e.billing_account_id = any(%s)": list(self.account_ids),
            "e.product_id = any(%s)": list(self.product_ids),
            "e.term_id = any(%s)": list(self.term_ids),
            "left(e.id, -strpos(reverse(e.id), '-')) = any(%s)": list(self.usage_ids),
            "e.tariff_key = any(%s)": self.tariff_keys,
            "e.started_at >= %s": self.first,
            "e.started_at < %s": self.end,
        }
        kept = {sql: value for sql, value in told.items() if value or (value is not None and "key" in sql)}
        return " and ".join(["e.reversed_by is null", "e.reversal_of is null", *kept]), list(kept.values())


_OF_RECORD: Final = (
    "exists (select from charging_record r where r.tenant = e.tenant "
    "and r.usage_id = left(e.id, -strpos(reverse(e.id), '-')))"
)
"""A charge of a usage record: those of sessions on line stand as they were answered."""


def choose_accounts(uow: Uow, rerating_id: str, chosen: Chosen) -> int:
    """Note the accounts with such charges, each with the first one's use; answers how many."""
    condition, params = chosen.condition
    return uow.execute(
        "insert into charging_rerating_account (tenant, rerating_id, billing_account_id, since) "
        "select e.tenant, %s, e.billing_account_id, min(e.started_at) from charging_rated_event e "
        f"where e.tenant = %s and {condition} and {_OF_RECORD} group by e.tenant, e.billing_account_id",
        (rerating_id, uow.tenant, *params),
    ).rowcount


def tariff_keys_of(uow: Uow, offering_id: str, version: str | None = None) -> list[bytes]:
    """By what an offering's use was rated, of one version of its tariff or of all."""
    rows = uow.all(
        "select key from charging_tariff where tenant = %s and doc -> 'tariff' ->> 'id' = %s "
        "and (%s::text is null or doc -> 'tariff' ->> 'version' = %s)",
        (uow.tenant, offering_id, version, version),
    )
    return [bytes(row["key"]) for row in rows]


# -- the charges that stand -------------------------------------------------------------------------------------------

_READ: Final = {
    **dict.fromkeys(("account", "started", "place", "quantity", "charged", "amount", "waived", "invoiced"), "i8"),
    **dict.fromkeys(("unpaid", "source", "stands"), "i8"),
    **dict.fromkeys(("id", "usage_id", "product_id", "term_id", "moves"), "text"),
    **dict.fromkeys(("seconds", "octets", "count", "value", "rating_group", "documented"), "i8"),
    **dict.fromkeys(("service", "destination", "network", "session"), "text"),
}


def charges_since(uow: Uow, account_ids: Sequence[str], since_us: Any) -> Arrow:
    """The charges of usage records of some accounts from an instant on, each with its record's facts.

    Shape: a row for each charge, by account (its place), start and id; `stands` 0 is one that was taken back, or takes
    back; what a record does not tell is -1.
    """
    mine = rows_of(
        uow,
        "mine",
        {
            "n": Column("i4", list(range(len(account_ids)))),
            "account_id": Column("text", list(account_ids)),
            "since": Column("us", since_us),
        },
    )
    # Under row-level security records are found by their index only where they are compared with a column.
    charges = (
        "select mine.n as account, e.*, left(e.id, -strpos(reverse(e.id), '-')) as usage_id "
        f"from {mine.sql} join charging_rated_event e on e.tenant = %s "
        "and e.billing_account_id = mine.account_id and e.started_at >= mine.since"
    )
    return read_arrow(
        uow,
        f"with charged as materialized ({charges}) select e.account, "
        "(extract(epoch from e.started_at) * 1000000)::bigint, "
        "right(e.id, strpos(reverse(e.id), '-') - 1)::int, e.quantity, e.charged_units, e.amount_micros, "
        "e.waived_micros, e.invoiced_micros, e.unpaid_micros, e.source, "
        "(e.reversed_by is null and e.reversal_of is null)::int, e.id, e.usage_id, e.product_id, "
        "e.term_id, e.moves, coalesce(r.duration_s, -1), coalesce(r.octets, -1), "
        "coalesce(r.units, -1), coalesce(r.value_micros, -1), coalesce(r.rating_group, -1), r.has_document::int, "
        "e.service, r.destination, r.network, "
        "case when r.details ->> 'partial' <> '-1' then r.details ->> 'session' end "
        "from charged e join charging_record r on r.tenant = e.tenant and r.usage_id = e.usage_id "
        "order by e.account, e.started_at, e.id",
        (*mine.params, uow.tenant),
        _READ,
    )


def choose_what_if_accounts(uow: Uow, what_if_id: str, keys: Sequence[bytes], first: Instant, end: Instant) -> int:
    """Note the accounts with charges by these tariffs in a period; answers how many."""
    return uow.execute(
        "insert into charging_what_if_account (tenant, what_if_id, billing_account_id) "
        "select distinct e.tenant, %s, e.billing_account_id from charging_rated_event e where e.tenant = %s "
        "and e.tariff_key = any(%s) and e.started_at >= %s and e.started_at < %s "
        f"and e.reversed_by is null and e.reversal_of is null and {_OF_RECORD}",
        (what_if_id, uow.tenant, list(keys), first, end),
    ).rowcount


# -- taken back -------------------------------------------------------------------------------------------------------

_AMOUNTS: Final = ("quantity", "charged_units", "amount_micros", "waived_micros", "invoiced_micros", "unpaid_micros")


def add_reversals(uow: Uow, columns: Mapping[str, Column]) -> None:
    """Take charges back, each by a row of its own; the accounts are locked, the charges stand.

    What stands on a bill is given back on the next one; what stands on none comes on none, and neither does the other.
    Shape: account, id (of what is taken back), by (the new id), moves (of the new one).
    """
    rows = rows_of(uow, "reversed", columns)
    joined = "e.tenant = %s and e.billing_account_id = reversed.account and e.id = reversed.id"
    uow.execute(
        "insert into charging_rated_event (tenant, billing_account_id, started_at, id, product_id, service, "
        f"destination, {', '.join(_AMOUNTS)}, source, term_id, tariff_key, moves, rated_at, bill_id, reversal_of) "
        "select e.tenant, e.billing_account_id, e.started_at, reversed.by, e.product_id, e.service, e.destination, "
        f"{', '.join(f'-e.{name}' for name in _AMOUNTS)}, e.source, e.term_id, e.tariff_key, reversed.moves, %s, "
        f"case when coalesce(e.bill_id, '') = '' then '' end, e.id from {rows.sql} "
        f"join charging_rated_event e on {joined}",
        (uow.now, *rows.params, uow.tenant),
    )
    uow.execute(
        "update charging_account a set open_from = least(a.open_from, found.since) from (select e.billing_account_id, "
        f"min(e.started_at) as since from {rows.sql} join charging_rated_event e on {joined} "
        "where e.bill_id > '' group by e.billing_account_id) as found "
        "where a.tenant = %s and a.billing_account_id = found.billing_account_id",
        (*rows.params, uow.tenant, uow.tenant),
    )


def settle_buckets(uow: Uow, columns: Mapping[str, Column]) -> None:
    """How buckets stand after rating again; the accounts are locked.

    Shape: account, n, granted (-1 no limit), used, moved, told, withdrawn (1: nothing was taken from it any more, so it
    is nobody's; the charges of before still name it).
    """
    rows = rows_of(uow, "settled", columns)
    uow.execute(
        "update charging_bucket b set granted = nullif(settled.granted, -1), used = settled.used, "
        "moved = settled.moved, told = settled.told, "
        "subject_id = case when settled.withdrawn = 1 then '.' || b.n else b.subject_id end "
        f"from {rows.sql} where b.tenant = %s and b.billing_account_id = settled.account and b.n = settled.n",
        (*rows.params, uow.tenant),
    )


def change_buckets(uow: Uow, columns: Mapping[str, Column]) -> None:
    """Give back to buckets of terms that are priced by no more. Shape: account, n, used, moved: what is added."""
    rows = rows_of(uow, "given", columns)
    uow.execute(
        "update charging_bucket b set used = b.used + given.used, moved = b.moved + given.moved "
        f"from {rows.sql} where b.tenant = %s and b.billing_account_id = given.account and b.n = given.n",
        (*rows.params, uow.tenant),
    )


# -- how far it is ----------------------------------------------------------------------------------------------------


def add_rerating(uow: Uow, rerating_id: str, selection: Doc, because: str) -> None:
    """Begin a rating again."""
    uow.execute(
        "insert into charging_rerating (tenant, id, state, selection, because, drafted_by, drafted_at) "
        "values (%s, %s, 'drafting', %s, %s, %s, %s)",
        (uow.tenant, rerating_id, Jsonb(selection), because, uow.actor, uow.now),
    )


def rerating_row(uow: Uow, rerating_id: str, *, is_locked: bool = False) -> dict[str, Any] | None:
    """A rating again as a row. Locks: the row, if asked."""
    return uow.one(
        f"select * from charging_rerating where tenant = %s and id = %s{' for update' if is_locked else ''}",
        (uow.tenant, rerating_id),
    )


def rerating_rows(uow: Uow, limit: int) -> list[dict[str, Any]]:
    """The newest ones, as rows."""
    return uow.all(
        f"select * from charging_rerating where tenant = %s order by drafted_at desc, id desc limit {int(limit)}",
        (uow.tenant,),
    )


def move_rerating(uow: Uow, rerating_id: str, state: str, **told: Any) -> None:
    """Put it into another state, with what is told by column."""
    columns = "".join(f", {name} = %s" for name in told)
    uow.execute(
        f"update charging_rerating set state = %s{columns} where tenant = %s and id = %s",
        (state, *told.values(), uow.tenant, rerating_id),
    )


def account_bounds(uow: Uow, rerating_id: str, state: int, size: int) -> list[tuple[str, str]]:
    """The accounts in a state, parted into ranges of so many by id."""
    rows = uow.all(
        "select min(id) as first, max(id) as last from (select billing_account_id as id, "
        "(row_number() over (order by billing_account_id) - 1) / %s as part from charging_rerating_account "
        "where tenant = %s and rerating_id = %s and state = %s) as parted group by part order by part",
        (size, uow.tenant, rerating_id, state),
    )
    return [(row["first"], row["last"]) for row in rows]


def accounts_within(uow: Uow, rerating_id: str, state: int, bounds: tuple[str, str]) -> list[dict[str, Any]]:
    """The accounts of a range that are in a state, as rows, by id. Locks: the rows."""
    return uow.all(
        "select billing_account_id, since, digest from charging_rerating_account where tenant = %s "
        "and rerating_id = %s and state = %s and billing_account_id between %s and %s "
        "order by billing_account_id for update",
        (uow.tenant, rerating_id, state, *bounds),
    )


def count_accounts(uow: Uow, rerating_id: str, state: int) -> int:
    """How many accounts are in a state."""
    row = uow.one(
        "select count(*) as n from charging_rerating_account where tenant = %s and rerating_id = %s and state = %s",
        (uow.tenant, rerating_id, state),
    )
    return int(row["n"]) if row else 0


_FIGURES: Final = ("uses", "changed", "refused", "before_micros", "after_micros", "invoiced_micros", "buckets")


def note_changes(uow: Uow, rerating_id: str, columns: Mapping[str, Column]) -> None:
    """What accounts were found to come to. Shape: account, state, customer_id, currency, digest and the figures."""
    rows = rows_of(uow, "found", columns)
    figures = ", ".join(f"{name} = found.{name}" for name in ("state", "customer_id", "currency", "digest", *_FIGURES))
    uow.execute(
        f"update charging_rerating_account a set {figures} from {rows.sql} "
        "where a.tenant = %s and a.rerating_id = %s and a.billing_account_id = found.account",
        (*rows.params, uow.tenant, rerating_id),
    )


def note_gone(uow: Uow, rerating_id: str, account_ids: Sequence[str]) -> None:
    """Of these accounts nothing of what was shown is left."""
    uow.execute(
        f"update charging_rerating_account set state = {DIFFERS} where tenant = %s and rerating_id = %s "
        "and billing_account_id = any(%s)",
        (uow.tenant, rerating_id, list(account_ids)),
    )


def changes_of(uow: Uow, rerating_id: str, *, limit: int, offset: int) -> list[dict[str, Any]]:
    """The accounts that change, the largest change first."""
    return uow.all(
        f"select billing_account_id, customer_id, state, currency, {', '.join(_FIGURES)} "
        "from charging_rerating_account where tenant = %s and rerating_id = %s and state >= 2 "
        "order by abs(after_micros - before_micros) desc, billing_account_id "
        f"limit {int(limit)} offset {int(offset)}",
        (uow.tenant, rerating_id),
    )


def totals_of(uow: Uow, rerating_id: str) -> list[dict[str, Any]]:
    """Sums by currency (none where nothing is known yet)."""
    return uow.all(
        "select currency, count(*) as accounts, count(*) filter (where state = 0) as waiting, "
        "count(*) filter (where state >= 2) as changed_accounts, count(*) filter (where state = 3) as posted, "
        "count(*) filter (where state = 4) as differing, sum(uses) as uses, sum(changed) as changed, "
        "sum(refused) as refused, sum(buckets) as buckets, sum(after_micros - before_micros) as charged, "
        "sum(invoiced_micros) as invoiced from charging_rerating_account where tenant = %s and rerating_id = %s "
        "group by currency order by currency",
        (uow.tenant, rerating_id),
    )


def changed_customers(uow: Uow, rerating_id: str) -> int:
    """How many customers change."""
    row = uow.one(
        "select count(distinct customer_id) as n from charging_rerating_account "
        "where tenant = %s and rerating_id = %s and state >= 2",
        (uow.tenant, rerating_id),
    )
    return int(row["n"]) if row else 0
