"""The life of a monthly report: made of a review, read, sent once, frozen, corrected."""

import datetime as dt
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from clients import letters
from clients.erasure import erase_client
from clients.letters import LEASE, send_letters
from clients.models import (
    Client,
    ClientStatus,
    Letter,
    LetterState,
    Notice,
    NoticeKind,
    Role,
    StatusChange,
    Task,
    User,
)
from clients.team import join_team
from kpi.models import Flag, KpiReview, Report, ReportDelivery, ReportSettings, ReportState
from kpi.report_clock import make_due_reports
from kpi.report_letters import mark_bounced
from kpi.report_recipients import addresses_to_choose
from kpi.reports import (
    approve_report,
    correct_report,
    count_again,
    digest_of,
    make_report,
    resend,
    send_report,
    sendings_of,
    take_back,
)
from kpi.reviews import add_due_reviews, publish_review
from tests.factories import (
    LONG_AGO,
    CallFactory,
    CampaignFactory,
    ClientFactory,
    ContactFactory,
    DirectorFactory,
    EngagementFactory,
    KpiReviewFactory,
    MailRefusalFactory,
    ReportRecipientFactory,
    ReportSettingsFactory,
    UserFactory,
    local_noon,
)
from tests.pdf import count_pages

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)
LAST = dt.date(2026, 3, 31)
# Moscow is three hours ahead.
DUE = dt.datetime(2026, 4, 5, 9, 0, tzinfo=dt.UTC)
LATER = DUE + dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
TEXT = "A good month."


@pytest.fixture
def client_row() -> Client:
    client: Client = ClientFactory.create(name="Smile", language="en")
    EngagementFactory.create(client=client)
    ContactFactory.create(client=client, name="Owner", is_main=True, email="owner@client.example")
    return client


