"""Which rows have a history of changes, and what of them is kept in it.

Each model with a client stands here: followed, with the fields that are left out or only told of,
or not followed, with the reason. Texts of secrets never reach the history.
"""

from collections.abc import Iterable
from typing import Any

from auditlog.registry import auditlog
from auditlog.signals import pre_log
from django.apps import apps

from clients.models import ChangeEntry, TimeEntry

# Label → fields that are left out: secrets, contents of files, what the program itself reads
# and counts. Everything else of the row is kept.
FOLLOWED: dict[str, tuple[str, ...]] = {
    "clients.BlockResult": (),
    "clients.Brief": ("made_at", "made_by"),
    "clients.Client": ("is_demo", "created_at"),
    "clients.ClientLook": ("logo", "logo_sha256"),
    "clients.Contact": (),
    "clients.EndingItem": (),
    "clients.Engagement": (),
    "clients.EngagementService": (),
    "clients.Paper": ("made_at",),
    "clients.PaperFile": ("content", "sha256", "made_at", "made_by"),
    "clients.PortalAccess": (),
    "clients.RecurringTask": ("made_until",),
    "clients.Task": ("created_at", "done_at", "origin_type", "origin_id"),
    "clients.TeamMember": (),
    "clients.TimeEntry": ("made_at",),
    "clients.TrackingNumber": (),
    "communities.AccessGrant": (),
    "communities.AccessKey": (
        "secret", "refresh_secret", "expiry_told_for", "capabilities", "lacks", "state_note",
        "checked_at", "updates_offset",
    ),
    "communities.Audit": ("started_at", "finished_at"),
    "communities.AuditScore": ("measured", "lacking", "proposed", "prefill", "look_en", "look_ru"),
    "communities.ChecklistItem": ("finding", "found", "found_at", "check_code", "done_at"),
    "communities.Community": (),
    "communities.DesignAsset": ("made_at",),
    "communities.Profile": ("gone_at", "refusal", "refused_at", "wall_read_at"),
    "communities.Redesign": ("created_at", "finished_at"),
    "strategy.BudgetLine": (),
    "strategy.CommunityRhythm": (),
    "strategy.Competitor": (),
    "strategy.CompetitorAnalysis": (),
    "strategy.CompetitorProfile": (),
    "strategy.ContentRules": (),
    "strategy.Goal": (),
    "strategy.GoalTask": (),
    "strategy.GridCell": (),
    "strategy.KpiTarget": (),
    "strategy.MonthlyTarget": (),
    "strategy.Positioning": (),
    "strategy.Rubric": (),
    "strategy.Segment": (),
    "strategy.StrategySection": (),
    "strategy.StrategyVersion": (),
    "strategy.VersionDocument": ("content", "sha256", "made_at"),
    "content.BusinessHours": ("created_at", "created_by"),
    "content.ContentTerms": (),
    "content.EventDoor": (
        "path_token", "secret", "confirmation", "server_id", "asked_at", "last_event_at",
        "unread_since", "refused",
    ),
    "content.Incident": ("deadline_told_at",),
    "content.MaterialRequest": (),
    "content.MediaItem": ("is_scanned",),
    # Texts of posts have versions of their own.
    "content.Post": ("text", "reminded_at", "state_since", "created_at", "grid_place"),
    "content.PostingSlot": (),
    "content.PublicationPlan": ("made_at",),
    "content.RecurringCommunity": (),
    "content.RecurringPost": ("text", "made_at"),
    "content.ReplyTarget": (),
    "content.SavedReply": (),
    "content.SpecialDay": (),
    "content.StandingFact": (),
    "promotion.AdAccount": (
        "state", "state_note", "read_at", "balance", "balance_at", "next_read_at", "attempts",
        "lease_token", "leased_until",
    ),
    "promotion.AdAccountKey": ("app_secret", "access_token", "refresh_token", "refreshed_at"),
    "promotion.Campaign": ("state_since",),
    "promotion.CampaignCommunity": (),
    "promotion.CampaignSegment": (),
    "promotion.ChannelBudget": (),
    "promotion.Cost": ("file_key",),
    "promotion.Creative": (),
    "promotion.Placement": ("state_since", "link_taken_at"),
    "promotion.Prize": (),
    "promotion.PromoAction": ("salt", "imported_at", "erased_at", "prizes_told_at"),
    "promotion.PublisherCard": (),
    "promotion.PublisherPrice": (),
    "promotion.TopUp": (),
    "kpi.CallConnection": (
        "path_token", "secret", "credentials", "pulled_until", "pull_error", "last_event_at",
        "unread_since", "refused",
    ),
    "kpi.Deal": (),
    "kpi.Decision": (),
    "kpi.Event": (),
    "kpi.Flag": ("last_seen_on", "evidence", "cause_key", "rule"),
    "kpi.KpiReview": ("figures",),
    "kpi.NumberPlacement": (),
    "kpi.PromotionAssessment": ("figures",),
    "kpi.ReportRecipient": (),
    "kpi.ReportSettings": (),
}  # fmt: skip

