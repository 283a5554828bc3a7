"""One exposure set up to be tried: its sample, a tenant of its own, and a client in front of the whole engine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tandem.kernel.events import EntityChanged, event_name
from tandem.kernel.steps.relay import ToldEvent
from tandem.kernel.store import Database
from tandem.kernel.tmf.exposure import CREATE, GET, AnyExposure, TaskExposure
from tests.entities.sample import Doc, Made, Sample, body_of
from tests.support.shared import SHARED
from tests.support.tmf_client import TmfClient
from tests.support.tmf_schema import PublishedSchema, published

_COUNTER = itertools.count(1)


@dataclass
class Bench:
    """What a test of the inherited suite works with."""

    exposure: AnyExposure
    sample: Sample
    client: TmfClient
    database: Database
    made: Made = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.sample.needs is not None:
            self.made = self.sample.needs(self.client)

    @property
    def url(self) -> str:
        return self.exposure.url

    @property
    def schema(self) -> PublishedSchema | None:
        exposure = self.exposure
        known = (SHARED / "specs" / "tmf" / f"{exposure.api}-{exposure.version}.json").is_file()
        return published(exposure.api, exposure.version) if known else None

    def body(self, *, full: bool = False) -> Doc:
        """A new body; `made["n"]` differs each time, for what must be unique."""
        chosen = self.sample.full if full and self.sample.full is not None else self.sample.minimal
        return body_of(chosen, {**self.made, "n": next(_COUNTER)})

    def post(self, body: Doc, **headers: str) -> httpx.Response:
        return self.client.post(self.url, body, **headers)

    def entity(self, *, full: bool = False) -> Doc:
        """A new entity as it is answered."""
        if self.sample.stored is not None:
            return self.read(self.sample.stored(self.client))
        answer = self.post(self.body(full=full))
        assert answer.status_code in (201, 202), answer.text
        doc: Doc = answer.json()
        return doc

    def deletable(self) -> Doc:
        """A new entity that may be deleted."""
        make = self.sample.deletable
        return self.entity() if make is None else self.read(make(self.client, self.made))

    def read(self, entity_id: str) -> Doc:
        answer = self.client.get(f"{self.url}/{entity_id}")
        assert answer.status_code == 200, answer.text
        doc: Doc = answer.json()
        return doc

    def require_valid(self, value: Any, *, type_name: str | None = None, partial: bool = False) -> None:
        """The published schema accepts the answer."""
        if self.schema is not None:
            self.schema.require(type_name or self.answer_type, value, partial=partial)

    @property
    def answer_type(self) -> str:
        return self.sample.answers or self.exposure.type_name

    def notifications(self, entity_id: str) -> list[Doc]:
        """What a hub of this base is sent about an entity, through fan-out and delivery."""
        engine = self.client.engine
        tenant = self.client.caller.tenant
        with self.database.connection() as connection:
            rows = connection.execute(
                "select seq, tenant, name, subject_type, subject_id, doc, at, actor, cause from kernel_outbox "
                "where tenant = %s and name = %s and subject_id = %s order by seq",
                (tenant, event_name(EntityChanged), entity_id),
            ).fetchall()
            requests = engine.notifications.fanout(connection, [ToldEvent(**row) for row in rows])
        with self.database.uow(tenant=tenant, actor="system", cause="test") as uow:
            for request in requests:
                engine.notifications.deliver(uow, request.payload)
        return [request.payload for request in requests]


def needs(bench: Bench, *verbs: str) -> None:
    """Skips where the standard gives this exposure no such verb."""
    missing = [verb for verb in verbs if verb not in bench.exposure.verbs]
    if missing:
        pytest.skip(f"{bench.exposure.type_name} has no {', '.join(missing)}")
    if isinstance(bench.exposure, TaskExposure) and bench.exposure.table is None and GET in verbs:
        pytest.skip("a task that keeps nothing")


def creates(bench: Bench) -> None:
    if CREATE not in bench.exposure.verbs or bench.sample.stored is not None:
        pytest.skip("no client creates one")
