"""Figures that a person types in: empty is not zero, and nothing is lost."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from clients.models import User
from communities.models import Profile
from kpi.manual_figures import enter_figures, figures_of
from kpi.models import ProfileSnapshot, Reading, SnapshotCorrection
from tests.factories import DAY, NOON, ProfileFactory, ProfileSnapshotFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Profile:
    return ProfileFactory.create(network="whatsapp", external_id="bakery")


@pytest.fixture
def person() -> User:
    return UserFactory.create()


def test_what_is_not_filled_in_stays_not_measured(page: Profile, person: User) -> None:
    enter_figures(page, DAY, {"followers": 0, "reach": 12}, by=person, at=NOON)
    row = ProfileSnapshot.objects.get()
    assert (row.followers, row.reach, row.likes, row.reading) == (0, 12, None, Reading.MANUAL)


def test_change_keeps_the_old_figure_and_who_changed_it(page: Profile, person: User) -> None:
    later = NOON + dt.timedelta(hours=3)
    ProfileSnapshotFactory.create(profile=page, date=DAY, followers=90, joined=2, read_at=later)
    enter_figures(page, DAY, {"followers": 95, "joined": None}, by=person, at=NOON)
    known = figures_of(page, DAY)
    assert (known["followers"], known["joined"]) == (95, None)
    assert SnapshotCorrection.objects.get().old == {"followers": 90, "joined": 2}
    entry = LogEntry.objects.get()
    assert entry.user == person
    assert entry.change_message == f"{DAY}: followers 90 → 95, joined 2 → —"


@pytest.mark.parametrize(
    ("days", "changes", "reason"),
    [
        (1, {"followers": 5}, "This day has not come yet."),
        (-9000, {"followers": 5}, "No network is as old as that"),
        (0, {"followers": -5}, "A count cannot be negative."),
        (0, {"reading": 5}, "A count cannot be negative."),
        (0, {"followers": None}, "Nothing is filled in."),
    ],
)
def test_what_cannot_be_is_refused(
    page: Profile, person: User, days: int, changes: dict[str, int | None], reason: str
) -> None:
    day = page.client.day_of(NOON) + dt.timedelta(days=days)
    with pytest.raises(ValidationError, match=reason):
        enter_figures(page, day, changes, by=person, at=NOON)
    assert not ProfileSnapshot.objects.exists()
    assert not LogEntry.objects.exists()
