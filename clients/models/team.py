"""Who of the agency works for which client, in which role, from when to when."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clients.models.scoping import ClientRows
from clients.models.user import User


class Role(models.TextChoices):
    ACCOUNT_MANAGER = "account_manager", _("account manager")
    STRATEGIST = "strategist", _("strategist")
    CONTENT_MANAGER = "content_manager", _("content manager")
    DESIGNER = "designer", _("designer")
    PAID_SOCIAL = "paid_social", _("paid social specialist")
    MODERATOR = "moderator", _("moderator")
    CONTRACTOR = "contractor", _("contractor")


# The group whose permissions a role brings; a director is a group of the whole agency.
ROLE_GROUPS: dict[str, str] = {role.value: role.name.replace("_", " ").title() for role in Role}

WIDEST_ZONE = dt.timedelta(hours=14)


class TeamMemberQuerySet(ClientRows["TeamMember"]):
    def active(self, *, on: dt.date | None = None) -> Self:
        """On that day, both ends included; None: now, by each client's own day."""
        at_work = self.filter(user__is_active=True)
        if on is None:
            return at_work.filter(_now())
        return at_work.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def own(self) -> Self:
        """Memberships that are nobody else's for a while."""
        return self.filter(stands_in_for=None)

    def overlapping(self, first: dt.date, last: dt.date | None) -> Self:
        """Those with a day in common with these; `last` None: without an end."""
        found = self.filter(Q(ends_on=None) | Q(ends_on__gte=first))
        return found if last is None else found.filter(starts_on__lte=last)

    def of_the_house(self) -> Self:
        """Whose role shows them the client; a contractor's shows their own work alone."""
        return self.exclude(role=Role.CONTRACTOR)

    def contracted(self) -> Self:
        return self.filter(role=Role.CONTRACTOR)


def _now() -> Q:
    """Whose days have begun and not ended at the client's place.

    Which day it is there is asked only of those that begin or end about now: around the world
    there are at most three days at once, and what holds in all of them needs no time zone.
    """
    moment = timezone.now()
    first, last = (moment + shift for shift in (-WIDEST_ZONE, WIDEST_ZONE))
    local: Any = Func(F("client__time_zone"), Value(moment), function="timezone")
    today: Any = Cast(local, models.DateField())
    surely = Q(starts_on__lte=first.date()) & (Q(ends_on=None) | Q(ends_on__gte=last.date()))
    perhaps = Q(starts_on__lte=last.date()) & (Q(ends_on=None) | Q(ends_on__gte=first.date()))
    by_zone = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
    return surely | (perhaps & by_zone)


class TeamMember(models.Model):
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="team")
    user = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="memberships",
        verbose_name=_("person"),
        limit_choices_to={"is_staff": True},
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    stands_in_for = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="substitutes",
        verbose_name=_("stands in for"),
    )

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["client", "role", "starts_on"]
        constraints = [
            # A person may stand in for two colleagues of the same role from the same day.
            models.UniqueConstraint(
                fields=["client", "user", "role", "starts_on", "stands_in_for"],
                name="team_member_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="team_member_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


def days_words(first: dt.date, last: dt.date | None) -> str:
    days = {"first": date_format(first, "SHORT_DATE_FORMAT")}
    if last is None:
        return str(_("from %(first)s without an end")) % days
    return str(_("from %(first)s to %(last)s")) % {
        **days, "last": date_format(last, "SHORT_DATE_FORMAT"),
    }  # fmt: skip
