"""The posts that went out in a period, each with the figures that were read of it last."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, pgettext

from clients.models import Client
from clients.portal_tables import Column, Shown, Table, TablesView
from communities.models import Profile
from content.fulfilment import moments_of
from content.models import Publication
from content.portal_plan import ShownPublication, sent_between
from kpi.er_posts import OF_ONE_POST, SETTLED_HOURS, read_posts
from kpi.er_words import formula_line, formula_title
from kpi.models import PostSnapshot
from kpi.portal import PeriodView
from kpi.portal_comparison import count_change
from kpi.portal_overview import DEFAULT_FORMULA, formula_of, targets_of
from kpi.portal_period import Period, Span
from kpi.portal_posts import COUNTERS
from kpi.portal_strategy import strategy_in_force
from smm_agency.lib.words import NOT_MEASURED, as_count, as_share, short_day
from strategy.models import Metric

# A post counts in a ratio once it has rested so long.
REST = dt.timedelta(hours=SETTLED_HOURS)
SNAPSHOT = ("wall_post_id", "slot", *PostSnapshot.COUNTERS)


@dataclass(frozen=True)
class PostLine:
    """A publication; `figures` by counter, empty where nothing was measured, and its ER."""

    publication: ShownPublication
    figures: dict[str, Any]
    rate: float | None
    client_id: int

    def counter(self, name: str) -> int | None:
        value: int | None = self.figures.get(name)
        return value

    @property
    def at(self) -> dt.datetime:
        if self.publication.at is None:
            raise ValueError("What went out has a time.")
        return self.publication.at

    @property
    def slot(self) -> dt.date | None:
        return self.figures.get("slot")


def post_lines(client: Client, period: Period, code: str) -> list[PostLine]:
    """The newest first. Three statements, whatever the number of posts."""
    publications = sent_between(client, period.first, period.until)
    ids = [one.wall_post_id for one in publications if one.wall_post_id is not None]
    figures = newest_figures(ids)
    rates = rates_of(client, period, code)
    return [
        PostLine(
            one,
            figures.get(one.wall_post_id or 0, {}),
            rates.get(one.wall_post_id or 0),
            client.pk,
        )
        for one in reversed(publications)
    ]


def newest_figures(wall_posts: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = PostSnapshot.objects.filter(wall_post__in=list(wall_posts))
    newest = rows.order_by("wall_post_id", "-slot", "-hour").distinct("wall_post_id")
    return {row["wall_post_id"]: dict(row) for row in newest.values(*SNAPSHOT)}


def rates_of(client: Client, period: Period, code: str) -> dict[int, float]:
    """Wall post → ER by its latest counters; posts that have not settled have none."""
    last = min(period.until + REST + dt.timedelta(days=1), period.today)
    found = read_posts(
        [client.pk],
        code,
        first=period.first,
        last=last,
        relation=Profile.Relation.OWN,
        known_by=period.today,
    )
    return {one.wall_post: one.ratio for one in found}


def code_for(client: Client, period: Period) -> str:
    """The formula of the strategy's ER, where one post has such a ratio."""
    code = formula_of(targets_of(strategy_in_force(client, period), Metric.ER)[0])
    return code if code in OF_ONE_POST else DEFAULT_FORMULA


def counter_column(name: str, title: Any) -> Column:
    return Column(
        name,
        title,
        lambda line: as_count(line.counter(name)),
        lambda line: line.counter(name),
        order=lambda line: line.counter(name),
        is_number=True,
    )


def columns_of(code: str) -> list[Column]:
    return [
        Column(
            "post",
            gettext_lazy("post"),
            _title,
            lambda line: line.publication.title,
            order=lambda line: line.publication.title.casefold(),
        ),
        Column(
            "community",
            gettext_lazy("community"),
            lambda line: f"{line.publication.community} ({line.publication.network})",
            order=lambda line: line.publication.community.casefold(),
        ),
        Column(
            "when",
            gettext_lazy("published"),
            lambda line: date_format(line.at, pgettext("format of a short moment", "j M, H:i")),
            lambda line: f"{line.at:%Y-%m-%d %H:%M}",
            order=lambda line: line.at,
        ),
        *(counter_column(name, title) for name, title in COUNTERS),
        Column(
            "er",
            formula_title(code).partition(",")[0],
            lambda line: as_share(line.rate),
            lambda line: None if line.rate is None else round(line.rate, 6),
            order=lambda line: line.rate,
            is_number=True,
            file_title=formula_line(code),
        ),
        Column(
            "read",
            gettext_lazy("read on"),
            lambda line: short_day(line.slot) if line.slot else NOT_MEASURED,
            lambda line: line.slot,
            order=lambda line: line.slot,
        ),
    ]


def _title(line: PostLine) -> Shown:
    ids = {"client_id": line.client_id, "post_id": line.publication.post_id}
    return Shown(line.publication.title, reverse("portal:post", kwargs=ids))


def count_sent(client: Client, span: Span) -> int:
    begin, end = moments_of(client, span.first, span.last)
    return Publication.objects.filter(client=client, sent_at__gte=begin, sent_at__lt=end).count()


class PublishedPosts(TablesView, PeriodView):
    template_name = "portal/posts.html"
    section = "posts"
    compares = True

    @cached_property
    def code(self) -> str:
        return code_for(self.client, self.period)

    @cached_property
    def lines(self) -> list[PostLine]:
        return post_lines(self.client, self.period, self.code)

    def tables(self) -> Sequence[Table]:
        title = gettext_lazy("Published posts")
        file_name = f"posts_{self.period.code}"
        return [Table("posts", title, columns_of(self.code), self.lines, file_name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier = self.period.earlier
        then = count_sent(self.client, earlier) if earlier else None
        return super().get_context_data(
            formula=formula_line(self.code),
            earlier=earlier,
            then=as_count(then),
            change=count_change(len(self.lines), then),
            **kwargs,
        )
