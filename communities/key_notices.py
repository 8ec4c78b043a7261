"""Telling people of a key: the client's team by a task, the directors of the agency's own keys."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, NoticeKind
from clients.notices import Words as Words
from clients.notices import page_of, tell
from clients.team import directors as directors
from clients.todo import tell_team_once
from communities.models import AccessKey
from smm_agency.lib.link_tokens import hash_of


def tell_of_key(
    key: AccessKey, *, title: Words, details: Words, client: Client | None = None
) -> bool:
    """A task for the team of the key's client, or of the client whose page met the trouble.

    The agency's own key has no client: its directors are told too. Whether somebody was told who
    was not told before.
    """
    team = key.client or client
    is_new = team is not None and tell_team_once(
        team, key, title=str(title)[:200], details=str(details), kind=NoticeKind.KEYS
    )
    if key.client_id is None and (is_new or team is None):
        tell_directors(key, title)
        return True
    return is_new


def tell_directors(key: AccessKey, title: Words) -> int:
    """Of each trouble with a key of the agency's own: once a day."""
    at = timezone.now()
    return tell(
        directors(),
        kind=NoticeKind.KEYS,
        key=f"key:{key.pk}:{at:%Y%m%d}:{hash_of(str(title.text))[:12]}",
        subject=title,
        text=_("The network's words stand on the key's page."),
        path=page_of(key),
        client=None,
        at=at,
    )
