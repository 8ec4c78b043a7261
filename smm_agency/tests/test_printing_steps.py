"""The strategy on paper, from its page in the admin."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from strategy.models import CompetitorAnalysis, StrategyVersion, VersionState
from tests.factories import (
    NOON,
    DecisionFactory,
    DirectorFactory,
    KpiReviewFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    UserFactory,
    VersionDocumentFactory,
    approve_in_place,
    complete_draft,
)
from tests.pdf import count_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def page(version: StrategyVersion, name: str) -> str:
    return reverse(f"admin:strategy_strategyversion_{name}", args=[version.pk])


def ready_draft() -> StrategyVersion:
    """It may be sent on whatever day this is."""
    version = complete_draft()
    CompetitorAnalysis.objects.update(analysed_on=version.client.today())
    return version


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_draft_is_printed_as_it_stands_and_nothing_is_kept(browser: Browser) -> None:
    version = StrategyVersionFactory.create(client__name="House", client__language="en")
    response = browser.get(page(version, "print_version"))
    assert count_pages(content(response)) >= 3
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/pdf", 'attachment; filename="Strategy v1 House.pdf"',
    )  # fmt: skip
    assert not version.documents.exists()


def test_what_was_sent_is_given_as_it_was(browser: Browser) -> None:
    version = StrategyVersionFactory.create(state=VersionState.ON_APPROVAL)
    VersionDocumentFactory.create(version=version, content=b"%PDF- as sent")
    assert content(browser.get(page(version, "print_version"))) == b"%PDF- as sent"


def test_sending_keeps_the_paper(browser: Browser) -> None:
    version = ready_draft()
    browser.post(page(version, "send_version"))
    version.refresh_from_db()
    paper = version.documents.get()
    assert (version.state, paper.kind, paper.made_by, paper.made_at) == (
        "sent", "printed", version.sent_by, version.sent_at,
    )  # fmt: skip
    assert count_pages(bytes(paper.content)) > 3


def test_without_its_paper_a_version_is_not_sent(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = ready_draft()

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("no paper")

    monkeypatch.setattr("smm_agency.admin.printing_steps.keep_printed", fail)
    with pytest.raises(RuntimeError, match="no paper"):
        browser.post(page(version, "send_version"))
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_only_who_may_see_the_papers_prints() -> None:
    version = StrategyVersionFactory.create()
    browser = Browser()
    for permissions, status in (
        (("strategy.view_strategyversion",), 403),
        (("strategy.view_strategyversion", "strategy.view_versiondocument"), 200),
    ):
        user = UserFactory.create(permissions=permissions)
        TeamMemberFactory.create(client=version.client, user=user, role="designer")
        user.groups.clear()
        browser.force_login(user)
        assert browser.get(page(version, "print_version")).status_code == status


def test_who_is_not_in_the_team_finds_nothing_to_print() -> None:
    version = StrategyVersionFactory.create()
    browser = Browser()
    browser.force_login(
        UserFactory.create(
            permissions=("strategy.view_strategyversion", "strategy.view_versiondocument")
        )
    )
    assert browser.get(page(version, "print_version")).status_code == 404


def test_the_page_of_changes_names_what_caused_the_version(browser: Browser) -> None:
    version = approve_in_place(StrategyVersionFactory.create())
    later = StrategyVersionFactory.create(client=version.client, previous=version)
    decision = DecisionFactory.create(flag__client=version.client, next_version=later)
    review = KpiReviewFactory.create(
        engagement=version.engagement, next_version=later, figures={}, closed_at=NOON
    )
    causes = browser.get(page(later, "show_changes")).context["causes"]
    assert [url for url, _words in causes] == [
        reverse("admin:kpi_flag_change", args=[decision.flag.pk]),
        reverse("admin:kpi_kpireview_change", args=[review.pk]),
    ]
    assert [words.split(":")[0] for _url, words in causes] == [
        "Flag of March 11, 2026",
        "KPI review of Feb. 1, 2026 – Feb. 28, 2026",
    ]
