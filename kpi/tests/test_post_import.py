import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from communities.models import Profile, WallPost
from kpi.engagement_rate import measure_er
from kpi.models import PostSnapshot, Reading, SnapshotCorrection
from kpi.post_import import PostImport, detect_format, import_posts
from kpi.snapshots import Stored
from smm_agency.lib.tabular import ImportRefused, TableError
from tests.factories import NOON, ClientFactory, ProfileFactory, ProfileSnapshotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def wall() -> Profile:
    return ProfileFactory.create(external_id="77")


@pytest.fixture
def channel() -> Profile:
    return ProfileFactory.create(network="telegram", external_id="-10055")


def take(profile: Profile, data: str | object, **told: Any) -> PostImport:
    text = data if isinstance(data, str) else json.dumps(data)
    return import_posts(profile, text.encode(), "file", at=NOON, **told)


def refusal(profile: Profile, data: str | object, **told: Any) -> str:
    with pytest.raises((TableError, ImportRefused)) as caught:
        take(profile, data, **told)
    assert (WallPost.objects.count(), PostSnapshot.objects.count()) == (0, 0)
    return str(caught.value)


Counters = tuple[int | None, int | None, int | None, int | None]


def counters() -> Mapping[str, Counters]:
    """Post's id → likes, comments, shares, views."""
    rows = PostSnapshot.objects.values_list(
        "wall_post__external_id", "likes", "comments", "shares", "views"
    )
    return {post: (likes, comments, shares, views) for post, likes, comments, shares, views in rows}


def item(number: int, day: int, **told: Any) -> dict[str, Any]:
    return {
        "id": number,
        "owner_id": -77,
        "date": int(dt.datetime(2025, 3, day, 12, tzinfo=dt.UTC).timestamp()),
        "text": f"Post {number}",
        "likes": {"count": 5},
        "comments": {"count": 0},
        "reposts": {"count": 1},
        "views": {"count": 90},
        **told,
    }


def test_wall_get_answer_is_taken(wall: Profile) -> None:
    items = [item(3, 1, is_pinned=1), item(9, 5), item(8, 4, is_deleted=True)]
    report = take(wall, {"response": {"count": 3, "items": items}})
    assert (report.format, report.rows, report.slot) == ("vk-wall", 3, dt.date(2025, 3, 5))
    assert (report.stored.new_posts, dict(report.skipped)) == (2, {"deleted on VK": 1})
    assert counters() == {"3": (5, 0, 1, 90), "9": (5, 0, 1, 90)}
    pinned = WallPost.objects.get(external_id="3")
    assert (pinned.is_pinned, pinned.text, pinned.posted_at.day) == (True, "Post 3", 1)
    assert set(PostSnapshot.objects.values_list("reading", flat=True)) == {Reading.IMPORT}


def test_wall_get_item_without_views_is_not_measured(wall: Profile) -> None:
    old = item(9, 5)
    del old["views"]
    take(wall, {"items": [old]})
    assert counters() == {"9": (5, 0, 1, None)}


def test_wrong_items_are_refused_all_at_once(wall: Profile) -> None:
    items = [
        item(1, 1),
        item(2, 2, likes={"count": -1}),
        item(3, 3, owner_id=-5),
        {"id": 4},
    ]
    assert refusal(wall, {"items": items}).splitlines() == [
        "row 2, field likes.count: Not a whole number from 0.",
        "row 3, field owner_id: The post stands on the wall -5, the profile's is -77.",
        "row 4, field date: Missing, or not a number.",
    ]


VK_CSV = """id,date,likes,comments,reposts,views
12,2025-03-05 00:30:00,4,1,0,40
11,2025-03-04 10:00:00,0,0,0,0
11,2025-03-04 10:00:00,0,0,0,0
"""


def test_vk_csv_is_taken_in_the_clients_time(wall: Profile) -> None:
    report = take(wall, VK_CSV)
    assert (report.format, report.rows, report.slot) == ("vk-csv", 3, dt.date(2025, 3, 5))
    assert report.read_at == dt.datetime(2025, 3, 4, 21, 30, tzinfo=dt.UTC)
    assert counters() == {"12": (4, 1, 0, 40), "11": (0, 0, 0, 0)}
    assert dict(report.skipped) == {"the same row twice": 1}


