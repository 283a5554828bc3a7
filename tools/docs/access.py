"""The tables of docs/how/access.md: what each role may do, read off the policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tandem.app.policy import APART, MOUNTS, POLICY, ROLES, ROLES_APART
from tandem.kernel.access.policy import ANY, STANDARD_VERBS, Caller

START = "<!-- written by ./dev docs from tandem/app/policy.py -->"
PATH = "docs/how/access.md"


def page(root: Path) -> str:
    """The written page with its generated end."""
    written = (root / PATH).read_text().partition(START)[0]
    return written + START + "\n" + "\n".join(_tables()) + "\n"


def _tables() -> Iterator[str]:
    yield from ("", "## Roles", "", "| role | is |", "| --- | --- |")
    yield from (f"| {role} | {words} |" for role, words in ROLES.items())
    yield from ("", "## Standard verbs", "")
    yield "l list, g get, c create, p patch, d delete: capital for all, small for its own; `system` may do everything."
    yield ""
    roles = [role for role in ROLES if role != "system"]
    yield from (f"| entity | {' | '.join(roles)} |", f"| --- |{' --- |' * len(roles)}")
    for entity in sorted({row.entity for row in POLICY.rows if row.verb in STANDARD_VERBS} - {ANY}):
        yield f"| {entity} | {' | '.join(_cell(role, entity) for role in roles)} |"
    yield from ("", "## Tasks", "", "| verb | on | role | scope |", "| --- | --- | --- | --- |")
    tasks = {(row.verb, row.entity, row.role, row.scope) for row in POLICY.rows if "." in row.verb}
    yield from (f"| `{verb}` | {entity} | {role} | {scope} |" for verb, entity, role, scope in sorted(tasks))
    yield from ("", "## Two people", "", "| on | one does | another does | why |", "| --- | --- | --- | --- |")
    yield from (f"| {pair.entity} | `{pair.first}` | `{pair.second}` | {pair.why} |" for pair in APART)
    yield from ("", "| one user is never both | why |", "| --- | --- |")
    yield from (f"| {pair.first}, {pair.second} | {pair.why} |" for pair in ROLES_APART)
    yield from ("", "## Mounts", "", "| mount | roles | idle | at most |", "| --- | --- | --- | --- |")
    for mount in MOUNTS:
        yield f"| {mount.path} | {', '.join(sorted(mount.roles))} | {_span(mount.idle_s)} | {_span(mount.age_s)} |"


def _cell(role: str, entity: str) -> str:
    somebody = Caller("any", "somebody", frozenset({role}), party_id="hers")
    scopes = {verb: POLICY.scope(somebody, entity, verb) for verb in STANDARD_VERBS}
    return "".join(verb[0].upper() if scope == "all" else verb[0] for verb, scope in scopes.items() if scope)


def _span(seconds: int) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600)):
        if seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds // 60} min"
