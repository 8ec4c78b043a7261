import datetime as dt
from functools import reduce
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kpi.call_merge import Fields, Stamps, merge
from kpi.models import CallStatus
from tests.factories import NOON

Event = tuple[Fields, dt.datetime | None]
moments = st.one_of(st.none(), st.integers(0, 3).map(lambda n: NOON + dt.timedelta(minutes=n)))
events = st.tuples(
    st.fixed_dictionaries(
        {
            "status": st.one_of(st.none(), st.sampled_from(CallStatus.values)),
            "talk_seconds": st.one_of(st.none(), st.integers(0, 5)),
            "started_at": moments,
            "called_number": st.sampled_from(["", "+7495", "+7499"]),
        }
    ),
    moments,
)


def replay(order: tuple[Event, ...]) -> tuple[Fields, Stamps]:
    empty: tuple[Fields, Stamps] = ({}, {})
    return reduce(lambda state, event: merge(*state, *event), order, empty)


@given(st.lists(events, max_size=4))
def test_any_order_gives_the_same_call(several: list[Event]) -> None:
    results = [replay(order) for order in permutations(several)]
    assert all(result == results[0] for result in results)


@given(st.lists(events, max_size=4))
def test_events_again_change_nothing(several: list[Event]) -> None:
    once = replay(tuple(several))
    assert replay((*several, *several)) == once


def at(minute: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minute)


def merged(*order: tuple[Any, Any]) -> Fields:
    return replay(order)[0]


def test_known_end_is_not_unknown_by_a_later_event() -> None:
    ended = ({"status": "answered", "talk_seconds": 50}, at(1))
    assert merged(ended, ({"status": "answered", "talk_seconds": None}, at(2))) == ended[0]


def test_late_correction_wins_over_what_came_after_it() -> None:
    corrected = ({"status": "answered", "talk_seconds": 45}, at(3))
    stale = ({"status": "answered", "talk_seconds": 50}, at(2))
    assert merged(corrected, stale)["talk_seconds"] == 45
    assert merged(stale, corrected)["talk_seconds"] == 45


def test_each_field_has_its_own_order() -> None:
    # The last event says nothing of the length: the newest length must win all the same.
    order = [
        ({"status": "missed"}, at(3)),
        ({"talk_seconds": 10}, at(1)),
        ({"talk_seconds": 50}, at(2)),
    ]
    assert merged(*order) == {"status": "missed", "talk_seconds": 50}


def test_without_times_the_further_end_wins() -> None:
    order = [
        ({"status": "answered", "talk_seconds": 50}, None),
        ({"status": "missed", "talk_seconds": 0}, None),
    ]
    assert merged(*order) == {"status": "answered", "talk_seconds": 50}
