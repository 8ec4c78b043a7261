import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from clients.models import Side
from communities.models import Community
from kpi.causes import BY_CODE, CAUSES, describe_cause, find_causes, store_causes
from kpi.models import CallStatus, Flag, FlagCause
from kpi.tests.running import TODAY, YESTERDAY, add_calls, add_followers, days_back
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    FlagCauseFactory,
    FlagFactory,
    PostSnapshotFactory,
    TaskFactory,
    TrackingNumberFactory,
    WallPostFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db

FIRST = dt.date(2026, 2, 12)
BEFORE = days_back(FIRST - dt.timedelta(days=1), 90)
DURING = days_back(YESTERDAY, 28)


def flag_of(community: Community, *, place: str = "all", metric: str = "calls") -> Flag:
    flag: Flag = FlagFactory.create(
        client=community.client,
        cause_key=f"target:{metric}:{place}",
        opened_on=TODAY,
        evidence={"opened": {"first": FIRST.isoformat(), "last": YESTERDAY.isoformat()}},
    )
    return flag


def stored(flag: Flag) -> dict[str, dict[str, Any]]:
    store_causes([flag])
    return {cause.code: cause.facts for cause in flag.causes.all()}


def told(flag: Flag) -> list[str]:
    store_causes([flag])
    return [describe_cause(cause) for cause in flag.causes.all()]


def test_nothing_different_has_no_causes() -> None:
    community = CommunityFactory.create()
    add_calls(community, [*BEFORE, *DURING])
    assert stored(flag_of(community)) == {}


def test_missed_calls_are_the_clients_side() -> None:
    community = CommunityFactory.create()
    add_calls(community, BEFORE)
    add_calls(community, DURING[:18])
    add_calls(community, DURING[18:], status=CallStatus.MISSED, talk_seconds=None)
    flag = flag_of(community)
    assert told(flag) == ["35.7 % of the calls were missed: 10 of 28. Before it was 0 %."]
    assert flag.causes.get().side == Side.CLIENT


def test_a_share_of_no_calls_at_all_is_not_zero() -> None:
    community = CommunityFactory.create()
    add_calls(community, DURING, status=CallStatus.MISSED, talk_seconds=None)
    assert told(flag_of(community)) == [
        "100 % of the calls were missed: 28 of 28. Before it was —."
    ]


@pytest.mark.parametrize(
    ("missed", "missed_before", "is_cause"),
    [(2, 0, False), (5, 0, False), (6, 0, True), (10, 26, False), (10, 20, True)],
)
def test_missed_calls_must_be_many_and_more_than_before(
    missed: int, missed_before: int, is_cause: bool
) -> None:
    community = CommunityFactory.create()
    for days, count in ((BEFORE, missed_before), (DURING, missed)):
        add_calls(community, days[count:])
        add_calls(community, days[:count], status=CallStatus.MISSED, talk_seconds=None)
    assert ("missed_calls" in stored(flag_of(community))) == is_cause


def test_missed_calls_are_no_cause_of_few_orders() -> None:
    community = CommunityFactory.create()
    add_calls(community, DURING, status=CallStatus.MISSED, talk_seconds=None)
    assert stored(flag_of(community, metric="orders")) == {}


def test_overdue_tasks_lie_on_the_side_whose_move_it_was() -> None:
    community = CommunityFactory.create()
    flag = flag_of(community)
    for side, days in ((Side.CLIENT, 9), (Side.CLIENT, 3), (Side.AGENCY, 5)):
        TaskFactory.create(
            client=community.client, side=side, due_on=TODAY - dt.timedelta(days=days)
        )
    TaskFactory.create(client=community.client, side=Side.CLIENT, due_on=TODAY)
    TaskFactory.create(side=Side.CLIENT, due_on=TODAY - dt.timedelta(days=50))
    TaskFactory.create(
        client=community.client, due_on=TODAY - dt.timedelta(days=50), origin=FlagFactory.create()
    )
    assert told(flag) == [
        "Overdue on the client's side: 2 (the oldest since March 3, 2026).",
        "Overdue tasks of the agency: 1 (the oldest since March 7, 2026).",
    ]
    assert list(flag.causes.values_list("side", flat=True)) == [Side.CLIENT, Side.AGENCY]


