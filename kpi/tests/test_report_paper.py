"""A report in words, on paper and as a workbook: what is missing is said, and bytes are stable."""

import datetime as dt
import io
import re
from typing import Any

import openpyxl
import pytest
from django.template.loader import render_to_string
from django.utils import translation

from clients.looks import put_logo
from clients.models.look import ClientLook
from communities.models import Community
from kpi.report_contents import paper_look
from kpi.report_figures import read_figures
from kpi.report_paper import PaperLook, legend_of, paper_of, print_report, printed
from kpi.report_sections import sections_of
from kpi.report_sheet import write_sheet
from kpi.report_words_kpi import trend, whole_months
from kpi.report_words_next import days_words
from kpi.report_words_work import came_words, median_of
from kpi.tests.running import add_calls, add_followers, running_target
from smm_agency.lib.charts import Mark, Rule
from smm_agency.lib.document_blocks import Facts, Graph, Note, Section, Table, Text
from smm_agency.lib.uploads import CheckedFile
from strategy.models import Metric
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    DecisionFactory,
    EventFactory,
    FlagFactory,
    PostFactory,
    PublicationFactory,
)

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
GIVEAWAY = (dt.date(2026, 3, 9), dt.date(2026, 3, 12))


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def figures_of(client: Any, **fields: Any) -> dict[str, Any]:
    return read_figures(client, FIRST, LAST, **{"review": None, "at": AT} | fields)


@pytest.fixture
def empty() -> dict[str, Any]:
    return figures_of(ClientFactory.create(name="Nobody yet"))


@pytest.fixture
def full() -> dict[str, Any]:
    """Calls on two days, subscribers with a gap, a giveaway, a decided flag."""
    community: Community = CommunityFactory.create(
        profile__title="=Dental", profile__client__name="Dental example"
    )
    client = community.client
    target = running_target(client, metric=Metric.CALLS, monthly=4)
    add_calls(community, {dt.date(2026, 2, 3): 1, dt.date(2026, 3, 2): 3, LAST: 1})
    levels = {dt.date(2026, 3, number): 1000 + number for number in (1, 2, 3, 6, 7, 31)}
    add_followers(community, levels)
    EventFactory.create(
        client=client, title="Giveaway", starts_on=GIVEAWAY[0], ends_on=GIVEAWAY[1],
        is_published=True,
    )  # fmt: skip
    flag = FlagFactory.create(
        client=client, target=target, severity="red", opened_on=dt.date(2026, 3, 5),
        last_seen_on=dt.date(2026, 3, 9),
    )  # fmt: skip
    DecisionFactory.create(
        flag=flag, decided_on=dt.date(2026, 3, 9), is_published=True, client_text="More offers."
    )
    PublicationFactory.create(
        post=PostFactory.create(client=client, rubric=None), community=community,
        planned_at=dt.datetime(2026, 4, 8, 9, tzinfo=dt.UTC),
    )  # fmt: skip
    return figures_of(client)


def first_words(section: Section) -> str:
    return next(block.text for block in section.blocks if isinstance(block, (Text, Note)))


def test_sections_with_nothing_to_tell_say_why(empty: dict[str, Any]) -> None:
    said = {section.title: first_words(section) for section in sections_of(empty)}
    assert said == {
        "In short": "The review of this period has no text for you yet.",
        "KPI: plan and fact": "No KPI was agreed for this period: there is no plan.",
        "Phone calls": "Nothing is known of the calls of this period: not measured.",
        "Subscribers": "The client has no own pages on networks yet.",
        "Engagement rate (ER)": "The client has no own pages on networks yet.",
        "Best and worst posts": "No posts of this period are known.",
        "Content": "No publication was planned for this period.",
        "Comments and messages": (
            "Nobody asked anything in the period, or the inbox is not connected."
        ),
        "Promotion and its budget": "There was no promotion in this period.",
        "What was asked of you, and when it came": "Nothing was asked of you in this period.",
        "Flags and decisions": (
            "No decision that concerns you was made or checked in this period."
        ),
        "What was tried, and what changes": (
            "No attempt was concluded in this period and the strategy was not changed."
        ),
        "The plan for 1 Apr – 30 Apr": "No post is planned for these days yet.",
        "How it was counted": "A dash is not a zero: it was not measured.",
    }


