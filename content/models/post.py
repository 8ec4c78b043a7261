"""A post: what is written, from what source, for what goal, and how far it has come."""

from typing import Self, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Letter, TrackingNumber, User
from communities.models import ClientFile, Community, WordChannel
from content.models.plan import PublicationPlan
from strategy.models import ContentSource, PostFormat, Rubric

Part = TypeVar("Part", bound=models.Model)


class TextWork(models.TextChoices):
    """What was done to the text: the works of the brief."""

    WRITTEN = "written", _("written")
    FROM_MATERIAL = "material", _("written from the client's material")
    REWRITE = "rewrite", _("rewrite")
    REPOST = "repost", _("repost")


class PostGoal(models.TextChoices):
    REACH = "reach", pgettext_lazy("goal of a post", "reach")
    ENGAGEMENT = "engagement", pgettext_lazy("goal of a post", "engagement")
    TRUST = "trust", pgettext_lazy("goal of a post", "trust")
    SALE = "sale", pgettext_lazy("goal of a post", "sale")
    CALL = "call", pgettext_lazy("goal of a post", "phone call")


class PostState(models.TextChoices):
    IDEA = "idea", pgettext_lazy("post", "idea")
    DRAFT = "draft", pgettext_lazy("post", "draft")
    IN_WORK = "in_work", pgettext_lazy("post", "in work")
    INTERNAL_REVIEW = "internal_review", _("internal review")
    INTERNAL_REWORK = "internal_rework", _("internal rework")
    INTERNAL_APPROVED = "internal_approved", _("approved by the agency")
    CLIENT_REVIEW = "client_review", _("with the client")
    CLIENT_REWORK = "client_rework", _("rework for the client")
    CLIENT_APPROVED = "client_approved", _("approved by the client")
    SCHEDULED = "scheduled", pgettext_lazy("post", "scheduled")
    PUBLISHED = "published", pgettext_lazy("post", "published")
    FAILED = "failed", pgettext_lazy("post", "not published")
    NEEDS_CHECKING = "needs_checking", _("needs checking")
    CANCELLED = "cancelled", pgettext_lazy("post", "cancelled")


# The portal shows a post from the moment it goes to the client; row security holds the same list.
CLIENT_SEES = (
    PostState.CLIENT_REVIEW,
    PostState.CLIENT_REWORK,
    PostState.CLIENT_APPROVED,
    PostState.SCHEDULED,
    PostState.PUBLISHED,
    PostState.FAILED,
    PostState.NEEDS_CHECKING,
)


# How the client's word came: as staff recorded it, or through a link of `content.approval_links`.
LINK_CHANNEL = "link"
CHANNELS = [*WordChannel.choices, (LINK_CHANNEL, _("one-time link"))]


class PostQuerySet(ClientRows["Post"]):
    own_by = ("author", "designer")

    def standing(self) -> Self:
        """All but the cancelled ones."""
        return self.exclude(state=PostState.CANCELLED)


