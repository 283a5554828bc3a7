"""An element that stops answering raises one alarm, and clears it when it answers, in whatever order the news comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tandem.oss.elements import commands as elements
from tandem.oss.elements.terms import Element, ElementAnswered, ElementStoppedAnswering, Reachability
from tandem.oss.fault import public, reactions
from tests.oss.fault.alarms import names_of

AT = instant("2026-11-02T10:00:00Z")
SILENT = ElementStoppedAnswering(element_id="hlr-1", name="hlr-1", detail="connection refused", at=AT)
BACK = ElementAnswered(element_id="hlr-1", name="hlr-1", at=AT + timedelta(minutes=4))


@pytest.fixture
def element(uow: Uow) -> Element:
    address = {"host": "127.0.0.1", "ctrlPort": 4259, "gsupPort": 4222}
    doc = {"name": "hlr-1", "kind": "osmo_hlr", "address": address, "software": "osmo-hlr 1.5.0"}
    return elements.register_element(uow, doc)


def probed(uow: Uow, element: Element, *, answers: bool) -> None:
    """What the watch found last."""
    found = Reachability(answers=answers, detail="" if answers else "connection refused", latency_ms=1.0)
    elements.record_probe(uow, element, found, misses=0 if answers else 2)


def test_silence_raises_one_critical_alarm_and_an_answer_clears_it(uow: Uow, element: Element) -> None:
    probed(uow, element, answers=False)
    reactions.raise_for_element(uow, SILENT)
    alarm = public.list_alarms(uow).alarms[0]
    assert (alarm.severity, alarm.count, alarm.first_at) == ("critical", 1, AT)
    assert (alarm.reduction_key, alarm.object_id) == ("element/hlr-1/does-not-answer", "hlr-1")
    assert alarm.problem == "hlr-1 does not answer: connection refused"
    probed(uow, element, answers=True)
    reactions.clear_for_element(uow, BACK)
    assert public.get_alarm(uow, alarm_id=alarm.id).cleared_at == BACK.at
    assert names_of(uow) == ["AlarmRaised", "AlarmEnded"]


def test_news_of_a_silence_that_is_over_leaves_a_cleared_alarm(uow: Uow, element: Element) -> None:
    probed(uow, element, answers=False)
    probed(uow, element, answers=True)
    reactions.clear_for_element(uow, BACK)
    reactions.raise_for_element(uow, SILENT)
    assert public.list_alarms(uow).total == 0
    assert names_of(uow) == ["AlarmRaised", "AlarmEnded"]


def test_news_of_an_answer_before_another_silence_clears_nothing(uow: Uow, element: Element) -> None:
    probed(uow, element, answers=False)
    reactions.raise_for_element(uow, SILENT)
    probed(uow, element, answers=True)
    probed(uow, element, answers=False)
    reactions.clear_for_element(uow, BACK)
    assert public.list_alarms(uow).total == 1
