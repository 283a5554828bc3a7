"""The five verbs of TMF630 on a compiled exposure, each in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_plus

from tandem.kernel import json
from tandem.kernel.access.policy import Policy, Scope
from tandem.kernel.errors import Forbidden, Invalid, NotFound, Stale, Unavailable
from tandem.kernel.json import Doc
from tandem.kernel.store import Database, Stored, Uow
from tandem.kernel.tmf import query
from tandem.kernel.tmf.call import Answer, Call, answer
from tandem.kernel.tmf.condition import Condition, read_instant
from tandem.kernel.tmf.errors import Header, UnsupportedMedia, read_json
from tandem.kernel.tmf.exposure import CREATE, DELETE, GET, LIST, PATCH, Exposure, TaskExposure
from tandem.kernel.tmf.patching import media_type, patched
from tandem.kernel.tmf.references import References
from tandem.kernel.tmf.resource import Resource

PATTERN_TIME_LIMIT_MS = 2000
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Operations:
    """What every operation needs besides the call."""

    database: Database
    policy: Policy
    references: References

    def list(self, resource: Resource, call: Call) -> Answer:
        """A page of the entities that meet the filters; 206 where it is not all of them."""
        scope = self.policy.require(call.caller, resource.exposure.policy_entity, LIST)
        asked = query.parse(call.query)
        condition = _filtered(resource, call, asked, scope)
        order = _conditions(resource).order_by(asked.sort)
        with self._uow(call) as uow:
            try:
                rows, total = _page(uow, resource, condition, order, asked)
            except (Invalid, Unavailable) as fault:
                raise _pattern_fault(fault, condition, asked) from fault
        docs = [resource.wire_doc(row, call.base_url) for row in rows]
        if asked.fields is not None:
            docs = [asked.fields.apply(doc) for doc in docs]
        headers = _page_headers(call, asked, len(docs), total)
        return answer(206 if len(docs) < total else 200, docs, *headers)

    def get(self, resource: Resource, call: Call, entity_id: str) -> Answer:
        """One entity, now or as of an instant (`asOf`)."""
        scope = self.policy.require(call.caller, resource.exposure.policy_entity, GET)
        fields, as_of = _get_parameters(call.query)
        stored = self._read(resource, call, entity_id, as_of)
        if stored is None:
            raise _not_found(resource, entity_id)
        if scope == "own" and not _is_owner(resource, stored, call):
            raise _not_found(resource, entity_id)
        tag = etag(stored.version)
        if as_of is None and _matches(call.header(b"if-none-match"), tag):
            return Answer(304, b"", [(b"etag", tag.encode())])
        doc = resource.wire_doc(stored, call.base_url)
        return answer(200, doc if fields is None else fields.apply(doc), (b"etag", tag.encode()))

    def _read(self, resource: Resource, call: Call, entity_id: str, as_of: str | None) -> Stored | None:
        if as_of is None:
            row = self.database.read_row(call.caller.tenant, resource.select_one, (call.caller.tenant, entity_id))
            return Stored(**row) if row is not None else None
        assert resource.table is not None, "only what has a table is read"
        try:
            at = read_instant(as_of)
        except ValueError as fault:
            raise Invalid(f"'{as_of}' is no instant", code="query.bad_value", path="asOf") from fault
        with self._uow(call) as uow:
            return resource.table.as_of(uow, entity_id, at)

    def create(self, resource: Resource, call: Call) -> Answer:
        """A new entity, or a task; a repeated idempotency key gets the stored answer."""
        exposure = resource.exposure
        verb = exposure.verb if isinstance(exposure, TaskExposure) else CREATE
        scope = self.policy.require(call.caller, exposure.policy_entity, verb)
        wire = _json_body(call)
        fields, _ = _get_parameters(call.query)
        key = call.header(b"idempotency-key")
        with self._uow(call) as uow:
            if key is not None:
                earlier = uow.answered_before(_key_scope(call), _checked_key(key), wire)
                if earlier is not None:
                    return _replayed(earlier)
            result = self._created(uow, resource, call, wire, scope)
            made = _created_answer(resource, result, call, fields)
            if key is not None:
                uow.keep_answer(_key_scope(call), key, _kept(made))
        return made

    def _created(self, uow: Uow, resource: Resource, call: Call, wire: Doc, scope: Scope) -> Stored | Doc:
        exposure = resource.exposure
        doc = resource.new_doc(uow, wire)
        if scope == "own":
            resource.require_owner(doc, call.caller.party_id)
        if exposure.references:
            self.references.check(uow, exposure.references, doc, None, call.hosts)
        if exposure.create is not None:
            return exposure.create(uow, doc)
        assert resource.table is not None, "an exposure without a create command has a table"
        return resource.table.add(uow, doc)

    def patch(self, resource: Resource, call: Call, entity_id: str) -> Answer:
        """A changed entity, by merge patch or JSON patch."""
        exposure = resource.exposure
        scope = self.policy.require(call.caller, exposure.policy_entity, PATCH)
        assert isinstance(exposure, Exposure)
        fields, _ = _get_parameters(call.query)
        content_type = call.header(b"content-type") or "application/json"
        patched({}, {} if "json-patch" not in content_type else [], content_type)
        change = read_json(call.body)
        with self._uow(call) as uow:
            stored = self._locked(uow, resource, call, entity_id, scope)
            before = resource.wire_doc(stored, call.base_url)
            after = patched(before, change, content_type)
            if after != before:
                stored = self._changed(uow, resource, call, stored, (before, after))
        tag = (b"etag", etag(stored.version).encode())
        doc = resource.wire_doc(stored, call.base_url)
        return answer(200, doc if fields is None else fields.apply(doc), tag)

    def _changed(self, uow: Uow, resource: Resource, call: Call, stored: Stored, wire: tuple[Doc, Doc]) -> Stored:
        exposure = resource.exposure
        assert isinstance(exposure, Exposure) and resource.table is not None
        doc = resource.changed_doc(stored, *wire)
        if exposure.references:
            self.references.check(uow, exposure.references, doc, stored.doc, call.hosts)
        if exposure.patch is not None:
            return exposure.patch(uow, stored, doc)
        return resource.table.save(uow, stored.id, doc, expected_version=stored.version)

    def delete(self, resource: Resource, call: Call, entity_id: str) -> Answer:
        """Removes an entity; its history stays."""
        exposure = resource.exposure
        scope = self.policy.require(call.caller, exposure.policy_entity, DELETE)
        assert isinstance(exposure, Exposure) and resource.table is not None
        with self._uow(call) as uow:
            stored = self._locked(uow, resource, call, entity_id, scope)
            if exposure.delete is not None:
                exposure.delete(uow, stored)
            else:
                resource.table.delete(uow, stored.id, expected_version=stored.version)
        return Answer(204)

    def _locked(self, uow: Uow, resource: Resource, call: Call, entity_id: str, scope: Scope) -> Stored:
        """The entity with its row locked, if the caller may change it and saw its present version."""
        assert resource.table is not None
        try:
            stored = resource.table.get_for_update(uow, entity_id)
        except NotFound as fault:
            raise _not_found(resource, entity_id) from fault
        if scope == "own" and not _is_owner(resource, stored, call):
            raise _not_found(resource, entity_id)
        expected = call.header(b"if-match")
        if expected is not None and not _matches(expected, etag(stored.version)):
            raise Stale(
                f"this {resource.exposure.type_name} was changed since you read it",
                path="If-Match",
                next_action="read it again and repeat the change",
                version=stored.version,
            )
        return stored

    def _uow(self, call: Call) -> Any:
        return self.database.uow(tenant=call.caller.tenant, actor=call.caller.actor, cause=call.cause)

    def audit_refusal(self, call: Call, entity: str, fault: Forbidden) -> None:
        """Keeps that a write was refused; the refused work itself was rolled back."""
        with self._uow(call) as uow:
            verb = str(fault.facts.get("verb", call.method))
            uow.audit(verb, entity, call.path.rpartition("/")[2], outcome="refused", facts=fault.to_doc())


def etag(version: int) -> str:
    """The entity tag of a version: the same in every representation of one address."""
    return f'"{version}"'


def _matches(header: str | None, tag: str) -> bool:
    if header is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in tags or tag in tags


def _conditions(resource: Resource) -> Any:
    assert resource.conditions is not None, "only what has a table is listed"
    return resource.conditions


def _filtered(resource: Resource, call: Call, asked: query.Query, scope: Scope) -> Condition:
    condition: Condition = _conditions(resource).where(asked.filters)
    if scope == "own":
        owner = resource.exposure.owner
        if owner is None:
            raise Forbidden(f"you may not list {resource.exposure.type_name}: nobody owns one", verb=LIST)
        condition = replace(
            condition, sql=f"{owner} = %s and ({condition.sql})", params=[call.caller.party_id, *condition.params]
        )
    return condition


def _page(
    uow: Uow, resource: Resource, condition: Condition, order: Condition, asked: query.Query
) -> tuple[list[Stored], int]:
    """The rows of a page, and how many there are in all (counted only where the page does not tell)."""
    table = resource.table
    assert table is not None
    if condition.slow:
        uow.execute(f"set local statement_timeout = {PATTERN_TIME_LIMIT_MS}")
    params = tuple(condition.params)
    rows: list[Stored] = []
    if asked.limit:
        both = (*params, *order.params)
        rows = table.page(uow, condition.sql, both, order_by=order.sql, limit=asked.limit, offset=asked.offset)
    if 0 < len(rows) < asked.limit or (asked.limit and not rows and not asked.offset):
        return rows, asked.offset + len(rows)
    return rows, table.count(uow, condition.sql, params)


def _pattern_fault(fault: Invalid | Unavailable, condition: Condition, asked: query.Query) -> Invalid | Unavailable:
    """A pattern that the database cannot read, or a filter that takes too long, is the client's fault."""
    path = next((term.said for terms in asked.filters for term in terms if term.operator == "regex"), None)
    if condition.slow and path is None and "timeout" in fault.reason:
        path = asked.filters[0][0].said
        return Invalid("this filter takes too long by itself: narrow it", code="query.too_slow", path=path)
    if not condition.slow or path is None:
        return fault
    if isinstance(fault, Invalid):
        return Invalid(f"the pattern cannot be read: {fault.reason}", code="query.bad_pattern", path=path)
    if "timeout" in fault.reason:
        return Invalid("the pattern takes too long", code="query.pattern_too_slow", path=path)
    return fault


