"""Posts that stand on the network already and look like a planned publication."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import WallPost
from content.models.publication import Publication


class NativeMatch(ClientChild):
    """A wall post that may be the publication; a person says, once for each pair.

    `likeness` is in per cent, by the measure of `content.likeness`. `decided_by` is NULL where the
    program tied them: the answer was lost, and the text is the same.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", pgettext_lazy("match", "suggested")
        TAKEN = "taken", pgettext_lazy("match", "it is this one")
        REFUSED = "refused", pgettext_lazy("match", "another post")

    client_from = "publication"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="matches", verbose_name=_("publication")
    )
    wall_post = models.ForeignKey(
        WallPost, models.CASCADE, related_name="matches", verbose_name=_("wall post")
    )
    likeness = models.PositiveSmallIntegerField(_("likeness of the texts, %"))
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.SUGGESTED
    )
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )

    objects = ClientRows["NativeMatch"].as_manager()

    class Meta:
        verbose_name = _("post found on the network")
        verbose_name_plural = _("posts found on the network")
        ordering = ["-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "wall_post"], name="native_match_once")
        ]

    def __str__(self) -> str:
        return str(self.wall_post)
