"""The brief: what the agency asks of a new client, and what was answered."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.engagement import Engagement
from clients.models.scoping import ClientChild, ClientRows
from clients.models.user import User
from smm_agency.lib.bilingual import Bilingual


class Industry(models.TextChoices):
    """The industries that have questions of their own."""

    CLINIC = "clinic", _("clinic")
    FOOD = "food", _("café or restaurant")
    CAR = "car", _("car service")
    SHOP = "shop", _("shop")
    BEAUTY = "beauty", _("beauty salon")
    EDUCATION = "education", _("education")
    RENOVATION = "renovation", _("repair and finishing")
    FITNESS = "fitness", _("fitness")


class BriefSection(models.TextChoices):
    """In the order in which they are asked."""

    BUSINESS = "business", _("the business")
    AUDIENCE = "audience", _("customers and competitors")
    VOICE = "voice", _("voice and taboos")
    WORK = "work", _("people and approval")
    CALLS = "calls", _("calls and requests")
    AIMS = "aims", _("aims and current results")
    MATERIALS = "materials", _("materials and accesses")
    LAW = "law", _("law and consents")
    INDUSTRY = "industry", _("of the industry")


class AnswerKind(models.TextChoices):
    TEXT = "text", pgettext_lazy("answer", "a line of text")
    LONG = "long", pgettext_lazy("answer", "long text")
    NUMBER = "number", pgettext_lazy("answer", "number")
    DATE = "date", pgettext_lazy("answer", "date")
    YES_NO = "yes_no", pgettext_lazy("answer", "yes or no")
    CHOICE = "choice", pgettext_lazy("answer", "one of a list")
    SEVERAL = "several", pgettext_lazy("answer", "several of a list")
    LINK = "link", pgettext_lazy("answer", "link")
    PHONE = "phone", pgettext_lazy("answer", "phone")
    FILES = "files", pgettext_lazy("answer", "list of files")


class Answerer(models.TextChoices):
    CLIENT = "client", pgettext_lazy("who answers", "client")
    AGENCY = "agency", pgettext_lazy("who answers", "agency")


class Option(NamedTuple):
    code: str
    en: str
    ru: str

    @property
    def name(self) -> str:
        return self.ru if get_language() == "ru" else self.en


def options_in(text: str) -> list[Option]:
    """The options of a question. Raises ValidationError for a line that is none."""
    options = [
        Option(*(part.strip() for part in line.split("|", 2)))
        for line in text.splitlines()
        if line.count("|") == 2
    ]
    is_whole = len(options) == len([line for line in text.splitlines() if line.strip()])
    codes = [option.code for option in options]
    if not is_whole or len(set(codes)) < len(codes) or not all(map(all, options)):
        raise ValidationError(
            _("Write each option on a line of its own: code | English | Russian; no code twice.")
        )
    return options


def check_options(text: str) -> None:
    options_in(text)


class BriefQuestion(Bilingual, models.Model):
    """A reference row: staff may edit it, a restart never overwrites."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    section = models.CharField(_("section"), max_length=12, choices=BriefSection.choices)
    industry = models.CharField(
        _("industry"),
        max_length=12,
        choices=Industry.choices,
        blank=True,
        help_text=_("Empty: asked of every client."),
    )
    text_en = models.CharField(_("question, English"), max_length=250)
    text_ru = models.CharField(_("question, Russian"), max_length=250)
    help_en = models.CharField(_("help, English"), max_length=400, blank=True)
    help_ru = models.CharField(_("help, Russian"), max_length=400, blank=True)
    kind = models.CharField(_("kind of the answer"), max_length=8, choices=AnswerKind.choices)
    options = models.TextField(
        _("options"),
        blank=True,
        validators=[check_options],
        help_text=_("For a list: each on a line of its own, code | English | Russian."),
    )
    is_required = models.BooleanField(_("required"), default=False)
    answered_by = models.CharField(
        _("who answers"), max_length=6, choices=Answerer.choices, default=Answerer.CLIENT
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)
    is_used = models.BooleanField(
        pgettext_lazy("question", "used"),
        default=True,
        help_text=_("Off: new briefs do not ask it; what was answered stays."),
    )

    class Meta:
        verbose_name = _("question of the brief")
        verbose_name_plural = _("questions of the brief")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.in_language("text")

    @property
    def help(self) -> str:
        return self.in_language("help")

    @property
    def is_list(self) -> bool:
        return self.kind in (AnswerKind.CHOICE, AnswerKind.SEVERAL)

    def clean(self) -> None:
        if self.is_list and not options_in(self.options):
            raise ValidationError({"options": _("A list needs its options.")})

    def option_list(self) -> list[Option]:
        return options_in(self.options) if self.is_list else []


class BriefState(models.TextChoices):
    OPEN = "open", pgettext_lazy("brief", "being filled in")
    SENT = "sent", pgettext_lazy("brief", "sent to the client")
    FILLED = "filled", pgettext_lazy("brief", "filled in")
    AGREED = "agreed", pgettext_lazy("brief", "agreed")


class Brief(ClientChild):
    """One questionnaire of an engagement; `version` counts them from 1."""

    client_from = "engagement"

    client = models.ForeignKey(
        Client, models.CASCADE, related_name="briefs", editable=False, verbose_name=_("client")
    )
    engagement = models.ForeignKey(
        Engagement, models.CASCADE, related_name="briefs", verbose_name=_("engagement")
    )
    industry = models.CharField(
        _("industry"),
        max_length=12,
        choices=Industry.choices,
        blank=True,
        help_text=_("Adds the questions of the industry. Empty: the general ones only."),
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    state = models.CharField(
        _("state"),
        max_length=6,
        choices=BriefState.choices,
        default=BriefState.OPEN,
        editable=False,
    )
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(pgettext_lazy("brief", "sent"), null=True, editable=False)
    filled_at = models.DateTimeField(_("filled in"), null=True, editable=False)
    agreed_at = models.DateTimeField(pgettext_lazy("brief", "agreed"), null=True, editable=False)
    agreed_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("agreed by"),
    )

    objects = ClientRows["Brief"].as_manager()

    class Meta:
        verbose_name = pgettext_lazy("questionnaire", "brief")
        verbose_name_plural = pgettext_lazy("questionnaire", "briefs")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "version"], name="brief_version_once"),
            models.UniqueConstraint(
                fields=["engagement"],
                condition=~models.Q(state="agreed"),
                name="brief_one_open",
                violation_error_message=_(
                    "The engagement has a brief that is not agreed yet: fill in that one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement} · {self.version}"


class BriefAnswer(ClientChild):
    """`value` is how the program writes it: ISO dates, E.164, codes of options a line each.

    `asked` and `told` are the question and the answer in words, frozen when the brief is agreed.
    """

    client_from = "brief"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    brief = models.ForeignKey(Brief, models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        BriefQuestion, models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    value = models.TextField(_("answer"))
    asked = models.CharField(_("question as it was asked"), max_length=250, blank=True)
    told = models.TextField(_("answer in words"), blank=True)
    changed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    changed_at = models.DateTimeField(_("at"), default=timezone.now)

    objects = ClientRows["BriefAnswer"].as_manager()

    class Meta:
        verbose_name = _("answer of the brief")
        verbose_name_plural = _("answers of the brief")
        ordering = ["brief", "question__position"]
        constraints = [
            models.UniqueConstraint(fields=["brief", "question"], name="brief_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.value[:60]}"
