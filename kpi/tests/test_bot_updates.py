import datetime as dt
from typing import Any

import pytest

from clients.models import Task
from communities.models import AccessKey, Profile, WallPost
from communities.networks.records import Updates
from kpi.bot_updates import OffsetMovedError, UpdatesRead, read_updates, store_updates
from kpi.models import PostSnapshot, SnapshotCorrection
from kpi.tests.network_stage import Start, bot_key, simulate
from tests.factories import DAY, NOON, ClientFactory, ProfileFactory

__all__ = ["simulate"]

CHAT = {"id": -1001, "title": "Coffee", "username": "coffee", "type": "channel"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(db: None) -> Profile:
    client = ClientFactory.create()
    return ProfileFactory.create(
        client=client, network="telegram", external_id="-1001", access_key=bot_key(client)
    )


def seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())


def post(update: int, message: int, *, name: str = "channel_post", **told: Any) -> dict[str, Any]:
    content = {"message_id": message, "chat": CHAT, "date": seconds(NOON), **told}
    return {"update_id": update, name: content}


def reacted(
    update: int, message: int, count: int, *, at: dt.datetime = NOON, chat: int = -1001
) -> dict[str, Any]:
    content = {
        "chat": {**CHAT, "id": chat},
        "message_id": message,
        "date": seconds(at),
        "reactions": [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": count}],
    }
    return {"update_id": update, "message_reaction_count": content}


def photo(update: int, message: int, **told: Any) -> dict[str, Any]:
    pictures = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    return post(update, message, photo=pictures, media_group_id="77", **told)


def offset(profile: Profile) -> int | None:
    return AccessKey.objects.get(profiles=profile).updates_offset


def test_posts_and_reactions_are_stored_with_their_offset(
    simulate: Start, profile: Profile
) -> None:
    simulate(invent=False, updates=[post(10, 5, text="Menu"), reacted(11, 5, 41)])
    done = read_updates(at=NOON)
    assert (done.batches, done.new_posts, done.snapshots.new) == (1, 1, 1)
    assert offset(profile) == 12
    snapshot = PostSnapshot.objects.get()
    assert (snapshot.slot, snapshot.likes, snapshot.views, snapshot.comments) == (
        DAY,
        41,
        None,
        None,
    )
    assert (snapshot.wall_post.text, snapshot.read_at) == ("Menu", NOON)


def test_post_without_reactions_told_has_no_snapshot(simulate: Start, profile: Profile) -> None:
    simulate(invent=False, updates=[post(10, 5, text="Menu")])
    read_updates(at=NOON)
    assert (WallPost.objects.count(), PostSnapshot.objects.count()) == (1, 0)


def test_second_run_changes_nothing(simulate: Start, profile: Profile) -> None:
    simulate(invent=False, updates=[post(10, 5), reacted(11, 5, 41)])
    read_updates(at=NOON)
    assert read_updates(at=NOON) == UpdatesRead()
    assert offset(profile) == 12


def test_same_batch_after_a_lost_offset_changes_nothing(simulate: Start, profile: Profile) -> None:
    updates = [photo(10, 5, caption="Menu"), photo(11, 6), reacted(12, 5, 41)]
    simulate(invent=False, updates=updates)
    read_updates(at=NOON)
    AccessKey.objects.update(updates_offset=None)
    simulate(invent=False, updates=updates)
    done = read_updates(at=NOON)
    assert (done.new_posts, done.changed_posts, done.snapshots.unchanged) == (0, 0, 1)


def test_album_is_one_post_across_batches_and_reactions_find_it(
    simulate: Start, profile: Profile
) -> None:
    simulate(invent=False, updates=[photo(10, 5, caption="Menu"), photo(11, 6)])
    read_updates(at=NOON)
    simulate(invent=False, updates=[photo(12, 7), reacted(13, 6, 4)])
    read_updates(at=NOON)
    row = WallPost.objects.get()
    assert (row.external_id, row.aliases, row.text) == ("5", ["6", "7", "album:77"], "Menu")
    assert PostSnapshot.objects.get().likes == 4


def test_later_count_of_the_slot_wins_and_another_hour_is_another_slot(
    simulate: Start, profile: Profile
) -> None:
    hour, day = dt.timedelta(hours=1), dt.timedelta(days=1)
    updates = [
        post(10, 5),
        reacted(11, 5, 4),
        reacted(12, 5, 6, at=NOON + hour / 2),
        reacted(13, 5, 7, at=NOON + hour),
        reacted(14, 5, 9, at=NOON + 8 * day),
    ]
    simulate(invent=False, updates=updates)
    read_updates(at=NOON)
    told = PostSnapshot.objects.order_by("slot", "hour").values_list("slot", "hour", "likes")
    # NOON is the client's; a post of eight days has one slot a day.
    assert list(told) == [(DAY, 12, 6), (DAY, 13, 7), (DAY + 8 * day, 0, 9)]
    assert not SnapshotCorrection.objects.exists()


def test_edited_post_changes_its_text(simulate: Start, profile: Profile) -> None:
    edited = post(11, 5, name="edited_channel_post", text="New", edit_date=seconds(NOON) + 60)
    simulate(invent=False, updates=[post(10, 5, text="Old"), edited])
    read_updates(at=NOON)
    assert WallPost.objects.get().text == "New"


def test_more_than_one_batch_is_read_at_once(simulate: Start, profile: Profile) -> None:
    simulate(invent=False, updates=[post(number, number) for number in range(1, 251)])
    done = read_updates(at=NOON)
    assert (done.batches, done.new_posts, offset(profile)) == (3, 250, 251)


def test_strangers_and_posts_from_before_are_counted(simulate: Start, profile: Profile) -> None:
    simulate(invent=False, updates=[reacted(10, 5, 1), reacted(11, 5, 1, chat=-1002)])
    done = read_updates(at=NOON)
    assert (done.unknown_posts, done.strangers, offset(profile)) == (1, 1, 12)


def test_offset_stays_where_the_rows_were_not_stored(
    simulate: Start, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("kpi.bot_updates.store_post_snapshots", fail)
    simulate(invent=False, updates=[post(10, 5), reacted(11, 5, 4)])
    with pytest.raises(ExceptionGroup):
        read_updates(at=NOON)
    assert (offset(profile), WallPost.objects.count()) == (None, 0)


def test_batch_that_another_confirmed_is_not_stored(profile: Profile) -> None:
    key = AccessKey.objects.get(profiles=profile)
    AccessKey.objects.update(updates_offset=5)
    with pytest.raises(OffsetMovedError):
        store_updates(key, Updates(next_offset=3), done=UpdatesRead())
    assert offset(profile) == 5


def test_revoked_bot_is_refused_and_an_active_webhook_only_reported(
    simulate: Start, profile: Profile
) -> None:
    fault = "telegram_error:409"
    simulate(invent=False, faults=[{"method": "getUpdates", "fault": fault}])
    read_updates(at=NOON)
    key = AccessKey.objects.get()
    assert key.state == AccessKey.State.WORKS
    simulate(invent=False, tokens={key.secret: {"kind": "bot", "state": "revoked"}})
    assert read_updates(at=NOON).refused == 1
    key.refresh_from_db()
    assert key.state == AccessKey.State.REFUSED
    assert all(key.secret not in task.details for task in Task.objects.all())
