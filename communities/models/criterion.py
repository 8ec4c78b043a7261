"""What an audit looks at: the criteria of each network, as directors keep them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.networks.registry import network_choices
from smm_agency.lib.bilingual import Bilingual


class AuditSection(models.TextChoices):
    """The parts of an audit, in their order."""

    INVENTORY = "inventory", _("inventory")
    PROFILE = "profile", _("what the page says of itself")
    DESIGN = "design", _("design")
    SECTIONS = "sections", _("sections and buttons")
    CONTENT = "content", _("content")
    AUDIENCE = "audience", _("audience")
    METRICS = "metrics", _("indicators")
    COMMUNITY_WORK = "community_work", _("work with the community")
    PROMOTION = "promotion", _("promotion")


class Prefill(models.TextChoices):
    """What the program can say of a criterion by itself."""

    LAST_POST = "last_post", _("last post")
    POSTS_A_WEEK = "posts_a_week", _("posts a week")
    GAPS = "gaps", _("longest pauses between posts")
    FORMATS = "formats", _("share of formats")
    REPOSTS = "reposts", _("share of reposts")
    ADS = "ads", _("share of advertising")
    BEST_WORST = "best_worst", _("best and worst posts")
    FOLLOWERS = "followers", _("subscribers and growth")
    LEFT = "left", _("who joined and left")
    ER = "er", _("ER")
    ER_VIEW = "er_view", _("ER by views")
    REACH_RATE = "reach_rate", _("reach rate (VR)")
    RIVALS = "rivals", _("competitors' medians")
    CALLS = "calls", _("calls from the community")
    REPLY_TIME = "reply_time", _("reply time")
    TITLE = "title", _("page's title")
    SHORT_ADDRESS = "short_address", _("short address")
    CATEGORY = "category", _("category")
    DESCRIPTION = "description", _("description")
    SITE = "site", _("site")
    PHONE = "phone", _("phone")
    ADDRESS = "address", _("address")
    AVATAR = "avatar", _("avatar")
    COVER = "cover", _("cover")
    PINNED = "pinned", _("pinned post")
    COMMENTS = "comments", _("comments switched on")
    MESSAGES = "messages", _("messages switched on")
    VERIFIED = "verified", _("verification")
    ADMINS = "admins", _("number of administrators")


class AuditCriterion(Bilingual, models.Model):
    """One thing to look at. Reference row: staff may edit it, a restart never overwrites.

    A network's own criterion stands in place of the general one of the same code.
    """

    network = models.CharField(
        _("network"),
        max_length=12,
        choices=network_choices,
        blank=True,
        help_text=_("Empty: any network."),
    )
    section = models.CharField(_("section"), max_length=14, choices=AuditSection.choices)
    code = models.SlugField(
        _("code"),
        max_length=40,
        help_text=_("By it a re-audit finds what to compare with."),
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)
    title_en = models.CharField(_("title, English"), max_length=120)
    title_ru = models.CharField(_("title, Russian"), max_length=120)
    look_en = models.CharField(_("what is looked at, English"), max_length=300)
    look_ru = models.CharField(_("what is looked at, Russian"), max_length=300)
    prefill = models.CharField(_("filled from"), max_length=14, choices=Prefill.choices, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("audit criterion")
        verbose_name_plural = _("audit criteria")
        ordering = ["network", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"],
                name="audit_criterion_once",
                violation_error_message=_("This network has a criterion with this code already."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.in_language("title")

    @property
    def look(self) -> str:
        return self.in_language("look")
