"""Where and when a post goes out: one row for each community, and each attempt at it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Community, WallPost
from content.models.post import Post, PostPartQuerySet

# Published no later than so long after its time is "on time".
ON_TIME = dt.timedelta(minutes=15)


class PublicationState(models.TextChoices):
    """PLANNED waits for approval; DUE is approved and goes out at `next_try_at`.

    CLAIMED is in a worker's hands, nothing was sent; SENDING was written down before the call:
    from here on nobody knows, until SENT, FAILED (surely not done) or UNKNOWN (look first).
    UNKNOWN with a `next_try_at` is looked up then; without one it waits for a person. PLACED stands
    in the network's own queue (native scheduling). BY_HAND waits for a person to post it; MISSED
    was held by a stop, or is too late to go out unasked, and waits for a decision.
    """

    PLANNED = "planned", pgettext_lazy("publication", "planned")
    DUE = "due", pgettext_lazy("publication", "scheduled")
    CLAIMED = "claimed", pgettext_lazy("publication", "being prepared")
    SENDING = "sending", pgettext_lazy("publication", "being sent")
    PLACED = "placed", pgettext_lazy("publication", "scheduled on the network")
    SENT = "sent", pgettext_lazy("publication", "published")
    FAILED = "failed", pgettext_lazy("publication", "not published")
    UNKNOWN = "unknown", pgettext_lazy("publication", "needs checking")
    BY_HAND = "by_hand", pgettext_lazy("publication", "to be posted by hand")
    MISSED = "missed", pgettext_lazy("publication", "missed, to be decided")
    CANCELLED = "cancelled", pgettext_lazy("publication", "cancelled")


def new_guid() -> str:
    """What the network knows the same publication by (VK's `guid`), however often it is sent."""
    return uuid.uuid4().hex


class PublicationQuerySet(PostPartQuerySet["Publication"]):
    def standing(self) -> Self:
        """All but the cancelled ones, those of cancelled posts included in the latter."""
        return self.exclude(state=PublicationState.CANCELLED).exclude(post__state="cancelled")

    def planned_within(self, since: dt.datetime, until: dt.datetime) -> Self:
        return self.filter(planned_at__gte=since, planned_at__lt=until)

    def promised_within(self, since: dt.datetime, until: dt.datetime) -> Self:
        """By the time promised; what is not released yet, by the time planned."""
        is_promised = models.Q(promised_at__gte=since, promised_at__lt=until)
        is_planned = models.Q(promised_at=None, planned_at__gte=since, planned_at__lt=until)
        return self.filter(is_promised | is_planned)


class Publication(ClientChild):
    """A post in a community. `text` empty: the post's own.

    `external_id`, `url` and `sent_at` are the network's; `wall_post` is what was measured there.
    """

    client_from = "post"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    post = models.ForeignKey(
        Post, models.CASCADE, related_name="publications", verbose_name=_("post")
    )
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="publications", verbose_name=_("community")
    )
    text = models.TextField(
        _("text here"),
        max_length=30_000,
        blank=True,
        help_text=_("Empty: the text of the post."),
    )
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    # What the plan is measured by: the time it was released for. A new time moves it only while it
    # has not passed; NULL until the release.
    promised_at = models.DateTimeField(_("promised for"), null=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=PublicationState.choices,
        default=PublicationState.PLANNED,
        editable=False,
    )
    next_try_at = models.DateTimeField(_("goes out at"), null=True, editable=False)
    # Since when it is to go out: set at the first claim, anew by a person's decision.
    due_since = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    guid = models.CharField(max_length=32, unique=True, default=new_guid, editable=False)
    sending_at = models.DateTimeField(_("sent off"), null=True, editable=False)
    sent_at = models.DateTimeField(_("published"), null=True, editable=False)
    external_id = models.CharField(
        _("id on the network"), max_length=100, blank=True, editable=False
    )
    url = models.URLField(_("address of the post"), max_length=500, blank=True, editable=False)
    aliases = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("other ids"),
        default=list,
        blank=True,
        editable=False,
    )
    wall_post = models.OneToOneField(
        WallPost,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="publication",
        verbose_name=_("wall post"),
    )
    # How often in a row the network surely did not have it, and how often it was sent again then.
    absences = models.PositiveSmallIntegerField(default=0, editable=False)
    resends = models.PositiveSmallIntegerField(default=0, editable=False)
    warning = models.CharField(
        _("what would keep it from going out"), max_length=500, blank=True, editable=False
    )
    failure_kind = models.CharField(max_length=24, blank=True, editable=False)
    failure = models.CharField(_("what went wrong"), max_length=500, blank=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["planned_at", "pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="publication_due",
                condition=models.Q(state__in=["due", "claimed", "sending"]),
            ),
            models.Index(fields=["client", "planned_at"], name="publication_client_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "community"],
                name="publication_once",
                violation_error_message=_("This post stands in this community already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="due") | models.Q(next_try_at__isnull=False),
                name="publication_due_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["claimed", "sending"])
                | models.Q(lease_until__isnull=False, lease_token__isnull=False),
                name="publication_held_has_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="publication_sent_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} · {self.community}"

    @property
    def is_on_time(self) -> bool | None:
        """None where it is not out, or had no time planned."""
        return self.is_on_time_by(lambda: self.client)

    def is_on_time_by(self, client_of: Callable[[], Client]) -> bool | None:
        """The same, with the client at hand: the clock is asked only where it went out early."""
        promised = self.promised_at or self.planned_at
        if self.sent_at is None or promised is None:
            return None
        if self.sent_at > promised + ON_TIME:
            return False
        if self.sent_at >= promised - ON_TIME:
            return True
        client = client_of()
        return client.day_of(self.sent_at) == client.day_of(promised)

    def promise_for(self, planned_at: dt.datetime, *, at: dt.datetime) -> dt.datetime:
        """What is promised once it is planned for another time: a time that has passed stays."""
        promised = self.promised_at or self.planned_at
        return promised if promised is not None and promised <= at else planned_at


class PublicationAttempt(ClientChild):
    """One call, or what led to it. Written before; `outcome` stays empty where it was lost."""

    class Outcome(models.TextChoices):
        DONE = "done", pgettext_lazy("attempt", "published")
        REFUSED = "refused", pgettext_lazy("attempt", "refused")
        LATER = "later", pgettext_lazy("attempt", "put off")
        UNKNOWN = "unknown", pgettext_lazy("attempt", "answer lost")
        FOUND = "found", pgettext_lazy("attempt", "found on the network")
        ABSENT = "absent", pgettext_lazy("attempt", "not there")
        BY_PERSON = "person", pgettext_lazy("attempt", "said by a person")

    client_from = "publication"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="tries", verbose_name=_("publication")
    )
    began_at = models.DateTimeField(_("began"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    kind = models.CharField(max_length=24, blank=True)
    message = models.CharField(_("what the network said"), max_length=500, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )

    objects = ClientRows["PublicationAttempt"].as_manager()

    class Meta:
        verbose_name = _("attempt at publishing")
        verbose_name_plural = _("attempts at publishing")
        ordering = ["-began_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M:%S} {self.get_outcome_display()}"
