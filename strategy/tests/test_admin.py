"""Strategies in the admin: drafted, approved, frozen, continued."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from strategy.models import (
    BudgetLine,
    CommunityRhythm,
    CompetitorAnalysis,
    ContentRules,
    Goal,
    KpiTarget,
    Positioning,
    Rubric,
    SectionKind,
    Segment,
    StrategySection,
    StrategyVersion,
    VersionState,
)
from strategy.versions import next_version
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    EngagementFactory,
    GoalFactory,
    KpiTargetFactory,
    StrategySectionFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    UserFactory,
    VersionDocumentFactory,
    approve_in_place,
    complete_draft,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    browser = Browser()
    browser.force_login(user)
    return browser


def page(version: StrategyVersion, name: str) -> str:
    return reverse(f"admin:strategy_strategyversion_{name}", args=[version.pk])


def version_form(client: Client, **changes: Any) -> dict[str, Any]:
    engagement = EngagementFactory.create(client=client)
    return {
        "client": client.pk, "engagement": engagement.pk, "title": "Calls",
        "starts_on": "2026-01-01", "ends_on": "2026-03-31",
    } | changes  # fmt: skip


PREFIXES = {
    "sections": StrategySection, "goals": Goal, "targets": KpiTarget, "segments": Segment,
    "positionings": Positioning, "rubrics": Rubric, "rhythms": CommunityRhythm,
    "content_rules": ContentRules, "budget_lines": BudgetLine,
}  # fmt: skip
CALLS = {
    "targets-0-metric": "calls", "targets-0-is_primary": "on", "targets-0-every_month": "12",
    "targets-0-period": "month", "targets-0-owner": "shared", "targets-0-tolerance": "0.2",
    "targets-0-min_sample": "0",
}  # fmt: skip


def parts_form(version: StrategyVersion, **rows: Any) -> dict[str, Any]:
    """The version's page with rows to add: `**{"goals-0-text": "More calls"}`."""
    form = {
        "engagement": version.engagement_id or "", "title": version.title,
        "starts_on": version.starts_on.isoformat(), "ends_on": version.ends_on.isoformat(),
    }  # fmt: skip
    for prefix in PREFIXES:
        numbers = {key.split("-")[1] for key in rows if key.startswith(f"{prefix}-")}
        form |= {f"{prefix}-TOTAL_FORMS": len(numbers), f"{prefix}-INITIAL_FORMS": 0}
    return form | rows


def errors_of(response: Any) -> list[str]:
    """Everything that the page refuses, whichever tab it stands in."""
    assert response.status_code == 200, response["Location"]
    shown = [response.context["adminform"].form.errors]
    for formset in response.context["inline_admin_formsets"]:
        shown += formset.formset.errors
        shown.append({"": formset.formset.non_form_errors()})
    return [str(message) for errors in shown for one in errors.values() for message in one]


def test_a_draft_is_numbered_and_opened(browser: Browser) -> None:
    client = ClientFactory.create()
    StrategyVersionFactory.create(client=client)
    response = browser.post(reverse("admin:strategy_strategyversion_add"), version_form(client))
    draft = StrategyVersion.objects.get(number=2)
    assert response["Location"] == page(draft, "change")
    assert [row.kind for row in draft.sections.in_order()] == SectionKind.values


def test_a_lead_has_a_draft_without_engagement(browser: Browser) -> None:
    client = ClientFactory.create(status="lead")
    form = version_form(client, engagement="")
    browser.post(reverse("admin:strategy_strategyversion_add"), form)
    draft = StrategyVersion.objects.get()
    assert draft.engagement is None
    shown = browser.get(page(draft, "change"))
    assert "This draft has no engagement yet" in shown.context["missing"][0]


@pytest.mark.parametrize(
    ("language", "goal"),
    [("ru", "Получать звонки из сообществ"), ("en", "Get calls from the communities")],
)
def test_a_draft_starts_from_a_template_in_the_clients_language(
    browser: Browser, language: str, goal: str
) -> None:
    client = ClientFactory.create(language=language)
    form = version_form(client, start_from="short")
    response = browser.post(reverse("admin:strategy_strategyversion_add"), form)
    draft = StrategyVersion.objects.get()
    assert response["Location"] == page(draft, "change")
    assert draft.goals.earliest("pk").text == goal
    assert draft.targets.count() == 2


def test_the_page_of_a_new_version_offers_what_it_can_start_from(browser: Browser) -> None:
    shown = browser.get(reverse("admin:strategy_strategyversion_add"))
    field = shown.context["adminform"].form.fields["start_from"]
    assert [value for value, _label in field.choices] == [
        "empty", "short", "local_service", "online_shop",
    ]  # fmt: skip
    assert "state" not in shown.context["adminform"].form.fields


