"""How people are answered in the demo: hours with a change, reviews by hand, a case, late answers.

The moments are stored as the program would have stored them; what is open and late is late on the
day on which the demo is loaded.
"""

import datetime as dt
from typing import NamedTuple

from clients.models import Client, Contact, Role, User
from content.incidents import add_note, end_incident, escalate, open_incident
from content.models import (
    BusinessHours,
    InboxCategory,
    InboxItem,
    InboxKind,
    InboxState,
    IncidentEntry,
    IncidentState,
    Severity,
)
from content.reply_clock import set_clocks
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage

FULL_STORY = "clinic"
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
MAPS = "Карты города"


class Review(NamedTuple):
    """`answered_after` is in minutes; None: nobody has answered yet."""

    days_ago: int
    author: str
    rating: int | None
    category: str
    text: str
    answered_after: int | None


REVIEWS = (
    Review(24, "Пётр Выдуманный", 5, InboxCategory.THANKS, "Спасибо доктору, всё понятно"
           " объяснили.", 45),
    Review(19, "Мария Несуществующая", 2, InboxCategory.CONSTRUCTIVE, "Ждала приёма сорок минут,"
           " хотя записалась на точное время.", 25),
    Review(12, "Семён Условный", 1, InboxCategory.EMOTIONAL, "Никогда больше сюда не приду! Деньги"
           " взяли, а помощи никакой.", 140),
    Review(6, "Гость карт", 4, InboxCategory.QUESTION, "Хорошая клиника. Есть ли приём в"
           " воскресенье?", 20),
    Review(2, "Анонимный гость", 1, InboxCategory.FAKE, "Были там вчера, всё ужасно. Идите в другую"
           " клинику.", None),
)  # fmt: skip


def write_care(stage: Stage) -> None:
    """Does nothing for the other stories."""
    if stage.story.key != FULL_STORY:
        return
    client, moderator = stage.client, stage.cast.member(stage.story, Role.MODERATOR)
    _write_hours(stage, by=moderator)
    items = [_write_review(client, review, stage.today, moderator) for review in REVIEWS]
    set_clocks(items, at=_noon(client, stage.today))
    manager = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    _write_solved(stage, items[1], by=moderator, owner=manager)
    _write_open(stage, items[4], by=moderator, owner=manager)


def _write_hours(stage: Stage, *, by: User) -> None:
    """Saturdays since a fortnight ago; what came in before keeps its moments."""
    long_ago, lately = stage.began_on, stage.today - DAY * 14
    for starts_on, friday, saturday in (
        (long_ago, "10:00–18:00", ""),
        (lately, "09:00–13:00, 14:00–20:00", "11:00–16:00"),
    ):
        BusinessHours.objects.create(
            client=stage.client, starts_on=starts_on, friday=friday, saturday=saturday,
            created_by=by,
        )  # fmt: skip


def _noon(client: Client, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), client.zone)


def _write_review(client: Client, review: Review, today: dt.date, by: User) -> InboxItem:
    at = _noon(client, today - DAY * review.days_ago)
    answered = None
    if review.answered_after is not None:
        answered = at + MINUTE * review.answered_after
    item: InboxItem = InboxItem.objects.create(
        client=client, kind=InboxKind.REVIEW, site=MAPS, author_name=review.author,
        rating=review.rating, category=review.category, text=review.text, received_at=at - HOUR,
        heard_at=at, assignee=by, first_reply_at=answered,
        state=InboxState.ANSWERED if answered else InboxState.IN_WORK,
    )  # fmt: skip
    return item


def _write_solved(stage: Stage, item: InboxItem, *, by: User, owner: User) -> None:
    """Brought to the client, ended with an outcome, and shown in the portal."""
    client = stage.client
    incident = open_incident(
        client, title="Долгое ожидание приёма", category=InboxCategory.CONSTRUCTIVE,
        severity=Severity.MEDIUM, owner=owner, items=[item], by=by, at=item.heard_at + HOUR,
        note="Отзыв на картах, оценка 2.",
    )  # fmt: skip
    contact = Contact.objects.filter(client=client).order_by("-is_main", "pk").first()
    if contact is not None:
        escalate(
            incident, contact=contact, channel=IncidentEntry.Channel.PHONE,
            said="Разберёмся с расписанием, человеку предложим приём без очереди.",
            seen_state=IncidentState.OPEN, by=owner, at=item.heard_at + HOUR * 2,
        )  # fmt: skip
    end_incident(
        incident, state=IncidentState.SOLVED, seen_state=incident.state, by=owner,
        outcome="Человеку ответили на картах и пригласили на приём без очереди; отзыв дополнен.",
        at=item.heard_at + HOUR * 26,
    )  # fmt: skip
    incident.is_published = True
    incident.shown_outcome = "Извинились, предложили приём без очереди; отзыв дополнен."
    incident.save(update_fields=["is_published", "shown_outcome"])


def _write_open(stage: Stage, item: InboxItem, *, by: User, owner: User) -> None:
    incident = open_incident(
        stage.client, title="Отзыв без визита в клинику", category=InboxCategory.FAKE,
        severity=Severity.LOW, owner=owner, items=[item], by=by, at=item.heard_at + HOUR,
    )  # fmt: skip
    add_note(
        incident, "В журнале записи такого визита нет: запросили у автора дату и врача.", by=by,
        at=item.heard_at + HOUR * 3,
    )  # fmt: skip