def test_a_client_without_phones_has_no_calls_of_zero() -> None:
    figures = figures_of(ClientFactory.create(takes_calls=False))
    section = next(one for one in sections_of(figures) if one.title == "Phone calls")
    assert first_words(section) == (
        "This client takes no phone calls: that is stated, not counted as 0."
    )


def test_the_summary_begins_with_the_main_kpi(full: dict[str, Any]) -> None:
    summary = sections_of(full)[0]
    assert isinstance(summary.blocks[0], Text)
    assert summary.blocks[0].text == "Calls: 4 of 4 planned. Held. 31 of 31 days measured."


def test_plan_and_fact_beside_the_month_before(full: dict[str, Any]) -> None:
    tables = [block for block in sections_of(full)[1].blocks if isinstance(block, Table)]
    assert tables[0].rows == [["Calls\n31 of 31 days measured", "4", "4", "held"]]
    assert tables[1].rows == [
        ["Calls", "1\n26 of 28 days measured", "4\n31 of 31 days measured", "0 → 0.1"]
    ]


def graphs(figures: dict[str, Any]) -> dict[str, Graph]:
    blocks = [block for section in sections_of(figures) for block in section.blocks]
    return {block.key: block for block in blocks if isinstance(block, Graph)}


def test_what_happened_stands_on_the_charts(full: dict[str, Any]) -> None:
    chart = graphs(full)["calls"]
    assert chart.plot.marks == [Mark(8, 11, "9 Mar – 12 Mar: Giveaway")]
    assert legend_of(chart) == (
        "▒ 9 Mar – 12 Mar: Giveaway\n▼ 5 Mar: flag, calls: far below target"
    )


def test_flags_stand_on_the_charts_of_their_metric_alone(full: dict[str, Any]) -> None:
    flagged = {
        key: [mark.label for mark in graph.plot.flags] for key, graph in graphs(full).items()
    }
    words = ["5 Mar: flag, calls: far below target"]
    assert flagged == {"kpi-1": words, "calls": words, "followers-0": []}
    full["decisions"]["rows"][0]["community"] = "One page"
    assert graphs(full)["kpi-1"].plot.flags == []


def test_a_correction_stands_in_the_trend_and_by_day(corrected: dict[str, Any]) -> None:
    rules = {key: list(graph.plot.rules) for key, graph in graphs(corrected).items()}
    assert (rules["kpi-1"], rules["calls"]) == ([Rule(2, "v2")], [Rule(10, "v2")])


def test_subscribers_have_a_gap_where_nobody_read_them(full: dict[str, Any]) -> None:
    (series,) = graphs(full)["followers-0"].plot.series
    assert list(series.values[:8]) == [1001, 1002, 1003, None, None, 1006, 1007, None]
    assert graphs(full)["followers-0"].rows[3] == ("4 Mar", ["—"])


def test_a_chart_of_nothing_is_a_sentence_on_paper(full: dict[str, Any]) -> None:
    for row in full["calls"]["days"]:
        row["calls"] = row["unique_target"] = None
    blocks = [block for section in map(printed, sections_of(full)) for block in section.blocks]
    assert Note("Calls by day: Nothing was measured in this time.") in blocks


@pytest.fixture
def corrected() -> dict[str, Any]:
    """Calls under a version until the 10th, and under its correction from the 11th."""
    community: Community = CommunityFactory.create()
    client, change = community.client, dt.date(2026, 3, 10)
    running_target(client, metric=Metric.CALLS, monthly=31, ends_on=change)
    running_target(client, metric=Metric.CALLS, monthly=40, starts_on=change + dt.timedelta(1))
    add_calls(community, {dt.date(2026, 2, 1): 6, dt.date(2026, 3, 2): 9, LAST: 12})
    return figures_of(client)


def test_a_corrected_month_is_told_as_a_whole(corrected: dict[str, Any]) -> None:
    summary, plan = sections_of(corrected)[:2]
    said = "Calls: 21 of 40 planned. 31 of 31 days measured."
    assert summary.blocks[0] == Text(said)
    assert paper_of(corrected, "en", PaperLook(), "", at=AT)["cover"]["summary"] == said
    parts, compared = [block for block in plan.blocks if isinstance(block, Table)]
    assert [row[2] for row in parts.rows] == ["9", "12"]
    assert compared.rows == [
        ["Calls", "6\n28 of 28 days measured", "21\n31 of 31 days measured", "0.2 → 0.7"]
    ]


