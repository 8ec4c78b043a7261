import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from promotion.ad_figures import Taken, days_text, take_figures, take_objects
from promotion.models import AdAccount, AdFigure, AdFigureCorrection, AdObject
from promotion.networks.readings import ReadFigure, ReadObject
from tests.factories import (
    DAY,
    NOON,
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    CampaignFactory,
)

LATER = NOON + dt.timedelta(hours=3)
TOMORROW = NOON + dt.timedelta(days=1)
BEFORE = DAY - dt.timedelta(days=1)
PLAN = ReadObject("campaign", "10", "Spring", "active")
GROUP = ReadObject("group", "20", "Women 25–40", "active", "campaign", "10")
AD = ReadObject("ad", "30", "Picture with a phone", "active", "group", "20")


def figure(
    spend: str | None, *, day: dt.date = DAY, last: dt.date | None = None, **counts: Any
) -> ReadFigure:
    amount = None if spend is None else Decimal(spend)
    return ReadFigure("campaign", "10", day, last or day, spend=amount, **counts)


@pytest.fixture
def account(db: None) -> AdAccount:
    account = AdAccountFactory.create()
    take_objects(account, [PLAN], at=NOON)
    return account


def take(
    account: AdAccount, *figures: ReadFigure, source: str = "api", at: dt.datetime = TOMORROW
) -> Taken:
    return take_figures(account, figures, source=source, at=at)


def refusal(account: AdAccount, *figures: ReadFigure, source: str = "file") -> str:
    with pytest.raises(ValidationError) as refused:
        take(account, *figures, source=source, at=NOON)
    return refused.value.messages[0]


# --- Objects -------------------------------------------------------------------------------------


def test_objects_stand_in_each_other_whatever_the_order(account: AdAccount) -> None:
    ids = take_objects(account, [AD, GROUP, PLAN], at=NOON)
    assert list(
        AdObject.objects.order_by("level").values_list("level", "title", "status", "parent_id")
    ) == [
        ("ad", "Picture with a phone", "active", ids["group", "20"]),
        ("campaign", "Spring", "active", None),
        ("group", "Women 25–40", "active", ids["campaign", "10"]),
    ]


def test_new_objects_get_the_campaign_of_what_they_stand_in(account: AdAccount) -> None:
    campaign = CampaignFactory.create(client=account.client)
    AdObject.objects.update(campaign=campaign)
    take_objects(account, [GROUP, AD], at=NOON)
    assert set(AdObject.objects.values_list("campaign", flat=True)) == {campaign.pk}


def test_objects_untied_by_hand_stay_untied(account: AdAccount) -> None:
    take_objects(account, [GROUP], at=NOON)
    AdObject.objects.filter(level="campaign").update(
        campaign=CampaignFactory.create(client=account.client)
    )
    take_objects(account, [PLAN, GROUP], at=LATER)
    assert AdObject.objects.get(level="group").campaign_id is None


def test_what_a_list_does_not_tell_of_an_object_stays(account: AdAccount) -> None:
    take_objects(account, [GROUP], at=NOON)
    take_objects(account, [ReadObject("group", "20")], at=LATER)
    found = AdObject.objects.get(level="group")
    told = (found.title, found.status, found.parent.external_id, found.seen_at)  # type: ignore[union-attr]
    assert told == ("Women 25–40", "active", "10", LATER)


def test_object_told_twice_alike_is_one_and_otherwise_is_refused(account: AdAccount) -> None:
    take_objects(account, [GROUP, GROUP], at=NOON)
    assert AdObject.objects.filter(level="group").count() == 1
    with pytest.raises(ValidationError) as refused:
        take_objects(account, [GROUP, ReadObject("group", "20", "Men")], at=NOON)
    assert refused.value.messages == [
        "The id 20 stands twice, as “Women 25–40” and as “Men”: which is right has to be said"
        " first."
    ]


def test_same_id_on_two_levels_is_two_objects(account: AdAccount) -> None:
    ids = take_objects(account, [ReadObject("group", "10", "Its group")], at=NOON)
    assert set(ids) == {("campaign", "10"), ("group", "10")}


@pytest.mark.parametrize("wrong", [ReadObject("campaign", " "), ReadObject("planet", "1")])
def test_object_without_id_or_level_is_refused(account: AdAccount, wrong: ReadObject) -> None:
    with pytest.raises(ValidationError):
        take_objects(account, [wrong], at=NOON)


# --- Figures -------------------------------------------------------------------------------------


def test_figures_are_written_exactly_and_gaps_stay_gaps(account: AdAccount) -> None:
    assert take(account, figure("62416.68", impressions=786_941, clicks=0)) == Taken(new=1)
    row = AdFigure.objects.get()
    assert (row.spend, row.impressions, row.clicks) == (Decimal("62416.68"), 786_941, 0)
    assert (row.joins, row.messages, row.reach, row.client_id) == (
        *(None, None, None),
        account.client_id,
    )


