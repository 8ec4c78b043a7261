"""What the law wants of an action, what becomes of its prizes, and when people are forgotten."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clients.erasure import erase_client
from clients.models import Task, User
from promotion.draw import order_of
from promotion.drawing import draw_winners, seal_list
from promotion.models import Draw, Participant, PrizeState, PromoAction, Winner
from promotion.participant_erasure import forget_participants
from promotion.participants import import_participants
from promotion.prize_delivery import move_prize, remind_of_prizes
from promotion.prize_tax import is_taxed
from promotion.promo_checks import problems_of, warnings_of
from smm_agency.lib.tax_numbers import check_inn
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    CampaignFactory,
    DrawFactory,
    ParticipantFactory,
    PrizeFactory,
    PromoActionFactory,
    UserFactory,
    WinnerFactory,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAYS = dt.timedelta(days=1)
INN = "7707083893"


def lawful(**more: Any) -> PromoAction:
    """An action in which nothing lacks."""
    said = {
        "organiser": "Romashka LLC",
        "organiser_inn": INN,
        "rules": "Like and win.",
        "entry_starts_at": NOON,
        "entry_ends_at": NOON + 7 * DAYS,
        "draw_at": NOON + 8 * DAYS,
        "draw_place": "vk.com/romashka",
        "hand_over_until": DAY + 20 * DAYS,
        "legal_checked_by": UserFactory.create(),
        "legal_checked_at": NOON,
    }
    action: PromoAction = PromoActionFactory.create(**(said | more))
    return action


# --- Tax numbers and taxes ------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["7707083893", "500100732259", "7830002293"])
def test_inn_with_right_check_digits(value: str) -> None:
    check_inn(value)


@pytest.mark.parametrize(
    "value",
    ["7707083894", "500100732258", "500100732269", "770708389", "", "0" * 10, "٧٧٠٧٠٨٣٨٩٣"],
)
def test_inn_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        check_inn(value)


@pytest.mark.parametrize(
    ("country", "value", "currency", "taxed"),
    [
        ("RU", Decimal("4000.00"), "RUB", False),
        ("RU", Decimal("4000.01"), "RUB", True),
        ("RU", None, "RUB", None),
        ("RU", Decimal(9_000), "EUR", None),
        ("DE", Decimal(9_000), "RUB", None),
    ],
)
def test_prize_is_taxed_above_the_free_sum(
    country: str, value: Decimal | None, currency: str, taxed: bool | None
) -> None:
    assert is_taxed(country, value, currency) is taxed


def test_warning_of_a_dear_prize_is_gone_once_its_tax_is_told() -> None:
    prize = PrizeFactory.create(title="Phone", value=Decimal(50_000))
    assert [text[:49] for text in warnings_of(prize.action)] == [
        "“Phone” is worth more than 4000 RUB: prizes of pr"
    ]
    prize.tax_note = "the client"
    prize.save()
    assert warnings_of(prize.action) == []


# --- What lacks -----------------------------------------------------------------------------------


def test_nothing_lacks() -> None:
    action = lawful()
    PrizeFactory.create(action=action)
    assert problems_of(action, on=DAY) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"organiser": " "}, "The organiser is not named: enter the legal name."),
        ({"organiser_inn": ""}, "The tax number of the organiser is not entered."),
        (
            {"organiser_inn": "7707083894"},
            "The check digits of this tax number are wrong: compare it with the papers.",
        ),
        (
            {"rules": "", "rules_url": ""},
            "There are no rules: enter their text or the address where they stand.",
        ),
        (
            {"legal_kind": ""},
            "The legal kind is not chosen: it decides what the law wants.",
        ),
        (
            {"legal_checked_by": None, "legal_checked_at": None},
            "Nobody has checked it by law: have it checked and write it down.",
        ),
        (
            {"entry_ends_at": None},
            "Its dates are not named: enter from when until when entries are taken.",
        ),
        (
            {"entry_ends_at": NOON - 1 * DAYS, "entry_starts_at": NOON - 2 * DAYS},
            "The entries have ended already: mend the dates.",
        ),
        (
            {"campaign": {"starts_on": DAY + DAYS}},
            "The entries begin outside the dates of the campaign: mend one of them.",
        ),
        ({"draw_at": None}, "The time of the draw is not named."),
        (
            {"draw_place": ""},
            "The place of the draw is not named: where the winners are made known.",
        ),
        ({"hand_over_until": None}, "It is not said until when the prizes are handed over."),
        (
            {"is_paid": True, "legal_kind": "public_contest"},
            "Taking part takes a purchase or a payment: a random draw may be held for a lottery"
            " then. Make it a stimulating event, or take no payment.",
        ),
    ],
)
def test_what_lacks_is_said(change: dict[str, Any], problem: str) -> None:
    if "campaign" in change:
        change = {"campaign": CampaignFactory.create(kind="giveaway", **change["campaign"])}
    action = lawful(**change)
    PrizeFactory.create(action=action)
    assert problems_of(action, on=DAY) == [problem]


def test_giveaway_without_prizes_lacks_them_and_a_discount_does_not() -> None:
    assert problems_of(lawful(), on=DAY) == [
        "There are no prizes: the rules name how many there are."
    ]
    assert problems_of(lawful(legal_kind="discount", draw_at=None, draw_place=""), on=DAY) == []


@pytest.mark.parametrize(
    "change",
    [
        {"entry_starts_at": NOON, "entry_ends_at": NOON},
        {"entry_ends_at": NOON, "draw_at": NOON - HOUR},
    ],
)
def test_dates_out_of_order_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PromoActionFactory.create(**change)
    with pytest.raises(ValidationError):
        PromoActionFactory.build(campaign=CampaignFactory.create(), **change).full_clean(
            exclude=["client"]
        )


def test_prizes_are_not_handed_over_before_the_draw() -> None:
    action = lawful(hand_over_until=DAY + 7 * DAYS)
    with pytest.raises(ValidationError) as refused:
        action.clean()
    assert list(refused.value.message_dict) == ["hand_over_until"]


def test_campaign_of_ads_has_no_action() -> None:
    action = PromoActionFactory.build(campaign=CampaignFactory.create())
    with pytest.raises(ValidationError, match="only promo actions and giveaways have rules"):
        action.clean()


def test_prize_of_negative_worth_is_refused() -> None:
    prize = PrizeFactory.build(action=PromoActionFactory.create(), value=Decimal("-0.01"))
    with pytest.raises(ValidationError):
        prize.full_clean(exclude=["client"])
    with pytest.raises(IntegrityError), transaction.atomic():
        PrizeFactory.create(value=Decimal("-0.01"))


# --- Prizes on their way --------------------------------------------------------------------------


@pytest.fixture
def staff() -> User:
    return UserFactory.create()


@pytest.fixture
def drawn(staff: User) -> Draw:
    """Three in the list, one prize."""
    action = PromoActionFactory.create()
    PrizeFactory.create(action=action, title="Phone")
    import_participants(action, b"id,name\n1,Anna K\n2,Boris P\n3,Vera S\n", "a.csv", at=NOON)
    draw = seal_list(
        action, seen=3, source="a block", seed_at=NOON + HOUR, by=staff, at=NOON
    )  # fmt: skip
    return draw_winners(action, seed="1", seen_hash=draw.list_hash, by=staff, at=NOON + 2 * HOUR)


def move(winner: Winner, to: str, *, seen: str = "promised", **more: Any) -> Winner | None:
    return move_prize(winner, to, seen=seen, on=DAY, at=NOON + 3 * HOUR, **more)


def test_prize_moves_to_its_end(drawn: Draw) -> None:
    winner = drawn.winners.get()
    for seen, to in (("promised", "contacted"), ("contacted", "sent"), ("sent", "received")):
        assert move(winner, to, seen=seen) is None
    winner.refresh_from_db()
    assert (winner.state, winner.contacted_on, winner.sent_on, winner.ended_on) == (
        "received", DAY, DAY, DAY,
    )  # fmt: skip


def test_refused_prize_goes_to_the_next_in_the_order(drawn: Draw) -> None:
    order = order_of("1", drawn.protocol["list"])
    second = move(drawn.winners.get(), "refused", note="did not answer")
    assert second is not None
    third = move(second, "refused", note="is an employee")
    assert third is not None
    assert move(third, "refused", note="does not want it") is None
    won = drawn.winners.order_by("place").values_list("participant__mark", "place", "prize__title")
    assert list(won) == [(mark, place, "Phone") for place, mark in enumerate(order, start=1)]


@pytest.mark.parametrize(
    ("to", "more", "words"),
    [
        (
            "contacted",
            {"seen": "sent"},
            "Somebody has moved this prize meanwhile",
        ),
        ("refused", {}, "Say why: the prize goes to somebody else."),
        ("promised", {}, "From “promised” a prize does not become “promised”."),
    ],
)
def test_wrong_move_is_refused(drawn: Draw, to: str, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        move(drawn.winners.get(), to, **more)
    assert refused.value.messages[0].startswith(words)
    assert drawn.winners.get().state == PrizeState.PROMISED


@pytest.mark.parametrize("day", [DAY - DAYS, DAY + DAYS])
def test_prize_moves_between_the_draw_and_today(drawn: Draw, day: dt.date) -> None:
    with pytest.raises(ValidationError) as refused:
        move_prize(drawn.winners.get(), "sent", seen="promised", on=day, at=NOON + 3 * HOUR)
    assert list(refused.value.message_dict) == ["on"]


def test_late_prizes_are_told_once_to_who_leads(staff: User) -> None:
    winner = WinnerFactory.create(
        draw__action__campaign__owner=staff, draw__action__hand_over_until=DAY
    )
    assert remind_of_prizes(at=NOON) == 0
    assert remind_of_prizes(at=NOON + DAYS) == 1
    assert remind_of_prizes(at=NOON + 2 * DAYS) == 0
    task = Task.objects.get()
    assert (task.owner, task.client, task.due_on) == (staff, winner.client, DAY + DAYS)


@pytest.mark.parametrize("state", ["received", "refused"])
def test_prizes_that_have_ended_are_never_late(state: str) -> None:
    WinnerFactory.create(draw__action__hand_over_until=LONG_AGO, state=state)
    assert remind_of_prizes(at=NOON) == 0


# --- Forgetting -----------------------------------------------------------------------------------


def test_participants_are_forgotten_and_the_draw_stays(drawn: Draw) -> None:
    drawn.client.personal_data_days = 100
    drawn.client.save()
    move(drawn.winners.get(), "contacted", note="lives in Tver")
    assert Participant.objects.update(excluded_reason="lives in Tver") == 3
    assert forget_participants(at=NOON + 100 * DAYS) == 0
    assert forget_participants(at=NOON + 101 * DAYS) == 1
    Winner.objects.update(note="moved to Tula")
    assert forget_participants(at=NOON + 102 * DAYS) == 0
    row = Participant.objects.first()
    assert row is not None
    assert (row.external_id, row.name, row.page_url, len(row.mark)) == (None, None, None, 64)
    assert row.excluded_reason == ""
    winner = Winner.objects.get()
    assert (winner.shown_name, winner.note, winner.state) == ("", None, "contacted")
    action = PromoAction.objects.get()
    assert (action.salt, action.erased_at) == (None, NOON + 101 * DAYS)
    with pytest.raises(ValidationError, match="The participants are forgotten"):
        import_participants(action, b"id\n9\n", "a.csv", at=NOON + 101 * DAYS)


def test_participants_stay_until_prizes_are_handed_over(drawn: Draw) -> None:
    PromoAction.objects.update(hand_over_until=DAY + 300 * DAYS)
    drawn.client.personal_data_days = 100
    drawn.client.save()
    assert forget_participants(at=NOON + 399 * DAYS) == 0
    assert forget_participants(at=NOON + 401 * DAYS) == 1


def test_client_leaves_with_sealed_lists(drawn: Draw) -> None:
    other = ParticipantFactory.create()
    DrawFactory.create(action=other.action)
    erase_client(drawn.client)
    assert list(Participant.objects.all()) == [other]
    assert Draw.objects.count() == 1
