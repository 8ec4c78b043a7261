"""Who of the agency works for which client, in which role, from when to when."""

import datetime as dt
from typing import Self

from django.db import models
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


class TeamMemberQuerySet(ClientRows["TeamMember"]):
    def active(self, *, on: dt.date) -> Self:
        return self.filter(
            models.Q(ends_on=None) | models.Q(ends_on__gte=on),
            starts_on__lte=on,
            user__is_active=True,
        )


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
            models.UniqueConstraint(
                fields=["client", "user", "role", "starts_on"], name="team_member_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="team_member_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
