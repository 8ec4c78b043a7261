"""The terms of one service: how much in which time, who approves, who pays, and by when."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smm_agency.lib.words import as_count

LAST_DAY = 31


class Period(models.TextChoices):
    """What an agreed quantity is for."""

    ONCE = "once", _("once, for the whole engagement")
    POST = "post", _("for each post")
    DAY = "day", _("a day")
    WEEK = "week", _("a week")
    MONTH = "month", _("a month")
    QUARTER = "quarter", _("a quarter")


class Party(models.TextChoices):
    AGENCY = "agency", _("agency")
    CLIENT = "client", _("client")
    THIRD_PARTY = "third_party", _("third party")


class DeadlineKind(models.TextChoices):
    WORKING_DAYS = "working_days", _("working days after")
    DAYS = "days", _("calendar days after")
    MONTH_DAY = "month_day", _("by a day of the month")


class DeadlineAfter(models.TextChoices):
    REQUEST = "request", _("the request")
    MATERIAL = "material", _("the material came")
    APPROVAL = "approval", _("the approval")
    REMARKS = "remarks", _("the remarks")
    PERIOD_START = "period_start", _("the beginning of the period")
    PERIOD_END = "period_end", _("the end of the period")


class ServiceTerms(models.Model):
    """Empty is “not said”, never zero. An empty `period` is the catalogue's."""

    quantity = models.DecimalField(
        _("quantity"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    period = models.CharField(
        _("quantity is for"),
        max_length=8,
        choices=Period.choices,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: as in the catalogue."),
    )
    norm_hours = models.DecimalField(
        _("norm, hours"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Hours of the team that the whole quantity takes."),
    )
    approver = models.CharField(
        _("who approves"),
        max_length=12,
        choices=Party.choices,
        blank=True,
        default="",
        db_default="",
    )
    payer = models.CharField(
        _("who pays"), max_length=12, choices=Party.choices, blank=True, default="", db_default=""
    )
    deadline_number = models.PositiveSmallIntegerField(
        _("deadline, days or day"), null=True, blank=True
    )
    deadline_kind = models.CharField(
        _("deadline counts"),
        max_length=12,
        choices=DeadlineKind.choices,
        blank=True,
        default="",
        db_default="",
    )
    deadline_after = models.CharField(
        pgettext_lazy("deadline", "after"),
        max_length=12,
        choices=DeadlineAfter.choices,
        blank=True,
        default="",
        db_default="",
    )
    deadline_words = models.CharField(
        _("deadline in words"), max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity=None) | models.Q(quantity__gte=0),
                name="%(class)s_quantity_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(norm_hours=None) | models.Q(norm_hours__gte=0),
                name="%(class)s_norm_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(deadline_kind="", deadline_number=None)
                | (~models.Q(deadline_kind="") & models.Q(deadline_number__isnull=False)),
                name="%(class)s_deadline_whole",
                violation_error_message=_(
                    "A deadline is a number and what it counts: give both, or neither."
                ),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if errors := deadline_errors(self):
            raise ValidationError(errors)

    @property
    def deadline(self) -> str:
        """In words; empty where nothing was agreed."""
        return deadline_in_words(
            self.deadline_kind, self.deadline_number, self.deadline_after, self.deadline_words
        )


def deadline_errors(terms: ServiceTerms) -> dict[str, Any]:
    kind, number, after = terms.deadline_kind, terms.deadline_number, terms.deadline_after
    if not kind:
        errors = {}
        if number is not None:
            errors["deadline_kind"] = _("Say what the number counts, or clear it.")
        elif after:
            errors["deadline_number"] = _("Say how many days after, or clear “after”.")
        return errors
    if number is None:
        return {"deadline_number": _("Give the number of days, or the day of the month.")}
    if kind == DeadlineKind.MONTH_DAY:
        if not 1 <= number <= LAST_DAY:
            return {"deadline_number": _("A day of the month is from 1 to 31.")}
        return (
            {"deadline_after": _("A day of the month is after nothing: clear it.")} if after else {}
        )
    return {} if after else {"deadline_after": _("Say after what the days are counted.")}


def deadline_in_words(kind: str, number: int | None, after: str, words: str) -> str:
    told = {"count": number, "after": DeadlineAfter(after).label if after else ""}
    rule = ""
    if kind == DeadlineKind.MONTH_DAY:
        rule = gettext("by day %(count)s of the month") % told
    elif kind == DeadlineKind.WORKING_DAYS and number is not None:
        rule = (
            ngettext(
                "%(count)d working day after %(after)s",
                "%(count)d working days after %(after)s",
                number,
            )
            % told
        )
    elif kind == DeadlineKind.DAYS and number is not None:
        rule = (
            ngettext("%(count)d day after %(after)s", "%(count)d days after %(after)s", number)
            % told
        )
    return "; ".join(filter(None, (rule, words)))


# A unit may say its period already: “posts a month”.
SAID = {
    Period.DAY: ("a day", "в день"),
    Period.WEEK: ("a week", "в неделю"),
    Period.MONTH: ("a month", "в месяц"),
    Period.QUARTER: ("a quarter", "в квартал"),
}


def bare_unit(unit: str) -> str:
    """Without the period that it says: `posts a month` is posts."""
    for words in (each for said in SAID.values() for each in said):
        unit = unit.removesuffix(words).rstrip()
    return unit


def shown_unit(own: str, *, usual_en: str, usual_ru: str) -> str:
    """The usual unit in the reader's language, whichever it was written down in."""
    if own not in ("", usual_en, usual_ru):
        return own
    return usual_ru if get_language() == "ru" else usual_en


def amount_in_words(quantity: Any, unit: str, period: str) -> str:
    """`12 posts a month`; empty where no quantity was agreed."""
    if quantity is None:
        return ""
    tail = "" if period in ("", Period.ONCE) else str(Period(period).label)
    is_said = any(words in unit for words in SAID.get(Period(period), ())) if period else False
    return " ".join(filter(None, (as_count(quantity), unit, "" if is_said else tail)))
