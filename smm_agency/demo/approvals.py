"""Approvals of a demo client: links, a thread, rounds of correction, silence taken for consent.

The steps are the program's own; the posts go out on a network where people post by hand.
"""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F
from django.utils import translation

from clients.models import Letter, Role, User
from communities.models import Community, WordChannel
from content.approval_links import LETTER_KEY, make_link
from content.consent import take_silence, warn_of_consent
from content.discussion import add_comment
from content.models import (
    Approvals,
    ContentTerms,
    Post,
    PostGoal,
    PostState,
    Publication,
    TextWork,
)
from content.versions import keep_change
from content.workflow import ClientWord, move_post
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage
from strategy.models import ContentSource

S = PostState
STORY, NETWORK = "cafe", "ok"
TO_CLIENT = (S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, S.CLIENT_REVIEW)
HOUR = dt.timedelta(hours=1)
WHY = "Просили в мессенджере, подробности в переписке."

TERMS = {
    "approvals": Approvals.CLIENT,
    "correction_rounds": 2,
    "consent_hours": 16,
    "has_approval_links": True,
}
TEXTS = {
    "Пирог недели: груша и миндаль": (
        "На этой неделе печём пирог с грушей и миндалём. Заказывайте до четверга: печём к"
        " выходным, привозим тёплым."
    ),
    "Как мы выбираем муку": (
        "Мука у нас от двух мельниц, и каждую партию мы пробуем на одном и том же хлебе."
    ),
    "Завтраки по субботам": "С субботы открываемся в девять и подаём завтраки до полудня.",
    "Детский мастер-класс": (
        "В воскресенье дети лепят и украшают печенье. Мест двенадцать, запись по телефону."
    ),
}
CHEAPER = "Заказывайте до пятницы: печём к выходным, привозим тёплым. Доставка от 1 500 рублей."


def write_approvals(stages: Sequence[Stage]) -> None:
    """Does nothing for the other stories."""
    stage = next((each for each in stages if each.story.key == STORY), None)
    if stage is None:
        return
    community = next(row.community for row in stage.own if row.page.network == NETWORK)
    if community is None:
        return
    with translation.override(stage.story.language):
        ContentTerms.objects.update_or_create(client=stage.client, defaults=TERMS)
        _Scene(stage, community).play()


