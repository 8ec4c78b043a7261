"""Papers in the admin: the form, the steps, hidden sums, files, the accountant's table."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Paper, PaperFile, PaperKind, PaperState, Role, User
from clients.team import join_team
from tests.factories import (
    LONG_AGO,
    ClientFactory,
    DirectorFactory,
    EngagementFactory,
    PaperFactory,
    PaperFileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

S = PaperState
K = PaperKind
PDF = b"%PDF-1.7\n%%EOF\n"
ADD = "admin:clients_paper_add"
LIST = "admin:clients_paper_changelist"


@pytest.fixture
def house() -> Client:
    return ClientFactory.create(name="House")


@pytest.fixture
def manager(house: Client) -> User:
    """Without the sight of fees."""
    user = UserFactory.create()
    join_team(house, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return user


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def director() -> Browser:
    return browser_of(DirectorFactory.create())


def form(client: Client, **fields: Any) -> dict[str, Any]:
    return {
        "client": client.pk, "engagement": "", "kind": K.CONTRACT, "number": "1", "title": "",
        "dated_on": "2026-03-01", "valid_until": "", "amount": "", "vat_percent": "",
        "currency": "RUB", "due_on": "", "note": "", "seen": "", **fields,
    }  # fmt: skip


def pdf(content: bytes = PDF, name: str = "contract.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    found: dict[str, list[str]] = response.context["adminform"].form.errors
    return found


def step(browser: Browser, paper: Paper, to: str, **fields: Any) -> Any:
    address = reverse(f"admin:clients_paper_to_{to}", args=[paper.pk])
    return browser.post(address, {"seen": paper.state, "reason": "", **fields})


def test_paper_is_added_as_a_draft_with_its_file(director: Browser, house: Client) -> None:
    sent = form(house, kind=K.ACT, amount="1200", vat_percent="20", upload=pdf(), state="signed")
    assert director.post(reverse(ADD), sent).status_code == 302
    paper = Paper.objects.get()
    assert (paper.state, paper.amount, paper.vat_percent) == (S.DRAFT, Decimal(1200), Decimal(20))
    assert paper.files.get().name == "contract.pdf"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"amount": "a lot"}, {"amount": ["Enter a number."]}),
        ({"amount": "-1"}, {"amount": ["Ensure this value is greater than or equal to 0."]}),
        ({"vat_percent": "200"},
         {"vat_percent": [
             "Ensure that there are no more than 2 digits before the decimal point."]}),
        ({"vat_percent": "99.5"},
         {"vat_percent": ["Ensure this value is less than or equal to 99."]}),
        ({"dated_on": "31.02.2026"}, {"dated_on": ["Enter a valid date."]}),
        ({"valid_until": "2026-02-28"}, {"valid_until": ["It cannot end before its date."]}),
        ({"kind": K.INVOICE}, {"amount": ["An invoice and an act need their sum."]}),
        ({"due_on": "2026-03-05"}, {"due_on": ["Only an invoice is paid: leave it empty."]}),
        ({"kind": K.INVOICE, "amount": "1", "due_on": "2026-02-05"},
         {"due_on": ["It cannot be due before its date."]}),
        ({"currency": "rub"},
         {"currency": ["Use the three capital letters of ISO 4217, such as RUB or EUR."]}),
        ({"upload": pdf(b"", "empty.pdf")}, {"upload": ["The file is empty."]}),
        ({"upload": pdf(b"MZ\x90\0" * 40, "contract.exe")},
         {"upload": ["This is not a file of the kind that is wanted here: PNG, JPEG, WebP, PDF,"
                     " DOCX."]}),
        ({"upload": pdf(PDF, "contract.docx")},
         {"upload": ["This is a PDF file, but its name ends in .docx: rename it to .pdf."]}),
    ],
)  # fmt: skip
def test_bad_input_is_said_at_its_field(
    director: Browser, house: Client, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert errors_of(director.post(reverse(ADD), form(house, **fields))) == errors
    assert Paper.objects.count() == 0


def test_number_that_is_taken_is_refused_or_warned_of(director: Browser, house: Client) -> None:
    PaperFactory.create(client=house, number="7", dated_on=dt.date(2026, 1, 1))
    said = errors_of(director.post(reverse(ADD), form(house, number=" 7 ")))
    assert said == {"number": ["“contract 7” of 2026 has this number already: give the next one."]}
    PaperFactory.create(client=house, kind=K.ANNEX, number="7", dated_on=dt.date(2026, 1, 1))
    answer = director.post(reverse(ADD), form(house, kind=K.ANNEX, number="7"), follow=True)
    assert "another paper of this kind and number" in answer.content.decode()
    assert Paper.objects.filter(kind=K.ANNEX).count() == 2


def test_terms_stand_once_it_is_sent(director: Browser, house: Client) -> None:
    paper = PaperFactory.create(client=house, state=S.SENT, amount=Decimal(5))
    address = reverse("admin:clients_paper_change", args=[paper.pk])
    sent = form(house, seen="sent", number="other", amount="9", valid_until="2027-01-01")
    assert director.post(address, sent).status_code == 302
    now = Paper.objects.get()
    assert (now.number, now.amount) == (paper.number, Decimal(5))
    assert now.valid_until == dt.date(2027, 1, 1)
    stale = errors_of(director.post(address, form(house, seen="draft")))
    assert stale == {"__all__": ["It is “sent” by now: open the page again and look."]}


# --- Steps ---------------------------------------------------------------------------------------


def test_paper_is_sent_and_signed_by_its_steps(director: Browser, house: Client) -> None:
    paper = PaperFactory.create(client=house)
    assert step(director, paper, "sent").status_code == 302
    paper.refresh_from_db()
    refused = step(director, paper, "signed", on="2026-03-02")
    assert refused.context["form"].errors == {
        "file": ["A paper is signed with its file only: bring the signed copy."]
    }
    assert step(director, paper, "signed", on="2026-03-02", file=pdf()).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.signed_on) == (S.SIGNED, dt.date(2026, 3, 2))
    assert list(paper.moves.values_list("old", "new")) == [("draft", "sent"), ("sent", "signed")]


def test_step_that_somebody_took_before_is_said(director: Browser, house: Client) -> None:
    paper = PaperFactory.create(client=house)
    seen = Paper.objects.get()
    step(director, paper, "sent")
    refused = step(director, seen, "sent")
    assert refused.context["form"].non_field_errors() == [
        "Somebody has moved it meanwhile: it is “sent” now. Look at it again."
    ]


def test_forbidden_step_names_what_is_allowed(director: Browser, house: Client) -> None:
    invoice = PaperFactory.create(client=house, kind=K.INVOICE, state=S.SENT)
    refused = step(director, invoice, "signed", on="2026-03-02", file=pdf())
    assert refused.context["form"].non_field_errors() == [
        "Invoice that is “sent” cannot become “signed”. Allowed: “paid”, “draft”, “annulled”."
    ]
    assert Paper.objects.get().state == S.SENT


def test_page_offers_the_steps_of_its_kind(director: Browser, house: Client) -> None:
    offered = {}
    for kind in (K.CONTRACT, K.INVOICE, K.BRAND_BOOK):
        paper = PaperFactory.create(client=house, kind=kind, state=S.SENT)
        page = director.get(reverse("admin:clients_paper_change", args=[paper.pk]))
        text = page.content.decode()
        offered[kind] = [name for name in ("signed", "paid", "back", "void")
                         if f"/to-{name}" in text]  # fmt: skip
    assert offered == {
        K.CONTRACT: ["signed", "back", "void"],
        K.INVOICE: ["paid", "back", "void"],
        K.BRAND_BOOK: ["back", "void"],
    }


def test_only_drafts_are_deleted(director: Browser, house: Client) -> None:
    draft, sent = PaperFactory.create(client=house), PaperFactory.create(state=S.SENT)
    for paper in (draft, sent):
        director.post(reverse("admin:clients_paper_delete", args=[paper.pk]), {"post": "yes"})
    assert list(Paper.objects.all()) == [sent]


# --- Money ---------------------------------------------------------------------------------------


def test_sums_are_hidden_without_the_right(house: Client, manager: User) -> None:
    paper = PaperFactory.create(
        client=house, kind=K.INVOICE, amount=Decimal("98765.43"), vat_percent=Decimal(20)
    )
    PaperFileFactory.create(paper=paper)
    browser = browser_of(manager)
    pages = [
        browser.get(reverse(LIST)),
        browser.get(reverse("admin:clients_paper_change", args=[paper.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode().replace("\xa0", "")
        assert "98765" not in text
        assert "16460" not in text
        assert "of which VAT" not in text
    assert browser.get(reverse("admin:clients_paper_month_table")).status_code == 403
    file = reverse("admin:clients_paper_file", args=[paper.files.get().pk])
    assert browser.get(file).status_code == 403
    director = browser_of(DirectorFactory.create())
    assert "98,765.43 RUB" in director.get(reverse(LIST)).content.decode().replace("\xa0", ",")
    assert director.get(file).status_code == 200


@pytest.mark.parametrize("query", ["amount__gte=100000", "vat_percent=20"])
def test_list_is_not_narrowed_by_a_hidden_sum(
    house: Client, manager: User, director: Browser, query: str
) -> None:
    PaperFactory.create(client=house, kind=K.ACT, amount=Decimal(700))
    address = f"{reverse(LIST)}?{query}"
    assert browser_of(manager).get(address).status_code == 400
    assert director.get(address).status_code == 200


def test_without_the_right_papers_are_added_without_sums(house: Client, manager: User) -> None:
    browser = browser_of(manager)
    assert errors_of(browser.post(reverse(ADD), form(house, kind=K.INVOICE, amount="5"))) == {
        "kind": ["Select a valid choice. invoice is not one of the available choices."]
    }
    assert browser.post(reverse(ADD), form(house, amount="5")).status_code == 302
    assert Paper.objects.get().amount is None


def test_sum_stays_when_a_person_without_the_right_saves(house: Client, manager: User) -> None:
    paper = PaperFactory.create(client=house, kind=K.ACT, amount=Decimal(700))
    address = reverse("admin:clients_paper_change", args=[paper.pk])
    sent = form(house, kind=K.ACT, seen="draft", amount="1", title="March")
    assert browser_of(manager).post(address, sent).status_code == 302
    now = Paper.objects.get()
    assert (now.amount, now.title) == (Decimal(700), "March")


def test_sum_of_a_client_whose_fees_are_hidden_is_refused(house: Client, manager: User) -> None:
    """Whoever sees the fees of one client types none of another's."""
    other = ClientFactory.create()
    join_team(other, manager, role=Role.STRATEGIST, starts_on=LONG_AGO)
    names = ("see_fees", "view_paper", "add_paper")
    rights = Permission.objects.filter(content_type__app_label="clients", codename__in=names)
    manager.groups.get(name="Strategist").permissions.add(*rights)
    browser = browser_of(User.objects.get(pk=manager.pk))
    said = errors_of(browser.post(reverse(ADD), form(house, amount="5")))
    assert said == {"amount": ["Sums of this client are hidden from you."]}
    said = errors_of(browser.post(reverse(ADD), form(house, kind=K.ACT, amount="5")))
    assert said == {"kind": ["An invoice and an act need their sum, and sums are hidden from you."]}
    assert browser.post(reverse(ADD), form(other, amount="5")).status_code == 302