def test_same_file_again_changes_nothing(wall: Profile) -> None:
    take(wall, VK_CSV)
    again = take(wall, VK_CSV)
    assert (again.stored.new_posts, again.stored.changed_posts) == (0, 0)
    assert again.stored.snapshots == Stored(unchanged=2)
    assert not SnapshotCorrection.objects.exists()


def test_import_that_breaks_half_way_leaves_nothing(
    wall: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(done: int, _total: int) -> None:
        assert done < 2, "killed"

    monkeypatch.setattr("kpi.post_import.POSTS_PER_STEP", 1)
    with pytest.raises(AssertionError, match="killed"):
        take(wall, VK_CSV, progress=fail)
    assert (WallPost.objects.count(), PostSnapshot.objects.count()) == (0, 0)


def test_later_file_adds_a_slot_and_corrects_none(wall: Profile) -> None:
    take(wall, VK_CSV)
    take(wall, VK_CSV, read_at=dt.datetime(2025, 4, 1, 12, tzinfo=dt.UTC))
    slots = PostSnapshot.objects.order_by("slot").values_list("slot", flat=True).distinct()
    assert list(slots) == [dt.date(2025, 3, 5), dt.date(2025, 4, 1)]


def test_vk_csv_without_comments_does_not_measure_them(wall: Profile) -> None:
    report = take(wall, "id,text,date,likes,reposts,views\n9,Menu,2025-03-05 12:00:00,3,1,50\n")
    assert counters() == {"9": (3, None, 1, 50)}
    assert "No column comments: comments are not measured." in report.notes
    assert WallPost.objects.get().text == "Menu"


def test_zero_views_that_mean_not_counted_are_null(wall: Profile) -> None:
    report = take(
        wall,
        "id,date,likes,reposts,views\n"
        "1,2016-11-27 13:39:37,0,0,0\n"
        "2,2019-06-10 14:38:13,9,0,0\n"
        "3,2019-06-11 14:38:13,0,0,0\n",
    )
    assert {post: told[3] for post, told in counters().items()} == {"1": None, "2": None, "3": 0}
    assert any("1 posts from before VK counted views" in note for note in report.notes)


def test_file_without_texts_keeps_those_that_are_known(wall: Profile) -> None:
    take(wall, {"items": [item(12, 5, is_pinned=1)]})
    take(wall, VK_CSV)
    row = WallPost.objects.get(external_id="12")
    assert (row.text, row.is_pinned) == ("Post 12", True)


def test_every_wrong_cell_is_named(wall: Profile) -> None:
    data = (
        "id,date,likes,reposts,views\n"
        "1,yesterday,-4,0,1.5\n"
        ",2025-03-04 10:00:00,1,0,2\n"
        "3,2025-03-04 10:00:00,1,0,2\n"
    )
    assert [line.partition(":")[0] for line in refusal(wall, data).splitlines()] == [
        "row 2, field date",
        "row 2, field likes",
        "row 2, field views",
        "row 3, field id",
    ]
    report = take(wall, data, skip_bad=True)
    assert (list(counters()), report.errors.total) == (["3"], 4)


def test_post_twice_with_different_figures_is_refused(wall: Profile) -> None:
    data = "id,date,likes,reposts,views\n1,2025-03-04 10:00,1,0,2\n1,2025-03-04 10:00,2,0,2\n"
    assert refusal(wall, data).startswith("row 3, field id: The post stands twice")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "The file is empty."),
        ("id,date,likes\n1,2025-03-04 10:00,1\n", "Missing columns: reposts, views"),
        ('{"items": 5', "Not readable as JSON"),
        ("{}", "neither an answer of VK's wall.get nor"),
        ('{"response": {"items": 5}}', "No items"),
        ("id,date,likes,reposts,views,x\n", "Unknown columns: x"),
    ],
)
def test_wrong_file_is_refused_with_the_reason(wall: Profile, data: str, reason: str) -> None:
    assert reason in refusal(wall, data)


def test_file_of_another_network_is_refused(wall: Profile, channel: Profile) -> None:
    assert "another network" in refusal(channel, VK_CSV)
    assert "another network" in refusal(wall, {"messages": []})
    named = ProfileFactory.create(external_id="coffee")
    assert "must be the number of the VK group" in refusal(named, VK_CSV)


