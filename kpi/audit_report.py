"""The report of an audit: printed in the client's language, kept when the audit is finished.

Owners, tasks and notes for colleagues are not in it.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.models import User
from communities.audit_blocks import (
    change_blocks,
    criteria_blocks,
    finding_blocks,
    overall_facts,
    score_blocks,
)
from communities.audit_changes import Comparison, compare
from communities.audit_scores import section_totals, total_of
from communities.audits import finish_audit
from communities.models import Audit, AuditReport, AuditScore
from communities.networks.registry import profile_url
from communities.redesign import findings_of
from kpi.audit_posts import SETTLED_DAYS, AuditedPost, rank_posts, read_audited_posts
from smm_agency.lib.document_blocks import (
    Block,
    Chart,
    Column,
    Fact,
    Heading,
    Note,
    Section,
    Table,
    Text,
    as_json,
    number_column,
)
from smm_agency.lib.documents import TEMPLATES, make_pdf
from smm_agency.lib.vector_charts import Bar, Piece, bars, draw_svg, paired_bars
from smm_agency.lib.words import as_count, as_share

TEMPLATE = TEMPLATES / "audit.typ"
MOST_LETTERS_OF_A_VERDICT = 700
MOST_LINES_OF_A_VERDICT = 8
TEXT_SHOWN = 140


def print_audit(audit: Audit, *, at: dt.datetime) -> bytes:
    """The PDF of an audit as it stands; one in work is marked as a draft."""
    return make_pdf(TEMPLATE, report_of(audit), at=at)


@transaction.atomic
def finish_with_report(audit: Audit, *, by: User, on: dt.date, at: dt.datetime) -> AuditReport:
    """Finish it and keep what the client gets. Raises ValidationError with what is lacking."""
    done = finish_audit(audit, by=by, on=on, at=at)
    content = print_audit(done, at=at)
    return AuditReport.objects.create(
        audit=done,
        file_name=file_name(done),
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
        made_by=by,
    )


def file_name(audit: Audit) -> str:
    """In the client's language, as the report is."""
    with translation.override(audit.client.language):
        name = _("Audit %(number)s %(page)s.pdf")
        title = audit.profile.title.replace("/", "-")
        return name % {"number": audit.number, "page": title[:120]}


def report_of(audit: Audit) -> dict[str, Any]:
    """All that the template lays out, in the client's language; JSON throughout."""
    client = audit.client
    with translation.override(client.language), timezone.override(client.zone):
        rows = list(audit.scores.all())
        kind = _("Re-audit of a page") if audit.previous else _("Audit of a page")
        return {
            "language": client.language,
            "agency": settings.AGENCY_NAME,
            "title": f"{kind}: {audit.profile.title}",
            "running": f"{client.name}  ·  {audit.profile.title}"[:90],
            "edition": _("%(kind)s no. %(number)d  ·  %(day)s")
            % {
                "kind": kind,
                "number": audit.number,
                "day": date_format(audit.conducted_on),
            },
            "mark": _("DRAFT") if audit.is_open else "",
            "words": {
                "contents": _("Contents"),
                # The template puts the numbers in.
                "page": _("Page {page} of {pages}"),
            },
            "cover": {
                "agency": settings.AGENCY_NAME,
                "kind": kind,
                "title": audit.profile.title,
                "client": client.name,
                "facts": as_json(_cover_facts(audit, rows)),
                "summary": "" if _is_long(audit.verdict) else audit.verdict.strip(),
            },
            "sections": as_json(report_sections(audit, rows)),
        }


def _is_long(verdict: str) -> bool:
    """Longer than the cover has room for."""
    lines = verdict.count("\n")
    return len(verdict) > MOST_LETTERS_OF_A_VERDICT or lines > MOST_LINES_OF_A_VERDICT