def test_a_whole_month_is_compared_after_a_corrected_one(corrected: dict[str, Any]) -> None:
    months = {"2026-02-01": "2026-01-01", "2026-03-01": "2026-02-01"}
    rows = [{**row, "month": months[row["month"]]} for row in corrected["kpi"]["rows"]
            if row["month"] in months]  # fmt: skip
    now = {**rows[-1], "month": "2026-03-01", "actual": 30, "days": 31, "measured_days": 31}
    corrected["kpi"]["rows"] = [*rows, now]
    _plan, compared = [
        block for block in sections_of(corrected)[1].blocks if isinstance(block, Table)
    ]
    assert compared.rows[0][1:3] == ["21\n31 of 31 days measured", "30\n31 of 31 days measured"]


@pytest.mark.parametrize(("results", "said"), [(("held", "held"), "Held. "),
                                               (("held", "missed"), "")])  # fmt: skip
def test_a_corrected_months_result_is_told_where_its_parts_agree(
    corrected: dict[str, Any], results: tuple[str, str], said: str
) -> None:
    for row, result in zip(corrected["kpi"]["rows"][-2:], results, strict=True):
        row["result"] = result
    assert sections_of(corrected)[0].blocks[0] == Text(
        f"Calls: 21 of 40 planned. {said}31 of 31 days measured."
    )


def test_a_month_of_two_versions_is_one_in_the_trend(full: dict[str, Any]) -> None:
    common = {"metric": "calls", "community": "", "formula": "", "month": "2026-03-01",
              "result": ""}  # fmt: skip
    rows = [{**common, "plan": 10, "actual": 3, "days": 9, "measured_days": 9},
            {**common, "plan": 40, "actual": 20, "days": 22, "measured_days": 22}]  # fmt: skip
    (whole,) = whole_months(rows)
    assert [whole[name] for name in ("plan", "actual", "measured_days", "days")] == [
        40, 23, 31, 31,
    ]  # fmt: skip
    rows[0]["actual"] = None
    assert [row["actual"] for row in whole_months(rows)] == [None]
    rates = [{**row, "metric": "er", "formula": "er_post"} for row in rows]
    assert list(trend("er", rates, full).plot.labels) == ["Mar 2026, 9 d", "Mar 2026, 22 d"]


def test_no_check_is_promised_of_data_that_were_wrong(full: dict[str, Any]) -> None:
    (decision,) = full["decisions"]["rows"]

    def names() -> list[str]:
        section = next(one for one in sections_of(full) if one.title == "Flags and decisions")
        facts = next(block for block in section.blocks if isinstance(block, Facts))
        return [name for name, _text in facts.facts]

    assert names() == ["Seen", "Decided", "What is done", "Did it help"]
    decision["decision_kind"] = "data_error"
    assert names() == ["Seen", "Decided", "What is done"]


def test_decisions_say_until_when_they_are_known(full: dict[str, Any]) -> None:
    section = next(one for one in sections_of(full) if one.title == "Flags and decisions")
    words = "As known on 3 April 2026: what is decided and checked later is in the next report."
    assert section.blocks[-1] == Note(words)
    del full["decisions"]["until"]
    section = next(one for one in sections_of(full) if one.title == "Flags and decisions")
    assert isinstance(section.blocks[-1], Facts)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], "every day was measured"),
        (["2026-03-04"], "4 Mar"),
        (["2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09"], "4 Mar – 6 Mar, 9 Mar"),
    ],
)
def test_unmeasured_days_are_told_as_runs(days: list[str], words: str) -> None:
    assert days_words(days) == words


@pytest.mark.parametrize(
    ("came_on", "late", "words"),
    [
        (None, None, "has not come yet"),
        ("2026-03-10", 0, "10 Mar\nin time"),
        ("2026-03-14", 1, "14 Mar\n1 day later"),
        ("2026-03-14", 3, "14 Mar\n3 days later"),
    ],
)
def test_when_it_came_is_told_as_a_fact(came_on: str, late: int, words: str) -> None:
    assert came_words({"came_on": came_on, "late_days": late}) == words


def test_silence_is_no_answer_in_the_median() -> None:
    answers = ((3600, "client_approved"), (7200, "client_rework"), (99, "deemed"), (None, ""))
    rows = [{"seconds": seconds, "answer": answer} for seconds, answer in answers]
    assert (median_of(rows), median_of(rows[2:])) == (5400, None)


