"""Signed addresses by which a client sends material without a sign-in."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import ClientStatus, User
from content.models import MaterialRequest, RequestState, UploadLink
from content.terms import terms_of
from smm_agency.lib.link_tokens import hash_of, new_token


def make_link(
    request: MaterialRequest, *, by: User | None, at: dt.datetime
) -> tuple[str, UploadLink]:
    """The whole address, which nobody can read again later, and its row.

    Raises ValidationError where the client does not send material by links.
    """
    terms = terms_of(request.client)
    if not terms.has_upload_links:
        raise ValidationError(
            _("This client sends no material by links: the terms of community management say so.")
        )
    token = new_token()
    link = UploadLink.objects.create(
        request=request,
        token_hash=hash_of(token),
        made_at=at,
        made_by=by,
        expires_at=at + dt.timedelta(days=terms.link_days),
    )
    return settings.PUBLIC_URL + reverse("link:material", args=[token]), link


def find_link(token: str, *, at: dt.datetime) -> UploadLink | None:
    """The link while it works: known, in time, not withdrawn, its request still wanted.

    And while the client's terms still let material come by links.
    """
    working = UploadLink.objects.filter(
        token_hash=hash_of(token),
        expires_at__gt=at,
        revoked_at=None,
        client__content_terms__has_upload_links=True,
    ).exclude(request__state=RequestState.CANCELLED)
    working = working.exclude(client__status=ClientStatus.ENDED)
    return working.select_related("request__client", "request__post").first()


def withdraw_links(request: MaterialRequest, *, at: dt.datetime) -> int:
    """None of its links works any more; how many did."""
    return request.links.filter(revoked_at=None, expires_at__gt=at).update(revoked_at=at)
