"""Staff's calendar: what stands on which day, for whom, and how often it asks the database."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Role, User
from clients.team import join_team
from content.admin.calendar import seen_of
from content.models import PostState, PublicationState
from strategy.models import ContentSource
from tests.factories import (
    LONG_AGO,
    ClientFactory,
    CommunityFactory,
    ContentRulesFactory,
    DirectorFactory,
    MaterialRequestFactory,
    NativePostFactory,
    PostFactory,
    PublicationFactory,
    RubricFactory,
    StopFactory,
    StrategyVersionFactory,
    UserFactory,
    WallPostFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

CALENDAR = "/admin/content/calendar/"
MARCH = {"on": "2026-03-11"}
# Far enough ahead of whatever day the test runs on.
AHEAD = dt.datetime(2090, 6, 14, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def publication(client: Client | None = None, **facts: Any) -> Any:
    client = client or ClientFactory.create()
    return PublicationFactory.create(post__client=client, **facts)


def in_team(user: User, client: Client | None = None, role: str = Role.CONTENT_MANAGER) -> Client:
    """The person's own client, with the rights of the role there."""
    client = client or ClientFactory.create()
    join_team(client, user, role=role, starts_on=LONG_AGO)
    return client


def days(browser: Browser, **query: str) -> dict[str, list[str]]:
    """Day → titles, of the days that have any."""
    weeks = browser.get(CALENDAR, query).context["weeks"]
    return {
        one.day.day.isoformat(): [drawn.entry.title for drawn in one.entries]
        for week in weeks
        for one in week
        if one.entries
    }


