"""What a network wants of its pictures: sizes as data, which directors edit."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.networks.registry import network_choices
from smm_agency.lib.bilingual import Bilingual
from smm_agency.lib.file_types import DESIGNS


class AssetKind(models.TextChoices):
    AVATAR = "avatar", _("avatar")
    COVER_DESKTOP = "cover_desktop", _("cover, desktop")
    COVER_MOBILE = "cover_mobile", _("cover, mobile")
    COVER_LIVE = "cover_live", _("live cover")
    MENU = "menu", _("menu")
    WIDGET = "widget", _("widget")
    POST_TEMPLATE = "post_template", _("post template")
    STORY = "story", _("story")
    STORY_HIGHLIGHT = "story_highlight", _("story highlight")
    THUMBNAIL = "thumbnail", _("video thumbnail")
    BRAND_BOOK = "brand_book", _("brand book")
    OTHER = "other", _("other")


def file_type_choices() -> list[tuple[str, str]]:
    """As a callable: a new type needs no migration."""
    return list(DESIGNS.items())


class AssetRequirement(Bilingual, models.Model):
    """One picture that a network asks for; `network` is "" where every network does.

    Width and height are pixels, NULL where any will do.
    """

    class Rule(models.TextChoices):
        EXACT = "exact", _("exactly")
        AT_LEAST = "at_least", _("at least, in proportion")
        RATIO = "ratio", _("in proportion")
        ANY = "any", _("any size")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    network = models.CharField(
        _("network"),
        max_length=12,
        choices=network_choices,
        blank=True,
        help_text=_("Empty: for every network."),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=AssetKind.choices)
    title_en = models.CharField(_("title, English"), max_length=120)
    title_ru = models.CharField(_("title, Russian"), max_length=120)
    width = models.PositiveIntegerField(
        _("width, px"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    height = models.PositiveIntegerField(
        _("height, px"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    rule = models.CharField(_("size"), max_length=10, choices=Rule.choices)
    safe_width = models.PositiveIntegerField(
        _("safe width, px"),
        null=True,
        blank=True,
        help_text=_("The middle that no screen cuts off."),
    )
    safe_height = models.PositiveIntegerField(_("safe height, px"), null=True, blank=True)
    is_round = models.BooleanField(_("shown in a circle"), default=False)
    most_bytes = models.PositiveIntegerField(_("largest file, bytes"), null=True, blank=True)
    types = ArrayField(
        models.CharField(max_length=40, choices=file_type_choices), verbose_name=_("file types")
    )
    note_en = models.CharField(_("note, English"), max_length=300, blank=True)
    note_ru = models.CharField(_("note, Russian"), max_length=300, blank=True)
    source_en = models.CharField(
        _("where the figures come from, English"), max_length=300, blank=True
    )
    source_ru = models.CharField(
        _("where the figures come from, Russian"), max_length=300, blank=True
    )
    is_usual = models.BooleanField(
        _("usual"),
        default=True,
        help_text=_("Made by the button “Add what this network needs”."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("design requirement")
        verbose_name_plural = _("design requirements")
        ordering = ["network", "position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rule="any")
                | models.Q(width__isnull=False, height__isnull=False),
                name="asset_requirement_has_size",
                violation_error_message=_("Give the width and the height, or choose “any size”."),
            ),
            models.CheckConstraint(
                condition=models.Q(safe_width=None)
                | models.Q(safe_width__lte=models.F("width"))
                & models.Q(safe_height__lte=models.F("height")),
                name="asset_requirement_safe_within",
                violation_error_message=_("The safe area is larger than the picture."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_network_display()}: {self.title}" if self.network else self.title

    @property
    def title(self) -> str:
        return self.in_language("title")

    @property
    def note(self) -> str:
        return self.in_language("note")

    @property
    def source(self) -> str:
        return self.in_language("source")
