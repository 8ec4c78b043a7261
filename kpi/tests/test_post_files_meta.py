"""Posts as Meta Business Suite exports them; every page and caption here is invented."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from communities.models import Profile, WallPost
from kpi.models import PostSnapshot, SnapshotCorrection
from kpi.post_import import PostImport, import_posts
from kpi.snapshots import Stored
from smm_agency.lib.tabular import ImportRefused, TableError
from tests.factories import NOON, ProfileFactory

pytestmark = pytest.mark.django_db

HEADER = (
    "Post ID", "Page ID", "Page name", "Title", "Description", "Publish time", "Is share",
    "Post type", "Date", "Views", "Reach", "Reactions", "Comments", "Shares", "Total clicks",
    "Views", "Seconds viewed",
)  # fmt: skip
WITHOUT_TAIL = len(HEADER) - 2


@pytest.fixture
def page() -> Profile:
    return ProfileFactory.create(network="facebook", external_id="4000")


def row(post: str, **told: Any) -> list[str]:
    values = {
        "Post ID": post, "Page ID": "4000", "Page name": "Bakery", "Title": 'Fresh\n"bread"\n',
        "Publish time": "03/08/2025 18:30", "Is share": "0", "Post type": "Photos",
        "Date": "Lifetime", "Views": "40", "Reach": "15", "Reactions": "2", "Comments": "1",
        "Shares": "0", "Total clicks": "3", **told,
    }  # fmt: skip
    return [str(values.get(name, "")) for name in HEADER]


def file_of(*rows: list[str], header: tuple[str, ...] = HEADER) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode("utf-8-sig")


def take(profile: Profile, *rows: list[str], **told: Any) -> PostImport:
    return import_posts(profile, file_of(*rows), "posts.csv", at=NOON, **told)


def refusal(profile: Profile, *rows: list[str], **told: Any) -> str:
    with pytest.raises((TableError, ImportRefused)) as caught:
        take(profile, *rows, **told)
    assert not WallPost.objects.exists()
    return str(caught.value)


def figures(post: str = "1") -> tuple[int | None, ...]:
    stored = PostSnapshot.objects.get(wall_post__external_id=post)
    return tuple(getattr(stored, name) for name in PostSnapshot.COUNTERS)


def test_post_is_taken_with_its_lines_and_counters(page: Profile) -> None:
    report = take(page, row("1"), row("2")[:WITHOUT_TAIL])
    assert (report.format, report.rows, report.stored.new_posts) == ("meta-posts", 2, 2)
    post = WallPost.objects.get(external_id="1")
    assert (post.text, post.kind) == ('Fresh\n"bread"', "photo")
    # Views, reach, likes, comments, shares, saves, clicks.
    assert figures("1") == figures("2") == (40, 15, 2, 1, 0, None, 3)


def test_times_are_of_the_pacific_unless_another_zone_is_named(page: Profile) -> None:
    report = take(page, row("1"), row("2", **{"Publish time": "03/10/2025 18:30"}))
    # The clocks were put forward on 9 March.
    assert list(WallPost.objects.order_by("external_id").values_list("posted_at", flat=True)) == [
        dt.datetime(2025, 3, 9, 2, 30, tzinfo=dt.UTC),
        dt.datetime(2025, 3, 11, 1, 30, tzinfo=dt.UTC),
    ]
    assert "Times without an offset were read in America/Los_Angeles." in report.notes


def test_the_filled_one_of_two_columns_counts(page: Profile) -> None:
    second = row("1", Views="0")
    second[15] = "55"
    take(page, second)
    assert figures()[0] == 55


def test_two_columns_that_differ_are_refused(page: Profile) -> None:
    both = row("1")
    both[15] = "55"
    assert refusal(page, both) == (
        "row 2, field Views: The file has two columns “Views” with different values."
    )


def test_zero_views_of_a_post_with_reach_are_not_measured(page: Profile) -> None:
    report = take(page, row("1", Views="0"), row("2", Views=0, Reach=0, Reactions=0, Comments=0))
    assert (figures("1")[0], figures("2")[0]) == (None, 0)
    assert any(note.startswith("1 posts with 0 views although") for note in report.notes)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_zero_never_takes_the_place_of_known_views(page: Profile, order: tuple[int, int]) -> None:
    files = [row("1", Views=64), row("1", Views=0)]
    for number in order:
        take(page, files[number])
    assert figures()[0] == 64
    assert not SnapshotCorrection.objects.exists()


def test_zero_reach_is_kept_out_and_zero_likes_are_said(page: Profile) -> None:
    take(page, row("1", Reactions=9))
    report = take(page, row("1", Views=0, Reach=0, Reactions=0, Comments=0, Shares=0))
    assert figures()[:3] == (40, 15, 0)
    assert [note[:26] for note in report.notes if "where more is known" in note] == [
        "1 posts have 0 in “views” ",
        "1 posts have 0 in “reach” ",
        "1 posts have 0 in “likes” ",
    ]


def test_same_file_again_changes_nothing(page: Profile) -> None:
    take(page, row("1"))
    assert take(page, row("1")).stored.snapshots == Stored(unchanged=1)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"Date": "03/08/2025"}, "field Date: “03/08/2025”: these are figures of a part"),
        ({"Publish time": "45321"}, "field Publish time: “45321” is a day as a spreadsheet"),
        ({"Publish time": "08/03/2027 18:30"}, "This moment has not come yet."),
        ({"Publish time": "18/03/2025 09:00"}, "is not a date of the form 11/23/2026"),
        ({"Post ID": "9,39E+14"}, "field Post ID: A spreadsheet has shortened the id"),
        ({"Post ID": "Total"}, "field Post ID: This row holds totals"),
        ({"Reach": "1,2E+05"}, "field Reach: “1,2E+05” was shortened by a spreadsheet"),
        ({"Comments": "02-Jan"}, "field Comments: “02-Jan” is a date where a number belongs"),
    ],
)
def test_what_is_wrong_is_refused_by_row_and_field(
    page: Profile, told: dict[str, str], reason: str
) -> None:
    assert reason in refusal(page, row("1"), row("2", **told))


def test_file_of_the_other_network_is_refused(page: Profile) -> None:
    header = tuple({"Page ID": "Account ID"}.get(name, name) for name in HEADER)
    with pytest.raises(TableError, match=r"\(Instagram\) is of another network"):
        import_posts(page, file_of(row("1"), header=header), "posts.csv", at=NOON)


def test_page_of_several_is_named(page: Profile) -> None:
    rows = [row("1"), row("2", **{"Page ID": "4001", "Page name": "Café"})]
    assert "The file has several pages; name one: Bakery (4000), Café (4001)." in refusal(
        page, *rows
    )
    assert "No such page in the file" in refusal(page, *rows, chat="Nobody")
    assert dict(take(page, *rows, chat="Bakery").skipped) == {"another page": 1}


def test_number_of_another_page_is_said(page: Profile) -> None:
    report = take(page, row("1", **{"Page ID": "4001"}))
    assert "The file is of the page Bakery (4001), the profile's number is 4000." in report.notes


def test_instagram_account_has_saves(page: Profile) -> None:
    account = ProfileFactory.create(network="instagram", external_id="17")
    text = (
        "Post ID,Account ID,Account username,Description,Publish time,Post type,Date,Views,Reach,"
        "Likes,Shares,Comments,Saves,Follows\n"
        "7,17,bakery,Bread,03/08/2025 09:48,IG reel,Lifetime,52,37,3,0,0,4,\n"
    )
    import_posts(account, text.encode(), "posts.csv", at=NOON)
    assert figures("7") == (52, 37, 3, 0, 0, 4, None)
    assert WallPost.objects.get().kind == "short_video"
