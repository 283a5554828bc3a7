"""What customers are told, in English; other languages stand in `locale/<tag>.po` by the English text.

A customer is told what she can no longer do, since when, and that it will be said when it works again; not which
element of the network failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Translate = Callable[[str], str]


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Wording:
    """A subject and a content with places to fill."""

    subject: str
    content: str

    def in_words(self, translate: Translate, **values: str) -> tuple[str, str]:
        """Subject and content in a language, filled."""
        return translate(self.subject).format(**values), translate(self.content).format(**values)


OUTAGE = Wording(
    _("Your service is interrupted"),
    _(
        "Hello {name},\n\n"
        "since {since} a fault in our network interrupts:\n\n"
        "{products}\n\n"
        "We are working on it and will write to you as soon as it works again. You need not do anything.\n\n"
        "{sender}\n"
    ),
)
DEGRADED = Wording(
    _("Your service works worse than usual"),
    _(
        "Hello {name},\n\n"
        "since {since} a fault in our network makes this work worse than usual:\n\n"
        "{products}\n\n"
        "We are working on it and will write to you as soon as it is mended. You need not do anything.\n\n"
        "{sender}\n"
    ),
)
RESTORED = Wording(
    _("Your service works again"),
    _(
        "Hello {name},\n\n"
        "the fault in our network that began on {since} was mended on {ended}. This works again:\n\n"
        "{products}\n\n"
        "If something still does not work for you, please switch your device off and on again, or write to us.\n\n"
        "{sender}\n"
    ),
)
ALL = (OUTAGE, DEGRADED, RESTORED)


def listed(products: Iterable[tuple[str, str | None]]) -> str:
    """Products as lines: the name, and the number where it has one."""
    return "\n".join(f"- {name} (+{number})" if number else f"- {name}" for name, number in products)
