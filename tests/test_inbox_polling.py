import datetime as dt
from uuid import uuid4

import pytest

from clients.models import Task
from communities.models import AccessKey, Profile
from content.inbox_polling import poll_inbox
from content.models import InboxAnswer, InboxItem
from kpi.tests.network_stage import Start, simulate
from tests.factories import NOON, AccessKeyFactory, ProfileFactory, WallPostFactory

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db
SECONDS = int(NOON.timestamp())
LATER = NOON + dt.timedelta(hours=1)
POST = {"id": 6, "date": SECONDS, "comments": {"count": 2}}
COMMENTS = [
    {"id": 7, "post_id": 6, "from_id": 501, "name": "Ann Invented", "date": SECONDS, "text": "?"},
    {"id": 8, "post_id": 6, "from_id": -1001, "date": SECONDS + 60, "text": "Yes",
     "reply_to_comment": 7, "parents_stack": [7]},
]  # fmt: skip
MESSAGES = [
    {"id": 5, "peer_id": 502, "from_id": 502, "name": "Bob Invented", "date": SECONDS,
     "text": "Hello", "out": 0},
]  # fmt: skip
GROUP = {"posts": [POST], "comments": COMMENTS, "messages": MESSAGES}


@pytest.fixture
def page() -> Profile:
    profile = ProfileFactory.create(external_id="1001", relation="own")
    AccessKeyFactory.create(secret=f"vk1.a.{uuid4().hex}")
    AccessKeyFactory.create(
        client=profile.client, kind="community", secret=f"vk1.a.community.{uuid4().hex}"
    )
    WallPostFactory.create(profile=profile, external_id="6", posted_at=NOON)
    made: Profile = profile
    return made


def test_what_a_webhook_missed_is_read(simulate: Start, page: Profile) -> None:
    simulate(groups={"1001": GROUP}, any_token=True)
    done = poll_inbox(at=LATER)
    assert (done.pages, done.new, done.failed) == (1, 2, 0)
    items = InboxItem.objects.order_by("kind")
    assert [(each.kind, each.author_name, each.state) for each in items] == [
        ("comment", "Ann Invented", "answered"),
        ("message", "Bob Invented", "new"),
    ]
    assert InboxAnswer.objects.get().text == "Yes"
    again = poll_inbox(at=LATER)
    assert (again.new, again.changed) == (0, 0)


def test_a_deleted_comment_keeps_its_text(simulate: Start, page: Profile) -> None:
    networks = simulate(groups={"1001": GROUP}, any_token=True)
    poll_inbox(at=LATER)
    networks.world.said.gone.add(("vk", "1001", "7"))
    poll_inbox(at=LATER)
    item = InboxItem.objects.get(external_id="7")
    assert (item.text, item.gone_at is None) == ("?", False)


def test_one_page_that_fails_stops_no_other(
    simulate: Start, page: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(groups={"1001": GROUP}, any_token=True)
    broken = ProfileFactory.create(external_id="oops", relation="own")
    WallPostFactory.create(profile=broken, external_id="6", posted_at=NOON)
    done = poll_inbox(at=LATER)
    assert (done.pages, done.new, done.refused) == (2, 2, 1)


def test_a_dead_key_is_refused_and_told_once(simulate: Start, page: Profile) -> None:
    faults = [{"method": "messages.getConversations", "fault": "vk_error:5"}]
    simulate(groups={"1001": GROUP}, any_token=True, faults=faults)
    poll_inbox(at=LATER)
    assert AccessKey.objects.get(kind="community").state == AccessKey.State.REFUSED
    assert Task.objects.count() == 1


def test_old_posts_are_not_asked_for(simulate: Start, page: Profile) -> None:
    networks = simulate(groups={"1001": GROUP}, any_token=True)
    poll_inbox(at=NOON + dt.timedelta(days=15))
    assert networks.methods() == ["messages.getConversations"]
