import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from clients.models import Block, Performer, Service, Side
from clients.service_catalogue import CALL_ANSWERING
from communities.models import Community, Profile
from kpi.diagnosis.causes import describe_cause, diagnosis_of, find_causes, store_causes
from kpi.diagnosis.reference import RULES, Rule
from kpi.diagnosis.sources import KINDS, SOURCES
from kpi.models import CallStatus, CauseRule, Flag, FlagCause
from kpi.tests.planning import without_indexes
from kpi.tests.running import MORNING, TODAY, YESTERDAY, add_calls, add_followers, days_back
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    EngagementServiceFactory,
    EventFactory,
    FlagCauseFactory,
    FlagFactory,
    PostSnapshotFactory,
    ProfileFactory,
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
    for side, days in ((Side.CLIENT, 9), (Side.CLIENT, 3), (Side.AGENCY, 8)):
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
        "Overdue tasks of the agency: 1 (the oldest since March 4, 2026).",
    ]
    assert list(flag.causes.values_list("side", flat=True)) == [Side.CLIENT, Side.AGENCY]


def test_a_task_that_is_late_by_a_few_days_is_no_cause() -> None:
    community = CommunityFactory.create()
    TaskFactory.create(
        client=community.client, side=Side.CLIENT, due_on=TODAY - dt.timedelta(days=6)
    )
    flag = flag_of(community)
    assert stored(flag) == {}
    assert (flag.block, flag.side) == ("", "")


def test_an_overdue_task_does_not_stand_before_the_step_of_the_funnel_that_fell() -> None:
    community = CommunityFactory.create()
    add_followers(community, {DURING[0]: 1000, DURING[-1]: 980})
    for side, block in ((Side.CLIENT, ""), (Side.AGENCY, Block.MANAGEMENT)):
        TaskFactory.create(
            client=community.client, side=side, block=block, due_on=TODAY - dt.timedelta(days=9)
        )
    flag = flag_of(community)
    assert list(stored(flag)) == ["followers_fell", "materials_overdue", "agency_overdue"]
    assert (flag.block, flag.side) == (Block.PROMOTION, Side.AGENCY)
    assert diagnosis_of(flag).startswith("promotion (whose side: agency). The communities lost")


def test_materials_that_are_late_explain_why_fewer_posts_went_out() -> None:
    community = CommunityFactory.create()
    add_posts(community, BEFORE[::3])
    add_posts(community, DURING[::7])
    TaskFactory.create(
        client=community.client, side=Side.CLIENT, due_on=TODAY - dt.timedelta(days=9)
    )
    flag = flag_of(community)
    assert list(stored(flag)) == ["materials_overdue", "fewer_posts"]
    assert (flag.block, flag.side) == ("", Side.CLIENT)
    assert "Overdue on the client's side: 1" in diagnosis_of(flag)


def add_posts(
    community: Community,
    days: list[dt.date],
    *,
    likes: int | None = None,
    views: int | None = None,
    read_at: dt.datetime = MORNING,
) -> None:
    """Posts of a page that was read whole at `read_at`."""
    Profile.objects.filter(pk=community.profile_id).update(wall_read_at=read_at)
    for day in days:
        post = WallPostFactory.create(
            profile=community.profile, posted_at=local_noon(community.client, day)
        )
        if likes is not None:
            PostSnapshotFactory.create(
                wall_post=post, slot=day, likes=likes, views=views, comments=0, shares=0
            )


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
    assert told(flag_of(community)) == [
        "The engagement rate fell from 2 % to 1 % (ER post), the competitors' did not."
    ]


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
        "number_silent": {"number": "+74950000001", "since": "2026-02-09", "expected": 9.3}
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


def test_page_that_nobody_read_since_is_not_said_to_post_less() -> None:
    community = CommunityFactory.create()
    add_posts(community, BEFORE[::3], read_at=MORNING - dt.timedelta(days=3))
    assert "fewer_posts" not in stored(flag_of(community))
    add_posts(community, [])
    assert stored(flag_of(community, place=str(community.pk)))["fewer_posts"]["posts_week"] == 0


def test_views_that_fell_are_the_first_step_of_the_funnel() -> None:
    community = CommunityFactory.create()
    add_followers(community, dict.fromkeys([*BEFORE, *DURING], 1000))
    add_posts(community, BEFORE[::3], likes=10, views=900)
    add_posts(community, DURING[::3], likes=10, views=400)
    flag = flag_of(community)
    assert told(flag) == ["Posts are seen less: 1,008 views a week, before it was 2,100."]
    assert (flag.block, flag.side) == (Block.MANAGEMENT, Side.AGENCY)
    assert diagnosis_of(flag).startswith("community management")


def test_views_of_posts_of_the_last_three_days_are_not_judged() -> None:
    community = CommunityFactory.create()
    add_followers(community, dict.fromkeys([*BEFORE, *DURING], 1000))
    add_posts(community, BEFORE[::1], likes=10, views=900)
    add_posts(community, DURING[:-3], likes=10, views=900)
    add_posts(community, DURING[-3:], likes=0, views=1)
    assert stored(flag_of(community)) == {}


def test_audience_that_calls_less_means_the_strategy() -> None:
    community = CommunityFactory.create()
    add_followers(community, dict.fromkeys([*BEFORE, *DURING], 1000))
    add_calls(community, [*BEFORE, *DURING[::3]])
    flag = flag_of(community)
    assert told(flag) == [
        "The audience is there and calls less: 10.9 a month from 1,000 subscribers, before it was"
        " 30.4. The offer and the calls to action are to be looked at."
    ]
    assert (flag.block, flag.side) == (Block.STRATEGY, Side.AGENCY)


