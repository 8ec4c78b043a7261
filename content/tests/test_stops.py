"""Stops: what they hold, who may, and that nothing bursts out afterwards."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clients.models import Client, Notice, Role, User
from clients.team import join_team
from communities.models import Community
from content.models import Publication, PublicationState, Stop
from content.stops import begin_stop, held, in_words, lift_stop, missed, settle_ended_stops
from tests.factories import (
    LONG_AGO,
    NOON,
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    IncidentFactory,
    PublicationFactory,
    StopFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
S = PublicationState


@pytest.fixture
def community() -> Community:
    return CommunityFactory.create(profile__client__country="RU")


@pytest.fixture
def director() -> User:
    return DirectorFactory.create(language="en", email="director@agency.example")


@pytest.fixture
def manager(community: Community) -> User:
    user = UserFactory.create(language="en", email="anna@agency.example")
    join_team(community.client, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return user


def due(community: Community, *, at: dt.datetime, **values: object) -> Publication:
    return PublicationFactory.create(
        post__client=community.client, community=community, planned_at=at,
        **{"state": S.DUE, "next_try_at": at, **values},
    )  # fmt: skip


def stop_client(client: Client, by: User, **values: object) -> Stop:
    fields = {"scope": "client", "client": client, "reason": "Mourning", "at": NOON, **values}
    return begin_stop(by=by, **fields)  # type: ignore[arg-type] # as tests need


def why_stopped(community: Community, *, at: dt.datetime) -> str:
    """The words of the newest stop that holds the community; empty: nothing does."""
    stop = Stop.objects.standing(at=at).holding(community).first()
    return in_words(stop) if stop else ""


@pytest.mark.parametrize(
    ("scope", "fields", "is_held"),
    [
        ("all", {}, True),
        ("country", {"country": "RU"}, True),
        ("country", {"country": "DE"}, False),
    ],
)
def test_wide_stops_hold_what_they_name(
    community: Community, director: User, scope: str, fields: dict[str, str], is_held: bool
) -> None:
    begin_stop(scope=scope, reason="News", by=director, at=NOON, **fields)  # type: ignore[arg-type]
    assert bool(why_stopped(community, at=NOON)) == is_held


def test_a_community_is_held_and_its_sister_is_not(community: Community, manager: User) -> None:
    sister = CommunityFactory.create(profile__client=community.client)
    begin_stop(scope="community", community=community, reason="Hacked", by=manager, at=NOON)
    assert why_stopped(community, at=NOON) == (
        f"Stopped since 03/11/2026 noon ({community}): Hacked"
    )
    assert why_stopped(sister, at=NOON) == ""


def test_a_stop_is_over_at_its_end(community: Community, manager: User) -> None:
    stop_client(community.client, manager, ends_at=NOON + HOUR)
    asked = [NOON - HOUR, NOON, NOON + HOUR]
    assert [bool(why_stopped(community, at=moment)) for moment in asked] == [False, True, False]


@pytest.mark.parametrize(("scope", "country"), [("country", "RU"), ("all", "")])
def test_only_directors_stop_more_than_one_client(manager: User, scope: str, country: str) -> None:
    with pytest.raises(PermissionDenied):
        begin_stop(scope=scope, country=country, reason="News", by=manager, at=NOON)


def test_a_stranger_stops_nothing(manager: User) -> None:
    with pytest.raises(PermissionDenied):
        stop_client(ClientFactory.create(), manager)


def test_a_second_click_finds_the_first_ones_stop(community: Community, manager: User) -> None:
    first, second = (stop_client(community.client, manager) for _n in range(2))
    assert (first, Stop.objects.count()) == (second, 1)


def test_a_stop_that_is_over_before_it_begins_is_refused(
    community: Community, manager: User
) -> None:
    with pytest.raises(ValidationError, match="later than now"):
        stop_client(community.client, manager, ends_at=NOON)


def test_held_are_coming_publications_of_what_is_covered(
    community: Community, manager: User
) -> None:
    other = CommunityFactory.create()
    coming = [due(community, at=NOON + HOUR * hours) for hours in (1, 30)]
    due(other, at=NOON + HOUR)
    due(community, at=NOON - HOUR, state=S.SENT, sent_at=NOON, next_try_at=None)
    stop = stop_client(community.client, manager)
    assert list(held(stop)) == coming
    stop.ends_at = NOON + HOUR * 2
    assert list(held(stop)) == coming[:1]


def test_lifting_sends_nothing_of_what_came_due(community: Community, manager: User) -> None:
    passed, coming = due(community, at=NOON + HOUR), due(community, at=NOON + HOUR * 5)
    stop = stop_client(community.client, manager)
    assert lift_stop(stop, by=manager, at=NOON + HOUR * 2) == 1
    states = dict(Publication.objects.values_list("pk", "state"))
    assert states == {passed.pk: S.MISSED, coming.pk: S.DUE}
    assert list(missed(stop)) == [passed]


def test_a_stop_is_lifted_once(community: Community, manager: User) -> None:
    stop = stop_client(community.client, manager)
    lift_stop(stop, by=manager, at=NOON + HOUR)
    with pytest.raises(ValidationError, match="does not stand any more"):
        lift_stop(Stop.objects.get(), by=manager, at=NOON + HOUR)


def test_managers_do_not_lift_what_directors_stopped(
    community: Community, manager: User, director: User
) -> None:
    stop = begin_stop(scope="all", reason="News", by=director, at=NOON)
    with pytest.raises(PermissionDenied):
        lift_stop(stop, by=manager, at=NOON + HOUR)


def test_an_overlapping_stop_goes_on(community: Community, manager: User, director: User) -> None:
    begin_stop(scope="all", reason="News", by=director, at=NOON)
    lift_stop(stop_client(community.client, manager), by=manager, at=NOON + HOUR)
    assert why_stopped(community, at=NOON + HOUR) == (
        "Stopped since 03/11/2026 9 a.m. (everything): News"
    )


def test_the_end_that_comes_by_itself_has_the_same_rules(
    community: Community, manager: User
) -> None:
    row = due(community, at=NOON + HOUR)
    stop_client(community.client, manager, ends_at=NOON + HOUR * 2)
    settled = [settle_ended_stops(at=NOON + HOUR * hours) for hours in (1, 2, 3)]
    assert settled == [0, 1, 0]
    row.refresh_from_db()
    assert (row.state, row.next_try_at, row.failure_kind) == (S.MISSED, None, "stopped")


def test_the_team_is_told_of_a_stop_and_of_its_end(community: Community, manager: User) -> None:
    due(community, at=NOON + HOUR)
    StopFactory.create(client=community.client, ends_at=NOON + HOUR * 2)
    settle_ended_stops(at=NOON + HOUR * 2)
    notice = Notice.objects.get()
    assert notice.person.email == manager.email
    assert notice.text.startswith("Posts that were held: 1. None goes out by itself.")


def test_who_stopped_is_not_told_of_it(community: Community, manager: User, director: User) -> None:
    stop_client(community.client, manager)
    assert not Notice.objects.exists()
    begin_stop(scope="all", reason="News", by=director, at=NOON)
    assert [notice.person.email for notice in Notice.objects.all()] == [manager.email]


def test_an_incident_tells_of_its_stop(community: Community, manager: User) -> None:
    incident = IncidentFactory.create(client=community.client)
    stop = stop_client(community.client, manager, incident=incident)
    lift_stop(stop, by=manager, at=NOON + HOUR)
    said = incident.entries.filter(kind="stop").values_list("text", flat=True)
    assert list(said) == [
        f"Stopped since 03/11/2026 noon ({community.client}): Mourning",
        "The stop was lifted.",
    ]
