"""Pages on networks that are measured for a client."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows
from communities.models.keys import AccessKey
from communities.networks.registry import network_choices

OWN_PAGE = _("This is the client's own page “%(page)s”: a competitor's page is another one.")


class ProfileQuerySet(ClientRows["Profile"]):
    def same_page(
        self, client_id: int, network: str, *, external_id: str = "", screen_name: str = ""
    ) -> Self:
        """The client's row of this page, by its id on the network or by its name there."""
        name = screen_name.removeprefix("@")
        same = models.Q(external_id=external_id) if external_id else models.Q()
        for written in (name, f"@{name}") if name else ():
            same |= models.Q(screen_name__iexact=written) | models.Q(external_id__iexact=written)
        return self.filter(same, client=client_id, network=network) if same else self.none()

    def measured(self) -> Self:
        """Pages that are read every day: wanted, still there, of a client under work."""
        return self.filter(is_measured=True, gone_at=None, client__in=Client.objects.measured())


class Registration(models.TextChoices):
    """Whether a page stands on the regulator's list of large pages."""

    UNKNOWN = "", _("not looked up")
    REGISTERED = "yes", _("on the list")
    MISSING = "no", _("not on the list")


class Profile(models.Model):
    """Any page on a network that is measured for a client."""

    class Relation(models.TextChoices):
        OWN = "own", _("own")
        COMPETITOR = "competitor", _("competitor's")
        PUBLISHER = "publisher", _("publisher's")

    client = models.ForeignKey(Client, models.CASCADE, related_name="profiles")
    network = models.CharField(_("network"), max_length=12, choices=network_choices)
    external_id = models.CharField(
        _("id on the network"),
        max_length=100,
        help_text=_("VK: the group's number. Telegram: -100… or @name."),
    )
    screen_name = models.CharField(_("short address"), max_length=100, blank=True)
    title = models.CharField(_("title"), max_length=200)
    relation = models.CharField(
        _("whose page"), max_length=10, choices=Relation.choices, default=Relation.OWN
    )
    access_key = models.ForeignKey(
        AccessKey,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="profiles",
        verbose_name=_("read with"),
        help_text=_("Empty: the agency's own service key."),
    )
    is_measured = models.BooleanField(_("measured daily"), default=True)
    gone_at = models.DateTimeField(
        _("gone since"),
        null=True,
        blank=True,
        help_text=_("Deleted or blocked on the network; its history stays."),
    )
    refusal = models.CharField(
        _("what the network refuses"),
        max_length=300,
        blank=True,
        editable=False,
        help_text=_("In its own words, until the page is read again."),
    )
    refused_at = models.DateTimeField(_("refused"), null=True, blank=True, editable=False)
    wall_read_at = models.DateTimeField(
        _("wall read"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Until when it is known what was posted."),
    )

    registration = models.CharField(
        _("regulator's list"),
        max_length=3,
        choices=Registration.choices,
        blank=True,
        default=Registration.UNKNOWN,
        db_default=Registration.UNKNOWN.value,
        help_text=_("Large pages carry advertising only where the law of the country lists them."),
    )
    registration_number = models.CharField(
        _("number on the list"), max_length=80, blank=True, db_default=""
    )
    registration_checked_on = models.DateField(_("list looked up on"), null=True, blank=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["client", "relation", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "network", "external_id"], name="profile_once"
            ),
            models.CheckConstraint(
                condition=models.Q(registration=Registration.UNKNOWN)
                | models.Q(registration_checked_on__isnull=False),
                name="profile_registration_dated",
                violation_error_message=_("Give the day on which the list was looked up."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_network_display()})"

    @property
    def is_registered(self) -> bool | None:
        """On the regulator's list; None: nobody has looked it up."""
        if self.registration == Registration.UNKNOWN:
            return None
        return self.registration == Registration.REGISTERED

    @property
    def followers_now(self) -> int | None:
        """The newest count of the page; None: never measured."""
        counts = self.snapshots.exclude(followers=None).order_by("-date")
        return counts.values_list("followers", flat=True).first()

    def clean(self) -> None:
        if self.relation == self.Relation.COMPETITOR:
            self._refuse_own_page()
        elif hasattr(self, "competitor_link"):
            message = _("This is a page of the competitor “%(name)s”: take it away there first.")
            raise ValidationError({"relation": message % {"name": self.competitor_link.competitor}})

    def _refuse_own_page(self) -> None:
        if hasattr(self, "community"):
            raise ValidationError({"relation": OWN_PAGE % {"page": self.title}})
        if not self.client_id:
            return
        same = Profile.objects.same_page(
            self.client_id, self.network, external_id=self.external_id, screen_name=self.screen_name
        )
        own = same.filter(relation=self.Relation.OWN).exclude(pk=self.pk).first()
        if own is not None:
            raise ValidationError({"external_id": OWN_PAGE % {"page": own.title}})