def _cover_facts(audit: Audit, rows: Sequence[AuditScore]) -> list[Fact]:
    page = audit.profile
    address = profile_url(page.network, page.external_id, page.screen_name)
    period = f"{date_format(audit.period_first)} – {date_format(audit.period_last)}"
    facts = [
        (_("Overall score"), as_share(total_of(rows).share)),
        (capfirst(_("network")), str(page.get_network_display())),
        (_("Address"), address),
        (pgettext("document", "Date"), date_format(audit.conducted_on)),
        (_("Figures of"), period),
    ]
    return [fact for fact in facts if fact[1]]


def report_sections(audit: Audit, rows: Sequence[AuditScore]) -> list[Section]:
    told = compare(list(audit.previous.scores.all()), rows) if audit.previous else None
    return [
        Section(_("Result"), _result_blocks(audit, rows)),
        *_changes(audit, told),
        Section(_("What to do"), finding_blocks(findings_of(audit))),
        *_posts(audit),
        Section(_("All criteria"), criteria_blocks(rows), is_on_new_page=True),
    ]


def _result_blocks(audit: Audit, rows: Sequence[AuditScore]) -> list[Block]:
    verdict = audit.verdict.strip()
    return [
        *([Text(verdict)] if verdict and _is_long(verdict) else []),
        overall_facts(total_of(rows)),
        *_score_chart(rows),
        *score_blocks(rows),
    ]


def _score_chart(rows: Sequence[AuditScore]) -> list[Block]:
    """A whole bar is all points of a section."""
    sections = section_totals(rows)
    drawn = [
        Bar(capfirst(str(each.section.label)), each.total.share, as_share(each.total.share))
        for each in sections
    ]
    if not any(bar.value is not None for bar in drawn):
        return []
    return [Chart(_("Score by section"), draw_svg(bars(drawn, most=1)))]


def _changes(audit: Audit, told: Comparison | None) -> list[Section]:
    if told is None or audit.previous is None:
        return []
    title = _("Before and after")
    blocks = [
        *_change_chart(told, before=audit.previous, after=audit),
        *change_blocks(told, before=audit.previous, after=audit),
    ]
    return [Section(title, blocks)]


def _change_chart(told: Comparison, *, before: Audit, after: Audit) -> list[Block]:
    if not told.sections:
        return []
    names = [date_format(audit.conducted_on) for audit in (before, after)]
    # Two audits of one day are still two.
    series = names if names[0] != names[1] else [_("Before"), _("After")]
    pieces = [
        Piece(capfirst(str(each.section.label)), name, total.share)
        for each in told.sections
        for name, total in zip(series, (each.before, each.after), strict=True)
    ]
    written = [as_share(piece.value) for piece in pieces]
    drawn = draw_svg(paired_bars(pieces, written=written, most=1))
    return [Chart(_("Score by section, before and after"), drawn)]


def _posts(audit: Audit) -> list[Section]:
    posts = read_audited_posts(audit.profile, first=audit.period_first, last=audit.period_last)
    ranked = rank_posts(posts, on=audit.conducted_on)
    if not ranked.best:
        return []
    note = _(
        "By engagement = likes + comments + shares + saves, as measured last; posts younger than"
        " %(days)d days are left out."
    )
    blocks: list[Block] = [
        Note(note % {"days": SETTLED_DAYS}),
        Heading(_("Best")),
        _post_table(ranked.best),
    ]
    if ranked.worst:
        blocks += [Heading(_("Worst")), _post_table(ranked.worst)]
    return [Section(_("Best and worst posts"), blocks)]


def _post_table(posts: Sequence[AuditedPost]) -> Table:
    return Table(
        [
            Column(_("Post"), 6),
            number_column(_("Date"), weight=3),
            number_column(_("Engagement"), weight=3),
            number_column(_("Views"), weight=2),
        ],
        [
            [
                _short(post.text) or _("without text"),
                date_format(post.day),
                as_count(post.engagement),
                as_count(post.views),
            ]
            for post in posts
        ],
    )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= TEXT_SHOWN else words[:TEXT_SHOWN].rstrip() + "…"
