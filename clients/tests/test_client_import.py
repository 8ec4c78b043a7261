"""Clients, contacts, team and services from one workbook."""

import datetime as dt
import io
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from clients.client_import import (
    cancel_clients,
    confirm_clients,
    content_of,
    delete_old_client_files,
    plan_of,
    upload_clients,
)
from clients.client_import_columns import SHEETS
from clients.client_import_plan import Plan, make_plan
from clients.client_import_template import write_template
from clients.models import (
    Client,
    ClientImport,
    Contact,
    Engagement,
    EngagementService,
    Role,
    Service,
    TeamMember,
    User,
)
from clients.packages import apply_package
from clients.tests.import_book import CLIENTS, CONTACTS, SERVICES, TEAM, book_of, bytes_of
from smm_agency.lib.tabular import TableError
from tests.factories import (
    NOON,
    ClientFactory,
    ContactFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    ServiceFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 11, 23)


@pytest.fixture
def director() -> User:
    return DirectorFactory.create(username="vera")


@pytest.fixture
def anna() -> User:
    return UserFactory.create(username="anna", email="anna@agency.example")


def whole_book() -> bytes:
    """One client with all that a row may say."""
    return book_of(
        Clients=[
            CLIENTS,
            ("Дента", "Стоматология", "Россия", "europe/moscow", "active", "SMM", "01.12.2026"),
        ],
        Contacts=[CONTACTS, ("Дента", "Пётр", "8 (495) 123-45-67", "petr@denta.example", "да")],
        Team=[TEAM, ("Дента", "anna@agency.example", "Account manager", dt.date(2026, 12, 1), "")],
        Services=[
            SERVICES,
            ("Дента", "", "Написание публикаций по материалам клиента", "agency", "12,5"),
        ],
    )  # fmt: skip


def plan(data: bytes, by: User) -> Plan:
    return make_plan(data, "clients.xlsx", by=by, on=ON)


def told(data: bytes, by: User) -> list[tuple[str, str, str]]:
    """(sheet, cell, what is wrong) of every refused cell."""
    return [(p.sheet, p.cell, p.message) for row in plan(data, by).rows() for p in row.problems]


def take(data: bytes, by: User, *, partly: bool = False) -> ClientImport:
    row = upload_clients(data, "clients.xlsx", by=by, at=NOON)
    assert row.error == ""
    seen = plan_of(row, by=by, at=NOON).digest()
    return confirm_clients(row, seen=seen, partly=partly, by=by, at=NOON)


# --- What is right -------------------------------------------------------------------------------


def test_a_whole_client_is_made(director: User, anna: User) -> None:
    taken = take(whole_book(), director)
    client = Client.objects.get()
    assert (client.name, client.industry, client.country, client.time_zone, client.status) == (
        "Дента", "Стоматология", "RU", "Europe/Moscow", "active",
    )  # fmt: skip
    contact = client.contacts.get()
    assert (contact.name, contact.phone, contact.email, contact.is_main) == (
        "Пётр", "+74951234567", "petr@denta.example", True,
    )  # fmt: skip
    member = client.team.get()
    assert (member.user, member.role, member.starts_on, member.ends_on) == (
        anna, Role.ACCOUNT_MANAGER, dt.date(2026, 12, 1), None,
    )  # fmt: skip
    assert [group.name for group in anna.groups.all()] == ["Account Manager"]
    division = EngagementService.objects.get(service__code="writing")
    assert (division.client, division.engagement.title, division.service.code) == (
        client, "SMM", "writing",
    )  # fmt: skip
    assert (division.performer, division.quantity) == ("agency", Decimal("12.50"))
    assert (taken.state, taken.touched, taken.is_partial) == ("taken", [client.pk], False)


def begin(by: User, package: str, *services: tuple[Any, ...]) -> Engagement:
    header = ("Name", "Engagement", "Engagement from", "Package")
    rows = [header, ("A", "SMM", "01.12.2026", package)]
    take(book_of(Clients=rows, Services=[SERVICES, *services]), by)
    return Engagement.objects.get()


