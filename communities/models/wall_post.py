"""What stands on a network."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from communities.models.profile import Profile


class WallPost(ClientChild):
    """What stands on a network: one row however many messages an album was sent as."""

    client_from = "profile"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="wall_posts")
    external_id = models.CharField(_("id on the network"), max_length=100)
    aliases = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("other ids"),
        default=list,
        blank=True,
        help_text=_("Messages of one album; VK's id before a postponed post went out."),
    )
    posted_at = models.DateTimeField(_("posted"))
    text = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("format"), max_length=20, blank=True)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_repost = models.BooleanField(_("repost"), default=False)
    is_ad = models.BooleanField(_("advertising"), default=False)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now, editable=False)
    gone_at = models.DateTimeField(_("gone since"), null=True, blank=True)

    objects = ClientRows["WallPost"].as_manager()

    class Meta:
        verbose_name = _("wall post")
        verbose_name_plural = _("wall posts")
        ordering = ["-posted_at"]
        indexes = [models.Index(fields=["profile", "-posted_at"], name="wall_post_profile_time")]
        constraints = [
            models.UniqueConstraint(fields=["profile", "external_id"], name="wall_post_once")
        ]

    def __str__(self) -> str:
        return self.text[:60] or self.external_id
