"""Calls in the admin: typed in, corrected, unmasked with a reason, taken from files."""

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role, User
from clients.team import join_team
from kpi.attribution import attribute_again
from kpi.models import (
    Call,
    CallConnection,
    CallImport,
    CallTally,
    Evidence,
    Unmasking,
)
from tests.factories import (
    NOON,
    CallConnectionFactory,
    CallerFactory,
    CallFactory,
    CallTallyFactory,
    ClientFactory,
    CommunityFactory,
    NumberPlacementFactory,
    PaperFactory,
    TrackingNumberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NUMBER = "+74951234567"
CALLS = reverse("admin:kpi_call_changelist")


@pytest.fixture
def client_row() -> Client:
    """With the instruction that its calls may be taken by."""
    paper = PaperFactory.create(kind="data_processing", state="signed")
    client: Client = paper.client
    return client


@pytest.fixture
def manager(client_row: Client) -> User:
    user = UserFactory.create()
    join_team(client_row, user, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    return user


@pytest.fixture
def browser(manager: User) -> Browser:
    browser = Browser()
    browser.force_login(manager)
    return browser


def typed(client: Client, **changes: Any) -> dict[str, Any]:
    return {
        "client": client.pk, "started_at_0": "2026-03-11", "started_at_1": "12:00:00",
        "status": "answered", "talk_seconds": 60, "raw_caller": "8 495 123-45-67",
        "marked_target": "unknown",
    } | changes  # fmt: skip


def test_a_typed_call_is_recorded_by_the_rules(
    browser: Browser, manager: User, client_row: Client
) -> None:
    community = CommunityFactory.create(profile__client=client_row)
    form = typed(client_row, community=community.pk, evidence=5)
    assert browser.post(reverse("admin:kpi_call_add"), form).status_code == 302
    [call] = Call.objects.all()
    assert call.caller is not None
    assert (call.caller.phone, call.entered_by, call.community, call.is_unique_target) == (
        NUMBER,
        manager,
        community,
        True,
    )


def test_a_number_that_is_none_is_refused(browser: Browser, client_row: Client) -> None:
    response = browser.post(reverse("admin:kpi_call_add"), typed(client_row, raw_caller="12345"))
    assert list(response.context["adminform"].form.errors) == ["raw_caller"]


def test_a_missed_call_has_no_talk(browser: Browser, client_row: Client) -> None:
    response = browser.post(reverse("admin:kpi_call_add"), typed(client_row, status="missed"))
    assert list(response.context["adminform"].form.errors) == ["talk_seconds"]


def test_a_correction_decides_anew(browser: Browser, client_row: Client) -> None:
    browser.post(reverse("admin:kpi_call_add"), typed(client_row, talk_seconds=5))
    call = Call.objects.get()
    assert call.is_target is False
    form = typed(client_row, talk_seconds=5, marked_target="true")
    browser.post(reverse("admin:kpi_call_change", args=[call.pk]), form)
    call.refresh_from_db()
    assert (call.is_target, call.is_unique_target) == (True, True)


def test_the_list_and_the_page_show_the_mask_only(browser: Browser, client_row: Client) -> None:
    caller = CallerFactory.create(client=client_row, phone="+79161234567")
    call = CallFactory.create(client=client_row, caller=caller)
    change = reverse("admin:kpi_call_change", args=[call.pk])
    ask = reverse("admin:kpi_call_show_caller", args=[call.pk])
    for address, has_mask in ((CALLS, True), (change, True), (ask, False)):
        page = browser.get(address).content.decode()
        assert ("•••-45-67" in page) == has_mask
        assert "9161234567" not in re.sub(r"[^0-9]", "", page)
        assert str(caller.phone_hash) not in page


def test_the_list_says_how_sure_the_evidence_is(browser: Browser, client_row: Client) -> None:
    for rank in (Evidence.COMMUNITY_NUMBER, Evidence.PROMO_CODE, Evidence.MEMBER, None):
        CallFactory.create(client=client_row, evidence=rank)
    page = browser.get(CALLS).content.decode()
    for text in (
        "number shown only in this community (confidence: high)",
        "promo word named by the caller (confidence: medium)",
        "phone of a known member (confidence: low)",
    ):
        assert text in page
    assert page.count("(confidence: ") == 3


def test_calls_without_a_source_are_found(browser: Browser, client_row: Client) -> None:
    CallFactory.create(client=client_row)
    nobody = CallFactory.create(client=client_row, evidence=None, community=None)
    page = browser.get(CALLS)
    [choice] = [
        row
        for spec in page.context["cl"].filter_specs
        for row in spec.choices(page.context["cl"])
        if row["display"] == "not known"
    ]
    assert not choice["selected"]
    found = browser.get(CALLS + choice["query_string"])
    assert [row.pk for row in found.context["cl"].result_list] == [nobody.pk]
    [chosen] = [
        row
        for spec in found.context["cl"].filter_specs
        for row in spec.choices(found.context["cl"])
        if row["display"] == "not known"
    ]
    assert chosen["selected"]


def test_the_export_names_evidence_and_confidence(browser: Browser, client_row: Client) -> None:
    CallFactory.create(client=client_row, evidence=Evidence.PROMO_CODE)
    CallFactory.create(client=client_row, evidence=None, started_at=NOON - dt.timedelta(1))
    address = reverse("admin:kpi_call_export")
    text = browser.post(address, {"format": "0", "resource": "0"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["evidence"], row["confidence"]) for row in rows] == [
        ("promo word named by the caller", "medium"),
        ("", ""),
    ]


def test_the_whole_number_is_shown_once_and_written_down(
    browser: Browser, manager: User, client_row: Client
) -> None:
    call = CallFactory.create(client=client_row, caller__phone=NUMBER)
    address = reverse("admin:kpi_call_show_caller", args=[call.pk])
    assert NUMBER not in browser.get(address).content.decode()
    assert NUMBER not in browser.post(address, {"reason": " "}).content.decode()
    assert not Unmasking.objects.exists()
    shown = browser.post(address, {"reason": "To call back"})
    assert NUMBER in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert NUMBER not in browser.get(address).content.decode()
    assert list(Unmasking.objects.values_list("seen_by", "reason")) == [
        (manager.pk, "To call back")
    ]


def test_nobody_unmasks_without_the_right(client_row: Client) -> None:
    user = UserFactory.create()
    join_team(client_row, user, role=Role.MODERATOR, starts_on=dt.date(2020, 1, 1))
    browser = Browser()
    browser.force_login(user)
    call = CallFactory.create(client=client_row, caller__phone=NUMBER)
    response = browser.post(
        reverse("admin:kpi_call_show_caller", args=[call.pk]), {"reason": "Curious"}
    )
    assert response.status_code == 403
    assert NUMBER not in response.content.decode()
    assert not Unmasking.objects.exists()


def test_a_forgotten_caller_has_nothing_to_show(browser: Browser, client_row: Client) -> None:
    caller = CallerFactory.create(client=client_row)
    type(caller).objects.update(phone=None, phone_hash=None, last4=None)
    call = CallFactory.create(client=client_row, caller=caller)
    address = reverse("admin:kpi_call_show_caller", args=[call.pk])
    assert browser.post(address, {"reason": "Why"}).status_code == 403


def test_a_new_connection_shows_its_secret_once(browser: Browser, client_row: Client) -> None:
    form = {"client": client_row.pk, "label": "PBX", "provider": "generic", "is_active": "on"}
    page = browser.post(reverse("admin:kpi_callconnection_add"), form).content.decode()
    connection = CallConnection.objects.get()
    assert len(connection.secret) > 40
    assert connection.secret in page
    assert connection.path_token in page
    later = browser.get(reverse("admin:kpi_callconnection_change", args=[connection.pk]))
    assert connection.secret not in later.content.decode()


def test_a_new_secret_replaces_the_old(browser: Browser, client_row: Client) -> None:
    connection = CallConnectionFactory.create(client=client_row, secret="old")
    address = reverse("admin:kpi_callconnection_renew_secret", args=[connection.pk])
    browser.get(address)
    assert CallConnection.objects.get().secret == "old"
    page = browser.post(address).content.decode()
    secret = CallConnection.objects.get().secret
    assert secret != "old"
    assert secret in page


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("calls.csv", text.encode(), content_type="text/csv")


def import_file(browser: Browser, client: Client, text: str, **fields: Any) -> Any:
    data = {"client": client.pk, "file": upload(text)} | fields
    return browser.post(reverse("admin:kpi_callimport_import_file"), data)


GOOD = "started_at,status,caller,talk_seconds\n2026-03-11 12:00:00,answered,84951234567,60\n"


def test_a_file_of_calls_is_taken_once(browser: Browser, client_row: Client) -> None:
    first = import_file(browser, client_row, GOOD)
    assert first.context["outcome"].new == 1
    assert import_file(browser, client_row, GOOD).context["outcome"].known == 1
    assert (Call.objects.count(), CallImport.objects.count()) == (1, 1)


def test_wrong_rows_are_listed_and_nothing_is_taken(browser: Browser, client_row: Client) -> None:
    response = import_file(browser, client_row, GOOD + "yesterday,answered,,\n")
    assert [(error.row, error.field) for error in response.context["errors"]] == [(3, "started_at")]
    assert not Call.objects.exists()


def test_a_file_with_other_columns_says_so(browser: Browser, client_row: Client) -> None:
    response = import_file(browser, client_row, "a,b\n1,2\n")
    assert len(response.context["errors"]) == 1
    assert not CallImport.objects.exists()


def test_columns_may_be_named_otherwise(browser: Browser, client_row: Client) -> None:
    text = "When,Result\n2026-03-11 12:00:00,AGENT\n"
    mapping = "started_at = When\nstatus = Result"
    import_file(browser, client_row, text, mapping=mapping, statuses="AGENT = answered")
    assert Call.objects.get().status == "answered"


def test_totals_by_day_become_tallies(browser: Browser, client_row: Client) -> None:
    community = CommunityFactory.create(profile__client=client_row)
    fields = {"community": community.pk, "day_column": "Day", "total_column": "Calls"}
    import_file(browser, client_row, "Day,Calls\n2026-03-11,7\n", **fields)
    assert list(CallTally.objects.values_list("total", flat=True)) == [7]


def test_a_foreign_client_is_not_imported_into(browser: Browser, client_row: Client) -> None:
    response = import_file(browser, ClientFactory.create(), GOOD)
    assert list(response.context["form"].errors) == ["client"]


def test_a_form_that_nobody_sent_has_no_errors(browser: Browser) -> None:
    shown = browser.get(reverse("admin:kpi_callimport_import_file"))
    assert not shown.context["form"].errors


def test_importing_needs_the_right(client_row: Client) -> None:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Designer"))
    browser = Browser()
    browser.force_login(user)
    assert import_file(browser, client_row, GOOD).status_code == 403


def test_both_numbers_of_a_moved_placement_are_attributed_anew(
    browser: Browser, client_row: Client
) -> None:
    placement = NumberPlacementFactory.create(number__client=client_row)
    other = TrackingNumberFactory.create(client=client_row)
    calls = [
        CallFactory.create(client=client_row, called_number=number.number, evidence=None)
        for number in (placement.number, other)
    ]
    attribute_again(placement.number)
    form = {"number": other.pk, "community": placement.community_id, "starts_on": "2020-01-01"}
    browser.post(reverse("admin:kpi_numberplacement_change", args=[placement.pk]), form)
    for call in calls:
        call.refresh_from_db()
    assert [call.community_id for call in calls] == [None, placement.community_id]


@pytest.mark.parametrize(
    ("change", "evidence"),
    [
        ({"number": "8 495 123-45-67"}, Evidence.COMMUNITY_NUMBER),
        ({"number": NUMBER, "kind": "dynamic_pool"}, Evidence.SESSION),
    ],
)
def test_calls_follow_a_corrected_tracking_number(
    browser: Browser, client_row: Client, change: dict[str, str], evidence: Evidence
) -> None:
    placement = NumberPlacementFactory.create(number__client=client_row)
    call = CallFactory.create(client=client_row, called_number=NUMBER, evidence=None)
    form = {"kind": "static", "is_active": "on"} | change
    address = reverse("admin:clients_trackingnumber_change", args=[placement.number_id])
    assert browser.post(address, form).status_code == 302
    call.refresh_from_db()
    assert (call.community_id, call.evidence) == (placement.community_id, evidence)


def test_a_number_of_another_kind_proves_something_else(
    browser: Browser, client_row: Client
) -> None:
    placement = NumberPlacementFactory.create(number__client=client_row, number__number=NUMBER)
    call = CallFactory.create(client=client_row, called_number=NUMBER, evidence=None)
    attribute_again(placement.number)
    address = reverse("admin:clients_trackingnumber_change", args=[placement.number_id])
    browser.post(address, {"number": NUMBER, "kind": "dynamic_pool", "is_active": "on"})
    call.refresh_from_db()
    assert call.evidence == Evidence.SESSION


def test_a_tally_is_signed(browser: Browser, manager: User, client_row: Client) -> None:
    community = CommunityFactory.create(profile__client=client_row)
    form = {
        "community": community.pk, "period": "week", "starts_on": "2026-03-09", "total": 5,
        "evidence": "operator",
    }  # fmt: skip
    browser.post(reverse("admin:kpi_calltally_add"), form)
    [tally] = CallTally.objects.all()
    assert (tally.client, tally.entered_by, tally.ends_on) == (
        client_row,
        manager,
        dt.date(2026, 3, 15),
    )


def refusals(browser: Browser, page: str, form: dict[str, Any]) -> dict[str, list[str]]:
    response = browser.post(reverse(f"admin:kpi_{page}_add"), form)
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


@pytest.mark.parametrize(("period", "first"), [("week", "2026-03-11"), ("day", "2026-03-15")])
def test_a_tally_that_overlaps_another_is_refused(
    browser: Browser, client_row: Client, period: str, first: str
) -> None:
    community = CommunityFactory.create(profile__client=client_row)
    CallTallyFactory.create(community=community, starts_on=dt.date(2026, 3, 9), period="week")
    form = {
        "community": community.pk, "period": period, "starts_on": first, "total": 5,
        "evidence": "operator",
    }  # fmt: skip
    assert refusals(browser, "calltally", form) == {
        "__all__": ["Another tally already covers some of these days."]
    }
    assert CallTally.objects.count() == 1


def test_a_tally_is_corrected_in_place(browser: Browser, client_row: Client) -> None:
    community = CommunityFactory.create(profile__client=client_row)
    tally = CallTallyFactory.create(
        community=community, starts_on=dt.date(2026, 3, 9), period="week"
    )
    form = {
        "community": community.pk, "period": "day", "starts_on": "2026-03-10", "total": 6,
        "evidence": "operator",
    }  # fmt: skip
    browser.post(reverse("admin:kpi_calltally_change", args=[tally.pk]), form)
    tally.refresh_from_db()
    assert (tally.total, tally.ends_on) == (6, dt.date(2026, 3, 10))


@pytest.mark.parametrize("period", ["day", "week"])
def test_days_to_come_are_not_tallied(browser: Browser, client_row: Client, period: str) -> None:
    community = CommunityFactory.create(profile__client=client_row)
    days = 1 if period == "day" else -5
    first = client_row.today() + dt.timedelta(days=days)
    form = {
        "community": community.pk, "period": period, "starts_on": first, "total": 5,
        "evidence": "operator",
    }  # fmt: skip
    assert refusals(browser, "calltally", form) == {"starts_on": ["These days are not over yet."]}


def test_days_to_come_are_not_counted(browser: Browser, client_row: Client) -> None:
    day = client_row.today() + dt.timedelta(days=1)
    form = {"client": client_row.pk, "metric": "orders", "day": day, "total": 5}
    assert refusals(browser, "daycount", form) == {"day": ["This day has not come yet."]}


def test_a_placement_does_not_end_before_it_begins(browser: Browser, client_row: Client) -> None:
    number = TrackingNumberFactory.create(client=client_row)
    community = CommunityFactory.create(profile__client=client_row)
    form = {
        "number": number.pk, "community": community.pk, "starts_on": "2026-01-02",
        "ends_on": "2026-01-01",
    }  # fmt: skip
    assert refusals(browser, "numberplacement", form) == {
        "ends_on": ["The last day is before the first."]
    }


def test_a_call_of_another_age_is_refused(browser: Browser, client_row: Client) -> None:
    form = typed(client_row, started_at_0="0026-03-11")
    assert refusals(browser, "call", form) == {
        "started_at": ["This moment is too long ago to be a call."]
    }
