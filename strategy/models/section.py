"""The sections of a strategy: text in Markdown, in the order of the printed document."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from strategy.models.version import StrategyVersion


class SectionKind(models.TextChoices):
    """In the order in which a strategy is read."""

    BRIEF = "brief", _("brief and business context")
    GOALS = "goals", _("goals and tasks")
    OWN_AUDIT = "own_audit", _("audit of the own communities")
    COMPETITORS = "competitors", _("competitors")
    TRENDS = "trends", _("trends and insights")
    SEGMENTS = "segments", _("audience segments")
    POSITIONING = "positioning", _("positioning and tone of voice")
    PLATFORMS = "platforms", _("platforms and the role of each")
    CONTENT = "content", _("content")
    COMMUNITY_MANAGEMENT = "community_management", _("community management")
    PROMOTION = "promotion", _("promotion")
    MEDIA_PLAN = "media_plan", _("media plan and budget")
    KPI = "kpi", _("KPI and measurement")
    TEAM = "team", _("team, responsibilities and approval")
    RISKS = "risks", _("risks")
    ROADMAP = "roadmap", _("roadmap and review dates")


class SectionState(models.TextChoices):
    TO_DO = "to_do", _("to do")
    IN_WORK = "in_work", _("in work")
    READY = "ready", _("ready")
    NOT_NEEDED = "not_needed", _("not needed")


# In SQL, for the order of the document.
POSITION = models.Case(
    *(models.When(kind=kind, then=position) for position, kind in enumerate(SectionKind)),
    output_field=models.IntegerField(),
)


class StrategySectionQuerySet(ClientRows["StrategySection"]):
    def in_order(self) -> Self:
        return self.order_by(POSITION)

    def printed(self) -> Self:
        """Those that have something to say; the rest leaves no empty heading."""
        return self.exclude(state=SectionState.NOT_NEEDED).exclude(text="").in_order()


class StrategySection(ClientChild):
    """One section's text. What the program knows of it (targets, the grid) is printed below it."""

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="sections")
    kind = models.CharField(_("section"), max_length=24, choices=SectionKind.choices)
    text = models.TextField(
        _("text"),
        blank=True,
        max_length=20_000,
        help_text=_("Markdown: **bold**, lists, tables, links. The client reads it."),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=SectionState.choices, default=SectionState.TO_DO
    )
    internal_note = models.TextField(
        _("internal note"),
        blank=True,
        max_length=4_000,
        help_text=_("For the agency only: neither printed nor shown to the client."),
    )

    objects = StrategySectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["version", POSITION]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind"],
                name="strategy_section_once",
                violation_error_message=_("This strategy has that section already."),
            )
        ]

    @property
    def is_printed(self) -> bool:
        """As `printed()` asks of many."""
        return bool(self.text) and self.state != SectionState.NOT_NEEDED

    def __str__(self) -> str:
        label = str(self.get_kind_display())
        return label[:1].upper() + label[1:]