def test_an_earlier_step_that_fell_spares_the_strategy() -> None:
    community = CommunityFactory.create()
    add_followers(community, dict.fromkeys([*BEFORE, *DURING], 1000))
    add_calls(community, [*BEFORE, *DURING[::3]])
    add_posts(community, BEFORE[::3], likes=10, views=900)
    add_posts(community, DURING[::3], likes=10, views=400)
    assert list(stored(flag_of(community))) == ["reach_fell"]


def test_growth_that_halved_lies_with_promotion() -> None:
    community = CommunityFactory.create()
    rising = {day: 1000 + 10 * number for number, day in enumerate(BEFORE)}
    flat = {day: 1900 + number for number, day in enumerate(DURING)}
    add_followers(community, rising | flat)
    flag = flag_of(community, metric="growth")
    assert told(flag) == ["Subscribers come slower: 1.6 % a month, before it was 30.4 %."]
    assert flag.block == Block.PROMOTION


def test_fall_of_the_whole_market_is_said_and_spares_the_work() -> None:
    community = CommunityFactory.create()
    rival = ProfileFactory.create(client=community.client, relation="competitor")
    add_followers(community, dict.fromkeys([*BEFORE, *DURING], 1000))
    for days, likes in ((BEFORE[::3], 20), (DURING[::2], 10)):
        add_posts(community, days, likes=likes)
        for day in days:
            post = WallPostFactory.create(
                profile=rival, posted_at=local_noon(community.client, day)
            )
            # Of a day's readings the last one speaks; it was written neither first nor last.
            for hour, told_likes in ((12, 1), (18, likes), (6, 1)):
                PostSnapshotFactory.create(
                    wall_post=post, slot=day, hour=hour, likes=told_likes, comments=0, shares=0
                )
    with without_indexes():
        flag = flag_of(community)
    assert told(flag) == [
        "Competitors' posts find less response too: 10 reactions to a post in the middle, before"
        " it was 20."
    ]
    assert (flag.block, flag.side) == ("", "")


def test_event_of_these_days_is_told() -> None:
    community = CommunityFactory.create()
    other = CommunityFactory.create(profile__client=community.client)
    EventFactory.create(
        client=community.client,
        community=community,
        title="Prices rose",
        starts_on=FIRST,
        ends_on=None,
    )
    assert told(flag_of(community)) == [
        "Recorded for these days: Prices rose (since Feb. 12, 2026)."
    ]
    assert stored(flag_of(other, place=str(other.pk))) == {}


def test_calls_that_the_agency_should_answer_are_its_side() -> None:
    community = CommunityFactory.create()
    service = Service.objects.get(code=CALL_ANSWERING)
    EngagementServiceFactory.create(
        engagement__client=community.client,
        engagement__starts_on=FIRST - dt.timedelta(days=100),
        service=service,
        performer=Performer.AGENCY,
    )
    add_calls(community, DURING, status=CallStatus.MISSED, talk_seconds=None)
    flag = flag_of(community)
    store_causes([flag])
    assert flag.causes.get().side == Side.AGENCY


def test_late_tasks_name_the_block_with_most_of_them() -> None:
    community = CommunityFactory.create()
    flag = flag_of(community)
    for block, days in ((Block.PROMOTION, 9), (Block.MANAGEMENT, 3), (Block.MANAGEMENT, 5)):
        TaskFactory.create(
            client=community.client, block=block, due_on=TODAY - dt.timedelta(days=days)
        )
    store_causes([flag])
    assert flag.causes.get().block == Block.MANAGEMENT
    flag.refresh_from_db()
    assert (flag.block, flag.side) == (Block.MANAGEMENT, Side.AGENCY)


def test_rule_that_staff_changed_counts_and_what_was_said_stays() -> None:
    community = CommunityFactory.create()
    add_calls(community, BEFORE)
    add_calls(community, DURING[:26])
    add_calls(community, DURING[26:], status=CallStatus.MISSED, talk_seconds=None)
    assert stored(flag_of(community)) == {}
    CauseRule.objects.filter(code="missed_calls").update(
        conditions=[["missed", ">=", 1]], sentence_en="Missed: %(missed)s."
    )
    flag = flag_of(community, place=str(community.pk))
    assert told(flag) == ["Missed: 2."]
    CauseRule.objects.update(sentence_en="Other words.", is_active=False)
    assert told(flag) == ["Missed: 2."]


def test_a_name_is_written_in_one_way_whichever_source_tells_it() -> None:
    for source in SOURCES.values():
        assert {name: KINDS[name] for name in source.fields} == source.fields


@pytest.mark.parametrize("count", [1, 3])
def test_queries_are_the_same_for_one_and_three(count: int, django_assert_num_queries: Any) -> None:
    flags = [flag_of(CommunityFactory.create()) for _ in range(count)]
    find_causes(flags)
    with django_assert_num_queries(52):
        find_causes(flags)


def test_data_flag_has_no_causes(django_assert_num_queries: Any) -> None:
    flag = FlagFactory.create(kind="data", cause_key="data:calls")
    with django_assert_num_queries(0):
        assert find_causes([flag]) == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_rule_has_a_sentence_that_takes_its_facts(rule: Rule, language: str) -> None:
    told = dict.fromkeys(SOURCES[rule.fact].fields)
    with override(language):
        sentence = describe_cause(FlagCause(code=rule.code, facts=told))
    assert "%(" not in sentence
    assert sentence != rule.code


def test_cause_that_nobody_knows_any_more_is_shown_by_its_code() -> None:
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
