"""Design of a community: what is to be drawn, its versions, what is said of them, who moved it."""

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.models.community import Community
from communities.models.file import ClientFile
from communities.models.requirement import AssetKind, AssetRequirement


class AssetState(models.TextChoices):
    BRIEF = "brief", _("brief")
    IN_WORK = "in_work", _("in work")
    INTERNAL_REVIEW = "internal_review", _("internal review")
    CLIENT_REVIEW = "client_review", _("client's review")
    ACCEPTED = "accepted", _("accepted")
    REWORK = "rework", _("rework")


class WordChannel(models.TextChoices):
    """How the client said it."""

    SIGNED = "signed", _("signed document")
    EMAIL = "email", _("e-mail")
    MESSENGER = "messenger", _("messenger")
    MEETING = "meeting", _("meeting")
    PHONE = "phone", _("phone")


class DesignAssetQuerySet(ClientRows["DesignAsset"]):
    def unfinished(self) -> Self:
        """Needed, and not accepted: also those that were opened again."""
        return self.filter(is_needed=True).exclude(state=AssetState.ACCEPTED)

    def overdue(self, *, on: dt.date) -> Self:
        return self.unfinished().filter(due_on__lt=on)


class DesignAsset(ClientChild):
    """One thing to be drawn for a community. Its state is changed by `communities.design` only.

    `accepted_version` stays while a newer one is being made, until another is accepted.
    """

    client_from = "community"

    client = models.ForeignKey(Client, models.CASCADE, related_name="design_assets", editable=False)
    community = models.ForeignKey(
        Community, models.CASCADE, related_name="design_assets", verbose_name=_("community")
    )
    requirement = models.ForeignKey(
        AssetRequirement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("requirement"),
        help_text=_("Uploads are checked against it; without one any size will do."),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=AssetKind.choices)
    title = models.CharField(
        _("title"), max_length=160, blank=True, help_text=_("Empty: as the requirement is called.")
    )
    brief = models.TextField(_("brief"), blank=True)
    designer = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="design_assets",
        verbose_name=_("designer"),
        limit_choices_to={"is_staff": True},
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    is_needed = models.BooleanField(_("needed"), default=True)
    not_needed_reason = models.CharField(_("why it is not needed"), max_length=300, blank=True)
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=AssetState.choices,
        default=AssetState.BRIEF,
        editable=False,
    )
    accepted_version = models.ForeignKey(
        "AssetVersion",
        models.RESTRICT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("accepted version"),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = DesignAssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("design asset")
        verbose_name_plural = _("design assets")
        ordering = ["community", "kind", "id"]
        permissions = [("review_designasset", "Can review design and record the client's word")]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "requirement"],
                name="design_asset_once",
                violation_error_message=_("The community has this already."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_needed=True) | ~models.Q(not_needed_reason=""),
                name="design_asset_reason",
                violation_error_message=_("Write why it is not needed."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | models.Q(accepted_version__isnull=False),
                name="design_asset_accepted_version",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.title or (self.requirement.title if self.requirement else "") or self.kind_name

    @property
    def kind_name(self) -> str:
        return str(AssetKind(self.kind).label)

    def clean(self) -> None:
        if not (self.requirement and self.community_id):
            return
        network = self.requirement.network
        if network and network != self.community.profile.network:
            raise ValidationError({"requirement": _("This is a requirement of another network.")})


class AssetVersion(ClientChild):
    """A file or a link to it, as it was given; the client's word stands on the version it is of.

    `shown_at` is when it was first sent to the client: NULL, the client has not seen it.
    `findings` are what does not fit the requirement: see `communities.design_checks`.
    """

    client_from = "asset"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    asset = models.ForeignKey(DesignAsset, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    file = models.ForeignKey(
        ClientFile,
        models.PROTECT,
        null=True,
        related_name="asset_versions",
        verbose_name=_("file"),
    )
    source_url = models.URLField(_("link to the source"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    licence = models.CharField(
        _("licence or source"),
        max_length=300,
        blank=True,
        help_text=_("Drawn by us; the stock and its licence; whose photo it is."),
    )
    colours = models.CharField(_("colours"), max_length=10, blank=True)
    findings = models.JSONField(_("what the check found"), default=list)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    shown_at = models.DateTimeField(_("sent to the client"), null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    client_said_by = models.CharField(_("who of the client accepted"), max_length=160, blank=True)
    client_said_on = models.DateField(_("when the client said so"), null=True)
    client_channel = models.CharField(
        _("by what channel"), max_length=10, choices=WordChannel.choices, blank=True
    )

    objects = ClientRows["AssetVersion"].as_manager()

    class Meta:
        verbose_name = _("version of a design")
        verbose_name_plural = _("versions of designs")
        ordering = ["asset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="asset_version_once"),
            models.CheckConstraint(
                condition=models.Q(file__isnull=False) | ~models.Q(source_url=""),
                name="asset_version_has_something",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None)
                | ~models.Q(client_said_by="")
                & ~models.Q(licence="")
                & models.Q(client_said_on__isnull=False, shown_at__isnull=False),
                name="asset_version_accepted_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(_("version %(number)s")) % {"number": self.number}


class AssetComment(ClientChild):
    """What was said of a version. The client's own words are recorded with who said them."""

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="comments")
    text = models.TextField(_("comment"))
    said_by = models.CharField(_("who of the client said it"), max_length=160, blank=True)
    is_internal = models.BooleanField(_("for the agency only"), default=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    at = models.DateTimeField(_("written"), default=timezone.now)

    objects = ClientRows["AssetComment"].as_manager()

    class Meta:
        verbose_name = _("comment on a design")
        verbose_name_plural = _("comments on designs")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class AssetMove(ClientChild):
    """One step of an asset: written once, never changed."""

    client_from = "asset"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    asset = models.ForeignKey(DesignAsset, models.CASCADE, related_name="moves")
    version = models.ForeignKey(AssetVersion, models.CASCADE, null=True, related_name="moves")
    old = models.CharField(_("from what state"), max_length=16, choices=AssetState.choices)
    new = models.CharField(_("to what state"), max_length=16, choices=AssetState.choices)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ClientRows["AssetMove"].as_manager()

    class Meta:
        verbose_name = _("step of a design")
        verbose_name_plural = _("steps of designs")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_old_display()} → {self.get_new_display()}"
