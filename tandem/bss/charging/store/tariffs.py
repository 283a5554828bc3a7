"""By what use was rated, kept by its content so that it can be said and done again when the catalogue has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from psycopg.types.json import Jsonb

from tandem.kernel.json import Doc
from tandem.kernel.store import Uow


def keep_tariffs(uow: Uow, docs: Mapping[bytes, Doc]) -> None:
    """Keep what use is rated by. Idempotent: by the key."""
    uow.many(
        "insert into charging_tariff (tenant, key, doc, kept_at) values (%s, %s, %s, %s) on conflict do nothing",
        [(uow.tenant, key, Jsonb(doc), uow.now) for key, doc in sorted(docs.items())],
    )


def tariff_docs(uow: Uow, keys: Iterable[bytes]) -> dict[bytes, Doc]:
    """What use was rated by, by key."""
    rows = uow.all("select key, doc from charging_tariff where tenant = %s and key = any(%s)", (uow.tenant, list(keys)))
    return {bytes(row["key"]): row["doc"] for row in rows}
