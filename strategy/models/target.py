"""KPI targets of a strategy version, month by month."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Community
from strategy.models.version import StrategyVersion


class Metric(models.TextChoices):
    """What is counted. All but growth and ER are counts of lead contacts."""

    CALLS = "calls", _("calls")
    UNIQUE_TARGET_CALLS = "unique_target_calls", _("unique-target calls")
    MESSAGES = "messages", _("messages")
    FORMS = "forms", _("forms")
    ORDERS = "orders", _("orders")
    BOOKINGS = "bookings", _("bookings")
    LEADS = "leads", _("leads (calls + messages + forms)")
    GROWTH = "growth", _("growth of members")
    ER = "er", _("engagement rate (ER)")


CALL_METRICS = (Metric.CALLS, Metric.UNIQUE_TARGET_CALLS)
COUNT_METRICS = (
    *CALL_METRICS,
    Metric.MESSAGES,
    Metric.FORMS,
    Metric.ORDERS,
    Metric.BOOKINGS,
    Metric.LEADS,
)


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
                condition=models.Q(is_primary=False)
                | ~models.Q(metric__in=[Metric.GROWTH, Metric.ER]),
                name="kpi_target_primary_is_count",
                violation_error_message=_("Growth and ER are additional; choose a count."),
            ),
        ]

    def __str__(self) -> str:
        """An ER with its formula: "ER" alone says nothing that can be compared."""
        name = str(self.get_metric_display())
        return f"{name}: {self.get_formula_code_display()}" if self.formula_code else name


class MonthlyTarget(ClientChild):
    """The value for one month: a count, a net growth, or a share 0…1 for ER."""

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
            models.UniqueConstraint(fields=["target", "month"], name="monthly_target_once"),
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
