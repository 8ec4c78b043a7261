"""Growth, engagement and the best and worst posts of a report, in words."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.networks.registry import network_name
from kpi.er_words import figures_line, formula_line, formula_title, posts_note
from kpi.report_marks import marked
from kpi.report_span import Data
from smm_agency.lib.charts import Plot, Series
from smm_agency.lib.document_blocks import (
    Block,
    Column,
    Graph,
    Heading,
    Note,
    Section,
    Table,
    Text,
    number_column,
)
from smm_agency.lib.words import (
    NOT_MEASURED,
    as_change,
    as_count,
    as_share,
    coverage_note,
    short_day,
)
from strategy.models import Metric


def growth_section(figures: Data) -> Section:
    title, pages = _("Subscribers"), figures["pages"]
    if not pages["pages"]:
        return Section(title, [Text(_("The client has no own pages on networks yet."))])
    columns = [
        Column(_("community"), 3), number_column(_("growth"), weight=1),
        number_column(_("from … to"), weight=2), number_column(_("joined"), weight=1),
        number_column(_("left"), weight=1),
    ]  # fmt: skip
    rows = [_grown(page["title"], page["network"], page["growth"]) for page in pages["pages"]]
    whole = _grown(_("All together"), "", pages["whole"])
    blocks: list[Block] = [Table(columns, rows, whole if len(rows) > 1 else ()), *_untold(pages)]
    graphs = [_followers(number, page, figures) for number, page in enumerate(pages["pages"])]
    return Section(title, [*blocks, Note(growth_formula()), *graphs])


def growth_formula() -> str:
    return _(
        "Growth = subscribers at the end − subscribers at the start, by the first and the last"
        " measured day. Joined and left are told by the networks that tell them; a dash is no zero."
    )


def _grown(title: str, network: str, growth: Data) -> list[str]:
    said = [title, network_name(network) if network else "",
            coverage_note(growth["measured_days"], growth["days"])]  # fmt: skip
    return [
        "\n".join(filter(None, said)),
        as_change(growth["net"]),
        _ends(growth),
        _told(growth, "joined"),
        _told(growth, "left"),
    ]


def _ends(growth: Data) -> str:
    if growth["net"] is None:
        return NOT_MEASURED
    days = f"{day_of(growth['start_on'])} → {day_of(growth['end_on'])}"
    return f"{as_count(growth['start'])} → {as_count(growth['end'])}\n{days}"


def _told(growth: Data, name: str) -> str:
    """Of the days that told it."""
    if growth[name] is None:
        return NOT_MEASURED
    if growth["told_days"] == growth["grown_days"]:
        return as_count(growth[name])
    days = _("on %(told)d of %(days)d days") % {
        "told": growth["told_days"], "days": growth["grown_days"],
    }  # fmt: skip
    return f"{as_count(growth[name])}\n{days}"


def _untold(pages: Data) -> list[Block]:
    whole = pages["whole"]
    if whole["net"] is None or whole["counted"] == whole["communities"]:
        return []
    words = _("%(counted)d of %(all)d communities: the others were not measured at both ends.")
    return [Note(words % {"counted": whole["counted"], "all": whole["communities"]})]


def _followers(number: int, page: Data, figures: Data) -> Graph:
    days = [dt.date.fromisoformat(row["day"]) for row in page["days"]]
    plot = Plot(
        [short_day(day) for day in days],
        [Series(_("Subscribers"), [row["followers"] for row in page["days"]], "line", "1")],
        is_from_zero=False,
    )
    title = _("Subscribers: %(page)s, %(network)s") % {
        "page": page["title"], "network": network_name(page["network"]),
    }  # fmt: skip
    plot = marked(plot, days, figures, metrics=[Metric.GROWTH])
    return Graph(f"followers-{number}", title, _("Day"), plot)


def er_section(figures: Data) -> Section:
    title, pages = _("Engagement rate (ER)"), figures["pages"]
    if not pages["pages"]:
        return Section(title, [Text(_("The client has no own pages on networks yet."))])
    return Section(title, [block for row in pages["er"] for block in _rate(row)])


def _rate(row: Data) -> list[Block]:
    """By community, with what each rate was made of."""
    columns = [
        Column(_("community"), 2), number_column(_("ER"), weight=1), Column(_("made of"), 4),
    ]  # fmt: skip
    rows = [_rated(f"{page['title']}\n{network_name(page['network'])}", page)
            for page in row["pages"]]  # fmt: skip
    whole = _rated(_("All together"), row["whole"]) if len(rows) > 1 else ()
    return [
        Heading(formula_title(row["formula"])),
        Table(columns, rows, whole),
        Note(formula_line(row["formula"])),
    ]


def _rated(title: str, value: Data) -> list[str]:
    coverage = coverage_note(value["measured_days"], value["days"])
    made = [figures_line(value), posts_note(value), coverage]
    return [title, as_share(value["value"]), "\n".join(line for line in made if line)]


# --- Posts ---------------------------------------------------------------------------------------


def posts_section(figures: Data) -> Section:
    title, posts = _("Best and worst posts"), figures["posts"]
    if not posts["rows"]:
        return Section(title, [Text(_("No posts of this period are known."))])
    measure = measure_of(posts)
    if not posts["best"]:
        words = _(
            "Too few posts to rank: %(ranked)d of %(all)d were measured at that age, and below"
            " %(fewest)d the best and the worst are chance."
        ) % {"ranked": posts["ranked"], "all": len(posts["rows"]), "fewest": posts["fewest"]}
        return Section(title, [Text(words), Note(measure)])
    rows = {row["id"]: row for row in posts["rows"]}
    said = _("%(ranked)d of %(all)d posts are ranked: the others were not measured at that age, or"
             " are advertising.") % {"ranked": posts["ranked"], "all": len(rows)}  # fmt: skip
    return Section(
        title,
        [
            Heading(_("The best")),
            _ranked([rows[pk] for pk in posts["best"]]),
            Heading(_("The worst")),
            _ranked([rows[pk] for pk in posts["worst"]]),
            Note(f"{measure}\n{said}"),
        ],
    )


def measure_of(posts: Data) -> str:
    return _(
        "Measured by ER of a post = (likes + comments + shares + saves, as the network tells) ÷"
        " subscribers on the day of the post; each read at the same age, %(first)d to %(last)d"
        " hours after it went out."
    ) % {"first": posts["hours"][0], "last": posts["hours"][1]}


def _ranked(rows: list[Data]) -> Table:
    columns = [
        Column(_("post"), 5), number_column(_("ER of the post")),
        number_column(pgettext("sum of a post", "engagement")), number_column(_("views")),
    ]  # fmt: skip
    return Table(columns, [_post(row) for row in rows])


def _post(row: Data) -> list[str]:
    place = f"{day_of(row['day'])} · {row['page']}, {network_name(row['network'])}"
    return [
        f"{row['title'] or _('without text')}\n{place}",
        as_share(row["rate"]),
        as_count(row["engagement"]),
        as_count(row["views"]),
    ]


def day_of(raw: Any) -> str:
    """A day as text; a dash where there is none."""
    return short_day(dt.date.fromisoformat(raw)) if raw else NOT_MEASURED


def long_day(raw: Any) -> str:
    return date_format(dt.date.fromisoformat(raw), "j E Y") if raw else NOT_MEASURED
