"""The pages of monthly reports: each step on what was seen, by who may; the portal's as sent."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.letters import send_letters
from clients.models import Client, LetterState, MailRefusal, NoticeKind, Role, User
from clients.team import join_team
from kpi.models import KpiReview, Report, ReportDelivery, ReportSettings, ReportState
from kpi.reports import approve_report, correct_report, digest_of, make_report, send_report
from tests.factories import (
    LONG_AGO,
    ClientFactory,
    ContactFactory,
    DirectorFactory,
    EngagementFactory,
    KpiReviewFactory,
    MailRefusalFactory,
    PortalAccessFactory,
    UserFactory,
)
from tests.pdf import count_pages

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)
NOW = dt.datetime(2026, 4, 5, 9, 0, tzinfo=dt.UTC)
MAY = dt.datetime(2026, 5, 5, 9, 0, tzinfo=dt.UTC)
LIST = "/admin/kpi/report/"


@pytest.fixture
def client_row() -> Client:
    client: Client = ClientFactory.create(name="Smile", language="en")
    ContactFactory.create(client=client, name="Owner", is_main=True, email="owner@client.example")
    return client


@pytest.fixture
def review(client_row: Client) -> KpiReview:
    row: KpiReview = KpiReviewFactory.create(
        engagement=EngagementFactory.create(client=client_row), starts_on=MARCH,
        ends_on=dt.date(2026, 3, 31), closed_at=NOW, figures=[],
        client_text="We learnt to post at noon.", is_published=True,
    )  # fmt: skip
    return row


@pytest.fixture
def manager(client_row: Client) -> User:
    return member(client_row, Role.ACCOUNT_MANAGER)


def member(client: Client, role: Role) -> User:
    user: User = UserFactory.create()
    join_team(client, user, role=role, starts_on=LONG_AGO)
    return user


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def step(browser: Browser, report: Report, name: str, **data: Any) -> Any:
    """Open the step's page and send its form as it stands there, with the data."""
    address = reverse(f"admin:kpi_report_{name}", args=[report.pk])
    form = browser.get(address).context["form"]
    return browser.post(address, {**form.initial, **data})


@pytest.fixture
def draft(client_row: Client, review: KpiReview) -> Report:
    return make_report(client_row, MARCH, by=None, at=NOW)


@pytest.fixture
def sent(draft: Report, manager: User) -> Report:
    ready = approve_report(draft, by=manager, at=NOW, seen=digest_of(draft))
    return send_report(ready, by=manager, at=NOW, seen=digest_of(ready))


def test_manager_takes_a_report_from_nothing_to_the_client(
    client_row: Client, review: KpiReview, manager: User
) -> None:
    browser = signed_in(manager)
    browser.post(f"{LIST}make/", {"client": client_row.pk, "month": "2026-03"})
    report = Report.objects.get()
    page = f"{LIST}{report.pk}/change/"
    browser.post(page, {"cover_text": "A good month."})
    step(browser, report, "approve")
    step(browser, report, "send")
    report.refresh_from_db()
    assert (report.state, report.cover_text, report.made_by) == (
        ReportState.SENT, "A good month.", manager,
    )  # fmt: skip
    send_letters(at=timezone.now())
    lines = browser.get(page).context["deliveries"]
    assert [(line.address, line.state) for line in lines] == [
        ("owner@client.example", LetterState.SENT)
    ]
    step(browser, report, "send_again", addresses=["owner@client.example"])
    step(browser, report, "bounced", delivery=report.deliveries.get(number=1).pk, note="By phone")
    lines = browser.get(page).context["deliveries"]
    assert [(line.number, line.state) for line in lines] == [
        (2, LetterState.WAITING), (1, LetterState.BOUNCED),
    ]  # fmt: skip
    answer = step(browser, report, "correct", corrected="Calls of the 11th.")
    new = Report.objects.get(number=2)
    assert answer["Location"] == f"{LIST}{new.pk}/change/"


@pytest.mark.parametrize(
    ("month", "told"),
    [("2026-13", "Write the month as 2026-11."), ("x", "Write the month as 2026-11."),
     ("2026-02", "No KPI review that covers")],
)  # fmt: skip
def test_month_that_cannot_be_made_is_refused_in_words(
    month: str, told: str, client_row: Client, review: KpiReview, manager: User
) -> None:
    page = signed_in(manager).post(f"{LIST}make/", {"client": client_row.pk, "month": month})
    assert told in page.content.decode()
    assert not Report.objects.exists()


