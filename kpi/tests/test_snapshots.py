import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from communities.models import Profile
from kpi.models import PostSnapshot, ProfileSnapshot, Reading, SnapshotCorrection
from kpi.snapshots import (
    PostValues,
    ProfileValues,
    Stored,
    store_post_snapshots,
    store_profile_snapshots,
)
from tests.factories import DAY, NOON, ClientFactory, ProfileFactory, WallPostFactory

LATER = NOON + dt.timedelta(hours=1)
EARLIER = NOON - dt.timedelta(hours=1)


def values(
    profile: Profile, followers: int | None, *, read_at: dt.datetime = NOON, day: dt.date = DAY
) -> ProfileValues:
    return ProfileValues(
        profile.client_id, profile.pk, day, Reading.API, read_at, followers=followers
    )


@pytest.fixture
def profile(db: None) -> Profile:
    return ProfileFactory.create()


def store(*rows: ProfileValues, erase: bool = False) -> Stored:
    return store_profile_snapshots(rows, at=LATER, erase=erase)


def test_new_reading_is_stored_with_gaps_as_null(profile: Profile) -> None:
    assert store(values(profile, 0)) == Stored(new=1)
    snapshot = ProfileSnapshot.objects.get()
    assert (snapshot.followers, snapshot.joined, snapshot.reading) == (0, None, "api")
    assert (snapshot.date, snapshot.read_at, snapshot.client) == (DAY, NOON, profile.client)


def test_same_reading_again_writes_nothing(profile: Profile) -> None:
    store(values(profile, 10))
    assert store(values(profile, 10, read_at=LATER)) == Stored(unchanged=1)
    assert ProfileSnapshot.objects.get().read_at == NOON
    assert not SnapshotCorrection.objects.exists()


def test_changed_value_writes_the_old_one_to_a_correction(profile: Profile) -> None:
    store(values(profile, 10)._replace(likes=3))
    assert store(values(profile, 12, read_at=LATER)._replace(likes=3)) == Stored(corrected=1)
    correction = SnapshotCorrection.objects.get()
    assert correction.old == {"followers": 10}
    assert (correction.profile, correction.wall_post, correction.date) == (profile, None, DAY)
    assert (correction.old_reading, correction.old_read_at) == ("api", NOON)
    assert correction.corrected_at == LATER
    assert ProfileSnapshot.objects.get().followers == 12


def test_measured_zero_replaced_is_a_correction(profile: Profile) -> None:
    store(values(profile, 0))
    assert store(values(profile, 5)) == Stored(corrected=1)
    assert SnapshotCorrection.objects.get().old == {"followers": 0}


def test_gap_filled_is_no_correction(profile: Profile) -> None:
    store(values(profile, None)._replace(likes=3))
    assert store(values(profile, 7, read_at=LATER)) == Stored(filled=1)
    snapshot = ProfileSnapshot.objects.get()
    assert (snapshot.followers, snapshot.likes, snapshot.read_at) == (7, 3, LATER)
    assert not SnapshotCorrection.objects.exists()


def test_null_of_a_later_reading_keeps_the_measured_value(profile: Profile) -> None:
    store(values(profile, 7))
    assert store(values(profile, None, read_at=LATER)) == Stored(unchanged=1)
    assert ProfileSnapshot.objects.get().followers == 7


def test_null_of_an_explicit_correction_erases(profile: Profile) -> None:
    store(values(profile, 7))
    assert store(values(profile, None, read_at=LATER), erase=True) == Stored(corrected=1)
    assert ProfileSnapshot.objects.get().followers is None
    assert SnapshotCorrection.objects.get().old == {"followers": 7}


def test_older_reading_only_fills_gaps(profile: Profile) -> None:
    store(values(profile, 7))
    assert store(values(profile, 5, read_at=EARLIER)._replace(likes=1)) == Stored(filled=1)
    snapshot = ProfileSnapshot.objects.get()
    assert (snapshot.followers, snapshot.likes, snapshot.read_at) == (7, 1, NOON)


