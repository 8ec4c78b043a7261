"""The pages of audits: begun, filled, judged, finished, shown, turned into tasks."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Role, Task, User
from clients.team import join_team
from communities.audit_writing import state_of
from communities.models import Audit, AuditScore, AuditState, Profile, Redesign
from tests.factories import (
    LONG_AGO,
    AuditFactory,
    AuditReportFactory,
    AuditScoreFactory,
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    ProfileFactory,
    UserFactory,
    finish_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


@pytest.fixture
def browser(director: User) -> Browser:
    browser = Browser()
    browser.force_login(director)
    return browser


@pytest.fixture
def audit() -> Audit:
    return AuditFactory.create(verdict="Fine")


def address(row: Any, path: str = "") -> str:
    meta = row._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{row.pk}/{path or 'change'}/"


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def row_data(row: AuditScore, **new: Any) -> dict[str, Any]:
    """What the page sends of a criterion."""
    mark = "na" if row.is_not_applicable else "" if row.score is None else str(row.score)
    fields = {"seen": state_of(row), "mark": mark, "evidence": row.evidence} | new
    return {f"s{row.pk}-{name}": value for name, value in fields.items()}


def judge(browser: Browser, audit: Audit, *rows: dict[str, Any]) -> Any:
    data = {name: value for row in rows for name, value in row.items()}
    return browser.post(address(audit, "criteria"), data, follow=True)


# --- Beginning -----------------------------------------------------------------------------------

DAYS = {"first": "2026-02-09", "last": "2026-03-10"}


def test_audit_begins_on_the_page_that_is_audited(browser: Browser) -> None:
    page = ProfileFactory.create()
    response = browser.post(address(page, "audit"), DAYS, follow=True)
    audit = Audit.objects.get()
    assert response.redirect_chain == [(address(audit), 302)]
    assert told(response) == ["The audit is begun: 89 criteria to judge."]
    assert str(audit.period_first) == DAYS["first"]


def test_audit_begins_on_the_page_of_a_lead(browser: Browser) -> None:
    client = ClientFactory.create(status="lead")
    _other, page = ProfileFactory.create_batch(2, client=client)
    browser.post(address(client, "audit"), DAYS | {"profile": page.pk})
    assert Audit.objects.get().profile == page


def test_client_without_pages_is_told_to_add_one(browser: Browser) -> None:
    client = ClientFactory.create()
    response = browser.get(address(client, "audit"), follow=True)
    assert response.redirect_chain == [(f"/admin/communities/profile/add/?client={client.pk}", 302)]
    assert told(response) == ["Add the client's page first: then it can be audited."]


def test_page_that_was_audited_gets_a_reaudit(browser: Browser, audit: Audit) -> None:
    finish_in_place(audit)
    browser.post(address(audit.profile, "audit"), DAYS)
    assert Audit.objects.get(number=2).previous == audit


def test_competitors_page_has_no_such_button(browser: Browser) -> None:
    rival = ProfileFactory.create(relation=Profile.Relation.COMPETITOR)
    assert browser.get(address(rival, "audit")).status_code == 403


def test_days_that_cannot_be_are_refused_beside_their_field(browser: Browser) -> None:
    page = ProfileFactory.create()
    response = browser.post(address(page, "audit"), {"first": "2026-03-10", "last": "2026-03-01"})
    assert response.context["form"].errors == {
        "first": ["The first day is after the last: swap them."]
    }


# --- Judging -------------------------------------------------------------------------------------


def test_criteria_are_judged(browser: Browser, audit: Audit) -> None:
    bad, good, out, left = AuditScoreFactory.create_batch(4, audit=audit)
    response = judge(
        browser,
        audit,
        row_data(bad, mark="0", finding="Old", recommendation="New", priority="now"),
        row_data(good, mark="2"),
        row_data(out, mark="na", reason="No shop"),
        row_data(left),
    )
    assert told(response) == ["Criteria saved: 3."]
    rows = audit.scores.values_list("score", "is_not_applicable", "finding", "reason")
    assert list(rows) == [
        (0, False, "Old", ""), (2, False, "", ""), (None, True, "", "No shop"),
        (None, False, "", ""),
    ]  # fmt: skip


def test_what_is_right_is_saved_beside_what_is_not(browser: Browser, audit: Audit) -> None:
    wrong = AuditScoreFactory.create(audit=audit, title_en="Wrong")
    right = AuditScoreFactory.create(audit=audit)
    response = judge(browser, audit, row_data(wrong, mark="na"), row_data(right, mark="1"))
    assert told(response) == ["Criteria saved: 1.", "Not saved yet: Wrong."]
    assert "Write why the criterion does not apply." in response.content.decode()
    right.refresh_from_db()
    assert right.score == 1


def test_words_of_two_people_are_both_kept_until_one_decides(
    browser: Browser, audit: Audit
) -> None:
    row = AuditScoreFactory.create(audit=audit, title_en="Menu")
    mine = row_data(row, mark="1", finding="Mine")
    AuditScore.objects.update(score=2, finding="Theirs")
    response = judge(browser, audit, mine)
    assert told(response) == [
        "Somebody else has changed these meanwhile: Menu. Their words are kept; yours stand in the"
        " form. Save again to put yours in their place."
    ]
    [group] = response.context["groups"]
    form = group.lines[0].form
    assert (form["finding"].value(), group.lines[0].row.finding) == ("Mine", "Theirs")
    judge(browser, audit, mine | {f"s{row.pk}-seen": form["seen"].value()})
    row.refresh_from_db()
    assert (row.score, row.finding) == (1, "Mine")


def test_evidence_is_checked_by_its_content(browser: Browser, audit: Audit) -> None:
    row = AuditScoreFactory.create(audit=audit)
    page = SimpleUploadedFile("shot.png", b"<svg onload=alert(1)>", "image/png")
    response = judge(browser, audit, row_data(row, mark="1", file=page))
    row.refresh_from_db()
    assert (row.score, row.evidence_file) == (None, None)
    assert response.context["groups"][0].lines[0].form.errors.keys() == {"file"}


def test_finished_audit_is_read_only(browser: Browser, audit: Audit) -> None:
    row = AuditScoreFactory.create(audit=audit)
    finish_in_place(audit)
    assert browser.get(address(audit, "criteria")).context["is_open"] is False
    response = judge(browser, audit, row_data(row, mark="1"))
    assert told(response) == ["This audit has been finished already: it does not change."]


def test_designer_reads_and_judges_nothing(audit: Audit) -> None:
    row, designer, browser = AuditScoreFactory.create(audit=audit), UserFactory.create(), Browser()
    join_team(audit.client, designer, role=Role.DESIGNER, starts_on=LONG_AGO)
    browser.force_login(designer)
    assert browser.get(address(audit, "criteria")).context["is_open"] is False
    response = judge(browser, audit, row_data(row, mark="1"))
    assert told(response) == ["You may not change audits of this client."]


@pytest.mark.parametrize("criteria", [1, 3])
def test_page_of_criteria_asks_as_often_for_many(
    browser: Browser, audit: Audit, criteria: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(criteria):
        AuditScoreFactory.create(audit=audit, owner=UserFactory.create())
    with django_assert_num_queries(8):
        browser.get(address(audit, "criteria"))


def test_text_of_people_is_escaped(browser: Browser, audit: Audit) -> None:
    AuditScoreFactory.create(audit=audit, finding="<b>x", measured="<i>y", title_en="<u>z")
    text = browser.get(address(audit, "criteria")).content.decode()
    assert not any(tag in text for tag in ("<b>x", "<i>y", "<u>z"))


# --- Filling and finishing -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_audit_is_filled(browser: Browser, audit: Audit) -> None:
    CommunityFactory.create(profile=audit.profile)
    AuditScoreFactory.create(audit=audit, prefill="reply_time")
    assert told(browser.post(address(audit, "fill"), follow=True)) == [
        "What is set on the page could not be read: No key can read what is set on the page.",
        "Criteria filled: 1. Scores proposed: 0, for you to take.",
    ]


def test_audit_is_finished_with_its_report(browser: Browser, audit: Audit, director: User) -> None:
    AuditScoreFactory.create(audit=audit, score=2)
    response = browser.post(address(audit, "finish"), follow=True)
    audit.refresh_from_db()
    assert (audit.state, audit.finished_by) == (AuditState.FINISHED, director)
    assert told(response) == ["The audit is finished, and its report is kept."]
    paper = browser.get(address(audit, "pdf"))
    assert b"".join(paper) == bytes(audit.report.content)


def test_what_lacks_is_listed_and_the_audit_stays_in_work(browser: Browser, audit: Audit) -> None:
    AuditScoreFactory.create(audit=audit, title_en="Menu")
    response = browser.post(address(audit, "finish"))
    assert response.context["form"].non_field_errors() == [
        "Not judged yet (1): “Menu”.", "Nothing is judged: there is no score to tell.",
    ]  # fmt: skip
    audit.refresh_from_db()
    assert audit.is_open


def test_draft_is_printed_as_it_stands(browser: Browser, audit: Audit) -> None:
    AuditScoreFactory.create(audit=audit, score=2)
    paper = browser.get(address(audit, "pdf"))
    assert b"".join(paper).startswith(b"%PDF-")
    assert not hasattr(audit, "report")


def test_report_takes_a_right_of_its_own(audit: Audit) -> None:
    AuditReportFactory.create(audit=audit)
    user = UserFactory.create(permissions=("communities.view_audit",))
    join_team(audit.client, user, role=Role.DESIGNER, starts_on=LONG_AGO)
    user.groups.get(name="Designer").permissions.filter(codename="view_auditreport").delete()
    browser = Browser()
    browser.force_login(user)
    assert browser.get(address(audit, "pdf")).status_code == 403


def test_finished_audit_is_shown_to_the_client(browser: Browser, audit: Audit) -> None:
    finish_in_place(audit)
    for wanted, is_shown in (("show", True), ("show", True), ("hide", False)):
        browser.post(address(audit, "show"), {"wanted": wanted})
        audit.refresh_from_db()
        assert audit.is_shown is is_shown


def test_audit_that_another_compares_with_is_shown_first_and_hidden_last(
    browser: Browser, audit: Audit
) -> None:
    finish_in_place(audit)
    after = AuditFactory.create(profile=audit.profile, number=2, previous=audit)
    finish_in_place(after)
    refused = browser.post(address(after, "show"), {"wanted": "show"}).context["form"]
    assert refused.non_field_errors() == ["Its report compares with audit 1: show that one first."]
    for one in (audit, after):
        browser.post(address(one, "show"), {"wanted": "show"})
    refused = browser.post(address(audit, "show"), {"wanted": "hide"}).context["form"]
    assert refused.non_field_errors() == [
        "The client sees audit 2, which compares with this: hide it first."
    ]
    assert Audit.objects.filter(is_shown=True).count() == 2


def test_finished_audit_cannot_be_changed_or_deleted(browser: Browser, audit: Audit) -> None:
    finish_in_place(audit)
    assert browser.post(address(audit, "delete"), {"post": "yes"}).status_code == 403
    assert browser.get(address(audit, "finish")).status_code == 403
    assert browser.post(address(audit), {"verdict": "Other"}).status_code == 403


def test_draft_is_deleted_with_its_criteria(browser: Browser, audit: Audit) -> None:
    AuditScoreFactory.create(audit=audit)
    browser.post(address(audit, "delete"), {"post": "yes"})
    assert Audit.objects.count() == 0


# --- Beside the form -----------------------------------------------------------------------------


def test_page_of_an_audit_tells_score_and_what_lacks(browser: Browser, audit: Audit) -> None:
    AuditScoreFactory.create(audit=audit, score=2, section="design")
    AuditScoreFactory.create(audit=audit, section="design")
    panel = browser.get(address(audit)).context["panel"]
    assert (panel["share"], panel["whole"]) == ("100 %", (2, 1, 2))
    assert len(panel["lacks"]) == 1


def test_page_of_a_reaudit_tells_before_and_after(browser: Browser, audit: Audit) -> None:
    AuditScoreFactory.create(audit=audit, code="menu", score=0)
    AuditScoreFactory.create(audit=audit, code="old", score=0, title_en="Old")
    finish_in_place(audit)
    again = AuditFactory.create(profile=audit.profile, number=2, previous=audit)
    AuditScoreFactory.create(audit=again, code="menu", score=2)
    AuditScoreFactory.create(audit=again, code="new", score=2, title_en="New")
    panel = browser.get(address(again)).context["panel"]["comparison"]
    assert (panel["before"], panel["after"], panel["came"], panel["went"]) == (
        "0 %", "100 %", "“New”", "“Old”",
    )  # fmt: skip


def test_list_tells_the_score(browser: Browser, audit: Audit) -> None:
    AuditScoreFactory.create(audit=audit, score=1)
    AuditScoreFactory.create(audit=audit, is_not_applicable=True, reason="No shop")
    AuditFactory.create()
    text = browser.get(reverse("admin:communities_audit_changelist")).content.decode()
    assert ("50 %" in text, "1 of 1" in text, "0 of 0" in text) == (True, True, True)


# --- Tasks ---------------------------------------------------------------------------------------


def test_findings_become_tasks_of_a_redesign(browser: Browser, audit: Audit) -> None:
    chosen, left = AuditScoreFactory.create_batch(
        2, audit=audit, score=0, priority="now", recommendation="Make a menu"
    )
    finish_in_place(audit)
    offered = browser.get(address(audit, "redesign")).context["form"]["findings"]
    assert offered.value() == [chosen.pk, left.pk]
    data = {"title": "Spring", "findings": [chosen.pk]}
    response = browser.post(address(audit, "redesign"), data, follow=True)
    redesign = Redesign.objects.get()
    assert response.redirect_chain == [(address(redesign), 302)]
    assert Task.objects.get().title == "Make a menu"
    assert [row.pk for row, _url in response.context["findings"]] == [chosen.pk]
    assert response.context["progress"] == (0, 1, 0)


def test_redesign_does_not_close_before_its_time(browser: Browser, audit: Audit) -> None:
    row = AuditScoreFactory.create(audit=audit, score=0, priority="now")
    finish_in_place(audit)
    browser.post(address(audit, "redesign"), {"title": "Spring", "findings": [row.pk]})
    response = browser.post(address(Redesign.objects.get(), "close"))
    assert len(response.context["form"].non_field_errors()) == 2


# --- Criteria ------------------------------------------------------------------------------------


def test_criteria_are_kept_by_directors(browser: Browser) -> None:
    assert browser.get(reverse("admin:communities_auditcriterion_changelist")).status_code == 200
    manager = UserFactory.create()
    join_team(ClientFactory.create(), manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    other = Browser()
    other.force_login(manager)
    assert other.get(reverse("admin:communities_auditcriterion_changelist")).status_code == 403
