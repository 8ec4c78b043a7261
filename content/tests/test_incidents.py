"""Negative cases: states, the timeline, who was told, and two people at once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clients.models import Notice, Role, User
from clients.team import join_team
from content.incidents import (
    add_items,
    add_note,
    end_incident,
    escalate,
    open_incident,
    reopen_incident,
    take_answer,
    tell_of_overdue,
)
from content.models import Incident, IncidentEntry
from tests.factories import (
    LONG_AGO,
    NOON,
    ClientFactory,
    ContactFactory,
    InboxItemFactory,
    IncidentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def person() -> User:
    return UserFactory.create(language="en", email="anna@agency.example")


@pytest.fixture
def incident() -> Incident:
    return IncidentFactory.create()


def lines(incident: Incident) -> list[tuple[str, str]]:
    return list(incident.entries.values_list("kind", "text"))


def test_an_incident_is_opened_of_comments(person: User) -> None:
    item = InboxItemFactory.create()
    incident = open_incident(
        item.client, title="Cold coffee", category="constructive", items=[item], by=person,
        at=NOON, note="Third time this week",
    )  # fmt: skip
    assert [link.item for link in incident.links.all()] == [item]
    assert (incident.owner, incident.state) == (person, "open")
    assert lines(incident) == [("state", "Opened. Third time this week")]


@pytest.mark.parametrize(
    ("category", "deadline"),
    [
        # 24 and 48 working hours of nine a day from Wednesday noon.
        ("constructive", "2026-03-13T18:00+03:00"),
        ("fake", "2026-03-18T15:00+03:00"),
        # No closing is promised of insults: 24 working hours.
        ("insult", "2026-03-13T18:00+03:00"),
        # A crisis does not wait for the morning.
        ("crisis", "2026-03-11T16:00+03:00"),
    ],
)
def test_deadline_is_the_kinds_closing_target(category: str, deadline: str, person: User) -> None:
    incident = open_incident(
        ClientFactory.create(), title="Case", category=category, by=person, at=NOON
    )
    assert incident.deadline == dt.datetime.fromisoformat(deadline)


def test_praise_is_no_incident(person: User) -> None:
    with pytest.raises(ValidationError):
        open_incident(ClientFactory.create(), title="Case", category="thanks", by=person, at=NOON)


def test_comments_of_another_client_are_refused(incident: Incident) -> None:
    with pytest.raises(ValidationError, match="another client"):
        add_items(incident, [InboxItemFactory.create()])


def test_a_comment_is_added_once(incident: Incident) -> None:
    item = InboxItemFactory.create(profile__client=incident.client)
    assert [add_items(incident, [item]) for _n in range(2)] == [1, 0]


def test_escalation_names_the_person_and_waits_for_the_client(
    incident: Incident, person: User
) -> None:
    contact = ContactFactory.create(client=incident.client)
    entry = escalate(
        incident, contact=contact, channel="phone", said="Will call back", seen_state="open",
        by=person, at=NOON,
    )  # fmt: skip
    assert (entry.contact, entry.channel, entry.text) == (contact, "phone", "Will call back")
    assert Incident.objects.get().state == "waiting"
    take_answer(incident, "Give the money back", seen_state="waiting", by=person, at=NOON + HOUR)
    assert Incident.objects.get().state == "open"
    assert [kind for kind, _text in lines(incident)] == ["escalation", "answer"]


def test_escalation_to_a_stranger_is_refused(incident: Incident, person: User) -> None:
    with pytest.raises(ValidationError, match="another client"):
        escalate(
            incident, contact=ContactFactory.create(), channel="phone", said="",
            seen_state="open", by=person, at=NOON,
        )  # fmt: skip


def test_escalation_in_the_future_is_refused(incident: Incident, person: User) -> None:
    with pytest.raises(ValidationError, match="still to come"):
        escalate(
            incident, contact=ContactFactory.create(client=incident.client), channel="phone",
            said="", seen_state="open", by=person, at=NOON, told_at=NOON + HOUR,
        )  # fmt: skip


@pytest.mark.parametrize("state", ["solved", "closed"])
def test_a_case_ends_with_what_came_of_it(incident: Incident, person: User, state: str) -> None:
    end_incident(
        incident, state=state, outcome="Coffee for free", seen_state="open", by=person, at=NOON
    )
    row = Incident.objects.get()
    assert (row.state, row.outcome, row.ended_at, row.ended_by) == (
        state, "Coffee for free", NOON, person,
    )  # fmt: skip


def test_a_case_without_an_outcome_does_not_end(incident: Incident, person: User) -> None:
    with pytest.raises(ValidationError, match="what came of it"):
        end_incident(incident, state="solved", outcome=" ", seen_state="open", by=person, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.update(state="solved", ended_at=NOON)


def test_whoever_is_second_is_told(incident: Incident, person: User) -> None:
    end_incident(incident, state="solved", outcome="Done", seen_state="open", by=person, at=NOON)
    second = Incident.objects.get()
    with pytest.raises(ValidationError, match="Somebody was faster: the case is now “solved”"):
        end_incident(second, state="closed", outcome="No", seen_state="open", by=person, at=NOON)
    with pytest.raises(ValidationError, match="has ended"):
        end_incident(second, state="closed", outcome="No", seen_state="solved", by=person, at=NOON)


def test_an_ended_case_is_opened_again(incident: Incident, person: User) -> None:
    end_incident(incident, state="closed", outcome="Silence", seen_state="open", by=person, at=NOON)
    reopen_incident(incident, "They wrote again", by=person, at=NOON + HOUR)
    row = Incident.objects.get()
    assert (row.state, row.ended_at, row.outcome) == ("open", None, "")
    assert lines(incident)[-1] == ("state", "Opened again: They wrote again")


def test_a_note_is_a_line(incident: Incident, person: User) -> None:
    add_note(incident, "Asked for the receipt", by=person, at=NOON)
    assert [(e.kind, e.by, e.text) for e in IncidentEntry.objects.all()] == [
        ("note", person, "Asked for the receipt")
    ]


def test_lateness_is_told_once(incident: Incident, person: User) -> None:
    join_team(incident.client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    at = [NOON + HOUR * hours for hours in (23, 24, 25, 100)]
    assert [tell_of_overdue(at=moment) for moment in at] == [0, 1, 0, 0]
    notice = Notice.objects.get()
    assert notice.person.email == "anna@agency.example"
    assert notice.subject == f"{incident.client}: the incident is overdue: {incident.title}"


def test_another_deadline_is_told_of_again(incident: Incident, person: User) -> None:
    join_team(incident.client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    tell_of_overdue(at=NOON + HOUR * 24)
    Incident.objects.update(deadline=NOON + HOUR * 30, deadline_told_at=None)
    assert tell_of_overdue(at=NOON + HOUR * 31) == 1
    assert Notice.objects.count() == 2


def test_ended_cases_are_not_late(incident: Incident, person: User) -> None:
    end_incident(incident, state="solved", outcome="Done", seen_state="open", by=person, at=NOON)
    assert tell_of_overdue(at=NOON + HOUR * 100) == 0
