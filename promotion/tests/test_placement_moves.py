"""Steps of placements: the chain, what each asks for, and who comes second."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import Task
from promotion.models import Campaign, Placement, PlacementMove, PlacementState
from promotion.placement_moves import STEPS, move_placement
from tests.factories import (
    DAY,
    NOON,
    ChannelBudgetFactory,
    CostFactory,
    PlacementFactFactory,
    PlacementFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
    PublisherCardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PRICE = {"price": Decimal(3000), "currency": "RUB", "vat": "free", "vat_rate": None}
URL = "https://vk.com/wall-1001_7"

# What the law asks of advertising before it goes out.
PAPERS = {"erid": "2Vtz-1", "advertiser": "Bakery LLC, 7707083893"}


def placement(state: str, **fields: Any) -> Placement:
    page = ProfileFactory.create(relation="publisher", external_id="1001", title="Coffee and cats")
    ProfileSnapshotFactory.create(profile=page, date=DAY, followers=900)
    given = {
        "campaign__client": page.client, "publisher": page, "state": state, **PRICE, **PAPERS,
    }  # fmt: skip
    row: Placement = PlacementFactory.create(**(given | fields))
    return row


def move(row: Placement, to: str, **given: Any) -> None:
    move_placement(row, to, by=given.pop("by", None), at=given.pop("at", NOON), **given)


def refusal(row: Placement, to: str, **given: Any) -> dict[str, list[str]]:
    state = Placement.objects.get(pk=row.pk).state
    with pytest.raises(ValidationError) as refused:
        move(row, to, **given)
    assert Placement.objects.get(pk=row.pk).state == state
    assert PlacementMove.objects.count() == 0
    error = refused.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def test_placement_goes_through_the_whole_chain() -> None:
    somebody = UserFactory.create()
    row = placement("candidate", price=None, vat="")
    move(row, "checked")
    move(row, "negotiated", **PRICE)
    move(row, "approved", by=somebody, reason="by letter")
    move(row, "booked")
    move(row, "paid", paid_on=dt.date(2026, 3, 11))
    move(row, "published", url=URL, published_at=NOON - dt.timedelta(hours=1))
    PlacementFactFactory.create(placement=row, views=10)
    move(row, "collected")
    move(row, "closed")
    chain = list(PlacementMove.objects.order_by("pk").values_list("old", "new"))
    assert chain == [
        ("candidate", "checked"), ("checked", "negotiated"), ("negotiated", "approved"),
        ("approved", "booked"), ("booked", "paid"), ("paid", "published"),
        ("published", "collected"), ("collected", "closed"),
    ]  # fmt: skip
    approved = PlacementMove.objects.get(new="approved")
    assert (approved.moved_by, approved.reason, approved.moved_at) == (somebody, "by letter", NOON)
    row = Placement.objects.get()
    assert (row.state_since, row.booked_at, row.url) == (NOON, NOON, URL)


@pytest.mark.parametrize("old", list(PlacementState))
def test_steps_that_do_not_follow_are_refused(old: str) -> None:
    for new in set(PlacementState) - set(STEPS[old]):
        said = refusal(placement_of(old), new, reason="because")
        assert said == {
            "": [
                f"A placement that is “{PlacementState(old).label}” cannot become"
                f" “{PlacementState(new).label}”."
            ]
        }


def placement_of(state: str) -> Placement:
    row: Placement = PlacementFactory.create(state=state)
    return row


def test_page_has_to_be_chosen_before_it_is_checked() -> None:
    assert refusal(placement("candidate", publisher=None), "checked") == {
        "publisher": ["Choose the publisher page first."]
    }


@pytest.mark.parametrize(
    ("old", "new", "given"),
    [
        ("negotiated", "approved", {}),
        ("approved", "booked", {}),
        ("paid", "published", {"url": URL, "published_at": NOON}),
    ],
)
@pytest.mark.parametrize("kind", ["seeding", "influencer"])
def test_what_is_bought_of_publishers_has_its_page(
    kind: str, old: str, new: str, given: dict[str, Any]
) -> None:
    row = placement(old, publisher=None, campaign__kind=kind)
    assert refusal(row, new, **given) == {"publisher": ["Choose the publisher page first."]}
    row = placement(old, publisher=None, campaign__kind="targeted_ads")
    move(row, new, **given)
    assert row.state == new


def test_price_and_its_vat_are_asked_for() -> None:
    row = placement("checked", price=None, vat="")
    assert refusal(row, "negotiated") == {
        "price": ["Give the price first; 0 where nothing is paid."]
    }
    assert refusal(row, "negotiated", price=Decimal(5)) == {
        "vat": ["Say whether the price holds VAT."]
    }


def test_negative_price_is_refused_by_field() -> None:
    said = refusal(placement("checked"), "negotiated", **(PRICE | {"price": Decimal(-1)}))
    assert said == {"price": ["Ensure this value is greater than or equal to 0."]}


def test_vat_without_its_rate_is_refused() -> None:
    said = refusal(placement("checked"), "negotiated", **(PRICE | {"vat": "included"}))
    assert said == {"__all__": ["Give the VAT rate where there is VAT, and only there."]}


def test_money_comes_back_on_the_way_back() -> None:
    row = placement("booked", booked_at=NOON)
    assert refusal(row, "approved") == {"reason": ["Write why."]}
    move(row, "approved", reason="another price")
    assert (row.state, row.booked_at) == ("approved", None)


def test_paid_day_to_come_is_refused() -> None:
    said = refusal(placement("booked"), "paid", paid_on=dt.date(2026, 3, 12))
    assert said == {"paid_on": ["This day is still to come."]}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "Paste the link of the post itself."),
        (
            "https://vk.com/club1001",
            "This is no post of this network: paste its link, such as https://vk.com/wall-1_2.",
        ),
        (
            "https://vk.com/wall-2002_7",
            "This post stands on another page than “Coffee and cats”: look at the link.",
        ),
    ],
)
def test_link_has_to_be_a_post_of_the_page(url: str, said: str) -> None:
    row = placement("paid")
    assert refusal(row, "published", url=url, published_at=NOON) == {"url": [said]}


def test_publication_to_come_is_refused() -> None:
    later = NOON + dt.timedelta(minutes=1)
    said = refusal(placement("paid"), "published", url=URL, published_at=later)
    assert said == {"published_at": ["This moment is still to come."]}


def test_publication_before_the_campaign_is_refused() -> None:
    row = placement("paid", campaign__starts_on=dt.date(2026, 3, 12))
    assert refusal(row, "published", url=URL, published_at=NOON) == {
        "published_at": [
            "March 11, 2026 is before the campaign begins (March 12, 2026): choose a day of the"
            " campaign, or let the campaign begin earlier."
        ]
    }


@pytest.mark.parametrize(("amount", "is_over"), [(2999, True), (3000, False)])
def test_money_that_moves_into_another_month_is_written_down(amount: int, is_over: bool) -> None:
    owner = UserFactory.create()
    row = placement("paid", starts_on=dt.date(2026, 2, 20), title="Ours", campaign__owner=owner)
    ChannelBudgetFactory.create(
        client=row.client, month=dt.date(2026, 3, 1), amount=Decimal(amount), vat="free"
    )
    move(row, "published", url=URL, published_at=NOON, reason="At last.")
    reason = PlacementMove.objects.get().reason.replace("\xa0", " ")
    over = (
        " 3,000 RUB does not fit into the budget of the channel “targeted ads” for March 2026:"
        " 2,999 RUB of 2,999 RUB is left."
    )
    assert reason == "At last." + (over if is_over else "")
    told = [(task.title, task.owner, task.origin) for task in Task.objects.all()]
    said = ("“Ours” went over the budget in March 2026", owner, row)
    assert told == ([said] if is_over else [])


def test_link_of_another_placement_is_refused() -> None:
    first = placement("paid")
    move(first, "published", url=URL, published_at=NOON)
    PlacementMove.objects.all().delete()
    second = PlacementFactory.create(
        campaign=first.campaign, publisher=first.publisher, state="paid", **PAPERS
    )
    assert refusal(second, "published", url=URL, published_at=NOON) == {
        "__all__": ["Another placement of the client has this link."]
    }


def test_advertising_without_its_papers_does_not_go_out() -> None:
    row = placement("paid", erid="", advertiser="")
    said = refusal(row, "published", url=URL, published_at=NOON)[""]
    assert [each.split(":")[0] for each in said] == [
        "Advertising needs its identifier (erid) before it is published",
        "Advertising names its advertiser",
    ]


def test_price_above_the_campaigns_budget_is_not_booked() -> None:
    row = placement("approved")
    Campaign.objects.update(budget=Decimal(1), vat="free")
    (said,) = refusal(row, "booked").values()
    assert "does not fit into the budget of the campaign" in said[0]
    assert Placement.objects.get().state == "approved"


def test_figures_are_needed_before_they_are_collected() -> None:
    assert refusal(placement("published"), "collected") == {
        "": ["There are no figures yet: type in those of 24 hours first."]
    }


def test_removal_before_the_publication_is_refused() -> None:
    row = placement("published", published_at=NOON)
    before = NOON - dt.timedelta(hours=1)
    assert refusal(row, "refunded", reason="removed", removed_at=before) == {
        "__all__": ["It cannot be removed before it was published."]
    }


def test_who_comes_second_is_told_what_it_has_become() -> None:
    row = placement("negotiated")
    seen = Placement.objects.get(pk=row.pk)
    move(row, "approved")
    PlacementMove.objects.all().delete()
    assert refusal(seen, "approved") == {
        "": ["It is “approved by the client” by now: open the page again and look."]
    }


def test_page_judged_never_is_not_booked_without_an_override() -> None:
    row = placement("approved")
    PublisherCardFactory.create(
        profile=row.publisher, verdict="never", verdict_reason="Bots.",
        verdict_on=dt.date(2026, 3, 1),
    )  # fmt: skip
    [[said]] = refusal(row, "booked").values()
    assert said == (
        "“Coffee and cats” has the verdict “never again” of March 1, 2026: Bots. Choose another"
        " page; a director may place here all the same, with a reason."
    )
    Placement.objects.filter(pk=row.pk).update(despite_verdict="The only one in town.")
    move(row, "booked")
    assert row.state == "booked"


def test_a_price_beside_a_cost_of_advertising_is_refused() -> None:
    row = placement("checked", price=None, vat="")
    cost = CostFactory.create(client=row.client, placement=row, amount=700)
    assert refusal(row, "negotiated", **PRICE) == {
        "price": [
            "A cost of advertising of this placement, 700 RUB, counts already: delete it under"
            " “Costs”, or choose another kind there. Then give the price."
        ]
    }
    cost.kind = "production"
    cost.save()
    move(row, "negotiated", **PRICE)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_nothing_is_published_in_a_campaign_that_is_not_agreed(state: str) -> None:
    row = placement("booked", campaign__state=state, campaign__title="Spring")
    assert refusal(row, "published", url=URL, published_at=NOON) == {
        "": [f"The campaign “Spring” is “{state}”: nothing is published in it."]
    }
