"""What is secret about a SIM: sealed text in a table of its own, out of every document, history and log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tandem.kernel.access.sealed import Secret, seal, unseal
from tandem.kernel.store import Uow, plain_table

SIM_KEY: Final = plain_table(
    "inventory_sim_key",
    """
    tenant text not null,
    resource_id text collate "C" not null,
    iccid text collate "C" not null,
    imsi text collate "C" not null,
    ki text not null,
    opc text not null,
    acc text,
    primary key (tenant, resource_id)
    """,
    also=("create unique index inventory_sim_key_imsi_once on inventory_sim_key (tenant, imsi)",),
)


@dataclass(frozen=True)
class SimAuth:
    """What the network knows a SIM by: for activation only. The keys show themselves to nobody."""

    iccid: str
    imsi: str
    ki: Secret
    opc: Secret


def keep_keys(uow: Uow, resource_id: str, auth: SimAuth, acc: str | None) -> None:
    """Seal a card's keys, each for this card only. Raises: AlreadyTaken (the IMSI is another card's)."""
    uow.execute(
        "insert into inventory_sim_key (tenant, resource_id, iccid, imsi, ki, opc, acc) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        (uow.tenant, resource_id, auth.iccid, auth.imsi)
        + (seal(auth.ki, purpose=_purpose("ki", auth.iccid)), seal(auth.opc, purpose=_purpose("opc", auth.iccid)), acc),
    )


def find_keys(uow: Uow, resource_id: str) -> SimAuth | None:
    """A card's keys, still hidden in secrets. Raises: SealBroken."""
    row = uow.one(
        "select iccid, imsi, ki, opc from inventory_sim_key where tenant = %s and resource_id = %s",
        (uow.tenant, resource_id),
    )
    if row is None:
        return None
    return SimAuth(
        iccid=row["iccid"],
        imsi=row["imsi"],
        ki=unseal(row["ki"], purpose=_purpose("ki", row["iccid"])),
        opc=unseal(row["opc"], purpose=_purpose("opc", row["iccid"])),
    )


def imsi_of(uow: Uow, resource_id: str) -> str | None:
    """The subscriber identity on a card."""
    row = uow.one(
        "select imsi from inventory_sim_key where tenant = %s and resource_id = %s", (uow.tenant, resource_id)
    )
    return row["imsi"] if row else None


def cards_of_imsis(uow: Uow, imsis: list[str]) -> dict[str, str]:
    """IMSI → ICCID of those that a card has."""
    rows = uow.all(
        "select imsi, iccid from inventory_sim_key where tenant = %s and imsi = any(%s)", (uow.tenant, imsis)
    )
    return {row["imsi"]: row["iccid"] for row in rows}


def drop_keys(uow: Uow, resource_id: str) -> None:
    """Forget a card's keys."""
    uow.execute("delete from inventory_sim_key where tenant = %s and resource_id = %s", (uow.tenant, resource_id))


def _purpose(key: str, iccid: str) -> str:
    return f"sim.{key}:{iccid}"
