import datetime as dt

import pytest

from content.inbox_erasure import forget_authors
from content.models import InboxAction, InboxAnswer, InboxItem, InboxNote
from tests.factories import (
    NOON,
    InboxActionFactory,
    InboxAnswerFactory,
    InboxItemFactory,
    InboxNoteFactory,
)

pytestmark = pytest.mark.django_db


def test_authors_are_forgotten_in_time_and_counts_stay() -> None:
    item = InboxItemFactory.create(
        kind="message", author_id="501", thread_id="501", category="question", state="answered",
        first_reply_at=NOON, url="https://vk.com/gim1?sel=501",
    )  # fmt: skip
    InboxNoteFactory.create(item=item)
    InboxActionFactory.create(item=item)
    InboxAnswerFactory.create(profile=item.profile, kind="message", thread_id="501")
    item.client.personal_data_days = 100
    item.client.save()
    assert forget_authors(at=NOON + dt.timedelta(days=100)) == 0
    assert InboxAnswer.objects.get().text == "An answer."
    late = NOON + dt.timedelta(days=101)
    assert [forget_authors(at=late) for _run in range(2)] == [1, 0]
    row = InboxItem.objects.values(
        "author_id", "author_name", "text", "url", "thread_id", "category", "state",
        "first_reply_at",
    ).get()  # fmt: skip
    assert row == {
        "author_id": "",
        "author_name": "",
        "text": "",
        "url": "",
        "thread_id": "",
        "category": "question",
        "state": "answered",
        "first_reply_at": NOON,
    }
    assert InboxNote.objects.count() == 0
    assert InboxAction.objects.get().text == ""
    assert (InboxAnswer.objects.get().text, InboxAnswer.objects.get().thread_id) == ("", "")


def test_a_dialogue_that_goes_on_is_remembered() -> None:
    late = NOON + dt.timedelta(days=400)
    InboxItemFactory.create(first_reply_at=late)
    assert forget_authors(at=late + dt.timedelta(days=1)) == 0
