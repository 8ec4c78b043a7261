"""What has to be set up in a community before it is ready: the lists of the networks, and items."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Side, User
from communities.models.community import Community
from communities.models.file import ClientFile
from communities.networks.registry import network_choices
from smm_agency.lib.bilingual import Bilingual


class PageCheck(models.TextChoices):
    """What of a page the network itself can tell."""

    TITLE = "title", _("the name")
    SHORT_ADDRESS = "short_address", _("the short address")
    DESCRIPTION = "description", _("the description")
    CATEGORY = "category", _("the category")
    SITE = "site", _("the site with UTM marks")
    PHONE = "phone", _("the phone")
    TRACKING_NUMBER = "tracking_number", _("the tracking number in the phone")
    NUMBER_IN_TEXT = "number_in_text", _("the tracking number in the description")
    ADDRESS = "address", _("the address")
    AVATAR = "avatar", _("the avatar")
    COVER = "cover", _("the cover")
    PINNED_POST = "pinned_post", _("the pinned post")
    COMMENTS = "comments", _("comments")
    MESSAGES = "messages", _("messages")
    VERIFIED = "verified", _("the mark of verification")
    ADMINS = "admins", _("the number of administrators")


class TwoLanguages(Bilingual, models.Model):
    """A title and a hint in the reader's language."""

    title_en = models.CharField(_("title, English"), max_length=160)
    title_ru = models.CharField(_("title, Russian"), max_length=160)
    hint_en = models.CharField(_("hint, English"), max_length=300, blank=True)
    hint_ru = models.CharField(_("hint, Russian"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        return self.in_language("title")

    @property
    def hint(self) -> str:
        return self.in_language("hint")


class ChecklistTemplateItem(TwoLanguages):
    """One line of a network's list. New communities get a copy, older ones keep theirs."""

    network = models.CharField(
        _("network"),
        max_length=12,
        choices=network_choices,
        blank=True,
        help_text=_("Empty: for every network that has no list of its own."),
    )
    code = models.SlugField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    check_code = models.CharField(
        _("asked of the network"), max_length=20, choices=PageCheck.choices, blank=True
    )
    side = models.CharField(
        _("whose move"), max_length=8, choices=Side.choices, default=Side.AGENCY
    )
    days = models.PositiveSmallIntegerField(_("due after, days"), default=7)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("line of a set-up list")
        verbose_name_plural = _("set-up lists of the networks")
        ordering = ["network", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="checklist_template_once")
        ]

    def __str__(self) -> str:
        return self.title


class ItemState(models.TextChoices):
    OPEN = "open", pgettext_lazy("item of a list", "open")
    DONE = "done", pgettext_lazy("item of a list", "done")
    NOT_NEEDED = "not_needed", _("not needed")


class Finding(models.TextChoices):
    """What the network said when it was asked last."""

    OK = "ok", _("as it should be")
    NOT_OK = "not_ok", _("not as it should be")
    UNKNOWN = "unknown", _("not told with this key")


class ChecklistItemQuerySet(ClientRows["ChecklistItem"]):
    def waiting(self) -> Self:
        """Still to be done, in communities that are under work."""
        return self.filter(state=ItemState.OPEN).exclude(community__state=Community.State.ARCHIVED)

    def overdue(self, *, on: dt.date) -> Self:
        return self.waiting().filter(due_on__lt=on)


class ChecklistItem(TwoLanguages, ClientChild):
    """One thing to be set up in one community; its texts were copied from the list."""

    client_from = "community"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    community = models.ForeignKey(
        Community, models.CASCADE, related_name="checklist", verbose_name=_("community")
    )
    code = models.SlugField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    check_code = models.CharField(
        _("asked of the network"), max_length=20, choices=PageCheck.choices, blank=True
    )
    side = models.CharField(
        _("whose move"), max_length=8, choices=Side.choices, default=Side.AGENCY
    )
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        limit_choices_to={"is_staff": True},
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ItemState.choices, default=ItemState.OPEN
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    evidence_url = models.URLField(_("evidence: link"), max_length=500, blank=True)
    evidence_file = models.ForeignKey(
        ClientFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("evidence: file"),
    )
    done_at = models.DateTimeField(_("settled"), null=True, editable=False)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    finding = models.CharField(
        _("what the network says"), max_length=8, choices=Finding.choices, blank=True
    )
    found = models.JSONField(
        _("found"), default=dict, blank=True, help_text=_("The values behind the words.")
    )
    found_at = models.DateTimeField(_("asked"), null=True, editable=False)

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("set-up item")
        verbose_name_plural = _("set-up items")
        ordering = ["community", "position", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="checklist_state_due")]
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], name="checklist_item_once"),
            models.CheckConstraint(
                condition=models.Q(state="open", done_at__isnull=True)
                | ~models.Q(state="open") & models.Q(done_at__isnull=False),
                name="checklist_settled_has_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="not_needed") | ~models.Q(reason=""),
                name="checklist_not_needed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_disputed(self) -> bool:
        """A person says that it is done, the network says that it is not."""
        return self.state == ItemState.DONE and self.finding == Finding.NOT_OK


class ChecklistChange(ClientChild):
    """Who settled an item or opened it again, and when."""

    client_from = "item"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    item = models.ForeignKey(
        ChecklistItem, models.CASCADE, related_name="changes", verbose_name=_("set-up item")
    )
    old = models.CharField(_("old state"), max_length=10, choices=ItemState.choices)
    new = models.CharField(_("new state"), max_length=10, choices=ItemState.choices)
    changed_at = models.DateTimeField(_("when"), default=timezone.now)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )
    note = models.CharField(_("reason or evidence"), max_length=500, blank=True)

    objects = ClientRows["ChecklistChange"].as_manager()

    class Meta:
        verbose_name = _("change of a set-up item")
        verbose_name_plural = _("changes of set-up items")
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_old_display()} → {self.get_new_display()}"
