"""Calls, tallies and counts of the demo's clients, with the numbers that were called."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from clients.models import Client, TrackingNumber
from kpi.call_rules import recompute_client
from kpi.callers import find_or_make_callers
from kpi.models import (
    Call,
    CallConnection,
    Caller,
    CallImport,
    CallTally,
    DayCount,
    Evidence,
    NumberPlacement,
    TallyPeriod,
)
from promotion.models import Campaign
from smm_agency.demo.call_plan import CallPlanner, PlannedCall, phone_of
from smm_agency.demo.rhythm import DAY, day_rates, dice, spread, strength_on
from smm_agency.demo.simulated import line_key
from smm_agency.demo.stage import Stage
from strategy.models import Metric
from strategy.periods import days_between

CAMPAIGN_DAYS = (75, 45)
OLD_CAMPAIGN_DAYS = (300, 260)
GIVEAWAY_DAYS = (152, 145)
LINE_DAYS = 28
# Numbers that a telephony may show and nobody has: no exchange of Moscow begins with 0, and the
# British ones are kept for fiction.
LINE_CALLERS = {"RU": ["+7495000", 4], "GB": ["+4420794600", 2]}
PLACE_SHARES = (0.62, 0.26, 0.12)


def write_calls(stage: Stage) -> None:
    """Everything that is counted: campaigns, numbers, calls, counts of the day."""
    campaign = _write_campaigns(stage)
    if stage.story.calls is not None:
        _write_phone_calls(stage, campaign)
    _write_counts(stage)


def _write_campaigns(stage: Stage) -> Campaign | None:
    story = stage.story
    if not story.campaign:
        return None
    is_giveaway = not story.has_call_tracking and story.takes_calls
    first, last = GIVEAWAY_DAYS if is_giveaway else CAMPAIGN_DAYS
    kind = Campaign.Kind.GIVEAWAY if is_giveaway else Campaign.Kind.TARGETED_ADS
    if story.began_days_ago > OLD_CAMPAIGN_DAYS[0]:
        Campaign.objects.create(
            client=stage.client,
            title=_first_campaign(stage),
            kind=Campaign.Kind.SEEDING,
            starts_on=stage.today - DAY * OLD_CAMPAIGN_DAYS[0],
            ends_on=stage.today - DAY * OLD_CAMPAIGN_DAYS[1],
        )
    return Campaign.objects.create(
        client=stage.client,
        title=story.campaign,
        kind=kind,
        starts_on=stage.today - DAY * first,
        ends_on=stage.today - DAY * last,
    )


def _first_campaign(stage: Stage) -> str:
    return "First seeding" if stage.story.language == "en" else "Первый посев"


def _write_phone_calls(stage: Stage, campaign: Campaign | None) -> None:
    numbers, placements = _write_numbers(stage, campaign)
    planned = _plan_calls(stage, places=len(numbers))
    phones = {
        call.caller: phone_of(call.caller, client_number=stage.number, country=stage.story.country)
        for call in planned
        if call.caller is not None
    }
    callers = find_or_make_callers(stage.client, sorted(set(phones.values())))
    connection = _write_source(stage, planned, numbers)
    rows = []
    for position, call in enumerate(planned):
        number, placement = _placed(call, numbers, placements)
        row = _call_row(stage, call, position, number, placement, connection)
        row.caller_id = None if call.caller is None else callers[phones[call.caller]]
        rows.append(row)
    Call.objects.bulk_create(rows, batch_size=1_000)
    _date_callers(stage.client)
    recompute_client(stage.client)


def _write_numbers(
    stage: Stage, campaign: Campaign | None
) -> tuple[list[TrackingNumber], list[NumberPlacement]]:
    """A number for each of the first two communities, and one for the campaign while it ran."""
    places = stage.own[:2]
    count = len(places) + (campaign is not None)
    numbers = [
        TrackingNumber(
            client=stage.client,
            number=_tracking_number(stage, n),
            provider="Demo calls",
            is_active=n < len(places),
        )
        for n in range(count)
    ]
    TrackingNumber.objects.bulk_create(numbers)
    starts_on = stage.began_on
    placements = [
        NumberPlacement(
            client=stage.client, number=number, community=row.community, starts_on=starts_on
        )
        for number, row in zip(numbers, places, strict=False)
    ]
    if campaign is not None:
        placements.append(
            NumberPlacement(
                client=stage.client,
                number=numbers[-1],
                campaign=campaign,
                starts_on=campaign.starts_on,
                ends_on=campaign.ends_on,
            )
        )
    NumberPlacement.objects.bulk_create(placements)
    return numbers, placements


def _tracking_number(stage: Stage, n: int) -> str:
    """Beside the callers' numbers, and as impossible to dial."""
    if stage.story.country == "RU":
        return f"+7000{9_000_000 + stage.number * 10_000 + (n + 1) * 101:07d}"
    return f"+447700900{990 + n}"


