"""Attempts to log in are counted before they are judged, per account and per address, for all processes at once.

The count is written first and the password looked at afterwards, so a hundred guesses at once are a hundred guesses.
Units: real time, by the database's clock. A lock doubles with each attempt past the free ones.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from tandem.kernel.errors import Throttled
from tandem.kernel.store import Uow, plain_table

ATTEMPTS: Final = plain_table(
    "kernel_login_attempt",
    """
    tenant text not null,
    about text collate "C" not null,
    failures integer not null,
    last_at timestamptz not null,
    locked_until timestamptz not null,
    primary key (tenant, about)
    """,
    also=("create index kernel_login_attempt_age on kernel_login_attempt (last_at)",),
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many failures are free, and the longest lock. Units: seconds."""

    free: int
    longest_lock_s: int
    forgotten_after_s: int = 3600


PER_ACCOUNT: Final = Allowance(free=5, longest_lock_s=900)
PER_ADDRESS: Final = Allowance(free=30, longest_lock_s=900)

_COUNT: Final = """
insert into kernel_login_attempt as kept (tenant, about, failures, last_at, locked_until)
values (%(tenant)s, %(about)s, 1, clock_timestamp(), '-infinity')
on conflict (tenant, about) do update set
  failures = case when kept.last_at < clock_timestamp() - make_interval(secs => %(forgotten_s)s)
    then 1 else kept.failures + 1 end,
  last_at = clock_timestamp(),
  locked_until = case
    when kept.last_at < clock_timestamp() - make_interval(secs => %(forgotten_s)s) then '-infinity'
    when kept.failures < %(free)s then kept.locked_until
    else clock_timestamp()
      + make_interval(secs => least(%(longest_s)s, power(2, least(kept.failures - %(free)s, 20)))) end
where kept.locked_until <= clock_timestamp()
returning failures
"""


class TooManyAttempts(Throttled):
    """Too many failed logins for this account or from this address; `retry_after_s` says when to come again."""

    code = "access.too_many_attempts"


def count_attempt(uow: Uow, *, username: str, address: str) -> None:
    """Counts an attempt against the account and the address before it is judged; commit whatever follows.

    Locks: the two counting rows, account first. Raises: TooManyAttempts.
    """
    for about, allowance in ((_account(username), PER_ACCOUNT), (_from(address), PER_ADDRESS)):
        counted = uow.one(
            _COUNT,
            {
                "tenant": uow.tenant,
                "about": about,
                "free": allowance.free,
                "longest_s": allowance.longest_lock_s,
                "forgotten_s": allowance.forgotten_after_s,
            },
        )
        if counted is None:
            wait = _wait_s(uow, about)
            raise TooManyAttempts("Too many failed logins. Try again later.", retry_after_s=wait)


def forgive(uow: Uow, *, username: str, address: str) -> None:
    """A good login clears the account and takes its own attempt back from the address."""
    uow.execute("delete from kernel_login_attempt where tenant = %s and about = %s", (uow.tenant, _account(username)))
    uow.execute(
        "update kernel_login_attempt set failures = greatest(failures - 1, 0) where tenant = %s and about = %s",
        (uow.tenant, _from(address)),
    )


def sweep_attempts(uow: Uow) -> None:
    """Forgets counts that no longer matter."""
    uow.execute(
        "delete from kernel_login_attempt where tenant = %s and last_at < clock_timestamp() - interval '1 day'",
        (uow.tenant,),
    )


def _wait_s(uow: Uow, about: str) -> int:
    row = uow.one(
        "select ceil(extract(epoch from locked_until - clock_timestamp()))::int as wait_s "
        "from kernel_login_attempt where tenant = %s and about = %s",
        (uow.tenant, about),
    )
    return max(1, row["wait_s"]) if row else 1


def _account(username: str) -> str:
    return f"account:{username.strip().casefold()[:120]}"


def _from(address: str) -> str:
    """One count for an IPv4 address, one for an IPv6 /64: a household or a host has a whole /64 to itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address[:64]}"
    if known.version == 6:
        return f"address:{ipaddress.ip_network(f'{known}/64', strict=False)}"
    return f"address:{known}"