def test_er_works_on_what_was_imported(wall: Profile) -> None:
    take(wall, VK_CSV)
    ProfileSnapshotFactory.create(profile=wall, date=dt.date(2025, 3, 4), followers=50)
    first, last = dt.date(2025, 3, 1), dt.date(2025, 3, 31)
    value = measure_er(wall.client, "er_post", first=first, last=last)
    assert (value.value, value.posts) == (5 / 100, 2)
    assert measure_er(wall.client, "er_view", first=first, last=last).value == 5 / 40


HEAD = "tg_message_id,tg_chat_id,author_tg_user_id,published_at,text,view_count,reaction_count,"
HEAD += "comment_count\n"


def row(number: int, second: int, text: str = "", *told: object, chat: int = 55) -> str:
    cells = [number, chat, -10055, f"2025-03-04T10:00:{second:02}+00:00", text, *told]
    return ",".join(map(str, cells)) + "\n"


def test_channel_csv_takes_its_own_chat(channel: Profile) -> None:
    data = HEAD + row(1, 0, "", "", 0, 0) + row(2, 20, "Menu", 300, 4, 1)
    data += row(3, 40, "Old", "", 0, 0) + row(2, 20, "Other", 9, 9, 9, chat=66)
    report = take(channel, data)
    assert report.format == "telegram-csv"
    assert counters() == {"2": (4, 1, None, 300), "3": (0, 0, None, None)}
    assert sorted(report.skipped.values()) == [1, 1]


def test_channel_csv_of_several_chats_wants_one_named() -> None:
    named = ProfileFactory.create(network="telegram", external_id="@coffee")
    data = HEAD + row(2, 20, "Menu", 300, 4, 1) + row(2, 20, "Other", 9, 9, 9, chat=66)
    assert "55 (1), 66 (1)" in refusal(named, data)
    assert "No such chat" in refusal(named, data, chat="77")
    assert take(named, data, chat="-10066").stored.new_posts == 1


ALBUM = (
    HEAD
    + row(10, 0, "Menu", 300, 7, 2)
    + row(11, 1, "", 310, 0, 0)
    + row(13, 1, "", 290, 0, 0)
    + row(14, 30, "Next", 100, 1, 0)
)


def test_album_is_one_post_with_the_largest_views(channel: Profile) -> None:
    report = take(channel, ALBUM)
    assert counters() == {"10": (7, 2, None, 310), "14": (1, 0, None, 100)}
    album = WallPost.objects.get(external_id="10")
    assert (album.aliases, album.text, album.kind) == (["11", "13"], "Menu", "album")
    assert "3 messages were joined into 1 posts." in report.notes
    assert any("at most 1 s apart" in note for note in report.notes)
    assert take(channel, ALBUM).stored.changed_posts == 0


def test_album_rule_can_be_switched_off(channel: Profile) -> None:
    report = take(channel, ALBUM, album_seconds=0)
    assert (report.stored.new_posts, len(counters())) == (4, 4)
    assert "The file has no album ids; no messages were joined." in report.notes


@pytest.mark.parametrize(
    "second",
    [
        row(11, 2, "", 310, 0, 0),
        row(11, 1, "Text too", 310, 0, 0),
        row(11, 1, "", 310, 3, 0),
        row(11, 1, "", "", 0, 1),
    ],
    ids=["later", "own text", "own reactions", "no views"],
)
def test_messages_that_are_no_album_stay_apart(channel: Profile, second: str) -> None:
    take(channel, HEAD + row(10, 0, "Menu", 300, 7, 0) + second)
    assert set(counters()) == {"10", "11"}


def message(number: int, second: int, **told: Any) -> dict[str, Any]:
    moment = dt.datetime(2025, 3, 4, 10, 0, second, tzinfo=dt.UTC)
    return {
        "id": number, "type": "message", "date": "2025-03-04T13:00:00",
        "date_unixtime": str(int(moment.timestamp())), "text": "", **told,
    }  # fmt: skip


def export(*messages: dict[str, Any], chat: int = 55) -> dict[str, Any]:
    return {"name": "Coffee", "type": "public_channel", "id": chat, "messages": list(messages)}


