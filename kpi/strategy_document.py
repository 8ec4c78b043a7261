"""The strategy as a document to send: printed in the client's language, whoever prints it.

Internal notes, the cause of a version and the contacts of the agency's people are not in it.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.models import EngagementService, TeamMember, User
from kpi.competitor_table import compare_competitors
from kpi.strategy_sections.changes import change_blocks
from kpi.strategy_sections.competitors import competitor_blocks
from kpi.strategy_sections.content import content_blocks
from kpi.strategy_sections.goals import Owners, goal_blocks
from kpi.strategy_sections.media_plan import media_blocks
from kpi.strategy_sections.order import sections_of
from kpi.strategy_sections.signatures import signature_section
from kpi.strategy_sections.targets import target_blocks
from kpi.strategy_sections.team import division_blocks, people_blocks, rhythm_blocks
from smm_agency.lib.document_blocks import Block, Fact, Section, Text, as_json
from smm_agency.lib.documents import TEMPLATES, make_pdf
from strategy.approval import Document, keep_document
from strategy.changes import changes_between
from strategy.competitor_analyses import newest_analyses
from strategy.contents import Contents, read_contents
from strategy.models import (
    CompetitorAnalysis,
    GoalTask,
    SectionKind,
    SectionState,
    StrategyVersion,
    VersionDocument,
    VersionState,
)

TEMPLATE = TEMPLATES / "strategy.typ"
MOST_LETTERS_OF_A_LINE = 70
MOST_LETTERS_OF_A_SUMMARY = 700
MOST_LINES_OF_A_SUMMARY = 8


def print_strategy(version: StrategyVersion, *, on: dt.date, at: dt.datetime) -> bytes:
    """The PDF of a version as it stands; `on` is the day of its figures and of its team."""
    return make_pdf(TEMPLATE, document_of(version, on=on), at=at)


def keep_printed(version: StrategyVersion, *, by: User | None, at: dt.datetime) -> VersionDocument:
    """What goes to the client, kept: it does not change whatever is changed afterwards."""
    content = print_strategy(version, on=version.client.day_of(at), at=at)
    document = Document(file_name(version), content)
    return keep_document(version, VersionDocument.Kind.PRINTED, document, by=by, at=at)


def file_name(version: StrategyVersion) -> str:
    """In the client's language, as the document is."""
    with translation.override(version.client.language):
        return _("Strategy v%(number)s %(client)s.pdf") % {
            "number": version.number,
            "client": version.client.name.replace("/", "-"),
        }


def document_of(version: StrategyVersion, *, on: dt.date) -> dict[str, Any]:
    """All that the template lays out, in the client's language; JSON throughout."""
    client = version.client
    with translation.override(client.language), timezone.override(client.zone):
        return {
            "language": client.language,
            "agency": settings.AGENCY_NAME,
            "title": f"{version.title} – {client.name}",
            "running": _running_title(version),
            "edition": f"{_edition(version)}  ·  {date_format(on)}",
            "mark": _("DRAFT") if version.state == VersionState.DRAFT else "",
            "words": {
                "contents": _("Contents"),
                # The template puts the numbers in.
                "page": _("Page {page} of {pages}"),
            },
            "cover": {
                "agency": settings.AGENCY_NAME,
                "kind": _("Strategy of communities"),
                "title": version.title,
                "client": client.name,
                "facts": as_json(_cover_facts(version, on=on)),
                "summary": "" if _is_long(version.summary) else version.summary.strip(),
            },
            "sections": as_json(all_sections(version, on=on)),
        }


def all_sections(version: StrategyVersion, *, on: dt.date) -> list[Section]:
    """With what only the paper tells: who does what, competitors, charts, what changed."""
    contents = read_contents(version)
    return [
        *_summary(version),
        *sections_of(contents, instead=_illustrated(contents), more=_surroundings(version, on=on)),
        *_changes(version),
        signature_section(version),
    ]


def _is_long(summary: str) -> bool:
    """Longer than the cover has room for."""
    return len(summary) > MOST_LETTERS_OF_A_SUMMARY or summary.count("\n") > MOST_LINES_OF_A_SUMMARY


def _summary(version: StrategyVersion) -> list[Section]:
    if not _is_long(version.summary):
        return []
    return [Section(capfirst(_("summary")), [Text(version.summary.strip())])]


def _edition(version: StrategyVersion) -> str:
    return _("Version %(number)s") % {"number": version.number}


def _running_title(version: StrategyVersion) -> str:
    """For the head of each page, where it has one line."""
    title = f"{version.client.name}  ·  {version.title}"
    return title if len(title) <= MOST_LETTERS_OF_A_LINE else version.client.name


def _cover_facts(version: StrategyVersion, *, on: dt.date) -> list[Fact]:
    period = f"{date_format(version.starts_on)} – {date_format(version.ends_on)}"
    return [
        (capfirst(_("client")), version.client.legal_name or version.client.name),
        (capfirst(_("version")), str(version.number)),
        (capfirst(_("period")), period),
        (pgettext("document", "Date"), date_format(on)),
    ]


def _illustrated(contents: Contents) -> dict[str, list[Block]]:
    """The sections whose own rows are told with more than the portal tells."""
    owners = _owners(contents.version)
    return {
        SectionKind.GOALS: goal_blocks(contents, owners=owners),
        SectionKind.CONTENT: content_blocks(contents, with_chart=True),
        SectionKind.MEDIA_PLAN: media_blocks(contents, with_chart=True),
        SectionKind.KPI: target_blocks(contents, with_chart=True),
    }


def _owners(version: StrategyVersion) -> Owners:
    rows = GoalTask.objects.filter(goal__version=version, owner__isnull=False)
    return {task.pk: str(task.owner) for task in rows.select_related("owner")}


def _surroundings(version: StrategyVersion, *, on: dt.date) -> dict[str, list[Block]]:
    """What stands beside the version, unless its section is marked as not needed."""
    unneeded = version.sections.filter(state=SectionState.NOT_NEEDED).values_list("kind", flat=True)
    around = {
        SectionKind.COMPETITORS: competitor_blocks(
            compare_competitors(version.client, on=on), _analyses(version, on=on)
        ),
        SectionKind.TEAM: [
            *division_blocks(list(_services(version))),
            *people_blocks(list(_team(version, on=on))),
        ],
        SectionKind.ROADMAP: rhythm_blocks(version.engagement),
    }
    return {kind: blocks for kind, blocks in around.items() if kind not in set(unneeded)}


def _analyses(version: StrategyVersion, *, on: dt.date) -> list[CompetitorAnalysis]:
    """The newest of each competitor, by its name."""
    newest = newest_analyses([version.client_id], on=on)
    rows = CompetitorAnalysis.objects.filter(pk__in=[row.pk for row in newest.values()])
    return list(rows.select_related("competitor").order_by("competitor__name"))


def _services(version: StrategyVersion) -> QuerySet[EngagementService]:
    rows = EngagementService.objects.filter(engagement=version.engagement_id)
    return rows.select_related("service").order_by("service__position", "service__code")


def _team(version: StrategyVersion, *, on: dt.date) -> QuerySet[TeamMember]:
    rows = TeamMember.objects.active(on=on).filter(client=version.client_id)
    return rows.select_related("user").order_by("pk")


def _changes(version: StrategyVersion) -> list[Section]:
    if version.previous is None:
        return []
    title = _("What changed against version %(number)s") % {"number": version.previous.number}
    return [Section(title, change_blocks(changes_between(version.previous, version)))]