def test_a_template_that_there_is_not_is_refused(browser: Browser) -> None:
    form = version_form(ClientFactory.create(), start_from="hotel")
    response = browser.post(reverse("admin:strategy_strategyversion_add"), form)
    assert list(response.context["adminform"].form.errors) == ["start_from"]
    assert not StrategyVersion.objects.exists()


def test_targets_get_every_month(browser: Browser) -> None:
    version = StrategyVersionFactory.create(ends_on=dt.date(2026, 3, 31))
    browser.post(page(version, "change"), parts_form(version, **CALLS))
    months = [(row.month, int(row.value)) for row in version.targets.get().months.all()]
    assert months == [(dt.date(2026, month, 1), 12) for month in (1, 2, 3)]


def months_given(browser: Browser, **ways: str) -> list[int]:
    """Values of March to June 2026 after a target was added in this way."""
    version = StrategyVersionFactory.create(
        starts_on=dt.date(2026, 3, 1), ends_on=dt.date(2026, 6, 30)
    )
    form = {key: value for key, value in CALLS.items() if not key.endswith("every_month")}
    rows = form | {f"targets-0-{name}": value for name, value in ways.items()}
    response = browser.post(page(version, "change"), parts_form(version, **rows))
    assert response.status_code == 302, errors_of(response)
    return [int(row.value) for row in version.targets.get().months.all()]


def test_targets_get_a_ramp_or_their_quarters(browser: Browser) -> None:
    assert months_given(browser, ramp_from="10", ramp_to="19") == [10, 13, 16, 19]
    assert months_given(browser, ramp_from="10", ramp_to="20", ramp_over="2") == [10, 20, 20, 20]
    assert months_given(browser, every_quarter="91", period="quarter") == [31, 30, 31, 30]
    assert months_given(browser) == []


@pytest.mark.parametrize(
    ("ways", "message"),
    [
        (
            {"every_month": "12", "ramp_from": "1", "ramp_to": "2"},
            "Give the months in one way: all alike, by quarter, or from … to ….",
        ),
        ({"every_month": "", "ramp_from": "1"}, "A ramp has a beginning and an end: give both."),
        ({"every_month": "", "ramp_to": "1"}, "A ramp has a beginning and an end: give both."),
        (
            {"every_month": "", "every_quarter": "90"},
            "A quarter's total is for a target by quarter: choose that, or give the months.",
        ),
        (
            {"metric": "curated_share", "is_primary": "", "every_month": "30"},
            "Its values are shares: give them between 0 and 1, such as 0.03.",
        ),
    ],
)
def test_months_given_in_a_wrong_way_are_refused(
    browser: Browser, ways: dict[str, str], message: str
) -> None:
    version = StrategyVersionFactory.create()
    rows = CALLS | {f"targets-0-{name}": value for name, value in ways.items()}
    if not ways.get("is_primary", "on"):
        rows = {key: value for key, value in rows.items() if key != "targets-0-is_primary"}
    response = browser.post(page(version, "change"), parts_form(version, **rows))
    assert errors_of(response) == [message]


def test_parts_are_written_on_the_page_of_the_version(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    community = CommunityFactory.create(profile__client=version.client)
    rows = {
        "goals-0-text": "More calls", "goals-0-level": "business",
        "segments-0-name": "Parents", "positionings-0-message": "Without fear",
        "content_rules-0-curated_cap": "0.3",
        "rubrics-0-name": "Advice", "rubrics-0-kind": "informing", "rubrics-0-share": "1",
        "rubrics-0-curated_share": "0.1", "rubrics-0-formats": ["photo", "clip"],
        "rhythms-0-community": community.pk, "rhythms-0-posts_per_week": "3",
        "budget_lines-0-month": "2026-03-01", "budget_lines-0-channel": "ads",
        "budget_lines-0-amount": "5000",
    }  # fmt: skip
    assert browser.post(page(version, "change"), parts_form(version, **rows)).status_code == 302
    assert version.rubrics.get().formats == ["photo", "clip"]
    assert version.budget_lines.get().currency == "RUB"
    assert (version.goals.count(), version.segments.count(), version.rhythms.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            {"content_rules-0-curated_cap": "0.6"},
            "At most 20 to 50 % of publications may come from the internet, by the goals: give a"
            " cap between 20 and 50 %.",
        ),
        (
            {"content_rules-0-curated_cap": "0.19"},
            "At most 20 to 50 % of publications may come from the internet, by the goals: give a"
            " cap between 20 and 50 %.",
        ),
        (
            {
                "rubrics-0-name": "Advice", "rubrics-0-kind": "informing",
                "rubrics-0-share": "0.7", "rubrics-0-curated_share": "0",
            },
            "The shares of the rubrics make 70 %: spread the other 30 %.",
        ),
        (
            {
                "budget_lines-0-month": "2026-03-01", "budget_lines-0-channel": "ads",
                "budget_lines-0-amount": "900",
                "budget_lines-1-month": "2026-03-01", "budget_lines-1-channel": "seeding",
                "budget_lines-1-amount": "200.50",
            },
            "March 2026: the media plan has 1100.50, the engagement's budget is 1000.00 RUB: take"
            " 100.50 away.",
        ),
        (
            {
                "budget_lines-0-month": "2026-03-01", "budget_lines-0-channel": "ads",
                "budget_lines-0-amount": "5", "budget_lines-0-currency": "EUR",
            },
            "The engagement is in RUB, so is its media plan.",
        ),
        (
            {
                "budget_lines-0-month": "2027-03-01", "budget_lines-0-channel": "ads",
                "budget_lines-0-amount": "5",
            },
            "This month is outside of the period of the strategy.",
        ),
    ],
)  # fmt: skip
def test_bad_parts_are_refused_with_their_mend(
    browser: Browser, rows: dict[str, Any], message: str
) -> None:
    version = StrategyVersionFactory.create(engagement__ad_budget=1000)
    response = browser.post(page(version, "change"), parts_form(version, **rows))
    assert errors_of(response) == [message]