# Of these only that they changed is kept: names, addresses and phones of people.
HIDDEN: dict[str, tuple[str, ...]] = {
    "clients.Contact": ("name", "position", "email", "phone"),
    "promotion.PublisherCard": ("admin_contact",),
}

IS_HISTORY = "a line of a history, written once: it says itself who and when"
IS_MEASURED = "measured or counted by the program"
IS_FILE = "a file: the row says who brought it and when, and it is never edited"
IS_SENT = "what came or went out, with its own states and moments"
IS_PERSONAL = "numbers and names of people outside: no second copy of them"
IS_ONES_OWN = "one person's own matter"
SAYS_ITSELF = "the row keeps by whom and when it was made and ended"

# Label → why it has none.
NOT_FOLLOWED: dict[str, str] = {
    # Moved by a worker step by step.
    "clients.ArchiveJob": SAYS_ITSELF,
    "clients.ArchivePart": IS_FILE,
    # Filled in bit by bit, by the client, too; what was agreed stays in its version.
    "clients.BriefAnswer": SAYS_ITSELF,
    "clients.CalendarFeed": SAYS_ITSELF,
    "clients.ChangeEntry": IS_HISTORY,
    "clients.DataWaiver": IS_HISTORY,
    "clients.HandOver": IS_HISTORY,
    "clients.Letter": IS_SENT,
    "clients.LetterFile": IS_SENT,
    "clients.MailRefusal": IS_SENT,
    "clients.MarkingChange": IS_HISTORY,
    "clients.Notice": IS_ONES_OWN,
    "clients.NoticeDelivery": IS_ONES_OWN,
    "clients.PaperMove": IS_HISTORY,
    "clients.ResultMove": IS_HISTORY,
    "clients.StatusChange": IS_HISTORY,
    "communities.AccessProof": IS_HISTORY,
    "communities.AssetComment": IS_HISTORY,
    "communities.AssetMove": IS_HISTORY,
    "communities.AssetVersion": IS_FILE,
    "communities.AuditReport": IS_FILE,
    "communities.ChecklistChange": IS_HISTORY,
    "communities.ClientFile": IS_FILE,
    "communities.CommunityMove": IS_HISTORY,
    "communities.WallPost": IS_MEASURED,
    "content.ApprovalLink": SAYS_ITSELF,
    "content.ClockNotice": IS_SENT,
    "content.DiscussionThread": IS_MEASURED,
    "content.InboxAction": IS_SENT,
    "content.InboxAnswer": IS_PERSONAL,
    "content.InboxItem": IS_PERSONAL,
    "content.InboxNote": IS_HISTORY,
    "content.IncidentEntry": IS_HISTORY,
    "content.IncidentItem": IS_HISTORY,
    "content.LinkedPost": SAYS_ITSELF,
    "content.MaterialFile": IS_FILE,
    "content.MonthClose": SAYS_ITSELF,
    "content.NativeMatch": SAYS_ITSELF,
    "content.NativePost": SAYS_ITSELF,
    "content.NetworkEvent": IS_SENT,
    "content.Occurrence": IS_MEASURED,
    "content.PlanFile": IS_FILE,
    "content.PostComment": IS_HISTORY,
    "content.PostFile": IS_HISTORY,
    "content.PostMove": IS_HISTORY,
    "content.PostVersion": IS_HISTORY,
    # Moved by the clock many times; each attempt has a line of its own.
    "content.Publication": IS_SENT,
    "content.PublicationAttempt": IS_HISTORY,
    "content.ReplyClock": IS_MEASURED,
    "content.Spike": IS_MEASURED,
    "content.Stop": SAYS_ITSELF,
    "content.UploadLink": SAYS_ITSELF,
    "kpi.AlarmChart": IS_MEASURED,
    "kpi.Call": IS_PERSONAL,
    "kpi.CallImport": IS_FILE,
    "kpi.CallPull": IS_MEASURED,
    "kpi.CallRuleChange": IS_HISTORY,
    "kpi.CallTally": SAYS_ITSELF,
    "kpi.Caller": IS_PERSONAL,
    "kpi.ColumnMapping": SAYS_ITSELF,
    "kpi.DayCount": SAYS_ITSELF,
    "kpi.EffectCheck": IS_MEASURED,
    "kpi.Evaluation": IS_MEASURED,
    "kpi.FileImport": IS_FILE,
    "kpi.FlagCause": IS_MEASURED,
    "kpi.OutgoingCall": IS_PERSONAL,
    "kpi.PostSnapshot": IS_MEASURED,
    "kpi.ProfileSnapshot": IS_MEASURED,
    "kpi.RawCallEvent": IS_PERSONAL,
    "kpi.RawRequest": IS_PERSONAL,
    # Frozen when it is sent; its texts stand in the report itself.
    "kpi.Report": SAYS_ITSELF,
    "kpi.ReportDelivery": IS_SENT,
    "kpi.RobustChart": IS_MEASURED,
    "kpi.SnapshotCorrection": IS_HISTORY,
    "kpi.TestCall": SAYS_ITSELF,
    "kpi.Unmasking": IS_HISTORY,
    "promotion.AdFigure": IS_MEASURED,
    "promotion.AdFigureCorrection": IS_HISTORY,
    "promotion.AdObject": IS_MEASURED,
    "promotion.BudgetAlert": IS_MEASURED,
    "promotion.CampaignMove": IS_HISTORY,
    "promotion.CostColumns": SAYS_ITSELF,
    "promotion.CostFile": IS_FILE,
    "promotion.Draw": IS_HISTORY,
    "promotion.Participant": IS_PERSONAL,
    "promotion.PlacementCheck": IS_MEASURED,
    "promotion.PlacementFact": IS_MEASURED,
    "promotion.PlacementFactCorrection": IS_HISTORY,
    "promotion.PlacementMove": IS_HISTORY,
    "promotion.Winner": IS_PERSONAL,
}


def follow_changes() -> None:
    """Called once, when all models are known."""
    for label, left_out in FOLLOWED.items():
        model = apps.get_model(label)
        fields = kept_fields(model, {"id", "client", *left_out})
        auditlog.register(
            model, include_fields=fields, mask_fields=list(HIDDEN.get(label, ())), m2m_fields=set()
        )
    pre_log.connect(skip_new, sender=TimeEntry, dispatch_uid="audit_log.skip_new")


def skip_new(action: int, **kwargs: Any) -> bool:
    """Time is written down all day long: of it the history tells what was changed or deleted."""
    return bool(action != ChangeEntry.Action.CREATE)


def kept_fields(model: Any, left_out: Iterable[str]) -> list[str]:
    """Columns only: the library would also read every row that points here."""
    return [field.name for field in model._meta.concrete_fields if field.name not in left_out]


def hide(value: str) -> str:
    """In place of what must not stand in the history; an empty value stays empty."""
    return value if value in ("", "None") else "•••"