def test_buttons_are_those_of_the_state(draft: Report, manager: User) -> None:
    browser = signed_in(manager)
    for name in ("send", "send_again", "correct", "back_to_draft"):
        answer = browser.get(reverse(f"admin:kpi_report_{name}", args=[draft.pk]))
        assert answer.status_code == 403, name


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.MODERATOR, Role.STRATEGIST])
def test_others_of_the_team_look_and_take_no_step(
    role: Role, client_row: Client, draft: Report
) -> None:
    browser = signed_in(member(client_row, role))
    assert browser.get(f"{LIST}{draft.pk}/change/").status_code == 200
    assert browser.get(reverse("admin:kpi_report_look", args=[draft.pk])).status_code == 200
    for name in ("approve", "count", "send"):
        answer = browser.get(reverse(f"admin:kpi_report_{name}", args=[draft.pk]))
        assert answer.status_code == 403, name
    assert browser.get(f"{LIST}make/").status_code == 403


def test_stranger_finds_no_report(draft: Report) -> None:
    browser = signed_in(member(ClientFactory.create(), Role.ACCOUNT_MANAGER))
    for name in ("look", "paper", "sheet", "approve"):
        answer = browser.get(reverse(f"admin:kpi_report_{name}", args=[draft.pk]))
        assert answer.status_code in (403, 404), name


def test_draft_is_looked_at_as_the_client_will_see_it(draft: Report, manager: User) -> None:
    Report.objects.update(cover_text="A <b>good</b> month.")
    browser = signed_in(manager)
    page = browser.get(reverse("admin:kpi_report_look", args=[draft.pk])).content.decode()
    assert "A &lt;b&gt;good&lt;/b&gt; month." in page
    assert "Draft: the client does not see it yet." in page
    paper = browser.get(reverse("admin:kpi_report_paper", args=[draft.pk]))
    assert count_pages(paper.content) >= 2
    sheet = browser.get(reverse("admin:kpi_report_sheet", args=[draft.pk]))
    assert sheet.content.startswith(b"PK")


def test_text_of_an_approved_report_is_not_overwritten(
    draft: Report, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kpi.admin import reports  # noqa: PLC0415

    def approve_meanwhile(form: Any) -> Any:
        row = Report.objects.get(pk=draft.pk)
        if row.state == ReportState.DRAFT:
            approve_report(row, by=manager, at=NOW, seen=digest_of(row))
        return super(reports.ReportForm, form).clean()

    monkeypatch.setattr(reports.ReportForm, "clean", approve_meanwhile)
    page = signed_in(manager).post(
        f"{LIST}{draft.pk}/change/", {"cover_text": "Too late"}, follow=True
    )
    assert "It is no draft any more: nothing was saved." in page.content.decode()
    row = Report.objects.get()
    assert (row.state, row.cover_text) == (ReportState.READY, "")


def test_settings_are_written_down_with_their_recipients(client_row: Client, manager: User) -> None:
    contact = client_row.contacts.get()
    form = {
        "client": client_row.pk, "day": 10, "mode": "automatic",
        "recipients-TOTAL_FORMS": 1, "recipients-INITIAL_FORMS": 0,
        "recipients-0-contact": contact.pk,
    }  # fmt: skip
    browser = signed_in(manager)
    add = reverse("admin:kpi_reportsettings_add")
    refused = browser.post(add, form | {"day": 29})
    assert refused.context["adminform"].form.errors.keys() == {"day"}
    browser.post(add, form)
    settings = ReportSettings.objects.get()
    assert (settings.day, settings.recipients.get().contact) == (10, contact)


def test_report_goes_to_those_who_were_shown(draft: Report, manager: User) -> None:
    approve_report(draft, by=manager, at=NOW, seen=digest_of(draft))
    browser = signed_in(manager)
    address = reverse("admin:kpi_report_send", args=[draft.pk])
    shown = browser.get(address)
    assert "To: owner@client.example." in shown.context["explanation"]
    draft.client.contacts.update(email="other@client.example")
    refused = browser.post(address, shown.context["form"].initial)
    assert refused.context["form"].non_field_errors() == [
        "The recipients have changed since: it would go to other@client.example. Look again."
    ]
    assert not ReportDelivery.objects.exists()
    step(browser, draft, "send")
    assert ReportDelivery.objects.get().address == "other@client.example"


def next_month(client: Client, by: User) -> Report:
    """The approved report of April."""
    KpiReviewFactory.create(
        engagement=client.engagements.get(), starts_on=dt.date(2026, 4, 1),
        ends_on=dt.date(2026, 4, 30), closed_at=MAY, figures=[], client_text="Learnt.",
        is_published=True,
    )  # fmt: skip
    made = make_report(client, dt.date(2026, 4, 1), by=by, at=MAY)
    return approve_report(made, by=by, at=MAY, seen=digest_of(made))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("550", ["The last report to owner@client.example came back: 550 No such person."
                 " Mend the address first."]),
        ("4.4.7", []),
    ],
)  # fmt: skip
def test_who_was_not_reached_last_time_is_told_before_the_next(
    code: str, told: list[str], sent: Report, manager: User
) -> None:
    letter = sent.deliveries.get().letter
    letter.bounced_at, letter.bounce_code, letter.bounce_note = NOW, code, "No such person"
    letter.save()
    ready = next_month(sent.client, manager)
    browser = signed_in(manager)
    assert browser.get(f"{LIST}{ready.pk}/change/").context["came_back"] == told
    page = browser.get(reverse("admin:kpi_report_send", args=[ready.pk])).context["explanation"]
    assert [line for line in told if line not in page] == []
    assert ("came back" in page) == bool(told)
    step(browser, ready, "send")
    # It went out once more since, and nothing came back yet.
    assert browser.get(f"{LIST}{ready.pk}/change/").context["came_back"] == []


