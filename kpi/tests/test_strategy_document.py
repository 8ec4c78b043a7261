"""What is handed to the template is the border: it only lays out. Here, and that it does so."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from kpi.strategy_document import document_of, file_name, keep_printed, print_strategy
from strategy.models import SectionKind, StrategyVersion, VersionDocument
from strategy.versions import next_version
from tests import factories as make
from tests.factories import DAY, NOON
from tests.pdf import count_pages

pytestmark = pytest.mark.django_db

ODD = "*b* _i_ #panic(1) $x$ \"z\" 'q' \\ ` @ref <label> [c] // 🔥 " + "слово" * 30


@pytest.fixture(autouse=True)
def agency(settings: Settings) -> None:
    settings.AGENCY_NAME = "Lighthouse"


def full_version(**client: Any) -> StrategyVersion:
    """A draft that lacks nothing, with a team, and with much that no client may read."""
    house = make.ClientFactory.create(name="House", language="en", **client)
    version = make.complete_draft(client=house, cause="SECRET cause", summary="In short")
    make.StrategySectionFactory.create(version=version, text="Who we are", internal_note="SECRET")
    person = make.UserFactory.create(first_name="Anna", last_name="Testova", email="SECRET@a.b")
    make.TeamMemberFactory.create(client=house, user=person, role="strategist")
    make.ContactFactory.create(
        client=house, name="Zoya Testova", is_main=True, phone="+7000SECRET", email="SECRET@c.d"
    )
    task = make.GoalTaskFactory.create(goal=version.goals.get(), title="Film", owner=person)
    assert task.owner == person
    version.targets.update(reason="SECRET reason")
    version.engagement.services.update(note="SECRET note")  # type: ignore[union-attr] # it has one
    return version


def titles(document: dict[str, Any]) -> list[str]:
    return [section["title"] for section in document["sections"]]


def section(document: dict[str, Any], title: str) -> list[dict[str, Any]]:
    [blocks] = [one["blocks"] for one in document["sections"] if one["title"] == title]
    return list(blocks)


# --- What is handed over --------------------------------------------------------------------------


def test_cover_head_and_foot() -> None:
    version = full_version(legal_name="House Ltd")
    document = document_of(version, on=DAY)
    del document["sections"]
    assert document == {
        "language": "en",
        "agency": "Lighthouse",
        "title": "A strategy – House",
        "running": "House  ·  A strategy",
        "edition": "Version 1  ·  March 11, 2026",
        "mark": "DRAFT",
        "words": {"contents": "Contents", "page": "Page {page} of {pages}"},
        "cover": {
            "agency": "Lighthouse",
            "kind": "Strategy of communities",
            "title": "A strategy",
            "client": "House",
            "facts": [
                ["Client", "House Ltd"],
                ["Version", "1"],
                ["Period", "Jan. 1, 2026 – Dec. 31, 2026"],
                ["Date", "March 11, 2026"],
            ],
            "summary": "In short",
        },
    }


def test_sections_stand_in_order_and_empty_ones_do_not() -> None:
    assert titles(document_of(full_version(), on=DAY)) == [
        "Brief and business context",
        "Goals and tasks",
        "Competitors",
        "Content",
        "KPI and measurement",
        "Team, responsibilities and approval",
        "Roadmap and review dates",
        "Approval",
    ]


def test_an_empty_draft_is_a_cover_and_a_page_to_sign() -> None:
    version = make.StrategyVersionFactory.create(engagement=None)
    assert titles(document_of(version, on=DAY)) == [str(_approval(version))]
    assert count_pages(print_strategy(version, on=DAY, at=NOON)) == 3


def _approval(version: StrategyVersion) -> str:
    with translation.override(version.client.language):
        return translation.gettext("Approval")


def test_nothing_internal_is_in_it() -> None:
    version = full_version()
    make.approve_in_place(version)
    later = next_version(
        version, by=make.DirectorFactory.create(), starts_on=dt.date(2026, 6, 1), cause="SECRET"
    )
    later.sections.update(internal_note="SECRET too")
    later.return_note = "SECRET return"
    assert "SECRET" not in json.dumps(document_of(version, on=DAY))
    assert "SECRET" not in json.dumps(document_of(later, on=DAY))


def test_it_speaks_the_clients_language_whoever_prints_it() -> None:
    version = full_version()
    version.client.language = "ru"
    with translation.override("en"):
        document = document_of(version, on=DAY)
        assert translation.get_language() == "en"
    assert (document["language"], document["cover"]["facts"][2][1]) == (
        "ru", "1 января 2026 г. – 31 декабря 2026 г.",
    )  # fmt: skip
    assert "Звонки" in json.dumps(section(document, titles(document)[4]), ensure_ascii=False)


def test_only_a_draft_is_marked() -> None:
    version = full_version()
    marks = []
    for state in ("draft", "sent", "approved", "superseded"):
        version.state = state
        marks.append(document_of(version, on=DAY)["mark"])
    assert marks == ["DRAFT", "", "", ""]


def test_a_person_of_the_agency_is_named_at_the_task() -> None:
    [tree] = section(document_of(full_version(), on=DAY), "Goals and tasks")
    assert tree["branches"][0]["table"]["rows"] == [["Film", "Anna Testova", "—"]]


def test_what_is_marked_as_not_needed_is_left_out_of_what_is_not_the_versions_own() -> None:
    version = full_version()
    for kind in (SectionKind.TEAM, SectionKind.COMPETITORS, SectionKind.GOALS):
        make.StrategySectionFactory.create(version=version, kind=kind, text="", state="not_needed")
    found = titles(document_of(version, on=DAY))
    assert ("Goals and tasks" in found, "Competitors" in found, found[-3:]) == (
        True, False, ["KPI and measurement", "Roadmap and review dates", "Approval"],
    )  # fmt: skip


def test_a_later_version_tells_what_it_changed() -> None:
    version = full_version()
    make.approve_in_place(version)
    later = next_version(version, by=make.DirectorFactory.create(), starts_on=dt.date(2026, 6, 1))
    later.sections.update(text="Who we became")
    heading, changes = section(document_of(later, on=DAY), "What changed against version 1")
    assert heading == {"kind": "heading", "text": "Sections"}
    [change] = changes["changes"]
    assert (change["label"], change["title"], change["fields"]) == (
        "changed",
        "Brief and business context",
        [{"name": "Text", "parts": [
            {"kind": "same", "text": "Who we "},
            {"kind": "old", "text": "are"},
            {"kind": "new", "text": "became"},
        ]}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("summary", "on_cover", "first"),
    [
        ("Short", "Short", "Goals and tasks"),
        ("word " * 300, "", "Summary"),
        ("a\n" * 30, "", "Summary"),
    ],
)
def test_a_long_summary_has_a_section(summary: str, on_cover: str, first: str) -> None:
    version = make.complete_draft(client=make.ClientFactory.create(language="en"), summary=summary)
    document = document_of(version, on=DAY)
    assert (document["cover"]["summary"], titles(document)[0]) == (on_cover, first)


def test_a_long_title_leaves_the_head_of_a_page_to_the_client() -> None:
    version = full_version()
    version.title = "long " * 30
    assert document_of(version, on=DAY)["running"] == "House"


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_a_fixed_number_of_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = full_version()
    for _number in range(count):
        person = make.UserFactory.create()
        make.TeamMemberFactory.create(client=version.client, user=person)
        make.GoalTaskFactory.create(goal=make.GoalFactory.create(version=version), owner=person)
        make.EngagementServiceFactory.create(engagement=version.engagement)
        competitor = make.CompetitorFactory.create(client=version.client)
        make.CompetitorAnalysisFactory.create(competitor=competitor)
        make.KpiTargetFactory.create(
            version=version, is_primary=False,
            community=make.CommunityFactory.create(profile__client=version.client),
        )  # fmt: skip
    version = StrategyVersion.objects.select_related("client", "engagement").get(pk=version.pk)
    with django_assert_num_queries(22):
        document_of(version, on=DAY)


# --- The paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_is_laid_out_in_both_languages(language: str) -> None:
    version = full_version()
    version.client.language = language
    pdf = print_strategy(version, on=DAY, at=NOON)
    assert count_pages(pdf) >= 5
    assert pdf == print_strategy(version, on=DAY, at=NOON)


def test_any_words_of_people_are_laid_out() -> None:
    """Each text of a person is what would be markup or code, a word too long, and an emoji."""
    version = full_version()
    version.title = version.summary = ODD[:160]
    version.client.name = ODD[:120]
    version.sections.update(text=ODD)
    version.goals.update(text=ODD, measure=ODD)
    version.rubrics.update(name=ODD[:120], example=ODD)
    make.SegmentFactory.create(version=version, name=ODD[:120], who=ODD)
    make.PositioningFactory.create(version=version, message=ODD)
    make.BudgetLineFactory.create(version=version, note=ODD[:200])
    for community in version.client.communities.all():
        community.profile.title = ODD[:200]
        community.profile.save()
    assert 6 <= count_pages(print_strategy(version, on=DAY, at=NOON)) <= 20


def test_forty_rows_of_each_are_laid_out() -> None:
    version = full_version()
    goal = version.goals.get()
    for number in range(40):
        make.GoalTaskFactory.create(goal=goal, title=f"Task {number}")
        make.RubricFactory.create(version=version, share=Decimal("0.025"))
        make.SegmentFactory.create(version=version, need="Peace")
        make.EngagementServiceFactory.create(engagement=version.engagement)
    assert 10 <= count_pages(print_strategy(version, on=DAY, at=NOON)) <= 30


# --- Kept -----------------------------------------------------------------------------------------


def sent_version() -> StrategyVersion:
    version = full_version()
    version.state = "sent"
    version.save()
    return version


def test_what_was_sent_is_kept_as_it_was() -> None:
    version = sent_version()
    person = make.UserFactory.create()
    paper = keep_printed(version, by=person, at=NOON)
    assert (paper.kind, paper.file_name, paper.made_at, paper.made_by) == (
        "printed", "Strategy v1 House.pdf", NOON, person,
    )  # fmt: skip
    version.client.name = "Another name"
    version.client.save()
    kept = VersionDocument.objects.get(version=version)
    assert bytes(kept.content) == bytes(paper.content)
    assert bytes(kept.content) != print_strategy(version, on=DAY, at=NOON)


def test_a_version_sent_anew_has_one_paper() -> None:
    version = sent_version()
    for _time in range(2):
        keep_printed(version, by=None, at=NOON)
    assert version.documents.count() == 1


def test_the_files_name_has_no_folders() -> None:
    version = full_version()
    version.client.name = "A/B ../c"
    assert file_name(version) == "Strategy v1 A-B ..-c.pdf"


def test_an_approved_version_gets_no_other_paper() -> None:
    version = full_version()
    make.approve_in_place(version)
    with pytest.raises(IntegrityError, match="does not change"):
        keep_printed(version, by=None, at=NOON)
