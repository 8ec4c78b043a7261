"""What letters about posts are made of."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, Contact
from content.models import Post


def link_to_post(post: Post) -> str:
    """Staff's page of the post, as a whole address."""
    return f"{settings.PUBLIC_URL}{reverse('admin:content_post_change', args=[post.pk])}"


def list_of_posts(posts: Sequence[Post]) -> str:
    return "\n".join(f"• {post.title}" for post in posts)


def with_links(posts: Sequence[Post]) -> str:
    return "\n".join(f"• {post.client} · {post.title}\n  {link_to_post(post)}" for post in posts)


def moment_words(client: Client, moment: dt.datetime) -> str:
    """In the client's time, with the zone named."""
    local = moment.astimezone(client.zone)
    return _("%(moment)s (%(zone)s)") % {
        "moment": date_format(local, "DATETIME_FORMAT"),
        "zone": client.time_zone,
    }


def main_contact(client: Client) -> Contact | None:
    """The main one where it has an address, else anyone who has; None: nobody can be written to."""
    return client.contacts.exclude(email="").order_by("-is_main", "pk").first()
