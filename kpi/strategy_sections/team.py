"""Who does what: the division of responsibility, and the people of the agency. No contacts."""

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.models import Block as WorkBlock
from clients.models import Engagement, EngagementService, TeamMember
from smm_agency.lib.document_blocks import Block, Column, Fact, Facts, Heading, Table


def division_blocks(services: Sequence[EngagementService]) -> list[Block]:
    """A table for each block of work that has something divided."""
    blocks: list[Block] = []
    for work in WorkBlock:
        rows = [row for row in services if row.service.block == work]
        if rows:
            blocks += [Heading(_("Who does what: %(block)s") % {"block": work.label}), _table(rows)]
    return blocks


def people_blocks(team: Sequence[TeamMember]) -> list[Block]:
    if not team:
        return []
    rows = [[str(member.user), capfirst(member.get_role_display())] for member in team]
    columns = [Column(pgettext("person", "Name")), Column(capfirst(_("role")))]
    return [Heading(_("The team of the agency")), Table(columns, rows)]


def rhythm_blocks(engagement: Engagement | None) -> list[Block]:
    """When the indicators are looked at: every strategy has it, whatever else its roadmap says."""
    if engagement is None:
        return []
    facts: list[Fact] = [(capfirst(_("KPI review")), engagement.get_review_rhythm_display())]
    return [Facts(facts)]


def _table(rows: Sequence[EngagementService]) -> Table:
    """How much is agreed stands beside it where it was agreed of any of the works."""
    columns = [Column(capfirst(_("work")), weight=3), Column(capfirst(_("who does it")))]
    cells = [[row.service.name, capfirst(row.get_performer_display())] for row in rows]
    if all(row.quantity is None for row in rows):
        return Table(columns, cells)
    amounts = [[*two, row.amount] for two, row in zip(cells, rows, strict=True)]
    return Table([*columns, Column(_("How much"))], amounts)