@pytest.mark.parametrize("clients", [1, 3])
def test_calendar_asks_as_often_for_many_rows(
    browser: Browser, clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(clients):
        client = ClientFactory.create()
        version = approve_in_place(StrategyVersionFactory.create(client=client))
        for _each in range(clients):
            row = publication(client, post__author=UserFactory.create())
            MaterialRequestFactory.create(client=client, post=row.post)
            NativePostFactory.create(
                wall_post__profile=CommunityFactory.create(profile__client=client).profile,
                wall_post__posted_at=row.planned_at,
            )
        assert version.client == client
    with django_assert_num_queries(10):
        response = browser.get(CALENDAR, MARCH)
    assert response.status_code == 200


def test_calendar_of_a_member_asks_as_often(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = UserFactory.create()
    for _number in range(3):
        publication(in_team(user))
    browser = Browser()
    browser.force_login(user)
    with django_assert_num_queries(14):
        response = browser.get(CALENDAR, MARCH)
    assert response.status_code == 200


def test_month_and_week_have_a_post_on_the_same_day(browser: Browser) -> None:
    far = ClientFactory.create(time_zone="Asia/Vladivostok")
    near = ClientFactory.create(time_zone="Europe/Berlin")
    # The same moment: the 12th in the east, still the 11th in the west.
    moment = dt.datetime(2026, 3, 11, 15, 30, tzinfo=dt.UTC)
    publication(far, post__title="East", planned_at=moment)
    publication(near, post__title="West", planned_at=moment)
    wanted = {"2026-03-11": ["West"], "2026-03-12": ["East"]}
    assert days(browser, **MARCH) == wanted
    assert days(browser, view="week", **MARCH) == wanted


def test_zones_are_named_where_they_mix(browser: Browser) -> None:
    publication(ClientFactory.create(time_zone="Asia/Vladivostok"))
    page = browser.get(CALENDAR, MARCH).content.decode()
    assert ("Asia/Vladivostok" in page, "<span>Vladivostok</span>" in page) == (True, False)
    publication(ClientFactory.create(time_zone="Europe/Berlin"))
    page = browser.get(CALENDAR, MARCH).content.decode()
    assert ("<span>Vladivostok</span>" in page, "<span>Berlin</span>" in page) == (True, True)


def test_whole_weeks_are_shown_with_the_days_around_the_month(browser: Browser) -> None:
    publication(post__title="Before", planned_at=dt.datetime(2026, 2, 23, 9, tzinfo=dt.UTC))
    publication(post__title="After", planned_at=dt.datetime(2026, 4, 5, 9, tzinfo=dt.UTC))
    publication(post__title="Far", planned_at=dt.datetime(2026, 4, 6, 9, tzinfo=dt.UTC))
    assert days(browser, **MARCH) == {"2026-02-23": ["Before"], "2026-04-05": ["After"]}


def test_what_went_out_stands_on_the_day_it_went_out(browser: Browser) -> None:
    publication(
        post__title="Late", state=PublicationState.SENT,
        sent_at=dt.datetime(2026, 3, 13, 9, tzinfo=dt.UTC),
    )  # fmt: skip
    assert days(browser, **MARCH) == {"2026-03-13": ["Late"]}


def test_filters_narrow_the_calendar(browser: Browser) -> None:
    client = ClientFactory.create()
    version = StrategyVersionFactory.create(client=client)
    wanted = publication(
        client, post__title="Wanted", post__author=UserFactory.create(),
        post__rubric=RubricFactory.create(version=version, name="Masters"),
        post__source=ContentSource.USERS, post__state=PostState.CLIENT_REVIEW,
    )  # fmt: skip
    publication(post__title="Other")
    both = {"2026-03-11": ["Other", "Wanted"]}
    found = days(browser, **MARCH)
    assert {day: sorted(titles) for day, titles in found.items()} == both
    for name, value in {
        "client": client.pk, "community": wanted.community_id, "rubric": "Masters",
        "author": wanted.post.author_id, "state": "client_review", "source": "users",
    }.items():  # fmt: skip
        assert days(browser, **MARCH, **{name: str(value)}) == {"2026-03-11": ["Wanted"]}, name


def test_cancelled_posts_are_shown_when_asked_for(browser: Browser) -> None:
    publication(post__title="Gone", post__state=PostState.CANCELLED)
    assert days(browser, **MARCH) == {}
    assert days(browser, **MARCH, state="cancelled") == {"2026-03-11": ["Gone"]}


def test_posts_made_on_the_network_are_shown(browser: Browser) -> None:
    community = CommunityFactory.create()
    row = publication(community.client, community=community)
    native = WallPostFactory.create(
        profile=community.profile, text="By hand", posted_at=row.planned_at
    )
    row.wall_post = WallPostFactory.create(profile=community.profile, posted_at=row.planned_at)
    row.save()
    assert days(browser, **MARCH, state="native") == {"2026-03-11": [native.text]}


def test_sums_tell_the_plan_kept_and_the_curated_share(browser: Browser) -> None:
    client = ClientFactory.create()
    version = StrategyVersionFactory.create(client=client)
    ContentRulesFactory.create(version=version)
    approve_in_place(version)
    noon = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)
    publication(client, state=PublicationState.SENT, sent_at=noon)
    publication(
        client, state=PublicationState.SENT, sent_at=noon + dt.timedelta(days=40),
        post__source=ContentSource.CURATED,
    )  # fmt: skip
    publication(client, post__source=ContentSource.CURATED)
    waits = publication(client)
    MaterialRequestFactory.create(client=client, post=waits.post)
    publication(client, post__state=PostState.CANCELLED)
    (found,) = browser.get(CALENDAR, MARCH).context["sums"]
    assert (str(found.kept), found.kept.late, found.whole.cancelled) == ("25 % (1 / 4)", 1, 1)
    # The late one went out in April: it counts there.
    assert (found.planned_text, found.out_text) == ("1 of 3 (33.3 %)", "0 of 1 (0 %)")
    assert (found.cap_text, found.waiting) == ("30 %", 1)


def test_sums_tell_what_is_not_classified(browser: Browser) -> None:
    row = publication()
    WallPostFactory.create(profile=row.community.profile, posted_at=row.planned_at)
    (found,) = browser.get(CALENDAR, MARCH).context["sums"]
    assert found.planned_text == "0 of 1 (0 %), 1 not classified"
    assert found.out_text == "—, 1 not classified"


def test_a_member_sees_own_clients_only() -> None:
    user = UserFactory.create()
    publication(in_team(user), post__title="Mine")
    foreign = publication(post__title="Foreign")
    browser = Browser()
    browser.force_login(user)
    assert days(browser, **MARCH) == {"2026-03-11": ["Mine"]}
    assert days(browser, **MARCH, client=str(foreign.client_id)) == {}
    assert browser.get(f"{CALENDAR}move/{foreign.pk}/").status_code == 404


def test_nonsense_in_the_address_shows_the_current_month(browser: Browser) -> None:
    for query in ({"on": "tomorrow"}, {"on": "9999-12-31"}, {"view": "year"}, {"client": "x"}):
        assert browser.get(CALENDAR, query).status_code == 200


def test_who_may_not_see_publications_sees_no_calendar() -> None:
    browser = Browser()
    browser.force_login(UserFactory.create())
    assert browser.get(CALENDAR).status_code == 403


def drop(browser: Browser, row: Any, day: str, *, seen: str = "") -> str:
    response = browser.post(
        reverse("content_calendar_drop"),
        {
            "publication": row.pk, "day": day, "back": f"{CALENDAR}?on=2090-06-01",
            "seen": seen or seen_of(row.state, row.planned_at),
        },
    )  # fmt: skip
    assert response["Location"] == f"{CALENDAR}?on=2090-06-01"
    *_earlier, told = [str(one) for one in get_messages(response.wsgi_request)]
    return told


def planned_at(row: Any) -> str:
    row.refresh_from_db()
    return str(row.planned_at.isoformat())


def test_a_post_dropped_on_a_day_keeps_its_time(browser: Browser) -> None:
    row = publication(planned_at=AHEAD, post__title="Masters")
    assert drop(browser, row, "2090-06-20") == "“Masters” is planned for 06/20/2090 noon."
    assert planned_at(row) == "2090-06-20T09:00:00+00:00"


def test_what_is_scheduled_goes_out_at_the_new_time(browser: Browser) -> None:
    row = publication(planned_at=AHEAD, state=PublicationState.DUE, next_try_at=AHEAD)
    drop(browser, row, "2090-06-20")
    row.refresh_from_db()
    assert row.next_try_at == row.planned_at == AHEAD + dt.timedelta(days=6)


@pytest.mark.parametrize("state", [
    PublicationState.SENT, PublicationState.FAILED, PublicationState.UNKNOWN,
    PublicationState.BY_HAND, PublicationState.MISSED, PublicationState.CANCELLED,
])  # fmt: skip
def test_what_has_begun_or_is_out_does_not_move(browser: Browser, state: str) -> None:
    row = publication(planned_at=AHEAD, state=state, sent_at=AHEAD, post__title="Masters")
    told = drop(browser, row, "2090-06-20")
    assert told.startswith("“Masters” does not move any more")
    assert planned_at(row) == AHEAD.isoformat()


@pytest.mark.parametrize("state", [PublicationState.CLAIMED, PublicationState.SENDING])
def test_what_a_worker_holds_does_not_move(browser: Browser, state: str) -> None:
    token = "2f1b3c9e-0000-4000-8000-000000000001"
    row = publication(planned_at=AHEAD, state=state, lease_until=AHEAD, lease_token=token)
    told = drop(browser, row, "2090-06-20")
    assert "does not move any more" in told
    assert planned_at(row) == AHEAD.isoformat()


def test_a_move_into_the_past_is_refused(browser: Browser) -> None:
    row = publication(planned_at=AHEAD)
    told = drop(browser, row, "2026-03-11")
    assert (told, planned_at(row)) == (
        "03/11/2026 noon is over: choose a time to come.", AHEAD.isoformat(),
    )  # fmt: skip


def test_a_move_of_what_somebody_moved_meanwhile_is_refused(browser: Browser) -> None:
    row = publication(planned_at=AHEAD)
    seen = seen_of(row.state, row.planned_at)
    drop(browser, row, "2090-06-20")
    row.refresh_from_db()
    told = drop(browser, row, "2090-06-21", seen=seen)
    assert told.startswith("Somebody moved it meanwhile")
    assert planned_at(row) == "2090-06-20T09:00:00+00:00"


def test_a_move_under_a_stop_is_refused(browser: Browser) -> None:
    row = publication(planned_at=AHEAD)
    StopFactory.create(client=row.client, reason="Crisis")
    told = drop(browser, row, "2090-06-20")
    assert "(Crisis): lift it before you move anything." in told
    assert planned_at(row) == AHEAD.isoformat()


def test_who_may_only_look_moves_nothing() -> None:
    row = publication(planned_at=AHEAD)
    browser = Browser()
    user = UserFactory.create()
    in_team(user, row.client, role=Role.MODERATOR)
    browser.force_login(user)
    page = browser.get(CALENDAR, {"on": "2090-06-14"}).content.decode()
    assert (row.post.title in page, "data-publication" in page) == (True, False)
    answer = browser.post(
        reverse("content_calendar_drop"),
        {"publication": row.pk, "day": "2090-06-20", "seen": seen_of(row.state, row.planned_at)},
    )
    assert (answer.status_code, planned_at(row)) == (403, AHEAD.isoformat())


def test_the_page_moves_to_another_time_by_the_clients_clock(browser: Browser) -> None:
    client = ClientFactory.create(time_zone="Asia/Vladivostok")
    row = publication(client, planned_at=AHEAD)
    address = reverse("content_calendar_move", args=[row.pk])
    form = browser.get(address).context["form"]
    assert str(form.initial["time"]) == "19:00:00"
    answer = browser.post(
        f"{address}?back=https://elsewhere.example/",
        {"day": "2090-06-15", "time": "10:30", "seen": form.initial["seen"]},
    )
    assert (answer["Location"], planned_at(row)) == (CALENDAR, "2090-06-15T00:30:00+00:00")


def test_a_move_stands_in_the_history_of_the_post(browser: Browser) -> None:
    row = publication(planned_at=AHEAD, post=PostFactory.create())
    drop(browser, row, "2090-06-20")
    page = browser.get(reverse("admin:content_post_history", args=[row.post_id]))
    assert "06/14/2090 noon → 06/20/2090 noon" in page.content.decode()
