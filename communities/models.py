"""Pages on networks, what stands on them, and the keys they are read with."""

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.networks.registry import network_choices
from smm_agency.lib.encryption import EncryptedTextField


class AccessKeyQuerySet(models.QuerySet["AccessKey"]):
    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        """The keys of visible clients; the agency's own keys are for directors."""
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        return self.filter(client__in=Client.objects.visible_to(user, on=on))


class AccessKey(models.Model):
    """A key to a network: a client's, or the agency's own service key (no client)."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("service key of the agency's app")
        COMMUNITY = "community", _("community key")
        USER = "user", _("administrator's key")
        BOT = "bot", _("bot token")

    class State(models.TextChoices):
        UNCHECKED = "unchecked", _("not checked yet")
        WORKS = "works", _("works")
        REFUSED = "refused", _("refused by the network")

    client = models.ForeignKey(
        Client,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="access_keys",
        verbose_name=_("client"),
        help_text=_("Empty: the agency's own key, for public counters."),
    )
    network = models.CharField(_("network"), max_length=12, choices=network_choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("label"), max_length=80)
    secret = EncryptedTextField(_("secret"))
    capabilities = ArrayField(
        models.CharField(max_length=30), verbose_name=_("what it can"), default=list, blank=True
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.UNCHECKED, editable=False
    )
    state_note = models.CharField(_("what the network said"), max_length=300, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, editable=False)
    updates_offset = models.BigIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("The next update that a bot has not read yet."),
    )

    objects = AccessKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")
        ordering = ["network", "label"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(client__isnull=False) | models.Q(kind="service"),
                name="access_key_agency_is_service",
                violation_error_message=_(
                    "The agency's own key is a service key; choose a client."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.label


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
    wall_read_at = models.DateTimeField(
        _("wall read"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Until when it is known what was posted."),
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["client", "relation", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "network", "external_id"], name="profile_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_network_display()})"

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


class Community(ClientChild):
    """The client's own page, under work."""

    client_from = "profile"

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CREATION = "creation", _("in creation")
        DESIGN = "design", _("in design")
        SET_UP = "set_up", _("in set-up")
        READY = "ready", _("ready")
        RUNNING = "running", _("running")
        ARCHIVED = "archived", _("archived")

    client = models.ForeignKey(Client, models.CASCADE, related_name="communities", editable=False)
    profile = models.OneToOneField(
        Profile,
        models.PROTECT,
        related_name="community",
        verbose_name=_("profile"),
        limit_choices_to={"relation": Profile.Relation.OWN},
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    launched_on = models.DateField(_("launched"), null=True, blank=True)

    objects = ClientRows["Community"].as_manager()

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["client", "profile__title"]

    def __str__(self) -> str:
        return str(self.profile)


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