def test_figures_read_twice_change_nothing(account: AdAccount) -> None:
    told = [figure("10.50", clicks=3), figure("0", day=BEFORE)]
    assert take(account, *told) == Taken(new=2)
    assert take(account, *told) == Taken(same=2)
    assert AdFigureCorrection.objects.count() == 0


def test_changed_figure_leaves_its_old_value_in_a_correction(account: AdAccount) -> None:
    take(account, figure("10.50", clicks=3, joins=1))
    assert take(account, figure("12.00", clicks=3, joins=None)) == Taken(changed=1)
    row = AdFigure.objects.get()
    assert (row.spend, row.clicks, row.joins) == (Decimal("12.00"), 3, 1)
    assert list(AdFigureCorrection.objects.values("old", "source", "figure")) == [
        {"old": {"spend": "10.50"}, "source": "api", "figure": row.pk}
    ]


def test_day_that_grows_before_its_end_is_not_corrected(account: AdAccount) -> None:
    take(account, figure("10.00"), at=NOON)
    assert take(account, figure("15.00"), at=LATER) == Taken(changed=1)
    assert AdFigureCorrection.objects.count() == 0
    # Told again after its end, by the account's clock: from now on it stands.
    assert take(account, figure("15.00"), at=TOMORROW) == Taken(same=1)
    assert AdFigure.objects.get().read_at == TOMORROW
    assert take(account, figure("16.00"), at=TOMORROW) == Taken(changed=1)
    assert AdFigureCorrection.objects.get().old == {"spend": "15.00"}


def test_filled_gap_is_a_change_without_a_correction(account: AdAccount) -> None:
    take(account, figure("10.50"))
    assert take(account, figure("10.50", joins=2)) == Taken(changed=1)
    assert AdFigureCorrection.objects.count() == 0


def test_network_replaces_what_a_file_said_and_says_so(account: AdAccount) -> None:
    take(account, figure("9.00"), source="file")
    assert take(account, figure("10.00"), source="api") == Taken(changed=1)
    row = AdFigure.objects.get()
    assert (row.spend, row.source) == (Decimal("10.00"), "api")
    assert AdFigureCorrection.objects.get().old == {"spend": "9.00", "source": "file"}


def test_network_that_says_the_same_becomes_the_source(account: AdAccount) -> None:
    take(account, figure("9.00"), source="file")
    assert take(account, figure("9.00"), source="api") == Taken(same=1)
    assert AdFigure.objects.get().source == "api"


def test_file_does_not_replace_the_network(account: AdAccount) -> None:
    take(account, figure("10.00", clicks=4), source="api")
    assert take(account, figure("9.00", clicks=4), source="file") == Taken(kept=1)
    assert take(account, figure("9.00", joins=2), source="file") == Taken(changed=1)
    row = AdFigure.objects.get()
    assert (row.spend, row.joins, row.source) == (Decimal("10.00"), 2, "api")


# --- What is refused -----------------------------------------------------------------------------


def test_negative_spend_is_refused_whole(account: AdAccount) -> None:
    message = refusal(account, figure("5.00", day=BEFORE), figure("-1.00"))
    assert message == (
        f"Row 10, {days_text(DAY, DAY)}: the sum spent is below zero or far too large."
        " Nothing was taken."
    )
    assert AdFigure.objects.count() == 0


def test_day_in_the_future_is_the_account_s(account: AdAccount) -> None:
    tomorrow = DAY + dt.timedelta(days=1)
    assert "has not come yet" in refusal(account, figure("1.00", day=tomorrow))
    # In Vladivostok it is the next day from 14:00 UTC on.
    account.day_zone = "Asia/Vladivostok"
    late = NOON.replace(hour=15)
    taken = take_figures(account, [figure("1.00", day=tomorrow)], source="api", at=late)
    assert taken == Taken(new=1)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"spend": "NaN"}, "the sum spent is no number"),
        ({"spend": "1", "clicks": -1}, "a count is below zero or far too large"),
        ({"spend": "1", "clicks": 2**31}, "a count is below zero or far too large"),
        ({"spend": "1", "last": BEFORE}, "the last day is before the first"),
    ],
)
def test_impossible_figures_are_refused(
    account: AdAccount, told: dict[str, Any], words: str
) -> None:
    assert words in refusal(account, figure(**told))


def test_figures_of_an_unknown_row_are_refused(account: AdAccount) -> None:
    stranger = ReadFigure("campaign", "99", DAY, DAY, spend=Decimal(1))
    assert "Row 99" in refusal(account, stranger)
    of_another = AdObjectFactory.create(external_id="77")
    assert of_another.account != account
    assert "Row 77" in refusal(account, ReadFigure("campaign", "77", DAY, DAY))


@pytest.mark.parametrize("code", ["USD", "XQQ", "руб"])
def test_other_and_unknown_currencies_are_refused(account: AdAccount, code: str) -> None:
    with pytest.raises(ValidationError):
        take_figures(account, [figure("1.00")], source="file", at=NOON, currency=code)
    taken = take_figures(account, [figure("1.00")], source="file", at=NOON, currency="RUB")
    assert taken == Taken(new=1)


