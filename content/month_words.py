"""What a person is told before a month is planned: what was assumed, what is left out, the cap."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Community
from content.models import TextWork
from content.plan_times import ALONE, FIRST, LAST
from content.planning import PlannedPost, Proposal, counted
from smm_agency.lib.words import as_count, as_share
from strategy.models import ContentSource, Rubric


class Line(NamedTuple):
    """A rubric's posts by community, in the order of the table's columns; None: no post."""

    rubric: str
    posts: list[int | None]
    total: int


@dataclass(frozen=True)
class Table:
    communities: list[Community]
    lines: list[Line]
    sums: list[int]
    total: int


def table_of(posts: list[PlannedPost]) -> Table:
    """Posts that would be made, by rubric and community."""
    numbers = counted(posts)
    communities = list({post.community.pk: post.community for post in posts}.values())
    communities.sort(key=lambda community: community.pk)
    names = sorted({post.rubric.name for post in posts})
    lines = []
    for name in names:
        row = [numbers.get((community.pk, name)) for community in communities]
        lines.append(Line(name, row, sum(each or 0 for each in row)))
    sums = [sum(line.posts[n] or 0 for line in lines) for n in range(len(communities))]
    return Table(communities, lines, sums, len(posts))


def curated_sentences(proposal: Proposal) -> list[str]:
    """The curated part of the month, what stands already included."""
    mix = proposal.mix
    if proposal.cap is None:
        return [_("The strategy names no cap for curated posts: none are planned.")]
    words = {
        "curated": as_count(mix.curated),
        "posts": as_count(mix.posts),
        "share": as_share(mix.curated / mix.posts if mix.posts else None),
        "cap": as_share(proposal.cap),
        "most": as_count(mix.most(mix.posts)),
    }
    said = [
        _(
            "Curated from the internet: %(curated)s of %(posts)s publications of the month"
            " (%(share)s). The cap is %(cap)s: at most %(most)s (cap × publications, rounded down)."
        )
        % words
    ]
    short = sum(mix.short_of(rubric) for rubric in rubrics_of(proposal.posts))
    if short:
        said.append(
            ngettext(
                "The rubrics ask for %(count)d curated post more than the cap lets in: it is"
                " planned from their other sources.",
                "The rubrics ask for %(count)d curated posts more than the cap lets in: they are"
                " planned from their other sources.",
                short,
            )
            % {"count": short}
        )
    return said


def rubrics_of(posts: Iterable[PlannedPost]) -> list[Rubric]:
    """Each once, by name: the next version's rubric of a name is the same one."""
    return list({post.rubric.name.casefold(): post.rubric for post in posts}.values())


def assumptions(proposal: Proposal) -> list[str]:
    """What nobody wrote down and the plan takes for granted; each is corrected in the post."""
    if not proposal.posts:
        return []
    return [
        *_assumed_sources(proposal.posts),
        _assumed_work(proposal.posts),
        *_assumed_formats(proposal.posts),
        _("The topic is the rubric and the day until somebody writes one."),
        _assumed_times(proposal),
    ]


def _assumed_sources(posts: list[PlannedPost]) -> Iterator[str]:
    for rubric in rubrics_of(posts):
        own = [post for post in posts if post.rubric.name == rubric.name]
        is_named = ContentSource.OWN in rubric.sources
        if not is_named and any(post.source == ContentSource.OWN for post in own):
            yield _("The rubric “%(rubric)s” names no source: taken as made by the agency.") % {
                "rubric": rubric
            }


def _assumed_work(posts: list[PlannedPost]) -> str:
    pairs = sorted({(post.source, post.text_work) for post in posts})
    said = [f"{ContentSource(source).label} – {TextWork(work).label}" for source, work in pairs]
    return _("The work on the text is what is usual for the source: %(pairs)s.") % {
        "pairs": "; ".join(said)
    }


def _assumed_formats(posts: list[PlannedPost]) -> Iterator[str]:
    for rubric in rubrics_of(posts):
        if not rubric.formats:
            yield _("The rubric “%(rubric)s” names no format: taken as text.") % {"rubric": rubric}


def _assumed_times(proposal: Proposal) -> str:
    words = {
        "first": time_format(FIRST),
        "last": time_format(LAST),
        "alone": time_format(ALONE),
        "zone": proposal.client.time_zone,
    }
    return (
        _(
            "Where a community has no usual times of its own: a single post of a day at %(alone)s,"
            " several from %(first)s to %(last)s, by the clocks of %(zone)s."
        )
        % words
    )


def left_out(proposal: Proposal) -> list[str]:
    """Days and communities that get nothing, and posts that the grid does not ask for."""
    days = proposal.days
    found = [
        _days(_("Up to today nothing is planned any more: %(days)s."), days.over),
        _days(_("No engagement runs: %(days)s."), days.not_agreed),
        _days(_("The client is paused or has left: %(days)s."), days.at_rest),
        _days(_("No approved strategy is in force: %(days)s."), days.without_strategy),
    ]
    said = [sentence for sentence in found if sentence]
    said += [
        _("“%(community)s” does not run (%(state)s): nothing is planned there.")
        % {"community": row, "state": row.get_state_display()}
        for row in proposal.not_running
    ]
    said += [
        _("“%(community)s” has its posts a week (%(posts)s), but none in the grid.")
        % {"community": row.community, "posts": row.posts_per_week}
        for row in proposal.without_cells
    ]
    if proposal.not_asked:
        said.append(
            ngettext(
                "%(count)d planned post is not in the grid any more: cancel it, or leave it.",
                "%(count)d planned posts are not in the grid any more: cancel them, or leave them.",
                proposal.not_asked,
            )
            % {"count": proposal.not_asked}
        )
    return said


def _days(sentence: str, days: list[dt.date]) -> str:
    """With the days as ranges, such as `1–5, 12`; nothing where there is none."""
    return sentence % {"days": ", ".join(_ranges(days))} if days else ""


def _ranges(days: list[dt.date]) -> Iterator[str]:
    first = last = days[0]
    for day in [*days[1:], None]:
        if day is not None and day == last + dt.timedelta(days=1):
            last = day
            continue
        begin, end = date_format(first, "j E"), date_format(last, "j E")
        yield begin if first == last else f"{begin} – {end}"
        if day is not None:
            first = last = day


def by_version(proposal: Proposal) -> str:
    """By which versions the month is planned, and which days are whose."""
    parts = []
    for version in proposal.days.distinct_versions:
        days = [day for day, row in proposal.days.versions.items() if row == version]
        parts.append(
            _("v%(number)s (%(days)s)")
            % {"number": version.number, "days": ", ".join(_ranges(days))}
        )
    return ", ".join(parts)
