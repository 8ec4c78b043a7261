"""The register of who may go in where: people and their roles, never their passwords."""

import re
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows, User
from communities.models.profile import Profile

# A word for a password with something after it that may be one.
_PASSWORD = re.compile(
    r"\b(?:password|passwd|passphrase|pass|pwd|парол\w*|пасс)\b[\s:=—–-]*\S", re.IGNORECASE
)


def refuse_password(text: str) -> None:
    """The register says who may go in, never how."""
    if _PASSWORD.search(text):
        raise ValidationError(
            _(
                "This looks like a password being noted. Passwords are never kept here: give the"
                " person a role of their own, or keep the password in a password manager."
            )
        )


class AccessGrantQuerySet(ClientRows["AccessGrant"]):
    def standing(self) -> Self:
        """Not removed yet."""
        return self.filter(removed_on=None)

    def of_agency(self) -> Self:
        """What people of the agency hold: its staff, and helpers who sign in nowhere here."""
        return self.filter(whose=AccessGrant.Whose.AGENCY)


class AccessGrant(models.Model):
    """One person's role in one thing, from the day it was given to the day it was taken away."""

    class Whose(models.TextChoices):
        AGENCY = "agency", _("agency")
        CLIENT = "client", _("client")
        THIRD = "third", _("third party")

    class Kind(models.TextChoices):
        COMMUNITY = "community", _("community")
        AD_ACCOUNT = "ad_account", _("ad account")
        CALL_TRACKER = "call_tracker", _("call tracker")
        COUNTER = "counter", _("analytics counter")
        WEBSITE = "website", pgettext_lazy("access", "website")
        OTHER = "other", pgettext_lazy("access", "other")

    class Role(models.TextChoices):
        OWNER = "owner", pgettext_lazy("access", "owner")
        ADMIN = "admin", _("administrator")
        EDITOR = "editor", pgettext_lazy("access", "editor")
        MODERATOR = "moderator", _("moderator")
        ADVERTISER = "advertiser", _("advertiser")
        ANALYST = "analyst", _("analyst")
        OTHER = "other", pgettext_lazy("access", "other")

    client = models.ForeignKey(Client, models.CASCADE, related_name="access_grants")
    user = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="access_grants",
        verbose_name=_("person of the agency"),
        limit_choices_to={"is_staff": True},
    )
    person = models.CharField(
        _("name of somebody else"),
        max_length=120,
        blank=True,
        validators=[refuse_password],
        help_text=_("Of the client's people, a contractor…"),
    )
    whose = models.CharField(
        _("whose person"), max_length=6, choices=Whose.choices, default=Whose.AGENCY
    )
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    profile = models.ForeignKey(
        Profile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="access_grants",
        verbose_name=_("page of the community"),
    )
    name = models.CharField(
        _("which one"),
        max_length=200,
        blank=True,
        validators=[refuse_password],
        help_text=_("Its name or number. A community's page is chosen above."),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    granted_on = models.DateField(pgettext_lazy("access", "granted"))
    granted_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("noted by"),
    )
    removed_on = models.DateField(pgettext_lazy("access", "removed"), null=True, editable=False)
    removed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("access", "removed by"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_password])

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["client", "kind", "granted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, person="", whose="agency")
                | models.Q(user__isnull=True) & ~models.Q(person=""),
                name="access_grant_has_one_person",
                violation_error_message=_(
                    "Choose a person of the agency, or write the name of somebody else."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(removed_on=None, removed_by=None)
                | models.Q(removed_on__gte=models.F("granted_on"), removed_by__isnull=False),
                name="access_grant_removed_after_granted",
                violation_error_message=_("It was removed before it was granted."),
            ),
        ]
        indexes = [models.Index(fields=["user", "removed_on"], name="access_grant_user")]

    def __str__(self) -> str:
        return f"{self.who} · {self.get_role_display()} · {self.where}"

    def clean(self) -> None:
        """A community is named by its page, anything else by its name."""
        is_community = self.kind == self.Kind.COMMUNITY
        if is_community and self.profile is None:
            raise ValidationError({"profile": _("Choose the page of the community.")})
        if not is_community and self.profile is not None:
            raise ValidationError({"profile": _("A page is chosen for a community only.")})
        if not is_community and not self.name:
            raise ValidationError({"name": _("Say which one: its name or number.")})

    @property
    def who(self) -> str:
        return str(self.user) if self.user else self.person

    @property
    def where(self) -> str:
        """What it opens, in words."""
        return str(self.profile) if self.profile else f"{self.get_kind_display()}: {self.name}"
