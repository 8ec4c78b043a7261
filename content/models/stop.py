"""The stop: nothing of a community, a client, a country or of anybody goes out."""

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, User
from clients.models.client import check_country
from communities.models import Community


class StopScope(models.TextChoices):
    COMMUNITY = "community", pgettext_lazy("stop", "a community")
    CLIENT = "client", pgettext_lazy("stop", "a client")
    COUNTRY = "country", pgettext_lazy("stop", "all clients of a country")
    EVERYTHING = "all", pgettext_lazy("stop", "everything")


class StopQuerySet(models.QuerySet["Stop"]):
    def standing(self, *, at: dt.datetime) -> Self:
        return self.filter(
            models.Q(ends_at=None) | models.Q(ends_at__gt=at), began_at__lte=at, lifted_at=None
        )

    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        """Those of the person's clients; what stops a country or everything is no secret."""
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        clients = Client.objects.visible_to(user, on=on)
        return self.filter(models.Q(client=None) | models.Q(client__in=clients))

    def holding_client(self, client: Client) -> Self:
        """All that stands over any part of the client."""
        return self.filter(
            models.Q(scope=StopScope.EVERYTHING)
            | models.Q(scope=StopScope.COUNTRY, country=client.country)
            | models.Q(client=client)
        )

    def holding(self, community: Community) -> Self:
        """Stops that this community falls under; its client is read."""
        client = community.client
        return self.filter(
            models.Q(scope=StopScope.EVERYTHING)
            | models.Q(scope=StopScope.COUNTRY, country=client.country)
            | models.Q(scope=StopScope.CLIENT, client=client)
            | models.Q(scope=StopScope.COMMUNITY, community=community)
        )


class Stop(models.Model):
    """`began_by` is NULL where the program stopped by itself, as the client's terms say."""

    scope = models.CharField(_("what is stopped"), max_length=9, choices=StopScope.choices)
    client = models.ForeignKey(
        Client,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="stops",
        verbose_name=_("client"),
    )
    community = models.ForeignKey(
        Community,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="stops",
        verbose_name=_("community"),
    )
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[check_country])
    reason = models.CharField(_("reason"), max_length=300)
    began_at = models.DateTimeField(_("since"), default=timezone.now)
    began_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    # The case that it was asked for.
    incident = models.ForeignKey(
        "content.Incident",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="stops",
        verbose_name=_("incident"),
    )
    # When its end, or who lifted it, was noticed and the held posts were put up for decision.
    settled_at = models.DateTimeField(null=True, editable=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)
    lifted_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["-began_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    scope="community", community__isnull=False, client__isnull=False, country=""
                )
                | models.Q(scope="client", client__isnull=False, community=None, country="")
                | models.Q(scope="country", client=None, community=None) & ~models.Q(country="")
                | models.Q(scope="all", client=None, community=None, country=""),
                name="stop_names_its_scope",
                violation_error_message=_(
                    "Name what is stopped: the community, the client or the country."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.reason}"
