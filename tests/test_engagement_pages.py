"""The matrix of who does what, and the steps of the results, as staff use them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import (
    BlockResult,
    Engagement,
    EngagementService,
    Package,
    Role,
    Service,
    User,
)
from clients.packages import apply_package
from clients.team import join_team
from tests.factories import (
    ContactFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    PublicationFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement() -> Engagement:
    made: Engagement = EngagementFactory.create(starts_on=dt.date(2026, 1, 1), ends_on=None)
    return made


@pytest.fixture
def director(client: Browser) -> Browser:
    client.force_login(DirectorFactory.create())
    return client


def work(engagement: Engagement, code: str, **facts: Any) -> EngagementService:
    row: EngagementService = EngagementServiceFactory.create(
        engagement=engagement, service=Service.objects.get(code=code), **facts
    )
    return row


def address(engagement: Engagement) -> str:
    return reverse("admin:clients_engagement_matrix", args=[engagement.pk])


def sent_form(browser: Browser, engagement: Engagement) -> dict[str, str]:
    """What the browser would send if nothing was changed."""
    response = browser.get(address(engagement), {"edit": "1"})
    data = {}
    for _block, forms in response.context["blocks"]:
        for form in forms:
            for bound in form:
                value = bound.value()
                if value not in (None, False):
                    data[bound.html_name] = "on" if value is True else str(value)
    return data


def member(engagement: Engagement, role: str) -> User:
    user: User = UserFactory.create()
    join_team(engagement.client, user, role=role, starts_on=dt.date(2026, 1, 1))
    return user


# --- The matrix ----------------------------------------------------------------------------------


def test_the_matrix_says_who_does_approves_and_pays(
    director: Browser, engagement: Engagement
) -> None:
    work(
        engagement, "writing", quantity=12, approver="client", payer="client",
        deadline_number=3, deadline_kind="working_days", deadline_after="material",
    )  # fmt: skip
    work(engagement, "stories", performer="third_party", quantity=8, is_extra=True)
    matrix = director.get(address(engagement)).context["matrix"]
    [(block, [line])] = matrix.blocks
    assert (block, line.name) == (
        "community management", "Writing publications from the client's material",
    )  # fmt: skip
    assert line.marks == [
        ("agency", True), ("client", False), ("third party", False), ("not done", False),
    ]  # fmt: skip
    assert (line.row.amount, line.row.deadline) == (
        "12 posts a month", "3 working days after the material came",
    )  # fmt: skip
    assert [extra.name for extra in matrix.extras] == ["Stories"]


def test_several_works_are_changed_at_once(director: Browser, engagement: Engagement) -> None:
    writing, stories = work(engagement, "writing"), work(engagement, "stories")
    kept = work(engagement, "rewrite", quantity=4)
    form = director.get(address(engagement), {"edit": "1"}).context["blocks"][0][1][0]
    assert [radio.data["value"] for radio in form["performer"]] == [
        "agency", "client", "third_party", "nobody",
    ]  # fmt: skip
    data = sent_form(director, engagement) | {
        f"row-{writing.pk}-quantity": "12", f"row-{writing.pk}-approver": "client",
        f"row-{stories.pk}-performer": "nobody", f"row-{stories.pk}-is_extra": "on",
        f"row-{stories.pk}-price": "900",
    }  # fmt: skip
    assert director.post(address(engagement), data).status_code == 302
    for row in (writing, stories, kept):
        row.refresh_from_db()
    assert (writing.quantity, writing.approver) == (Decimal(12), "client")
    assert (stories.performer, stories.is_extra, stories.price) == (
        "nobody", True, Decimal(900),
    )  # fmt: skip
    assert kept.quantity == 4


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("quantity", "-1", "Quantity: Ensure this value is greater than or equal to 0."),
        ("quantity", "much", "Quantity: Enter a number."),
        ("price", "-5", "Price: Ensure this value is greater than or equal to 0."),
        ("norm_hours", "-5", "Norm, hours: Ensure this value is greater than or equal to 0."),
        ("deadline_number", "3", "Deadline counts: Say what the number counts, or clear it."),
    ],
)
def test_what_is_wrong_is_said_by_row_and_field_and_nothing_is_saved(
    director: Browser, engagement: Engagement, field: str, value: str, said: str
) -> None:
    stories, writing = work(engagement, "stories", quantity=8), work(engagement, "writing")
    data = sent_form(director, engagement) | {
        f"row-{stories.pk}-{field}": value, f"row-{writing.pk}-quantity": "5",
    }  # fmt: skip
    response = director.post(address(engagement), data)
    assert response.context["problems"][0] == (stories.pk, f"Stories: {said}")
    writing.refresh_from_db()
    assert writing.quantity is None


def test_the_clients_own_material_is_not_given_away(
    director: Browser, engagement: Engagement
) -> None:
    photo = work(engagement, "photo", performer="client")
    money = work(engagement, "compensations", performer="client")
    data = sent_form(director, engagement) | {
        f"row-{row.pk}-performer": "agency" for row in (photo, money)
    }
    assert director.post(address(engagement), data).context["problems"] == [
        (photo.pk, "Photos: Who does it: Only the client can give this material: choose “client”."),
        (
            money.pk,
            "Decisions on compensations: Who does it: This work cannot be outsourced: it stays"
            " with the client.",
        ),
    ]
    photo.refresh_from_db()
    assert photo.performer == "client"


def test_a_row_that_somebody_changed_meanwhile_is_not_overwritten(
    director: Browser, engagement: Engagement
) -> None:
    stories, writing = work(engagement, "stories", quantity=8), work(engagement, "writing")
    data = sent_form(director, engagement)
    EngagementService.objects.filter(pk=stories.pk).update(quantity=6)
    mine = data | {f"row-{writing.pk}-quantity": "5"}
    assert director.post(address(engagement), mine).status_code == 302
    stories.refresh_from_db()
    assert stories.quantity == 6
    both = data | {f"row-{stories.pk}-quantity": "9"}
    response = director.post(address(engagement), both)
    assert [text for _pk, text in response.context["problems"]] == [
        "Stories: Somebody changed this row meanwhile: look at it again, then change it."
    ]
    stories.refresh_from_db()
    assert stories.quantity == 6


def test_a_row_that_was_removed_meanwhile_is_said(
    director: Browser, engagement: Engagement
) -> None:
    stories, writing = work(engagement, "stories"), work(engagement, "writing")
    data = sent_form(director, engagement) | {f"row-{writing.pk}-quantity": "5"}
    stories.delete()
    response = director.post(address(engagement), data, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "A service was removed meanwhile: look at the matrix again."
    ]
    writing.refresh_from_db()
    assert writing.quantity is None


def test_without_the_right_to_see_fees_there_is_no_price(
    client: Browser, engagement: Engagement
) -> None:
    row = work(engagement, "stories", price=Decimal("98765.43"))
    client.force_login(member(engagement, Role.ACCOUNT_MANAGER))
    pages = [
        client.get(address(engagement)), client.get(address(engagement), {"edit": "1"}),
        client.get(reverse("admin:clients_engagement_change", args=[engagement.pk])),
    ]  # fmt: skip
    assert [page.status_code for page in pages] == [200, 200, 200]
    shown = "".join(page.content.decode() for page in pages)
    assert [text for text in ("98765", "98,765", "98 765") if text in shown] == []
    data = sent_form(client, engagement)
    data |= {f"row-{row.pk}-price": "1", f"row-{row.pk}-quantity": "2"}
    client.post(address(engagement), data)
    row.refresh_from_db()
    assert (row.quantity, row.price) == (Decimal(2), Decimal("98765.43"))


def test_a_designer_looks_and_changes_nothing(client: Browser, engagement: Engagement) -> None:
    row = work(engagement, "stories")
    client.force_login(member(engagement, Role.DESIGNER))
    response = client.get(address(engagement), {"edit": "1"})
    assert (response.status_code, response.context["edit_url"]) == (200, "")
    assert "matrix" in response.context
    assert client.post(address(engagement), {f"row-{row.pk}-quantity": "2"}).status_code == 403


@pytest.mark.parametrize("role", [Role.CONTRACTOR, None])
def test_contractors_and_strangers_do_not_see_it(
    client: Browser, engagement: Engagement, role: str | None
) -> None:
    other = engagement if role else EngagementFactory.create()
    client.force_login(member(other, role or Role.ACCOUNT_MANAGER))
    assert client.get(address(engagement)).status_code in (403, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_the_matrix_takes_the_same_queries(
    director: Browser, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    engagement = EngagementFactory.create()
    for code in ("stories", "writing", "seeding")[:count]:
        work(engagement, code)
    with django_assert_num_queries(7):
        director.get(address(engagement))


def test_a_new_engagement_starts_with_its_package(director: Browser) -> None:
    package = Package.objects.get(code="management")
    engagement = EngagementFactory.create()
    form = {
        "client": engagement.client_id, "title": "SMM", "package": package.pk,
        "starts_on": "2026-01-01", "currency": "RUB", "review_rhythm": "month",
        "services-TOTAL_FORMS": 0, "services-INITIAL_FORMS": 0,
    }  # fmt: skip
    director.post(reverse("admin:clients_engagement_add"), form)
    made = Engagement.objects.get(title="SMM")
    assert made.services.get(service__code="stories").quantity == 8
    assert made.services.count() == Service.objects.count()


# --- Results -------------------------------------------------------------------------------------


def step_address(engagement: Engagement, block: str) -> str:
    page = reverse("admin:clients_engagement_move_result", args=[engagement.pk])
    return f"{page}?block={block}"


def results(browser: Browser, engagement: Engagement) -> dict[str, Any]:
    page = reverse("admin:clients_engagement_change", args=[engagement.pk])
    return {line.result.block: line for line in browser.get(page).context["results"]}


def test_the_engagement_shows_four_results_and_what_the_facts_say(
    director: Browser, engagement: Engagement
) -> None:
    today = engagement.client.today()
    version = StrategyVersionFactory.create(
        client=engagement.client, starts_on=today, ends_on=today + dt.timedelta(days=90)
    )
    approve_in_place(version)
    found = results(director, engagement)
    assert {block: line.result.state for block, line in found.items()} == dict.fromkeys(
        ("creation", "strategy", "management", "promotion"), "not_begun"
    )
    assert found["strategy"].suggestion == (
        "handed_over", "An approved version rules: the strategy can be handed over.",
    )  # fmt: skip
    assert found["creation"].suggestion is None
    assert not BlockResult.objects.exists()


def test_a_result_is_accepted_by_a_contact(director: Browser, engagement: Engagement) -> None:
    contact = ContactFactory.create(client=engagement.client, name="Olga Nowak")
    page = step_address(engagement, "strategy")
    for seen, to in (("not_begun", "in_work"), ("in_work", "handed_over")):
        assert director.post(page, {"seen": seen, "to": to}).status_code == 302
    response = director.post(page, {"seen": "handed_over", "to": "accepted"})
    assert response.context["form"].errors == {
        "accepted_by": ["Say who of the client accepted it, and when."]
    }
    day = engagement.client.today()
    data = {
        "seen": "handed_over", "to": "accepted", "accepted_on": day.isoformat(),
        "accepted_by": contact.pk,
    }  # fmt: skip
    assert director.post(page, data).status_code == 302
    row = BlockResult.objects.get()
    assert (row.state, row.accepted_on, row.accepted_by_name) == ("accepted", day, "Olga Nowak")
    assert director.post(page, data | {"to": "returned"}).status_code == 200
    assert row.moves.count() == 3


def test_contacts_of_others_are_not_offered(director: Browser, engagement: Engagement) -> None:
    BlockResult.objects.create(engagement=engagement, block="strategy", state="handed_over")
    own = ContactFactory.create(client=engagement.client)
    ContactFactory.create()
    form = director.get(step_address(engagement, "strategy")).context["form"]
    assert list(form.fields["accepted_by"].queryset) == [own]


def test_a_strategist_reads_results_and_moves_none(client: Browser, engagement: Engagement) -> None:
    client.force_login(member(engagement, Role.STRATEGIST))
    assert {line.url for line in results(client, engagement).values()} == {""}
    assert client.get(step_address(engagement, "strategy")).status_code == 403


def test_an_unknown_block_is_not_found(director: Browser, engagement: Engagement) -> None:
    assert director.get(step_address(engagement, "rubbish")).status_code == 404


def test_the_clients_page_says_how_far_the_results_are(
    director: Browser, engagement: Engagement
) -> None:
    BlockResult.objects.create(
        engagement=engagement, block="strategy", state="accepted",
        accepted_on=dt.date(2026, 3, 2), accepted_by_name="Olga Nowak",
    )  # fmt: skip
    page = director.get(reverse("admin:clients_client_overview", args=[engagement.client_id]))
    [section] = [one for one in page.context["sections"] if one.key == "blocks"]
    assert [line.accepted for line in section.data] == [
        "", "accepted on 03/02/2026 by Olga Nowak", "", "",
    ]  # fmt: skip


# --- Agreed and done -----------------------------------------------------------------------------


def test_the_matrix_counts_what_is_done(director: Browser, engagement: Engagement) -> None:
    apply_package(engagement)
    today = engagement.client.today()
    at = dt.datetime.combine(today, dt.time(), tzinfo=engagement.client.zone)
    row = engagement.services.get(service__code="stories")
    row.quantity = Decimal(1)
    row.save()
    for _ in range(3):
        PublicationFactory.create(
            post__client=engagement.client, post__format="story", state="sent",
            planned_at=at, sent_at=at,
        )  # fmt: skip
    matrix = director.get(address(engagement)).context["matrix"]
    lines = {line.row.service.code: line for _block, lines in matrix.blocks for line in lines}
    assert lines["stories"].counts == ("3", "", "2", "this month")
    assert lines["publishing"].counts == ("0", "", "", "this month")
    assert lines["comments"].counts == ("", "", "", "")


def test_what_two_agreements_hold_is_charged_to_neither(
    director: Browser, engagement: Engagement
) -> None:
    other = EngagementFactory.create(client=engagement.client, starts_on=dt.date(2026, 1, 1))
    ended = EngagementFactory.create(
        client=engagement.client, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 1, 2)
    )
    for code, another in (("stories", other), ("publishing", ended)):
        work(engagement, code, quantity=Decimal(1))
        work(another, code, quantity=Decimal(2))
    work(engagement, "writing", quantity=Decimal(1))
    work(other, "writing", performer="client")
    at = dt.datetime.combine(engagement.client.today(), dt.time(), tzinfo=engagement.client.zone)
    for _ in range(3):
        PublicationFactory.create(
            post__client=engagement.client, post__format="story", state="sent",
            planned_at=at, sent_at=at,
        )  # fmt: skip
    response = director.get(address(engagement))
    [(_block, lines)] = response.context["matrix"].blocks
    assert {line.row.service.code: (line.counts[:3], line.is_shared) for line in lines} == {
        "stories": (("3", "", ""), True),
        "publishing": (("0", "1", ""), False),
        "writing": (("0", "1", ""), False),
    }
    said = "the client's total: another engagement holds this work, too"
    assert response.content.decode().count(said) == 1
