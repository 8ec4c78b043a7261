"""The tables of an archive: which rows of the client stand in which file, and their columns.

`CLIENT` is what may be given away: no notes and contacts of the agency, no callers, no fees.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, F, When
from django.utils.text import capfirst

from clients.models import (
    ArchiveJob,
    BlockResult,
    BriefAnswer,
    Client,
    Contact,
    Engagement,
    EngagementService,
    HandOver,
    Paper,
    PaperState,
    Side,
    Task,
    TeamMember,
    TimeEntry,
    TrackingNumber,
)
from communities.models import Audit, AuditState, Community, Profile, WallPost
from content.models import (
    CLIENT_SEES,
    MaterialRequest,
    Post,
    PostComment,
    Publication,
    StandingFact,
)
from kpi.models import (
    Call,
    CallTally,
    DayCount,
    Decision,
    Evaluation,
    Flag,
    KpiReview,
    PostSnapshot,
    ProfileSnapshot,
    PromotionAssessment,
    Report,
    ReportState,
)
from promotion.models import (
    CAMPAIGN_SHOWN,
    PLACEMENT_SHOWN,
    AdFigure,
    Campaign,
    Cost,
    Placement,
    PlacementFact,
)
from smm_agency.lib.tabular.writing import Cell
from strategy.models import KpiTarget, MonthlyTarget, StrategyVersion

CHUNK = 2_000


def everything(rows: Any) -> Any:
    return rows


@dataclass(frozen=True)
class Table:
    """`fields` are paths of `values_list`; `ours` are added for the agency's own archive."""

    path: str
    model: type[models.Model]
    fields: Sequence[str]
    ours: Sequence[str] = ()
    # What the client may be given of it; None: nothing.
    for_client: Callable[[Any], Any] | None = everything
    ordering: Sequence[str] = ("pk",)

    def is_in(self, job: ArchiveJob) -> bool:
        return job.made_for == ArchiveJob.For.AGENCY or self.for_client is not None

    def rows_of(self, job: ArchiveJob) -> Any:
        rows = self.model._default_manager.filter(client=job.client_id)
        if job.made_for == ArchiveJob.For.CLIENT and self.for_client is not None:
            rows = self.for_client(rows)
        return rows.order_by(*self.ordering)

    def fields_of(self, job: ArchiveJob) -> list[str]:
        is_ours = job.made_for == ArchiveJob.For.AGENCY
        callers = CALLERS if is_ours and job.has_callers and self.model is Call else ()
        return [*self.fields, *(self.ours if is_ours else ()), *callers]

    def columns_of(self, job: ArchiveJob) -> list[Any]:
        """What is read for each field: the client is given no title that it is not shown."""
        names = self.fields_of(job)
        if job.made_for == ArchiveJob.For.AGENCY:
            return list(names)
        return [TITLES_SHOWN.get(name, name) for name in names]

    def header(self, job: ArchiveJob) -> list[str]:
        return [title_of(self.model, name) for name in self.fields_of(job)]

    def lines(self, job: ArchiveJob, client: Client) -> Iterator[list[Cell]]:
        names = self.fields_of(job)
        labels = [dict(field_of(self.model, name).flatchoices) for name in names]
        columns = self.columns_of(job)
        for row in self.rows_of(job).values_list(*columns).iterator(chunk_size=CHUNK):
            yield [
                as_cell(known.get(value, value) if known else value, client)
                for value, known in zip(row, labels, strict=True)
            ]


CALLERS = ("caller__phone",)
# Costs that are between the agency and others, as in the portal.
NOT_THE_CLIENTS = ("agency_fee", "commission")
FROZEN = ("approved", "superseded")
CAMPAIGN_TITLE = When(campaign__state__in=CAMPAIGN_SHOWN, then=F("campaign__title"))
PLACEMENT_TITLE = When(
    placement__state__in=PLACEMENT_SHOWN,
    placement__campaign__state__in=CAMPAIGN_SHOWN,
    then=F("placement__title"),
)
TITLES_SHOWN: dict[str, Any] = {
    "campaign__title": Case(CAMPAIGN_TITLE),
    "placement__title": Case(PLACEMENT_TITLE),
}


def field_of(model: type[models.Model], name: str) -> Any:
    field: Any = None
    for part in name.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


def title_of(model: type[models.Model], name: str) -> str:
    """The words of the admin; a row's own number is "id", another's "… id"."""
    words = []
    for part in name.split("__"):
        field: Any = model._meta.get_field(part)
        words.append("id" if field.primary_key else str(field.verbose_name))
        model = field.related_model or model
    text = ": ".join(words)
    return str(capfirst(f"{text}: id" if field.is_relation else text))


