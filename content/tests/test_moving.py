"""A publication that is moved begins anew."""

import datetime as dt

import pytest

from content.moving import move_publication
from content.tests.publishing_stage import LATER, due
from tests.factories import NOON, DirectorFactory

pytestmark = pytest.mark.django_db


def test_what_an_earlier_try_met_is_forgotten() -> None:
    row = due(attempts=2, due_since=NOON, failure="Not now.", failure_kind="rate_limited")
    to = NOON + dt.timedelta(days=1)
    move_publication(
        row, to=to, by=DirectorFactory.create(), at=LATER, seen_state="due", seen_at=NOON
    )
    row.refresh_from_db()
    assert (row.planned_at, row.next_try_at, row.due_since) == (to, to, None)
    assert (row.attempts, row.failure, row.failure_kind) == (0, "", "")