def test_totals_stay_within_a_kind_and_a_currency(director: Browser, house: Client) -> None:
    for kind, amount, currency, state in (
        (K.CONTRACT, 300, "RUB", S.SIGNED), (K.INVOICE, 100, "RUB", S.SENT),
        (K.INVOICE, 50, "RUB", S.PAID), (K.INVOICE, 70, "EUR", S.SENT),
        (K.ACT, 100, "RUB", S.SENT), (K.ACT, 8, "RUB", S.DRAFT), (K.ACT, 9, "RUB", S.VOID),
    ):  # fmt: skip
        PaperFactory.create(
            client=house, kind=kind, amount=Decimal(amount), currency=currency, state=state
        )
    PaperFactory.create(client=house, state=S.SENT)
    page = director.get(reverse(LIST))
    assert page.context["totals"] == [
        ("contract", "300 RUB", 1), ("invoice", "70 EUR", 1), ("invoice", "150 RUB", 2),
        ("act of acceptance", "100 RUB", 1),
    ]  # fmt: skip


def test_files_of_other_clients_are_not_found(house: Client, manager: User) -> None:
    own = PaperFileFactory.create(paper__client=house)
    foreign = PaperFileFactory.create()
    browser = browser_of(manager)
    answers = [
        browser.get(reverse("admin:clients_paper_file", args=[file.pk])) for file in (own, foreign)
    ]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0]["Content-Disposition"] == 'attachment; filename="contract.pdf"'