def add_posts(community: Community, days: list[dt.date], *, likes: int | None = None) -> None:
    for day in days:
        post = WallPostFactory.create(
            profile=community.profile, posted_at=local_noon(community.client, day)
        )
        if likes is not None:
            PostSnapshotFactory.create(wall_post=post, slot=day, likes=likes, comments=0, shares=0)


def test_fewer_posts_are_the_agencys_side() -> None:
    community = CommunityFactory.create()
    add_posts(community, BEFORE[::3])
    add_posts(community, DURING[::7])
    flag = flag_of(community)
    assert told(flag) == ["Posts a week: 1, in the 90 days before: 2.3."]
    assert flag.causes.get().side == Side.AGENCY


def test_posts_of_another_community_do_not_count_for_one() -> None:
    quiet = CommunityFactory.create()
    loud = CommunityFactory.create(profile__client=quiet.client)
    add_posts(quiet, BEFORE[::3])
    add_posts(loud, DURING)
    assert list(stored(flag_of(quiet, place=str(quiet.pk)))) == ["fewer_posts"]
    assert stored(flag_of(quiet)) == {}


def test_fallen_engagement_rate_names_its_formula() -> None:
    community = CommunityFactory.create()
    add_followers(community, dict.fromkeys([*BEFORE, *DURING], 1000))
    add_posts(community, BEFORE[::3], likes=20)
    add_posts(community, DURING[::3], likes=10)
    assert told(flag_of(community)) == ["The engagement rate fell from 2 % to 1 % (ER post)."]


def test_lost_members_are_told_with_their_sign() -> None:
    community = CommunityFactory.create()
    add_followers(community, {DURING[0]: 1000, DURING[-1]: 980})
    assert told(flag_of(community)) == ["The communities lost members: −20 of 1,000."]


def test_number_that_falls_silent_is_named() -> None:
    community = CommunityFactory.create()
    number = TrackingNumberFactory.create(client=community.client, number="+74950000001")
    other = TrackingNumberFactory.create(client=community.client, number="+74950000002")
    add_calls(community, BEFORE[::3], tracking_number=number)
    add_calls(community, [*BEFORE[::3], *DURING[::3]], tracking_number=other)
    assert stored(flag_of(community)) == {
        "number_silent": {"number": "+74950000001", "since": "2026-02-09"}
    }


def test_number_that_seldom_rang_is_not_called_silent() -> None:
    community = CommunityFactory.create()
    number = TrackingNumberFactory.create(client=community.client)
    add_calls(community, BEFORE[::10], tracking_number=number)
    assert stored(flag_of(community)) == {}


def test_causes_of_another_client_are_not_mine() -> None:
    guilty, innocent = CommunityFactory.create_batch(2)
    add_calls(guilty, DURING, status=CallStatus.MISSED, talk_seconds=None)
    flags = [flag_of(guilty), flag_of(innocent)]
    assert list(find_causes(flags)) == [flags[0].pk]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_are_the_same_for_one_and_three(count: int, django_assert_num_queries: Any) -> None:
    flags = [flag_of(CommunityFactory.create()) for _ in range(count)]
    find_causes(flags)
    with django_assert_num_queries(14):
        find_causes(flags)


def test_data_flag_has_no_causes(django_assert_num_queries: Any) -> None:
    flag = FlagFactory.create(kind="data", cause_key="data:calls")
    with django_assert_num_queries(0):
        assert find_causes([flag]) == {}


def test_every_cause_has_a_sentence_that_takes_its_facts() -> None:
    assert list(BY_CODE) == [cause.code for cause in CAUSES]
    assert describe_cause(FlagCause(code="long_gone", facts={})) == "long_gone"


def test_cause_with_facts_of_older_days_is_still_told() -> None:
    cause = FlagCause(code="materials_overdue", facts={"tasks": 2})
    assert describe_cause(cause) == "Overdue on the client's side: 2 (the oldest since —)."


def test_cause_is_told_in_the_readers_language() -> None:
    cause = FlagCauseFactory.create(
        code="materials_overdue",
        facts={"tasks": 2, "oldest": "2026-03-03"},
        flag=FlagFactory.create(client=ClientFactory.create()),
    )
    with override("ru"):
        assert "3 марта 2026" in describe_cause(cause)
