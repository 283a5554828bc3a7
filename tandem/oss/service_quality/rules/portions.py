"""How many services one event names: a reaction to it is one transaction, and who comes first need not wait for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

SERVICES_AT_ONCE: Final = 100


def portions(service_ids: Sequence[str], size: int = SERVICES_AT_ONCE) -> Iterator[tuple[str, ...]]:
    """The services in their order, at most `size` at a time; together they are all of them, each once."""
    for start in range(0, len(service_ids), size):
        yield tuple(service_ids[start : start + size])
