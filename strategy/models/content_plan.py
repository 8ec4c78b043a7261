"""What is posted: rules of content, rubrics, and the content plan grid of a usual week."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows
from clients.models.client import WEEKDAYS
from communities.models import Community
from strategy.models.audience import Positioning, Segment
from strategy.models.goal import Goal
from strategy.models.version import StrategyVersion

# The brief: at most 20 to 50 % of publications from the internet, by the goals.
LEAST_CAP, MOST_CAP = Decimal("0.20"), Decimal("0.50")
CAP_REFUSED = _(
    "At most 20 to 50 %% of publications may come from the internet, by the goals: give a cap"
    " between 20 and 50 %%."
)


class PostFormat(models.TextChoices):
    TEXT = "text", _("text")
    PHOTO = "photo", _("photo")
    CAROUSEL = "carousel", _("carousel")
    VIDEO = "video", _("video")
    CLIP = "clip", _("clip, reel")
    STORY = "story", _("story")
    POLL = "poll", _("poll")
    LIVE = "live", _("live broadcast")
    ARTICLE = "article", _("article")


class ContentSource(models.TextChoices):
    """Where a publication comes from; the last one counts towards the cap."""

    OWN = "own", _("made by the agency")
    CLIENT_MATERIAL = "client", _("the client's material")
    USERS = "users", _("members of the community")
    CURATED = "curated", _("curated from the internet")


class ContentRules(ClientChild):
    """The rules that every publication of this version obeys."""

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.OneToOneField(
        StrategyVersion, models.CASCADE, related_name="content_rules", verbose_name=_("version")
    )
    curated_cap = models.DecimalField(
        _("curated share, at most"),
        max_digits=3,
        decimal_places=2,
        help_text=_("0.20 to 0.50: the part of publications that may come from the internet."),
    )
    curated_reason = models.CharField(
        _("why so much"),
        max_length=300,
        blank=True,
        help_text=_("By the goals: which of them the curated publications serve."),
    )
    sources = models.TextField(
        _("sources"), max_length=2_000, blank=True, help_text=_("Where curated material is taken.")
    )
    taboo = models.TextField(_("what is never posted"), max_length=2_000, blank=True)

    objects = ClientRows["ContentRules"].as_manager()

    class Meta:
        verbose_name = _("content rules")
        verbose_name_plural = _("content rules")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(curated_cap__gte=LEAST_CAP, curated_cap__lte=MOST_CAP),
                name="content_rules_cap",
                violation_error_message=CAP_REFUSED,
            )
        ]

    def __str__(self) -> str:
        return str(_("content rules"))


class CommunityRhythm(ClientChild):
    """What a community is for, and how often it speaks."""

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="rhythms")
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="+", verbose_name=_("community")
    )
    role = models.CharField(
        _("its role"), max_length=200, blank=True, help_text=_("Why the client is there at all.")
    )
    posts_per_week = models.PositiveSmallIntegerField(
        _("posts a week"), validators=[MinValueValidator(1), MaxValueValidator(140)]
    )

    objects = ClientRows["CommunityRhythm"].as_manager()

    class Meta:
        verbose_name = _("rhythm of a community")
        verbose_name_plural = _("rhythm of communities")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "community"],
                name="community_rhythm_once",
                violation_error_message=_("This community has its rhythm already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.community} · {self.posts_per_week}"


class Rubric(ClientChild):
    """A content pillar, with its share of the plan. Shares are 0…1 and make 1 together."""

    class Kind(models.TextChoices):
        INFORMING = "informing", pgettext_lazy("rubric", "informing")
        ENGAGING = "engaging", pgettext_lazy("rubric", "engaging")
        ENTERTAINING = "entertaining", pgettext_lazy("rubric", "entertaining")
        SELLING = "selling", pgettext_lazy("rubric", "selling")
        REPUTATION = "reputation", pgettext_lazy("rubric", "reputation")
        USERS = "users", pgettext_lazy("rubric", "by members")

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="rubrics")
    name = models.CharField(pgettext_lazy("rubric", "name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.INFORMING)
    share = models.DecimalField(
        _("share of the plan"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 to 1; all rubrics make 1 together."),
    )
    curated_share = models.DecimalField(
        _("curated part of it"),
        max_digits=4,
        decimal_places=3,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 to 1: how much of this rubric comes from the internet."),
    )
    goal = models.ForeignKey(
        Goal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rubrics",
        verbose_name=_("goal"),
    )
    segment = models.ForeignKey(
        Segment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rubrics",
        verbose_name=_("audience segment"),
    )
    positioning = models.ForeignKey(
        Positioning,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rubrics",
        verbose_name=_("key message"),
    )
    formats = ArrayField(
        models.CharField(max_length=10, choices=PostFormat.choices),
        verbose_name=_("formats"),
        default=list,
        blank=True,
    )
    sources = ArrayField(
        models.CharField(max_length=10, choices=ContentSource.choices),
        verbose_name=_("sources"),
        default=list,
        blank=True,
    )
    example = models.CharField(_("example of a topic"), max_length=300, blank=True)

    objects = ClientRows["Rubric"].as_manager()

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "name"],
                name="rubric_once",
                violation_error_message=_("This strategy has a rubric of that name."),
            ),
            models.CheckConstraint(
                condition=models.Q(share=None) | models.Q(share__gte=0, share__lte=1),
                name="rubric_share",
                violation_error_message=_("A share is between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(curated_share__gte=0, curated_share__lte=1),
                name="rubric_curated_share",
                violation_error_message=_("A share is between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GridCell(ClientChild):
    """So many posts of a rubric in a community on a weekday of a usual week."""

    client_from = "rubric"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    rubric = models.ForeignKey(
        Rubric, models.CASCADE, related_name="cells", verbose_name=_("rubric")
    )
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="+", verbose_name=_("community")
    )
    # Monday is 0, as in Python's calendar.
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    posts = models.PositiveSmallIntegerField(
        _("posts"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )

    objects = ClientRows["GridCell"].as_manager()

    class Meta:
        verbose_name = _("cell of the content plan grid")
        verbose_name_plural = _("content plan grid")
        ordering = ["community", "weekday", "rubric"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "community", "weekday"],
                name="grid_cell_once",
                violation_error_message=_(
                    "This rubric stands on that day of this community already: change its number"
                    " of posts."
                ),
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="grid_cell_weekday"),
            models.CheckConstraint(
                condition=models.Q(posts__gte=1),
                name="grid_cell_posts",
                violation_error_message=_("Give at least one post, or delete the cell."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rubric} · {self.get_weekday_display()} · {self.posts}"
