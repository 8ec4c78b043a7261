"""What is measured of a page as evidence of an audit: the figure, its days, formula and coverage.

A score is proposed only where the rule leaves no room: the page is dormant or not. All texts are in
the active language.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.audit_writing import Measured
from communities.models import Prefill
from communities.networks.registry import post_url
from content.reply_figures import TIME_FORMULA
from kpi.audit_figures import AuditFigures, Median
from kpi.audit_posts import SETTLED_DAYS, AuditedPost, Gap
from kpi.competitor_pages import Lack, shorten
from kpi.competitor_words import format_name
from kpi.count import Reason
from kpi.engagement_rate import ErValue
from kpi.er_words import figures_line, formula_line, formula_title, posts_note
from smm_agency.lib.words import as_change, as_count, as_duration, as_share, coverage_note

GOOD, BAD = 2, 0
# Without a post for longer than this, a page is dormant.
DORMANT_DAYS = 90
GAPS_TOLD = 3

Words = Callable[[AuditFigures], Measured]


def days_of(first: dt.date, last: dt.date) -> str:
    return f"{date_format(first)} – {date_format(last)}"


def _period(figures: AuditFigures) -> str:
    return days_of(figures.first, figures.last)


def _lines(*lines: str) -> Measured:
    return Measured("\n".join(line for line in lines if line))


def not_measured(why: str = "") -> Measured:
    lacking = _("Not measured: %(why)s.") % {"why": why} if why else _("Not measured yet.")
    return Measured("", lacking=lacking)


def _wall_note(figures: AuditFigures) -> str:
    return _("Posts are known on %(known)d of %(days)d days, %(period)s.") % {
        "known": len(figures.known),
        "days": figures.days,
        "period": _period(figures),
    }


def last_post(figures: AuditFigures) -> Measured:
    day, read_on = figures.last_post_on, figures.wall_read_on
    read = _("Posts were read until %(day)s.") % {"day": date_format(read_on)} if read_on else ""
    if day is None:
        return _lines(_("No post is known."), read) if read else not_measured()
    age = (figures.on - day).days
    text = ngettext(
        "Last post: %(day)s, %(age)d day ago.", "Last post: %(day)s, %(age)d days ago.", age
    ) % {"day": date_format(day), "age": age}
    if age <= DORMANT_DAYS:
        return Measured(text, GOOD)
    # What was not read lately may have been posted on all the same.
    is_known = read_on is not None and (figures.on - read_on).days <= 1
    return Measured(f"{text}\n{read}".strip(), BAD if is_known else None)


def posts_a_week(figures: AuditFigures) -> Measured:
    posts = figures.page.posts
    if posts.a_week is None:
        return not_measured(str(Lack(figures.page.lacks["a_week"]).label))
    return _lines(
        _("%(mean)s posts a week: %(count)s posts.")
        % {"mean": as_count(posts.a_week), "count": as_count(posts.count)},
        _wall_note(figures),
        _rivals_line(
            figures.rivals_median(lambda page: page.posts.a_week), as_count, _("posts a week")
        ),
    )


def gaps(figures: AuditFigures) -> Measured:
    if not figures.known:
        return not_measured()
    longest = [_gap_words(gap) for gap in figures.gaps[:GAPS_TOLD]]
    if not longest:
        return _lines(_("A post on every known day."), _wall_note(figures))
    found = _("Longest pauses: %(pauses)s.") % {"pauses": "; ".join(longest)}
    return _lines(found, _wall_note(figures))


def _gap_words(gap: Gap) -> str:
    words = ngettext("%(days)d day (%(period)s)", "%(days)d days (%(period)s)", gap.days)
    return words % {"days": gap.days, "period": days_of(gap.first, gap.last)}


def formats(figures: AuditFigures) -> Measured:
    found = figures.page.posts.formats
    if not found:
        return not_measured(str(Lack(figures.page.lacks["formats"]).label))
    shares = [f"{format_name(each.kind)} {as_share(each.share)}" for each in found]
    told = _("%(shares)s of %(posts)s posts.")
    return _lines(
        told % {"shares": ", ".join(shares), "posts": as_count(figures.page.posts.seen)},
        _wall_note(figures),
    )


# Where posts come without the mark, "none of 20" would be an invention.
TELL_REPOSTS = frozenset({"vk", "ok", "telegram", "max"})
TELL_ADS = frozenset({"vk"})


def reposts(figures: AuditFigures) -> Measured:
    if figures.profile.network not in TELL_REPOSTS:
        return not_measured(_("the network does not tell which posts are reposts"))
    return _share_of_posts(figures, _("Reposts"), sum(post.is_repost for post in figures.posts))


def ads(figures: AuditFigures) -> Measured:
    if figures.profile.network not in TELL_ADS:
        return not_measured(_("the network does not tell which posts are advertising"))
    label = _("Posts marked as advertising")
    return _share_of_posts(figures, label, sum(post.is_ad for post in figures.posts))


def _share_of_posts(figures: AuditFigures, label: str, part: int) -> Measured:
    posts = len(figures.posts)
    if not posts:
        return not_measured(str((Lack.NO_POSTS if figures.known else Lack.NOT_MEASURED).label))
    told = _("%(label)s: %(part)d of %(posts)d posts (%(share)s).") % {
        "label": label,
        "part": part,
        "posts": posts,
        "share": as_share(part / posts),
    }
    return _lines(told, _wall_note(figures))


def best_worst(figures: AuditFigures) -> Measured:
    ranked = figures.ranked
    if not ranked.best:
        return not_measured(str(Lack.NO_REACTIONS.label))
    return _lines(
        _("Best by engagement:"),
        *(f"– {post_words(figures, post)}" for post in ranked.best),
        _("Worst:") if ranked.worst else "",
        *(f"– {post_words(figures, post)}" for post in ranked.worst),
        ngettext(
            "Engagement = likes + comments + shares + saves; posts younger than %(days)d day are"
            " left out. %(period)s.",
            "Engagement = likes + comments + shares + saves; posts younger than %(days)d days are"
            " left out. %(period)s.",
            SETTLED_DAYS,
        )
        % {"days": SETTLED_DAYS, "period": _period(figures)},
    )


def post_words(figures: AuditFigures, post: AuditedPost) -> str:
    """`March 3, 2026: 41 · views 900 · “Text…” · https://…`"""
    profile = figures.profile
    url = post_url(profile.network, profile.external_id, profile.screen_name, post.external_id)
    text = shorten(" ".join(post.text.split()))
    parts = [
        f"{date_format(post.day)}: {as_count(post.engagement)}",
        _("views %(count)s") % {"count": as_count(post.views)} if post.views is not None else "",
        _("“%(text)s”") % {"text": text} if text else "",
        url,
    ]
    return " · ".join(part for part in parts if part)


def followers(figures: AuditFigures) -> Measured:
    value = figures.growth
    if value.net is None or value.start_on is None or value.end_on is None:
        return not_measured(str(Lack(figures.page.lacks.get("growth", Lack.NOT_MEASURED)).label))
    told = _("%(start)s → %(end)s subscribers: %(net)s (%(share)s), %(period)s.") % {
        "start": as_count(value.start),
        "end": as_count(value.end),
        "net": as_change(value.net),
        "share": as_share(value.share),
        "period": days_of(value.start_on, value.end_on),
    }
    return _lines(
        told,
        _("Growth = end − start; its share is of those at the start."),
        coverage_note(figures.page.subscribers.measured_days, figures.days),
        _rivals_line(
            figures.rivals_median(lambda page: page.subscribers.growth_share),
            as_share,
            _("growth"),
        ),
    )


def left(figures: AuditFigures) -> Measured:
    value = figures.growth
    if value.joined is None or value.left is None or not value.start:
        return not_measured(_("who joined and left is not known of these days"))
    told = _("Joined: %(joined)s. Left: %(left)s (%(share)s of those at the start).") % {
        "joined": as_count(value.joined),
        "left": as_count(value.left),
        "share": as_share(value.left / value.start),
    }
    return _lines(told, coverage_note(value.told_days, figures.days), _period(figures))


def engagement(figures: AuditFigures) -> Measured:
    value, before = figures.page.er, figures.er_before
    if value.value is None:
        return not_measured(str(Lack(figures.page.lacks["er"]).label))
    own = _("Own, the 90 days before: %(er)s (%(note)s).")
    note = posts_note(before.as_facts())
    return _lines(
        *_rate_lines(value, _period(figures)),
        own % {"er": as_share(before.value), "note": note} if before.value is not None else "",
        _rivals_line(
            figures.rivals_median(lambda page: page.er.value), as_share, formula_title(value.code)
        ),
    )


def engagement_by_views(figures: AuditFigures) -> Measured:
    return _rate(figures, figures.er_view)


def reach_rate(figures: AuditFigures) -> Measured:
    return _rate(figures, figures.reach)


def _rate(figures: AuditFigures, value: ErValue) -> Measured:
    if value.value is None:
        return not_measured(_("no counters for “%(formula)s”") % {
            "formula": formula_title(value.code)
        })  # fmt: skip
    return _lines(*_rate_lines(value, _period(figures)))


def _rate_lines(value: ErValue, period: str) -> list[str]:
    facts = value.as_facts()
    return [
        _("%(title)s: %(value)s, %(period)s.")
        % {
            "title": formula_title(value.code),
            "value": as_share(value.value),
            "period": period,
        },
        formula_line(value.code),
        figures_line(facts),
        posts_note(facts),
    ]


def rivals(figures: AuditFigures) -> Measured:
    page = figures.page
    if not figures.rivals:
        return not_measured(_("no competitor has a page on this network"))
    rows: list[tuple[str, float | None, Median, Callable[[float | None], str]]] = [
        (
            _("posts a week"),
            page.posts.a_week,
            figures.rivals_median(lambda each: each.posts.a_week),
            as_count,
        ),
        (
            formula_title(page.er.code),
            page.er.value,
            figures.rivals_median(lambda each: each.er.value),
            as_share,
        ),
        (
            _("growth"),
            page.subscribers.growth_share,
            figures.rivals_median(lambda each: each.subscribers.growth_share),
            as_share,
        ),
    ]
    line = _("%(title)s: own %(own)s, median of competitors %(median)s (pages: %(pages)d)")
    told = [
        line
        % {"title": title, "own": write(own), "median": write(middle.value), "pages": middle.pages}
        for title, own, middle, write in rows
    ]
    return _lines(*told, _period(figures))


def _rivals_line(middle: Median, write: Callable[[float | None], str], title: str) -> str:
    if middle.value is None:
        return ""
    return _("Median of competitors' pages (%(pages)d): %(title)s %(value)s.") % {
        "pages": middle.pages,
        "title": title,
        "value": write(middle.value),
    }


def calls(figures: AuditFigures) -> Measured:
    count = figures.calls
    if count is None:
        return not_measured(_("the page is not a community of the client's yet"))
    if count.total is None:
        return not_measured(str(Reason(count.reason or Reason.NOT_MEASURED).label))
    told = _("Calls: %(count)s, %(period)s.")
    return _lines(
        told % {"count": as_count(count.total), "period": _period(figures)},
        coverage_note(count.measured_days, count.days),
    )


def reply_time(figures: AuditFigures) -> Measured:
    found = figures.replies
    if not found.asked:
        return not_measured(_("nobody has asked anything on this page in these days"))
    if found.median is None:
        return not_measured(
            _("nobody was answered: %(asked)s have asked") % {"asked": as_count(found.asked)}
        )
    told = _("First reply after %(time)s (median), %(period)s.")
    return _lines(
        told % {"time": as_duration(found.median), "period": _period(figures)},
        str(TIME_FORMULA),
        _("Answered: %(answered)s of %(asked)s.")
        % {"answered": as_count(found.answered), "asked": as_count(found.asked)},
    )


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        Prefill.LAST_POST: last_post,
        Prefill.POSTS_A_WEEK: posts_a_week,
        Prefill.GAPS: gaps,
        Prefill.FORMATS: formats,
        Prefill.REPOSTS: reposts,
        Prefill.ADS: ads,
        Prefill.BEST_WORST: best_worst,
        Prefill.FOLLOWERS: followers,
        Prefill.LEFT: left,
        Prefill.ER: engagement,
        Prefill.ER_VIEW: engagement_by_views,
        Prefill.REACH_RATE: reach_rate,
        Prefill.RIVALS: rivals,
        Prefill.CALLS: calls,
        Prefill.REPLY_TIME: reply_time,
    }
)