def test_filter_finds_what_waits(director: Browser, house: Client) -> None:
    act = PaperFactory.create(client=house, kind=K.ACT, state=S.SENT, number="A1")
    invoice = PaperFactory.create(
        client=house, kind=K.INVOICE, state=S.SENT, number="I1", due_on=LONG_AGO
    )
    signed = PaperFactory.create(
        client=house, state=S.SIGNED, number="C1", valid_until=house.today() + dt.timedelta(days=3)
    )
    found = {
        choice: list(director.get(reverse(LIST), {"waits": choice}).context["cl"].queryset)
        for choice in ("unsigned", "unpaid", "overdue", "expiring")
    }
    assert found == {
        "unsigned": [act], "unpaid": [invoice], "overdue": [invoice], "expiring": [signed],
    }  # fmt: skip
    assert list(director.get(reverse(LIST), {"q": "I1"}).context["cl"].queryset) == [invoice]


# --- For the accountant --------------------------------------------------------------------------


def sheet_of(browser: Browser, month: str) -> list[tuple[Any, ...]]:
    answer = browser.post(reverse("admin:clients_paper_month_table"), {"month": month})
    assert answer["Content-Disposition"] == f'attachment; filename="papers-{month}.xlsx"'
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    return [row[:15] for row in page.iter_rows(values_only=True)]