# --- On paper ------------------------------------------------------------------------------------


def paper(figures: dict[str, Any], **fields: Any) -> bytes:
    known: dict[str, Any] = {"language": "en", "zone": "Europe/Moscow", "at": AT}
    return print_report(figures, **known | fields)


def test_the_same_figures_are_the_same_file(full: dict[str, Any]) -> None:
    first = paper(full)
    assert first[:5] == b"%PDF-"
    assert paper(full) == first
    with translation.override("ru"):
        assert paper(full) == first


def test_an_empty_report_is_printed_in_both_languages(empty: dict[str, Any]) -> None:
    files = {language: paper(empty, language=language) for language in ("en", "ru")}
    assert files["en"] != files["ru"]


@pytest.mark.parametrize(
    ("accent", "printed_as"), [("#a61e4d", "#a61e4d"), ("red; }", ""), ("", "")]
)
def test_the_agencys_colour_is_a_colour_or_the_houses_own(
    empty: dict[str, Any], accent: str, printed_as: str
) -> None:
    look = PaperLook(accent=accent)
    assert paper_of(empty, "en", look, "", at=AT)["accent"] == printed_as
    assert paper(empty, look=look)[:5] == b"%PDF-"


DRAWN = b'<rect width="60" height="20"/>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">' + DRAWN + b"</svg>"


@pytest.mark.parametrize("look", [PaperLook(logo=SVG), PaperLook(client_logo=SVG)])
def test_a_logo_stands_on_the_cover(empty: dict[str, Any], look: PaperLook) -> None:
    assert paper(empty, look=look) != paper(empty)


def test_the_clients_logo_reaches_the_paper() -> None:
    client = ClientFactory.create()
    look = ClientLook(client=client)
    put_logo(look, CheckedFile("logo.svg", "image/svg+xml", SVG, "5" * 64))
    look.save()
    assert (paper_look(client).logo, paper_look(client).client_logo) == (b"", SVG)


def test_the_cover_tells_the_period_and_the_main_kpi(full: dict[str, Any]) -> None:
    cover = paper_of(full, "en", PaperLook(), "", at=AT)["cover"]
    assert (cover["title"], cover["client"], cover["summary"]) == (
        "March 2026", "Dental example", "Calls: 4 of 4 planned. Held. 31 of 31 days measured.",
    )  # fmt: skip


# --- On a page -----------------------------------------------------------------------------------


def test_every_block_has_its_look_on_a_page(full: dict[str, Any]) -> None:
    """A chart has its canvas, its data and the same values as a table."""
    blocks = [block for section in sections_of(full) for block in section.blocks]
    pages = [render_to_string(block.template, {"block": block}) for block in blocks]
    whole = "".join(pages)
    assert whole.count("<canvas data-chart=") == len(graphs(full))
    assert len(re.findall(r'<script id="chart-[^"]*" type="application/json">', whole)) == len(
        graphs(full)
    )
    assert any(isinstance(block, Facts) for block in blocks)


# --- As a workbook -------------------------------------------------------------------------------


def test_numbers_behind_the_report(full: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_sheet(full, language="en")))
    assert book.sheetnames == [
        "KPI by month", "Calls by day", "Call tallies", "Calls by evidence", "Growth by day", "ER",
        "Posts", "Content", "Replies", "Promotion", "Budget", "Asked of the client",
    ]  # fmt: skip
    calls = [[cell.value for cell in row] for row in book["Calls by day"].rows]
    assert calls[0] == ["day", "calls", "unique-target calls"]
    assert [row[1] for row in calls[1:4]] == [0, 3, 0]
    growth = [[cell.value for cell in row] for row in book["Growth by day"].rows]
    # A title that a spreadsheet would run is text, and a day that nobody read is empty.
    assert growth[4][1:] == ["'=Dental", "VK", None, None, None]
    assert growth[3][3] == 1003


def test_the_same_figures_are_the_same_workbook(full: dict[str, Any]) -> None:
    first = write_sheet(full, language="en")
    with translation.override("ru"):
        assert write_sheet(full, language="en") == first
    assert write_sheet(full, language="ru") != first


def test_an_empty_workbook_says_so_in_each_sheet(empty: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_sheet(empty, language="en")))
    said = {page.title: page.cell(3, 1).value for page in book if page.max_row == 3}
    assert said["Posts"] == "There is nothing of this in the period."
    assert len(said) == 10
