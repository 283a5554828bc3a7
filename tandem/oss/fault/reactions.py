"""Elements that stop answering raise an alarm; when they answer again it clears by itself.

The two kinds of news are not in order with each other, so each looks at whether the element answers now: news of a
silence that is over leaves a cleared alarm, and news of an answer that was followed by another silence clears nothing.
"""

from __future__ import annotations

from tandem.kernel.steps import on
from tandem.kernel.store import Uow
from tandem.oss.elements import public as elements
from tandem.oss.elements.terms import ElementAnswered, ElementStoppedAnswering
from tandem.oss.fault import commands
from tandem.oss.fault.terms import Observation


def _key(element_id: str) -> str:
    return f"element/{element_id}/does-not-answer"


def _answers(uow: Uow, element_id: str) -> bool | None:
    """Whether the element answered the watch's last probe; none when it was never probed."""
    contacts = elements.list_contacts(uow, element_id=element_id)
    return contacts[0].answers if contacts else None


def raise_for_element(uow: Uow, event: ElementStoppedAnswering) -> None:
    """An element has missed several probes."""
    commands.observe(
        uow,
        Observation(
            reduction_key=_key(event.element_id),
            severity="critical",
            alarm_type="communicationsAlarm",
            probable_cause="communicationsSubsystemFailure",
            problem=f"{event.name} does not answer: {event.detail}",
            object_id=event.element_id,
            object_type="Element",
            source="tandem.elements",
            seen_at=event.at,
            repair="Check the process and its connection; the alarm clears when the element answers again.",
        ),
    )
    if _answers(uow, event.element_id):
        commands.clear_by_key(uow, _key(event.element_id), uow.now)


def clear_for_element(uow: Uow, event: ElementAnswered) -> None:
    """An element answers again."""
    if _answers(uow, event.element_id) is not False:
        commands.clear_by_key(uow, _key(event.element_id), event.at)


REACTIONS = (
    on(ElementStoppedAnswering, "fault.raise_for_element", raise_for_element),
    on(ElementAnswered, "fault.clear_for_element", clear_for_element),
)
