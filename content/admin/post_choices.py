"""What may be chosen on a post's page: what belongs to its client and is in use."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from clients.models import TeamMember, TrackingNumber, User
from communities.models import ClientFile, Community
from content.admin.post_forms import MEDIA
from content.models import Post, Publication
from strategy.models import Rubric, StrategyVersion

# The newest ones: a file of last year is found in the media bank.
MOST_FILES = 200


def rubrics(post: Post, *, on: dt.date) -> QuerySet[Rubric]:
    """Of the version in force, and the one that the post has."""
    versions = StrategyVersion.objects.in_force(on=on).filter(client=post.client_id)
    return Rubric.objects.filter(Q(version__in=versions) | Q(pk=post.rubric_id))


def numbers(post: Post) -> QuerySet[TrackingNumber]:
    rows = TrackingNumber.objects.filter(client=post.client_id)
    return rows.filter(Q(is_active=True) | Q(pk=post.tracking_number_id))


def people(post: Post, *, on: dt.date, chosen: int | None) -> QuerySet[User]:
    """The client's team on that day, and whoever is chosen."""
    team = TeamMember.objects.active(on=on).filter(client=post.client_id)
    return User.objects.filter(Q(pk__in=team.values("user"), is_active=True) | Q(pk=chosen))


def communities(post: Post) -> QuerySet[Community]:
    """Not the archived ones, unless the post stands there."""
    stands = Publication.objects.filter(post=post.pk).values("community")
    rows = Community.objects.filter(client=post.client_id).select_related("profile")
    return rows.filter(~Q(state=Community.State.ARCHIVED) | Q(pk__in=stands))


def files(post: Post) -> QuerySet[ClientFile]:
    """Pictures and videos, without their contents; those of the post among them."""
    rows = ClientFile.objects.filter(client=post.client_id, content_type__in=MEDIA)
    newest = rows.order_by("-made_at").values("pk")[:MOST_FILES]
    chosen = Q(pk__in=newest) | Q(in_posts__post=post.pk)
    return rows.filter(chosen).distinct().defer("content").order_by("-made_at")


def shared(field: Any) -> Any:
    """A field of many rows whose choices are read once for all of them."""
    if field is not None and getattr(field, "queryset", None) is not None:
        field.choices = list(field.choices)
    return field
