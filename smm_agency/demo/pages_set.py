"""What is set on the pages of the demo, as their networks tell it: for the simulator and for us."""

import datetime as dt
from typing import Any

from clients.models import TrackingNumber
from communities.networks import telegram_pages, vk_pages
from communities.networks.keys import TokenKind
from communities.networks.records import PageFacts
from smm_agency.demo.stage import PageRow, Stage

PEOPLE = 2


def page_of(stage: Stage, row: PageRow, number: str) -> dict[str, Any]:
    """Further fields of the network's answer; `number` is the tracking number that is shown."""
    return vk_page(stage, number) if row.page.network == "vk" else channel(stage, number)


def vk_page(stage: Stage, number: str) -> dict[str, Any]:
    """One that is still being set up has no cover, no pinned post and a bare site."""
    is_done = stage.story.is_strategy_approved
    marks = "?utm_source=vk&utm_medium=community" if is_done else ""
    page: dict[str, Any] = {
        "activity": stage.story.industry,
        "addresses": {
            "is_enabled": is_done,
            "main_address": {"id": 1, "address": "Примерная улица, 1"},
        },
        "can_message": 1,
        "contacts": [{"phone": number}] if number else [],
        "cover": {"enabled": int(is_done)},
        "description": stage.story.summary,
        "has_photo": 1,
        "site": f"https://{stage.story.key}.example/{marks}",
        "verified": 0,
        "wall": 2,
    }
    return page | ({"fixed_post": 1} if is_done else {})


def channel(stage: Stage, number: str) -> dict[str, Any]:
    is_done = stage.story.is_strategy_approved
    page: dict[str, Any] = {
        "description": " ".join(filter(None, [stage.story.summary, number])),
        "photo": {"small_file_id": "demo"},
    }
    done = {"pinned_message": {"message_id": 1}, "linked_chat_id": group_of(stage)}
    return page | (done if is_done else {})


def group_of(stage: Stage) -> int:
    """The discussion group of the client's channel."""
    return -(1_009_000_000_000 + stage.number)


def number_of(stage: Stage, row: PageRow) -> str:
    """The number that is placed on this community; "" for none."""
    placed = TrackingNumber.objects.filter(placements__community=row.community)
    return placed.values_list("number", flat=True).first() or ""


def facts_of(stage: Stage, row: PageRow, *, at: dt.datetime) -> PageFacts:
    page = row.page
    told = page_of(stage, row, number_of(stage, row))
    if page.network == "vk":
        return vk_pages.facts(
            {"name": page.title, "screen_name": page.screen_name, **told},
            external_id=page.external_id, admins=PEOPLE, kind=TokenKind.COMMUNITY, read_at=at,
        )  # fmt: skip
    chat = {"title": page.title, "username": page.screen_name, **told}
    return telegram_pages.facts(chat, page.external_id, PEOPLE, read_at=at)
