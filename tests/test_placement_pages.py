"""Pages of placements and of publisher pages: forms, steps, several at once, the register."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from promotion.models import Placement, PlacementFact, PlacementMove, PublisherCard
from tests.factories import (
    DAY,
    CampaignFactory,
    ChannelBudgetFactory,
    ClientFactory,
    CreativeFactory,
    DirectorFactory,
    PlacementFactFactory,
    PlacementFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
    PublisherCardFactory,
    PublisherPriceFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

OUT = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
MOMENT = "%Y-%m-%dT%H:%M"


@pytest.fixture
def client() -> Client:
    row: Client = ClientFactory.create(time_zone="Europe/Moscow")
    return row


def director() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def specialist(client: Client) -> Browser:
    person = UserFactory.create(is_staff=True)
    person.groups.add(Group.objects.get(name="Paid Social"))
    TeamMemberFactory.create(client=client, user=person, role="paid_social")
    browser = Browser()
    browser.force_login(person)
    return browser


def placement(client: Client, **fields: Any) -> Placement:
    page = ProfileFactory.create(
        client=client, relation="publisher", external_id="1001", title="Coffee and cats"
    )
    ProfileSnapshotFactory.create(profile=page, date=DAY, followers=900)
    given = {
        "campaign__client": client, "campaign__starts_on": dt.date(2026, 3, 1),
        "starts_on": dt.date(2026, 3, 10), "title": "Ours", "publisher": page, "state": "candidate",
        "erid": "2Vtz-1", "advertiser": "Bakery LLC, 7707083893",
    }  # fmt: skip
    row: Placement = PlacementFactory.create(**(given | fields))
    return row


def address(row: Any, step: str = "change") -> str:
    name = f"promotion_{row._meta.model_name}"
    if step == "change":
        return reverse(f"admin:{name}_change", args=[row.pk])
    return f"{reverse(f'admin:{name}_changelist')}{row.pk}/{step}/"


def sent(row: Placement, **fields: Any) -> dict[str, Any]:
    """What the form of an unbooked placement sends."""
    whole = {
        "seen": row.state, "campaign": row.campaign_id, "title": row.title, "format": row.format,
        "publisher": row.publisher_id or "", "starts_on": row.starts_on, "ends_on": "",
        "planned_at": "", "price": row.price or "", "currency": row.currency, "vat": row.vat,
        "vat_rate": "", "utm_content": "", "invite_link": "", "is_ad": "on", "note": "",
    }  # fmt: skip
    return whole | fields


def errors_of(browser: Browser, row: Placement, **fields: Any) -> dict[str, list[str]]:
    before = Placement.objects.filter(pk=row.pk).values().get()
    response = browser.post(address(row), sent(row, **fields))
    assert response.status_code == 200
    assert Placement.objects.filter(pk=row.pk).values().get() == before
    errors: dict[str, list[str]] = response.context["adminform"].form.errors
    return {name: list(each) for name, each in errors.items()}


# --- The form ------------------------------------------------------------------------------------


def test_form_keeps_what_is_typed_by_the_clients_clock(client: Client) -> None:
    row = placement(client)
    response = director().post(
        address(row), sent(row, planned_at="2026-03-12T15:00", price="3000", vat="free")
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    row.refresh_from_db()
    assert row.planned_at == dt.datetime(2026, 3, 12, 12, 0, tzinfo=dt.UTC)
    assert (row.price, row.vat) == (Decimal("3000.00"), "free")


def test_new_placement_takes_the_clock_of_its_campaign(client: Client) -> None:
    row = placement(client)
    body = sent(row, title="Another", planned_at="2026-03-12T15:00", seen="")
    response = director().post(reverse("admin:promotion_placement_add"), body)
    assert response.status_code == 302, response.context["adminform"].form.errors
    made = Placement.objects.get(title="Another")
    assert (made.state, made.client) == ("candidate", client)
    assert made.planned_at == dt.datetime(2026, 3, 12, 12, 0, tzinfo=dt.UTC)


def test_form_refuses_a_negative_price(client: Client) -> None:
    assert errors_of(director(), placement(client), price="-1") == {
        "price": ["Ensure this value is greater than or equal to 0."]
    }


def test_form_refuses_days_outside_the_campaign(client: Client) -> None:
    assert errors_of(director(), placement(client), starts_on="2026-02-28") == {
        "starts_on": [
            "Feb. 28, 2026 is before the campaign begins (March 1, 2026): choose a day of the"
            " campaign, or let the campaign begin earlier."
        ]
    }


def test_form_names_a_page_that_is_no_publishers(client: Client) -> None:
    own = ProfileFactory.create(client=client, title="Our page")
    assert errors_of(director(), placement(client), publisher=own.pk) == {
        "publisher": ["“Our page” is no publisher's page: choose one of the register."]
    }


def test_form_refuses_another_clients_page(client: Client) -> None:
    other = ProfileFactory.create(relation="publisher")
    said = errors_of(director(), placement(client), publisher=other.pk)
    assert list(said) == ["publisher"]


def test_form_refuses_a_creative_of_another_campaign(client: Client) -> None:
    creative = CreativeFactory.create(campaign=CampaignFactory.create(client=client))
    assert errors_of(director(), placement(client), creative=creative.pk) == {
        "creative": ["This creative belongs to another campaign."]
    }


def test_form_of_a_state_that_is_gone_is_refused(client: Client) -> None:
    assert errors_of(director(), placement(client), seen="checked") == {
        "__all__": ["It is “candidate” by now: open the page again and look."]
    }


@pytest.mark.parametrize("state", ["approved", "booked"])
def test_terms_that_the_client_approved_stand(client: Client, state: str) -> None:
    row = placement(client, state=state, price=Decimal(3000), vat="free")
    other = ProfileFactory.create(client=client, relation="publisher")
    director().post(
        address(row), sent(row, price="1", currency="EUR", publisher=other.pk, title="Renamed")
    )
    row.refresh_from_db()
    assert (row.title, row.price, row.currency) == ("Renamed", Decimal(3000), "RUB")
    assert row.publisher is not None
    assert row.publisher.title == "Coffee and cats"


def test_page_is_given_to_what_was_booked_without_one(client: Client) -> None:
    row = placement(client, state="paid", campaign__kind="seeding")
    page = row.publisher
    Placement.objects.update(publisher=None)
    row.publisher = None
    assert page is not None
    assert director().post(address(row), sent(row, publisher=page.pk)).status_code == 302
    row.refresh_from_db()
    assert row.publisher == page


def test_override_stays_when_a_booked_placement_is_changed(client: Client) -> None:
    row = placement(client, state="booked", price=Decimal(1), vat="free", despite_verdict="So.")
    assert specialist(client).post(address(row), sent(row, title="Renamed")).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.despite_verdict) == ("Renamed", "So.")


def published(client: Client, **fields: Any) -> Placement:
    given = {"state": "published", "url": "https://vk.com/wall-1001_7", "published_at": OUT}
    return placement(client, **(given | fields))


def test_form_refuses_a_removal_before_the_publication(client: Client) -> None:
    said = errors_of(
        director(),
        row := published(client),
        url=row.url,
        published_at="2026-03-10T12:00",
        removed_at="2026-03-10T11:00",
    )
    assert said == {"__all__": ["It cannot be removed before it was published."]}


def test_form_refuses_the_link_of_another_placement(client: Client) -> None:
    first = published(client)
    second = PlacementFactory.create(
        campaign=first.campaign, publisher=first.publisher, starts_on=first.starts_on,
        published_at=OUT, url="https://vk.com/wall-1001_8",
    )  # fmt: skip
    said = errors_of(director(), second, url=first.url, published_at="2026-03-10T12:00")
    assert said == {"__all__": ["Another placement of the client has this link."]}


def never(client: Client) -> PublisherCard:
    card: PublisherCard = PublisherCardFactory.create(
        profile__client=client, profile__title="Bots", verdict="never", verdict_reason="Bots.",
        verdict_on=dt.date(2026, 3, 1),
    )  # fmt: skip
    return card


SAID_NEVER = (
    "“Bots” has the verdict “never again” of March 1, 2026: Bots. Choose another page; a director"
    " may place here all the same, with a reason."
)


def test_page_judged_never_takes_no_new_placement(client: Client) -> None:
    card = never(client)
    row = placement(client)
    for browser in (director(), specialist(client)):
        assert errors_of(browser, row, publisher=card.profile_id) == {"publisher": [SAID_NEVER]}


def test_only_a_director_places_there_all_the_same(client: Client) -> None:
    card = never(client)
    row = placement(client)
    given = {"publisher": card.profile_id, "despite": "The only one in town."}
    assert errors_of(specialist(client), row, **given) == {
        "despite": ["Only a director may place here in spite of the verdict."],
        "publisher": [SAID_NEVER],
    }
    assert director().post(address(row), sent(row, **given)).status_code == 302
    row.refresh_from_db()
    assert (row.publisher, row.despite_verdict) == (card.profile, "The only one in town.")


def test_director_lets_an_approved_placement_through(client: Client) -> None:
    card = never(client)
    row = placement(client, state="approved", publisher=card.profile, price=Decimal(1), vat="free")
    body = sent(row, despite="The only one in town.")
    assert director().post(address(row), body).status_code == 302
    row.refresh_from_db()
    assert row.despite_verdict == "The only one in town."


# --- Once it is out ------------------------------------------------------------------------------

OUT_SENT = {"url": "https://vk.com/wall-1001_7", "published_at": "2026-03-10T12:00"}
PAPERS_SENT = {"erid": "2Vtz-1", "advertiser": "Bakery LLC, 7707083893"}


def errors_once_out(row: Placement, **fields: Any) -> dict[str, list[str]]:
    return errors_of(director(), row, **(OUT_SENT | PAPERS_SENT | fields))


@pytest.mark.parametrize("state", ["published", "collected", "closed"])
def test_link_and_time_of_what_is_out_stay(client: Client, state: str) -> None:
    row = published(client, state=state)
    assert errors_once_out(row, url="", published_at="") == {
        "url": ["Paste the link of the post itself."],
        "published_at": ["Give the time it was published."],
    }


def test_publication_before_the_campaign_is_refused(client: Client) -> None:
    assert errors_once_out(published(client), published_at="2026-02-28T12:00") == {
        "published_at": [
            "Feb. 28, 2026 is before the campaign begins (March 1, 2026): choose a day of the"
            " campaign, or let the campaign begin earlier."
        ]
    }


def test_publication_after_the_campaign_is_kept_with_a_warning(client: Client) -> None:
    row = published(client, campaign__ends_on=dt.date(2026, 3, 20))
    body = sent(row, **(OUT_SENT | PAPERS_SENT | {"published_at": "2026-03-21T12:00"}))
    response = director().post(address(row), body, follow=True)
    said = [str(each) for each in response.context["messages"]]
    assert (
        "It was published on March 21, 2026, after the campaign's last day (March 20, 2026): look"
        " at the day, or let the campaign end later."
    ) in said
    row.refresh_from_db()
    assert row.published_at == dt.datetime(2026, 3, 21, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("state", ["booked", "published"])
def test_payment_to_come_is_refused(client: Client, state: str) -> None:
    row = published(client, state=state)
    assert errors_once_out(row, paid_on="2999-01-01") == {"paid_on": ["This day is still to come."]}


def test_papers_of_advertising_that_is_out_stay(client: Client) -> None:
    row = published(client)
    assert errors_once_out(row, advertiser="") == {
        "__all__": ["Advertising names its advertiser: enter the name and the tax number."]
    }
    assert errors_once_out(row, is_ad="") == {
        "__all__": ["It went out as advertising, and the law asks for its papers: it stays so."]
    }


def test_what_lacked_before_holds_up_no_other_change(client: Client) -> None:
    row = published(client, erid="")
    body = sent(row, **(OUT_SENT | PAPERS_SENT | {"erid": "", "note": "Seen."}))
    assert director().post(address(row), body).status_code == 302
    row.refresh_from_db()
    assert row.note == "Seen."


def test_money_does_not_move_into_a_month_without_by_the_form(client: Client) -> None:
    row = published(client, price=Decimal(3000), vat="free")
    ChannelBudgetFactory.create(
        client=client, month=dt.date(2026, 4, 1), amount=Decimal(100), vat="free"
    )
    said = errors_once_out(row, published_at="2026-04-02T12:00")["__all__"]
    assert "for April 2026: 100 RUB of 100 RUB is left" in said[0].replace("\xa0", " ")


# --- Steps ---------------------------------------------------------------------------------------


def test_step_is_made_by_its_button(client: Client) -> None:
    row = placement(client, state="checked")
    body = {"seen": "checked", "price": "3000", "currency": "RUB", "vat": "free", "vat_rate": ""}
    response = specialist(client).post(address(row, "to-negotiated"), body)
    assert response.status_code == 302, response.context["form"].errors
    row.refresh_from_db()
    assert (row.state, row.price) == ("negotiated", Decimal(3000))


def test_step_of_a_state_that_is_gone_says_so(client: Client) -> None:
    row = placement(client, state="negotiated", price=Decimal(1), vat="free")
    response = director().post(address(row, "to-cancelled"), {"seen": "checked", "reason": "so"})
    assert list(response.context["form"].non_field_errors()) == [
        "It is “negotiated” by now: open the page again and look."
    ]


def test_publication_is_told_by_the_clients_clock(client: Client) -> None:
    row = placement(client, state="paid")
    body = {
        "seen": "paid",
        "url": "https://vk.com/wall-1001_7",
        "published_at": "2026-03-10T12:00",
    }
    response = director().post(address(row, "to-published"), body)
    assert response.status_code == 302, response.context["form"].errors
    row.refresh_from_db()
    assert row.published_at == OUT


def test_step_that_cannot_be_is_not_offered(client: Client) -> None:
    row = placement(client)
    assert director().get(address(row, "to-published")).status_code == 403
    shown = director().get(address(row)).content.decode()
    assert ("to-checked" in shown, "to-published" in shown) == (True, False)


def test_booking_is_taken_back_with_a_reason(client: Client) -> None:
    row = placement(client, state="booked", price=Decimal(1), vat="free", booked_at=OUT)
    shown = director().get(address(row)).content.decode()
    assert ("to-back" in shown, "to-approved" in shown) == (True, False)
    body = {"seen": "booked", "reason": "Another price."}
    assert director().post(address(row, "to-back"), body).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.booked_at) == ("approved", None)


def test_strangers_make_no_step(client: Client) -> None:
    row = placement(client)
    response = specialist(ClientFactory.create()).post(
        address(row, "to-checked"), {"seen": "candidate"}
    )
    assert response.status_code in (403, 404)
    row.refresh_from_db()
    assert row.state == "candidate"


def test_several_are_moved_and_refusals_are_said_by_row(client: Client) -> None:
    good = placement(client, title="Good")
    bad = PlacementFactory.create(campaign=good.campaign, title="Bad", state="candidate")
    gone = PlacementFactory.create(
        campaign=good.campaign, title="Gone", state="candidate", publisher=good.publisher
    )
    body = {
        "action": "move_several", "_selected_action": [good.pk, bad.pk, gone.pk], "to": "checked",
        f"seen-{good.pk}": "candidate", f"seen-{bad.pk}": "candidate",
        f"seen-{gone.pk}": "approved",
    }  # fmt: skip
    response = director().post(reverse("admin:promotion_placement_changelist"), body, follow=True)
    said = sorted(str(each) for each in response.context["messages"])
    assert said == [
        "1 was moved.",
        "Bad: Choose the publisher page first.",
        "Gone: It is “candidate” by now: open the page again and look.",
    ]
    assert list(PlacementMove.objects.values_list("placement", "new")) == [(good.pk, "checked")]


# --- Figures -------------------------------------------------------------------------------------


def test_figures_are_typed_in_with_a_step(client: Client) -> None:
    row = published(client)
    body = {"slot": "24h", "measured_at": "2026-03-11T12:00", "views": "900", "joined": "0"}
    response = specialist(client).post(address(row, "facts"), body)
    assert response.status_code == 302, response.context["form"].errors
    [fact] = PlacementFact.objects.all()
    assert (fact.views, fact.joined, fact.clicks, fact.source) == (900, 0, None, "hand")


def test_impossible_figures_are_said_by_field(client: Client) -> None:
    row = published(client)
    body = {"slot": "7d", "measured_at": "2026-03-17T12:00", "joined": "5", "left": "6"}
    response = director().post(address(row, "facts"), body)
    assert response.context["form"].errors == {
        "left": ["More left than joined (5): look at the two numbers."]
    }
    assert PlacementFact.objects.count() == 0


def test_page_shows_costs_with_their_formula(client: Client) -> None:
    row = published(client, price=Decimal(3000), vat="free")
    PlacementFactFactory.create(placement=row, slot="24h", views=1000, clicks=50, joined=30)
    PlacementFactFactory.create(placement=row, slot="7d", left=5)
    ratios = director().get(address(row)).context["ratios"]
    assert [(str(each.title), each.value.replace("\xa0", " ")) for each in ratios] == [
        ("a thousand views", "3,000 RUB"),
        ("a click", "60 RUB"),
        ("clicks of views", "5 %"),
        ("who joined", "100 RUB"),
        ("who stayed", "120 RUB"),
    ]


# --- The register --------------------------------------------------------------------------------


def card_of(client: Client, **fields: Any) -> PublisherCard:
    page = ProfileFactory.create(client=client, relation="publisher", title="Coffee and cats")
    card: PublisherCard = PublisherCardFactory.create(profile=page, **fields)
    return card


def test_page_is_added_by_its_link(client: Client) -> None:
    body = {"client": client.pk, "address": "https://vk.com/club1001"}
    add = f"{reverse('admin:promotion_publishercard_changelist')}page/"
    response = specialist(client).post(add, body)
    assert response.status_code == 302, response.context["form"].errors
    assert PublisherCard.objects.get().profile.external_id == "1001"
    again = specialist(client).post(add, body)
    assert again.context["form"].errors == {"address": ["“1001” is here already."]}


def test_verdict_is_given_with_the_numbers_behind_it(client: Client) -> None:
    card = card_of(client)
    row = PlacementFactory.create(
        campaign__client=client, publisher=card.profile, price=Decimal(3000), vat="free"
    )
    PlacementFactFactory.create(placement=row, slot="7d", joined=30, left=10)
    browser = specialist(client)
    shown = browser.get(address(card, "verdict")).context["explanation"].replace("\xa0", " ")
    assert shown.splitlines()[:3] == [
        "1 placement went out.",
        "Who joined: 100 RUB (sum of prices ÷ joined, of 1 with both).",
        "Who stayed: 150 RUB (sum of prices ÷ (joined − left within 7 days), of 1 with both).",
    ]
    body = {"seen": "", "verdict": "repeat", "reason": "Cheap."}
    assert browser.post(address(card, "verdict"), body).status_code == 302
    card.refresh_from_db()
    assert (card.verdict, card.verdict_reason) == ("repeat", "Cheap.")


def test_costs_in_two_currencies_are_not_summed(client: Client) -> None:
    card = card_of(client)
    for currency in ("RUB", "EUR"):
        row = PlacementFactory.create(
            campaign__client=client, publisher=card.profile, price=Decimal(3), currency=currency
        )
        PlacementFactFactory.create(placement=row, joined=30)
    assert director().get(address(card)).context["numbers"] == [
        "2 placements went out.",
        "Their prices are in several currencies or unknown: costs are not summed.",
    ]


def test_figures_need_their_day(client: Client) -> None:
    card = card_of(client)
    body = {"err24": "12.5", "prices-TOTAL_FORMS": "0", "prices-INITIAL_FORMS": "0"}
    response = director().post(address(card), body)
    assert response.context["adminform"].form.errors == {
        "__all__": ["Give the day of ERR24 and of the reach."]
    }


def test_register_is_exported_without_formulas(client: Client) -> None:
    card = card_of(client, subject="=1+1", admin_contact="@boss", err24=Decimal("12.50"),
                   told_on=dt.date(2026, 3, 1))  # fmt: skip
    ProfileSnapshotFactory.create(profile=card.profile, date=dt.date(2026, 3, 9), followers=9000)
    PublisherPriceFactory.create(card=card, price=Decimal(2500), since=dt.date(2026, 1, 1))
    PublisherPriceFactory.create(card=card, price=Decimal(3000), since=dt.date(2026, 3, 1))
    card_of(ClientFactory.create())
    export = f"{reverse('admin:promotion_publishercard_changelist')}export/"
    answer = specialist(client).get(export).content
    header, *rows = load_workbook(BytesIO(answer)).worksheets[0].iter_rows()
    [row] = rows
    line = dict(zip([cell.value for cell in header], row, strict=True))
    assert (line["Subject"].value, line["Subject"].data_type) == ("'=1+1", "s")
    assert (line["Who to write to"].value, line["Subscribers"].value) == ("'@boss", 9000)
    assert line["ERR24, %"].value == 12.5
    assert (
        str(line["Last prices"].value).replace("\xa0", " ") == "1/24: 3,000 RUB, VAT is not stated"
    )


@pytest.mark.parametrize("pages", [1, 3])
def test_register_asks_as_often_for_many_pages(
    client: Client, pages: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(pages):
        card = card_of(client)
        PublisherPriceFactory.create(card=card)
        ProfileSnapshotFactory.create(profile=card.profile, followers=9)
    browser = director()
    with django_assert_num_queries(9):
        browser.get(reverse("admin:promotion_publishercard_changelist"))


@pytest.mark.parametrize("moves", [1, 3])
def test_placement_asks_as_often_for_a_long_history(
    client: Client, moves: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = published(client)
    for number in range(moves):
        PlacementMove.objects.create(placement=row, old="paid", new="published", moved_at=OUT)
        PlacementFactFactory.create(placement=row, slot=("24h", "48h", "7d")[number])
    browser = director()
    with django_assert_num_queries(21):
        browser.get(address(row))
