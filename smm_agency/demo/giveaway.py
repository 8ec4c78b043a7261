"""The demo's giveaway: 120 invented entries, a sealed list, a draw that anybody can repeat."""

import datetime as dt
from decimal import Decimal

from clients.models import Role
from promotion.drawing import draw_winners, seal_list
from promotion.models import Campaign, Prize, PromoAction
from promotion.participant_rows import Row
from promotion.participants import add_rows, exclude
from promotion.prize_delivery import move_prize
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage

STORY = "salon"
ENTRIES = 120
PRIZES = (("Уход за волосами на год", 1, 18_000), ("Набор для дома", 3, 2_500))
NAMES = ("Анна", "Ольга", "Ирина", "Мария", "Елена", "Дарья")


def write_giveaway(stage: Stage) -> None:
    campaign = Campaign.objects.filter(
        client=stage.client, kind=Campaign.Kind.GIVEAWAY, ends_on__isnull=False
    ).first()
    if stage.story.key != STORY or campaign is None or campaign.ends_on is None:
        return
    action = _write_action(stage, campaign, last=campaign.ends_on)
    _write_entries(stage, action)
    _draw(stage, action, last=campaign.ends_on)


def _write_action(stage: Stage, campaign: Campaign, *, last: dt.date) -> PromoAction:
    by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    action = PromoAction.objects.create(
        client=stage.client, campaign=campaign, mechanics="like_comment_repost",
        legal_kind="stimulating_event",
        rules="Подпишитесь, оставьте комментарий, дождитесь розыгрыша. Участие бесплатное.",
        rules_url="https://example.com/rules", organiser=stage.client.legal_name,
        entry_starts_at=stage.moment(campaign.starts_on, 10), entry_ends_at=stage.moment(last, 20),
        draw_at=stage.moment(last + DAY, 12), draw_place="Прямой эфир в сообществе",
        hand_over_until=last + DAY * 30, legal_checked_by=by,
        legal_checked_at=stage.moment(campaign.starts_on - DAY, 15),
    )  # fmt: skip
    for place, (title, quantity, value) in enumerate(PRIZES, start=1):
        Prize.objects.create(
            client=stage.client, action=action, place=place, title=title, quantity=quantity,
            value=Decimal(value), currency=stage.client.currency,
        )  # fmt: skip
    return action


def _write_entries(stage: Stage, action: PromoAction) -> None:
    """Pages that nobody has: their numbers are far above those of the network."""
    rows = [
        Row(
            row=number + 1, key=f"id:vk.com/id99900{number:04d}",
            page_url=f"https://vk.com/id99900{number:04d}",
            name=f"{NAMES[number % len(NAMES)]} Вымышленная",
            entered_at=action.entry_starts_at and action.entry_starts_at + DAY * (number % 6),
        )
        for number in range(1, ENTRIES + 1)
    ]  # fmt: skip
    at = stage.moment((action.entry_ends_at or stage.moment(stage.today, 0)).date(), 21)
    add_rows(action, rows, at=at)
    first = action.participants.order_by("number").first()
    if first is not None:
        by = stage.cast.member(stage.story, Role.PAID_SOCIAL)
        exclude(first, reason="Сотрудница салона", by=by, at=at)


def _draw(stage: Stage, action: PromoAction, *, last: dt.date) -> None:
    by = stage.cast.member(stage.story, Role.PAID_SOCIAL)
    drawn_on = last + DAY
    draw = seal_list(
        action, seen=ENTRIES - 1, source="Курс доллара Банка России на день розыгрыша",
        seed_at=stage.moment(drawn_on, 11), by=by, at=stage.moment(last, 22),
    )  # fmt: skip
    draw = draw_winners(
        action, seed="92,3480", seen_hash=draw.list_hash, by=by, at=stage.moment(drawn_on, 12, 30)
    )
    winner = draw.winners.order_by("place").first()
    if winner is not None:
        for days, state in ((2, "contacted"), (6, "received")):
            on = drawn_on + DAY * days
            move_prize(winner, state, seen=winner.state, on=on, at=stage.moment(on, 15))
            winner.refresh_from_db()
