"""Days of pages from Meta and YouTube Studio; all figures are invented."""

from typing import Any

import pytest

from communities.models import Profile
from kpi.models import ProfileSnapshot, SnapshotCorrection
from kpi.snapshot_import import SnapshotImport, import_snapshots
from kpi.snapshots import Stored
from smm_agency.lib.tabular import ImportRefused, TableError
from tests.factories import DAY, NOON, ProfileFactory, ProfileSnapshotFactory

pytestmark = pytest.mark.django_db

AUDIENCE = (
    'sep=,\n"Top cities"\n"Riga","Tartu"\n"1.7","1.1"\n\n"Age & gender"\n"","Men"\n"18-24","5"\n'
)


@pytest.fixture
def page() -> Profile:
    return ProfileFactory.create(network="instagram", external_id="17")


@pytest.fixture
def channel() -> Profile:
    return ProfileFactory.create(network="youtube", external_id="UC1")


def block(title: str, *rows: str, sep: str = ",") -> str:
    lines = [f'"{title}"', f'"Date"{sep}"Primary"', *rows]
    return f"sep={sep}\n" + "\n".join(lines) + "\n"


def day(date: str, value: object, sep: str = ",") -> str:
    return f'"{date}"{sep}"{value}"'


def take(profile: Profile, text: str, **told: Any) -> SnapshotImport:
    return import_snapshots(profile, text.encode("utf-16"), "Reach.csv", at=NOON, **told)


def refusal(profile: Profile, text: str, **told: Any) -> str:
    with pytest.raises((TableError, ImportRefused)) as caught:
        take(profile, text, **told)
    assert not ProfileSnapshot.objects.exists()
    return str(caught.value)


@pytest.mark.parametrize(
    ("title", "counter"),
    [
        ("Instagram follows", "joined"),
        ("Reach", "reach"),
        ("Views", "views_day"),
        ("Content interactions", "interactions"),
        ("Instagram profile visits", "visits"),
        ("Instagram link clicks", "clicks"),
    ],
)
def test_figure_goes_to_its_counter_only(page: Profile, title: str, counter: str) -> None:
    report = take(page, block(title, day("2025-01-01T01:00:00", 65)))
    stored = ProfileSnapshot.objects.get()
    told = {name: getattr(stored, name) for name in ProfileSnapshot.COUNTERS}
    assert {name: value for name, value in told.items() if value is not None} == {counter: 65}
    assert (report.format, stored.date.isoformat()) == ("meta-page", "2025-01-01")


def test_hour_that_jumps_with_summer_time_makes_no_second_day(page: Profile) -> None:
    rows = [
        day("2025-03-29T01:00:00", 1),
        day("2025-03-30T01:00:00", 2),
        day("2025-03-31T00:00:00", 3),
    ]
    take(page, block("Reach", *rows, sep="\t").replace(",", "\t"))
    assert list(ProfileSnapshot.objects.order_by("date").values_list("date__day", "reach")) == [
        (29, 1),
        (30, 2),
        (31, 3),
    ]


def test_zero_is_measured_and_a_missing_day_is_said(page: Profile) -> None:
    rows = [day("2025-01-01T00:00:00", 0), day("2025-01-04T00:00:00", 7)]
    report = take(page, block("Reach", *rows))
    assert list(ProfileSnapshot.objects.order_by("date").values_list("reach", flat=True)) == [0, 7]
    missing = "2 days are missing in the file, the first is Jan. 2, 2025: not measured."
    assert missing in report.notes


def test_block_of_the_pages_network_is_taken_of_two(page: Profile) -> None:
    facebook = block("Facebook reach", day("2025-01-01T00:00:00", 5))
    instagram = block("Instagram reach", day("2025-01-01T00:00:00", 8)).removeprefix("sep=,\n")
    report = take(page, f"{facebook}\n{instagram}")
    assert ProfileSnapshot.objects.get().reach == 8
    assert dict(report.skipped) == {"the block “Facebook reach”": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (AUDIENCE, "This is the audience of a page"),
        (block("Facebook reach", day("2025-01-01T00:00:00", 5)), "is of another network"),
        (block("Moods", day("2025-01-01T00:00:00", 5)), "“Moods” is no figure that is known here"),
        (
            block("Reach", day("2025-01-01T00:00:00", 5)) + block("Views").removeprefix("sep=,\n"),
            "The file holds several figures: “Reach”, “Views”.",
        ),
        (block("Reach", day("45321", 5)), "row 4, field Date: “45321” is a day as a spreadsheet"),
        (block("Reach", day("2025-01-01", "1,2E+05")), "row 4, field Primary: “1,2E+05” was"),
        (block("Reach", day("2025-01-01", -1)), "row 4, field Primary: A count cannot be negative"),
        (block("Reach", day("Total", 5)), "row 4, field Date: This row holds totals"),
        (block("Reach", day("2027-01-01", 5)), "row 4, field Date: This day has not come yet."),
        (block("Reach", '"2025-01-01"'), "row 4: The row has 1 cells, the header 2."),
        (
            block("Reach", day("2025-01-01", 5), day("2025-01-01", 6)),
            "row 5, field Date: The day stands twice, with different values.",
        ),
    ],
)
def test_what_is_no_figure_of_the_page_is_refused(page: Profile, text: str, reason: str) -> None:
    assert reason in refusal(page, text)


def test_other_figures_of_known_days_are_said(page: Profile) -> None:
    take(page, block("Reach", day("2025-01-01", 5), day("2025-01-02", 6)))
    report = take(page, block("Reach", day("2025-01-01", 5), day("2025-01-02", 60)))
    assert report.stored == Stored(corrected=1, unchanged=1)
    assert any(note.startswith("1 figures are known already with other") for note in report.notes)
    assert SnapshotCorrection.objects.get().old == {"reach": 6}


def test_figure_beside_a_measured_level_leaves_it(page: Profile) -> None:
    ProfileSnapshotFactory.create(profile=page, date=DAY, followers=1000)
    take(page, block("Views", day(f"{DAY}T00:00:00", 12)))
    stored = ProfileSnapshot.objects.get()
    assert (stored.followers, stored.views_day, stored.views) == (1000, 12, None)


def test_studios_totals_become_figures_of_the_day(channel: Profile) -> None:
    text = (
        "Date,Views,Subscribers,Subscribers gained\n"
        "2025-01-01,0,-2,\n2025-01-02,9,1,3\n2025-01-03,,,\nTotal,9,-1,3\n"
    )
    report = import_snapshots(channel, text.encode(), "Totals.csv", at=NOON)
    assert (report.format, dict(report.skipped)) == (
        "youtube-days",
        {"days without a figure": 1, "the row of totals": 1},
    )
    rows = ProfileSnapshot.objects.order_by("date")
    assert [(row.views_day, row.views, row.joined) for row in rows] == [
        (0, None, None),
        (9, None, 3),
    ]


def test_studios_totals_without_a_kept_figure_are_refused(channel: Profile) -> None:
    text = "Date,Average view duration\n2025-01-01,0:00:27\n"
    with pytest.raises(TableError, match="No figure of this file is kept: Average view duration"):
        import_snapshots(channel, text.encode(), "Totals.csv", at=NOON)
