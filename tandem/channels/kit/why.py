"""*Why?*: the chain of causes of an amount, a state or a change, as a tree that can be opened.

A cause with an amount and with causes below it claims that they sum to it; the page shows whether they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tandem.channels.kit.i18n import Text
from tandem.kernel.money import Money, total
from tandem.kernel.why import Why


@dataclass(frozen=True, slots=True)
class Cause:
    """One step of the chain: what it says, on what ground (rule, version, record), and what stands behind it."""

    says: Text
    amount: Money | None = None
    ground: Text = ""
    at: datetime | None = None
    href: str | None = None
    causes: Sequence[Cause] = ()

    def leaves(self) -> Iterator[Cause]:
        """The last causes, below which there is nothing."""
        if not self.causes:
            yield self
        for cause in self.causes:
            yield from cause.leaves()

    @property
    def leaf_sum(self) -> Money | None:
        """What the leaves that have an amount sum to; None when this cause has no amount or no causes."""
        if self.amount is None or not self.causes:
            return None
        amounts = [leaf.amount for leaf in self.leaves() if leaf.amount is not None]
        return total(amounts, self.amount.currency) if amounts else None

    @property
    def adds_up(self) -> bool:
        """Whether the leaves sum to the amount; a cause without a sum claims nothing."""
        return self.leaf_sum is None or self.leaf_sum == self.amount


def cause_of(why: Why, link: Callable[[Why], str | None] = lambda why: None) -> Cause:
    """A room's explanation as a cause to draw; `link` says where a node's thing can be opened."""
    return Cause(
        says=why.what,
        amount=why.amount,
        ground=", ".join(f"{name.replace('_', ' ')} {value}" for name, value in why.facts.items()),
        at=why.at,
        href=link(why),
        causes=tuple(cause_of(cause, link) for cause in why.because),
    )