@pytest.mark.parametrize("package", ["management", ""])
def test_a_new_engagement_gets_its_services_as_on_the_page(director: User, package: str) -> None:
    by_file = begin(director, package)
    by_page = EngagementFactory.create(package=by_file.package)
    apply_package(by_page)
    told = ("service", "performer", "quantity", "period", "approver", "payer", "in_contract")
    assert list(by_file.services.values_list(*told)) == list(by_page.services.values_list(*told))
    assert by_file.services.count() == Service.objects.count()


def test_what_the_sheet_says_of_a_service_stays_beside_the_package(director: User) -> None:
    engagement = begin(director, "management", ("A", "", "writing", "client", 3))
    row = engagement.services.get(service__code="writing")
    assert (row.performer, row.quantity, row.in_contract) == ("client", Decimal(3), False)
    assert engagement.services.count() == Service.objects.count()


def test_a_file_adds_no_services_to_an_engagement_that_is_there(director: User) -> None:
    EngagementFactory.create(client__name="A", title="SMM")
    header = ("Name", "Engagement", "Package")
    take(book_of(Clients=[header, ("A", "SMM", "management")]), director)
    assert not EngagementService.objects.exists()


TERMS = {
    "Quantity is for": "a month", "Price": "12 000,50", "Norm, hours": 8, "Extra": "yes",
    "Who approves": "client", "Who pays": "third party", "In the contract": "нет",
}  # fmt: skip


def test_terms_of_a_service_are_taken_once(director: User) -> None:
    division = EngagementServiceFactory.create(
        engagement__client__name="Known", service=ServiceFactory.create(code="odd"),
        in_contract=True,
    )  # fmt: skip
    header = ("Client", "Service", "Who does it", *TERMS)
    data = book_of(Services=[header, ("Known", "odd", "agency", *TERMS.values())])
    take(data, director)
    row = EngagementService.objects.get(pk=division.pk)
    assert (row.period, row.price, row.norm_hours, row.is_extra) == (
        "month", Decimal("12000.50"), Decimal(8), True,
    )  # fmt: skip
    assert (row.approver, row.payer, row.in_contract) == ("client", "third_party", False)
    assert [each.fate for each in plan(data, director).rows()] == ["same"]


def test_terms_are_read_in_russian_too(director: User) -> None:
    EngagementServiceFactory.create(
        engagement__client__name="Known", service=ServiceFactory.create(code="odd")
    )
    columns = [SHEETS[3].column(key) for key in ("period", "approver", "payer", "in_contract")]
    choices = {column.ru: column.choices()[0][2] for column in columns if column.choices}
    header = ("Клиент", "Услуга", "Кто выполняет", *choices)
    take(book_of(Услуги=[header, ("Known", "odd", "agency", *choices.values())]), director)
    row = EngagementService.objects.get()
    assert (row.period, row.approver, row.payer, row.in_contract) == (
        "once", "agency", "agency", True,
    )  # fmt: skip


def test_wrong_terms_are_refused_by_cell(director: User, anna: User) -> None:
    division = EngagementServiceFactory.create(
        engagement__client__name="Known", service=ServiceFactory.create(code="odd")
    )
    TeamMemberFactory.create(client=division.client, user=anna)
    header = ("Client", "Service", "Who does it", *TERMS)
    wrong = ("a decade", -1, -8, "perhaps", "mother", "nobody", "maybe")
    data = book_of(Services=[header, ("Known", "odd", "agency", *wrong)])
    cells = [cell for _s, cell, _m in told(data, director)]
    assert cells == ["D2", "E2", "F2", "G2", "H2", "I2", "J2"]
    data = book_of(Services=[header, ("Known", "odd", "agency", *TERMS.values())])
    assert [cell for _s, cell, _m in told(data, anna)] == ["E2"]


def test_nothing_is_stored_before_it_is_confirmed(director: User, anna: User) -> None:
    row = upload_clients(whole_book(), "clients.xlsx", by=director, at=NOON)
    assert row.counts == {
        sheet: {"new": 1, "changed": 0, "same": 0, "refused": 0}
        for sheet in ("clients", "contacts", "team", "services")
    }
    assert not Client.objects.exists()