def _plan_calls(stage: Stage, *, places: int) -> list[PlannedCall]:
    story, habits = stage.story, stage.story.calls
    if habits is None:
        return []
    first = stage.today - DAY * min(story.began_days_ago - 3, 415)
    days = days_between(first, stage.yesterday - DAY * habits.stops_days_ago)
    agreed = day_rates(story, story.target, days, starts_on=stage.strategy_starts_on)
    rates = [
        rate * strength_on(habits.strengths, day, today=stage.today) / habits.per_lead
        for rate, day in zip(agreed, days, strict=True)
    ]
    planner = CallPlanner(
        dice(stage.today, story.key, "calls"), places=PLACE_SHARES[:places], last=days[-1]
    )
    lost_since = stage.today - DAY * habits.lost_days if habits.lost_days else None
    return planner.plan(days, rates, lost_since=lost_since)


def _write_source(
    stage: Stage, planned: Sequence[PlannedCall], numbers: Sequence[TrackingNumber]
) -> CallConnection | None:
    """How the calls come in: from a telephony that lists them too, or by files."""
    habits = stage.story.calls
    if habits is not None and habits.source == Call.Source.IMPORT:
        CallImport.objects.create(
            client=stage.client,
            file_name="call-log.csv",
            file_hash=f"{stage.number:064d}",
            rows_read=len(planned),
            rows_new=len(planned),
            imported_by=stage.cast.member(stage.story, "moderator"),
            imported_at=stage.moment(stage.today, 0),
        )
        return None
    silent = stage.story.paused_days_ago or 0
    if not silent:
        stage.line = _line_of(stage, planned, numbers)
    return CallConnection.objects.create(
        client=stage.client,
        provider=CallConnection.Provider.UIS,
        label="Demo calls",
        credentials=json.dumps(
            {"token": f"demo-{stage.story.key}", "access_token": line_key(stage)}
        ),
        # Derived, so that the same day loads the same rows.
        path_token=f"demo-{stage.story.key}-{stage.today:%Y%m%d}-0123456789",
        secret=f"demo-{stage.story.key}",
        is_active=not silent,
        last_event_at=stage.moment(stage.yesterday - DAY * silent, 20),
    )


def _line_of(
    stage: Stage, planned: Sequence[PlannedCall], numbers: Sequence[TrackingNumber]
) -> dict[str, Any]:
    """The line goes on ringing as in the last weeks, from today on."""
    recent = sum(call.day > stage.today - DAY * LINE_DAYS for call in planned)
    shown = [number.number for number in numbers if number.is_active]
    return {
        "key": stage.story.key,
        "numbers": shown,
        "a_day": round(recent / LINE_DAYS, 3),
        "since": stage.today.isoformat(),
        "callers": LINE_CALLERS[stage.story.country],
    }


