"""The strategy in force: its number, days and primary target, and when it changes next."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smm_agency.admin.competitor_page import compare_url
from smm_agency.block_rows import BlockRows
from smm_agency.client_overview.indicators import shown_days, title_of
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, counted
from smm_agency.lib.words import as_count
from strategy.metric_words import write_value
from strategy.models import Competitor, CompetitorProfile, StrategyVersion, VersionState
from strategy.models.version import OPEN_STATES

SEEN_WITH = "strategy.strategyversion"


class InForce(NamedTuple):
    """`primary` and `wanted` are empty for who may not see the evaluations; what is wanted is of
    `month`, that of yesterday, as the KPI beside it.
    """

    number: int
    title: str
    url: str
    starts_on: dt.date
    ends_on: dt.date
    primary: str
    wanted: str
    month: dt.date


class Strategy(NamedTuple):
    in_force: InForce | None
    next_change: str
    next_url: str
    competitors: str
    competitors_url: str
    pages: str
    compare_url: str


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees("strategy.competitor"):
        return {}
    return {
        "competitors": counted(Competitor.objects.filter(client=scope.client)),
        "competitor_pages": counted(CompetitorProfile.objects.filter(client=scope.client)),
    }


def show(scope: Scope, found: Found, rows: BlockRows) -> Section | None:
    if not scope.sees(SEEN_WITH):
        return None
    version = rows.version_on(scope.today)
    following = _following(version, rows.versions, on=scope.today)
    sees_competitors = "competitors" in found
    strategy = Strategy(
        in_force=_in_force(scope, version, found) if version else None,
        next_change=_next_change(version, following),
        next_url=scope.row_url(SEEN_WITH, following.pk) if following else "",
        competitors=as_count(found["competitors"]) if sees_competitors else "",
        competitors_url=scope.list_url("strategy.competitor"),
        pages=as_count(found["competitor_pages"]) if sees_competitors else "",
        compare_url=compare_url(client=scope.client.pk) if sees_competitors else "",
    )
    return Section(
        "strategy", _("Strategy in force"), strategy,
        links=[Link(_("All versions"), scope.list_url(SEEN_WITH))],
        short=_("Strategy"),
        add=Link(_("Start a strategy"), scope.add_url(SEEN_WITH)),
    )  # fmt: skip


def _in_force(scope: Scope, version: StrategyVersion, found: Found) -> InForce:
    primary = next((row for row in found.get("targets", ()) if row["is_primary"]), None)
    wanted = ""
    if primary is not None:
        wanted = write_value(primary["metric"], primary["wanted"], currency=scope.client.currency)
    return InForce(
        version.number, version.title, scope.row_url(SEEN_WITH, version.pk), version.starts_on,
        version.ends_on, title_of(primary) if primary else "", wanted,
        shown_days(scope.today)[0],
    )  # fmt: skip


def _following(
    version: StrategyVersion | None, versions: list[StrategyVersion], *, on: dt.date
) -> StrategyVersion | None:
    """The next one: approved for later, else on approval or being made."""
    approved = [
        row for row in versions if row.state == VersionState.APPROVED and row.starts_on > on
    ]
    newer = [row for row in versions if row.state in OPEN_STATES]
    return min(approved, key=lambda row: row.starts_on, default=newer[0] if newer else None)


def _next_change(version: StrategyVersion | None, following: StrategyVersion | None) -> str:
    if following is not None and following.state == VersionState.APPROVED:
        told = {"number": following.number, "day": date_format(following.starts_on)}
        return _("version %(number)s takes over on %(day)s") % told
    if following is not None:
        told = {"number": following.number, "state": following.get_state_display()}
        return _("version %(number)s: %(state)s") % told
    if version is None:
        return ""
    return _("it ends on %(day)s, and no next version is begun") % {
        "day": date_format(version.ends_on)
    }