def test_the_same_file_twice_changes_nothing(director: User, anna: User) -> None:
    take(whole_book(), director)
    again = upload_clients(whole_book(), "clients.xlsx", by=director, at=NOON)
    assert again.counts == {
        sheet: {"new": 0, "changed": 0, "same": 1, "refused": 0}
        for sheet in ("clients", "contacts", "team", "services")
        if sheet != "clients"
    } | {"clients": {"new": 0, "changed": 0, "same": 1, "refused": 0}}
    seen = plan_of(again, by=director, at=NOON).digest()
    with pytest.raises(ValidationError, match="nothing in the file"):
        confirm_clients(again, seen=seen, partly=False, by=director, at=NOON)


def test_russian_sheets_and_headers_are_read(director: User) -> None:
    data = book_of(
        Клиенты=[("Название *", "Отрасль", "Статус"), ("Кафе", "Еда", "на старте")],
        Контакты=[("Клиент *", "Имя *", "Телефон"), ("Кафе", "Ольга", "+7 916 123-45-67")],
    )
    with translation.override("ru"):
        # Whatever the catalogue calls it, the code is known in every language.
        data = data if not told(data, director) else book_of(
            Клиенты=[("Название *", "Отрасль", "Статус"), ("Кафе", "Еда", "onboarding")],
            Контакты=[("Клиент *", "Имя *", "Телефон"), ("Кафе", "Ольга", "+7 916 123-45-67")],
        )  # fmt: skip
    take(data, director)
    assert Client.objects.get().status == "onboarding"
    assert Contact.objects.get().phone == "+79161234567"


def test_a_known_client_changes_where_a_cell_is_filled(director: User) -> None:
    client = ClientFactory.create(name="Дента", industry="Медицина", country="RU")
    data = book_of(Clients=[CLIENTS, ("Дента", "Стоматология", "", "", "", "", "")])
    row = plan(data, director).file.rows["clients"][0]
    assert (row.fate, row.changes) == ("changed", [("Industry", "Медицина", "Стоматология")])
    take(data, director)
    client.refresh_from_db()
    assert (client.industry, client.country) == ("Стоматология", "RU")


def test_a_membership_that_goes_on_is_the_same(director: User, anna: User) -> None:
    client = ClientFactory.create(name="Дента")
    TeamMemberFactory.create(client=client, user=anna)
    data = book_of(Team=[TEAM, ("Дента", "anna", "account_manager", "", "")])
    assert [row.fate for row in plan(data, director).rows()] == ["same"]


def test_who_stands_in_for_a_while_gets_a_membership_of_their_own(
    director: User, anna: User
) -> None:
    client = ClientFactory.create(name="Дента")
    away = TeamMemberFactory.create(client=client)
    stand_in = TeamMemberFactory.create(
        client=client, user=anna, starts_on=dt.date(2026, 11, 1), ends_on=dt.date(2026, 12, 4),
        stands_in_for=away,
    )  # fmt: skip
    row = ("Дента", "anna", stand_in.role, dt.date(2026, 11, 1), dt.date(2027, 6, 30))
    take(book_of(Team=[TEAM, row]), director)
    stand_in.refresh_from_db()
    assert (stand_in.ends_on, stand_in.stands_in_for) == (dt.date(2026, 12, 4), away)
    own = TeamMember.objects.own().get(client=client, user=anna)
    assert (own.role, own.starts_on, own.ends_on) == (
        stand_in.role, dt.date(2026, 11, 1), dt.date(2027, 6, 30),
    )  # fmt: skip
    again = upload_clients(book_of(Team=[TEAM, row]), "clients.xlsx", by=director, at=NOON)
    assert again.counts["team"] == {"new": 0, "changed": 0, "same": 1, "refused": 0}


def test_the_template_is_empty_of_rows_and_filled_in_it_is_taken(director: User) -> None:
    ServiceFactory.create(code="odd", name_en='=cmd|"x"', name_ru="+1")
    for language, sheet, name in (("en", "Clients", "One"), ("ru", "Клиенты", "Два")):
        with translation.override(language):
            data = write_template()
            empty = plan(data, director)
            assert (list(empty.rows()), empty.file.blocking, empty.file.notes) == ([], [], [])
            book = load_workbook(io.BytesIO(data))
            assert not [c for s in book for r in s.iter_rows() for c in r if c.data_type == "f"]
            book[sheet]["A2"] = name
            take(bytes_of(book), director)
    assert set(Client.objects.values_list("name", flat=True)) == {"One", "Два"}


