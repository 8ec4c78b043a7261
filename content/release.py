"""Letting the publications of a post go, and holding them back again."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext as _

from content.models import Post, Publication, PublicationState

P = PublicationState
# In a worker's hands, out, with the network, or nobody knows: it cannot be called back.
GONE = (P.CLAIMED, P.SENDING, P.PLACED, P.SENT, P.UNKNOWN)


@transaction.atomic
def release(post: Post, *, at: dt.datetime) -> int:
    """Planned publications become due at their times; how many.

    Raises ValidationError where there is none, or where one has no time ahead.
    """
    rows = list(_locked(post))
    if not rows:
        raise ValidationError(_("Choose at least one community for the post."))
    planned = [row for row in rows if row.state == P.PLANNED]
    refusals = [words for row in planned if (words := _why_no_time(row, at))]
    if refusals:
        raise ValidationError(refusals)
    return Publication.objects.filter(pk__in=[row.pk for row in planned]).update(
        state=P.DUE, next_try_at=F("planned_at"), promised_at=promise(at=at), attempts=0,
        failure="", failure_kind="",
    )  # fmt: skip


def promise(*, at: dt.datetime) -> Case:
    """Its time is promised from now on; a promise that has passed was not kept, and stays."""
    return Case(When(promised_at__lte=at, then=F("promised_at")), default=F("planned_at"))


@transaction.atomic
def withdraw(post: Post, *, at: dt.datetime) -> int:
    """What has not gone out is planned again, and waits for approval; how many.

    Raises ValidationError where one is being sent, is out, or may be.
    """
    rows = list(_locked(post))
    refusals = [_why_gone(row) for row in rows if row.state in GONE]
    if refusals:
        raise ValidationError(refusals)
    held = [row.pk for row in rows if row.state != P.PLANNED]
    return Publication.objects.filter(pk__in=held).update(
        state=P.PLANNED, next_try_at=None, lease_until=None, lease_token=None
    )


def plan_again(post: Post) -> int:
    """Of a post that is opened again: the communities that were cancelled come back; how many."""
    cancelled = Publication.objects.filter(post=post, state=P.CANCELLED)
    return cancelled.update(
        state=P.PLANNED, next_try_at=None, due_since=None, attempts=0, absences=0, resends=0,
        failure="", failure_kind="",
    )  # fmt: skip


def _locked(post: Post) -> QuerySet[Publication]:
    rows = post.publications.exclude(state=P.CANCELLED)
    return rows.select_for_update(of=("self",)).select_related("community__profile").order_by("pk")


def _why_no_time(row: Publication, at: dt.datetime) -> str:
    if row.planned_at is None:
        words = _("%(community)s: give the publication a day and a time.")
    elif row.planned_at <= at:
        words = _("%(community)s: the planned time has passed, choose a later one.")
    else:
        return ""
    return words % {"community": row.community}


def _why_gone(row: Publication) -> str:
    if row.state == P.SENT:
        words = _("%(community)s: it is published already, so the post stays as it is.")
    elif row.state == P.UNKNOWN:
        words = _("%(community)s: nobody knows whether it is out. Look at the network first.")
    else:
        words = _("%(community)s: it is being sent right now. Look again in a minute.")
    return words % {"community": row.community}
