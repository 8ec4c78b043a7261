"""A calendar's secret address: read without a sign-in by whoever knows it, until it is revoked."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.access import PortalAccess
from clients.models.client import Client, ClientStatus
from clients.models.scoping import ClientRows
from clients.models.user import User


class CalendarFeeds(ClientRows["CalendarFeed"]):
    def working(self) -> Self:
        """Not revoked, of a client that has not left; of a person who may still look."""
        access = PortalAccess.objects.filter(
            client=models.OuterRef("client"), user=models.OuterRef("person"), revoked_at=None
        )
        may_look = models.Q(person=None) | models.Q(models.Exists(access), person__is_active=True)
        rows = self.filter(may_look, revoked_at=None)
        return rows.exclude(client__status=ClientStatus.ENDED)


class CalendarFeed(models.Model):
    """Only the hash of its secret is kept. Made by the client's person, or by staff for somebody
    who has no account: `label` then says for whom.
    """

    client = models.ForeignKey(
        Client, models.CASCADE, related_name="calendar_feeds", verbose_name=_("client")
    )
    person = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        verbose_name=_("person"),
    )
    label = models.CharField(_("for whom"), max_length=100, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    # The day is enough to see that nobody uses it.
    last_read_on = models.DateField(_("last read"), null=True, editable=False)

    objects = CalendarFeeds.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.label or str(self.person or "")
