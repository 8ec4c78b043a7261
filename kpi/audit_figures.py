"""All that is measured of an audited page over the audit's period. A fixed number of queries."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from communities.models import Audit, Community, Profile, WallPost
from content.reply_figures import ReplyFigures, figures_of, moments_of, read_rows
from kpi.audit_posts import AuditedPost, Gap, Ranked, gaps_between, rank_posts, read_audited_posts
from kpi.competitor_formula import measured_by
from kpi.competitor_pages import PageFigures, read_pages
from kpi.count import Count
from kpi.counts import count_metric
from kpi.engagement_rate import ErValue, er_by_page
from kpi.er_pages import Period
from kpi.growth import GrowthValue, growth_of_pages, measure_pages
from kpi.models import NumberPlacement
from kpi.wall_coverage import known_days, wall_spans
from kpi.whose_pages import OWN
from strategy.models import Metric
from strategy.periods import length_of

DAY = dt.timedelta(days=1)
# What the page's own ER is held against: three months before the period.
DAYS_BEFORE = 90


@dataclass(frozen=True)
class Median:
    """Of the `pages` of competitors that have the figure; None where none has."""

    value: float | None
    pages: int


@dataclass(frozen=True)
class AuditFigures:
    """`numbers` are the tracking numbers shown in the page's community on the day of the audit, as
    E.164. `calls` is None where the page is no community.
    """

    profile: Profile
    first: dt.date
    last: dt.date
    on: dt.date
    page: PageFigures
    rivals: Sequence[PageFigures]
    posts: Sequence[AuditedPost]
    known: set[dt.date]
    last_post_on: dt.date | None
    wall_read_on: dt.date | None
    growth: GrowthValue
    er_before: ErValue
    er_view: ErValue
    reach: ErValue
    calls: Count | None
    replies: ReplyFigures
    numbers: Sequence[str]

    @property
    def days(self) -> int:
        return length_of(self.first, self.last)

    @property
    def gaps(self) -> list[Gap]:
        return gaps_between(self.posts, self.known, first=self.first, last=self.last)

    @property
    def ranked(self) -> Ranked:
        return rank_posts(self.posts, on=self.on)

    def rivals_median(self, read: Callable[[PageFigures], float | None]) -> Median:
        values = [value for page in self.rivals if (value := read(page)) is not None]
        return Median(median(values) if values else None, len(values))


def read_figures(audit: Audit, *, at: dt.datetime) -> AuditFigures:
    profile, client = audit.profile, audit.profile.client
    first, last = period = Period(audit.period_first, audit.period_last)
    rivals = _rivals(profile)
    sides = {profile.pk: True, **{row.pk: False for row in rivals}}
    code, rates = measured_by(client, "", period, sides)
    pages = read_pages(client, [profile, *rivals], rates, period)
    community = Community.objects.filter(profile=profile).first()
    return AuditFigures(
        profile=profile,
        first=first,
        last=last,
        on=client.day_of(at),
        page=pages[profile.pk],
        rivals=[pages[row.pk] for row in rivals],
        posts=read_audited_posts(profile, first=first, last=last),
        known=_known(profile, first, last),
        last_post_on=_last_post_on(profile),
        wall_read_on=client.day_of(profile.wall_read_at) if profile.wall_read_at else None,
        growth=_growth(profile, first, last),
        er_before=_rate(profile, code, first - DAY * DAYS_BEFORE, first - DAY),
        er_view=_rate(profile, "er_view", first, last),
        reach=_rate(profile, "vr", first, last),
        calls=_calls(community, first, last, at=at),
        replies=_replies(profile, first, last, at=at),
        numbers=_numbers(community, on=audit.conducted_on),
    )


def _rivals(profile: Profile) -> list[Profile]:
    """Competitors' pages on the same network."""
    rows = Profile.objects.filter(
        client=profile.client_id,
        network=profile.network,
        relation=Profile.Relation.COMPETITOR,
        competitor_link__isnull=False,
    )
    return list(rows.order_by("title", "pk"))


def _known(profile: Profile, first: dt.date, last: dt.date) -> set[dt.date]:
    spans = wall_spans([profile.client_id], relations=OWN)
    return known_days(spans.get(profile.pk, ()), first, last)


def _last_post_on(profile: Profile) -> dt.date | None:
    newest = WallPost.objects.filter(profile=profile, gone_at=None).order_by("-posted_at").first()
    return profile.client.day_of(newest.posted_at) if newest else None


def _growth(profile: Profile, first: dt.date, last: dt.date) -> GrowthValue:
    """What the days have brought: from the evening before."""
    pages = measure_pages([profile.client_id], first - DAY, last)
    [page] = [each for each in pages if each.profile == profile.pk]
    return growth_of_pages([page], [page], length_of(first - DAY, last))


def _rate(profile: Profile, code: str, first: dt.date, last: dt.date) -> ErValue:
    return er_by_page([profile.client_id], code, first=first, last=last)[profile.pk]


def _replies(profile: Profile, first: dt.date, last: dt.date, *, at: dt.datetime) -> ReplyFigures:
    moments = moments_of(profile.client, first, last)
    return figures_of(read_rows([profile.client_id], *moments, item__profile=profile), at=at)


def _calls(
    community: Community | None, first: dt.date, last: dt.date, *, at: dt.datetime
) -> Count | None:
    if community is None:
        return None
    return count_metric(
        community.client, Metric.CALLS, first=first, last=last, community=community, at=at
    )


def _numbers(community: Community | None, *, on: dt.date) -> list[str]:
    if community is None:
        return []
    placed = NumberPlacement.objects.filter(community=community, starts_on__lte=on)
    shown = placed.exclude(ends_on__lt=on).order_by("number__number")
    return list(shown.values_list("number__number", flat=True))