def test_who_switched_reports_off_stands_beside_them_until_it_is_deleted(
    draft: Report, manager: User
) -> None:
    refusal = MailRefusalFactory.create(
        client=draft.client, address="owner@client.example", kind=NoticeKind.REPORTS
    )
    other = MailRefusalFactory.create(kind=NoticeKind.REPORTS)
    settings = ReportSettings.objects.create(client=draft.client)
    browser = signed_in(manager)
    places = (f"{LIST}{draft.pk}/change/", f"/admin/kpi/reportsettings/{settings.pk}/change/")
    for place in places:
        page = browser.get(place)
        assert page.context["refused"] == [("Owner", "owner@client.example")], place
        assert "Switched off by the recipient" in page.content.decode(), place
    listed = browser.get(page.context["refusals_page"])
    assert list(listed.context["cl"].result_list) == [refusal]
    for row, answer in ((other, 302), (refusal, 302)):
        gone = f"/admin/clients/mailrefusal/{row.pk}/delete/"
        assert browser.post(gone, {"post": "yes"}).status_code == answer
    assert list(MailRefusal.objects.all()) == [other]
    assert browser.get(places[0]).context["recipients"] == [("Owner", "owner@client.example")]


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.STRATEGIST])
def test_refusals_are_deleted_by_managers_alone(role: Role, client_row: Client) -> None:
    refusal = MailRefusalFactory.create(client=client_row, kind=NoticeKind.REPORTS)
    gone = f"/admin/clients/mailrefusal/{refusal.pk}/delete/"
    assert signed_in(member(client_row, role)).post(gone, {"post": "yes"}).status_code != 200
    assert MailRefusal.objects.exists()
    signed_in(DirectorFactory.create()).post(gone, {"post": "yes"})
    assert not MailRefusal.objects.exists()


# --- The portal ----------------------------------------------------------------------------------


def guest(client: Client) -> Browser:
    return signed_in(PortalAccessFactory.create(client=client).user)


def test_portal_shows_what_was_sent(sent: Report) -> None:
    browser = guest(sent.client)
    base = f"/portal/{sent.client_id}/reports/"
    assert [row["pk"] for row in browser.get(base).context["reports"]] == [sent.pk]
    assert browser.get(f"{base}{sent.pk}/").status_code == 200
    paper = browser.get(f"{base}{sent.pk}/pdf/")
    assert paper.content == bytes(sent.pdf or b"")
    assert paper["Content-Disposition"] == 'attachment; filename="Report Smile 2026-03.pdf"'
    assert browser.get(f"{base}{sent.pk}/xlsx/").content == bytes(sent.xlsx or b"")


def test_portal_shows_no_draft(draft: Report) -> None:
    browser = guest(draft.client)
    base = f"/portal/{draft.client_id}/reports/"
    assert browser.get(base).context["reports"] == []
    for place in ("", "pdf/", "xlsx/"):
        assert browser.get(f"{base}{draft.pk}/{place}").status_code == 404


def test_portal_says_what_replaced_what(sent: Report, manager: User) -> None:
    browser = guest(sent.client)
    base = f"/portal/{sent.client_id}/reports/"
    new = correct_report(sent, corrected="Calls of the 11th.", by=manager, at=NOW)
    assert browser.get(f"{base}{sent.pk}/").context["newer"] is None
    ready = approve_report(new, by=manager, at=NOW, seen=digest_of(new))
    send_report(ready, by=manager, at=NOW, seen=digest_of(ready))
    assert browser.get(f"{base}{sent.pk}/").context["newer"] == new
    page = browser.get(f"{base}{new.pk}/")
    assert page.context["replaces"] == "Edition 2, replaces edition 1 of April 5, 2026"
    assert "Calls of the 11th." in page.content.decode()
    listed = browser.get(base).context["reports"]
    assert [(row["number"], row["replaced_by__number"]) for row in listed] == [(2, None), (1, 2)]
