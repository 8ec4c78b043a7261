"""KPI reviews: each engagement looks back by its rhythm; a review that nobody holds is flagged."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import (
    Block,
    Client,
    ClientStatus,
    Engagement,
    NoticeKind,
    ReviewRhythm,
    Role,
    TeamMember,
    User,
)
from clients.rights import may
from clients.team import at_work
from clients.todo import add_task
from kpi.corrections import CAUSE_LENGTH, draft_correction
from kpi.failures import LATE_REVIEWS, REVIEWS, do_each
from kpi.findings import Finding
from kpi.flags import close_flags, open_or_refresh
from kpi.models import Flag, FlagKind, FlagState, KpiReview, Light
from kpi.review_figures import figures_of, happened_in
from kpi.work_ended import last_day_worked
from strategy.models import StrategyVersion
from strategy.periods import month_of

# A week after the period the review is held.
DUE_DAYS = 7
# A quarter and its first days, before which its review is still due.
LONGEST_PERIOD = 100
REVIEWED = (ClientStatus.ACTIVE, ClientStatus.ENDED)
FORTNIGHT = dt.timedelta(days=14)
DAY = dt.timedelta(days=1)


def period_before(engagement: Engagement, *, on: dt.date) -> tuple[dt.date, dt.date] | None:
    """The last whole period of the engagement's rhythm before a day; None before the first."""
    if engagement.review_rhythm == ReviewRhythm.FORTNIGHT:
        monday = engagement.starts_on - dt.timedelta(days=engagement.starts_on.weekday())
        first = monday + FORTNIGHT * ((on - monday) // FORTNIGHT - 1)
        last = first + FORTNIGHT - DAY
    else:
        last = month_of(on) - DAY
        if engagement.review_rhythm == ReviewRhythm.QUARTER:
            last = month_of(on.replace(month=(on.month - 1) // 3 * 3 + 1)) - DAY
            first = month_of(last.replace(month=last.month - 2, day=1))
        else:
            first = month_of(last)
    first = max(first, engagement.starts_on)
    return (first, last) if first <= last else None


def next_review_day(engagement: Engagement, *, on: dt.date) -> dt.date:
    """By when the next review is held: of the period that is over, or of the one that runs."""
    days = (on + DAY * ahead for ahead in range(LONGEST_PERIOD + 1))
    periods = (period_before(engagement, on=day) for day in days)
    dues = (period[1] + dt.timedelta(days=DUE_DAYS) for period in periods if period)
    return next(due for due in dues if due >= on)


def add_due_reviews(*, at: dt.datetime) -> list[KpiReview]:
    """Make the review of each engagement's last whole period, with a task for who holds it.

    Of a client who has left as well, where there was work in it: the final report is made from it.
    """
    running = Engagement.objects.filter(client__status__in=REVIEWED)
    made = do_each(
        running.select_related("client").order_by("pk"),
        lambda engagement: add_due_review(engagement, at=at),
        job=REVIEWS,
        client_of=lambda engagement: engagement.client_id,
        at=at,
    )
    return [review for review in made if review]


def add_due_review(engagement: Engagement, *, at: dt.datetime) -> KpiReview | None:
    """None where no period is over yet, or its review was made before."""
    period = period_before(engagement, on=engagement.client.day_of(at))
    has_ended = engagement.ends_on is not None and period and engagement.ends_on < period[0]
    if period is None or has_ended or has_left_before(engagement.client, period[0]):
        return None
    review, is_new = KpiReview.objects.get_or_create(
        engagement=engagement,
        starts_on=period[0],
        defaults={
            "client": engagement.client,
            "ends_on": period[1],
            "due_on": period[1] + dt.timedelta(days=DUE_DAYS),
        },
    )
    if not is_new:
        return None
    ask_to_review(review)
    return review


def has_left_before(client: Client, day: dt.date) -> bool:
    if client.status != ClientStatus.ENDED:
        return False
    last = last_day_worked(client)
    return last is None or last < day


def ask_to_review(review: KpiReview) -> None:
    """A task for each account manager of the client, or for whoever takes it."""
    managers = TeamMember.objects.active(on=review.due_on).filter(
        client=review.client_id, role=Role.ACCOUNT_MANAGER, user__is_active=True
    )
    here = at_work(managers.select_related("user"))
    owners: dict[User | None, None] = {member.user: None for member in here}
    for owner in owners or [None]:
        add_task(
            review.client,
            title=_("KPI review of %(first)s – %(last)s: hold it and close it")
            % {"first": date_format(review.starts_on), "last": date_format(review.ends_on)},
            block=Block.PROMOTION,
            owner=owner,
            due_on=review.due_on,
            origin=review,
            kind=NoticeKind.REVIEWS,
        )


def flag_overdue_reviews(*, at: dt.datetime) -> list[Flag]:
    """A process flag for each engagement whose review is late; those opened now."""
    waiting = KpiReview.objects.waiting().filter(client__status=ClientStatus.ACTIVE)
    # The oldest speaks: the flag is one for an engagement.
    oldest: dict[int, KpiReview] = {}
    for review in waiting.select_related("client").order_by("due_on"):
        oldest.setdefault(review.engagement_id, review)
    opened = do_each(
        oldest.values(),
        lambda review: flag_overdue(review, on=review.client.day_of(at)),
        job=LATE_REVIEWS,
        client_of=lambda review: review.client_id,
        at=at,
    )
    return [flag for flags in opened for flag in flags]


def flag_overdue(review: KpiReview, *, on: dt.date) -> list[Flag]:
    if review.due_on >= on:
        return []
    finding = Finding(
        review.client_id,
        FlagKind.PROCESS,
        cause_key(review),
        None,
        Light.AMBER,
        on,
        {"due_on": review.due_on.isoformat(), "review": review.pk},
        rule="review",
    )
    return open_or_refresh([finding])


def cause_key(review: KpiReview) -> str:
    return f"review:{review.engagement_id}"


@transaction.atomic
def close_review(
    review: KpiReview, *, learnt: str, changes: str, by: User, at: dt.datetime
) -> KpiReview:
    """Freeze what the review stands on; from now on it never changes. Raises ValidationError."""
    locked = (
        KpiReview.objects.select_for_update(of=("self",)).select_related("client").get(pk=review.pk)
    )
    problems = []
    if not may(by, "kpi.change_kpireview", client=locked.client_id):
        problems.append(_("You may not close reviews of this client; ask the account manager."))
    if locked.closed_at is not None:
        problems.append(_("This review is closed already."))
    if locked.ends_on >= locked.client.day_of(at):
        problems.append(_("The period is not over yet."))
    if not learnt.strip():
        problems.append(_("Write what was learnt, be it that all goes as planned."))
    if not changes.strip():
        problems.append(_("Write what changes, be it nothing."))
    if problems:
        raise ValidationError(problems)
    locked.learnt, locked.changes = learnt, changes
    locked.figures = figures_of(locked, at=at)
    locked.happened = happened_in(locked)
    locked.closed_at, locked.closed_by = at, by
    locked.save()
    waiting = KpiReview.objects.waiting().filter(
        engagement=locked.engagement_id, due_on__lt=locked.client.day_of(at)
    )
    if not waiting.exists():
        flags = Flag.objects.filter(client=locked.client_id, cause_key=cause_key(locked))
        over = flags.exclude(state=FlagState.CLOSED).values_list("pk", flat=True)
        close_flags(list(over), why="reviewed", at=at)
    return locked


@transaction.atomic
def publish_review(review: KpiReview, *, client_text: str, by: User) -> KpiReview:
    """Let the client read a closed review: its figures and this text. Raises ValidationError."""
    locked = KpiReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    problems = []
    if not may(by, "kpi.change_kpireview", client=locked.client_id):
        problems.append(_("You may not publish reviews of this client; ask the account manager."))
    if locked.closed_at is None:
        problems.append(_("Close the review before publishing it."))
    if not client_text.strip():
        problems.append(_("Write the text for the client before publishing."))
    if problems:
        raise ValidationError(problems)
    locked.client_text, locked.is_published = client_text, True
    locked.save(update_fields=["client_text", "is_published"])
    return locked


@transaction.atomic
def correct_by_review(
    review: KpiReview, *, by: User, on: dt.date, starts_on: dt.date | None = None
) -> StrategyVersion:
    """Draft the next version of the strategy for what a closed review found to change."""
    rows = KpiReview.objects.select_for_update(of=("self",)).select_related("client")
    locked = rows.get(pk=review.pk)
    problems = []
    if not may(by, "kpi.change_kpireview", client=locked.client_id, on=on):
        problems.append(_("You may not work on reviews of this client; ask the account manager."))
    if locked.closed_at is None:
        problems.append(_("Close the review first: it says what changes."))
    if locked.next_version_id is not None:
        problems.append(_("The strategy is being corrected by this review already."))
    if problems:
        raise ValidationError(problems)
    locked.next_version = draft_correction(
        locked.client_id, cause=cause_of_review(locked), by=by, on=on, starts_on=starts_on
    )
    locked.save(update_fields=["next_version"])
    return locked.next_version


def cause_of_review(review: KpiReview) -> str:
    """What was learnt and what changes, under the period."""
    period = _("KPI review of %(first)s – %(last)s") % {
        "first": date_format(review.starts_on), "last": date_format(review.ends_on),
    }  # fmt: skip
    return f"{period}: {review.learnt.strip()}\n{review.changes.strip()}"[:CAUSE_LENGTH]
