"""What the client is asked: each kind with its day, its code and its page; nothing of others."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client, Side
from kpi.portal_needs import BY_LETTER, Need, named_by, needs_of
from smm_agency.lib.row_security import reading_as_client
from smm_agency.lib.short_codes import read_code
from tests import factories as make
from tests.factories import DAY, NOON

pytestmark = pytest.mark.django_db

LATER = DAY + dt.timedelta(days=5)
BEFORE = DAY - dt.timedelta(days=5)


@pytest.fixture
def house() -> Client:
    return make.PortalAccessFactory.create(client__name="House").client


def add_one_of_each(client: Client) -> dict[str, Any]:
    """By the letter of the code: a row that the client is asked about."""
    community = make.CommunityFactory.create(profile__client=client, profile__title="Page")
    post = make.PostFactory.create(client=client, title="A post", state="client_review")
    make.PublicationFactory.create(
        post=post, community=community, planned_at=NOON + dt.timedelta(days=5)
    )
    design = make.DesignAssetFactory.create(
        community=community, title="", kind="avatar", state="client_review", due_on=BEFORE
    )
    version = make.StrategyVersionFactory.create(
        client=client, title="The plan", number=2, state="sent", sent_at=NOON, checked_at=NOON,
        starts_on=LATER,
    )  # fmt: skip
    return {
        "P": post,
        "D": design,
        "V": version,
        "S": make.PlacementFactory.create(
            campaign__client=client,
            title="In the town's news",
            state="negotiated",
            starts_on=LATER,
        ),
        "M": make.MaterialRequestFactory.create(client=client, what="Photos", due_on=LATER),
        "C": make.ChecklistItemFactory.create(
            community=community, title_en="Give access", side=Side.CLIENT, due_on=None
        ),
        "T": make.TaskFactory.create(client=client, title="Say so", side=Side.CLIENT, due_on=DAY),
        "N": make.IncidentFactory.create(
            client=client, title="Cold coffee", state="waiting", is_published=True
        ),
    }


def told(need: Need) -> tuple[str, str, str, dt.date | None, bool]:
    return read_code(need.code)[0], need.kind, need.title, need.due, need.is_overdue


def test_each_kind_is_asked_with_its_day(house: Client) -> None:
    add_one_of_each(house)
    with reading_as_client(house.pk):
        needs = needs_of(house, on=DAY)
    assert [told(need) for need in needs] == [
        ("D", "approve", "avatar", BEFORE, True),
        ("T", "answer", "Say so", DAY, False),
        ("P", "approve", "A post", LATER, False),
        ("V", "approve", "The plan · version 2", LATER, False),
        ("S", "approve", "In the town's news", LATER, False),
        ("M", "send", "Photos", LATER, False),
        ("C", "send", "Give access · Page", None, False),
        ("N", "answer", "Cold coffee", None, False),
    ]


def test_codes_lead_back_to_the_rows(house: Client) -> None:
    rows = add_one_of_each(house)
    assert set(rows) == set(BY_LETTER)
    found = {source.letter: number for source, number in map(named_by, codes_of(house))}
    assert found == {letter: row.pk for letter, row in rows.items()}


def codes_of(client: Client) -> list[str]:
    return [need.code for need in needs_of(client, on=DAY)]


def test_post_is_due_when_silence_counts(house: Client) -> None:
    post = make.PostFactory.create(
        client=house, state="client_review", consent_at=NOON + dt.timedelta(days=1)
    )
    make.PublicationFactory.create(post=post, planned_at=NOON + dt.timedelta(days=5))
    [need] = needs_of(house, on=DAY)
    assert need.due == DAY + dt.timedelta(days=1)


def test_placement_is_due_on_the_day_of_its_time(house: Client) -> None:
    house.time_zone = "Asia/Vladivostok"
    evening = NOON.replace(hour=20)
    make.PlacementFactory.create(campaign__client=house, state="negotiated", planned_at=evening)
    [need] = needs_of(house, on=DAY)
    assert need.due == evening.astimezone(house.zone).date() != evening.date()


def test_what_is_not_asked_is_not_there(house: Client) -> None:
    """As the owner of the tables reads it, without the policies of the portal."""
    make.TaskFactory.create(client=house, side=Side.AGENCY)
    make.TaskFactory.create(client=house, side=Side.CLIENT, state="done", done_at=NOON)
    make.PostFactory.create(client=house, state="internal_review")
    make.StrategyVersionFactory.create(client=house, state="sent", sent_at=NOON)
    make.MaterialRequestFactory.create(client=house, state="cancelled", cancelled_at=NOON)
    make.IncidentFactory.create(client=house, state="waiting", is_published=False)
    archived = make.CommunityFactory.create(profile__client=house, state="archived")
    make.ChecklistItemFactory.create(community=archived, side=Side.CLIENT)
    make.PlacementFactory.create(campaign__client=house, state="approved")
    for over in ("draft", "finished", "cancelled"):
        make.PlacementFactory.create(
            campaign__client=house, campaign__state=over, state="negotiated"
        )
    add_one_of_each(make.ClientFactory.create())
    assert needs_of(house, on=DAY) == []


def test_pages_of_needs_are_open_to_the_client(house: Client, client: Browser) -> None:
    add_one_of_each(house)
    client.force_login(house.portal_access.get().user)
    urls = [need.url for need in needs_of(house, on=DAY) if need.url]
    assert [client.get(url).status_code for url in urls] == [200] * 6


def test_version_that_waits_for_the_client_can_be_read(house: Client, client: Browser) -> None:
    add_one_of_each(house)
    make.StrategyVersionFactory.create(client=house, title="A draft", number=3)
    client.force_login(house.portal_access.get().user)
    page = client.get(f"/portal/{house.pk}/strategy/2/").content.decode()
    assert ("This version waits for your word" in page, "A draft" in page) == (True, False)
    assert client.get(f"/portal/{house.pk}/strategy/3/").status_code == 404
    ruling = client.get(f"/portal/{house.pk}/strategy/").context["shown"]
    assert ruling is None


def overview(client: Browser, house: Client) -> Any:
    client.force_login(house.portal_access.get().user)
    return client.get(f"/portal/{house.pk}/", {"month": "2026-03"})


def test_overview_opens_with_what_is_needed_and_fills_the_code_in(
    house: Client, client: Browser
) -> None:
    task = make.TaskFactory.create(client=house, title="Say & send", side=Side.CLIENT)
    manager = make.TeamMemberFactory.create(client=house).user
    manager.work_email = "anna@agency.example"
    manager.work_phone, manager.work_telegram = "+7 495 123-45-67", "anna_agency"
    manager.work_whatsapp = "+7 916 123-45-67"
    manager.save()
    response = overview(client, house)
    [(need, links)] = response.context["asked"]
    assert named_by(need.code) == (BY_LETTER["T"], task.pk)
    code, about = need.code, "House%2C%20about%20{}%3A%20Say%20%26%20send"
    assert [tuple(link) for link in links] == [
        ("mail", "anna@agency.example",
         f"mailto:anna%40agency.example?subject=%5B{code}%5D%20Say%20%26%20send"
         f"&body={about.format(code)}%0D%0A%0D%0A"),
        ("telegram", "@anna_agency", f"https://t.me/anna_agency?text={about.format(code)}"),
        ("whatsapp", "+7 916 123-45-67", f"https://wa.me/79161234567?text={about.format(code)}"),
        ("phone", "+7 495 123-45-67", "tel:+74951234567"),
    ]  # fmt: skip
    text = response.content.decode()
    titles = ["needs-title", "figures-title", "charts-title", "done-title", "next-title",
              "calls-title", "communities-title", "strategy-title"]  # fmt: skip
    places = [text.index(f'id="{title}"') for title in titles]
    assert places == sorted(places)


def test_without_a_manager_the_codes_stand_alone(house: Client, client: Browser) -> None:
    make.TaskFactory.create(client=house, side=Side.CLIENT)
    make.TeamMemberFactory.create(client=house, role="designer")
    make.TeamMemberFactory.create(client=house, ends_on=dt.date(2021, 1, 1))
    response = overview(client, house)
    [(_need, links)] = response.context["asked"]
    assert links == []
    assert "work contacts are not entered yet" in response.content.decode()


def test_where_nothing_is_needed_it_says_so(house: Client, client: Browser) -> None:
    assert "Nothing at the moment." in overview(client, house).content.decode()
