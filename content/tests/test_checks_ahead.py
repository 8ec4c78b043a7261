"""A day before: what would keep a post from going out is said while it can be mended."""

import datetime as dt

import pytest

from clients.models import Notice
from communities.models import AccessKey
from communities.networks.publishing import PUBLISHERS
from content.checks_ahead import check_ahead
from content.tests.publishing_stage import LATER, FakeNetwork, due
from tests.factories import NOON, DirectorFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY_BEFORE = NOON - dt.timedelta(hours=30)


@pytest.fixture(autouse=True)
def _network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PUBLISHERS, "vk", FakeNetwork())


def test_good_post_has_nothing_in_its_way() -> None:
    publication = due()
    assert check_ahead(at=DAY_BEFORE) == 0
    publication.refresh_from_db()
    assert (publication.warning, Notice.objects.count()) == ("", 0)


def test_revoked_key_is_told_once_and_cleared_when_mended() -> None:
    publication = due(post__author=DirectorFactory.create(language="en", email="a@agency.example"))
    AccessKey.objects.update(state="refused")
    assert check_ahead(at=DAY_BEFORE) == 1
    assert check_ahead(at=DAY_BEFORE + dt.timedelta(hours=1)) == 1
    publication.refresh_from_db()
    assert publication.warning.startswith(f"{publication.community}: the network refuses the key")
    assert Notice.objects.get().subject.endswith("a scheduled post would not go out")
    AccessKey.objects.update(state="works")
    assert check_ahead(at=DAY_BEFORE + dt.timedelta(hours=2)) == 0
    publication.refresh_from_db()
    assert (publication.warning, publication.state) == ("", "due")


def test_archived_community_and_gone_page_are_told() -> None:
    archived, gone = due(), due()
    archived.community.state = "archived"
    archived.community.save()
    gone.community.profile.gone_at = DAY_BEFORE
    gone.community.profile.save()
    assert check_ahead(at=DAY_BEFORE) == 2
    archived.refresh_from_db()
    gone.refresh_from_db()
    assert archived.warning.endswith(
        "the community is archived: take it out, or open the community again."
    )
    assert gone.warning.endswith("the page is deleted or blocked on the network: look at it first.")


@pytest.mark.parametrize("hours", [37, -1])
def test_only_what_is_due_within_a_day_and_a_half_is_looked_at(hours: int) -> None:
    due()
    AccessKey.objects.update(state="refused")
    assert check_ahead(at=NOON - dt.timedelta(hours=hours)) == 0


def test_nobody_responsible_the_directors_are_told() -> None:
    due()
    director = UserFactory.create(is_superuser=True, language="en", email="director@agency.example")
    AccessKey.objects.update(state="refused")
    check_ahead(at=DAY_BEFORE)
    assert Notice.objects.get().person.email == director.email
    assert LATER > DAY_BEFORE
