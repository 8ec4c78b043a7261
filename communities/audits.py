"""Audits of pages: begun from the criteria of the network, finished when nothing is lacking."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from communities.models import Audit, AuditCriterion, AuditScore, AuditState, Profile

USUAL_DAYS = 30
MOST_DAYS = 366
DAY = dt.timedelta(days=1)
# What a score of an audit is copied from: a criterion, or the same score of the audit before.
COPIED = (
    "code", "section", "position", "title_en", "title_ru", "look_en", "look_ru", "prefill",
)  # fmt: skip
MOST_NAMED = 8


def criteria_of(network: str) -> list[AuditCriterion]:
    """Those in use: general ones, and the network's own in place of general ones of their code.

    A network's own one that is switched off takes the general one of its code away too.
    """
    rows = AuditCriterion.objects.filter(network__in=("", network)).order_by("network")
    by_code = {row.code: row for row in rows}
    found = [row for row in by_code.values() if row.is_active]
    return sorted(found, key=lambda row: (row.position, row.pk))


def usual_period(*, on: dt.date) -> tuple[dt.date, dt.date]:
    """The last 30 whole days."""
    return on - DAY * USUAL_DAYS, on - DAY


def start_audit(
    profile: Profile,
    *,
    by: User,
    on: dt.date,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> Audit:
    """A draft with every criterion of the page's network; its figures are of the last 30 days
    unless others are given. Raises ValidationError.
    """
    return _start(profile, None, criteria_of(profile.network), by=by, on=on, days=(first, last))


def start_reaudit(
    previous: Audit,
    *,
    by: User,
    on: dt.date,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> Audit:
    """A draft that can be held against the audit before: what was looked at is looked at again, in
    the same words; criteria that came since are added, those that went are left out.

    Raises ValidationError.
    """
    if previous.is_open:
        raise ValidationError(_("Finish this audit first: there is nothing to compare with yet."))
    known = {row.code: row for row in previous.scores.all()}
    rows = [known.get(row.code, row) for row in criteria_of(previous.profile.network)]
    return _start(previous.profile, previous, rows, by=by, on=on, days=(first, last))


@transaction.atomic
def _start(
    profile: Profile,
    previous: Audit | None,
    rows: Sequence[AuditCriterion | AuditScore],
    *,
    by: User,
    on: dt.date,
    days: tuple[dt.date | None, dt.date | None],
) -> Audit:
    first, last = _period(days, on=on)
    # Two who begin at once: the second one finds the audit of the first.
    Client.objects.select_for_update(no_key=True).get(pk=profile.client_id)
    _check_start(profile, rows, by=by, on=on)
    audit = Audit.objects.create(
        profile=profile,
        previous=previous,
        number=_next_number(profile),
        conducted_on=on,
        period_first=first,
        period_last=last,
        conducted_by=by,
    )
    AuditScore.objects.bulk_create(
        AuditScore(
            client_id=audit.client_id, audit=audit, **{name: getattr(row, name) for name in COPIED}
        )
        for row in rows
    )
    return audit


def _period(days: tuple[dt.date | None, dt.date | None], *, on: dt.date) -> tuple[dt.date, dt.date]:
    usual_first, usual_last = usual_period(on=on)
    last = days[1] or usual_last
    first = days[0] or min(usual_first, last - DAY * (USUAL_DAYS - 1))
    if last > usual_last:
        raise ValidationError({"last": _("This day is not over yet: choose an earlier one.")})
    if first > last:
        raise ValidationError({"first": _("The first day is after the last: swap them.")})
    if (last - first).days >= MOST_DAYS:
        message = _("Choose %(days)d days at most.") % {"days": MOST_DAYS}
        raise ValidationError({"first": message})
    return first, last


def _check_start(
    profile: Profile, rows: Sequence[AuditCriterion | AuditScore], *, by: User, on: dt.date
) -> None:
    if not may(by, "communities.add_audit", client=profile.client_id, on=on):
        raise ValidationError(_("You may not audit pages of this client; ask an account manager."))
    if profile.relation != Profile.Relation.OWN:
        raise ValidationError(
            _("Only the client's own pages are audited; competitors are compared.")
        )
    if not rows:
        raise ValidationError(_("No criterion is in use: ask a director to switch some on."))
    draft = Audit.objects.filter(profile=profile, state=AuditState.DRAFT).first()
    if draft is not None:
        message = _("Audit %(number)s of this page is not finished: finish or delete it first.")
        raise ValidationError(message % {"number": draft.number})


def _next_number(profile: Profile) -> int:
    numbers = Audit.objects.filter(profile=profile)
    highest: int = numbers.aggregate(most=Coalesce(Max("number"), Value(0)))["most"]
    return highest + 1


# --- Finishing -----------------------------------------------------------------------------------


@transaction.atomic
def finish_audit(audit: Audit, *, by: User, on: dt.date, at: dt.datetime) -> Audit:
    """From now on it does not change. Raises ValidationError with all that is lacking."""
    if not may(by, "communities.change_audit", client=audit.client_id, on=on):
        raise ValidationError(_("You may not finish audits of this client."))
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if not audit.is_open:
        raise ValidationError(_("This audit has been finished already."))
    if problems := what_lacks(audit):
        raise ValidationError(problems)
    audit.state, audit.finished_at, audit.finished_by = AuditState.FINISHED, at, by
    audit.save(update_fields=["state", "finished_at", "finished_by"])
    return audit


def what_lacks(audit: Audit) -> list[str]:
    """A sentence for each kind of gap, with the criteria that have it; empty: it can be finished.

    Every criterion is judged or said not to apply, and whatever is not good says by what it is
    seen, what is wrong, what to do and how soon.
    """
    rows = list(audit.scores.all())
    found = [row for row in rows if row.is_finding]
    gaps = [
        (
            _("Not judged yet"),
            [row for row in rows if row.score is None and not row.is_not_applicable],
        ),
        (_("Scored 0 or 1 without evidence"), [row for row in found if not row.has_evidence]),
        (
            _("Scored 0 or 1 without a finding"),
            [row for row in found if not row.finding.strip()],
        ),
        (
            _("Scored 0 or 1 without a recommendation"),
            [row for row in found if not row.recommendation.strip()],
        ),
        (_("Scored 0 or 1 without a priority"), [row for row in found if not row.priority]),
    ]
    sentences = [_("Write the verdict.")] if not audit.verdict.strip() else []
    sentences += [_named(problem, lacking) for problem, lacking in gaps if lacking]
    if not any(row.score is not None for row in rows):
        sentences.append(_("Nothing is judged: there is no score to tell."))
    return sentences


def _named(problem: str, rows: Sequence[AuditScore]) -> str:
    """`Not judged yet (12): “Cover”, “Menu”… and 10 more.`"""
    return _("%(problem)s (%(count)d): %(names)s.") % {
        "problem": problem,
        "count": len(rows),
        "names": names_of(rows),
    }


def names_of(rows: Iterable[AuditScore]) -> str:
    titles = [_("“%(title)s”") % {"title": row.title} for row in rows]
    if len(titles) <= MOST_NAMED:
        return ", ".join(titles)
    return _("%(names)s and %(more)d more") % {
        "names": ", ".join(titles[:MOST_NAMED]),
        "more": len(titles) - MOST_NAMED,
    }


@transaction.atomic
def show_audit(audit: Audit, *, is_shown: bool, by: User, on: dt.date) -> None:
    """Let the client see a finished audit in the portal, or hide it again.

    The report of a re-audit tells of the one before: both are shown, or neither.
    """
    if not may(by, "communities.change_audit", client=audit.client_id, on=on):
        raise ValidationError(_("You may not finish audits of this client."))
    rows = Audit.objects.select_for_update().filter(profile=audit.profile_id)
    page = {row.pk: row for row in rows}
    if page[audit.pk].is_open:
        raise ValidationError(_("Only a finished audit is shown to the client."))
    before = page.get(audit.previous_id or 0)
    if is_shown and before is not None and not before.is_shown:
        message = _("Its report compares with audit %(number)s: show that one first.")
        raise ValidationError(message % {"number": before.number})
    after = [row.number for row in page.values() if row.previous_id == audit.pk and row.is_shown]
    if not is_shown and after:
        message = _("The client sees audit %(number)s, which compares with this: hide it first.")
        raise ValidationError(message % {"number": min(after)})
    audit.is_shown = is_shown
    audit.save(update_fields=["is_shown"])