def test_table_has_a_row_for_each_paper_and_totals_of_each_currency(director: Browser) -> None:
    house = ClientFactory.create(name="=House", legal_name="House Ltd", tax_number="7707083893")
    work = EngagementFactory.create(client=house, title="SMM")
    day = dt.date(2026, 3, 31)
    PaperFactory.create(
        client=house, kind=K.ACT, number="A1", dated_on=day, amount=Decimal("1200"),
        vat_percent=Decimal(20), state=S.SENT, engagement=work,
    )  # fmt: skip
    PaperFactory.create(
        client=house, kind=K.INVOICE, number="I1", dated_on=dt.date(2026, 2, 1),
        amount=Decimal("99.99"), state=S.PAID, paid_on=day, currency="EUR",
    )  # fmt: skip
    PaperFactory.create(client=house, kind=K.ACT, number="A2", dated_on=day, state=S.VOID)
    PaperFactory.create(client=house, kind=K.ACT, number="A3", dated_on=day)
    PaperFactory.create(client=house, number="C1", dated_on=day, state=S.SIGNED)
    PaperFactory.create(client=house, kind=K.ACT, number="A4", dated_on=day + dt.timedelta(days=1))
    at, earlier = (dt.datetime.combine(each, dt.time()) for each in (day, dt.date(2026, 2, 1)))
    assert sheet_of(director, "2026-03")[1:] == [
        ("'=House", "House Ltd", "7707083893", "Act of acceptance", "A1", at, 1000, 20, 200, 1200,
         "RUB", "sent", None, None, "SMM"),
        ("'=House", "House Ltd", "7707083893", "Act of acceptance", "A2", at, 1200, "without VAT",
         None, 1200, "RUB", "annulled", None, None, None),
        ("'=House", "House Ltd", "7707083893", "Invoice", "I1", earlier, 99.99,
         "without VAT", None, 99.99, "EUR", "paid", None, at, None),
        ("Total of acts of the month", None, None, None, None, None, 1000, None, 200, 1200, "RUB",
         None, None, None, None),
        ("Total paid in the month", None, None, None, None, None, 99.99, None, None, 99.99, "EUR",
         None, None, None, None),
    ]  # fmt: skip


def test_month_without_papers_and_a_word_for_a_month_are_refused(director: Browser) -> None:
    address = reverse("admin:clients_paper_month_table")
    said = [
        director.post(address, {"month": month}).context["form"].errors
        for month in ("2026-03", "March")
    ]
    assert said == [
        {"__all__": ["No invoice or act was dated, signed or paid in 03.2026."]},
        {"month": ["Write a month such as 2026-03."]},
    ]
    assert PaperFile.objects.count() == 0
