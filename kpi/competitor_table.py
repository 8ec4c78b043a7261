"""The comparison of a client's own pages with its competitors': same days, same formula.

Each figure is told where its network tells it; else it is None, and `lacks` says why. Beside the
figures stands the newest analysis that a person wrote. The result is plain data: a frozen copy of
it (`as_facts`) can be kept with a printed strategy. A fixed number of queries.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from communities.models import Community, Profile
from kpi.competitor_formula import check_formula, measured_by
from kpi.competitor_pages import PageFigures, read_pages
from kpi.engagement_rate import ErValue
from kpi.er_pages import Period
from strategy.competitor_analyses import newest_analyses, oldest_fresh_day
from strategy.models import Competitor, CompetitorAnalysis
from strategy.periods import length_of

DEFAULT_DAYS = 30
MOST_DAYS = 366
OWN = "own"
KINDS = list(Competitor.Kind)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a person wrote last about a competitor. None of minutes: nobody has tried."""

    analysed_on: dt.date
    days_old: int
    is_stale: bool
    reply_minutes: int | None
    topics: str
    offers: str
    strengths: str
    weaknesses: str
    idea: str
    tone: str


@dataclass(frozen=True, slots=True)
class Party:
    """The client itself (kind `own`), or a competitor; it may have no page yet."""

    competitor: int | None
    name: str
    kind: str
    pages: tuple[PageFigures, ...]
    analysis: Analysis | None = None

    @property
    def is_own(self) -> bool:
        return self.kind == OWN


@dataclass(frozen=True, slots=True)
class CompetitorTable:
    """The client first, then competitors: direct, indirect, benchmarks; both days included."""

    client: int
    first: dt.date
    last: dt.date
    formula: str
    parties: tuple[Party, ...]

    @property
    def days(self) -> int:
        return length_of(self.first, self.last)

    @property
    def pages(self) -> Iterator[tuple[Party, PageFigures]]:
        for party in self.parties:
            for page in party.pages:
                yield party, page

    def as_facts(self) -> dict[str, Any]:
        """All of it as JSON: days in ISO, shares 0…1, None where not measured."""
        facts: dict[str, Any] = _plain(self)
        return facts


def compare_competitors(
    client: Client,
    *,
    on: dt.date,
    first: dt.date | None = None,
    last: dt.date | None = None,
    formula: str = "",
) -> CompetitorTable:
    """The table as it is known on `on`, of the last 30 whole days unless others are given.

    `formula`: a code of `kpi.formulas`; empty: one by which both sides have a value. Raises
    ValidationError for days that cannot be, and for a formula that competitors cannot have.
    """
    period = period_of(on=on, first=first, last=last)
    if formula:
        check_formula(formula)
    rows = _profiles(client)
    sides = {row.pk: row.relation == Profile.Relation.OWN for row in rows}
    code, rates = measured_by(client, formula, period, sides)
    pages = read_pages(client, rows, rates, period)
    own = [pages[row.pk] for row in rows if sides[row.pk]]
    parties = (Party(None, client.name, OWN, tuple(own)), *_competitors(client, rows, pages, on=on))
    return CompetitorTable(client.pk, period.first, period.last, code, parties)


def period_of(*, on: dt.date, first: dt.date | None = None, last: dt.date | None = None) -> Period:
    """The days to compare. Raises ValidationError: in the wrong order, not over yet, too many."""
    yesterday = on - dt.timedelta(days=1)
    last = last or yesterday
    first = first or last - dt.timedelta(days=DEFAULT_DAYS - 1)
    if last > yesterday:
        message = _("The last day is not over yet: choose %(day)s or an earlier one.")
        raise ValidationError({"last": message % {"day": date_format(yesterday)}})
    if first > last:
        raise ValidationError({"first": _("The first day is after the last: swap them.")})
    if length_of(first, last) > MOST_DAYS:
        message = _("Compare %(days)d days at most: begin with %(day)s or later.")
        earliest = last - dt.timedelta(days=MOST_DAYS - 1)
        raise ValidationError(
            {"first": message % {"days": MOST_DAYS, "day": date_format(earliest)}}
        )
    return Period(first, last)


def _profiles(client: Client) -> list[Profile]:
    """Own pages but those laid aside, and the pages of competitors, by title."""
    own = Q(relation=Profile.Relation.OWN) & ~Q(community__state=Community.State.ARCHIVED)
    competitors = Q(relation=Profile.Relation.COMPETITOR, competitor_link__isnull=False)
    rows = Profile.objects.filter(own | competitors, client=client)
    return list(rows.select_related("competitor_link").order_by("title", "pk"))


def _competitors(
    client: Client, rows: list[Profile], pages: Mapping[int, PageFigures], *, on: dt.date
) -> list[Party]:
    newest = newest_analyses([client.pk], on=on)
    competitors = Competitor.objects.filter(client=client).order_by("name", "pk")
    of_competitor: dict[int, list[PageFigures]] = {}
    for row in rows:
        if row.relation == Profile.Relation.COMPETITOR:
            found = of_competitor.setdefault(row.competitor_link.competitor_id, [])
            found.append(pages[row.pk])
    return [
        Party(
            row.pk,
            row.name,
            row.kind,
            tuple(of_competitor.get(row.pk, ())),
            _analysis(newest[row.pk], on=on) if row.pk in newest else None,
        )
        for row in sorted(competitors, key=lambda row: KINDS.index(Competitor.Kind(row.kind)))
    ]


def _analysis(row: CompetitorAnalysis, *, on: dt.date) -> Analysis:
    return Analysis(
        analysed_on=row.analysed_on,
        days_old=(on - row.analysed_on).days,
        is_stale=row.analysed_on < oldest_fresh_day(on=on),
        reply_minutes=row.reply_minutes,
        topics=row.topics,
        offers=row.offers,
        strengths=row.strengths,
        weaknesses=row.weaknesses,
        idea=row.idea,
        tone=row.tone,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, ErValue):
        return value.as_facts() | {"value": value.value}
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