class _Scene:
    """Who does what, on which day."""

    def __init__(self, stage: Stage, community: Community) -> None:
        self.stage = stage
        self.community = community
        self.manager: User = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
        self.writer: User = stage.cast.member(stage.story, Role.CONTENT_MANAGER)
        self.owner = stage.story.people[0].name

    def play(self) -> None:
        pear, flour, breakfast, children = TEXTS
        self.consent_by_silence(flour)
        waiting = self.second_round(pear)
        self.beyond_the_agreement(breakfast)
        self.among_the_agency(children)
        # What was written in the past was read in the past.
        Letter.objects.filter(client=self.stage.client, sent_at=None).update(
            sent_at=F("written_at")
        )
        self.ask_by_link(waiting)

    def at(self, days_ago: int, hour: int = 11) -> dt.datetime:
        return self.stage.moment(self.stage.today - DAY * days_ago, hour)

    def post(self, title: str, *, days_ago: int, goes_out_in: int) -> Post:
        post = Post.objects.create(
            client=self.stage.client, title=title, text=TEXTS[title], source=ContentSource.OWN,
            text_work=TextWork.WRITTEN, goal=PostGoal.CALL, author=self.writer,
            approver=self.manager, created_by=self.writer, created_at=self.at(days_ago),
            state_since=self.at(days_ago), due_on=self.stage.today + DAY * (goes_out_in - 2),
        )  # fmt: skip
        Publication.objects.create(
            post=post, community=self.community, planned_at=self.at(-goes_out_in, 12)
        )
        self.move(post, S.IN_WORK, at=self.at(days_ago, 12))
        return post

    def move(self, post: Post, *states: str, at: dt.datetime, reason: str = "") -> None:
        """An hour each; the client's word came by a messenger."""
        for number, state in enumerate(states):
            is_word = state in (S.CLIENT_APPROVED, S.CLIENT_REWORK)
            day = self.stage.client.day_of(at)
            word = ClientWord(self.owner, day, WordChannel.MESSENGER) if is_word else None
            by = self.writer if state == S.INTERNAL_REVIEW else self.manager
            move_post(
                post, state, by=by, at=at + HOUR * number, reason=reason, word=word,
                confirms_over=True,
            )  # fmt: skip

    def rewrite(self, post: Post, text: str, *, at: dt.datetime) -> None:
        post.text = text
        post.save(update_fields=["text"])
        keep_change(post, by=self.writer, at=at)

    def say(self, post: Post, text: str, *, at: dt.datetime, said_by: str = "") -> None:
        by = self.manager if said_by else self.writer
        add_comment(post, text=text, by=by, at=at, is_internal=False, said_by=said_by)

    def consent_by_silence(self, title: str) -> None:
        """Sent twelve days ago, warned of, never answered; scheduled after that."""
        post = self.post(title, days_ago=14, goes_out_in=2)
        self.move(post, *TO_CLIENT, at=self.at(12))
        post.refresh_from_db()
        if post.consent_at is None:
            return
        warned_at = post.consent_at - DAY
        warn_of_consent(at=warned_at)
        Letter.objects.filter(client=post.client, sent_at=None).update(sent_at=warned_at)
        take_silence(at=post.consent_at)
        post.refresh_from_db()
        self.move(post, S.SCHEDULED, at=self.at(3))

    def second_round(self, title: str) -> Post:
        """A change was asked for, made, and waits for the client's word."""
        post = self.post(title, days_ago=6, goes_out_in=4)
        self.move(post, *TO_CLIENT, at=self.at(5))
        change = "До пятницы успеем. И добавьте, от какой суммы доставка."
        self.say(post, change, at=self.at(4, 10), said_by=self.owner)
        self.move(post, S.CLIENT_REWORK, at=self.at(4), reason=change)
        first, _dot, _rest = TEXTS[title].partition(". ")
        self.rewrite(post, f"{first}. {CHEAPER}", at=self.at(3, 10))
        self.move(post, *TO_CLIENT, at=self.at(1, 12))
        self.say(post, "Поправили срок и добавили доставку.", at=self.at(1, 15))
        return post

    def beyond_the_agreement(self, title: str) -> None:
        post = self.post(title, days_ago=10, goes_out_in=8)
        for number in range(3):
            day = 9 - number * 2
            self.move(post, *TO_CLIENT, at=self.at(day))
            self.move(post, S.CLIENT_REWORK, at=self.at(day, 16), reason=WHY)
            self.rewrite(post, f"{TEXTS[title]} Вариант {number + 2}.", at=self.at(day, 18))

    def among_the_agency(self, title: str) -> None:
        post = self.post(title, days_ago=3, goes_out_in=9)
        self.move(post, S.INTERNAL_REVIEW, at=self.at(2))
        question = add_comment(
            post, text="Номер для записи тот же, что в меню?", by=self.writer, at=self.at(2, 13)
        )
        add_comment(
            post, text="Нет, возьмите номер коллтрекинга.", by=self.manager, at=self.at(2, 14),
            answers=question, tell=[self.writer],
        )  # fmt: skip

    def ask_by_link(self, post: Post) -> None:
        contact = self.stage.client.contacts.exclude(email="").first()
        if contact is None:
            return
        make_link(
            post.client, [post], contact=contact, by=self.manager, at=self.at(1, 15), is_sent=True
        )
        Letter.objects.filter(key__startswith=LETTER_KEY, client=post.client).update(
            sent_at=self.at(1, 15)
        )
