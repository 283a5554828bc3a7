"""What a bucket is called outside: the account and its number there."""

from __future__ import annotations


def bucket_id(billing_account_id: str, n: int) -> str:
    """The id of a bucket."""
    return f"{billing_account_id}.{n}"


def bucket_key(of: str) -> tuple[str, int] | None:
    """The account and the number of a bucket's id; none when it is no such id."""
    account, dot, n = of.rpartition(".")
    return (account, int(n)) if dot and n.isdecimal() and n.isascii() and len(n) < 10 else None