def test_rows_of_another_version_cannot_be_chosen(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    goal = GoalFactory.create(version__client=version.client)
    rows = {
        "rubrics-0-name": "Advice", "rubrics-0-kind": "informing", "rubrics-0-share": "1",
        "rubrics-0-curated_share": "0", "rubrics-0-goal": goal.pk,
    }  # fmt: skip
    response = browser.post(page(version, "change"), parts_form(version, **rows))
    assert len(errors_of(response)) == 1
    assert not Rubric.objects.exists()


def test_sending_lists_what_is_missing(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    response = browser.post(page(version, "send_version"))
    assert len(response.context["form"].non_field_errors()) == 5
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_a_complete_draft_goes_the_whole_way(browser: Browser) -> None:
    version = complete_draft()
    CompetitorAnalysis.objects.update(analysed_on=version.client.today())
    browser.post(page(version, "send_version"))
    assert browser.get(page(version, "record_word")).status_code == 403
    browser.post(page(version, "approve_version"))
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 signed", "application/pdf")
    word = {
        "said_by": "Zoya Testova", "said_on": version.client.today().isoformat(),
        "channel": "signed", "document": scan,
    }  # fmt: skip
    browser.post(page(version, "record_word"), word)
    version.refresh_from_db()
    assert (version.state, version.client_said_by) == (VersionState.APPROVED, "Zoya Testova")
    paper = version.documents.get(kind="client_word")
    address = reverse("admin:strategy_strategyversion_document", args=[version.pk, "client_word"])
    kept: Any = browser.get(address)
    assert b"".join(kept.streaming_content) == bytes(paper.content)
    assert kept["Content-Disposition"] == 'attachment; filename="scan.pdf"'


def test_a_version_on_approval_is_taken_back(browser: Browser) -> None:
    version = complete_draft()
    StrategyVersion.objects.filter(pk=version.pk).update(state=VersionState.ON_APPROVAL)
    assert browser.post(page(version, "change"), {"title": "Other"}).status_code == 403
    refused = browser.post(page(version, "take_version_back"), {"note": ""})
    assert refused.context["form"].errors["note"]
    browser.post(page(version, "take_version_back"), {"note": "The budget is wrong"})
    shown = browser.get(page(version, "change"))
    assert "The budget is wrong" in shown.content.decode()


def test_the_scan_of_another_client_is_not_found() -> None:
    paper = VersionDocumentFactory.create()
    stranger = UserFactory.create(permissions=("strategy.view_versiondocument",))
    browser = Browser()
    browser.force_login(stranger)
    address = reverse(
        "admin:strategy_strategyversion_document", args=[paper.version_id, paper.kind]
    )
    assert browser.get(address).status_code == 404


def test_a_colleague_without_the_right_gets_no_paper() -> None:
    paper = VersionDocumentFactory.create()
    colleague = UserFactory.create(permissions=("strategy.view_strategyversion",))
    TeamMemberFactory.create(client=paper.client, user=colleague)
    browser = Browser()
    browser.force_login(colleague)
    address = reverse(
        "admin:strategy_strategyversion_document", args=[paper.version_id, paper.kind]
    )
    assert browser.get(page(paper.version, "change")).status_code == 200
    assert browser.get(address).status_code == 403


def test_changes_are_shown_word_by_word(browser: Browser) -> None:
    version = complete_draft()
    StrategySectionFactory.create(version=version, kind="brief", text="Calls come at noon")
    approve_in_place(version)
    draft = next_version(version, by=DirectorFactory.create(), starts_on=dt.date(2026, 6, 1))
    draft.sections.filter(kind="brief").update(text="Calls come <b>late</b>")
    html = browser.get(page(draft, "show_changes")).content.decode()
    assert "Calls come <del>at noon</del><ins>&lt;b&gt;late&lt;/b&gt;</ins>" in html
    assert browser.get(page(version, "show_changes")).status_code == 403


def test_an_approved_version_is_read_only(browser: Browser) -> None:
    target = KpiTargetFactory.create()
    version = approve_in_place(target.version)
    shown = browser.get(page(version, "change"))
    assert shown.status_code == 200
    assert shown.context["has_change_permission"] is False
    assert browser.post(page(version, "change"), {"title": "Other"}).status_code == 403
    assert browser.post(page(version, "delete"), {"post": "yes"}).status_code == 403
    month = reverse("admin:strategy_kpitarget_change", args=[target.pk])
    assert browser.post(month, {"metric": "calls"}).status_code == 403
    assert KpiTarget.objects.count() == 1


def test_the_next_version_is_drafted_from_the_approved(browser: Browser) -> None:
    target = KpiTargetFactory.create()
    version = approve_in_place(target.version)
    response = browser.post(page(version, "start_next_version"), {"starts_on": "2026-06-01"})
    draft = StrategyVersion.objects.get(previous=version)
    assert response["Location"] == page(draft, "change")
    assert draft.targets.count() == 1


def test_a_draft_has_no_next_version(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    assert browser.get(page(version, "start_next_version")).status_code == 403


def test_a_second_primary_target_is_refused(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    second = {key.replace("-0-", "-1-"): value for key, value in CALLS.items()}
    rows = CALLS | second | {"targets-1-metric": "messages"}
    response = browser.post(page(version, "change"), parts_form(version, **rows))
    assert errors_of(response) == ["A strategy has one primary target."]
    assert not KpiTarget.objects.exists()


def test_a_changed_reason_is_no_longer_the_directors() -> None:
    target = KpiTargetFactory.create(
        metric="orders", reason="The shop has no phone", reason_by=UserFactory.create()
    )
    form = {
        "metric": "orders", "is_primary": "on", "reason": "We like it so", "period": "month",
        "owner": "shared", "tolerance": "0.2", "min_sample": "0",
        "months-TOTAL_FORMS": 0, "months-INITIAL_FORMS": 0,
    }  # fmt: skip
    address = reverse("admin:strategy_kpitarget_change", args=[target.pk])
    strategist = UserFactory.create(
        permissions=("strategy.change_kpitarget", "strategy.change_monthlytarget")
    )
    TeamMemberFactory.create(client=target.client, user=strategist)
    browser = Browser()
    browser.force_login(strategist)
    browser.post(address, form | {"reason": target.reason})
    target.refresh_from_db()
    assert target.reason_by is not None
    browser.post(address, form)
    target.refresh_from_db()
    assert (target.reason, target.reason_by_id) == ("We like it so", None)


def test_a_reason_that_a_director_saves_is_the_directors_word(browser: Browser) -> None:
    target = KpiTargetFactory.create(metric="orders")
    form = {
        "metric": "orders", "is_primary": "on", "reason": "The shop has no phone",
        "period": "month", "owner": "shared", "tolerance": "0.2", "min_sample": "0",
        "months-TOTAL_FORMS": 0, "months-INITIAL_FORMS": 0,
    }  # fmt: skip
    browser.post(reverse("admin:strategy_kpitarget_change", args=[target.pk]), form)
    target.refresh_from_db()
    assert target.reason_by is not None
    assert target.reason_by.sees_all_clients


def test_a_baseline_that_somebody_types_is_no_longer_measured(browser: Browser) -> None:
    target = KpiTargetFactory.create(
        baseline_value=12, baseline_on=dt.date(2026, 2, 28), baseline_days=90
    )
    form = {
        "metric": "calls", "is_primary": "on", "period": "month", "owner": "shared",
        "tolerance": "0.2", "min_sample": "0", "baseline_value": "12",
        "baseline_on": "2026-02-28", "months-TOTAL_FORMS": 0, "months-INITIAL_FORMS": 0,
    }  # fmt: skip
    address = reverse("admin:strategy_kpitarget_change", args=[target.pk])
    browser.post(address, form)
    target.refresh_from_db()
    assert target.baseline_days == 90
    browser.post(address, form | {"baseline_value": "15"})
    target.refresh_from_db()
    assert [target.baseline_value, target.baseline_days] == [15, None]
