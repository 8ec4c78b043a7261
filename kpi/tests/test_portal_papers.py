"""The portal's list of papers: what was finished and shown, by its kind and day, and no more."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client, Paper, Role, User
from clients.team import join_team
from kpi.tests.test_portal import queries_of
from tests import factories as make
from tests.factories import DAY, NOON
from tests.filled_client import fill_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Client:
    return make.PortalAccessFactory.create(client__name="House").client


@pytest.fixture
def page(client: Browser, house: Client) -> Any:
    client.force_login(house.portal_access.get().user)

    def ask(place: str = "papers/") -> Any:
        response = client.get(f"/portal/{house.pk}/{place}")
        assert response.status_code == 200
        return response

    return ask


def add_papers(client: Client, number: int = 1) -> None:
    """A strategy, an audit and an assessment, each with its paper."""
    version = make.StrategyVersionFactory.create(
        client=client, number=number, title="The plan",
        starts_on=dt.date(2020 + number, 1, 1), ends_on=dt.date(2020 + number, 12, 31),
    )  # fmt: skip
    make.VersionDocumentFactory.create(version=version, made_at=NOON - dt.timedelta(days=2))
    make.approve_in_place(version)
    audit = make.AuditFactory.create(profile__client=client, profile__title="Page")
    make.finish_in_place(audit, is_shown=True)
    make.AuditReportFactory.create(audit=audit, made_at=NOON - dt.timedelta(days=1))
    make.PromotionAssessmentFactory.create(
        client=client, starts_on=dt.date(2026, 2, 1), ends_on=dt.date(2026, 2, 28),
        verdict="Reached", finished_at=NOON, finished_by=make.UserFactory.create(), is_shown=True,
    )  # fmt: skip


def test_papers_stand_in_one_list_the_newest_first(house: Client, page: Any) -> None:
    add_papers(house)
    audit, assessment = house.audits.get(), house.promotion_assessments.get()
    assert [tuple(paper) for paper in page().context["papers"]] == [
        ("Assessment of promotion", "Feb. 1, 2026 – Feb. 28, 2026", DAY,
         f"/portal/{house.pk}/promotion/assessments/{assessment.pk}/document/",
         f"/portal/{house.pk}/promotion/assessments/{assessment.pk}/", ""),
        ("Audit", "Page, audit 1", DAY - dt.timedelta(days=1),
         f"/portal/{house.pk}/audits/{audit.pk}/document/",
         f"/portal/{house.pk}/audits/{audit.pk}/", ""),
        ("Strategy", "The plan · version 1", DAY - dt.timedelta(days=2),
         f"/portal/{house.pk}/strategy/1/document/", f"/portal/{house.pk}/strategy/1/", ""),
    ]  # fmt: skip


def registered(page: Any) -> list[tuple[Any, ...]]:
    return [tuple(paper) for paper in page().context["papers"]]


def test_paper_of_the_register_tells_its_state_and_sum(house: Client, page: Any) -> None:
    day = dt.date(2026, 3, 1)
    paper = make.PaperFactory.create(
        client=house, kind="act", number="7", dated_on=day, state="signed", is_shown=True,
        amount=Decimal("1200.50"), vat_percent=Decimal(20), signed_on=day,
    )  # fmt: skip
    url = f"/portal/{house.pk}/papers/{paper.pk}/file/"
    assert registered(page) == [
        ("Act of acceptance", "No. 7", day, url, "",
         "signed on 03/01/2026 · 1,200.50 RUB with VAT of 20 %"),
    ]  # fmt: skip
    assert page(f"papers/{paper.pk}/file/").content == bytes(paper.files.get().content)


def look_in(client: Browser, user: User, house: Client, *papers: Paper) -> list[Any]:
    """What staff read of the papers: the words of each, then what each file answers."""
    client.force_login(user)
    page = client.get(f"/portal/{house.pk}/papers/")
    addresses = [f"/portal/{house.pk}/papers/{paper.pk}/file/" for paper in papers]
    return [
        [(paper.words, bool(paper.url)) for paper in page.context["papers"]],
        [client.get(address).status_code for address in addresses],
    ]


def test_staff_who_look_in_read_no_sum_without_the_right(house: Client, client: Browser) -> None:
    manager = make.UserFactory.create()
    join_team(house, manager, role=Role.ACCOUNT_MANAGER, starts_on=make.LONG_AGO)
    days = {"client": house, "is_shown": True, "state": "sent"}
    bill = make.PaperFactory.create(
        kind="invoice", dated_on=DAY, amount=Decimal(120), currency="RUB", **days
    )
    book = make.PaperFactory.create(
        kind="brand_book", dated_on=DAY - dt.timedelta(days=1), amount=None, **days
    )
    for paper in (bill, book):
        make.PaperFileFactory.create(paper=paper)
    assert look_in(client, manager, house, bill, book) == [
        [("to be paid", False), ("sent", True)], [404, 200],
    ]  # fmt: skip
    assert look_in(client, make.DirectorFactory.create(), house, bill, book) == [
        [("to be paid · 120 RUB, without VAT", True), ("sent", True)], [200, 200],
    ]  # fmt: skip


def test_staff_who_read_no_papers_read_none_in_the_portal(house: Client, client: Browser) -> None:
    moderator = make.UserFactory.create()
    join_team(house, moderator, role=Role.MODERATOR, starts_on=make.LONG_AGO)
    nda = make.PaperFactory.create(client=house, kind="nda", state="signed", is_shown=True)
    assert look_in(client, moderator, house, nda) == [[], [404]]
    assert look_in(client, make.DirectorFactory.create(), house, nda)[1] == [200]


def test_words_of_a_paper_depend_on_its_kind(house: Client, page: Any) -> None:
    days = {"dated_on": DAY, "is_shown": True, "client": house}
    soon = dt.date(2026, 4, 1)
    for fields in (
        {"kind": "invoice", "state": "sent", "due_on": soon, "amount": Decimal(5)},
        {"kind": "invoice", "state": "sent"},
        {"kind": "invoice", "state": "paid"},
        {"kind": "contract", "state": "signed", "valid_until": soon, "signed_on": DAY},
        {"kind": "brand_book", "state": "sent", "title": "Colours"},
        {"kind": "nda", "state": "void"},
    ):
        make.PaperFactory.create(**days | fields)
    assert sorted(paper.words for paper in page().context["papers"]) == sorted([
        "to be paid by 04/01/2026 · 5 RUB, without VAT",
        "to be paid · 1,200 RUB, without VAT",
        f"paid on {DAY:%m/%d/%Y} · 1,200 RUB, without VAT",
        f"signed on {DAY:%m/%d/%Y} · valid until 04/01/2026",
        "sent",
        "annulled",
    ])  # fmt: skip


def test_file_of_a_draft_or_a_hidden_paper_is_not_there(
    house: Client, page: Any, client: Browser
) -> None:
    draft = make.PaperFactory.create(client=house, is_shown=True)
    hidden = make.PaperFactory.create(client=house, state="sent")
    foreign = make.PaperFactory.create(state="sent", is_shown=True)
    bare = make.PaperFactory.create(client=house, state="sent", is_shown=True)
    for paper in (draft, hidden, foreign):
        make.PaperFileFactory.create(paper=paper)
    assert [paper.url for paper in page().context["papers"]] == [""]
    found = [
        client.get(f"/portal/{house.pk}/papers/{paper.pk}/file/").status_code
        for paper in (draft, hidden, foreign, bare)
    ]
    assert found == [404, 404, 404, 404]


def test_file_that_was_replaced_is_not_given(house: Client, page: Any) -> None:
    paper = make.PaperFactory.create(client=house, state="sent", is_shown=True)
    make.PaperFileFactory.create(paper=paper, content=b"old", replaced_at=NOON)
    make.PaperFileFactory.create(paper=paper, content=b"new")
    assert page(f"papers/{paper.pk}/file/").content == b"new"


def test_every_paper_can_be_taken_away(house: Client, page: Any, client: Browser) -> None:
    add_papers(house)
    files = [client.get(paper.url) for paper in page().context["papers"]]
    assert [(file.status_code, file["Content-Type"]) for file in files] == [
        (200, "application/pdf")
    ] * 3


def test_assessment_is_the_same_file_each_time(house: Client, page: Any) -> None:
    add_papers(house)
    url = f"promotion/assessments/{house.promotion_assessments.get().pk}/document/"
    first, second = page(url), page(url)
    assert first.content == second.content
    assert first.content.startswith(b"%PDF-")


def test_what_is_not_finished_or_not_shown_is_not_there(client: Browser) -> None:
    filled = fill_client("alpha")
    client.force_login(filled.portal_access.get().user)
    papers = client.get(f"/portal/{filled.pk}/papers/").context["papers"]
    assert sorted(paper.kind for paper in papers) == [
        "Assessment of promotion", "Audit", "Contract", "Report", "Strategy",
    ]  # fmt: skip
    hidden = filled.promotion_assessments.get(is_shown=False)
    url = f"/portal/{filled.pk}/promotion/assessments/{hidden.pk}/document/"
    assert client.get(url).status_code == 404


def test_where_there_is_none_it_says_what_comes(page: Any) -> None:
    assert "No papers yet" in page().content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_papers_take_5_queries(house: Client, page: Any, count: int) -> None:
    for number in range(count):
        add_papers(house, number + 1)
        make.PaperFactory.create(client=house, state="signed", is_shown=True)
    assert queries_of(page, "papers/") == 5
