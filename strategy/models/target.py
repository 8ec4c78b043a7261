"""KPI targets of a strategy version, month by month."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Community
from strategy.models.version import StrategyVersion


class Metric(models.TextChoices):
    """What is measured: counts of lead contacts, growth and ER, and how the work itself goes."""

    CALLS = "calls", _("calls")
    UNIQUE_TARGET_CALLS = "unique_target_calls", _("unique-target calls")
    MESSAGES = "messages", _("messages")
    FORMS = "forms", _("forms")
    ORDERS = "orders", _("orders")
    BOOKINGS = "bookings", _("bookings")
    LEADS = "leads", _("leads (calls + messages + forms)")
    GROWTH = "growth", _("growth of members")
    ER = "er", _("engagement rate (ER)")
    COST_PER_CALL = "cost_per_call", _("cost per unique-target call")
    COST_PER_SUBSCRIBER = "cost_per_subscriber", _("cost per subscriber")
    PLAN_FULFILMENT = "plan_fulfilment", _("fulfilment of the publication plan")
    REPLY_TIME = "reply_time", _("time to the first reply, minutes")
    CURATED_SHARE = "curated_share", _("curated share of publications")


CALL_METRICS = (Metric.CALLS, Metric.UNIQUE_TARGET_CALLS)
COUNT_METRICS = (
    *CALL_METRICS,
    Metric.MESSAGES,
    Metric.FORMS,
    Metric.ORDERS,
    Metric.BOOKINGS,
    Metric.LEADS,
)
# Values between 0 and 1, written as percent.
SHARE_METRICS = (Metric.ER, Metric.PLAN_FULFILMENT, Metric.CURATED_SHARE)
# Amounts in the currency of the client.
MONEY_METRICS = (Metric.COST_PER_CALL, Metric.COST_PER_SUBSCRIBER)
# The less the better; of all others, the more.
DOWN_METRICS = (*MONEY_METRICS, Metric.REPLY_TIME, Metric.CURATED_SHARE)
# How the work itself goes; what its own block does not measure yet is judged by people.
WORK_METRICS = (*MONEY_METRICS, Metric.PLAN_FULFILMENT, Metric.REPLY_TIME, Metric.CURATED_SHARE)
# What a quarter is the sum of its months of; of the rest it is none.
SUMMED_METRICS = (*COUNT_METRICS, Metric.GROWTH)


class Direction(models.TextChoices):
    UP = "up", _("up is good")
    DOWN = "down", _("down is good")


class TargetOwner(models.TextChoices):
    """Whose work decides it: answering calls is the client's, whatever the community brings."""

    AGENCY = "agency", _("agency")
    CLIENT = "client", _("client")
    SHARED = "shared", _("both")


class PeriodKind(models.TextChoices):
    MONTH = "month", pgettext_lazy("target", "by month")
    QUARTER = "quarter", pgettext_lazy("target", "by quarter")


class FormulaCode(models.TextChoices):
    """The ER family; the formula of each is in `kpi.formulas`. Codes are the field's own."""

    ER_POST = "er_post", "ER post"
    ER_POST_MEAN = "er_post_mean", _("ER post, mean of posts")
    ER_DAY = "er_day", "ER day"
    ERR = "err", "ERR"
    ERR_MEAN = "err_mean", _("ERR, mean of posts")
    ER_VIEW = "er_view", "ER view"
    ER_VIEW_MEAN = "er_view_mean", _("ER view, mean of posts")
    ER_MEDIAN20 = "er_median20", _("ER, median of the last 20 posts")
    TELEGRAM_ER = "telegram_er", "Telegram ER"
    TELEGRAM_ERR = "telegram_err", "Telegram ERR"
    TELEGRAM_ERR24 = "telegram_err24", "Telegram ERR24"
    ER_DAILY = "er_daily", _("daily ER, engagement of the day")
    LOVE_RATE = "lr", _("LR, love rate")
    TALK_RATE = "tr", _("TR, talk rate")
    AMPLIFICATION_RATE = "ar", _("AR, amplification rate")
    REACH_RATE = "vr", _("VR, reach by subscribers")


