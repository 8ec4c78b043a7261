"""What the numbers say: evaluations of targets, flags, their causes, decisions."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Block, Client, ClientChild, ClientRows, Side, User
from strategy.models import KpiTarget, StrategyVersion


class Light(models.TextChoices):
    GREEN = "green", _("on target")
    AMBER = "amber", _("below target")
    RED = "red", _("far below target")
    GREY = "grey", _("cannot be said")


class Evaluation(ClientChild):
    """One target on one day: what was expected of the month so far, and what came."""

    client_from = "target"

    client = models.ForeignKey(Client, models.CASCADE, related_name="evaluations", editable=False)
    target = models.ForeignKey(KpiTarget, models.CASCADE, related_name="evaluations")
    day = models.DateField(_("day"))
    light = models.CharField(_("light"), max_length=6, choices=Light.choices)
    actual = models.DecimalField(_("actual"), max_digits=14, decimal_places=5, null=True)
    expected = models.DecimalField(_("expected by now"), max_digits=14, decimal_places=5, null=True)
    target_value = models.DecimalField(
        _("target of the month"), max_digits=14, decimal_places=5, null=True
    )
    p_value = models.FloatField(
        _("p-value"), null=True, help_text=_("Chance of so few, had the rate been as agreed.")
    )
    # Of the alarm: the chart's statistic, which speaks when it reaches the threshold.
    rule = models.CharField(_("rule"), max_length=20, blank=True, default="", db_default="")
    statistic = models.FloatField(_("statistic"), null=True)
    threshold = models.FloatField(_("threshold"), null=True)
    # Of the forecast, which is never an alarm: P(target met) and an interval of the month's total.
    chance = models.FloatField(_("chance to reach the target"), null=True)
    forecast_low = models.DecimalField(
        _("forecast, low"), max_digits=14, decimal_places=5, null=True
    )
    forecast_high = models.DecimalField(
        _("forecast, high"), max_digits=14, decimal_places=5, null=True
    )
    measured_days = models.PositiveSmallIntegerField(_("days measured"), default=0)
    days = models.PositiveSmallIntegerField(_("days"), default=0)
    reason = models.CharField(
        _("why it cannot be said"), max_length=40, blank=True, help_text=_("A code, when grey.")
    )
    evidence = models.JSONField(_("evidence"), default=dict)
    evaluated_at = models.DateTimeField(_("evaluated"), default=timezone.now)

    objects = ClientRows["Evaluation"].as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["target", "day"], name="evaluation_once")]
        indexes = [models.Index(fields=["client", "-day"], name="evaluation_client_day")]

    def __str__(self) -> str:
        return f"{self.target} · {self.day}: {self.get_light_display()}"


class FlagKind(models.TextChoices):
    STRATEGY = "strategy", _("the strategy needs correcting")
    PROCESS = "process", _("the work is late")
    DATA = "data", _("the data are stale")


class FlagState(models.TextChoices):
    OPEN = "open", _("open")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    DECIDED = "decided", _("decided")
    CLOSED = "closed", _("closed")


LIVE_STATES = (FlagState.OPEN, FlagState.ACKNOWLEDGED)


class FlagQuerySet(ClientRows["Flag"]):
    def live(self) -> Self:
        """Flags that wait for somebody."""
        return self.filter(state__in=LIVE_STATES)


class Flag(models.Model):
    """The program's word that something must be corrected: once per cause, with evidence."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="flags")
    kind = models.CharField(_("kind"), max_length=10, choices=FlagKind.choices)
    cause_key = models.CharField(
        max_length=80, editable=False, help_text=_("One open flag per client and key.")
    )
    rule = models.CharField(
        _("rule"), max_length=20, blank=True, default="", db_default="", editable=False
    )
    # By the diagnosis: where the work is to be corrected, and on whose side that lies.
    block = models.CharField(
        _("block to correct"), max_length=12, choices=Block.choices, blank=True, db_default=""
    )
    side = models.CharField(
        _("whose responsibility"), max_length=8, choices=Side.choices, blank=True, db_default=""
    )
    target = models.ForeignKey(
        KpiTarget,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="flags",
        verbose_name=pgettext_lazy("KPI", "target"),
    )
    severity = models.CharField(_("light"), max_length=6, choices=Light.choices)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=FlagState.choices,
        default=FlagState.OPEN,
        editable=False,
    )
    opened_on = models.DateField(_("opened"))
    last_seen_on = models.DateField(_("last seen"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "cause_key"],
                condition=~models.Q(state="closed"),
                name="flag_once_per_cause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.get_kind_display()}"

    def age_days(self, *, on: dt.date) -> int:
        return (on - self.opened_on).days


class FlagCause(ClientChild):
    """A likely cause, and on whose side it lies."""

    client_from = "flag"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    flag = models.ForeignKey(Flag, models.CASCADE, related_name="causes")
    code = models.CharField(_("cause"), max_length=40)
    block = models.CharField(
        _("block"), max_length=12, choices=Block.choices, blank=True, db_default=""
    )
    side = models.CharField(
        _("whose responsibility"), max_length=8, choices=Side.choices, blank=True
    )
    # As it was said then, whatever becomes of the rule.
    sentence_en = models.CharField(max_length=300, blank=True, default="", db_default="")
    sentence_ru = models.CharField(max_length=300, blank=True, default="", db_default="")
    facts = models.JSONField(_("facts"), default=dict)

    objects = ClientRows["FlagCause"].as_manager()

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["flag", "code"], name="flag_cause_once")]

    def __str__(self) -> str:
        return self.code