# --- What is wrong -------------------------------------------------------------------------------


def test_every_wrong_cell_is_told_with_its_place(director: User) -> None:
    client = ClientFactory.create(name="Known", status="active")
    EngagementFactory.create(client=client, title="Old")
    ServiceFactory.create(code="mine", is_client_only=True, is_outsourceable=False)
    UserFactory.create(username="guest", is_staff=False)
    UserFactory.create(username="gone", is_active=False)
    data = book_of(
        Clients=[
            CLIENTS,
            ("", "Food", "", "", "", "", ""),
            ("A", "", "Narnia", "Europe/Moscw", "flying", "", ""),
            ("B", "", "", "", "", "SMM", "31.02.2026"),
            ("C", "", "", "", "", "", "01.12.2026"),
            ("D", "", "", "", "", "", ""),
            ("D", "", "", "", "", "", ""),
            ("known", "", "", "", "", "", ""),
            ("Known", "", "", "", "paused", "", ""),
        ],
        Contacts=[
            CONTACTS,
            ("Knwn", "Ann", "", "", ""),
            ("D", "Bob", "12345", "bob@", "maybe"),
            ("A", "Cid", "", "", ""),
        ],
        Team=[
            TEAM,
            ("D", "nobody", "designer", "", ""),
            ("D", "guest", "designer", "", ""),
            ("D", "gone", "boss", "", ""),
        ],
        Services=[
            SERVICES,
            ("D", "", "Witchcraft", "agency", 1),
            ("Known2", "", "writing", "agency", -1),
        ],
    )
    places = [(sheet, cell) for sheet, cell, _message in told(data, director)]
    assert places == [
        ("Clients", "A2"), ("Clients", "C3"), ("Clients", "D3"), ("Clients", "E3"),
        ("Clients", "G4"), ("Clients", "F5"), ("Clients", "A7"), ("Clients", "A8"),
        ("Clients", "E9"),
        ("Contacts", "A2"), ("Contacts", "C3"), ("Contacts", "D3"), ("Contacts", "E3"),
        ("Contacts", "A4"),
        ("Team", "B2"), ("Team", "B3"), ("Team", "B4"), ("Team", "C4"),
        ("Services", "B2"), ("Services", "C2"), ("Services", "A3"),
        ("Services", "E3"),
    ]  # fmt: skip
    messages = {(sheet, cell): message for sheet, cell, message in told(data, director)}
    assert messages["Clients", "D3"].endswith(
        "Near: “Europe/Moscow”, “Europe/Monaco”, “Europe/Oslo”."
    )
    assert messages["Contacts", "A2"].endswith("Near: “Known”.")


@pytest.mark.parametrize("status", ["ended", "paused", "Ended", "завершён"])
def test_a_new_client_is_neither_ended_nor_paused(director: User, status: str) -> None:
    data = book_of(Clients=[("Name", "Status"), ("A", status)])
    assert [(sheet, cell) for sheet, cell, _m in told(data, director)] == [("Clients", "B2")]


@pytest.mark.parametrize("status", ["lead", "onboarding", "active"])
def test_a_new_client_starts_as_a_lead_on_the_way_or_active(director: User, status: str) -> None:
    take(book_of(Clients=[("Name", "Status"), ("A", status)]), director)
    assert Client.objects.get().status == status


def test_the_status_of_a_known_client_may_stand_in_the_file(director: User) -> None:
    ClientFactory.create(name="Known", status="ended")
    data = book_of(Clients=[("Name", "Status"), ("Known", "ended")])
    assert [row.fate for row in plan(data, director).rows()] == ["same"]


def test_a_work_that_only_the_client_can_do_is_not_given_away(director: User) -> None:
    client = ClientFactory.create(name="Known")
    EngagementFactory.create(client=client)
    ServiceFactory.create(code="mine", is_client_only=True, is_outsourceable=False)
    data = book_of(Services=[SERVICES, ("Known", "", "mine", "agency", 1)])
    assert [(sheet, cell) for sheet, cell, _m in told(data, director)] == [("Services", "D2")]


