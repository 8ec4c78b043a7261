"""Native posts are classified by a person, and a month is closed once nothing is left."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from clients.models import Client, ClientStatus, Task, TaskState
from communities.models import Community, Profile
from content.curated import CuratedShare, curated_share, month_of
from content.models import MonthClose, NativePost
from content.month_closing import close_month, close_months
from content.native_posts import Suggestion, classify, suggest, to_classify
from strategy.models import ContentSource
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    ContentRulesFactory,
    NativePostFactory,
    PublicationFactory,
    StrategyVersionFactory,
    UserFactory,
    WallPostFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)
AT = dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)
FIRST_OF_APRIL = dt.datetime(2026, 4, 1, 6, tzinfo=dt.UTC)


@pytest.fixture
def client() -> Client:
    version = StrategyVersionFactory.create(client__status=ClientStatus.ACTIVE)
    ContentRulesFactory.create(version=version, curated_cap=Decimal("0.30"))
    client = approve_in_place(version).client
    Client.objects.filter(pk=client.pk).update(language="en")
    client.refresh_from_db()
    return client


@pytest.fixture
def page(client: Client) -> Profile:
    return CommunityFactory.create(profile__client=client, state=Community.State.RUNNING).profile


def test_repost_is_suggested_and_nothing_else(page: Profile) -> None:
    repost = WallPostFactory.create(profile=page, is_repost=True)
    assert suggest(repost) == Suggestion("curated", "repost")
    assert suggest(WallPostFactory.create(profile=page)) is None
    assert NativePost.objects.count() == 0


def test_those_that_wait_are_the_oldest_first(client: Client, page: Profile) -> None:
    late = WallPostFactory.create(profile=page, posted_at=AT)
    early = WallPostFactory.create(profile=page, posted_at=AT - dt.timedelta(days=40))
    NativePostFactory.create(wall_post__profile=page)
    assert to_classify(client) == [early, late]
    assert to_classify(client, month=MARCH) == [late]


def test_several_are_classified_at_once(client: Client, page: Profile) -> None:
    posts = WallPostFactory.create_batch(3, profile=page)
    by = UserFactory.create()
    done = classify(
        client, [post.pk for post in posts], source="curated", text_work="rewrite", by=by, at=AT
    )
    assert done == 3
    rows = NativePost.objects.values_list("client", "source", "text_work", "classified_by")
    assert set(rows) == {(client.pk, "curated", "rewrite", by.pk)}
    assert curated_share(client, *month_of(MARCH)).share == 1


def test_what_was_classified_meanwhile_is_refused_whole(client: Client, page: Profile) -> None:
    posts = WallPostFactory.create_batch(2, profile=page)
    NativePostFactory.create(wall_post=posts[0])
    with pytest.raises(ValidationError) as refused:
        classify(
            client, [post.pk for post in posts], source="own", text_work="written",
            by=UserFactory.create(), at=AT,
        )  # fmt: skip
    assert refused.value.messages == ["Some of them are classified or gone meanwhile: look again."]
    assert NativePost.objects.count() == 1


def test_another_clients_post_is_refused(client: Client, page: Profile) -> None:
    other = CommunityFactory.create(profile__client=ClientFactory.create()).profile
    post = WallPostFactory.create(profile=other)
    with pytest.raises(ValidationError):
        classify(
            client, [post.pk], source="own", text_work="written", by=UserFactory.create(), at=AT
        )


@pytest.mark.parametrize(("source", "work"), [("", "written"), ("own", ""), ("else", "written")])
def test_both_fields_are_needed(client: Client, page: Profile, source: str, work: str) -> None:
    post = WallPostFactory.create(profile=page)
    with pytest.raises(ValidationError):
        classify(client, [post.pk], source=source, text_work=work, by=UserFactory.create(), at=AT)


def test_month_is_closed_with_its_share(client: Client, page: Profile) -> None:
    NativePostFactory.create(wall_post__profile=page, source=ContentSource.CURATED)
    NativePostFactory.create_batch(3, wall_post__profile=page)
    row = close_month(client, MARCH, by=None, at=FIRST_OF_APRIL)
    assert (row.curated, row.counted, row.cap) == (1, 4, Decimal("0.30"))
    with pytest.raises(ValidationError) as refused:
        close_month(client, MARCH, by=None, at=FIRST_OF_APRIL)
    assert refused.value.messages == ["This month is closed already."]


def test_month_with_posts_not_classified_stays_open(client: Client, page: Profile) -> None:
    WallPostFactory.create_batch(2, profile=page)
    with pytest.raises(ValidationError) as refused:
        close_month(client, MARCH, by=None, at=FIRST_OF_APRIL)
    assert refused.value.messages == ["2 posts are not classified: say where they come from first."]


def test_month_that_runs_is_not_closed(client: Client, page: Profile) -> None:
    with pytest.raises(ValidationError):
        close_month(client, MARCH, by=None, at=AT)


def test_clock_asks_once_then_closes(client: Client, page: Profile) -> None:
    post = WallPostFactory.create(profile=page)
    assert close_months(at=FIRST_OF_APRIL) == 0
    assert close_months(at=FIRST_OF_APRIL) == 0
    task = Task.objects.get()
    assert (task.title, task.details) == (
        "Classify the posts that were made on the networks: March 2026",
        "1 post was made on the network itself, and nobody has said where it comes from. The month"
        " cannot be closed before that, and its curated share is not known.",
    )
    NativePostFactory.create(wall_post=post)
    assert close_months(at=FIRST_OF_APRIL) == 1
    assert Task.objects.get().state == TaskState.DONE
    assert MonthClose.objects.get().month == MARCH
    assert close_months(at=FIRST_OF_APRIL) == 0


def test_month_that_is_classified_late_closes_all_the_same(client: Client, page: Profile) -> None:
    post = WallPostFactory.create(profile=page)
    may, june = (dt.datetime(2026, number, 1, 6, tzinfo=dt.UTC) for number in (5, 6))
    assert (close_months(at=FIRST_OF_APRIL), close_months(at=may)) == (0, 0)
    NativePostFactory.create(wall_post=post)
    assert (close_months(at=june), close_months(at=june)) == (1, 0)
    assert MonthClose.objects.get().month == MARCH
    assert Task.objects.get().state == TaskState.DONE


def test_month_before_the_first_closed_one_is_not_asked_for(client: Client, page: Profile) -> None:
    WallPostFactory.create(profile=page, posted_at=AT - dt.timedelta(days=90))
    NativePostFactory.create(wall_post__profile=page)
    assert close_months(at=FIRST_OF_APRIL) == 1
    assert close_months(at=dt.datetime(2026, 6, 1, 6, tzinfo=dt.UTC)) == 0
    assert Task.objects.count() == 0


def test_team_is_warned_in_the_last_week(client: Client, page: Profile) -> None:
    WallPostFactory.create(profile=page)
    close_months(at=dt.datetime(2026, 3, 24, 9, tzinfo=dt.UTC))
    assert Task.objects.count() == 0
    close_months(at=dt.datetime(2026, 3, 25, 9, tzinfo=dt.UTC))
    assert Task.objects.get().details.endswith("Do it before the month is over.")


def test_clock_speaks_the_clients_language(client: Client, page: Profile) -> None:
    Client.objects.filter(pk=client.pk).update(language="ru")
    WallPostFactory.create(profile=page)
    with override("en"):
        close_months(at=FIRST_OF_APRIL)
    assert "марта" not in Task.objects.get().title
    assert "2026" in Task.objects.get().title


def test_month_without_work_is_not_closed(client: Client, page: Profile) -> None:
    assert close_months(at=FIRST_OF_APRIL) == 0
    PublicationFactory.create(post__client=client, community=page.community)
    assert close_months(at=FIRST_OF_APRIL) == 1
    assert curated_share(client, *month_of(MARCH)) == CuratedShare(0, 1, 0, Decimal("0.30"))
