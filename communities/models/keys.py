"""The keys that networks are read with."""

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, User
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
        PAGE = "page", _("page token")

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
    refresh_secret = EncryptedTextField(
        _("refresh token"),
        null=True,
        blank=True,
        help_text=_("A new secret is got with it when this one runs out."),
    )
    expires_at = models.DateTimeField(
        _("runs out"),
        null=True,
        blank=True,
        help_text=_("Empty: it has no end, or the network tells it."),
    )
    expiry_told_for = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("The end that people were told of."),
    )
    capabilities = ArrayField(
        models.CharField(max_length=30), verbose_name=_("what it can"), default=list, blank=True
    )
    lacks = models.JSONField(
        _("what it cannot"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("What another key could do, with the network's reason."),
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
