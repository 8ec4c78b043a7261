"""Competitors and their dated analyses: obligatory before a strategy is approved."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import OWN_PAGE, Profile


class Competitor(models.Model):
    class Kind(models.TextChoices):
        DIRECT = "direct", _("direct")
        INDIRECT = "indirect", _("indirect")
        BENCHMARK = "benchmark", _("benchmark")

    client = models.ForeignKey(Client, models.CASCADE, related_name="competitors")
    name = models.CharField(pgettext_lazy("company", "name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DIRECT)
    site = models.URLField(_("site"), blank=True)
    usp = models.CharField(_("unique selling proposition"), max_length=300, blank=True)

    objects = ClientRows["Competitor"].as_manager()

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        ordering = ["client", "name"]
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="competitor_once")]

    def __str__(self) -> str:
        return self.name


class CompetitorProfile(ClientChild):
    """A competitor's page, measured by the same snapshots as the client's own."""

    client_from = "competitor"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    competitor = models.ForeignKey(Competitor, models.CASCADE, related_name="profiles")
    profile = models.OneToOneField(
        Profile,
        models.CASCADE,
        related_name="competitor_link",
        verbose_name=_("profile"),
        limit_choices_to={"relation": Profile.Relation.COMPETITOR},
    )

    objects = ClientRows["CompetitorProfile"].as_manager()

    class Meta:
        verbose_name = _("competitor's profile")
        verbose_name_plural = _("competitor's profiles")

    def __str__(self) -> str:
        return str(self.profile)

    def clean(self) -> None:
        profile = getattr(self, "profile", None)
        if profile is not None and profile.relation == Profile.Relation.OWN:
            raise ValidationError({"profile": OWN_PAGE % {"page": profile.title}})


class CompetitorAnalysisQuerySet(ClientRows["CompetitorAnalysis"]):
    def written(self) -> Self:
        """Those that say something; a date alone is no analysis."""
        return self.exclude(strengths="", weaknesses="", idea="")


class CompetitorAnalysis(ClientChild):
    """What a person saw on one day: it grows old, and a new one is asked for."""

    client_from = "competitor"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    competitor = models.ForeignKey(Competitor, models.CASCADE, related_name="analyses")
    analysed_on = models.DateField(_("analysed on"))
    analysed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("analysed by")
    )
    topics = models.TextField(_("topics and rubrics"), blank=True)
    tone = models.CharField(_("tone of voice"), max_length=200, blank=True)
    design = models.TextField(_("design"), blank=True)
    reply_minutes = models.PositiveIntegerField(
        _("time to reply, minutes"),
        null=True,
        blank=True,
        help_text=_("As somebody tried it; empty: nobody has asked."),
    )
    offers = models.TextField(_("offers and promo actions"), blank=True)
    ads = models.TextField(_("ads and seeding seen"), blank=True)
    strengths = models.TextField(_("strengths"), blank=True)
    weaknesses = models.TextField(_("weaknesses"), blank=True)
    idea = models.TextField(_("idea to take"), blank=True)

    objects = CompetitorAnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = _("competitor analysis")
        verbose_name_plural = _("competitor analyses")
        ordering = ["-analysed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.competitor} · {self.analysed_on}"

    def clean(self) -> None:
        if not (self.strengths or self.weaknesses or self.idea):
            raise ValidationError(
                _("An analysis says what is strong, what is weak, or what to take: write one.")
            )