class Post(models.Model):
    """What is written once and goes out in one or several communities.

    Its state changes by `content.workflow` and, once it is scheduled, by its publications only.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="posts")
    plan = models.ForeignKey(
        PublicationPlan,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("publication plan"),
        editable=False,
    )
    # Which post of the content plan grid it is (`content.planning.key_of`); empty: of none.
    grid_place = models.CharField(max_length=200, blank=True, default="", editable=False)
    rubric = models.ForeignKey(
        Rubric,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("rubric"),
    )
    title = models.CharField(_("topic"), max_length=200)
    text = models.TextField(_("text"), max_length=30_000, blank=True)
    format = models.CharField(
        _("format"), max_length=10, choices=PostFormat.choices, default=PostFormat.TEXT
    )
    goal = models.CharField(
        pgettext_lazy("of a post", "goal"), max_length=12, choices=PostGoal.choices, blank=True
    )
    call_to_action = models.CharField(_("call to action"), max_length=300, blank=True)
    tracking_number = models.ForeignKey(
        TrackingNumber,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("tracking number"),
    )
    link = models.URLField(_("link"), max_length=1_000, blank=True)
    utm = models.CharField(
        _("UTM"),
        max_length=400,
        blank=True,
        help_text=_("Added to the link, such as utm_source=vk&utm_medium=post."),
    )
    hashtags = models.CharField(_("hashtags"), max_length=400, blank=True)
    brief = models.TextField(_("brief for the designer"), max_length=5_000, blank=True)
    source = models.CharField(
        _("source"),
        max_length=10,
        choices=ContentSource.choices,
        help_text=_("From the internet counts towards the cap, whatever was done to the text."),
    )
    source_url = models.URLField(_("address of the source"), max_length=1_000, blank=True)
    licence = models.CharField(_("licence, whose it is"), max_length=300, blank=True)
    text_work = models.CharField(_("work on the text"), max_length=10, choices=TextWork.choices)
    is_ad = models.BooleanField(_("advertising"), default=False)
    erid = models.CharField(_("identifier of the advertising (erid)"), max_length=100, blank=True)
    advertiser = models.CharField(
        _("advertiser"), max_length=200, blank=True, help_text=_("Name and tax number.")
    )
    author = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts_written",
        verbose_name=_("author"),
        limit_choices_to={"is_staff": True},
    )
    designer = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts_designed",
        verbose_name=_("designer"),
        limit_choices_to={"is_staff": True},
    )
    approver = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts_approved",
        verbose_name=_("approver"),
        limit_choices_to={"is_staff": True},
    )
    due_on = models.DateField(_("to be ready by"), null=True, blank=True)
    state = models.CharField(
        _("state"),
        max_length=18,
        choices=PostState.choices,
        default=PostState.IDEA,
        editable=False,
    )
    state_since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    rounds = models.PositiveSmallIntegerField(
        _("rounds of correction used"), default=0, editable=False
    )
    # While it is with the client: when silence becomes consent, and the letter that warned of it.
    consent_at = models.DateTimeField(_("silence is consent from"), null=True, editable=False)
    consent_letter = models.ForeignKey(
        Letter, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # Of the review that it is in: who has to look was told.
    reminded_at = models.DateTimeField(null=True, editable=False)
    # A named person let it through above the cap of curated posts.
    over_cap_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("let through above the cap by"),
    )
    over_cap_reason = models.CharField(
        _("why above the cap"), max_length=300, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["client", "state"], name="post_client_state")]
        permissions = [
            ("approve_post", "Can approve a post for the agency"),
            ("exceed_cap_post", "Can let a post through above the cap"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(over_cap_by=None, over_cap_reason="")
                | models.Q(over_cap_by__isnull=False) & ~models.Q(over_cap_reason=""),
                name="post_over_cap_has_reason",
            ),
            models.UniqueConstraint(
                fields=["plan", "grid_place"],
                name="post_once_in_grid",
                condition=~models.Q(grid_place=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PostPartQuerySet(ClientRows[Part]):
    """What hangs on a post by `post`, and is seen with it."""

    own_by = ("post__author", "post__designer")


class PostFile(ClientChild):
    """A picture or a video of a post, in its place; `community` empty: in every community."""

    client_from = "post"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="files", verbose_name=_("post"))
    file = models.ForeignKey(
        ClientFile, models.PROTECT, related_name="in_posts", verbose_name=_("file")
    )
    community = models.ForeignKey(
        Community,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only in"),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    objects = PostPartQuerySet["PostFile"].as_manager()

    class Meta:
        verbose_name = _("file of a post")
        verbose_name_plural = _("files of a post")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.file)


class PostMove(ClientChild):
    """One step of a post. `old` is empty where the post was added.

    `moved_by` is NULL for the program. `client_said_by` names who of the client gave the word, and
    `is_deemed` that nobody did: the agreed time went by. `version` is what the step was about.
    """

    client_from = "post"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="moves", verbose_name=_("post"))
    old = models.CharField(_("old state"), max_length=18, choices=PostState.choices, blank=True)
    new = models.CharField(_("new state"), max_length=18, choices=PostState.choices)
    moved_at = models.DateTimeField(_("when"), default=timezone.now)
    moved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    client_said_by = models.CharField(_("who of the client said so"), max_length=160, blank=True)
    client_said_on = models.DateField(_("when the client said so"), null=True, blank=True)
    channel = models.CharField(_("by what channel"), max_length=10, choices=CHANNELS, blank=True)
    is_deemed = models.BooleanField(_("silence taken for consent"), default=False)
    version = models.ForeignKey(
        "PostVersion",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version"),
    )
    round = models.PositiveSmallIntegerField(_("round of correction"), null=True)

    objects = ClientRows["PostMove"].as_manager()

    class Meta:
        verbose_name = _("step of a post")
        verbose_name_plural = _("steps of a post")
        ordering = ["-moved_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_old_display() or '—'} → {self.get_new_display()}"
