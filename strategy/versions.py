"""New drafts: numbered under a lock, and made from the version that is in force."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, Engagement, User
from clients.rights import may
from strategy.copying import copy_parts
from strategy.models import SectionKind, StrategySection, StrategyVersion, VersionState


def lock_client(client_id: int) -> Client:
    """One change of a client's strategies at a time; lets rows that refer to it in."""
    return Client.objects.select_for_update(no_key=True).get(pk=client_id)


@transaction.atomic
def create_draft(
    client: Client,
    *,
    engagement: Engagement | None,
    title: str,
    starts_on: dt.date,
    ends_on: dt.date,
    summary: str = "",
    cause: str = "",
    previous: StrategyVersion | None = None,
) -> StrategyVersion:
    """An empty draft with the client's next number, and every section still to be written.

    A lead's draft may wait for its engagement.
    """
    lock_client(client.pk)
    newest = StrategyVersion.objects.filter(client=client).aggregate(newest=Max("number"))["newest"]
    draft = StrategyVersion(
        client=client,
        engagement=engagement,
        number=(newest or 0) + 1,
        title=title,
        summary=summary,
        starts_on=starts_on,
        ends_on=ends_on,
        cause=cause,
        previous=previous,
    )
    draft.full_clean(exclude=["client", "engagement", "previous"])
    draft.save()
    StrategySection.objects.bulk_create(
        StrategySection(client=client, version=draft, kind=kind) for kind in SectionKind
    )
    return draft


@transaction.atomic
def next_version(
    version: StrategyVersion,
    *,
    by: User,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    cause: str = "",
) -> StrategyVersion:
    """A draft after an approved version: all that stands in it, and the months still to come.

    It runs to the end of the version it follows unless `ends_on` says otherwise. Refuses
    (ValidationError) with everything that speaks against it.
    """
    lock_client(version.client_id)
    version = StrategyVersion.objects.select_related("client", "engagement").get(pk=version.pk)
    ends_on = ends_on or version.ends_on
    _check_next(version, by=by, starts_on=starts_on, ends_on=ends_on)
    draft = create_draft(
        version.client,
        engagement=version.engagement,
        title=version.title,
        summary=version.summary,
        starts_on=starts_on,
        ends_on=ends_on,
        cause=cause,
        previous=version,
    )
    # The draft's own empty sections give way to those that are written.
    draft.sections.all().delete()
    copy_parts(version, draft)
    return draft


def _check_next(
    version: StrategyVersion, *, by: User, starts_on: dt.date, ends_on: dt.date
) -> None:
    problems = []
    if not may(by, "strategy.add_strategyversion", client=version.client_id):
        problems.append(_("You may not make strategies; ask a strategist."))
    if version.state != VersionState.APPROVED:
        problems.append(_("Only an approved version that still stands has a next one."))
    following = StrategyVersion.objects.filter(previous=version).first()
    if following:
        problems.append(
            _("Version %(number)s already follows this one; work on that one.")
            % {"number": following.number}
        )
    if starts_on <= version.starts_on:
        problems.append(
            _("Start the next version after %(day)s, the first day of this one.")
            % {"day": date_format(version.starts_on)}
        )
    if ends_on < starts_on:
        problems.append(
            _("This version ends on %(day)s: give the next one a later last day of its own.")
            % {"day": date_format(version.ends_on)}
        )
    if problems:
        raise ValidationError(problems)