def test_period_over_days_that_stand_is_refused_by_the_days(account: AdAccount) -> None:
    take(account, figure("1.00", day=BEFORE), figure("2.00"))
    first = DAY - dt.timedelta(days=10)
    assert refusal(account, figure("9.00", day=first, last=DAY)) == (
        f"Row 10 has figures of {days_text(BEFORE, BEFORE)}, {days_text(DAY, DAY)} already, and"
        " these cut across them: a day would count twice. Take the same days, or delete those that"
        " stand, on the page “Advertising figures”: those of a file or typed in can be deleted"
        " there. Nothing was taken."
    )


def test_periods_that_overlap_inside_one_file_are_refused(account: AdAccount) -> None:
    first = DAY - dt.timedelta(days=10)
    message = refusal(account, figure("9.00", day=first, last=DAY), figure("1.00"))
    assert "these days overlap" in message


def test_same_days_twice_are_taken_once_or_refused(account: AdAccount) -> None:
    assert take(account, figure("1.00"), figure("1.00")) == Taken(new=1)
    assert "stand twice" in refusal(account, figure("1.00"), figure("2.00"))


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_day_leave_one_row() -> None:
    account = AdAccountFactory.create()
    take_objects(account, [PLAN], at=NOON)

    def write(spend: str) -> Taken:
        try:
            return take(account, figure(spend))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(write, ["1.00", "2.00", "3.00", "4.00"]), Taken())
    assert taken == Taken(new=1, changed=3)
    assert (AdFigure.objects.count(), AdFigureCorrection.objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_overlap_with_what_another_writer_is_writing_is_refused_in_words() -> None:
    account = AdAccountFactory.create()
    take_objects(account, [PLAN], at=NOON)

    def write() -> str:
        try:
            return refusal(account, figure("9.00", day=BEFORE, last=DAY))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            take(account, figure("1.00"))
            other = pool.submit(write)
            time.sleep(0.5)
        assert other.result(timeout=20).startswith(f"Row 10 has figures of {days_text(DAY, DAY)}")


# --- Sums ----------------------------------------------------------------------------------------


def test_sums_take_the_ads_where_they_have_the_same_days_and_the_campaign_elsewhere(
    account: AdAccount,
) -> None:
    ids = take_objects(account, [GROUP, AD], at=NOON)
    for pk in ids.values():
        AdFigureFactory.create(ad_object_id=pk, client=account.client, spend=Decimal(7))
    AdFigureFactory.create(
        ad_object_id=ids["campaign", "10"],
        client=account.client,
        starts_on=BEFORE,
        spend=Decimal(5),
    )
    rows = AdFigure.objects.summable().order_by("starts_on")
    assert list(rows.values_list("ad_object__level", "spend")) == [
        ("campaign", Decimal("5.00")),
        ("ad", Decimal("7.00")),
    ]


def sums_of(*rows: tuple[str, int, int, str | None]) -> list[tuple[str, int, str]]:
    """Of rows (level, first and last day of March, spend): those left without the last day."""
    account = AdAccountFactory.create()
    plan = AdObjectFactory.create(account=account)
    group = AdObjectFactory.create(account=account, level="group", parent=plan)
    ads = [AdObjectFactory.create(account=account, level="ad", parent=group) for _n in range(2)]
    at_level = {"campaign": plan, "group": group, "ad": ads[0], "other ad": ads[1]}
    for level, first, last, spend in rows:
        AdFigureFactory.create(
            ad_object=at_level[level],
            starts_on=DAY.replace(day=first),
            ends_on=DAY.replace(day=last),
            spend=spend,
        )
    counted = AdFigure.objects.summable().filter(ad_object__account=account)
    return [
        (figure.ad_object.level, figure.starts_on.day, str(figure.spend))
        for figure in counted.order_by("starts_on", "pk")
    ]


def test_a_week_of_ads_does_not_stand_for_the_month_of_their_campaign(db: None) -> None:
    month = ("campaign", 1, 31, "300000")
    assert sums_of(month, ("ad", 3, 9, "50000")) == [("campaign", 1, "300000.00")]


def test_ads_stand_for_the_campaign_once_they_tell_all_its_days(db: None) -> None:
    week = ("campaign", 1, 7, "70")
    days = [("ad" if day % 2 else "other ad", day, day, "9") for day in range(1, 8)]
    assert sums_of(week, *days) == [("ad", day, "9.00") for day in range(1, 8)]
    assert sums_of(week, *days[:-1]) == [("campaign", 1, "70.00")]


def test_a_group_stands_for_its_ads_inside_a_campaign_that_tells_the_same_days(db: None) -> None:
    rows = [("campaign", 1, 9, "90"), ("group", 1, 9, "91"), ("ad", 2, 3, "5")]
    assert sums_of(*rows) == [("group", 1, "91.00")]


def test_a_campaign_without_spend_leaves_the_money_to_its_ads(db: None) -> None:
    assert sums_of(("campaign", 1, 9, None), ("ad", 2, 3, "5")) == [("ad", 2, "5.00")]
