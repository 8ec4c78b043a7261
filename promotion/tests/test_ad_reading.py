"""Ad accounts read by the clock, from the simulated network."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from clients.models import Task
from communities.networks.outcomes import Ok
from promotion import ad_reading
from promotion.ad_figures import Taken
from promotion.ad_reading import (
    EVERY,
    LEASE,
    ask_again,
    check_key,
    claim,
    first_day,
    is_stale,
    read_due,
)
from promotion.models import AdAccount, AdFigure, AdFigureCorrection, AdObject
from promotion.networks import vk_ads
from promotion.tests.conftest import Start
from tests.factories import (
    DAY,
    NOON,
    AdAccountFactory,
    AdAccountKeyFactory,
    AdFigureFactory,
    AdObjectFactory,
    CampaignFactory,
    ClientFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOON + EVERY
PLAN = {"id": 10, "name": "Spring", "status": "active"}
GROUP = {"id": 20, "name": "Women", "status": "active", "ad_plan_id": 10}
ADS = [{"id": 30 + number, "name": f"Ad {number}", "ad_group_id": 20} for number in range(2)]


def days(**spent: str) -> dict[str, Any]:
    """Of the ad 30, by days of March; each brings as many clicks as its day's number."""
    return {
        "30": {
            f"2026-03-{day[1:]}": {"shows": 100, "clicks": int(day[1:]), "spent": sum_}
            for day, sum_ in spent.items()
        }
    }


def play(simulate: Start, *, at: dt.datetime = NOON, **told: Any) -> Any:
    account = {
        "user": 77, "ad_plans": [PLAN], "ad_groups": [GROUP], "banners": ADS, "days": days(),
    } | told.pop("account", {})  # fmt: skip
    pages = {"vk_ads": {"app-of-tests": account}}
    return simulate(now=at.isoformat(), pages=pages, **told)


def make(**told: Any) -> AdAccount:
    key = {"access_token": None} | told.pop("key", {})
    account = AdAccountFactory.create(next_read_at=NOON, **told)
    AdAccountKeyFactory.create(account=account, **key)
    return account


def test_first_reading_goes_ninety_days_back(simulate: Start) -> None:
    networks = play(simulate, account={"days": days(d09="10.50", d11="0.20")})
    account = make()
    done = read_due(at=NOON)
    assert (done.read, done.failed, done.taken) == (1, 0, Taken(new=3 * 90))
    asked = {
        (call.parameters["id"], call.parameters["date_from"], call.parameters["date_to"])
        for call in networks.calls
        if call.method.startswith("statistics")
    }
    assert asked == {
        ("10", "2025-12-12", "2026-03-11"),
        ("30,31", "2025-12-12", "2026-03-11"),
    }
    summed = AdFigure.objects.summable().aggregate(Sum("spend"), Sum("clicks"))
    assert summed == {"spend__sum": Decimal("10.70"), "clicks__sum": 20}
    account.refresh_from_db()
    assert (account.state, account.read_at, account.next_read_at) == ("works", NOON, LATER)
    assert (account.attempts, account.leased_until) == (0, None)


def test_second_reading_takes_the_last_week_and_corrects(simulate: Start) -> None:
    play(simulate, account={"days": days(d09="10.50")})
    make()
    read_due(at=NOON)
    networks = play(simulate, at=LATER, account={"days": days(d09="11.00", d04="99.00")})
    done = read_due(at=LATER)
    assert done.taken == Taken(changed=2, same=3 * 7 - 2)
    first = {call.parameters.get("date_from") for call in networks.calls} - {None}
    assert first == {"2026-03-05"}
    assert list(AdFigureCorrection.objects.values_list("old", flat=True)) == [
        {"spend": "10.50"},
        {"spend": "10.50"},
    ]


def test_account_that_is_not_due_is_left_alone(simulate: Start) -> None:
    networks = play(simulate)
    make()
    read_due(at=NOON)
    made = len(networks.calls)
    assert read_due(at=LATER - dt.timedelta(minutes=1)).read == 0
    assert len(networks.calls) == made


def test_new_ads_inherit_the_campaign_and_others_stay_untied(simulate: Start) -> None:
    account = make()
    campaign = CampaignFactory.create(client=account.client)
    AdObjectFactory.create(account=account, external_id="10", campaign=campaign)
    other = {"id": 11, "name": "Not ours yet", "status": "active"}
    play(simulate, account={"ad_plans": [PLAN, other]})
    read_due(at=NOON)
    tied = AdObject.objects.filter(account=account).values_list("external_id", "campaign")
    assert dict(tied) == {
        "10": campaign.pk, "11": None, "20": campaign.pk, "30": campaign.pk, "31": campaign.pk,
    }  # fmt: skip


def test_who_is_not_read(simulate: Start) -> None:
    networks = play(simulate)
    make(network="yandex_direct")
    make(is_read=False)
    make(state="refused")
    make(client=ClientFactory.create(status="ended"))
    AdAccountFactory.create(next_read_at=NOON)
    assert read_due(at=NOON).read == 0
    assert networks.calls == []


def test_account_after_a_pause_is_read_from_before_it() -> None:
    account = AdAccountFactory.build(read_at=NOON - dt.timedelta(days=20))
    assert first_day(account, DAY) == DAY - dt.timedelta(days=26)


