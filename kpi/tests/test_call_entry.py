import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import Client
from kpi.call_entry import CallKey, change_call, record_call, remove_call, take_news
from kpi.call_merge import News
from kpi.forgetting import forget_callers
from kpi.models import Call, Caller, CallStatus, Evidence
from tests.factories import (
    NOON,
    CallConnectionFactory,
    CampaignFactory,
    ClientFactory,
    CommunityFactory,
    NumberPlacementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NUMBER = "+79161234567"


def record(client: Client, **said: Any) -> tuple[Call, bool]:
    defaults: dict[str, Any] = {
        "source": Call.Source.WEBHOOK,
        "started_at": NOON,
        "status": CallStatus.ANSWERED,
        "talk_seconds": 60,
        "wait_seconds": 5,
        "raw_caller": NUMBER,
        "called_number": None,
        "external_id": "1",
    }
    return record_call(client, **{**defaults, **said})


def test_call_is_recorded_once_and_decided() -> None:
    client = ClientFactory.create()
    call, is_new = record(client)
    assert (is_new, call.is_unique, call.is_target, call.is_unique_target) == (True,) * 4
    again, is_new = record(client)
    assert (is_new, again.pk, Call.objects.count()) == (False, call.pk, 1)


def test_same_id_of_another_connection_or_client_is_another_call() -> None:
    client = ClientFactory.create()
    one, two = CallConnectionFactory.create_batch(2, client=client)
    record(client, connection=one)
    record(client, connection=two)
    record(client)
    record(ClientFactory.create())
    assert Call.objects.count() == 4


def test_calls_typed_in_are_always_new() -> None:
    client, user = ClientFactory.create(), UserFactory.create()
    for _ in range(2):
        call, is_new = record(client, source=Call.Source.MANUAL, external_id=None, by=user)
        assert is_new
    assert (Call.objects.count(), call.entered_by_id) == (2, user.pk)


def test_day_is_the_clients_day() -> None:
    late = dt.datetime(2026, 3, 11, 22, 0, tzinfo=dt.UTC)
    call, _ = record(ClientFactory.create(time_zone="Europe/Moscow"), started_at=late)
    assert call.day == dt.date(2026, 3, 12)


@pytest.mark.parametrize("raw", ["anonymous", None, "112"])
def test_hidden_number_leaves_uniqueness_unknown(raw: str | None) -> None:
    call, _ = record(ClientFactory.create(), raw_caller=raw)
    assert (call.caller_id, call.is_unique, call.is_target, call.is_unique_target) == (
        None,
        None,
        True,
        None,
    )


def test_number_that_comes_later_brings_the_caller_and_uniqueness() -> None:
    client = ClientFactory.create()
    record(client, raw_caller=None)
    call, _ = record(client)
    assert (call.caller and call.caller.phone, call.is_unique) == (NUMBER, True)


def test_corrected_number_moves_the_call_and_its_former_neighbours() -> None:
    client = ClientFactory.create()
    record(client, external_id="1", updated_at=NOON)
    second, _ = record(client, external_id="2", started_at=NOON + dt.timedelta(hours=1))
    assert second.is_unique is False
    later = NOON + dt.timedelta(hours=2)
    record(client, external_id="1", raw_caller="+79167654321", updated_at=later)
    second.refresh_from_db()
    assert second.is_unique is True


def test_late_call_changes_the_flags_of_the_next_one() -> None:
    client = ClientFactory.create()
    newer, _ = record(client, external_id="2")
    record(client, external_id="1", started_at=NOON - dt.timedelta(days=1))
    newer.refresh_from_db()
    assert (newer.is_unique, newer.is_unique_target) == (False, False)


def test_dialled_number_attributes_and_an_unknown_one_stays_visible() -> None:
    placement = NumberPlacementFactory.create(number__number="+74951234567")
    call, _ = record(placement.client, called_number="8 495 123-45-67")
    assert (call.tracking_number_id, call.community_id, call.evidence) == (
        placement.number_id,
        placement.community_id,
        Evidence.COMMUNITY_NUMBER,
    )
    unknown, _ = record(placement.client, external_id="2", called_number="84950000000")
    assert (unknown.tracking_number_id, unknown.evidence) == (None, None)
    assert unknown.called_number in ("+74950000000", "84950000000")


def test_given_place_stands_over_the_number_and_over_later_events() -> None:
    placement = NumberPlacementFactory.create(number__number="+74951234567")
    client = placement.client
    other = CommunityFactory.create(profile__client=client)
    place = {"community": other, "evidence": Evidence.PROMO_CODE}
    call, _ = record(client, called_number="+74951234567", **place)
    assert (call.community_id, call.evidence) == (other.pk, Evidence.PROMO_CODE)
    moved = NOON + dt.timedelta(days=1)
    call, _ = record(client, started_at=moved, updated_at=moved)
    assert (call.started_at, call.community_id) == (moved, other.pk)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"status": "ringing"}, "status"),
        ({"status": "missed", "talk_seconds": 3}, "talk_seconds"),
        ({"talk_seconds": -1}, "talk_seconds"),
        ({"wait_seconds": 90_000}, "wait_seconds"),
        ({"started_at": dt.datetime(2026, 3, 11)}, "started_at"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_a_call_is_refused_by_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        record(ClientFactory.create(), **said)
    assert list(refusal.value.message_dict) == [field]
    assert Call.objects.count() == 0


def test_place_of_another_client_is_refused() -> None:
    with pytest.raises(ValidationError) as refusal:
        record(
            ClientFactory.create(),
            community=CommunityFactory.create(),
            campaign=CampaignFactory.create(),
        )
    assert sorted(refusal.value.message_dict) == ["campaign", "community"]


def test_old_event_does_not_bring_a_forgotten_number_back() -> None:
    client = ClientFactory.create()
    call, _ = record(client)
    forget_callers(at=NOON + dt.timedelta(days=400))
    again, is_new = record(client)
    assert (is_new, again.caller_id, again.is_unique) == (False, call.caller_id, True)
    assert Caller.objects.filter(phone_hash__isnull=False).count() == 0


def test_old_event_does_not_bring_a_forgotten_visit_back() -> None:
    client = ClientFactory.create()
    key = CallKey(client, Call.Source.WEBHOOK, None, "1")
    told: dict[str, Any] = {
        "started_at": NOON,
        "status": CallStatus.ANSWERED,
        "caller": NUMBER,
        "visit": {"source": "vk", "landing_url": "https://x.example/?yclid=1", "referrer": "r"},
    }
    call, _is_new, _is_changed = take_news(key, [News(told)])
    assert call is not None
    assert call.visit == told["visit"]
    forget_callers(at=NOON + dt.timedelta(days=400))
    later = told | {"visit": {**told["visit"], "medium": "cpc"}}
    again, _is_new, _is_changed = take_news(key, [News(later, NOON)])
    assert again is not None
    assert again.visit == {"source": "vk", "medium": "cpc"}
    assert take_news(key, [News({"visit": {"referrer": "r"}}, NOON)])[2] is False


def test_a_late_call_of_a_forgotten_number_is_not_unique_a_second_time() -> None:
    client = ClientFactory.create(personal_data_days=100)
    call, _ = record(client)
    forget_callers(at=NOON + dt.timedelta(days=101))
    late, is_new = record(client, external_id="late", started_at=NOON + dt.timedelta(hours=1))
    assert (is_new, late.caller_id == call.caller_id) == (True, False)
    assert (late.is_unique, late.is_target, late.is_unique_target) == (None, True, None)
    call.refresh_from_db()
    assert (call.is_unique, call.is_unique_target) == (True, True)


def test_changing_a_call_decides_its_neighbours() -> None:
    client = ClientFactory.create()
    first, _ = record(client, external_id="1")
    second, _ = record(client, external_id="2", started_at=NOON + dt.timedelta(hours=1))
    changed = change_call(first, by=UserFactory.create(), marked_target=False)
    second.refresh_from_db()
    assert (changed.is_target, second.is_unique_target) == (False, True)
    with pytest.raises(ValidationError):
        change_call(first, status=CallStatus.MISSED)
    with pytest.raises(TypeError):
        change_call(first, is_unique=True)


def test_moved_call_is_placed_anew_by_its_number() -> None:
    placement = NumberPlacementFactory.create(ends_on=NOON.date())
    call, _ = record(placement.client, called_number=placement.number.number)
    assert call.community_id == placement.community_id
    moved = change_call(call, started_at=NOON + dt.timedelta(days=2))
    assert (moved.tracking_number_id, moved.community_id, moved.evidence) == (
        placement.number_id,
        None,
        None,
    )
    back = change_call(call, started_at=NOON)
    assert (back.community_id, back.evidence) == (
        placement.community_id,
        Evidence.COMMUNITY_NUMBER,
    )


def test_moved_call_keeps_the_place_that_a_person_gave() -> None:
    placement = NumberPlacementFactory.create(ends_on=NOON.date())
    word: dict[str, Any] = {"community": placement.community, "evidence": Evidence.PROMO_CODE}
    number = placement.number.number
    given, _ = record(placement.client, called_number=number, **word)
    late, _ = record(placement.client, called_number=number, external_id="2")
    later = NOON + dt.timedelta(days=2)
    for moved in (
        change_call(given, started_at=later),
        change_call(late, started_at=later, **word),
    ):
        assert (moved.community_id, moved.evidence) == (
            placement.community_id,
            Evidence.PROMO_CODE,
        )


def test_place_given_with_the_move_stands_whatever_its_evidence() -> None:
    placement = NumberPlacementFactory.create(ends_on=NOON.date())
    call, _ = record(placement.client, called_number=placement.number.number)
    seen = {"community": placement.community, "evidence": Evidence.COMMUNITY_NUMBER}
    changes: dict[str, Any] = {"started_at": NOON + dt.timedelta(days=2), **seen}
    moved = change_call(call, **changes)
    assert (moved.community, moved.evidence) == tuple(seen.values())


def test_a_corrected_call_of_a_file_takes_the_place_of_its_number() -> None:
    placement = NumberPlacementFactory.create(ends_on=NOON.date())
    call, _ = record(placement.client, called_number=placement.number.number)
    other = CommunityFactory.create(profile__client=placement.client)
    Call.objects.update(community=other, evidence=Evidence.OPERATOR)
    moved = change_call(call, started_at=NOON + dt.timedelta(days=2))
    assert (moved.community, moved.evidence) == (other, Evidence.OPERATOR)
    back = change_call(call, started_at=NOON)
    assert (back.community, back.evidence) == (placement.community, Evidence.COMMUNITY_NUMBER)


def test_removing_a_call_decides_its_neighbours() -> None:
    client = ClientFactory.create()
    first, _ = record(client, external_id="1")
    second, _ = record(client, external_id="2", started_at=NOON + dt.timedelta(hours=1))
    remove_call(first)
    second.refresh_from_db()
    assert (second.is_unique, second.is_unique_target) == (True, True)


def test_no_later_event_changes_what_a_person_corrected() -> None:
    client, later = ClientFactory.create(), NOON + dt.timedelta(hours=1)
    call, _ = record(client, updated_at=NOON)
    change_call(call, status=CallStatus.SPAM, talk_seconds=None)
    call, is_new = record(client, talk_seconds=70, wait_seconds=9, updated_at=later)
    assert (is_new, call.status, call.talk_seconds, call.wait_seconds) == (False, "spam", None, 9)
    assert (call.is_target, call.is_unique) == (False, False)