@pytest.mark.parametrize("quantity", ["-1", "1,250", "many", "1e5", "=2"])
def test_an_unclear_quantity_is_refused(director: User, quantity: str) -> None:
    EngagementServiceFactory.create(
        engagement__client__name="Known", service=ServiceFactory.create(code="odd")
    )
    data = book_of(Services=[SERVICES, ("Known", "", "odd", "agency", quantity)])
    assert [(sheet, cell) for sheet, cell, _m in told(data, director)] == [("Services", "E2")]


def test_two_main_contacts_are_refused(director: User) -> None:
    client = ClientFactory.create(name="Known")
    ContactFactory.create(client=client, name="Old", is_main=True)
    rows = [CONTACTS, ("Known", "New", "", "", "yes")]
    assert [cell for _s, cell, _m in told(book_of(Contacts=rows), director)] == ["E2"]
    moved = book_of(Contacts=[*rows, ("Known", "Old", "", "", "no")])
    take(moved, director)
    assert client.contacts.get(is_main=True).name == "New"


def test_formulas_and_merged_cells_are_told_by_cell(director: User) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Clients"
    for row in (("Name", "Industry"), ("=1+1", "Food"), ("A", "Food"), ("", "Food")):
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    cells = [(cell, message[:6]) for _s, cell, message in told(bytes_of(book), director)]
    assert cells == [("A2", "Cell A"), ("A3", "Merged"), ("A4", "The ce"), ("A4", "Merged")]


def test_a_hidden_sheet_is_not_taken(director: User) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Clients"
    sheet.append(("Name",))
    sheet.append(("A",))
    book.create_sheet("Other")
    sheet.sheet_state = "hidden"
    book.active = 1
    found = plan(bytes_of(book), director)
    assert (len(found.file.blocking), found.count("new")) == (1, 0)  # type: ignore[arg-type] # as text
    with pytest.raises(ValidationError, match="hidden"):
        take(bytes_of(book), director)


def test_a_missing_or_doubled_column_blocks_the_file(director: User) -> None:
    lacks = plan(book_of(Team=[("Client", "Role"), ("A", "designer")]), director)
    twice = plan(book_of(Clients=[("Name", "Название"), ("A", "B")]), director)
    assert (len(lacks.file.blocking), len(twice.file.blocking)) == (1, 1)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.xlsx"), (b"Name;Industry\nA;B", "a.csv"), (b"Name", "a.xlsx"),
        (b"PK\x03\x04 broken", "a.xlsx"), (b"\xd0\xcf\x11\xe0 old", "a.xls"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_in_words(director: User, data: bytes, name: str) -> None:
    row = upload_clients(data, name, by=director, at=NOON)
    assert (row.state, row.content) == ("refused", None)
    assert row.error != ""


def test_a_million_empty_rows_are_read_quickly(director: User) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Clients"
    sheet.append(("Name",))
    sheet["A1048576"] = "Last"
    found = [(row.number, row.title) for row in plan(bytes_of(book), director).rows()]
    assert found == [(1_048_576, "Last")]


# --- Whole or in part ----------------------------------------------------------------------------


def two_rows() -> bytes:
    return book_of(
        Clients=[("Name", "Country"), ("Good", "RU"), ("Bad", "Narnia")],
        Contacts=[CONTACTS, ("Good", "Ann", "", "", ""), ("Bad", "Bob", "", "", "")],
    )


def test_one_wrong_row_stops_the_whole_file(director: User) -> None:
    with pytest.raises(ValidationError, match="2 rows are wrong"):
        take(two_rows(), director)
    assert (Client.objects.count(), Contact.objects.count()) == (0, 0)


def test_what_is_right_is_taken_where_that_was_chosen(director: User) -> None:
    taken = take(two_rows(), director, partly=True)
    assert [client.name for client in Client.objects.all()] == ["Good"]
    assert [contact.name for contact in Contact.objects.all()] == ["Ann"]
    assert (taken.is_partial, [p[:2] for p in taken.problems]) == (
        True, [["Clients", "B3"], ["Contacts", "A3"]],
    )  # fmt: skip


def test_what_was_not_seen_is_not_taken(director: User) -> None:
    data = book_of(Clients=[("Name", "Industry"), ("A", "Food")])
    row = upload_clients(data, "clients.xlsx", by=director, at=NOON)
    seen = plan_of(row, by=director, at=NOON).digest()
    ClientFactory.create(name="A", industry="Cars")
    with pytest.raises(ValidationError, match="something else"):
        confirm_clients(row, seen=seen, partly=False, by=director, at=NOON)
    assert Client.objects.get().industry == "Cars"


def test_a_file_is_taken_once(director: User, anna: User) -> None:
    taken = take(whole_book(), director)
    with pytest.raises(ValidationError, match="already"):
        confirm_clients(taken, seen="", partly=False, by=director, at=NOON)
    with pytest.raises(ValidationError, match="already"):
        cancel_clients(taken, by=director, at=NOON)


def test_files_are_encrypted_and_deleted_in_time(director: User, anna: User) -> None:
    taken = take(whole_book(), director)
    forgotten = upload_clients(two_rows(), "b.xlsx", by=director, at=NOON)
    assert content_of(forgotten) == two_rows() or content_of(forgotten).startswith(b"PK")
    assert delete_old_client_files(at=NOON + dt.timedelta(days=29)) == 0
    assert delete_old_client_files(at=NOON + dt.timedelta(days=31)) == 2
    rows = ClientImport.objects.order_by("pk").values_list("pk", "state", "content")
    assert list(rows) == [(taken.pk, "taken", None), (forgotten.pk, "cancelled", None)]


def test_who_may_not_see_fees_brings_none(anna: User) -> None:
    header = ("Name", "Engagement", "Engagement from", "Fee per month")
    data = book_of(Clients=[header, ("A", "SMM", "01.12.2026", 1000)])
    assert [cell for _s, cell, _m in told(data, anna)] == ["D2"]


# --- Whatever comes ------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False), st.dates(min_value=dt.date(1901, 1, 1)),
    st.sampled_from(["Known", "A", "RU", "yes", "writing", "agency", "designer", "vera", "=1"]),
)  # fmt: skip


