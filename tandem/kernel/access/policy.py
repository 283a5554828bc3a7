"""The policy table: role × entity × verb → scope, compiled once and asked at every door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tandem.kernel.errors import Broken, Forbidden, Invalid, Refused, Unauthenticated

Scope = Literal["all", "own"]

ANY: Final = "*"
STANDARD_VERBS: Final = ("list", "get", "create", "patch", "delete")
_REMEMBERED_AT_MOST: Final = 50_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: one tenant, one actor, the roles that were proved, and the party whose things are "own".

    A caller without roles is anonymous: every door refuses it as unauthenticated.
    """

    tenant: str
    actor: str
    roles: frozenset[str] = frozenset()
    party_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Entity and verb may be `*`; a verb may end in `.*` (`billing.*`)."""

    role: str
    entity: str
    verb: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Apart:
    """Two verbs on one entity that the same person must not both do (four eyes)."""

    entity: str
    first: str
    second: str
    why: str


@dataclass(frozen=True, slots=True)
class RolesApart:
    """Two roles that one user must not hold at the same time."""

    first: str
    second: str
    why: str


def grant(roles: str, entities: str, verbs: str, scope: Scope = "all") -> tuple[Row, ...]:
    """Rows for every combination of the blank-separated words: how the table stays readable."""
    return tuple(
        Row(role, entity, verb, scope)
        for role in roles.split()
        for entity in entities.split()
        for verb in verbs.split()
    )


class SameHands(Forbidden):
    """The second of two verbs that need two people was asked by the person who did the first."""

    code = "access.same_hands"


class RolesConflict(Refused):
    """One user may not hold these two roles at once."""

    code = "access.roles_conflict"


class RoleUnknown(Invalid):
    """There is no such role."""

    code = "access.role_unknown"


class PolicyUnsound(Broken):
    """The table contradicts itself or names a role that does not exist; found when the program starts."""

    code = "access.policy_unsound"


class Policy:
    """The compiled table. Of several matching rows the widest scope wins: there are no rows that deny.

    A row of scope "own" grants nothing to a caller who is tied to no party.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        roles: Iterable[str],
        apart: Iterable[Apart] = (),
        roles_apart: Iterable[RolesApart] = (),
    ) -> None:
        self.roles = frozenset(roles)
        self.rows = tuple(rows)
        self.apart = tuple(apart)
        self.roles_apart = tuple(roles_apart)
        self._granted: dict[tuple[str, str, str], Scope] = {}
        self._decided: dict[tuple[frozenset[str], str, str], Scope | None] = {}
        for row in self.rows:
            self._take(row)

    def scope(self, caller: Caller, entity: str, verb: str) -> Scope | None:
        """How far the caller may go: over all, over what is its own, or nowhere (`None`)."""
        key = (caller.roles, entity, verb)
        try:
            widest = self._decided[key]
        except KeyError:
            widest = self._decide(key)
        if widest == "own" and caller.party_id is None:
            return None
        return widest

    def require(self, caller: Caller, entity: str, verb: str) -> Scope:
        """The scope, where there is one.

        Raises: Unauthenticated (a caller without roles), Forbidden.
        """
        scope = self.scope(caller, entity, verb)
        if scope is not None:
            return scope
        if not caller.roles:
            raise Unauthenticated(
                "Say who you are first: a bearer token or a login is needed.", entity=entity, verb=verb
            )
        raise Forbidden(
            f"None of your roles ({', '.join(sorted(caller.roles))}) may {verb} {entity}.", entity=entity, verb=verb
        )

    def require_other_hands(self, caller: Caller, entity: str, verb: str, done: Mapping[str, str]) -> None:
        """Refuses the verb if this actor already did one that must be another person's.

        Shape: `done` maps each verb that was done on the thing to its actor.
        Raises: SameHands.
        """
        for pair in self.apart:
            other = {pair.first: pair.second, pair.second: pair.first}.get(verb)
            if pair.entity == entity and other is not None and done.get(other) == caller.actor:
                raise SameHands(pair.why, entity=entity, verb=verb, done=other, next_action="Ask a colleague to do it.")

    def require_roles_together(self, roles: Iterable[str]) -> frozenset[str]:
        """The roles as a set that one user may hold.

        Raises: RoleUnknown, RolesConflict.
        """
        held = frozenset(roles)
        for role in sorted(held - self.roles):
            raise RoleUnknown(f"There is no role {role!r}.", path="roles", known=sorted(self.roles))
        for pair in self.roles_apart:
            if {pair.first, pair.second} <= held:
                raise RolesConflict(pair.why, path="roles", roles=[pair.first, pair.second])
        return held

    def verbs_of(self, role: str) -> list[Row]:
        """The role's rows, in the table's order."""
        return [row for row in self.rows if row.role == role]

    def _take(self, row: Row) -> None:
        if row.role not in self.roles:
            raise PolicyUnsound(f"The policy names the role {row.role!r}, which does not exist.")
        key = (row.role, row.entity, row.verb)
        if self._granted.get(key, row.scope) != row.scope:
            raise PolicyUnsound(f"The policy has two scopes for {row.role} {row.verb} {row.entity}.")
        self._granted[key] = row.scope

    def _decide(self, key: tuple[frozenset[str], str, str]) -> Scope | None:
        roles, entity, verb = key
        patterns = _verb_patterns(verb)
        found = {self._granted.get((role, e, v)) for role in roles for e in (entity, ANY) for v in patterns}
        widest: Scope | None = "all" if "all" in found else "own" if "own" in found else None
        if len(self._decided) >= _REMEMBERED_AT_MOST:
            self._decided.clear()
        self._decided[key] = widest
        return widest


def _verb_patterns(verb: str) -> list[str]:
    """`billing.bill.issue` → itself, `billing.bill.*`, `billing.*`, `*`."""
    words = verb.split(".")
    return [verb, *(".".join([*words[:n], ANY]) for n in range(len(words) - 1, -1, -1))]
