"""What tariffs say of quota and of the end of it, looked up once for each rating group of each tariff."""

from __future__ import annotations

from tandem.bss.catalog.public import measure_of
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.rules.online import quota
from tandem.bss.charging.rules.online.answers import Terms
from tandem.bss.charging.terms.online import SessionPolicy
from tandem.kernel.errors import Invalid


class Policies:
    """Quota and ends of tariffs. Lives as long as they do."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, int], tuple[Terms, Tariff]] = {}

    def of(self, tariff: Tariff, service: str, rating_group: int) -> Terms:
        """How a rating group is given quota under a tariff."""
        key = (id(tariff), service, rating_group)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (_read(tariff, service, rating_group), tariff)
        return found[0]


def _read(tariff: Tariff, service: str, rating_group: int) -> Terms:
    try:
        measure = quota.MEASURES.index(measure_of(tariff, service=service))
    except Invalid:
        measure = len(quota.MEASURES) - 1  # nothing of it is priced: whatever is asked is refused
    said = quota.chosen(tariff.quota, service, rating_group)
    return Terms(measure, quota.terms_of(said, measure), tariff.payment.when_spent)


_chosen: list[SessionPolicy] = [SessionPolicy()]


def use_session_policy(policy: SessionPolicy) -> None:
    """How this process keeps sessions from now on."""
    _chosen[:] = [policy]


def session_policy() -> SessionPolicy:
    """How this process keeps sessions."""
    return _chosen[0]
