"""What was agreed with the demo's clients: packages, terms, results of the blocks, hours, tasks."""

import datetime as dt
import random
from decimal import Decimal

from clients.models import (
    Block,
    BlockResult,
    ClientStatus,
    Contact,
    EngagementService,
    Package,
    PackageService,
    Paper,
    PaperKind,
    Performer,
    ResultMove,
    ResultState,
    Role,
    TeamMember,
    TimeEntry,
)
from clients.packages import TERMS
from clients.task_templates import add_test_calls
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage

PACKAGES = {"clinic": "whole", "newcomer": "whole"}
USUAL = "management"
HOURS_DAYS = 45
# Role → block, and minutes that a day of it may take.
WORKED = {
    Role.ACCOUNT_MANAGER: (Block.STRATEGY, (15, 30, 60)),
    Role.CONTENT_MANAGER: (Block.MANAGEMENT, (60, 90, 120, 150)),
    Role.DESIGNER: (Block.MANAGEMENT, (60, 90)),
    Role.PAID_SOCIAL: (Block.PROMOTION, (30, 60)),
    Role.MODERATOR: (Block.MANAGEMENT, (30, 60)),
}
AWAY_IN_DAYS, AWAY_DAYS = 2, 9
SATURDAY, OFTEN = 5, 0.55


def write_agreement(stage: Stage) -> None:
    """After the papers: an act goes with what was accepted."""
    set_terms(stage)
    write_results(stage)
    write_hours(stage)
    if stage.story.takes_calls and stage.story.status == ClientStatus.ACTIVE:
        add_test_calls(stage.client, starts_on=stage.today)


def set_terms(stage: Stage) -> None:
    """Of what the agency does, as the package sells it; stories of the clinic come on top."""
    engagement = stage.engagement
    engagement.package = Package.objects.get(code=PACKAGES.get(stage.story.key, USUAL))
    engagement.save(update_fields=["package"])
    sold = {
        row.service_id: row for row in PackageService.objects.filter(package=engagement.package)
    }
    rows = list(EngagementService.objects.filter(engagement=engagement).select_related("service"))
    for row in rows:
        terms = sold.get(row.service_id)
        if terms is None or row.performer != Performer.AGENCY:
            continue
        for name in TERMS:
            setattr(row, name, getattr(terms, name))
        if stage.story.key == "clinic" and row.service.code == "stories":
            row.is_extra, row.price = True, Decimal(6000)
    EngagementService.objects.bulk_update(rows, [*TERMS, "is_extra", "price"])


def write_results(stage: Stage) -> None:
    """A client that has its strategy has accepted it, and the communities before it."""
    is_over = stage.story.is_strategy_approved
    contact = Contact.objects.filter(client=stage.client, is_main=True).first()
    act = Paper.objects.filter(client=stage.client, kind=PaperKind.ACT, state="signed").last()
    by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    for block in Block.values:
        is_accepted = is_over and contact is not None and block in (Block.CREATION, Block.STRATEGY)
        row = BlockResult(
            client=stage.client,
            engagement=stage.engagement,
            block=block,
            state=ResultState.ACCEPTED if is_accepted else ResultState.IN_WORK,
        )
        if is_accepted and contact is not None:
            row.accepted_on = stage.strategy_starts_on - DAY
            row.accepted_by, row.accepted_by_name = contact, contact.name
            row.paper = act if block == Block.STRATEGY else None
        row.save()
        ResultMove.objects.create(
            client=stage.client, result=row, old=ResultState.NOT_BEGUN, new=row.state, moved_by=by,
            moved_at=stage.moment(row.accepted_on or stage.began_on, 17),
            accepted_on=row.accepted_on, accepted_by_name=row.accepted_by_name,
        )  # fmt: skip


def write_hours(stage: Stage) -> None:
    """Of the last weeks, while somebody worked: not at the weekend."""
    chance = random.Random(f"hours {stage.story.key}")
    last = stage.story.paused_days_ago or 0
    first = min(HOURS_DAYS + last, stage.story.began_days_ago)
    days = [stage.today - DAY * ago for ago in range(first, last, -1)]
    TimeEntry.objects.bulk_create(
        TimeEntry(
            client=stage.client, engagement=stage.engagement, block=WORKED[Role(role)][0],
            person=stage.cast[username], day=day, minutes=chance.choice(WORKED[Role(role)][1]),
            made_at=stage.moment(day, 18),
        )
        for day in days
        for role, username in stage.story.team
        if role in WORKED and day.weekday() < SATURDAY and chance.random() < OFTEN
    )  # fmt: skip


def send_on_holiday(stages: list[Stage], *, today: dt.date) -> None:
    """A moderator of the clinic goes away the day after tomorrow; another client's stands in."""
    moderators = {
        stage.story.key: stage.cast[username]
        for stage in stages
        for role, username in stage.story.team
        if role == Role.MODERATOR
    }
    away = moderators.get("clinic")
    colleague = next((person for person in moderators.values() if person != away), None)
    if away is None or colleague is None:
        return
    clinics = [stage.client for stage in stages if stage.story.key == "clinic"]
    member = TeamMember.objects.get(client__in=clinics, user=away)
    first = today + DAY * AWAY_IN_DAYS
    # Not by the step, which refuses days that are over: the demo may be loaded as of an old day.
    TeamMember.objects.create(
        client=member.client, user=colleague, role=member.role, starts_on=first,
        ends_on=first + DAY * AWAY_DAYS, stands_in_for=member,
    )  # fmt: skip
