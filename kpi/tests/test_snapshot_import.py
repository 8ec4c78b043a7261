import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from communities.models import Profile
from kpi.growth import measure_growth
from kpi.models import ProfileSnapshot, SnapshotCorrection
from kpi.snapshot_import import SnapshotImport, import_snapshots
from kpi.snapshots import Stored
from smm_agency.lib.tabular import ImportRefused, TableError
from tests.factories import NOON, ClientFactory, ProfileFactory

pytestmark = pytest.mark.django_db

LEVELS = """date,total_subscribers,total_videos,total_views,subs_delta
2025-07-03 11:07:45+00:00,719,505,804774,0.0
2025-07-04 01:01:17+00:00,0,505,805314,0.0
2025-07-04 21:30:00+00:00,718,506,806079,-1.0
"""
SEVERAL = """date,channel,videos,subscribers,views
2025-06-08 13:42:52 UTC,Main,168,392,501256
2025-06-08 13:42:52 UTC,Games,249,263,238077
2025-06-08 20:00:00 UTC,Main,168,393,501300
2025-06-09 13:42:52 UTC,Main,168,,501400
"""


@pytest.fixture
def profile() -> Profile:
    return ProfileFactory.create(network="youtube", external_id="UC1")


def take(profile: Profile, data: str, **told: Any) -> SnapshotImport:
    return import_snapshots(profile, data.encode(), "history.csv", at=NOON, **told)


def refusal(profile: Profile, data: str, **told: Any) -> str:
    with pytest.raises((TableError, ImportRefused)) as caught:
        take(profile, data, **told)
    assert not ProfileSnapshot.objects.exists()
    return str(caught.value)


def levels() -> list[tuple[int, int | None, int | None, int | None]]:
    rows = ProfileSnapshot.objects.order_by("date")
    return [(row.date.day, row.followers, row.posts, row.views) for row in rows]


def test_levels_are_filed_under_the_clients_days(profile: Profile) -> None:
    report = take(profile, LEVELS)
    assert levels() == [(3, 719, 505, 804774), (4, 0, 505, 805314), (5, 718, 506, 806079)]
    assert report.columns == {
        "date": "date",
        "followers": "total_subscribers",
        "posts": "total_videos",
        "views": "total_views",
    }
    assert any("followers ← total_subscribers" in note for note in report.notes)
    first, last = dt.date(2025, 7, 1), dt.date(2025, 7, 31)
    assert measure_growth(profile.client, first=first, last=last).net == -1


def test_same_file_again_changes_nothing(profile: Profile) -> None:
    take(profile, LEVELS)
    assert take(profile, LEVELS).stored == Stored(unchanged=3)
    assert not SnapshotCorrection.objects.exists()


def test_import_that_breaks_half_way_leaves_nothing(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(done: int, _total: int) -> None:
        assert done < 2, "killed"

    monkeypatch.setattr("kpi.snapshot_import.ROWS_PER_STEP", 1)
    with pytest.raises(AssertionError, match="killed"):
        take(profile, LEVELS, progress=fail)
    assert levels() == []


def test_one_channel_of_several_with_the_later_reading_of_a_day(profile: Profile) -> None:
    report = take(profile, SEVERAL, channel="Main")
    assert levels() == [(8, 393, 168, 501300), (9, None, 168, 501400)]
    assert dict(report.skipped) == {"another channel": 1}
    assert any(note.startswith("1 more readings on a day") for note in report.notes)
    assert take(profile, SEVERAL, channel="Main").stored == Stored(unchanged=2)
    assert not SnapshotCorrection.objects.exists()


def test_views_that_fall_and_days_that_miss_are_said(profile: Profile) -> None:
    rows = "date,views\n2026-03-01,900\n2026-03-02,40\n2026-03-04,50\n"
    notes = " ".join([*take(profile, rows).notes])
    assert "1 days are missing in the file, the first is March 3, 2026" in notes
    assert "views of each day" in notes


def test_channel_has_to_be_named(profile: Profile) -> None:
    assert "Games (1), Main (3)" in refusal(profile, SEVERAL)
    assert "Games (1), Main (3)" in refusal(profile, SEVERAL, channel="Nobody")
    assert "no column of channels" in refusal(profile, LEVELS, channel="Main")


def test_columns_can_be_stated(profile: Profile) -> None:
    data = "Tag;Fans;Likes\n05.07.2025;10;3\n"
    stated = {"date": "Tag", "followers": "Fans", "likes": "Likes"}
    take(profile, data, columns=stated)
    snapshot = ProfileSnapshot.objects.get()
    assert (snapshot.date, snapshot.followers, snapshot.likes) == (dt.date(2025, 7, 5), 10, 3)
    assert snapshot.read_at == dt.datetime(2025, 7, 5, 20, 59, 59, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("data", "columns", "reason"),
    [
        ("when,subscribers\n2025-07-05,1\n", {}, "No column of dates was found"),
        ("date,fans\n2025-07-05,1\n", {}, "No column of a counter was found"),
        ("date,subscribers,members\n2025-07-05,1,1\n", {}, "Several columns may be meant"),
        ("date,fans\n2025-07-05,1\n", {"followers": "Fans"}, "no column “Fans”"),
        ("date,fans\n2025-07-05,1\n", {"fans": "fans"}, "No such field"),
    ],
)
def test_unclear_columns_are_refused(
    profile: Profile, data: str, columns: dict[str, str], reason: str
) -> None:
    assert reason in refusal(profile, data, columns=columns)


def test_every_wrong_cell_is_named(profile: Profile) -> None:
    data = "date,subscribers,views\nsoon,many,1\n2025-07-05,-1,2\n2025-07-06,5,2\n"
    assert [line.partition(":")[0] for line in refusal(profile, data).splitlines()] == [
        "row 2, field date",
        "row 2, field subscribers",
        "row 3, field subscribers",
    ]
    assert take(profile, data, skip_bad=True).errors.total == 3
    assert levels() == [(6, 5, None, 2)]


def test_command_takes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ClientFactory.create(name="Smile")
    path = tmp_path / "history.csv"
    path.write_text(SEVERAL)
    target = ["--client=Smile", "--network=youtube", "--external-id=UC1", "--title=Video"]
    columns = "--columns=followers=subscribers,views=views"
    call_command("import_snapshots", str(path), *target, "--channel=Games", columns)
    out = capsys.readouterr().out
    assert (
        "levels: 4 rows; days: 1 new, 0 corrected, 0 completed, 0 unchanged; 0 rows refused." in out
    )
    assert levels() == [(8, 263, 249, 238077)]
    with pytest.raises(CommandError, match="field=column"):
        call_command("import_snapshots", str(path), *target, "--columns=followers")


def test_day_that_has_not_come_yet_is_refused(profile: Profile) -> None:
    days = [NOON.date() + dt.timedelta(days=n) for n in (0, 1)]
    rows = "".join(f"{day},7\n" for day in days)
    assert refusal(profile, f"date,followers\n{rows}") == (
        "row 3, field date: This day has not come yet."
    )