def writable(text: Any) -> Any:
    if isinstance(text, str):
        return "".join(c for c in text if c.isprintable())
    return text


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(CELLS, max_size=8), max_size=6), junk=st.binary(max_size=60))
def test_no_cells_and_no_bytes_crash_it(director: User, rows: list[list[Any]], junk: bytes) -> None:
    if not Client.objects.filter(name="Known").exists():
        ClientFactory.create(name="Known")
    filled = [[writable(cell) for cell in row] for row in rows]
    data = book_of(
        Clients=[CLIENTS, *filled], Contacts=[CONTACTS, *filled],
        Team=[TEAM, *filled], Services=[SERVICES, *filled],
    )  # fmt: skip
    for content in (data, junk, b"PK\x03\x04" + junk, data[: len(data) // 2] + junk):
        with suppress(TableError):
            plan(content, director).digest()


def test_thirty_clients_take_few_questions(
    director: User, django_assert_max_num_queries: Any
) -> None:
    """The plan asks the same number of questions for one client and for thirty."""
    names = [f"Client {number}" for number in range(30)]
    data = book_of(
        Clients=[CLIENTS, *((name, "", "", "", "", "SMM", "01.12.2026") for name in names)],
        Contacts=[CONTACTS, *((name, f"P{n}", "", "", "") for name in names for n in range(2))],
        Services=[
            SERVICES, *((name, "", "writing", "agency", 1) for name in names),
        ],
    )  # fmt: skip
    with django_assert_max_num_queries(14):
        plan(data, director)
    take(data, director)
    told = EngagementService.objects.filter(service__code="writing", quantity=1)
    counted = (Client.objects.count(), Contact.objects.count(), told.count())
    assert counted == (30, 60, 30)
    assert Engagement.objects.count() == 30
    assert TeamMember.objects.count() == 0
    with django_assert_max_num_queries(20):
        plan(data, director)


def test_a_new_client_whose_name_is_near_is_taken_with_a_warning(director: User) -> None:
    ClientFactory.create(name="Стоматология «Дента»")
    row = plan(book_of(Clients=[("Name",), ("Дента",)]), director).file.rows["clients"][0]
    assert (row.fate, row.warnings) == ("new", ["A new client. Near: “Стоматология «Дента»”."])