def test_two_readings_of_a_day_in_one_batch_make_one_row(profile: Profile) -> None:
    late = values(profile, 9, read_at=LATER)
    early = values(profile, 7)._replace(likes=2)
    assert store(late, early) == Stored(new=1, unchanged=1)
    snapshot = ProfileSnapshot.objects.get()
    assert (snapshot.followers, snapshot.likes) == (9, 2)
    assert store(late, early) == Stored(unchanged=2)


def test_days_and_profiles_are_kept_apart(profile: Profile) -> None:
    other = ProfileFactory.create()
    yesterday = DAY - dt.timedelta(days=1)
    rows = [values(profile, 1), values(other, 2), values(profile, 3, day=yesterday)]
    assert store(*rows) == Stored(new=3)
    found = ProfileSnapshot.objects.values_list("profile", "date", "followers")
    assert set(found) == {(profile.pk, DAY, 1), (other.pk, DAY, 2), (profile.pk, yesterday, 3)}


def test_nothing_to_store_is_no_error(db: None) -> None:
    assert store() == Stored()


@pytest.mark.django_db(transaction=True)
def test_profile_of_another_client_is_refused() -> None:
    profile = ProfileFactory.create()
    with pytest.raises(IntegrityError):
        store(values(profile, 1)._replace(client_id=ClientFactory.create().pk))
    assert not ProfileSnapshot.objects.exists()


def test_negative_counter_is_refused_whole(profile: Profile) -> None:
    yesterday = DAY - dt.timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        store(values(profile, 1, day=yesterday), values(profile, -1))
    assert not ProfileSnapshot.objects.exists()


def test_post_snapshots_are_corrected_alike(db: None) -> None:
    post = WallPostFactory.create()
    row = PostValues(post.client_id, post.pk, DAY, Reading.IMPORT, NOON, views=5, likes=1)
    assert store_post_snapshots([row], at=NOON) == Stored(new=1)
    later = row._replace(read_at=LATER, views=8, likes=None)
    assert store_post_snapshots([later], at=LATER) == Stored(corrected=1)
    snapshot = PostSnapshot.objects.get()
    assert (snapshot.views, snapshot.likes, snapshot.slot) == (8, 1, DAY)
    correction = SnapshotCorrection.objects.get()
    assert (correction.wall_post, correction.profile, correction.old) == (post, None, {"views": 5})


def test_post_has_a_snapshot_for_each_slot_of_a_day(db: None) -> None:
    post = WallPostFactory.create()
    row = PostValues(post.client_id, post.pk, DAY, Reading.API, NOON, 11, views=5)
    later = row._replace(read_at=LATER, hour=12, views=8)
    assert store_post_snapshots([row, later], at=LATER) == Stored(new=2)
    again = [later._replace(views=None, likes=3), later]
    assert store_post_snapshots(again, at=LATER) == Stored(filled=1, unchanged=1)
    told = PostSnapshot.objects.order_by("hour").values_list("hour", "views", "likes")
    assert list(told) == [(11, 5, None), (12, 8, 3)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_end_with_the_later_reading() -> None:
    client = ClientFactory.create()
    profiles = [ProfileFactory.create(client=client) for _ in range(50)]

    def work(number: int) -> Stored:
        read_at = NOON + dt.timedelta(seconds=number)
        order = profiles if number % 2 else reversed(profiles)
        rows = [values(profile, 100 + number, read_at=read_at) for profile in order]
        try:
            return store_profile_snapshots(rows, at=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        stored = sum(pool.map(work, range(8)), Stored())
    assert (stored.new, set(ProfileSnapshot.objects.values_list("followers", flat=True))) == (
        50,
        {107},
    )
    assert stored.new + stored.corrected + stored.unchanged == 400
    assert SnapshotCorrection.objects.count() == stored.corrected
