"""What may be posted of a client: pictures with their rights, and facts with their last day."""

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows, User
from communities.models import ClientFile
from content.models.materials import MaterialRequest
from strategy.models import ContentSource


class MediaQuerySet(ClientRows["MediaItem"]):
    def usable(self, *, on: dt.date) -> Self:
        """Not taken out, and the rights stand on that day."""
        return self.filter(
            models.Q(valid_until=None) | models.Q(valid_until__gte=on), retired_at=None
        )


class MediaItem(models.Model):
    """A file of the client's media bank: nobody posts it without knowing whose it is."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="media")
    file = models.OneToOneField(
        ClientFile, models.PROTECT, related_name="media", verbose_name=_("file"), editable=False
    )
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=10, choices=ContentSource.choices)
    source_url = models.URLField(_("address of the source"), max_length=1_000, blank=True)
    rights = models.CharField(
        _("rights"),
        max_length=300,
        help_text=_("Whose it is, and by what we may use it: a contract, a licence, a release."),
    )
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who must be named in the post.")
    )
    valid_until = models.DateField(
        _("rights run until"), null=True, blank=True, help_text=_("Empty: without an end.")
    )
    tags = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("tags"),
        default=list,
        blank=True,
        help_text=_("Separated by commas."),
    )
    request = models.ForeignKey(
        MaterialRequest,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="media",
        verbose_name=_("came for the request"),
    )
    is_scanned = models.BooleanField(_("scanned for viruses"), default=False, editable=False)
    retired_at = models.DateTimeField(_("taken out"), null=True, editable=False)
    made_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )

    objects = MediaQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of the media bank")
        verbose_name_plural = _("media bank")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(rights="") & ~models.Q(source=""),
                name="media_has_rights",
                violation_error_message=_("Say whose the file is, and where it comes from."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class FactKind(models.TextChoices):
    PRICE = "price", pgettext_lazy("fact", "price")
    SERVICE = "service", pgettext_lazy("fact", "service")
    PERSON = "person", pgettext_lazy("fact", "person")
    HOURS = "hours", pgettext_lazy("fact", "opening hours")
    OTHER = "other", pgettext_lazy("fact", "other")


class FactQuerySet(ClientRows["StandingFact"]):
    def standing(self, *, on: dt.date) -> Self:
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=on))


class StandingFact(models.Model):
    """What is said of a client again and again, and until when it is true.

    `code` names it in a text: `{price_cleaning}`.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="facts")
    kind = models.CharField(_("kind"), max_length=8, choices=FactKind.choices)
    code = models.SlugField(
        _("name in texts"),
        max_length=40,
        help_text=_("Small Latin letters, such as price_cleaning: {price_cleaning} in a reply."),
    )
    title = models.CharField(_("what it is"), max_length=160)
    value = models.TextField(_("value"), max_length=1_000)
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("Its last day; you are reminded a week before. Empty: until it is changed."),
    )
    checked_on = models.DateField(
        _("asked of the client"), null=True, blank=True, help_text=_("When it was last confirmed.")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing fact")
        verbose_name_plural = _("standing facts")
        ordering = ["client", "kind", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "code"],
                name="fact_once",
                violation_error_message=_("The client has a fact of that name already."),
            )
        ]

    def __str__(self) -> str:
        return self.title
