"""An audit as parts of a document or of the portal's page: scores, findings, criteria, changes.

Only what the client may read: owners, tasks and notes for colleagues are not in it. In the active
language.
"""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.audit_changes import Comparison, Pair
from communities.audit_scores import FORMULA, SectionTotal, Total, section_totals, total_of
from communities.models import Audit, AuditScore, AuditSection, Priority
from smm_agency.lib.document_blocks import (
    Block,
    Card,
    Cards,
    Column,
    Fact,
    Facts,
    Heading,
    Note,
    Table,
    Text,
    number_column,
)
from smm_agency.lib.words import NOT_MEASURED, as_change, as_share


def points_words(total: Total) -> str:
    """`31 of 46`; a dash where nothing is judged."""
    if not total.judged:
        return NOT_MEASURED
    return _("%(points)d of %(most)d") % {"points": total.points, "most": total.most}


def score_words(row: AuditScore) -> str:
    if row.is_not_applicable:
        return _("does not apply")
    return NOT_MEASURED if row.score is None else str(row.score)


def overall_facts(total: Total) -> Facts:
    return Facts(
        [
            (_("Overall score"), as_share(total.share)),
            (_("Points"), points_words(total)),
            (_("Criteria judged"), _judged_words(total)),
        ]
    )


def _judged_words(total: Total) -> str:
    return _("%(judged)d of %(criteria)d") % {"judged": total.judged, "criteria": total.criteria}


def score_blocks(rows: Sequence[AuditScore]) -> list[Block]:
    """The score of each section and of the whole, with their formula."""
    return [Note(str(FORMULA)), _score_table(section_totals(rows), total_of(rows))]


def _score_table(sections: Sequence[SectionTotal], whole: Total) -> Table:
    return Table(
        [
            Column(_("Section"), 2),
            number_column(_("Score"), weight=1),
            number_column(_("Points"), weight=1),
            number_column(_("Criteria judged"), weight=1),
        ],
        [_score_row(capfirst(str(each.section.label)), each.total) for each in sections],
        _score_row(_("Overall"), whole),
    )


def _score_row(title: str, total: Total) -> list[str]:
    return [title, as_share(total.share), points_words(total), _judged_words(total)]


# --- Findings ------------------------------------------------------------------------------------


def finding_blocks(findings: Sequence[AuditScore]) -> list[Block]:
    """By priority; findings come in their order."""
    blocks: list[Block] = []
    for priority in Priority:
        rows = [row for row in findings if row.priority == priority]
        if rows:
            blocks += [Heading(capfirst(str(priority.label))), Cards([_card(row) for row in rows])]
    loose = [row for row in findings if not row.priority]
    if loose:
        blocks += [Heading(_("Without a priority")), Cards([_card(row) for row in loose])]
    return blocks or [Text(_("Nothing to mend was found."))]


def _card(row: AuditScore) -> Card:
    facts: list[Fact] = [
        (_("Finding"), row.finding),
        (_("Recommendation"), row.recommendation),
        (_("Evidence"), evidence_words(row)),
        (_("Due"), date_format(row.due_on) if row.due_on else ""),
    ]
    mark = _("%(score)s of 2") % {"score": score_words(row)}
    return Card(row.title, [fact for fact in facts if fact[1]], mark=mark)


def evidence_words(row: AuditScore) -> str:
    """What a person saw, what was measured, and where."""
    return "\n".join(part for part in (row.evidence, row.measured, row.evidence_url) if part)


# --- Criteria ------------------------------------------------------------------------------------


def criteria_blocks(rows: Sequence[AuditScore]) -> list[Block]:
    """Everything that was looked at, section by section."""
    blocks: list[Block] = []
    for section in AuditSection:
        found = [row for row in rows if row.section == section]
        if found:
            share = as_share(total_of(found).share)
            blocks += [Heading(f"{capfirst(str(section.label))} · {share}"), _criteria_table(found)]
    return blocks


def _criteria_table(rows: Sequence[AuditScore]) -> Table:
    return Table(
        [Column(_("Criterion"), 5), number_column(_("Score"), weight=2), Column(_("Evidence"), 6)],
        [
            [f"{row.title}\n{row.look}", score_words(row), row.reason or evidence_words(row)]
            for row in rows
        ],
    )


# --- Before and after ----------------------------------------------------------------------------


def change_blocks(told: Comparison, *, before: Audit, after: Audit) -> list[Block]:
    """What changed since the audit before, over the criteria judged in both."""
    moved = [*told.better, *told.worse]
    blocks: list[Block] = [_change_note(told), _change_table(told, before=before, after=after)]
    if moved:
        blocks += [Heading(_("Criteria that changed")), _moved_table(moved)]
    for title, rows in (
        (_("Looked at for the first time: %(names)s."), told.came),
        (_("Not looked at any more: %(names)s."), told.went),
    ):
        if rows:
            blocks.append(Note(title % {"names": ", ".join(row.title for row in rows)}))
    return blocks


def _change_table(told: Comparison, *, before: Audit, after: Audit) -> Table:
    return Table(
        [
            Column(_("Section"), 2),
            number_column(_audit_title(before), weight=1),
            number_column(_audit_title(after), weight=1),
            number_column(_("Change, points"), weight=1),
        ],
        [
            _change_row(capfirst(str(each.section.label)), each.before, each.after)
            for each in told.sections
        ],
        _change_row(_("Overall"), told.before, told.after),
    )


def _audit_title(audit: Audit) -> str:
    return _("no. %(number)d, %(day)s") % {
        "number": audit.number,
        "day": date_format(audit.conducted_on, "SHORT_DATE_FORMAT"),
    }


def _change_row(title: str, before: Total, after: Total) -> list[str]:
    change = as_change(after.points - before.points) if before.judged else NOT_MEASURED
    return [title, as_share(before.share), as_share(after.share), change]


def _change_note(told: Comparison) -> Note:
    count = len(told.judged)
    words = ngettext(
        "Compared over the %(count)d criterion judged both times. %(formula)s",
        "Compared over the %(count)d criteria judged both times. %(formula)s",
        count,
    )
    return Note(words % {"count": count, "formula": FORMULA})


def _moved_table(pairs: Sequence[Pair]) -> Table:
    return Table(
        [
            Column(_("Criterion"), 3),
            number_column(_("Before")),
            number_column(_("After")),
            Column(_("What was wrong, what is now"), 4),
        ],
        [
            [
                pair.after.title,
                score_words(pair.before),
                score_words(pair.after),
                f"{pair.before.finding}\n{pair.after.finding or pair.after.evidence}".strip(),
            ]
            for pair in pairs
        ],
    )
