"""What a client reads of audits: finished ones that are shown, and nothing of the inside."""

import datetime as dt
from typing import Any

import pytest
from django.template import engines
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.models import Audit
from communities.portal_audits import shown_audits, what_changed
from smm_agency.lib.row_security import reading_as_client
from tests.factories import (
    AuditFactory,
    AuditReportFactory,
    AuditScoreFactory,
    CommunityFactory,
    PortalAccessFactory,
    RedesignFactory,
    UserFactory,
    finish_in_place,
)

pytestmark = pytest.mark.django_db


def add_audit(profile: Any, number: int = 1, *, is_shown: bool = True, **fields: Any) -> Audit:
    """One criterion, judged by its number; finished."""
    owner = UserFactory.create(first_name="SECRET")
    audit = AuditFactory.create(
        profile=profile, number=number, verdict=f"Verdict {number}", internal_note="SECRET",
        conducted_by=owner, conducted_on=dt.date(2026, 3, number), **fields,
    )  # fmt: skip
    AuditScoreFactory.create(
        audit=audit, code="menu", title_en="Menu", title_ru="Menu", score=number - 1, owner=owner,
        finding=f"Finding {number}", recommendation="Mend", priority="now", lacking="SECRET",
    )  # fmt: skip
    return finish_in_place(audit, is_shown=is_shown)


@pytest.fixture
def community() -> Any:
    return CommunityFactory.create(profile__client__language="en", profile__title="House page")


@pytest.fixture
def guest(community: Any) -> Browser:
    browser = Browser()
    browser.force_login(PortalAccessFactory.create(client=community.client).user)
    return browser


def address(client: Client, rest: str = "") -> str:
    return f"/portal/{client.pk}/audits/{rest}"


def test_list_shows_finished_audits_that_are_shown(guest: Browser, community: Any) -> None:
    first = add_audit(community.profile)
    second = add_audit(community.profile, 2, previous=first)
    add_audit(community.profile, 3, is_shown=False)
    AuditFactory.create(profile=community.profile, number=4)
    audits = guest.get(address(community.client)).context["audits"]
    assert [(row.pk, row.share, row.previous_share) for row in audits] == [
        (second.pk, "50 %", "0 %"),
        (first.pk, "0 %", ""),
    ]


def test_client_without_audits_reads_so(guest: Browser, community: Any) -> None:
    text = guest.get(address(community.client)).content.decode()
    assert "There is no audit yet." in text


def test_page_of_an_audit_tells_findings_and_nothing_internal(
    guest: Browser, community: Any
) -> None:
    audit = add_audit(community.profile)
    RedesignFactory.create(audit=audit, title="Spring", started_by=UserFactory.create())
    text = guest.get(address(community.client, f"{audit.pk}/")).content.decode()
    told = ("Verdict 1", "Finding 1", "Mend", "Menu", "Spring", "House page")
    assert [words for words in told if words not in text] == []
    assert "SECRET" not in text


@pytest.mark.parametrize("rest", ["", "document/"])
def test_what_is_not_shown_is_not_found(guest: Browser, community: Any, rest: str) -> None:
    hidden = add_audit(community.profile, is_shown=False)
    AuditReportFactory.create(audit=hidden)
    draft = AuditFactory.create(profile=community.profile, number=2)
    answers = {
        guest.get(address(community.client, f"{audit.pk}/{rest}")).status_code
        for audit in (hidden, draft)
    }
    assert answers == {404}


@pytest.mark.parametrize("rest", ["", "document/"])
def test_audit_of_another_client_is_not_found(guest: Browser, community: Any, rest: str) -> None:
    foreign = add_audit(CommunityFactory.create().profile)
    AuditReportFactory.create(audit=foreign)
    assert guest.get(address(community.client, f"{foreign.pk}/{rest}")).status_code == 404


def test_paper_is_the_one_that_was_kept(guest: Browser, community: Any) -> None:
    audit = add_audit(community.profile)
    AuditReportFactory.create(audit=audit, content=b"%PDF-1.7 kept", file_name="Audit.pdf")
    response = guest.get(address(community.client, f"{audit.pk}/document/"))
    assert (response.content, response["Content-Type"], response["Content-Disposition"]) == (
        b"%PDF-1.7 kept", "application/pdf", 'attachment; filename="Audit.pdf"',
    )  # fmt: skip


def test_reaudit_tells_what_changed(community: Any) -> None:
    first = add_audit(community.profile)
    second = add_audit(community.profile, 2, previous=first)
    with reading_as_client(community.client.pk):
        blocks = what_changed(community.client, second.pk)
    table: Any = blocks[1]
    assert table.total == ["Overall", "0 %", "50 %", "+1"]


def test_reaudit_of_a_hidden_audit_tells_no_before(community: Any) -> None:
    first = add_audit(community.profile, is_shown=False)
    second = add_audit(community.profile, 2, previous=first)
    with reading_as_client(community.client.pk):
        assert what_changed(community.client, second.pk) == []
        assert shown_audits(community.client)[0].previous_share == ""


def test_part_of_a_communitys_page_is_of_that_community(community: Any) -> None:
    add_audit(community.profile)
    other = CommunityFactory.create(profile__client=community.client)
    page = engines["django"].from_string('{% include "portal/_community_audits.html" %}')
    with reading_as_client(community.client.pk):
        told, silent = (
            page.render({"community": row, "client": community.client})
            for row in (community, other)
        )
    assert ("House page" in told, "SECRET" in told, silent.strip()) == (True, False, "")


@pytest.mark.parametrize("audits", [1, 3])
def test_list_asks_as_often_for_many(
    community: Any, audits: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, audits + 1):
        add_audit(community.profile, number)
    with reading_as_client(community.client.pk), django_assert_num_queries(1):
        assert len(shown_audits(community.client)) == audits
