"""Topics of the live stream as values, and who may listen to which.

`ProductOrder:42` is one thing, `ProductOrder` any thing of that kind. A caller whose scope is "own" hears of any thing
of a kind only where it belongs to its party.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from tandem.kernel.access.policy import Caller, Policy
from tandem.kernel.errors import Forbidden, Invalid

MOST_TOPICS: Final = 200
_TOPIC: Final = re.compile(r"([A-Z][A-Za-z0-9]{0,79})(?::([^\s,]{1,200}))?")

OwnersOf = Callable[[str, str, Collection[str]], Mapping[str, str | None]]
"""(tenant, entity, ids) → id → the party that owns it. Blocking: called in a thread."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a page listens to. `party` narrows a kind to the things of one party."""

    tenant: str
    entity: str
    id: str | None = None
    party: str | None = None

    @property
    def name(self) -> str:
        """The topic as the page wrote it; also the name of the event that it gets."""
        return self.entity if self.id is None else f"{self.entity}:{self.id}"

    @property
    def key(self) -> str:
        """Where the hub finds who listens."""
        return f"{self.tenant}/{self.name}" if self.party is None else f"{self.tenant}/{self.name}@{self.party}"


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that changed, as the relay tells it: `tenant/Entity:id`."""

    tenant: str
    entity: str
    id: str

    @classmethod
    def parsed(cls, text: str) -> Changed | None:
        """The value of a text from the relay; none for a text that is not one."""
        tenant, slash, rest = text.partition("/")
        entity, colon, key = rest.partition(":")
        return cls(tenant, entity, key) if slash and colon else None

    @property
    def name(self) -> str:
        """The thing without its tenant."""
        return f"{self.entity}:{self.id}"


def parse_topics(text: str) -> list[tuple[str, str | None]]:
    """The comma-separated topics of a request, each once.

    Raises: Invalid.
    """
    words = list(dict.fromkeys(word for word in text.split(",") if word))
    if not words or len(words) > MOST_TOPICS:
        raise Invalid(f"Name 1 to {MOST_TOPICS} topics.", code="stream.topics", path="topics")
    matches = [_TOPIC.fullmatch(word) for word in words]
    for word, found in zip(words, matches, strict=True):
        if found is None:
            raise Invalid(f"{word!r} is no topic: say Entity or Entity:id.", code="stream.topics", path="topics")
    return [(found[1], found[2]) for found in matches if found is not None]


def permitted_topics(
    policy: Policy, caller: Caller, wanted: list[tuple[str, str | None]], owners_of: OwnersOf
) -> list[Topic]:
    """The wanted topics, if the caller may read each of them. Blocking where ownership must be asked.

    Raises: Unauthenticated, Forbidden (naming the topic).
    """
    topics = []
    for entity, key in wanted:
        scope = policy.require(caller, entity, "list" if key is None else "get")
        topic = Topic(caller.tenant, entity, key, caller.party_id if scope == "own" and key is None else None)
        if scope == "own" and key is not None and owners_of(caller.tenant, entity, [key]).get(key) != caller.party_id:
            raise Forbidden(f"{topic.name} is not yours.", code="stream.not_yours", path="topics")
        topics.append(topic)
    return topics