def as_cell(value: Any, client: Client) -> Cell:
    """Moments by the client's clock."""
    if isinstance(value, dt.datetime):
        return value.astimezone(client.zone)
    if value is None or isinstance(value, str | bool | int | float | Decimal | dt.date):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


PROFILE = ("profile__network", "profile__title")
COMMUNITY = ("community__profile__network", "community__profile__title")

TABLES: tuple[Table, ...] = (
    # What was agreed.
    Table("agreement/engagements", Engagement,
          ("id", "title", "starts_on", "ends_on", "ad_budget", "currency"), ("fee",)),
    Table("agreement/services", EngagementService,
          ("id", "engagement__title", "service__name_en", "service__name_ru", "performer",
           "quantity", "unit", "period", "approver", "payer", "deadline_number", "deadline_kind",
           "deadline_after", "deadline_words", "is_extra", "in_contract"),
          ("price", "norm_hours", "note")),
    Table("agreement/results", BlockResult,
          ("id", "engagement__title", "block", "state", "accepted_on", "accepted_by_name",
           "paper")),
    Table("agreement/brief_answers", BriefAnswer,
          ("id", "brief__engagement__title", "brief__version", "question__text_en",
           "question__text_ru", "value", "asked", "told", "changed_at"), (), None),
    Table("agreement/papers", Paper,
          ("id", "kind", "number", "title", "dated_on", "valid_until", "amount", "vat_percent",
           "currency", "due_on", "state", "signed_on", "paid_on"), ("note", "is_shown"),
          lambda rows: rows.filter(is_shown=True).exclude(state=PaperState.DRAFT)),
    Table("agreement/tasks", Task, ("id", "title", "side", "due_on", "state", "done_at"),
          ("details", "block", "owner__username"), lambda rows: rows.filter(side=Side.CLIENT)),
    Table("agreement/team", TeamMember, ("id", "role", "starts_on", "ends_on"),
          ("user__username",), None),
    Table("agreement/hand_overs", HandOver,
          ("id", "made_at", "giver__username", "receiver__username", "note", "moved"), (), None),
    Table("agreement/time_entries", TimeEntry,
          ("id", "day", "person__username", "minutes", "block", "engagement__title",
           "task__title", "note"), (), None),
    Table("agreement/contacts", Contact, ("id", "name", "position", "email", "phone", "is_main"),
          (), None),
    Table("agreement/tracking_numbers", TrackingNumber, ("id", "number", "kind", "is_active"),
          ("provider", "note")),
    # Communities and what stood there.
    Table("communities/pages", Profile,
          ("id", "network", "external_id", "screen_name", "title", "relation")),
    Table("communities/communities", Community, ("id", *PROFILE, "state", "launched_on")),
    Table("communities/wall_posts", WallPost,
          ("id", *PROFILE, "external_id", "posted_at", "text", "kind", "is_ad", "gone_at"), (),
          lambda rows: rows.filter(profile__relation=Profile.Relation.OWN)),
    Table("communities/audits", Audit,
          ("id", *PROFILE, "number", "state", "conducted_on", "verdict"), ("internal_note",),
          lambda rows: rows.filter(is_shown=True, state=AuditState.FINISHED)),
    # Strategy.
    Table("strategy/versions", StrategyVersion,
          ("id", "number", "title", "summary", "state", "starts_on", "ends_on", "approved_at"),
          ("cause", "return_note"), lambda rows: rows.filter(state__in=FROZEN)),
    Table("strategy/kpi_targets", KpiTarget,
          ("id", "version__number", "metric", "is_primary", "formula_code", "period",
           "baseline_value", "baseline_on"), ("reason",),
          lambda rows: rows.filter(version__state__in=FROZEN)),
    Table("strategy/monthly_targets", MonthlyTarget,
          ("id", "target__version__number", "target__metric", "month", "value"), (),
          lambda rows: rows.filter(target__version__state__in=FROZEN)),
    # Posts.
    Table("posts/posts", Post,
          ("id", "title", "text", "format", "rubric__name", "call_to_action", "link", "utm",
           "hashtags", "source", "source_url", "licence", "is_ad", "erid", "advertiser", "state"),
          ("brief", "author__username", "over_cap_reason"),
          lambda rows: rows.filter(state__in=CLIENT_SEES)),
    Table("posts/publications", Publication,
          ("id", "post", "post__title", *COMMUNITY, "text", "planned_at", "sent_at", "url",
           "state"), ("failure",), lambda rows: rows.filter(post__state__in=CLIENT_SEES)),
    Table("posts/comments", PostComment, ("id", "post", "text", "at"), ("is_internal", "said_by"),
          lambda rows: rows.filter(is_internal=False, post__state__in=CLIENT_SEES)),
    Table("materials/requests", MaterialRequest, ("id", "what", "why", "due_on", "state"),
          ("answer", "reason"), lambda rows: rows.exclude(state="cancelled")),
    Table("materials/facts", StandingFact, ("id", "title", "value", "valid_until", "checked_on"),
          (), None),
    # Figures.
    Table("figures/pages_by_day", ProfileSnapshot,
          ("id", *PROFILE, "date", "followers", "joined", "left", "posts", "views", "reach",
           "likes", "comments", "shares", "saves", "clicks", "messages", "views_day",
           "interactions", "visits", "reading"), ("read_at",)),
    Table("figures/posts", PostSnapshot,
          ("id", "wall_post", "wall_post__external_id", "slot", "views", "reach", "likes",
           "comments", "shares", "saves", "clicks", "reading"), ("read_at",)),
    Table("figures/calls", Call,
          ("id", "day", "started_at", "status", "talk_seconds", "wait_seconds", *COMMUNITY,
           "campaign__title", "is_unique", "is_target", "is_unique_target", "evidence"),
          ("source", "comment")),
    Table("figures/call_tallies", CallTally,
          ("id", *COMMUNITY, "period", "starts_on", "ends_on", "total", "evidence")),
    Table("figures/day_counts", DayCount, ("id", *COMMUNITY, "metric", "day", "total")),
    Table("figures/evaluations", Evaluation,
          ("id", "target__metric", "day", "light", "actual", "expected", "target_value",
           "measured_days", "days"), ("rule", "reason", "p_value")),
    Table("figures/flags", Flag,
          ("id", "kind", "severity", "state", "opened_on", "closed_at"),
          ("block", "last_seen_on", "rule", "evidence"),
          lambda rows: rows.filter(
              pk__in=Decision.objects.filter(is_published=True).values("flag"))),
    Table("figures/decisions", Decision,
          ("id", "flag", "kind", "client_text", "decided_on", "check_on"),
          ("block", "due_on", "reason"), lambda rows: rows.filter(is_published=True)),
    Table("figures/kpi_reviews", KpiReview,
          ("id", "starts_on", "ends_on", "client_text", "closed_at"),
          ("happened", "learnt", "changes"), lambda rows: rows.filter(is_published=True)),
    # Promotion.
    Table("promotion/campaigns", Campaign,
          ("id", "title", "kind", "starts_on", "ends_on", "budget", "currency", "vat", "state",
           "plan_reach", "plan_clicks", "plan_joins", "plan_calls", "client_text"), ("note",),
          lambda rows: rows.filter(state__in=CAMPAIGN_SHOWN)),
    Table("promotion/placements", Placement,
          ("id", "campaign__title", "title", "format", "url", "published_at", "price", "currency",
           "vat", "state", "erid", "advertiser"), ("contract", "note", "act_number"),
          lambda rows: rows.filter(
              state__in=PLACEMENT_SHOWN, campaign__state__in=CAMPAIGN_SHOWN)),
    Table("promotion/placement_facts", PlacementFact,
          ("id", "placement__title", "slot", "views", "clicks", "joined", "left", "messages",
           "measured_at"), ("source",),
          lambda rows: rows.filter(
              placement__state__in=PLACEMENT_SHOWN,
              placement__campaign__state__in=CAMPAIGN_SHOWN)),
    Table("promotion/costs", Cost,
          ("id", "kind", "campaign__title", "placement__title", "spent_on", "amount", "currency",
           "vat", "vat_rate", "paid_by"), ("document", "note"),
          lambda rows: rows.exclude(kind__in=NOT_THE_CLIENTS)),
    Table("promotion/ad_figures", AdFigure,
          ("id", "ad_object__title", "starts_on", "ends_on", "spend", "impressions", "reach",
           "clicks", "joins", "messages", "results"), ("source", "read_at")),
    Table("promotion/assessments", PromotionAssessment,
          ("id", "starts_on", "ends_on", "verdict", "repeated", "stopped", "changes",
           "finished_at"), ("note",), lambda rows: rows.filter(is_shown=True)),
    Table("reports/reports", Report,
          ("id", "starts_on", "ends_on", "number", "state", "sent_at", "cover_text", "corrected"),
          (), lambda rows: rows.filter(state=ReportState.SENT)),
)  # fmt: skip