@pytest.fixture
def manager(client_row: Client) -> User:
    user: User = UserFactory.create()
    join_team(client_row, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return user


@pytest.fixture
def director() -> User:
    user: User = DirectorFactory.create(email="director@agency.example", language="en")
    return user


@pytest.fixture
def review(client_row: Client) -> KpiReview:
    row: KpiReview = KpiReviewFactory.create(
        engagement=client_row.engagements.get(), starts_on=MARCH, ends_on=LAST, closed_at=DUE,
        figures=[], client_text="We learnt to post at noon.", is_published=True,
    )  # fmt: skip
    return row


def made(client: Client, by: User | None = None, *, at: dt.datetime = DUE) -> Report:
    report = make_report(client, MARCH, by=by, at=at)
    Report.objects.filter(pk=report.pk).update(cover_text=TEXT)
    report.refresh_from_db()
    return report


def sent(client: Client, by: User, *, at: dt.datetime = DUE) -> Report:
    ready = approve_report(report := made(client, by), by=by, at=at, seen=digest_of(report))
    return send_report(ready, by=by, at=at, seen=digest_of(ready))


def lines_of(report: Report) -> list[tuple[int, str, str]]:
    rows = ReportDelivery.objects.filter(report=report).order_by("number", "address")
    return [(row.number, row.address, row.letter.state) for row in rows.select_related("letter")]


def titles() -> list[str]:
    return list(Task.objects.unfinished().order_by("pk").values_list("title", flat=True))


# --- By the clock --------------------------------------------------------------------------------


def test_clock_makes_a_draft_and_asks_the_manager(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    assert [make_due_reports(at=DUE), make_due_reports(at=DUE + HOUR)] == [1, 0]
    report = Report.objects.get()
    assert (report.state, report.review, report.made_by) == (ReportState.DRAFT, review, None)
    task = Task.objects.get()
    assert (task.owner, task.title) == (
        manager, "Report of March 2026: read it, approve it and send it",
    )  # fmt: skip
    assert f"/admin/kpi/report/{report.pk}/change/" in task.details
    assert not Letter.objects.exists()


def test_clock_waits_for_the_set_day(client_row: Client, review: KpiReview) -> None:
    ReportSettingsFactory.create(client=client_row, day=6)
    assert [make_due_reports(at=DUE), make_due_reports(at=LATER)] == [0, 1]


def test_automatic_report_is_sent_at_once(client_row: Client, review: KpiReview) -> None:
    ReportSettingsFactory.create(client=client_row, mode=ReportSettings.Mode.AUTOMATIC)
    assert [make_due_reports(at=DUE), make_due_reports(at=DUE + HOUR)] == [1, 0]
    report = Report.objects.get()
    assert (report.state, report.sent_at, report.sent_by) == (ReportState.SENT, DUE, None)
    assert lines_of(report) == [(1, "owner@client.example", LetterState.WAITING)]
    assert titles() == []


@pytest.mark.parametrize("mode", ReportSettings.Mode.values)
def test_without_a_closed_review_nothing_is_sent_and_the_director_is_told_once(
    mode: str, client_row: Client, manager: User, director: User
) -> None:
    ReportSettingsFactory.create(client=client_row, mode=mode)
    for number in range(3):
        make_due_reports(at=DUE + number * HOUR)
    report = Report.objects.get()
    assert (report.state, report.waits_for) == (ReportState.WAITING, Report.Waits.REVIEW)
    assert titles() == ["No report of March 2026: the KPI review is not closed"]
    assert Task.objects.count() == 1
    [notice] = Notice.objects.filter(kind="reports")
    assert (notice.person, notice.subject) == (
        director,
        "No report of March 2026 · Smile: the KPI review is not closed",
    )
    assert not ReportDelivery.objects.exists()


def test_report_that_waited_is_made_when_its_review_is_closed(
    client_row: Client, manager: User, director: User
) -> None:
    make_due_reports(at=DUE)
    KpiReviewFactory.create(
        engagement=client_row.engagements.get(), starts_on=MARCH, ends_on=LAST, closed_at=LATER,
        figures=[],
    )  # fmt: skip
    # Long after, with another month in between.
    assert make_due_reports(at=dt.datetime(2026, 5, 3, 9, 0, tzinfo=dt.UTC)) == 1
    assert Report.objects.get().state == ReportState.DRAFT
    assert titles() == ["Report of March 2026: read it, approve it and send it"]


def test_months_of_a_quarter_wait_for_its_review_and_are_told_so(
    client_row: Client, director: User
) -> None:
    client_row.engagements.update(review_rhythm="quarter")
    for month in (2, 3, 4):
        make_due_reports(at=dt.datetime(2026, month, 5, 9, 0, tzinfo=dt.UTC))
    texts = Notice.objects.filter(kind="reports").order_by("pk").values_list("text", flat=True)
    assert ["reviewed every quarter, and this one ends on March 31, 2026" in t for t in texts] == [
        True, True, False,
    ]  # fmt: skip
    KpiReviewFactory.create(
        engagement=client_row.engagements.get(), starts_on=dt.date(2026, 1, 1), ends_on=LAST,
        closed_at=DUE, figures=[],
    )  # fmt: skip
    assert make_due_reports(at=DUE) == 3
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.DRAFT}


@pytest.mark.parametrize("by_settings", [True, False])
def test_paused_client_gets_nothing_and_that_is_said(
    by_settings: bool, client_row: Client, manager: User, director: User, review: KpiReview
) -> None:
    if by_settings:
        ReportSettingsFactory.create(client=client_row, mode="automatic", is_paused=True)
    else:
        Client.objects.update(status=ClientStatus.PAUSED)
    for number in range(2):
        make_due_reports(at=DUE + number * HOUR)
    assert Report.objects.get().waits_for == Report.Waits.PAUSE
    assert titles() == ["The report of March 2026 is not made: reports are paused"]
    assert not Letter.objects.exists()
    ReportSettings.objects.update(is_paused=False)
    Client.objects.update(status=ClientStatus.ACTIVE)
    assert make_due_reports(at=DUE + 2 * HOUR) == 1


@pytest.mark.parametrize("status", [ClientStatus.ENDED, ClientStatus.LEAD])
def test_client_who_is_not_served_gets_nothing(
    status: str, client_row: Client, review: KpiReview
) -> None:
    Client.objects.update(status=status)
    assert make_due_reports(at=DUE) == 0
    assert (Report.objects.count(), Task.objects.count()) == (0, 0)


def end(client: Client, *, at: dt.datetime) -> None:
    StatusChange.objects.create(
        client=client, old=ClientStatus.ACTIVE, new=ClientStatus.ENDED,
        changed_by=UserFactory.create(), changed_at=at,
    )  # fmt: skip
    Client.objects.filter(pk=client.pk).update(status=ClientStatus.ENDED)
    client.refresh_from_db()


@pytest.mark.parametrize("mode", ReportSettings.Mode.values)
def test_client_who_left_gets_the_final_report_from_a_person(
    mode: str, client_row: Client, manager: User
) -> None:
    ReportSettingsFactory.create(client=client_row, mode=mode)
    end(client_row, at=dt.datetime(2026, 3, 17, 9, 0, tzinfo=dt.UTC))
    [made_review] = add_due_reviews(at=DUE)
    assert (made_review.starts_on, made_review.ends_on) == (MARCH, LAST)
    make_due_reports(at=DUE)
    assert Report.objects.get().state == ReportState.WAITING
    KpiReview.objects.update(
        closed_at=DUE, figures=[], happened={}, client_text="Farewell.", is_published=True
    )
    assert make_due_reports(at=LATER) == 1
    report = Report.objects.get()
    assert (report.state, Letter.objects.filter(address="owner@client.example").count()) == (
        ReportState.DRAFT, 0,
    )  # fmt: skip
    tasks = Task.objects.unfinished().filter(owner=manager)
    assert "Final report of March 2026: read it, approve it and send it" in [
        task.title for task in tasks
    ]
    ready = approve_report(report, by=manager, at=LATER, seen=digest_of(report))
    send_report(ready, by=manager, at=LATER, seen=digest_of(ready))
    assert lines_of(report) == [(1, "owner@client.example", LetterState.WAITING)]
    # Of the months after it there is nothing to tell.
    after = dt.datetime(2026, 5, 5, 9, 0, tzinfo=dt.UTC)
    assert [add_due_reviews(at=after), make_due_reports(at=after)] == [[], 0]
    assert Report.objects.count() == 1


def test_work_ends_with_the_agreement_where_that_is_earlier(
    client_row: Client, review: KpiReview
) -> None:
    client_row.engagements.update(ends_on=dt.date(2026, 2, 28))
    end(client_row, at=dt.datetime(2026, 3, 17, 9, 0, tzinfo=dt.UTC))
    assert make_due_reports(at=DUE) == 0
    assert not Report.objects.exists()


def test_automatic_report_to_nobody_stays_with_a_person(
    client_row: Client, review: KpiReview
) -> None:
    ReportSettingsFactory.create(client=client_row, mode="automatic")
    client_row.contacts.update(email="")
    make_due_reports(at=DUE)
    assert Report.objects.get().state == ReportState.DRAFT
    assert titles() == ["The report of March 2026 was not sent"]
    assert "There is nobody to send it to" in Task.objects.get().details


def refuse(client: Client, address: str) -> None:
    MailRefusalFactory.create(client=client, address=address, kind=NoticeKind.REPORTS)


def test_automatic_report_that_everybody_refused_stays_with_a_person(
    client_row: Client, review: KpiReview
) -> None:
    ReportSettingsFactory.create(client=client_row, mode="automatic")
    refuse(client_row, "owner@client.example")
    make_due_reports(at=DUE)
    assert Report.objects.get().state == ReportState.DRAFT
    assert titles() == ["The report of March 2026 was not sent"]
    assert "Switched off by the recipient: owner@client.example." in Task.objects.get().details


def test_automatic_report_that_would_not_say_what_was_learnt_stays_with_a_person(
    client_row: Client, review: KpiReview
) -> None:
    ReportSettingsFactory.create(client=client_row, mode="automatic")
    KpiReview.objects.update(is_published=False)
    make_due_reports(at=DUE)
    assert Report.objects.get().state == ReportState.DRAFT
    assert "has no text for the client" in Task.objects.get().details


def test_failure_of_one_client_stops_no_other(
    client_row: Client, review: KpiReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = EngagementFactory.create().client
    KpiReviewFactory.create(
        engagement=other.engagements.get(), starts_on=MARCH, ends_on=LAST, closed_at=DUE,
        figures=[],
    )  # fmt: skip

    def fail(client: Client, *args: Any, **kwargs: Any) -> Report:
        if client.pk == client_row.pk:
            raise RuntimeError
        return make_report(client, *args, **kwargs)

    monkeypatch.setattr("kpi.report_clock.make_report", fail)
    assert make_due_reports(at=DUE) == 1
    assert [flag.client_id for flag in Flag.objects.all()] == [client_row.pk]


# --- By a person ---------------------------------------------------------------------------------


def test_report_is_read_approved_and_sent(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    report = sent(client_row, manager)
    assert (report.approved_by, report.sent_by) == (manager, manager)
    assert count_pages(bytes(report.pdf or b"")) >= 2
    send_letters(at=DUE)
    [message] = mail.outbox
    assert (message.to, message.subject) == (
        ["owner@client.example"], "Report of March 2026: Smile",
    )  # fmt: skip
    assert message.body.startswith(TEXT)
    assert f"/portal/{client_row.pk}/reports/{report.pk}/" in message.body
    [(name, content, kind)] = message.attachments
    assert (name, content, kind) == (
        "Report Smile 2026-03.pdf", bytes(report.pdf or b""), "application/pdf",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "at", "told"),
    [
        ({}, dt.datetime(2026, 3, 31, 20, 59, tzinfo=dt.UTC), "not over yet"),
        ({}, dt.datetime(2026, 3, 31, 21, 0, tzinfo=dt.UTC), ""),
        ({"closed_at": None, "figures": None, "is_published": False}, DUE, "Close the review"),
    ],
)
def test_report_is_made_of_a_whole_reviewed_month(
    change: dict[str, Any], at: dt.datetime, told: str, client_row: Client, manager: User
) -> None:
    KpiReviewFactory.create(
        engagement=client_row.engagements.get(), starts_on=MARCH, ends_on=LAST,
        **({"closed_at": DUE, "figures": []} | change),
    )  # fmt: skip
    if not told:
        assert make_report(client_row, MARCH, by=manager, at=at).state == ReportState.DRAFT
        return
    with pytest.raises(ValidationError, match=told):
        make_report(client_row, MARCH, by=manager, at=at)


def test_month_has_one_report_at_a_time(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    made(client_row, manager)
    with pytest.raises(ValidationError, match="not sent yet"):
        make_report(client_row, MARCH, by=manager, at=DUE)
    Report.objects.all().delete()
    sent(client_row, manager)
    with pytest.raises(ValidationError, match="correct that one"):
        make_report(client_row, MARCH, by=manager, at=DUE)


def test_step_is_taken_on_what_was_seen(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    report = made(client_row, manager)
    seen = digest_of(report)
    Report.objects.update(cover_text="Somebody else's words")
    for step in (approve_report, count_again):
        with pytest.raises(ValidationError, match="Somebody has changed it"):
            step(report, by=manager, at=DUE, seen=seen)
    with pytest.raises(ValidationError, match="by now"):
        send_report(report, by=manager, at=DUE, seen=seen)


def test_approved_report_is_taken_back(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    ready = approve_report(report := made(client_row), by=manager, at=DUE, seen=digest_of(report))
    back = take_back(ready, by=manager, seen=digest_of(ready))
    assert (back.state, back.pdf, back.approved_by) == (ReportState.DRAFT, None, None)


def test_strangers_take_no_step(client_row: Client, manager: User, review: KpiReview) -> None:
    other = UserFactory.create()
    join_team(client_row, other, role=Role.DESIGNER, starts_on=LONG_AGO)
    with pytest.raises(ValidationError, match="You may not work on reports"):
        made(client_row, other)
    report = sent(client_row, manager)
    with pytest.raises(ValidationError, match="You may not work on reports"):
        resend(report, [("", "x@client.example")], by=other, at=DUE, seen=1)


def test_chosen_recipients_stand_in_for_the_main_contact(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    settings = ReportSettingsFactory.create(client=client_row)
    ReportRecipientFactory.create(settings=settings, contact__email="boss@client.example")
    ReportRecipientFactory.create(settings=settings, contact__email="BOSS@client.example")
    report = sent(client_row, manager)
    assert [address for _number, address, _state in lines_of(report)] == ["boss@client.example"]


def test_report_is_never_marked_sent_to_nobody(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    client_row.contacts.update(email="Owner@Client.example")
    refuse(client_row, "owner@client.example")
    with pytest.raises(ValidationError, match=r"nobody to send it to.*Owner@Client\.example"):
        sent(client_row, manager)
    assert not Report.objects.sent().exists()


def test_report_goes_to_those_who_want_it(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    settings = ReportSettingsFactory.create(client=client_row)
    for address in ("boss@client.example", "gone@client.example"):
        ReportRecipientFactory.create(settings=settings, contact__email=address)
    refuse(client_row, "gone@client.example")
    # Of another kind, and of another client: neither counts.
    MailRefusalFactory.create(client=client_row, address="boss@client.example")
    refuse(ClientFactory.create(), "boss@client.example")
    report = sent(client_row, manager)
    assert [address for _number, address, _state in lines_of(report)] == ["boss@client.example"]
    offered = addresses_to_choose(client_row, report.pk)
    assert "gone@client.example" not in [address for _name, address in offered]
    with pytest.raises(ValidationError, match=r"Switched off by the recipient: gone@client"):
        resend(report, [("", "gone@client.example")], by=manager, at=LATER, seen=1)
    assert len(lines_of(report)) == 1


def test_paused_reports_are_not_sent_by_hand(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    ReportSettingsFactory.create(client=client_row, is_paused=True)
    with pytest.raises(ValidationError, match="paused"):
        sent(client_row, manager)


def test_report_without_what_was_learnt_is_not_approved(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    KpiReview.objects.update(is_published=False, client_text="")
    report = made(client_row, manager)
    with pytest.raises(ValidationError, match="has no text for the client"):
        approve_report(report, by=manager, at=DUE, seen=digest_of(report))
    for text in ("We learnt to post at noon.", "We learnt to post at one."):
        publish_review(review, client_text=text, by=manager)
        with pytest.raises(ValidationError, match="count the figures again"):
            approve_report(report, by=manager, at=DUE, seen=digest_of(report))
        report = count_again(report, by=manager, at=DUE, seen=digest_of(report))
    ready = approve_report(report, by=manager, at=DUE, seen=digest_of(report))
    assert (ready.figures or {})["text"] == "We learnt to post at one."


# --- Frozen --------------------------------------------------------------------------------------


def add_call(client: Client) -> None:
    CallFactory.create(
        client=client, community=None, started_at=local_noon(client, dt.date(2026, 3, 11))
    )


def written(figures: dict[str, Any] | None) -> str:
    """As text, without the moment of counting."""
    return json.dumps({**(figures or {}), "at": ""}, sort_keys=True)


def test_report_made_again_from_the_same_data_is_the_same(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    add_call(client_row)
    report = made(client_row, manager)
    first = written(report.figures)
    again = count_again(report, by=manager, at=LATER, seen=digest_of(report))
    again.refresh_from_db()
    assert written(again.figures) == first
    add_call(client_row)
    other = count_again(again, by=manager, at=LATER, seen=digest_of(again))
    assert written(other.figures) != first


def test_sent_report_never_changes(client_row: Client, manager: User, review: KpiReview) -> None:
    report = sent(client_row, manager)
    before = Report.objects.values().get()
    changes: list[dict[str, Any]] = [
        {"figures": {}}, {"cover_text": ""}, {"pdf": b""}, {"xlsx": b""}, {"state": "draft"},
        {"sent_at": LATER}, {"ends_on": MARCH}, {"corrected": "x"}, {"approved_by": None},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).delete()
    add_call(client_row)
    make_due_reports(at=LATER)
    assert Report.objects.values().get() == before


def test_erased_client_takes_the_reports_along(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    sent(client_row, manager)
    erase_client(client_row)
    assert not Report.objects.exists()


def test_correction_is_a_new_edition(client_row: Client, manager: User, review: KpiReview) -> None:
    old = sent(client_row, manager)
    with pytest.raises(ValidationError, match="what was corrected"):
        correct_report(old, corrected=" ", by=manager, at=LATER)
    new = correct_report(old, corrected="Calls of the 11th.", by=manager, at=LATER)
    assert (new.number, new.replaces, new.state) == (2, old, ReportState.DRAFT)
    with pytest.raises(ValidationError, match="being corrected already"):
        correct_report(old, corrected="Again", by=manager, at=LATER)
    ready = approve_report(new, by=manager, at=LATER, seen=digest_of(new))
    send_report(ready, by=manager, at=LATER, seen=digest_of(ready))
    assert Report.objects.sent().count() == 2
    body = Letter.objects.latest("pk").text
    assert "Edition 2, replaces edition 1 of April 5, 2026" in body
    assert "What was corrected: Calls of the 11th." in body


def test_correction_keeps_what_was_promised_for_the_next_month(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    old = sent(client_row, manager)
    CampaignFactory.create(client=client_row, state="agreed")
    new = correct_report(old, corrected="Calls of the 11th.", by=manager, at=LATER)
    again = count_again(new, by=manager, at=LATER, seen=digest_of(new))
    ahead = [report.figures["ahead"] for report in (old, new, again) if report.figures]
    assert ahead == [ahead[0]] * 3
    assert ahead[0]["campaigns"] == []


# --- Sent once -----------------------------------------------------------------------------------


def test_worker_that_dies_between_claim_and_send_leaves_one_letter(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    report = sent(client_row, manager)
    assert letters._claim(at=DUE) is not None
    after = DUE + LEASE + dt.timedelta(seconds=1)
    assert [send_letters(at=DUE), send_letters(at=after), send_letters(at=after)] == [0, 1, 0]
    assert len(mail.outbox) == 1
    assert lines_of(report) == [(1, "owner@client.example", LetterState.SENT)]


def test_worker_that_dies_after_sending_sends_no_second_letter(
    client_row: Client, manager: User, review: KpiReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = sent(client_row, manager)

    def die(letter: Letter) -> None:
        raise KeyboardInterrupt

    honest = Letter.save

    def save(letter: Letter, *args: Any, **kwargs: Any) -> None:
        if letter.sent_at:
            raise KeyboardInterrupt
        honest(letter, *args, **kwargs)

    monkeypatch.setattr(Letter, "save", save)
    with pytest.raises(KeyboardInterrupt):
        send_letters(at=DUE)
    monkeypatch.undo()
    after = DUE + LEASE + dt.timedelta(seconds=1)
    assert [send_letters(at=after), send_letters(at=after)] == [0, 0]
    assert len(mail.outbox) == 1
    assert lines_of(report) == [(1, "owner@client.example", LetterState.UNKNOWN)]
    assert titles() == ["A letter was not sent: tell the person yourself"]


@pytest.mark.parametrize("killed_at", ["deliver", "finish_tasks_of"])
def test_sending_that_is_killed_leaves_nothing_half_done(
    killed_at: str, client_row: Client, manager: User, review: KpiReview,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ready = approve_report(report := made(client_row), by=manager, at=DUE, seen=digest_of(report))

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"kpi.reports.{killed_at}", die)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        send_report(ready, by=manager, at=DUE, seen=digest_of(ready))
    assert (Report.objects.get().state, Letter.objects.count()) == (ReportState.READY, 0)
    monkeypatch.undo()
    send_report(ready, by=manager, at=DUE, seen=digest_of(ready))
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_and_send_one_report(
    client_row: Client, review: KpiReview
) -> None:
    ReportSettingsFactory.create(client=client_row, mode="automatic")

    def work(_number: int) -> int:
        try:
            return make_due_reports(at=DUE)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(work, range(2))) == [0, 1]

    def post(_number: int) -> int:
        try:
            return send_letters(at=DUE)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(post, range(2))) == 1
    assert lines_of(Report.objects.get()) == [(1, "owner@client.example", LetterState.SENT)]
    assert not Flag.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_send_it_once(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    ready = approve_report(report := made(client_row), by=manager, at=DUE, seen=digest_of(report))
    seen = digest_of(ready)

    def send(_number: int) -> bool:
        try:
            send_report(ready, by=manager, at=DUE, seen=seen)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(send, range(2))) == [False, True]
    assert Letter.objects.count() == 1


def test_report_is_sent_once_more_to_chosen_addresses(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    report = sent(client_row, manager)
    send_letters(at=DUE)
    chosen = [("Owner", "owner@client.example"), ("New", "new@client.example")]
    assert resend(report, chosen, by=manager, at=LATER, seen=sendings_of(report)) == 2
    # The second press of the same button.
    with pytest.raises(ValidationError, match="Somebody has sent it meanwhile"):
        resend(report, chosen, by=manager, at=LATER, seen=1)
    send_letters(at=LATER)
    assert lines_of(report) == [
        (1, "owner@client.example", LetterState.SENT),
        (2, "new@client.example", LetterState.SENT),
        (2, "owner@client.example", LetterState.SENT),
    ]
    assert [len(message.attachments) for message in mail.outbox] == [1, 1, 1]


def test_letter_is_marked_as_come_back_by_a_person(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    report = sent(client_row, manager)
    delivery = report.deliveries.get()
    with pytest.raises(ValidationError, match="Only what was sent"):
        mark_bounced(delivery, note="By phone", at=DUE)
    send_letters(at=DUE)
    mark_bounced(delivery, note="By phone", at=LATER)
    assert lines_of(report) == [(1, "owner@client.example", LetterState.BOUNCED)]
    task = Task.objects.unfinished().get()
    assert (task.owner, task.title) == (manager, "A letter came back: mend the address")
    with pytest.raises(ValidationError, match="Only what was sent"):
        mark_bounced(delivery, note="Again", at=LATER)


def test_message_ids_cannot_be_guessed(
    client_row: Client, manager: User, review: KpiReview
) -> None:
    sent(client_row, manager)
    assert re.fullmatch(r"[0-9a-f]{32}@localhost", Letter.objects.get().message_id)
