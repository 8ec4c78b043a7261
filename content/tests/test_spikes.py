"""A wave of negatives opens one crisis and tells the people at once."""

import datetime as dt

import pytest

from clients.models import Client, Notice, Role, Task
from clients.team import join_team
from communities.models import Profile
from content.models import InboxItem, Incident, IncidentEntry, SpikeRule, Stop
from content.spikes import find_spikes, measure, weeks_before
from tests.factories import (
    LONG_AGO,
    NOON,
    ClientFactory,
    ContentTermsFactory,
    InboxItemFactory,
    IncidentFactory,
    ProfileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
WEEK = dt.timedelta(days=7)


@pytest.fixture
def page() -> Profile:
    """Known for a year, with nobody complaining."""
    page = ProfileFactory.create(client__status="active", client__name="Coffee")
    say(page, "old", at=NOON - WEEK * 52, category="thanks")
    for role in (Role.ACCOUNT_MANAGER, Role.MODERATOR):
        user = UserFactory.create(language="en", email=f"{role}@agency.example")
        join_team(page.client, user, role=role, starts_on=LONG_AGO)
    return page


def say(
    page: Profile, *people: str, at: dt.datetime, category: str = "emotional", **values: object
) -> list[InboxItem]:
    return [
        InboxItemFactory.create(
            profile=page, author_id=person, received_at=at, category=category, **values
        )
        for person in people
    ]


def test_five_people_in_an_hour_are_a_crisis_for_a_quiet_client(page: Profile) -> None:
    say(page, *"abcd", at=NOON - MINUTE * 50)
    assert find_spikes(at=NOON) == 0
    say(page, "e", at=NOON)
    assert find_spikes(at=NOON) == 1
    incident = Incident.objects.get()
    assert (incident.category, incident.severity, incident.opened_by) == ("crisis", 3, None)
    assert incident.links.count() == 5
    spike = incident.spike
    assert (spike.people, spike.items, spike.before, spike.windows) == (5, 5, 0, 8)


def test_one_angry_person_is_no_wave(page: Profile) -> None:
    say(page, *["a"] * 12, at=NOON)
    assert find_spikes(at=NOON) == 0


def test_people_without_an_id_are_counted_one_by_one(page: Profile) -> None:
    say(page, *[""] * 5, at=NOON)
    assert find_spikes(at=NOON) == 1


def test_what_nobody_has_looked_at_counts_by_the_suggestion(page: Profile) -> None:
    say(page, *"abcde", at=NOON, category="", suggested="emotional")
    assert find_spikes(at=NOON) == 1


def test_a_persons_word_stands_above_the_suggestion(page: Profile) -> None:
    say(page, *"abcde", at=NOON, category="question", suggested="emotional")
    assert find_spikes(at=NOON) == 0


def test_what_is_usual_at_these_hours_is_no_wave(page: Profile) -> None:
    for week in range(1, 9):
        say(page, "a", "b", at=NOON - WEEK * week)
    say(page, *"abcde", at=NOON)
    assert find_spikes(at=NOON) == 0
    # The same on another hour, when nobody ever complains.
    evening = NOON + MINUTE * 300
    say(page, *"abcde", at=evening)
    assert find_spikes(at=evening) == 1


def test_a_client_of_one_week_needs_twice_the_floor() -> None:
    page = ProfileFactory.create(client__status="active")
    say(page, *"abcdefghi", at=NOON)
    assert find_spikes(at=NOON) == 0
    say(page, "j", at=NOON)
    assert find_spikes(at=NOON) == 1


def test_sensitivity_is_the_clients(page: Profile) -> None:
    ContentTermsFactory.create(client=page.client, sensitivity="strict")
    say(page, *"abcde", at=NOON)
    assert find_spikes(at=NOON) == 0


@pytest.mark.parametrize(("minutes", "found"), [(59, 0), (61, 1)])
def test_after_a_crisis_there_is_an_hour_of_silence(
    page: Profile, minutes: int, found: int
) -> None:
    say(page, *"abcde", at=NOON)
    find_spikes(at=NOON)
    Incident.objects.update(state="solved", outcome="Talked", ended_at=NOON)
    later = NOON + MINUTE * minutes
    say(page, *"fghij", at=later)
    assert find_spikes(at=later) == found


def test_while_a_crisis_is_open_there_is_no_second(page: Profile) -> None:
    IncidentFactory.create(client=page.client, category="crisis", opened_at=NOON - WEEK)
    say(page, *"abcde", at=NOON)
    assert find_spikes(at=NOON) == 0


@pytest.mark.parametrize("status", ["lead", "paused", "ended"])
def test_clients_that_are_not_worked_for_are_not_alarmed(page: Profile, status: str) -> None:
    Client.objects.update(status=status)
    say(page, *"abcde", at=NOON)
    assert find_spikes(at=NOON) == 0


def test_managers_and_moderators_are_told_at_once(page: Profile) -> None:
    say(page, *"abcde", at=NOON)
    find_spikes(at=NOON)
    notices = {notice.person.email: notice for notice in Notice.objects.all()}
    assert sorted(notices) == ["account_manager@agency.example", "moderator@agency.example"]
    notice = notices["moderator@agency.example"]
    assert notice.subject == "Coffee: a wave of negative comments"
    assert notice.text.split("\n\n")[:2] == [
        "People who complained in 60 minutes: 5 (complaints: 5). At these hours of the 8 weeks"
        " before: 0 people altogether.",
        "Call the client's person, and decide whether to stop publications.",
    ]
    assert Task.objects.get().origin == Incident.objects.get()
    assert not Stop.objects.exists()


def test_a_client_that_wants_it_is_stopped_by_itself(page: Profile) -> None:
    ContentTermsFactory.create(client=page.client, stops_by_itself=True)
    say(page, *"abcde", at=NOON)
    find_spikes(at=NOON)
    stop = Stop.objects.get()
    assert (stop.scope, stop.client, stop.began_by, stop.incident) == (
        "client", page.client, None, Incident.objects.get(),
    )  # fmt: skip
    kinds = IncidentEntry.objects.filter(incident=stop.incident).values_list("kind", flat=True)
    assert list(kinds) == ["state", "stop"]


def test_weeks_before_keep_the_hour_on_the_wall() -> None:
    client = ClientFactory.create(time_zone="Europe/Berlin")
    after = dt.datetime(2026, 3, 31, 12, tzinfo=client.zone)
    assert weeks_before(client, after, 1) == [dt.datetime(2026, 3, 24, 12, tzinfo=client.zone)]
    assert after - weeks_before(client, after, 1)[0] == WEEK - MINUTE * 60


def test_windows_before_anything_was_heard_are_not_known(page: Profile) -> None:
    rule = SpikeRule.objects.get(sensitivity="balanced")
    InboxItem.objects.update(received_at=NOON - WEEK * 3 - MINUTE * 61)
    assert measure(page.client, rule, at=NOON).windows == 3
