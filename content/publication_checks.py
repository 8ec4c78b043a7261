"""What stands in the way of one publication: its time, its community, its key, the network."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.marking import Advertising, Refusal, refusals
from communities.models import AccessKey, Community
from communities.networks.keys import capabilities_text
from communities.networks.post_fit import FileFacts, misfits
from communities.networks.post_limits import limits_of
from communities.networks.publishing import publisher_for
from communities.posting_keys import keys_of, needed_for, posting_key
from content.models import Post, PostFile, Publication, PublicationState
from content.outgoing import files_of, marking_rule, outgoing_text
from content.problem import Problem

# From so long before its time on, the community has to run.
A_DAY = dt.timedelta(days=1)
# Which field of the post a refusal of the marking is about.
MARKING_FIELDS = {
    "identifier": "erid",
    "advertiser": "advertiser",
    "network": "is_ad",
    "registration": "is_ad",
}
# Of these each community has its own; the rest is said once of the post.
OF_THE_PAGE = ("network", "registration")


def publication_problems(
    publication: Publication,
    files: Sequence[PostFile],
    keys: Sequence[AccessKey],
    *,
    at: dt.datetime,
) -> Iterator[Problem]:
    """Each sentence begins with the community's name. `keys` are the client's."""
    here = files_of(publication, files)
    for problem in (
        *_of_time(publication, at),
        *_of_community(publication, at),
        *fit_problems(publication, here),
        *_of_key(publication, here, keys, at),
        *_of_marking(publication),
    ):
        text = f"{publication.community}: {problem.text}"
        yield Problem(text, problem.field, problem.is_blocking)


def _of_time(publication: Publication, at: dt.datetime) -> Iterator[Problem]:
    if publication.planned_at is None:
        yield Problem(_("no time is planned: give one."), "publications")
    elif publication.state == PublicationState.PLANNED and publication.planned_at <= at:
        local = publication.planned_at.astimezone(publication.post.client.zone)
        when = date_format(local, "SHORT_DATETIME_FORMAT")
        message = _("the planned time is past (%(when)s): give a later one.")
        yield Problem(message % {"when": when}, "publications")


def _of_community(publication: Publication, at: dt.datetime) -> Iterator[Problem]:
    community = publication.community
    if community.state == Community.State.ARCHIVED:
        message = _("the community is archived: take it out, or open the community again.")
        yield Problem(message, "publications")
    elif community.state != Community.State.RUNNING:
        planned = publication.planned_at
        message = _("the community does not run yet (%(state)s): launch it before the post.")
        state = {"state": community.get_state_display()}
        yield Problem(message % state, "publications", planned is None or planned <= at + A_DAY)
    if community.profile.gone_at is not None:
        message = _("the page is deleted or blocked on the network: look at it first.")
        yield Problem(message, "publications")


def fit_problems(publication: Publication, files: Sequence[PostFile]) -> Iterator[Problem]:
    """What the network would refuse; `files` are those that go out here."""
    limits = limits_of(publication.community.profile.network)
    if limits is None:
        return
    post = publication.post
    facts = [facts_of(file) for file in files]
    text = outgoing_text(publication)
    for misfit in misfits(limits, title=post.title, text=text, files=facts):
        yield Problem(misfit.text, misfit.field)


def facts_of(row: PostFile) -> FileFacts:
    file = row.file
    return FileFacts(file.name, file.content_type, file.size, file.width, file.height)


def _of_key(
    publication: Publication,
    files: Sequence[PostFile],
    keys: Sequence[AccessKey],
    at: dt.datetime,
) -> Iterator[Problem]:
    """Of networks that the program posts to itself; the others are posted to by hand."""
    profile = publication.community.profile
    if publisher_for(profile.network) is None:
        return
    needed = needed_for(file.file.content_type for file in files)
    of_page = keys_of(profile, keys)
    key = posting_key(of_page, needed)
    if key is None:
        yield from _without_key(of_page, needed)
        return
    when = max(at, publication.planned_at or at)
    if key.expires_at is not None and key.expires_at <= when and not key.refresh_secret:
        message = _("the key “%(key)s” runs out before that: renew it.")
        yield Problem(message % {"key": key.label}, "publications")


def _without_key(keys: Sequence[AccessKey], needed: frozenset[str]) -> Iterator[Problem]:
    if not keys:
        message = _("there is no key to post with: add one to the page.")
        yield Problem(message, "publications")
        return
    key = keys[0]
    if key.state == AccessKey.State.REFUSED:
        message = _("the network refuses the key “%(key)s” (%(note)s): connect it anew.")
        words = {"key": key.label, "note": key.state_note or "—"}
        yield Problem(message % words, "publications")
    elif all(each.state == AccessKey.State.UNCHECKED for each in keys):
        message = _("the key “%(key)s” is not checked yet: press “Check again” on its page.")
        yield Problem(message % {"key": key.label}, "publications", is_blocking=False)
    else:
        message = _("no key can do this here (%(needed)s): add one that can. %(why)s")
        why = "; ".join(str(key.lacks[each]) for each in sorted(needed) if each in key.lacks)
        words = {"needed": capabilities_text(sorted(needed)), "why": why}
        yield Problem((message % words).strip(), "publications")


def _of_marking(publication: Publication) -> Iterator[Problem]:
    """Of the page; what the post itself lacks is said once, by `marking_problems`."""
    if publication.post.is_ad:
        for refusal in _refusals(publication):
            if refusal.lacks in OF_THE_PAGE:
                yield Problem(refusal.text, MARKING_FIELDS[refusal.lacks])


def marking_problems(publications: Sequence[Publication]) -> Iterator[Problem]:
    """What the law of the client's country asks of the post, whatever its network."""
    for publication in publications:
        if publication.post.is_ad:
            for refusal in _refusals(publication):
                if refusal.lacks not in OF_THE_PAGE:
                    yield Problem(refusal.text, MARKING_FIELDS[refusal.lacks])


def _refusals(publication: Publication) -> list[Refusal]:
    post: Post = publication.post
    profile = publication.community.profile
    name = str(profile.get_network_display())
    advertising = Advertising(
        post.erid,
        post.advertiser,
        profile.network,
        name,
        profile.title,
        profile.followers_now,
        profile.is_registered,
    )
    return refusals(marking_rule(publication), advertising)
