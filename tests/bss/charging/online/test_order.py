"""Networks send again, out of order, or not at all."""

from __future__ import annotations

from tandem.bss.charging.rules.online import order
from tandem.bss.charging.rules.online.state import RELEASED, STALE, Container, GroupState, SessionState


def test_a_message_below_the_highest_is_late() -> None:
    state = session(last_sequence=4)
    assert [order.is_late(state, number) for number in (3, 4, 5)] == [True, False, False]


def test_only_what_was_sent_after_the_release_meets_no_session() -> None:
    state = session(last_sequence=7, closed=RELEASED, released_at=7)
    assert [order.is_over(state, number) for number in (6, 8)] == [False, True]


def test_a_session_that_was_closed_for_silence_goes_on_when_it_speaks() -> None:
    assert not order.is_over(session(last_sequence=7, closed=STALE), 8)


def test_only_a_beginning_opens_a_session_where_the_policy_says_so() -> None:
    assert order.may_open("create", opens_unknown=False)
    assert not order.may_open("update", opens_unknown=False)
    assert order.may_open("update", opens_unknown=True)


def test_a_numbered_container_is_charged_once() -> None:
    group = GroupState(rating_group=10)
    assert order.is_new_container(group, container(1, octets=100))
    assert not order.is_new_container(group, container(1, octets=100))
    assert order.is_new_container(group, container(2, octets=100))


def test_a_network_that_counts_anew_in_each_message_loses_nothing() -> None:
    group = GroupState(rating_group=10)
    assert order.is_new_container(group, container(1, octets=100, started_us=1_000))
    assert order.is_new_container(group, container(1, octets=100, started_us=2_000))


def test_containers_without_numbers_are_all_new() -> None:
    group = GroupState(rating_group=10)
    assert order.is_new_container(group, container(None, octets=100))
    assert order.is_new_container(group, container(None, octets=100))
    assert group.known == []


def test_eight_containers_are_known_again() -> None:
    group = GroupState(rating_group=10)
    for number in range(1, 10):
        assert order.is_new_container(group, container(number, octets=1))
    assert len(group.known) == 8
    assert not order.is_new_container(group, container(2, octets=1))
    assert order.is_new_container(group, container(1, octets=1))


def session(**told: int) -> SessionState:
    return SessionState("nchf", "data", "353209110001", "msisdn", "p-1", 0, **told)  # type: ignore[arg-type]


def container(number: int | None, *, octets: int, started_us: int = 0) -> Container:
    return Container(10, None, None, octets, None, None, None, started_us, 0, number, ())