def test_desktop_export_is_taken(channel: Profile) -> None:
    parts = ["Menu ", {"type": "bold", "text": "today"}, "!"]
    thumbs = [{"type": "emoji", "count": 3, "emoji": "👍"}, {"type": "emoji", "count": 2}]
    report = take(
        channel,
        export(
            message(1, 0, type="service", action="create_channel"),
            message(2, 10, text=parts, reactions=thumbs),
            message(3, 20, text="Plain"),
            message(4, 30, photo="photos/1.jpg"),
            message(5, 30, photo="photos/2.jpg"),
        ),
    )
    assert (report.format, report.rows) == ("telegram-export", 5)
    assert counters() == {
        "2": (5, None, None, None),
        "3": (0, None, None, None),
        "4": (0, None, None, None),
    }
    posts = WallPost.objects.order_by("posted_at").values_list("text", "kind", "aliases")
    assert list(posts) == [("Menu today!", "text", []), ("Plain", "text", []), ("", "album", ["5"])]


def test_export_without_any_reactions_does_not_measure_them(channel: Profile) -> None:
    take(channel, export(message(2, 10, text="Plain")))
    assert (WallPost.objects.count(), counters()) == (1, {})


def test_export_of_another_channel_is_refused(channel: Profile) -> None:
    assert "field id: The export is of the channel 66" in refusal(channel, export(chat=66))


def test_wrong_messages_are_refused_by_number_and_field(channel: Profile) -> None:
    wrong = export(
        message(2, 1, reactions=[{"count": "many"}]),
        message(3, 2, text=[5]),
        message(4, 3, date_unixtime="soon"),
        {"id": "x", "type": "message"},
    )
    assert [line.partition(":")[0] for line in refusal(channel, wrong).splitlines()] == [
        "row 1, field reactions",
        "row 2, field text",
        "row 3, field date_unixtime",
        "row 4, field id",
    ]


def test_empty_export_is_no_error(channel: Profile) -> None:
    report = take(channel, export())
    assert (report.rows, report.slot, report.stored.posts) == (0, None, 0)


def test_format_is_found_by_content() -> None:
    assert detect_format(b'\xef\xbb\xbf {"messages": []}') == "telegram-export"
    assert detect_format(b'{"items": []}') == "vk-wall"
    assert detect_format(HEAD.encode()) == "telegram-csv"
    assert detect_format(b"id;date\n") == "vk-csv"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "posts.csv"
        path.write_text(text)
        return str(path)

    return write


def test_command_makes_a_profile_and_says_what_it_took(
    file: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    client = ClientFactory.create(name="Smile")
    arguments = [file(VK_CSV), "--client=Smile", "--network=vk", "--external-id=9"]
    with pytest.raises(CommandError, match="no such profile"):
        call_command("import_posts", *arguments)
    call_command("import_posts", *arguments, "--title=Wall")
    assert "2 posts (2 new, 0 changed)" in capsys.readouterr().out
    profile = Profile.objects.get()
    assert (profile.client, profile.title, profile.is_measured) == (client, "Wall", False)
    call_command("import_posts", file(VK_CSV), f"--client={client.pk}", f"--profile={profile.pk}")
    assert "2 posts (0 new, 0 changed)" in capsys.readouterr().out


def test_command_refuses_and_makes_nothing(file: Callable[[str], str]) -> None:
    ClientFactory.create(name="Smile")
    wrong = file(VK_CSV.replace("40", "many"))
    with pytest.raises(CommandError, match="row 2, field views"):
        call_command(
            "import_posts", wrong, "--client=Smile", "--network=vk", "--external-id=9",
            "--title=Wall",
        )  # fmt: skip
    assert not Profile.objects.exists()
    with pytest.raises(CommandError, match="No client “Nobody”"):
        call_command("import_posts", wrong, "--client=Nobody", "--profile=1")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_posts", "nothing.csv", "--client=Smile", "--profile=1")


def test_post_that_has_not_come_yet_is_refused(wall: Profile, channel: Profile) -> None:
    later = NOON + dt.timedelta(days=1)
    answer = {"response": {"items": [item(1, 5) | {"date": int(later.timestamp())}]}}
    sheet = f"id,date,likes,reposts,views\n1,{later:%Y-%m-%d %H:%M:%S},1,1,1\n"
    export = {"id": 55, "messages": [
        {"id": 1, "type": "message", "date_unixtime": str(int(later.timestamp())), "text": "x"}
    ]}  # fmt: skip
    assert refusal(wall, answer) == "row 1, field date: This moment has not come yet."
    assert refusal(wall, sheet) == "row 2, field date: This moment has not come yet."
    assert refusal(channel, export) == "row 1, field date: This moment has not come yet."
    early = {"response": {"items": [item(1, 5)]}}
    assert refusal(wall, early, read_at=later) == "field read_at: This moment has not come yet."
