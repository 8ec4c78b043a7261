"""The report of an audit: what it tells, what it leaves out, and that it is kept as it was."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries, Settings

from communities.models import Audit, AuditReport
from kpi.audit_report import file_name, finish_with_report, print_audit, report_of
from kpi.tests.comparing import level, own_page, posted, wall_read
from tests.factories import (
    DAY,
    NOON,
    AuditFactory,
    AuditScoreFactory,
    ClientFactory,
    DirectorFactory,
    UserFactory,
    finish_in_place,
)
from tests.pdf import count_pages

pytestmark = pytest.mark.django_db

ODD = "*b* _i_ #panic(1) $x$ \"z\" 'q' \\ ` @ref <label> [c] // 🔥 " + "слово" * 30


@pytest.fixture(autouse=True)
def agency(settings: Settings) -> None:
    settings.AGENCY_NAME = "Lighthouse"


def whole_audit(language: str = "en", **fields: Any) -> Audit:
    """Nothing is lacking; what no client may read says SECRET."""
    client = ClientFactory.create(language=language, name="House")
    page = own_page(client, title="House page", screen_name="house")
    owner = UserFactory.create(first_name="SECRET")
    audit: Audit = AuditFactory.create(
        profile=page, verdict="It lives", internal_note="SECRET", conducted_by=owner, **fields
    )
    AuditScoreFactory.create(
        audit=audit, code="menu", section="design", title_en="Menu", title_ru="Меню", score=0,
        finding="No menu", recommendation="Make one", evidence="Seen", measured="Counted",
        evidence_url="https://vk.com/house", lacking="SECRET", owner=owner, priority="month",
        due_on=dt.date(2026, 4, 1),
    )  # fmt: skip
    AuditScoreFactory.create(
        audit=audit, code="tone", section="content", title_en="Tone", title_ru="Тон", score=1,
        finding="Cold", recommendation="Warm up", evidence="Read", priority="now",
    )  # fmt: skip
    AuditScoreFactory.create(audit=audit, code="good", section="content", title_en="Good", score=2)
    AuditScoreFactory.create(
        audit=audit, code="shop", section="sections", title_en="Shop", is_not_applicable=True,
        reason="No shop",
    )  # fmt: skip
    return audit


def section(report: dict[str, Any], title: str) -> list[dict[str, Any]]:
    [blocks] = [one["blocks"] for one in report["sections"] if one["title"] == title]
    return list(blocks)


def titles(report: dict[str, Any]) -> list[str]:
    return [one["title"] for one in report["sections"]]


# --- What is handed over --------------------------------------------------------------------------


def test_cover_head_and_foot() -> None:
    report = report_of(whole_audit())
    assert titles(report) == ["Result", "What to do", "All criteria"]
    del report["sections"]
    page = "https://vk.com/house"
    assert report == {
        "language": "en",
        "agency": "Lighthouse",
        "title": "Audit of a page: House page",
        "running": "House  ·  House page",
        "edition": "Audit of a page no. 1  ·  March 11, 2026",
        "mark": "DRAFT",
        "words": {"contents": "Contents", "page": "Page {page} of {pages}"},
        "cover": {
            "agency": "Lighthouse",
            "kind": "Audit of a page",
            "title": "House page",
            "client": "House",
            "facts": [
                ["Overall score", "50 %"],
                ["Network", "VK"],
                ["Address", page],
                ["Date", "March 11, 2026"],
                ["Figures of", "Feb. 9, 2026 – March 10, 2026"],
            ],
            "summary": "It lives",
        },
    }


def test_scores_by_section_with_their_formula() -> None:
    facts, chart, note, table = section(report_of(whole_audit()), "Result")
    assert facts["facts"] == [
        ["Overall score", "50 %"],
        ["Points", "3 of 6"],
        ["Criteria judged", "3 of 3"],
    ]
    assert (chart["kind"], note["text"]) == (
        "chart",
        "Score = points ÷ (2 × judged criteria); what does not apply is left out.",
    )
    assert table["rows"] == [
        ["Design", "0 %", "0 of 2", "1 of 1"],
        ["Sections and buttons", "—", "—", "0 of 0"],
        ["Content", "75 %", "3 of 4", "2 of 2"],
    ]
    assert table["total"] == ["Overall", "50 %", "3 of 6", "3 of 3"]


def test_findings_by_priority_with_evidence() -> None:
    now, [tone], month, [menu] = (
        block.get("text") or block["cards"]
        for block in section(report_of(whole_audit()), "What to do")
    )
    assert (now, tone["title"], month) == ("Now", "Tone", "Within a month")
    assert menu == {
        "title": "Menu",
        "mark": "0 of 2",
        "facts": [
            ["Finding", "No menu"],
            ["Recommendation", "Make one"],
            ["Evidence", "Seen\nCounted\nhttps://vk.com/house"],
            ["Due", "April 1, 2026"],
        ],
    }


def test_all_criteria_with_what_does_not_apply() -> None:
    blocks = section(report_of(whole_audit()), "All criteria")
    assert [block["text"] for block in blocks[::2]] == [
        "Design · 0 %",
        "Sections and buttons · —",
        "Content · 75 %",
    ]
    assert blocks[3]["rows"] == [["Shop\nWhat is looked at", "does not apply", "No shop"]]


def test_nothing_internal_is_in_it() -> None:
    assert "SECRET" not in str(report_of(whole_audit()))


def test_best_and_worst_posts() -> None:
    audit = whole_audit()
    for days_ago, likes in ((5, 30), (6, 1), (1, 0)):
        posted(audit.profile, days_ago, likes=likes)
    _note, _best, table = section(report_of(audit), "Best and worst posts")
    assert table["rows"] == [
        ["A post", "March 6, 2026", "30", "—"],
        ["A post", "March 5, 2026", "1", "—"],
    ]


def test_long_verdict_goes_from_the_cover_into_the_report() -> None:
    audit = whole_audit()
    audit.verdict = "Long. " * 200
    report = report_of(audit)
    assert report["cover"]["summary"] == ""
    assert section(report, "Result")[0]["text"] == audit.verdict.strip()


def test_report_speaks_the_clients_language() -> None:
    report = report_of(whole_audit("ru"))
    assert report["cover"]["facts"][3] == ["Дата", "11 марта 2026 г."]
    cards = [block["cards"] for block in section(report, titles(report)[1]) if "cards" in block]
    assert cards[1][0]["title"] == "Меню"


def test_reaudit_tells_before_and_after() -> None:
    before = finish_in_place(whole_audit())
    after = AuditFactory.create(
        profile=before.profile, number=2, previous=before, conducted_on=dt.date(2026, 5, 10)
    )
    AuditScoreFactory.create(
        audit=after, code="menu", section="design", title_en="Menu", score=2, evidence="Made"
    )
    AuditScoreFactory.create(audit=after, code="tone", section="content", title_en="Tone", score=1)
    AuditScoreFactory.create(audit=after, code="new", section="content", title_en="New", score=0)
    report = report_of(after)
    assert report["cover"]["kind"] == "Re-audit of a page"
    chart, note, table, _heading, moved, came, went = section(report, "Before and after")
    assert chart["kind"] == "chart"
    assert note["text"].startswith("Compared over the 2 criteria judged both times.")
    assert table["rows"] == [
        ["Design", "0 %", "100 %", "+2"],
        ["Content", "50 %", "50 %", "0"],
    ]
    assert table["total"] == ["Overall", "25 %", "75 %", "+2"]
    assert moved["rows"] == [["Menu", "0", "2", "No menu\nMade"]]
    assert came["text"] == "Looked at for the first time: New."
    assert went["text"] == "Not looked at any more: Good, Shop."


@pytest.mark.parametrize("criteria", [1, 3])
def test_report_takes_as_many_queries_however_many_criteria(
    criteria: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    audit = AuditFactory.create()
    for _number in range(criteria):
        AuditScoreFactory.create(audit=audit, score=1, priority="now")
    audit = Audit.objects.select_related("profile__client", "previous", "client").get()
    with django_assert_num_queries(3):
        report_of(audit)


# --- On paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru"])
def test_paper_has_pages(language: str) -> None:
    audit = whole_audit(language)
    posted(audit.profile, 5, likes=3)
    level(audit.profile, 5, 100)
    wall_read(audit.profile)
    assert count_pages(print_audit(audit, at=NOON)) == 5


def test_text_of_people_is_never_markup() -> None:
    audit = whole_audit()
    audit.verdict = ODD
    audit.scores.update(finding=ODD, recommendation=ODD, evidence=ODD)
    audit.profile.title = ODD[:100]
    assert count_pages(print_audit(audit, at=NOON)) >= 5


def test_same_audit_makes_the_same_bytes() -> None:
    audit = whole_audit()
    first = print_audit(audit, at=NOON)
    assert print_audit(audit, at=NOON) == first
    audit.verdict = "Other"
    assert print_audit(audit, at=NOON) != first


def test_name_of_the_file_is_in_the_clients_language() -> None:
    assert file_name(whole_audit()) == "Audit 1 House page.pdf"


# --- Kept ----------------------------------------------------------------------------------------


def test_finished_audit_keeps_its_report() -> None:
    audit, director = whole_audit(), DirectorFactory.create()
    report = finish_with_report(audit, by=director, on=DAY, at=NOON)
    audit = Audit.objects.get(pk=audit.pk)
    assert (audit.state, report.made_at, report.made_by) == ("finished", NOON, director)
    assert bytes(report.content) == print_audit(audit, at=NOON)
    assert report_of(audit)["mark"] == ""


def test_audit_that_lacks_something_gets_no_report() -> None:
    audit = AuditFactory.create()
    with pytest.raises(ValidationError):
        finish_with_report(audit, by=DirectorFactory.create(), on=DAY, at=NOON)
    assert AuditReport.objects.count() == 0


def test_kept_report_does_not_change() -> None:
    report = finish_with_report(whole_audit(), by=DirectorFactory.create(), on=DAY, at=NOON)
    with pytest.raises(IntegrityError, match="finished audit"):
        AuditReport.objects.filter(pk=report.pk).update(content=b"x")
