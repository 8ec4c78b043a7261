import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from communities.models import Profile, WallPost
from kpi import reference, tasks, thinning
from kpi.cadence import Cadence
from kpi.engagement_rate import PERIOD_CODES, ErValue, measure_er
from kpi.evaluation import evaluate
from kpi.models import (
    Evaluation,
    PostSnapshot,
    ProfileSnapshot,
    Reading,
    SnapshotCadence,
    SnapshotCorrection,
    SnapshotRetention,
)
from kpi.tests.running import add_followers, days_back, running_target
from kpi.thinning import Thinned, first_whole_day, thin_snapshots
from strategy.models import FormulaCode, Metric
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    PostSnapshotFactory,
    ProfileFactory,
    WallPostFactory,
)

NOW = dt.datetime(2026, 6, 1, 0, 30, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
CADENCE = Cadence(
    {
        relation: [(dt.timedelta(hours=up_to), every) for up_to, every in steps]
        for relation, steps in reference.CADENCE.items()
    }
)
COMPETITOR = Profile.Relation.COMPETITOR

pytestmark = pytest.mark.django_db


def reading(post: WallPost, moment: dt.datetime, **told: Any) -> PostSnapshot:
    """As a run at that moment would have filed it; views tell, in minutes, when it was."""
    slot = CADENCE.slot_for(post.profile, post.posted_at, moment)
    views = {"views": (moment - post.posted_at) // dt.timedelta(minutes=1)}
    return PostSnapshotFactory.build(
        client=post.client, wall_post=post, slot=slot.day, hour=slot.hour, read_at=moment,
        **(views | told),
    )  # fmt: skip


def read(post: WallPost, *readings: PostSnapshot) -> None:
    """The first reading of a slot stays."""
    by_slot = {(row.slot, row.hour): row for row in reversed(readings)}
    PostSnapshot.objects.bulk_create(by_slot.values())


def followed_post(profile: Profile, posted_at: dt.datetime, **told: Any) -> WallPost:
    """A post with all readings that the cadence asks for."""
    post = WallPostFactory.create(profile=profile, posted_at=posted_at)
    moment, end = posted_at.replace(minute=20) + HOUR, posted_at + CADENCE.longest
    hours = range((end - moment) // HOUR + 1)
    found: dict[dt.date, int] = {}
    kept = []
    for row in (reading(post, moment + hour * HOUR, **told) for hour in hours):
        if row.hour > found.get(row.slot, -1):
            found[row.slot] = row.hour
            kept.append(row)
    read(post, *kept)
    return post


def ages(post: WallPost) -> list[int]:
    """In hours."""
    rows = PostSnapshot.objects.filter(wall_post=post).order_by("slot", "hour")
    return [(row.read_at - post.posted_at) // HOUR for row in rows]


@pytest.fixture
def profile() -> Profile:
    return ProfileFactory.create()


def test_each_day_keeps_its_last_reading_and_the_ages_that_are_compared(profile: Profile) -> None:
    """Posted at 15:00 in Moscow: read hourly, from 18:20 of the next day on four times a day."""
    post = followed_post(profile, NOW - 40 * DAY + 11.5 * HOUR)
    before = len(ages(post))
    done = thin_snapshots(at=NOW)
    firsts = {1, 9, 33, 57, 81, 105, 129, 153}
    lasts = {8, 23, 27, 51, 75, 99, 123, 147, 165, *range(177, 720, 24)}
    assert ages(post) == sorted(firsts | lasts)
    assert done == Thinned(snapshots=before - len(ages(post)))
    assert thin_snapshots(at=NOW) == Thinned()


def test_competitors_posts_keep_the_first_day_the_third_and_the_last() -> None:
    post = followed_post(ProfileFactory.create(relation=COMPETITOR), NOW - 40 * DAY)
    thin_snapshots(at=NOW)
    assert ages(post) == [20, 92, 716]


def test_own_posts_end_so_too_after_half_a_year(profile: Profile) -> None:
    post = followed_post(profile, NOW - 190 * DAY)
    thin_snapshots(at=NOW)
    assert ages(post) == [23, 74, 716]
    assert (days_done(), ends_done()) == (dt.date(2026, 5, 1), dt.date(2025, 12, 3))


def days_done() -> dt.date | None:
    return SnapshotRetention.objects.get().days_until


def ends_done() -> dt.date | None:
    return SnapshotRetention.objects.get().ends_until


@pytest.mark.parametrize(("days", "is_thinned"), [(31, False), (32, True)])
def test_post_is_left_alone_until_its_reading_has_ended(
    profile: Profile, days: int, is_thinned: bool
) -> None:
    """Days of posting are whole days in UTC, and a day is left for the last reading to come in."""
    SnapshotRetention.objects.update(days_after=7)
    followed_post(profile, NOW - days * DAY)
    assert bool(thin_snapshots(at=NOW).snapshots) is is_thinned


def test_longer_cadence_puts_the_thinning_off(profile: Profile) -> None:
    SnapshotCadence.objects.filter(relation="own", up_to_hours=720).update(up_to_hours=1440)
    followed_post(profile, NOW - 50 * DAY)
    assert thin_snapshots(at=NOW) == Thinned()


def test_last_of_each_counter_is_kept_whoever_told_it(profile: Profile) -> None:
    """A file tells reach once a day; the network's later readings do not."""
    post = WallPostFactory.create(profile=profile, posted_at=NOW - 90 * DAY)
    told = {1: None, 2: None, 3: 7, 4: None}
    read(post, *(reading(post, post.posted_at + n * HOUR, reach=told[n]) for n in told))
    thin_snapshots(at=NOW)
    # The first of the day, the last that told reach, the last.
    assert ages(post) == [1, 3, 4]


def test_what_files_and_people_told_is_never_deleted(profile: Profile) -> None:
    post = WallPostFactory.create(profile=profile, posted_at=NOW - 90 * DAY)
    sources = (Reading.IMPORT, Reading.MANUAL, Reading.DEMO, Reading.API, Reading.API)
    moments = [post.posted_at + n * HOUR for n in range(1, 6)]
    read(
        post, *(reading(post, at, reading=each) for at, each in zip(moments, sources, strict=True))
    )
    assert thin_snapshots(at=NOW).snapshots == 1
    assert ages(post) == [1, 2, 3, 5]


# --- Nothing that is said of the past changes ----------------------------------------------------


@pytest.fixture
def history() -> Client:
    """Four months of two own pages and a competitor's, with gaps, files and late posts."""
    dice = random.Random(7)
    client = ClientFactory.create(time_zone="Asia/Vladivostok")
    pages = [CommunityFactory.create(profile__client=client).profile for _ in range(2)]
    for page in pages:
        add_followers(page.community, {day: 1_000 + day.day for day in days_back(NOW.date(), 140)})
    for page in (*pages, ProfileFactory.create(client=client, relation=COMPETITOR)):
        for days in range(40, 130, 6):
            posted_at = NOW - days * DAY + dice.randrange(24) * HOUR
            post = WallPostFactory.create(profile=page, posted_at=posted_at)
            readings = []
            for number in range(25):
                moment = posted_at + dice.choice((2, 30, 200, 700)) * dice.random() * HOUR
                told = {name: dice.choice((None, number)) for name in ("views", "likes", "saves")}
                told |= {"reach": dice.choice((None, None, number)), "comments": None}
                readings.append(reading(post, moment, **told, shares=None))
            read(post, *sorted(readings, key=lambda row: row.read_at))
    return client


def said(client: Client, *, known: bool = True, but: str = "") -> list[ErValue]:
    """Every formula over months of the past, as it is known now and as it was on each day."""
    first, last = dt.date(2026, 2, 10), dt.date(2026, 4, 20)
    known_by: list[dt.date | None] = [None]
    if known:
        known_by += [first + n * DAY for n in range(0, 80, 8)]
    return [
        measure_er(client, code, first=first, last=last, known_by=day)
        for code in PERIOD_CODES
        if code != but
        for day in known_by
    ]


def test_engagement_of_past_days_is_the_same_after_thinning_to_days(history: Client) -> None:
    before = said(history)
    assert len({value.value for value in before}) > 50
    assert thin_snapshots(at=NOW).snapshots > 100
    assert said(history) == before


def test_engagement_of_past_months_is_the_same_after_thinning_to_the_ends(history: Client) -> None:
    SnapshotRetention.objects.update(ends_after=60)
    # Daily ER asks for each evening's reading: of such a time it stays as it was evaluated.
    before, market = said(history, known=False, but="er_daily"), median_of_market()
    assert thin_snapshots(at=NOW).snapshots > 400
    assert said(history, known=False, but="er_daily") == before
    assert median_of_market() == market


def median_of_market() -> list[Any]:
    """The latest engagement of competitors' posts, as the diagnosis of a flag asks for it."""
    rows = PostSnapshot.objects.filter(wall_post__profile__relation=COMPETITOR)
    latest = rows.exclude(likes=None).order_by("wall_post", "-slot", "-hour").distinct("wall_post")
    return list(latest.values_list("wall_post", "likes"))


@pytest.fixture
def judged_client() -> Client:
    community = CommunityFactory.create()
    client = community.client
    add_followers(community, dict.fromkeys(days_back(NOW.date(), 140), 1000))
    for days in range(60, 130, 4):
        followed_post(community.profile, NOW - days * DAY, likes=days)
    running_target(
        client,
        metric=Metric.ER,
        monthly=0.02,
        is_primary=False,
        formula_code=FormulaCode.ER_POST,
    )
    return client


def judged(day: dt.date) -> list[Any]:
    evaluate(at=NOW, on=day)
    rows = Evaluation.objects.filter(day=day)
    return list(rows.values_list("light", "actual", "reason", "evidence"))


def test_evaluation_of_a_past_day_gives_the_same_answer(judged_client: Client) -> None:
    days = [dt.date(2026, 3, day) for day in (1, 11, 21)]
    before = [judged(day) for day in days]
    assert all(found and found[0][1] is not None for found in before)
    assert thin_snapshots(at=NOW).snapshots > 500
    assert [judged(day) for day in days] == before


def test_day_whose_readings_are_at_their_ends_keeps_its_evaluation(judged_client: Client) -> None:
    day = dt.date(2026, 3, 11)
    before = judged(day)
    SnapshotRetention.objects.update(ends_after=60)
    thin_snapshots(at=NOW)
    Evaluation.objects.filter(day=day).update(actual=7)
    assert evaluate(at=NOW, on=day).kept == 1
    assert Evaluation.objects.get(day=day).actual == 7
    assert before
    whole = first_whole_day(30)
    assert whole == dt.date(2026, 5, 2)
    assert evaluate(at=NOW, on=whole).kept == 0
    assert evaluate(at=NOW, on=whole - DAY).kept == 1


def test_before_the_first_thinning_every_day_is_whole() -> None:
    assert first_whole_day(30) is None


# --- In steps ------------------------------------------------------------------------------------


def test_run_that_was_killed_is_finished_by_the_next(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [followed_post(profile, NOW - days * DAY) for days in (130, 95, 60)]
    monkeypatch.setattr(thinning, "POSTS_PER_STEP", 1)
    step, steps = thinning._thin_step, iter(range(2))

    def dying(*args: Any, **kwargs: Any) -> tuple[int | None, int]:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return step(*args, **kwargs)

    monkeypatch.setattr(thinning, "_thin_step", dying)
    with pytest.raises(KeyboardInterrupt):
        thin_snapshots(at=NOW)
    assert days_done() is not None
    assert days_done() < dt.date(2026, 5, 1)  # type: ignore[operator] # asserted above
    monkeypatch.setattr(thinning, "_thin_step", step)
    thin_snapshots(at=NOW)
    assert [len(ages(post)) for post in posts] == [40, 40, 40]
    assert days_done() == dt.date(2026, 5, 1)


def test_next_night_looks_at_new_days_only(profile: Profile) -> None:
    WallPostFactory.create(profile=profile, posted_at=NOW - 200 * DAY)
    thin_snapshots(at=NOW)
    late = followed_post(profile, NOW - 90 * DAY)
    before = ages(late)
    due = followed_post(profile, NOW - 31 * DAY)
    assert thin_snapshots(at=NOW + DAY).snapshots > 0
    assert (ages(late), len(ages(due))) == (before, 40)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_not_wait_for_each_other() -> None:
    followed_post(ProfileFactory.create(), NOW - 40 * DAY)

    def work(_number: int) -> Thinned:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '3s'")
            return thin_snapshots(at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            SnapshotRetention.objects.select_for_update().get()
            assert list(pool.map(work, [1])) == [Thinned()]
        assert next(pool.map(work, [1])).snapshots > 30


def test_old_corrections_of_posts_go_and_those_of_pages_stay(profile: Profile) -> None:
    post = WallPostFactory.create(profile=profile)
    for origin in ({"wall_post": post}, {"profile": profile}):
        for days in (179, 181):
            SnapshotCorrection.objects.create(
                client=profile.client,
                date=NOW.date(),
                old={"likes": 1},
                old_reading=Reading.API,
                old_read_at=NOW,
                corrected_at=NOW - days * DAY,
                **origin,
            )
    assert thin_snapshots(at=NOW) == Thinned(corrections=1)
    assert SnapshotCorrection.objects.filter(wall_post=None).count() == 2


def test_profile_snapshots_are_kept_for_good(profile: Profile) -> None:
    ProfileSnapshot.objects.create(
        client=profile.client, profile=profile, date=dt.date(2020, 1, 1), followers=5,
        reading=Reading.API, read_at=NOW - 2000 * DAY,
    )  # fmt: skip
    tasks.thin_snapshots()
    assert ProfileSnapshot.objects.count() == 1


def test_director_sets_how_long_and_sees_how_far(profile: Profile) -> None:
    WallPostFactory.create(profile=profile, posted_at=NOW - 40 * DAY)
    thin_snapshots(at=NOW)
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    page = reverse("admin:kpi_snapshotretention_change", args=[1])
    assert "May 1, 2026" in browser.get(page).content.decode()
    refused = browser.post(page, {"days_after": 200, "ends_after": 100})
    assert "the second is later" in refused.content.decode()
    assert browser.post(page, {"days_after": 45, "ends_after": 365}).status_code == 302
    row = SnapshotRetention.objects.get()
    assert (row.days_after, row.ends_after, row.days_until) == (45, 365, dt.date(2026, 5, 1))
    assert browser.get(reverse("admin:kpi_snapshotretention_add")).status_code == 403
