"""The portal's pages of the strategy: in force, earlier, and the paper."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from strategy.models import StrategyVersion
from strategy.versions import next_version
from tests import factories as make
from tests.factories import NOON

pytestmark = pytest.mark.django_db

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")
Page = Callable[..., Any]


@pytest.fixture
def house() -> Client:
    return make.PortalAccessFactory.create(client__name="House").client


@pytest.fixture
def page(client: Browser, house: Client) -> Page:
    """`page()` is the strategy in force in March 2026, `page("1/")` version 1."""
    client.force_login(house.portal_access.get().user)

    def ask(place: str = "", *, month: str = "2026-03", status: int = 200) -> Any:
        response = client.get(f"/portal/{house.pk}/strategy/{place}", {"month": month})
        assert response.status_code == status
        return response

    return ask


def approved(house: Client) -> StrategyVersion:
    """The whole year, with a little of everything."""
    version = make.complete_draft(client=house, title="The first plan", cause="SECRET cause")
    make.StrategySectionFactory.create(version=version, text="Who *we* are", internal_note="SECRET")
    make.SegmentFactory.create(version=version, name="Parents")
    make.PositioningFactory.create(version=version, message="It does not hurt")
    make.GoalTaskFactory.create(
        goal=version.goals.get(), title="Film the doctor",
        owner=make.UserFactory.create(first_name="SECRET"),
    )  # fmt: skip
    make.BudgetLineFactory.create(version=version)
    version.targets.update(reason="SECRET reason")
    make.VersionDocumentFactory.create(version=version, content=b"%PDF- the first")
    return make.approve_in_place(version)


def corrected(version: StrategyVersion) -> StrategyVersion:
    """A version from June on that says another thing, approved; the first one ends before it."""
    later = next_version(
        version, by=make.DirectorFactory.create(), starts_on=dt.date(2026, 6, 1), cause="SECRET"
    )
    later.title = "The second plan"
    later.sections.update(text="Who *we* became", internal_note="SECRET too")
    version.state, version.ends_on = "superseded", dt.date(2026, 5, 31)
    version.save()
    later.client_said_by, later.client_said_on = "Zoya Testova", dt.date(2026, 5, 20)
    later.client_channel = "messenger"
    return make.approve_in_place(later)


def titles(response: Any) -> list[str]:
    return [section.title for section in response.context["shown"].sections]


# --- Which version --------------------------------------------------------------------------------


def test_the_version_of_the_month_is_shown_in_full(house: Client, page: Page) -> None:
    approved(house)
    response = page()
    assert titles(response) == [
        "Brief and business context",
        "Goals and tasks",
        "Audience segments",
        "Positioning and tone of voice",
        "Content",
        "Media plan and budget",
        "KPI and measurement",
    ]
    text = response.content.decode()
    for words in ("The first plan", "Who <em>we</em> are", "Parents", "It does not hurt",
                  "Film the doctor", "Content plan: ", "10,000", "Targets by month"):  # fmt: skip
        assert words in text
    assert response.context["shown"].changes is None


def test_each_month_has_its_version(house: Client, page: Page) -> None:
    corrected(approved(house))
    shown = {
        month: page(month=month).context["shown"] for month in ("2026-05", "2026-06", "2025-12")
    }
    assert [one.version.number if one else None for one in shown.values()] == [1, 2, None]
    assert "No strategy was in force in this period." in page(month="2025-12").content.decode()


def test_a_version_is_found_by_its_number_whenever_it_ruled(house: Client, page: Page) -> None:
    corrected(approved(house))
    shown = page("1/", month="2026-11").context["shown"]
    assert (shown.version.number, shown.version.state) == (1, "superseded")
    # The month is not asked for where it chooses nothing.
    assert b'name="month"' not in page("1/").content
    page("3/", status=404)


def test_what_changed_is_told_word_by_word(house: Client, page: Page) -> None:
    corrected(approved(house))
    response = page("2/")
    text = response.content.decode()
    assert response.context["shown"].previous.number == 1
    assert "What changed against version 1" in text
    assert "Who *we* <del>are</del> <ins>became</ins>" in text


def test_versions_say_who_agreed_when_and_how(house: Client, page: Page) -> None:
    corrected(approved(house))
    response = page()
    assert [version.number for version in response.context["versions"]] == [2, 1]
    assert response.context["with_paper"] == {1}
    text = response.content.decode()
    assert "Zoya Testova" in text
    assert "20 May 2026, messenger" in text


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_what_is_not_approved_is_not_there(house: Client, page: Page, state: str) -> None:
    draft = make.StrategyVersionFactory.create(client=house, title="SECRET plan", state=state)
    make.StrategySectionFactory.create(version=draft) if state == "draft" else None
    response = page()
    assert (response.context["shown"], response.context["versions"]) == (None, [])
    assert b"SECRET" not in response.content
    page("1/", status=404)
    page("1/document/", status=404)


def test_nothing_internal_is_on_any_page(house: Client, page: Page) -> None:
    corrected(approved(house))
    for place in ("", "1/", "2/"):
        assert b"SECRET" not in page(place).content


def test_what_people_write_is_no_html(house: Client, page: Page) -> None:
    version = make.complete_draft(client=house, title="<script>1</script>")
    odd = "<script>2</script> [x](javascript:3) ![y](https://spy.example/z.png)"
    make.StrategySectionFactory.create(version=version, text=odd)
    make.SegmentFactory.create(version=version, name="<b>4</b>", who="<i>5</i>\nnext")
    make.approve_in_place(version)
    text = page().content.decode()
    for bad in ("<script>1", "<script>2", 'href="javascript', '<img src="https', "<b>4", "<i>5"):
        assert bad not in text
    assert "&lt;i&gt;5&lt;/i&gt;<br>next" in text


# --- The paper ------------------------------------------------------------------------------------


def test_the_paper_is_given_as_it_was_kept(house: Client, page: Page) -> None:
    approved(house)
    response = page("1/document/")
    assert response.content == b"%PDF- the first"
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/pdf", 'attachment; filename="strategy.pdf"',
    )  # fmt: skip


def test_a_version_without_a_paper_has_none(house: Client, page: Page) -> None:
    version = make.StrategyVersionFactory.create(client=house)
    make.VersionDocumentFactory.create(version=version, kind="client_word", content=b"%PDF- word")
    make.approve_in_place(version)
    page("1/document/", status=404)
    assert b"/document/" not in page().content


# --- Another client's -----------------------------------------------------------------------------


def test_another_clients_numbers_are_not_there(house: Client, page: Page) -> None:
    other = make.ClientFactory.create(name="Other")
    version = make.complete_draft(client=other, number=5, title="SECRET plan")
    make.VersionDocumentFactory.create(version=version, content=b"%PDF- SECRET")
    make.approve_in_place(version)
    page("5/", status=404)
    page("5/document/", status=404)
    assert page().context["versions"] == []


# --- Queries --------------------------------------------------------------------------------------


def queries_of(page: Page, place: str) -> int:
    """Statements but for the control of transactions."""
    with CaptureQueriesContext(connection) as captured:
        page(place)
    return len([row for row in captured if not row["sql"].startswith(CONTROL)])


def add_rows(version: StrategyVersion, count: int) -> None:
    for number in range(count):
        community = make.CommunityFactory.create(profile__client=version.client)
        goal = make.GoalFactory.create(version=version)
        make.GoalTaskFactory.create(goal=goal)
        segment = make.SegmentFactory.create(version=version)
        rubric = make.RubricFactory.create(version=version, goal=goal, segment=segment)
        make.GridCellFactory.create(rubric=rubric, community=community)
        make.CommunityRhythmFactory.create(version=version, community=community)
        make.BudgetLineFactory.create(version=version, month=dt.date(2026, number + 1, 1))
        target = make.KpiTargetFactory.create(
            version=version, community=community, is_primary=False
        )
        make.MonthlyTargetFactory.create(target=target)


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_version_takes_8_queries(house: Client, page: Page, count: int) -> None:
    version = make.complete_draft(client=house)
    add_rows(version, count)
    make.approve_in_place(version)
    assert queries_of(page, "") == 8


@pytest.mark.parametrize("count", [1, 3])
def test_a_later_version_takes_10_queries(house: Client, page: Page, count: int) -> None:
    version = make.complete_draft(client=house)
    add_rows(version, count)
    make.approve_in_place(version, at=NOON)
    for _number in range(count):
        version = corrected(version) if version.number == 1 else after(version)
    assert queries_of(page, f"{version.number}/") == 10


def after(version: StrategyVersion) -> StrategyVersion:
    """One more version, from a month later on."""
    starts_on = version.starts_on + dt.timedelta(days=31)
    later = next_version(version, by=make.DirectorFactory.create(), starts_on=starts_on)
    version.state, version.ends_on = "superseded", starts_on - dt.timedelta(days=1)
    version.save()
    return make.approve_in_place(later)