def _placed(
    call: PlannedCall, numbers: Sequence[TrackingNumber], placements: Sequence[NumberPlacement]
) -> tuple[TrackingNumber | None, NumberPlacement | None]:
    """The number that was dialled; the campaign's only while it ran."""
    if call.place is None:
        return None, None
    placement = placements[call.place]
    is_over = placement.ends_on is not None and call.day > placement.ends_on
    if call.day < placement.starts_on or is_over:
        return numbers[0], placements[0]
    return numbers[call.place], placement


def _call_row(
    stage: Stage,
    call: PlannedCall,
    position: int,
    number: TrackingNumber | None,
    placement: NumberPlacement | None,
    connection: CallConnection | None,
) -> Call:
    clock = dt.time(call.second // 3600, call.second // 60 % 60, call.second % 60)
    evidence = None
    if placement is not None:
        evidence = Evidence.PLACEMENT_NUMBER if placement.campaign_id else Evidence.COMMUNITY_NUMBER
    habits = stage.story.calls
    return Call(
        client=stage.client,
        source=habits.source if habits else Call.Source.MANUAL,
        connection=connection,
        external_id=f"demo-{stage.story.key}-{position:05d}",
        started_at=dt.datetime.combine(call.day, clock, tzinfo=stage.client.zone),
        day=call.day,
        talk_seconds=call.talk,
        wait_seconds=call.wait,
        status=call.status,
        tracking_number=number,
        called_number=number.number if number else "",
        community_id=placement.community_id if placement else None,
        campaign_id=placement.campaign_id if placement else None,
        evidence=evidence,
    )


def _date_callers(client: Client) -> None:
    """Callers were first seen when they called, not while the demo was loaded."""
    first = Call.objects.filter(caller=OuterRef("pk")).order_by("started_at").values("started_at")
    Caller.objects.filter(client=client).update(first_seen_at=Subquery(first[:1]))


def _write_counts(stage: Stage) -> None:
    """Counts that somebody enters day by day; a few days were forgotten."""
    story = stage.story
    days = days_between(stage.began_on + DAY, stage.yesterday)
    rows = []
    for counted in story.counted:
        rng = dice(stage.today, story.key, counted.metric)
        rates = day_rates(story, counted.a_month, days, starts_on=stage.strategy_starts_on)
        totals = spread([rate * 1.1 for rate in rates], rng)
        forgotten = set(rng.sample(days[:-30], 4))
        rows += [
            DayCount(
                client=stage.client,
                metric=counted.metric,
                day=day,
                total=total,
                entered_by=stage.cast.member(story, "moderator"),
                entered_at=stage.moment(day, 19),
            )
            for day, total in zip(days, totals, strict=True)
            if day not in forgotten
        ]
    DayCount.objects.bulk_create(rows, batch_size=1_000)


def plan_tallies(stage: Stage) -> dict[dt.date, CallTally]:
    """By the Monday on which it is entered: the salon's calls of the week before, asked one by one.

    They are written one by one as the weeks go by: an evaluation must not see a week that it is in.
    """
    story = stage.story
    if not story.tally_strength:
        return {}
    days = days_between(stage.began_on, stage.yesterday)
    rates = day_rates(story, story.target, days, starts_on=stage.strategy_starts_on)
    counts = spread(
        [rate * story.tally_strength for rate in rates], dice(stage.today, story.key, Metric.CALLS)
    )
    by_day = dict(zip(days, counts, strict=True))
    mondays = [day for day in days if day.weekday() == 0 and day - DAY * 7 in by_day]
    return {monday: _tally(stage, monday - DAY * 7, by_day) for monday in mondays}


def _tally(stage: Stage, first: dt.date, by_day: dict[dt.date, int]) -> CallTally:
    return CallTally(
        client=stage.client,
        community=stage.own[0].community,
        period=TallyPeriod.WEEK,
        starts_on=first,
        total=sum(by_day[first + DAY * n] for n in range(7)),
        evidence=CallTally.By.OPERATOR,
        entered_by=stage.cast.member(stage.story, "moderator"),
        entered_at=stage.moment(first + DAY * 7, 10),
    )
