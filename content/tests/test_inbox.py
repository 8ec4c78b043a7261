import datetime as dt
from typing import Any

import pytest

from communities.models import Profile
from communities.networks.moderation import InboxReading, Removal, SaidKind
from content.inbox import take_answer, take_items, take_removals
from content.models import InboxAnswer, InboxItem, InboxState, SuggestionRule
from content.suggestion_reference import RULES
from tests.factories import NOON, ProfileFactory, WallPostFactory

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def page() -> Profile:
    made: Profile = ProfileFactory.create(external_id="1001")
    return made


def comment(number: str = "77", **told: Any) -> InboxReading:
    said_at = told.pop("said_at", NOON)
    values = {
        "kind": SaidKind.COMMENT,
        "page": "1001",
        "external_id": number,
        "said_at": said_at,
        "told_at": said_at,
        "text": "How much is it?",
        "author_id": "501",
        "post_id": "5521",
    }
    return InboxReading(**(values | told))


def message(number: str, *, minutes: int, **told: Any) -> InboxReading:
    at = NOON + MINUTE * minutes
    told = {"thread_id": "501", "post_id": "", **told}
    return comment(number, kind=SaidKind.MESSAGE, said_at=at, **told)


def states() -> dict[str, str]:
    return dict(InboxItem.objects.values_list("external_id", "state"))


def test_an_item_is_there_once_however_often_it_is_heard_of(page: Profile) -> None:
    post = WallPostFactory.create(profile=page, external_id="5521")
    first = take_items(page, [comment()], at=NOON)
    again = take_items(page, [comment(author_name="Invented")], at=NOON + MINUTE)
    third = take_items(page, [comment()], at=NOON + MINUTE)
    assert [(len(each.new), each.changed) for each in (first, again, third)] == [
        (1, 0),
        (0, 1),
        (0, 0),
    ]
    item = InboxItem.objects.get()
    assert (item.author_name, item.wall_post, item.heard_at) == ("Invented", post, NOON)
    assert (item.suggested, item.category, item.state) == ("question", "", InboxState.NEW)


def test_two_readings_of_one_batch_are_one_item(page: Profile) -> None:
    later = comment(text="How much is it today?", told_at=NOON + MINUTE)
    take_items(page, [comment(), later], at=NOON)
    assert InboxItem.objects.get().text == "How much is it today?"


def test_what_was_told_earlier_changes_nothing(page: Profile) -> None:
    take_items(page, [comment(text="second", told_at=NOON + MINUTE)], at=NOON)
    take_items(page, [comment(text="first")], at=NOON + MINUTE * 2)
    assert InboxItem.objects.get().text == "second"


def test_an_edit_is_marked(page: Profile) -> None:
    take_items(page, [comment()], at=NOON)
    take_items(page, [comment(text="Thank you!", told_at=NOON + MINUTE)], at=NOON + MINUTE)
    item = InboxItem.objects.get()
    assert (item.text, item.edited_at, item.suggested) == ("Thank you!", NOON + MINUTE, "thanks")


def test_a_deleted_comment_keeps_its_text_and_may_come_back(page: Profile) -> None:
    take_items(page, [comment()], at=NOON)
    gone = Removal("1001", "77", NOON + MINUTE)
    assert [take_removals(page, [gone], at=NOON + MINUTE) for _ in range(2)] == [1, 1]
    item = InboxItem.objects.get()
    assert (item.text, item.gone_at) == ("How much is it?", NOON + MINUTE)
    # A repeated event of the comment's first version does not bring it back.
    take_items(page, [comment()], at=NOON + MINUTE * 2)
    assert InboxItem.objects.get().gone_at == NOON + MINUTE
    take_items(page, [comment(told_at=NOON + MINUTE * 3)], at=NOON + MINUTE * 3)
    assert InboxItem.objects.get().gone_at is None


def test_a_deletion_that_overtakes_its_comment_is_not_lost(page: Profile) -> None:
    take_removals(page, [Removal("1001", "77", NOON + MINUTE)], at=NOON + MINUTE)
    take_items(page, [comment()], at=NOON + MINUTE * 2)
    item = InboxItem.objects.get()
    assert (item.text, item.received_at, item.gone_at, item.needs_reply) == (
        "How much is it?",
        NOON,
        NOON + MINUTE,
        True,
    )


def test_deleted_in_the_list_keeps_the_text(page: Profile) -> None:
    take_items(page, [comment()], at=NOON)
    gone = comment(text="", is_gone=True, author_id="", told_at=NOON + MINUTE)
    take_items(page, [gone], at=NOON + MINUTE)
    item = InboxItem.objects.get()
    assert (item.text, item.gone_at, item.author_id) == ("How much is it?", NOON + MINUTE, "501")


def test_our_reply_is_an_answer_and_marks_the_first_reply(page: Profile) -> None:
    own = comment("91", is_own=True, said_at=NOON + MINUTE * 9, answers_id="77", text="100")
    later = comment("92", is_own=True, said_at=NOON + MINUTE * 20, answers_id="77")
    taken = take_items(page, [comment(), comment("78"), own, later], at=NOON + MINUTE * 30)
    assert (len(taken.new), taken.answers) == (2, 2)
    assert states() == {"77": InboxState.ANSWERED, "78": InboxState.NEW}
    assert InboxItem.objects.get(external_id="77").first_reply_at == NOON + MINUTE * 9


def test_an_answer_heard_before_its_comment_counts(page: Profile) -> None:
    own = comment("91", is_own=True, said_at=NOON + MINUTE, answers_id="77")
    take_answer(page, own, at=NOON + MINUTE)
    take_items(page, [comment()], at=NOON + MINUTE * 2)
    assert InboxItem.objects.get().first_reply_at == NOON + MINUTE


def test_a_message_answers_what_was_said_before_it(page: Profile) -> None:
    said = [
        message("1", minutes=0),
        message("2", minutes=1),
        message("3", minutes=9),
        message("4", minutes=0, thread_id="502"),
    ]
    own = message("5", minutes=5, is_own=True)
    take_items(page, [*said, own], at=NOON + MINUTE * 30)
    assert states() == {"1": "answered", "2": "answered", "3": "new", "4": "new"}


def test_the_page_that_speaks_under_its_own_id_is_no_author(page: Profile) -> None:
    take_items(page, [comment(author_id="1001")], at=NOON)
    assert (InboxItem.objects.count(), InboxAnswer.objects.count()) == (0, 1)


def test_a_closed_item_stays_closed_when_we_answer_once_more(page: Profile) -> None:
    take_items(page, [comment()], at=NOON)
    InboxItem.objects.update(state="closed", closed_at=NOON)
    take_answer(page, comment("91", is_own=True, answers_id="77"), at=NOON)
    assert states() == {"77": "closed"}


def test_an_erased_item_stays_erased(page: Profile) -> None:
    take_items(page, [comment()], at=NOON)
    InboxItem.objects.update(text="", author_id="", erased_at=NOON)
    take_items(page, [comment(told_at=NOON + MINUTE)], at=NOON + MINUTE)
    assert InboxItem.objects.get().text == ""


def test_a_batch_costs_the_same_however_many_there_are(
    page: Profile, django_assert_num_queries: Any
) -> None:
    """The lock, posts, rules, known items, the insert, known answers, two of the savepoint."""
    for count in (1, 3):
        readings = [comment(f"{count}{n}") for n in range(count)]
        with django_assert_num_queries(8):
            take_items(page, readings, at=NOON)


def test_rules_come_with_the_program() -> None:
    assert SuggestionRule.objects.count() == len(RULES)