def _page_headers(call: Call, asked: query.Query, shown: int, total: int) -> list[Header]:
    headers: list[Header] = [
        (b"x-total-count", str(total).encode()),
        (b"x-result-count", str(shown).encode()),
    ]
    step = asked.limit
    if not step:
        return headers
    last = max((total - 1) // step * step, 0)
    pages = {"self": asked.offset, "first": 0, "last": last}
    if asked.offset > 0:
        pages["prev"] = max(asked.offset - step, 0)
    if asked.offset + shown < total:
        pages["next"] = asked.offset + step
    prefix = f"{call.base_url}{call.path}?{asked.others}{'&' if asked.others else ''}"
    links = ", ".join(f'<{prefix}offset={offset}&limit={step}>; rel="{rel}"' for rel, offset in pages.items())
    headers.append((b"link", links.encode("latin-1", "replace")))
    return headers


def _get_parameters(raw: bytes) -> tuple[query.Selection | None, str | None]:
    """`fields` and `asOf` of a request for one entity. Raises: Invalid for anything else."""
    if not raw:
        return None, None
    fields, as_of = None, None
    for piece in raw.decode("latin-1").split("&"):
        name, _, value = piece.partition("=")
        if name == "fields":
            fields = query.parse_fields(unquote_plus(value))
        elif name == "asOf":
            as_of = unquote_plus(value)
        elif piece:
            raise Invalid(f"one entity has no parameter '{name}'", code="query.unknown_attribute", path=name)
    return fields, as_of


def _not_found(resource: Resource, entity_id: str) -> NotFound:
    return NotFound(f"there is no {resource.exposure.type_name} {entity_id}", code="tmf.not_found", path="id")


def _is_owner(resource: Resource, stored: Stored, call: Call) -> bool:
    party = call.caller.party_id
    return resource.owner_of is not None and party is not None and resource.owner_of(stored.doc) == party


def _json_body(call: Call) -> Doc:
    kind = media_type(call.header(b"content-type") or "application/json")
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMedia(f"'{kind}' is not read here; send application/json", path="Content-Type")
    body = read_json(call.body)
    if not isinstance(body, dict):
        raise Invalid("the body must be a JSON object", code="tmf.wrong_type")
    return body


def _created_answer(resource: Resource, result: Stored | Doc, call: Call, fields: query.Selection | None) -> Answer:
    exposure = resource.exposure
    status = exposure.status if isinstance(exposure, TaskExposure) else 201
    if isinstance(result, dict):
        return answer(status, resource.task_doc(result))
    doc = resource.wire_doc(result, call.base_url)
    headers: tuple[Header, ...] = ((b"location", doc["href"].encode()), (b"etag", etag(result.version).encode()))
    return answer(status, doc if fields is None else fields.apply(doc), *headers)


def _key_scope(call: Call) -> str:
    return f"{call.caller.actor} {call.method} {call.path}"


def _checked_key(key: str) -> str:
    if not key or len(key) > LONGEST_KEY:
        raise Invalid(f"an idempotency key has 1 to {LONGEST_KEY} characters", path="Idempotency-Key")
    return key


def _kept(made: Answer) -> Doc:
    headers = [[name.decode(), value.decode("latin-1")] for name, value in made.headers]
    return {"status": made.status, "headers": headers, "body": json.loads(made.body)}


def _replayed(earlier: Doc) -> Answer:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in earlier["headers"]]
    return Answer(earlier["status"], json.dumps(earlier["body"]), [*headers, (b"idempotency-replayed", b"true")])
