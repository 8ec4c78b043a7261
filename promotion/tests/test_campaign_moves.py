"""The states of a campaign: what follows what, what is asked for, and two people at once."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from clients.models import User
from promotion.campaign_moves import NEXT, budget_warning, move_campaign, seen_of
from promotion.models import WITH_ACTION, Campaign, CampaignMove, CampaignState, PromoAction
from tests.factories import (
    DAY,
    NOON,
    CampaignFactory,
    EngagementFactory,
    PlacementFactory,
    PromoActionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

S = CampaignState
LATER = DAY + dt.timedelta(days=20)
ONE = dt.timedelta(days=1)


@pytest.fixture
def person() -> User:
    return UserFactory.create()


def campaign_in(state: str, **fields: Any) -> Campaign:
    known = {
        "starts_on": DAY, "ends_on": LATER, "budget": Decimal(1000), "title": "Spring",
        "owner": UserFactory.create(),
    }  # fmt: skip
    return CampaignFactory.create(state=state, **known | fields)


def refusal(campaign: Campaign, to: str, **fields: Any) -> list[str]:
    known: dict[str, Any] = {
        "by": UserFactory.create(), "at": NOON, "reason": "asked by the client",
    }  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        move_campaign(campaign, to, **known | fields)
    return refused.value.messages


@pytest.mark.parametrize(("old", "new"), [(old, new) for old in S for new in S])
def test_only_the_allowed_steps_are_taken(old: str, new: str, person: User) -> None:
    campaign = campaign_in(old)
    if new not in NEXT[old]:
        refusal(campaign, new)
    else:
        move_campaign(campaign, new, by=person, at=NOON, reason="asked by the client")
    stands = Campaign.objects.get().state
    assert stands == (new if new in NEXT[old] else old) == campaign.state
    assert CampaignMove.objects.count() == (new in NEXT[old])


def test_a_step_is_written_down(person: User) -> None:
    campaign = campaign_in(S.RUNNING)
    move_campaign(campaign, S.PAUSED, by=person, at=NOON, reason=" no goods ")
    move = CampaignMove.objects.get()
    assert (move.old, move.new, move.moved_by, move.moved_at, move.reason) == (
        S.RUNNING, S.PAUSED, person, NOON, "no goods",
    )  # fmt: skip
    assert Campaign.objects.get().state_since == NOON


def test_what_an_agreed_campaign_needs_is_said_all_at_once() -> None:
    campaign = campaign_in(S.DRAFT, ends_on=None, budget=None, owner=None)
    assert refusal(campaign, S.AGREED) == [
        "It has no last day: fill in the dates before it is agreed.",
        "It has no budget: fill it in; 0 says that it costs no advertising money.",
        "Nobody leads it: choose the person first.",
    ]


def test_agreeing_keeps_the_slug_of_the_links(person: User) -> None:
    campaign = campaign_in(S.DRAFT, budget=Decimal(0))
    move_campaign(campaign, S.AGREED, by=person, at=NOON)
    assert Campaign.objects.get().utm_campaign == "spring" == campaign.utm_campaign


@pytest.mark.parametrize(
    ("zone", "hour", "is_refused"),
    [("Europe/Moscow", 20, True), ("Europe/Moscow", 21, False), ("Europe/London", 21, True)],
)
def test_it_cannot_run_before_its_first_day_at_the_client(
    zone: str, hour: int, is_refused: bool, person: User
) -> None:
    campaign = campaign_in(S.AGREED, client__time_zone=zone, starts_on=DAY + ONE)
    at = NOON.replace(hour=hour)
    if is_refused:
        assert refusal(campaign, S.RUNNING, at=at) == [
            "It begins on March 12, 2026: it cannot run before that day."
        ]
    else:
        move_campaign(campaign, S.RUNNING, by=person, at=at)


@pytest.mark.parametrize("state", [S.AGREED, S.PAUSED, S.FINISHED])
def test_it_cannot_run_after_its_last_day(state: str) -> None:
    campaign = campaign_in(state, ends_on=DAY)
    assert refusal(campaign, S.RUNNING, at=NOON + ONE) == [
        "Its last day was March 11, 2026: let it end later first."
    ]


@pytest.mark.parametrize(
    ("old", "new", "is_asked"),
    [
        (S.DRAFT, S.AGREED, False),
        (S.AGREED, S.RUNNING, False),
        (S.RUNNING, S.PAUSED, True),
        (S.PAUSED, S.RUNNING, False),
        (S.RUNNING, S.FINISHED, True),
        (S.FINISHED, S.RUNNING, True),
        (S.DRAFT, S.CANCELLED, True),
        (S.AGREED, S.CANCELLED, True),
    ],
)
def test_a_reason_is_asked_for_where_somebody_will_ask(
    old: str, new: str, is_asked: bool, person: User
) -> None:
    campaign = campaign_in(old)
    if is_asked:
        said = ["Say why: it stays in the history of the campaign."]
        assert refusal(campaign, new, reason="  ") == said
    else:
        move_campaign(campaign, new, by=person, at=NOON)


def test_after_its_last_day_it_is_finished_without_a_reason(person: User) -> None:
    campaign = campaign_in(S.RUNNING, ends_on=DAY)
    move_campaign(campaign, S.FINISHED, by=person, at=NOON + ONE)
    assert campaign.state == S.FINISHED


def test_what_has_run_is_not_cancelled() -> None:
    assert refusal(campaign_in(S.PAUSED), S.CANCELLED) == [
        "A campaign that has run is finished, not cancelled: what it spent stays in the sums."
    ]


def test_booked_placements_hold_a_campaign() -> None:
    campaign = campaign_in(S.AGREED)
    PlacementFactory.create(campaign=campaign, state="booked")
    PlacementFactory.create(campaign=campaign, state="negotiated")
    assert refusal(campaign, S.CANCELLED) == [
        "1 placement of it is booked or paid: cancel it first."
    ]


def test_a_step_acts_on_what_was_seen(person: User) -> None:
    campaign = campaign_in(S.DRAFT)
    seen = seen_of(Campaign.objects.get())
    Campaign.objects.update(budget=Decimal(900_000))
    assert refusal(campaign, S.AGREED, seen=seen) == [
        "The campaign was changed meanwhile (it is “draft” now): look at it again."
    ]
    move_campaign(campaign, S.AGREED, by=person, at=NOON, seen=seen_of(Campaign.objects.get()))


# --- Promo actions --------------------------------------------------------------------------------

NO_ACTION = "It has no promo action yet: add the rules, the dates and the prizes first."


def lawful(campaign: Campaign, **more: Any) -> PromoAction:
    """A discount in which nothing lacks."""
    said = {
        "legal_kind": "discount", "mechanics": "discount", "organiser": "Romashka LLC",
        "organiser_inn": "7707083893", "rules": "Ten per cent off.", "entry_starts_at": NOON,
        "entry_ends_at": NOON + 7 * ONE, "legal_checked_by": UserFactory.create(),
        "legal_checked_at": NOON,
    }  # fmt: skip
    action: PromoAction = PromoActionFactory.create(campaign=campaign, **said | more)
    return action


@pytest.mark.parametrize("kind", WITH_ACTION)
@pytest.mark.parametrize(("old", "new"), [(S.DRAFT, S.AGREED), (S.AGREED, S.RUNNING)])
def test_a_promo_action_without_its_row_is_neither_agreed_nor_run(
    kind: str, old: str, new: str
) -> None:
    assert refusal(campaign_in(old, kind=kind), new) == [NO_ACTION]


def test_a_promo_action_is_agreed_before_its_papers_are_whole(person: User) -> None:
    campaign = campaign_in(S.DRAFT, kind="promo_action")
    lawful(campaign, legal_checked_by=None, legal_checked_at=None)
    move_campaign(campaign, S.AGREED, by=person, at=NOON)
    assert refusal(campaign, S.RUNNING) == [
        "Nobody has checked it by law: have it checked and write it down."
    ]
    PromoAction.objects.update(legal_checked_by=person, legal_checked_at=NOON)
    move_campaign(campaign, S.RUNNING, by=person, at=NOON)
    assert campaign.state == S.RUNNING


@pytest.mark.parametrize(("old", "is_refused"), [(S.AGREED, True), (S.PAUSED, False)])
def test_entries_that_are_over_hold_only_what_has_not_run(
    old: str, is_refused: bool, person: User
) -> None:
    campaign = campaign_in(old, kind="promo_action")
    lawful(campaign)
    if is_refused:
        said = ["The entries have ended already: mend the dates."]
        assert refusal(campaign, S.RUNNING, at=NOON + 9 * ONE) == said
    else:
        move_campaign(campaign, S.RUNNING, by=person, at=NOON + 9 * ONE)


@pytest.mark.parametrize(
    ("budget", "ad_budget", "currency", "said"),
    [
        (100, 100, "RUB", ""),
        (200, 100, "RUB", ""),
        (
            201,
            100,
            "RUB",
            "The budget of 201 RUB is above what the engagement gives for advertising: 200 RUB"
            " for 2 months.",
        ),
        (201, None, "RUB", ""),
    ],
)
def test_a_budget_above_the_engagement_s_is_said(
    budget: int, ad_budget: int | None, currency: str, said: str
) -> None:
    engagement = EngagementFactory.create(ad_budget=ad_budget, currency=currency)
    campaign = campaign_in(
        S.DRAFT, client=engagement.client, engagement=engagement, budget=Decimal(budget),
        ends_on=dt.date(2026, 4, 1),
    )  # fmt: skip
    assert budget_warning(campaign) == said


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_take_one_step() -> None:
    campaign = campaign_in(S.RUNNING)
    people = [UserFactory.create(), UserFactory.create()]
    steps = [S.PAUSED, S.FINISHED]
    start, done, refused = threading.Barrier(2), list[int](), list[str]()

    def run(number: int) -> None:
        seen = Campaign.objects.get(pk=campaign.pk)
        start.wait()
        try:
            move_campaign(seen, steps[number], by=people[number], at=NOON, reason="now")
            done.append(number)
        except ValidationError as error:
            refused.extend(error.messages)
        connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert (len(done), len(refused), CampaignMove.objects.count()) == (1, 1, 1)
    assert refused[0].startswith("Somebody was faster")
