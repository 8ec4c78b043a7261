"""The life of a brief: begun, filled in by staff or by the client's workbook, agreed, frozen."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.brief_questions_industry import industry_of
from clients.brief_values import answer_in_words
from clients.models import (
    Brief,
    BriefAnswer,
    BriefQuestion,
    BriefSection,
    BriefState,
    Client,
    Engagement,
    User,
)

SECTION_ORDER = [section.value for section in BriefSection]


@dataclass(frozen=True)
class Progress:
    answered: int
    questions: int
    required: int
    required_answered: int

    @property
    def percent(self) -> int:
        """Of the required answers; 100 where nothing is required."""
        return round(100 * self.required_answered / self.required) if self.required else 100


@transaction.atomic
def begin_brief(
    engagement: Engagement, *, by: User, at: dt.datetime, industry: str | None = None
) -> Brief:
    """A new version, with the answers of the one that was agreed last; the open one where there is.

    Without an industry, it is that of the last version, or what the client's own words say.
    """
    Client.objects.select_for_update(no_key=True).get(pk=engagement.client_id)
    last = engagement.briefs.order_by("-version").first()
    if last is not None and last.state != BriefState.AGREED:
        return last
    if industry is None:
        industry = last.industry if last else industry_of(engagement.client.industry)
    brief = Brief.objects.create(
        client_id=engagement.client_id,
        engagement=engagement,
        industry=industry,
        version=last.version + 1 if last else 1,
        made_by=by,
        made_at=at,
    )
    if last is not None:
        _copy_answers(last, brief)
    return brief


def _copy_answers(old: Brief, new: Brief) -> None:
    BriefAnswer.objects.bulk_create(
        BriefAnswer(
            client_id=new.client_id,
            brief=new,
            question_id=answer.question_id,
            value=answer.value,
            changed_by_id=answer.changed_by_id,
            changed_at=answer.changed_at,
        )
        for answer in old.answers.all()
    )


def questions_of(brief: Brief) -> list[BriefQuestion]:
    """In the order of asking: those in use, and what was answered while it was in use."""
    asked = models.Q(is_used=True, industry__in={"", brief.industry})
    answered = models.Q(pk__in=brief.answers.values("question"))
    found = BriefQuestion.objects.filter(asked | answered)
    return sorted(found, key=lambda each: (SECTION_ORDER.index(each.section), each.position))


def values_of(brief: Brief) -> dict[str, str]:
    """What was answered, by the question's code."""
    return dict(brief.answers.values_list("question__code", "value"))


def progress_of(questions: list[BriefQuestion], values: Mapping[str, str]) -> Progress:
    required = [question for question in questions if question.is_required]
    return Progress(
        answered=sum(bool(values.get(question.code)) for question in questions),
        questions=len(questions),
        required=len(required),
        required_answered=sum(bool(values.get(question.code)) for question in required),
    )


@transaction.atomic
def answer_brief(
    brief: Brief,
    *,
    answers: Mapping[str, str],
    seen: Mapping[str, str],
    by: User,
    at: dt.datetime,
) -> int:
    """Write down the answers that differ from what was `seen`; how many changed.

    Raises ValidationError, by question, where somebody has changed one meanwhile.
    """
    locked = _open_brief(brief)
    questions = {question.code: question for question in questions_of(locked)}
    stand = values_of(locked)
    changes = {
        code: value
        for code, value in answers.items()
        if code in questions and value != seen.get(code, "")
    }
    _check_seen(changes, seen, stand)
    for code, value in changes.items():
        _write(locked, questions[code], value, by=by, at=at)
    if changes and locked.state == BriefState.FILLED:
        _reopen_if_empty(locked)
    return sum(value != stand.get(code, "") for code, value in changes.items())


def _check_seen(
    changes: Mapping[str, str], seen: Mapping[str, str], stand: Mapping[str, str]
) -> None:
    message = _("Somebody has changed this meanwhile: look at it again.")
    late = {
        code: message
        for code, value in changes.items()
        if stand.get(code, "") not in (seen.get(code, ""), value)
    }
    if late:
        raise ValidationError(late)


def _write(brief: Brief, question: BriefQuestion, value: str, *, by: User, at: dt.datetime) -> None:
    if not value:
        brief.answers.filter(question=question).delete()
        return
    BriefAnswer.objects.update_or_create(
        brief=brief,
        question=question,
        defaults={"value": value, "changed_by": by, "changed_at": at},
        create_defaults={
            "client_id": brief.client_id,
            "value": value,
            "changed_by": by,
            "changed_at": at,
        },
    )


def _reopen_if_empty(brief: Brief) -> None:
    """A brief that lacks a required answer is not filled in any more."""
    if missing_of(brief):
        brief.state, brief.filled_at = BriefState.OPEN, None
        brief.save(update_fields=["state", "filled_at"])


def missing_of(brief: Brief) -> list[BriefQuestion]:
    """Required questions without an answer."""
    values = values_of(brief)
    return [each for each in questions_of(brief) if each.is_required and not values.get(each.code)]


def _open_brief(brief: Brief) -> Brief:
    """The row for as long as the transaction lasts. Raises ValidationError once it is agreed."""
    locked = Brief.objects.select_for_update(of=("self",)).select_related("client").get(pk=brief.pk)
    if locked.state == BriefState.AGREED:
        raise ValidationError(_("The brief is agreed: begin a new version to change it."))
    return locked


@transaction.atomic
def mark_sent(brief: Brief, *, at: dt.datetime) -> None:
    locked = _open_brief(brief)
    if locked.state == BriefState.OPEN:
        locked.state = BriefState.SENT
    locked.sent_at = at
    locked.save(update_fields=["state", "sent_at"])


@transaction.atomic
def mark_filled(brief: Brief, *, at: dt.datetime) -> None:
    """Raises ValidationError with what is still to be answered."""
    locked = _open_brief(brief)
    _check_whole(locked)
    locked.state, locked.filled_at = BriefState.FILLED, at
    locked.save(update_fields=["state", "filled_at"])


def _check_whole(brief: Brief) -> None:
    if missing := missing_of(brief):
        words = ngettext(
            "%(count)s required answer is missing: %(names)s.",
            "%(count)s required answers are missing: %(names)s.",
            len(missing),
        )
        names = "; ".join(question.text for question in missing[:5])
        names += "…" if len(missing) > 5 else ""
        raise ValidationError(words % {"count": len(missing), "names": names.rstrip("?")})


@transaction.atomic
def agree_brief(brief: Brief, *, by: User, at: dt.datetime) -> None:
    """Freeze it: the questions as they were asked and the answers in the client's words.

    Raises ValidationError where a required answer is missing, or it is agreed already.
    """
    locked = _open_brief(brief)
    _check_whole(locked)
    with translation.override(locked.client.language):
        answers = list(locked.answers.select_related("question"))
        for answer in answers:
            answer.asked = answer.question.text
            answer.told = answer_in_words(answer.question, answer.value)
    BriefAnswer.objects.bulk_update(answers, ["asked", "told"])
    locked.state, locked.agreed_at, locked.agreed_by = BriefState.AGREED, at, by
    locked.filled_at = locked.filled_at or at
    locked.save(update_fields=["state", "agreed_at", "agreed_by", "filled_at"])