class KpiTarget(ClientChild):
    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="targets")
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("community"),
        help_text=_("Empty: all communities of the client together."),
    )
    metric = models.CharField(_("metric"), max_length=20, choices=Metric.choices)
    is_primary = models.BooleanField(_("primary"), default=False)
    formula_code = models.CharField(
        _("formula"), max_length=16, choices=FormulaCode.choices, blank=True
    )
    period = models.CharField(
        _("agreed"), max_length=8, choices=PeriodKind.choices, default=PeriodKind.MONTH
    )
    owner = models.CharField(
        _("who answers for it"),
        max_length=8,
        choices=TargetOwner.choices,
        default=TargetOwner.SHARED,
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.20"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 to 1: so much short of the plan, a month still counts as held."),
    )
    min_sample = models.PositiveIntegerField(
        _("smallest sample"),
        default=0,
        help_text=_("Below so many (calls, posts) a month is too small to be judged."),
    )
    baseline_value = models.DecimalField(
        _("baseline"), max_digits=12, decimal_places=5, null=True, blank=True,
        help_text=_("What a month brought before; a share for ER."),
    )  # fmt: skip
    baseline_on = models.DateField(_("baseline measured until"), null=True, blank=True)
    baseline_days = models.PositiveSmallIntegerField(
        _("days of the baseline"), null=True, blank=True, editable=False
    )
    reason = models.CharField(
        _("why calls are not primary"),
        max_length=300,
        blank=True,
        help_text=_("Recorded by a director where another count is primary."),
    )
    reason_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )

    objects = ClientRows["KpiTarget"].as_manager()

    class Meta:
        verbose_name = _("KPI target")
        verbose_name_plural = _("KPI targets")
        ordering = ["version", "-is_primary", "metric"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=models.Q(is_primary=True),
                name="kpi_target_one_primary",
                violation_error_message=_("A strategy has one primary target."),
            ),
            models.UniqueConstraint(
                fields=["version", "metric", "community"],
                nulls_distinct=False,
                name="kpi_target_once",
                violation_error_message=_("This metric already has a target here."),
            ),
            models.CheckConstraint(
                condition=models.Q(metric=Metric.ER) & ~models.Q(formula_code="")
                | ~models.Q(metric=Metric.ER) & models.Q(formula_code=""),
                name="kpi_target_er_names_formula",
                violation_error_message=_("An ER target, and only that, names its formula."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_primary=False) | models.Q(metric__in=COUNT_METRICS),
                name="kpi_target_primary_is_count",
                violation_error_message=_(
                    "Only a count is primary, calls as a rule; the rest is additional."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(baseline_value=None, baseline_on=None)
                | models.Q(baseline_value__isnull=False, baseline_on__isnull=False),
                name="kpi_target_baseline_dated",
                violation_error_message=_("A baseline names the day until which it was measured."),
            ),
            models.CheckConstraint(
                condition=models.Q(tolerance__gte=0, tolerance__lte=1),
                name="kpi_target_tolerance",
                violation_error_message=_("The tolerance is between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(period=PeriodKind.MONTH) | models.Q(metric__in=SUMMED_METRICS),
                name="kpi_target_quarter_is_sum",
                violation_error_message=_("Only counts and growth add up over a quarter."),
            ),
        ]

    def __str__(self) -> str:
        """An ER with its formula: "ER" alone says nothing that can be compared."""
        name = str(self.get_metric_display())
        return f"{name}: {self.get_formula_code_display()}" if self.formula_code else name

    @property
    def direction(self) -> Direction:
        return Direction.DOWN if self.metric in DOWN_METRICS else Direction.UP


class MonthlyTarget(ClientChild):
    """The value for one month: a count, a net growth, a share 0…1, an amount, or minutes."""

    client_from = "target"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    target = models.ForeignKey(KpiTarget, models.CASCADE, related_name="months")
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    value = models.DecimalField(
        _("value"), max_digits=12, decimal_places=5, validators=[MinValueValidator(0)]
    )

    objects = ClientRows["MonthlyTarget"].as_manager()

    class Meta:
        verbose_name = _("target of a month")
        verbose_name_plural = _("targets by month")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "month"],
                name="monthly_target_once",
                violation_error_message=_("This month has its value already."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="monthly_target_first_day",
                violation_error_message=_("Give the first day of the month."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=0), name="monthly_target_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.value.normalize():f}"
