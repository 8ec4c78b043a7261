"""Papers: which step follows which, the file of what is signed, the instruction for calls."""

import datetime as dt
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from clients.erasure import erase_client
from clients.models import Client, Paper, PaperFile, PaperKind, PaperMove, PaperState, User
from clients.paper_files import put_file
from clients.papers import has_data_processing, move_paper, steps_of, warning_of
from smm_agency.lib.uploads import CheckedFile
from tests.factories import (
    DAY,
    NOON,
    ClientFactory,
    PaperFactory,
    PaperFileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

S = PaperState
K = PaperKind
CONTENT = b"%PDF-1.7 signed\n%%EOF\n"
SIGNED = CheckedFile("signed.pdf", "application/pdf", CONTENT, "0" * 64)


@pytest.fixture
def anna() -> User:
    return UserFactory.create()


def moved(paper: Paper, to: str, anna: User, **kwargs: Any) -> Paper:
    move_paper(paper, to, by=anna, at=NOON, **kwargs)
    return paper


def refusal(paper: Paper, to: str, anna: User, **kwargs: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        moved(paper, to, anna, **kwargs)
    return " ".join(refused.value.messages)


ALLOWED = {
    K.CONTRACT: {S.DRAFT: [S.SENT], S.SENT: [S.SIGNED, S.DRAFT, S.VOID], S.SIGNED: [S.VOID]},
    K.INVOICE: {S.DRAFT: [S.SENT], S.SENT: [S.PAID, S.DRAFT, S.VOID], S.PAID: [S.SENT, S.VOID]},
    K.BRAND_BOOK: {S.DRAFT: [S.SENT], S.SENT: [S.DRAFT, S.VOID]},
}
LIKE_CONTRACT = (K.ANNEX, K.NDA, K.ACT, K.DATA_PROCESSING, K.OTHER)


@pytest.mark.parametrize("kind", K.values)
def test_steps_depend_on_the_kind(kind: str) -> None:
    allowed = ALLOWED[K.CONTRACT if kind in LIKE_CONTRACT else K(kind)]
    found = {state: list(steps_of(Paper(kind=kind, state=state))) for state in S}
    assert found == {state: allowed.get(state, []) for state in S}


def test_contract_is_sent_and_signed_with_its_file(anna: User) -> None:
    paper = PaperFactory.create()
    moved(paper, S.SENT, anna)
    moved(paper, S.SIGNED, anna, on=dt.date(2026, 3, 10), file=SIGNED)
    assert (paper.state, paper.signed_on) == (S.SIGNED, dt.date(2026, 3, 10))
    assert [file.name for file in paper.files.all()] == ["signed.pdf"]
    assert list(
        PaperMove.objects.values_list("client", "old", "new", "moved_by", "moved_at")
    ) == [
        (paper.client_id, "draft", "sent", anna.pk, NOON),
        (paper.client_id, "sent", "signed", anna.pk, NOON),
    ]  # fmt: skip


def test_signing_without_a_file_is_refused(anna: User) -> None:
    paper = PaperFactory.create(state=S.SENT)
    assert refusal(paper, S.SIGNED, anna) == (
        "A paper is signed with its file only: bring the signed copy."
    )
    assert Paper.objects.get().state == S.SENT


def test_step_that_is_not_allowed_names_what_is(anna: User) -> None:
    invoice = PaperFactory.create(kind=K.INVOICE, state=S.SENT)
    assert refusal(invoice, S.SIGNED, anna, file=SIGNED) == (
        "Invoice that is “sent” cannot become “signed”. Allowed: “paid”, “draft”, “annulled”."
    )
    void = PaperFactory.create(state=S.VOID)
    assert refusal(void, S.DRAFT, anna) == (
        "Contract that is “annulled” cannot become “draft”. Allowed: nothing."
    )
    assert PaperFile.objects.count() == 0


def test_steps_back_and_annulments_say_why(anna: User) -> None:
    paper = PaperFactory.create(kind=K.INVOICE, state=S.PAID)
    assert refusal(paper, S.SENT, anna, reason=" ") == "Say why."
    moved(paper, S.SENT, anna, reason="It was another client's money.")
    assert paper.paid_on is None
    assert refusal(paper, S.VOID, anna) == "Say why."
    moved(paper, S.VOID, anna, reason="Made anew.")
    assert list(paper.moves.values_list("reason", flat=True)) == [
        "It was another client's money.", "Made anew.",
    ]  # fmt: skip


def test_day_of_a_signature_is_not_to_come(anna: User) -> None:
    paper = PaperFactory.create(state=S.SENT)
    later = paper.client.today() + dt.timedelta(days=1)
    assert refusal(paper, S.SIGNED, anna, on=later, file=SIGNED) == "This day is still to come."


def test_state_that_was_not_seen_is_not_moved(anna: User) -> None:
    paper = PaperFactory.create()
    stale = Paper.objects.get()
    moved(paper, S.SENT, anna)
    assert refusal(stale, S.SENT, anna) == (
        "Somebody has moved it meanwhile: it is “sent” now. Look at it again."
    )


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_move_a_paper_once() -> None:
    paper, people = PaperFactory.create(), UserFactory.create_batch(2)
    start, said = Barrier(2), []

    def go(person: User) -> None:
        try:
            seen = Paper.objects.get()
            start.wait(timeout=20)
            move_paper(seen, S.SENT, by=person, at=NOON)
            said.append("moved")
        except ValidationError as refused:
            said.extend(refused.messages)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == [
        "Somebody has moved it meanwhile: it is “sent” now. Look at it again.", "moved",
    ]  # fmt: skip
    assert paper.moves.count() == 1


# --- Files ---------------------------------------------------------------------------------------


def test_file_that_was_replaced_stays_in_history(anna: User) -> None:
    paper = PaperFileFactory.create(name="first.pdf").paper
    put_file(paper, SIGNED, by=anna, at=NOON)
    assert list(paper.files.order_by("pk").values_list("name", "replaced_at")) == [
        ("first.pdf", NOON), ("signed.pdf", None),
    ]  # fmt: skip
    assert paper.file is not None
    assert paper.file.name == "signed.pdf"


@pytest.mark.parametrize("state", [S.SIGNED, S.VOID])
def test_file_of_a_signed_paper_does_not_change(anna: User, state: str) -> None:
    paper = PaperFactory.create(state=state)
    with pytest.raises(ValidationError, match="its file does not change any more"):
        put_file(paper, SIGNED, by=anna, at=NOON)


def test_paid_invoice_may_get_the_file_it_has_not(anna: User) -> None:
    paper = PaperFactory.create(kind=K.INVOICE, state=S.PAID)
    put_file(paper, SIGNED, by=anna, at=NOON)
    with pytest.raises(ValidationError, match="its file does not change any more"):
        put_file(paper, SIGNED, by=anna, at=NOON)


# --- The database holds to it --------------------------------------------------------------------


def refused_by_database(statement: str, *values: Any) -> str:
    with pytest.raises(IntegrityError) as refused:
        execute(statement, *values)
    return str(refused.value).splitlines()[0]


def execute(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_database_refuses_a_signed_paper_without_a_file() -> None:
    paper = PaperFactory.create(state=S.SENT)
    statement = "UPDATE clients_paper SET state = 'signed', signed_on = %s WHERE id = %s"
    assert refused_by_database(statement, DAY, paper.pk) == "A signed paper has its file."


@pytest.mark.parametrize(
    "change",
    ["content = 'x'", "name = 'x'", "sha256 = 'x'", "replaced_at = now()"],
)
def test_database_keeps_the_file_of_a_signed_paper(change: str) -> None:
    PaperFactory.create(state=S.SIGNED)
    statement = f"UPDATE clients_paperfile SET {change}"  # noqa: S608 - of the test
    assert "does not change" in refused_by_database(statement)


def test_database_keeps_a_signed_paper_and_its_file() -> None:
    PaperFactory.create(state=S.SIGNED)
    assert refused_by_database("DELETE FROM clients_paperfile") == (
        "The file of a paper that was signed or paid does not change."
    )
    assert refused_by_database("UPDATE clients_paper SET state = 'sent'") == (
        "A paper that was signed may only be annulled."
    )


@pytest.mark.parametrize(
    "change",
    ["number = 'x'", "dated_on = '2021-01-01'", "amount = 1", "vat_percent = 5",
     "currency = 'EUR'", "kind = 'annex'"],
)  # fmt: skip
def test_database_keeps_what_was_sent(change: str) -> None:
    PaperFactory.create(state=S.SENT, amount=Decimal(100), vat_percent=Decimal(20))
    statement = f"UPDATE clients_paper SET {change}"  # noqa: S608 - of the test
    assert refused_by_database(statement) == ("A paper that was sent does not change.")
    assert refused_by_database("DELETE FROM clients_paper") == (
        "A paper that was sent is not deleted: it is annulled."
    )


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("paper_has_its_sum", {"kind": K.INVOICE, "amount": None}),
        ("paper_has_its_sum", {"kind": K.ACT, "amount": None}),
        ("paper_ends_after_its_date", {"dated_on": DAY, "valid_until": DAY - dt.timedelta(1)}),
        ("paper_may_be_signed", {"kind": K.INVOICE, "state": S.SIGNED, "signed_on": DAY}),
        ("paper_may_be_signed", {"state": S.SIGNED, "signed_on": None}),
        ("paper_may_be_paid", {"kind": K.ACT, "state": S.PAID, "paid_on": DAY}),
        ("paper_may_be_paid", {"kind": K.INVOICE, "state": S.PAID, "paid_on": None}),
    ],
)
def test_database_refuses_a_paper_that_cannot_be(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PaperFactory.create(**fields)


def test_number_is_given_once_a_year() -> None:
    client = ClientFactory.create()
    first = PaperFactory.create(client=client, number="7/a", dated_on=dt.date(2026, 1, 5))
    others = {"client": client, "number": "7/A", "dated_on": dt.date(2026, 12, 5)}
    PaperFactory.create(**others | {"dated_on": dt.date(2027, 1, 5)})
    PaperFactory.create(**others | {"client": ClientFactory.create()})
    PaperFactory.create(**others, kind=K.ANNEX)
    PaperFactory.create(**others, kind=K.ANNEX)
    PaperFactory.create(**others, state=S.VOID)
    with pytest.raises(IntegrityError, match="paper_number_once_a_year"), transaction.atomic():
        PaperFactory.create(**others)
    assert first.client == client


def test_client_leaves_with_its_papers() -> None:
    paper = PaperFactory.create(state=S.SIGNED)
    erase_client(paper.client)
    assert (Paper.objects.count(), PaperFile.objects.count()) == (0, 0)


# --- What waits ----------------------------------------------------------------------------------


def days(count: int) -> dt.date:
    return DAY + dt.timedelta(days=count)


def test_what_waits_is_what_was_sent() -> None:
    act = PaperFactory.create(kind=K.ACT, state=S.SENT)
    PaperFactory.create(kind=K.ACT)
    PaperFactory.create(kind=K.ACT, state=S.SIGNED)
    late = PaperFactory.create(kind=K.INVOICE, state=S.SENT, due_on=days(-1))
    today = PaperFactory.create(kind=K.INVOICE, state=S.SENT, due_on=DAY)
    PaperFactory.create(kind=K.INVOICE, state=S.PAID, due_on=days(-1))
    assert list(Paper.objects.unsigned_acts()) == [act]
    assert set(Paper.objects.unpaid()) == {late, today}
    assert list(Paper.objects.overdue(on=DAY)) == [late]


@pytest.mark.parametrize(
    ("until", "expected"), [(None, 0), (-61, 0), (-60, 1), (0, 1), (30, 1), (31, 0)]
)
def test_agreements_end_within_a_month_or_ended_lately(until: int | None, expected: int) -> None:
    ends = None if until is None else days(until)
    PaperFactory.create(state=S.SIGNED, valid_until=ends)
    PaperFactory.create(state=S.SENT, valid_until=days(1))
    assert Paper.objects.expiring(on=DAY).count() == expected


def test_agreement_that_has_its_next_one_is_not_asked_for() -> None:
    old = PaperFactory.create(state=S.SIGNED, valid_until=days(5))
    PaperFactory.create(client=old.client, state=S.SIGNED, dated_on=days(-1), valid_until=days(300))
    assert list(Paper.objects.expiring(on=DAY)) == []


# --- The instruction to process personal data ----------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"state": S.SENT}, False),
        ({"state": S.VOID}, False),
        ({"kind": K.NDA}, False),
        ({"dated_on": days(1)}, False),
        ({"dated_on": DAY}, True),
        ({"valid_until": DAY}, True),
        ({"valid_until": days(-1)}, False),
    ],
)
def test_instruction_holds_while_signed_and_valid(fields: dict[str, Any], expected: bool) -> None:
    paper = PaperFactory.create(**{"kind": K.DATA_PROCESSING, "state": S.SIGNED} | fields)
    assert has_data_processing(paper.client, on=DAY) is expected
    assert has_data_processing(ClientFactory.create(), on=DAY) is False


def test_warning_names_the_client() -> None:
    client: Client = ClientFactory.create(name="House")
    assert warning_of(client).startswith("House has no signed data-processing instruction")
    PaperFactory.create(client=client, kind=K.DATA_PROCESSING, state=S.SIGNED)
    assert warning_of(client) == ""
