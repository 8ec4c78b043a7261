"""An audit of a page: what was judged, what was found, the report that the client got."""

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Task, User
from communities.models.criterion import AuditSection, Prefill
from communities.models.file import ClientFile
from communities.models.profile import Profile
from smm_agency.lib.bilingual import Bilingual


class AuditState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("audit", "in work")
    FINISHED = "finished", pgettext_lazy("audit", "finished")


class Priority(models.TextChoices):
    """How soon a finding is to be mended, the most urgent first."""

    NOW = "now", _("now")
    MONTH = "month", _("within a month")
    QUARTER = "quarter", _("within a quarter")


class AuditQuerySet(ClientRows["Audit"]):
    def with_points(self) -> Self:
        """`points` and `judged`, for the score of lists; see `communities.audit_scores`."""
        judged = models.Q(scores__score__isnull=False)
        return self.annotate(
            points=models.Sum("scores__score"),
            judged=models.Count("scores", filter=judged),
            criteria=models.Count("scores", filter=~models.Q(scores__is_not_applicable=True)),
        )

    def shown(self) -> Self:
        """What the client may see."""
        return self.filter(state=AuditState.FINISHED, is_shown=True)


class Audit(ClientChild):
    """Finished, it is frozen by the database, its scores and its report with it."""

    client_from = "profile"

    client = models.ForeignKey(Client, models.CASCADE, related_name="audits", editable=False)
    profile = models.ForeignKey(
        Profile, models.PROTECT, related_name="audits", verbose_name=_("profile")
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reaudits",
        editable=False,
        verbose_name=_("re-audit of"),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=AuditState.choices,
        default=AuditState.DRAFT,
        editable=False,
    )
    conducted_on = models.DateField(_("conducted"))
    period_first = models.DateField(_("figures from"))
    period_last = models.DateField(_("figures to"))
    conducted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("conducted by")
    )
    verdict = models.TextField(
        _("verdict"),
        blank=True,
        help_text=_("In the client's language: it opens the report."),
    )
    internal_note = models.TextField(
        _("note for colleagues"), blank=True, help_text=_("The client never sees it.")
    )
    is_shown = models.BooleanField(_("shown to the client"), default=False, editable=False)
    started_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    finished_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("finished by"),
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-conducted_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "number"], name="audit_number_once"),
            models.UniqueConstraint(
                fields=["profile"],
                condition=models.Q(state=AuditState.DRAFT),
                name="audit_one_draft",
                violation_error_message=_("An audit of this page is in work already."),
            ),
            models.CheckConstraint(
                condition=models.Q(period_last__gte=models.F("period_first")),
                name="audit_period_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(state=AuditState.FINISHED, finished_at__isnull=False)
                | models.Q(state=AuditState.DRAFT, finished_at=None, is_shown=False),
                name="audit_finished_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return _("Audit %(number)s: %(page)s") % {"number": self.number, "page": self.profile}

    @property
    def is_open(self) -> bool:
        return self.state == AuditState.DRAFT


class AuditScore(Bilingual, ClientChild):
    """One criterion of an audit: copied from the set, so that the set may change afterwards.

    `score` is 2 (good), 1 (partly), 0 (bad), or NULL: not judged, or it does not apply, with the
    reason. `measured` is what the program found, in the client's language, and `proposed` the score
    that follows from it: a person takes it or not. `lacking` says why nothing could be measured; it
    is no evidence.
    """

    client_from = "audit"

    class Value(models.IntegerChoices):
        GOOD = 2, _("2 – good")
        PARTLY = 1, _("1 – partly")
        BAD = 0, _("0 – bad")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    audit = models.ForeignKey(Audit, models.CASCADE, related_name="scores")
    code = models.SlugField(_("code"), max_length=40)
    section = models.CharField(_("section"), max_length=14, choices=AuditSection.choices)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)
    title_en = models.CharField(_("title, English"), max_length=120)
    title_ru = models.CharField(_("title, Russian"), max_length=120)
    look_en = models.CharField(_("what is looked at, English"), max_length=300)
    look_ru = models.CharField(_("what is looked at, Russian"), max_length=300)
    prefill = models.CharField(_("filled from"), max_length=14, choices=Prefill.choices, blank=True)
    score = models.PositiveSmallIntegerField(
        _("score"), choices=Value.choices, null=True, blank=True, validators=[MaxValueValidator(2)]
    )
    is_not_applicable = models.BooleanField(_("does not apply"), default=False)
    reason = models.CharField(_("why it does not apply"), max_length=200, blank=True)
    measured = models.TextField(_("measured"), blank=True, editable=False)
    lacking = models.CharField(_("not measured"), max_length=300, blank=True, editable=False)
    proposed = models.PositiveSmallIntegerField(
        _("proposed score"), choices=Value.choices, null=True, blank=True, editable=False
    )
    evidence = models.TextField(_("evidence"), blank=True)
    evidence_url = models.URLField(_("link"), max_length=500, blank=True)
    evidence_file = models.ForeignKey(
        ClientFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    finding = models.TextField(_("finding"), blank=True)
    recommendation = models.TextField(_("recommendation"), blank=True)
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        limit_choices_to={"is_staff": True},
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority.choices, blank=True)
    task = models.ForeignKey(
        Task,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="audit_scores",
        editable=False,
        verbose_name=_("task"),
    )

    objects = ClientRows["AuditScore"].as_manager()

    class Meta:
        verbose_name = _("criterion of an audit")
        verbose_name_plural = _("criteria of an audit")
        ordering = ["audit", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "code"], name="audit_score_once"),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__lte=2), name="audit_score_range"
            ),
            models.CheckConstraint(
                condition=models.Q(is_not_applicable=False)
                | models.Q(score=None) & ~models.Q(reason=""),
                name="audit_score_not_applicable",
                violation_error_message=_("Write why the criterion does not apply."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.in_language("title")

    @property
    def look(self) -> str:
        return self.in_language("look")

    @property
    def is_finding(self) -> bool:
        """Judged, and not good: it asks for something to be done."""
        return self.score is not None and self.score < self.Value.GOOD

    @property
    def has_evidence(self) -> bool:
        return bool(self.evidence or self.evidence_url or self.evidence_file_id or self.measured)


class AuditReport(ClientChild):
    """The printed report as it was when the audit was finished; kept in the database."""

    client_from = "audit"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    audit = models.OneToOneField(Audit, models.CASCADE, related_name="report")
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )

    objects = ClientRows["AuditReport"].as_manager()

    class Meta:
        verbose_name = _("report of an audit")
        verbose_name_plural = _("reports of audits")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.file_name