class CauseRule(models.Model):
    """When a fact counts as a likely cause, what it says and where it lies. Reference row.

    `conditions` are those of `kpi.diagnosis.conditions`, all of which must hold.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    fact = models.SlugField(_("facts"), max_length=40, help_text=_("Which facts are looked up."))
    conditions = models.JSONField(_("conditions"), default=list)
    block = models.CharField(
        _("block to correct"),
        max_length=12,
        choices=Block.choices,
        blank=True,
        help_text=_("Empty: as the facts say, if they say it."),
    )
    side = models.CharField(
        _("whose responsibility"),
        max_length=8,
        choices=Side.choices,
        blank=True,
        help_text=_("Empty: as the facts say, if they say it."),
    )
    explains = models.JSONField(
        _("explains"),
        default=list,
        blank=True,
        help_text=_("Codes of the rules behind which this one stands, where both are found."),
    )
    sentence_en = models.CharField(_("sentence, English"), max_length=300)
    sentence_ru = models.CharField(_("sentence, Russian"), max_length=300)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)

    class Meta:
        verbose_name = _("rule of diagnosis")
        verbose_name_plural = _("rules of diagnosis")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class DecisionKind(models.TextChoices):
    CORRECT_WORK = "correct_work", _("correct the work")
    CORRECT = "correct", _("correct the strategy")
    KEEP = "keep", _("keep the strategy")
    CLIENT_SIDE = "client_side", _("act on the client's side")
    DATA_ERROR = "data_error", _("the data were wrong")


class Decision(ClientChild):
    """What was decided about a flag; the client reads it once it is published."""

    client_from = "flag"

    client = models.ForeignKey(Client, models.CASCADE, related_name="decisions", editable=False)
    flag = models.OneToOneField(Flag, models.CASCADE, related_name="decision")
    kind = models.CharField(_("decision"), max_length=12, choices=DecisionKind.choices)
    reason = models.TextField(_("reason"), help_text=_("For the agency; the client never sees it."))
    client_text = models.TextField(
        _("text for the client"),
        blank=True,
        help_text=_("What the client reads in the portal once this is published."),
    )
    is_published = models.BooleanField(_("published to the client"), default=False)
    block = models.CharField(
        _("block to correct"), max_length=12, choices=Block.choices, blank=True, db_default=""
    )
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    check_on = models.DateField(_("check the effect on"))
    next_version = models.ForeignKey(
        StrategyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="caused_by",
        verbose_name=_("next version of the strategy"),
    )
    objects = ClientRows["Decision"].as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_published=False) | ~models.Q(client_text=""),
                name="decision_published_has_text",
                violation_error_message=_("Write the text for the client before publishing."),
            ),
            models.CheckConstraint(
                condition=models.Q(check_on__gt=models.F("decided_on")),
                name="decision_checked_later",
                violation_error_message=_("The effect is checked after the decision."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class EffectCheck(ClientChild):
    """An indicator before and after a decision: at its first check, then at 60 and 90 days."""

    client_from = "decision"

    class Verdict(models.TextChoices):
        HELPED = "helped", _("it helped")
        WORSE = "worse", _("it got worse")
        NO_DIFFERENCE = "no_difference", _("it did not help")
        NOT_YET = "not_yet", _("not yet visible")
        UNKNOWN = "unknown", _("cannot be said")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="checks")
    due_on = models.DateField(_("due"))
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict.choices, blank=True)
    effect = models.JSONField(_("effect"), null=True, blank=True)

    objects = ClientRows["EffectCheck"].as_manager()

    class Meta:
        verbose_name = _("check of the effect")
        verbose_name_plural = _("checks of the effect")
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "due_on"], name="effect_check_once"),
            models.CheckConstraint(
                condition=models.Q(checked_at=None, verdict="")
                | models.Q(checked_at__isnull=False) & ~models.Q(verdict=""),
                name="effect_check_has_verdict",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.get_verdict_display()}"