# --- Failures ------------------------------------------------------------------------------------


def test_refused_account_waits_for_a_person_and_says_so_once(simulate: Start) -> None:
    networks = play(simulate, tokens={"mine": {"state": "revoked", "app": "app-of-tests"}})
    account = make(key={"access_token": "mine"})
    assert read_due(at=NOON).failed == 1
    account.refresh_from_db()
    assert (account.state, account.state_note, account.leased_until) == (
        "refused",
        "The owner of the account took the access back: ask the client to give it again.",
        None,
    )
    assert Task.objects.get().title == f"The ad account “{account.title}” is not read"
    made = len(networks.calls)
    assert read_due(at=LATER).failed == 0
    assert len(networks.calls) == made


def test_network_that_is_down_is_tried_again_and_told_the_third_time(simulate: Start) -> None:
    faults = [{"network": "vk_ads", "method": "ad_plans", "fault": "http502", "times": None}]
    play(simulate, faults=faults)
    account = make()
    told = []
    for number in range(4):
        read_due(at=NOON + number * dt.timedelta(minutes=10))
        told.append(Task.objects.count())
    assert told == [0, 0, 1, 1]
    account.refresh_from_db()
    assert (account.state, account.attempts) == ("unchecked", 4)
    assert account.state_note == "The network answered with HTTP status 502."


def test_what_cannot_be_stored_is_told_and_tried_later(simulate: Start) -> None:
    """A file gave the whole month: its days would count twice."""
    account = make()
    plan = AdObjectFactory.create(account=account, external_id="10")
    AdFigureFactory.create(
        ad_object=plan, starts_on=dt.date(2026, 3, 1), ends_on=DAY, source="file"
    )
    play(simulate)
    assert read_due(at=NOON).failed == 1
    account.refresh_from_db()
    assert account.state_note.startswith("Row 10 has figures of March 1, 2026 – March 11, 2026")
    assert (account.next_read_at, Task.objects.count()) == (LATER, 1)


def test_ads_of_a_day_are_stored_whole_or_not_at_all(
    simulate: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vk_ads, "MOST_IDS", 1)
    ads = [*ADS, {"id": 32, "name": "Ad 2", "ad_group_id": 20}]
    method = "statistics/banners/day"
    faults = [{"network": "vk_ads", "method": method, "fault": "http502", "after": 1}]
    play(simulate, account={"banners": ads}, faults=faults)
    make()
    assert read_due(at=NOON).failed == 1
    assert set(AdFigure.objects.values_list("ad_object__level", flat=True)) == {"campaign"}


def test_negative_spend_of_the_network_is_refused(simulate: Start) -> None:
    play(simulate, account={"days": days(d09="-5.00")})
    account = make()
    assert read_due(at=NOON).failed == 1
    assert AdFigure.objects.count() == 0
    account.refresh_from_db()
    assert "the sum spent is below zero" in account.state_note


def test_read_now_takes_up_what_was_refused(simulate: Start) -> None:
    play(simulate)
    account = make(state="refused", state_note="no")
    ask_again(account, at=NOON)
    assert read_due(at=NOON).read == 1


def test_stale_is_what_was_not_read_for_a_day() -> None:
    hours = (None, 23, 25)
    ages = [None if each is None else NOON - dt.timedelta(hours=each) for each in hours]
    accounts = [AdAccountFactory.build(read_at=each) for each in ages]
    assert [is_stale(each, at=NOON) for each in accounts] == [True, False, True]


def test_check_of_a_key_fills_in_the_account_s_number(simulate: Start) -> None:
    play(simulate)
    account = make(external_id="")
    assert check_key(account, at=NOON) == Ok("77")
    account.refresh_from_db()
    assert account.external_id == "77"


# --- Two workers ---------------------------------------------------------------------------------


def test_claimed_account_is_nobody_else_s_until_the_lease_ends() -> None:
    account = make()
    assert claim(at=NOON) == account
    assert claim(at=NOON) is None
    later = NOON + LEASE + dt.timedelta(seconds=1)
    again = claim(at=later)
    assert again is not None
    assert again.attempts == 2


def test_account_whose_workers_die_is_left_to_a_person() -> None:
    account = make()
    moments = [NOON + number * (LEASE + EVERY) for number in range(5)]
    assert [claim(at=each) == account for each in moments] == [True, True, True, False, False]
    account.refresh_from_db()
    assert (account.state, Task.objects.count()) == ("refused", 1)


def test_worker_whose_lease_ended_writes_nothing_over(simulate: Start) -> None:
    play(simulate)
    make()
    mine = claim(at=NOON)
    claim(at=NOON + LEASE * 2)
    assert mine is not None
    ad_reading.read_claimed(mine, at=NOON)
    mine.refresh_from_db()
    assert (mine.state, mine.leased_until) == ("unchecked", NOON + LEASE * 3)


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_an_account_once(simulate: Start) -> None:
    networks = play(simulate)
    make()

    def work(_number: int) -> int:
        try:
            return read_due(at=NOON).read
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(work, range(3))) == [0, 0, 1]
    assert networks.methods().count("ad_plans") == 1
