"""The checklist of an ending: what has to be out of the agency's hands before a client is gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import Client
from clients.models.scoping import ClientRows
from clients.models.user import User


class EndingCode(models.TextChoices):
    SCHEDULED_POSTS = "scheduled_posts", _("no post is scheduled any more")
    CAMPAIGNS = "campaigns", _("advertising and placements are stopped")
    AD_BALANCE = "ad_balance", _("what is left on the ad accounts is returned or passed on")
    ACCESS = "access", _("the agency's people are out of the communities and accounts")
    KEYS = "keys", _("keys of networks, ad accounts and call tracking are erased")
    NUMBERS = "numbers", _("tracking numbers are released")
    FINAL_REPORT = "final_report", _("the final report is sent")
    FINAL_ACT = "final_act", _("the final act is signed")
    MATERIALS = "materials", _("materials are handed back")
    TASKS = "tasks", _("no task is open")
    LINKS = "links", _("secret addresses are revoked: approval, upload, calendars")
    PORTAL = "portal", _("the last day of the portal is set")
    ARCHIVE = "archive", _("the archive is made and handed over")


class EndingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("item of an ending", "open")
    DONE = "done", pgettext_lazy("item of an ending", "done")
    NOT_NEEDED = "not_needed", pgettext_lazy("item of an ending", "not needed")


class EndingItem(models.Model):
    """What a person said of one item; the facts beside it are asked of the program each time."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="ending_items")
    code = models.CharField(_("what"), max_length=20, choices=EndingCode.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=EndingState.choices, default=EndingState.OPEN
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by whom")
    )
    decided_at = models.DateTimeField(_("when"), null=True)

    objects = ClientRows["EndingItem"].as_manager()

    class Meta:
        verbose_name = _("item of an ending")
        verbose_name_plural = _("items of an ending")
        ordering = ["client", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["client", "code"], name="ending_item_once"),
            models.CheckConstraint(
                condition=~models.Q(state="not_needed") | ~models.Q(reason=""),
                name="ending_item_not_needed_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(decided_at__isnull=False),
                name="ending_item_decided_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())
