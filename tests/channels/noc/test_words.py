"""What the alarm list and an alarm's story say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tandem.channels.noc import alarm_page
from tandem.channels.noc.alarms import AlarmRow
from tandem.channels.noc.words import people
from tandem.kernel.store import Uow

NOW = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
ROW = AlarmRow(
    id="1",
    severity="critical",
    problem="Link is down",
    object_id="site-1",
    services=0,
    count=1,
    first_at=NOW,
    last_at=NOW,
    acknowledged_by=None,
    is_open=True,
)


@pytest.mark.parametrize(
    ("row", "tone", "word"),
    [
        (ROW, "bad", "Not yet"),
        (replace(ROW, severity="minor"), "warning", "Not yet"),
        (replace(ROW, severity="warning"), None, "Not yet"),
        (replace(ROW, acknowledged_by="Nora"), None, "by Nora"),
        (replace(ROW, is_open=False), None, "Not yet"),
    ],
)
def test_colour_is_kept_for_what_nobody_takes_care_of(row: AlarmRow, tone: str | None, word: str) -> None:
    assert (row.tone, str(row.ack.word)) == (tone, word)


OPEN = {"state": "raised", "perceivedSeverity": "major", "ackState": "unacknowledged"}


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ({}, OPEN, "Raised: Major"),
        (OPEN, {**OPEN, "perceivedSeverity": "critical"}, "Now Critical"),
        (OPEN, {**OPEN, "ackState": "acknowledged", "comment": [{}]}, "Acknowledged"),
        ({**OPEN, "ackState": "acknowledged"}, OPEN, "Let go"),
        (OPEN, {**OPEN, "comment": [{}]}, "Note"),
        (OPEN, {**OPEN, "affectedService": [{"id": "s"}]}, "Affected services named"),
        (OPEN, {**OPEN, "x-count": 2}, "Seen again"),
        (OPEN, {**OPEN, "state": "cleared", "perceivedSeverity": "cleared"}, "Cleared"),
    ],
)
def test_a_change_is_told_by_the_most_telling_thing_in_it(
    before: dict[str, object], after: dict[str, object], title: str
) -> None:
    assert str(alarm_page.title_of(before, after)) == title


def test_actors_that_are_no_users_are_told_as_recorded(uow: Uow) -> None:
    assert people(uow, ["system", None, "user:gone"]) == {"system": "system", "user:gone": "user:gone"}
