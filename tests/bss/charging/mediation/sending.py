"""What senders send: files of the story's customer in several forms, and what is known of them afterwards."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tandem.bss.charging import public as charging
from tandem.bss.charging.rules.files.form import form_of
from tandem.bss.charging.terms import Tally
from tandem.bss.charging.terms.files import FileCounts, UsageFile
from tandem.bss.charging.wire import Work
from tandem.kernel.store import Database
from tests.bss.charging import story

HEADER = "record_id,usage_type,served_number,destination,started_at,quantity"
JSON_FORM = form_of(
    json.dumps(
        {
            "name": "net-json",
            "kind": "json",
            "fields": {
                "recordId": {"source": ["ref"]},
                "served": {"source": ["a"]},
                "service": {"source": ["what"]},
                "startedAt": {"source": ["from"]},
                "quantity": {"source": ["much"]},
                "destination": {"source": ["b"]},
            },
        }
    ).encode()
)


def work(database: Database, tenant: str, **more: Any) -> Work:
    """Rating for a test."""
    return Work(database, tenant, "tester", "test", **more)


def call_line(n: int, seconds: int = 60, *, ref: str | None = None, to: str = story.BERLIN) -> str:
    """A call of the story's customer, the n-th second of 20 October from 10:00."""
    at = f"2026-10-20T{10 + n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z"
    return f"{f'r-{n}' if ref is None else ref},voice,{story.NUMBER},{to},{at},{seconds}"


def csv_of(lines: Sequence[str]) -> bytes:
    """Our own CSV."""
    return "".join(f"{line}\n" for line in (HEADER, *lines)).encode()


def json_of(lines: Sequence[str]) -> bytes:
    """The same records, an object a line, as `JSON_FORM` reads them."""
    names = ("ref", "what", "a", "b", "from", "much")
    rows = (dict(zip(names, line.split(","), strict=True)) for line in lines)
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def put(folder: Path, name: str, content: bytes) -> Path:
    """A file; packed where its name says so."""
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def tally(database: Database, tenant: str) -> Tally:
    """Where every record ended."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        return charging.tally(uow)


def charged(database: Database, tenant: str, product_id: str) -> tuple[int, int]:
    """How many charges in October, and how much in micros."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        summary = charging.usage_summary(uow, product_id=product_id, moment=story.OCTOBER.start)
    return summary.event_count, summary.charged.micros


def told(database: Database, tenant: str, name: str) -> list[dict[str, Any]]:
    """The events of a name, in order."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        rows = uow.all("select doc from kernel_outbox where tenant = %s and name = %s order by seq", (tenant, name))
    return [row["doc"] for row in rows]


def ended(file: UsageFile) -> tuple[str, FileCounts]:
    """How a file ended."""
    return file.state, file.counts
