"""The demo's side of the network simulator: where the figures stand, so that they move on."""

import datetime as dt
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from communities.networks.records import PostFormat
from smm_agency.demo.inbox import community_secret
from smm_agency.demo.pages_set import channel, number_of, vk_page
from smm_agency.demo.post_plan import PlannedPost
from smm_agency.demo.readings import comments_of, planned_posts
from smm_agency.demo.stage import PageRow, Stage

VK_KEY = "DEMO-vk-service-key-of-the-agency"


def line_key(stage: Stage) -> str:
    """The key of the Data API, under which the simulator lists the client's calls."""
    return f"DEMO-uis-key-{stage.story.key}"


def scenario_path() -> Path:
    return Path(settings.VAR_DIR) / "simulator.json"


def write_scenario(stages: Sequence[Stage]) -> None:
    """Whole or not at all: the simulator reads the file whenever it changes."""
    path = scenario_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".json.new")
    half.write_text(json.dumps(scenario(stages), ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(half, path)


def scenario(stages: Sequence[Stage]) -> dict[str, Any]:
    rows = [(stage, row) for stage in stages for row in stage.pages if row.page.is_simulated]
    return {
        "levels_on": stages[0].yesterday.isoformat(),
        "levels": {row.page.external_id: row.levels[-1].followers for _stage, row in rows},
        "tokens": {
            VK_KEY: {"kind": "service"},
            # The agency's own bot has no channels.
            settings.DEMO_BOT_TOKEN: {"channels": []},
            **_bots(stages),
            **_community_keys(stages),
        },
        "lines": {line_key(stage): stage.line for stage in stages if stage.line},
        "groups": {
            row.page.external_id: _group(stage, row)
            for stage, row in rows
            if row.page.network == "vk"
        },
        "channels": {
            row.page.external_id: _channel(stage, row)
            for stage, row in rows
            if row.page.network == "telegram"
        },
    }


def _bots(stages: Sequence[Stage]) -> dict[str, dict[str, Any]]:
    """Each bot hears of its own channels; a paused client's is silent, a refused one is out."""
    bots: dict[str, dict[str, Any]] = {}
    for stage in stages:
        if stage.bot is None:
            continue
        own = [row.page for row in stage.own if row.page.network == "telegram"]
        heard = [] if stage.story.paused_days_ago else [page.external_id for page in own]
        bots[stage.bot.secret] = {"kind": "bot", "channels": heard}
        if any(page.silent_days for page in own):
            bots[stage.bot.secret]["state"] = "revoked"
    return bots


def _community_keys(stages: Sequence[Stage]) -> dict[str, dict[str, Any]]:
    return {
        community_secret(stage, row): {"kind": "community"}
        for stage in stages
        for row in stage.own
        if row.page.network == "vk"
    }


def _group(stage: Stage, row: PageRow) -> dict[str, Any]:
    spec: dict[str, Any] = {"name": row.page.title, "screen_name": row.page.screen_name}
    story = stage.story
    if row.community is not None:
        spec["page"] = vk_page(stage, number_of(stage, row))
    if row.community is not None and (story.paused_days_ago or story.negative_days):
        # Walls whose posts are not the simulator's to invent.
        spec["posts"] = _wall(stage, row)
    return spec


def _wall(stage: Stage, row: PageRow) -> list[dict[str, Any]]:
    since = stage.today - dt.timedelta(days=60)
    return [
        {
            "id": post.number,
            "date": int(post.at.timestamp()),
            "text": post.text,
            "is_pinned": int(post.is_pinned),
            "attachments": _photos(post),
            "likes": {"count": post.likes},
            "comments": {"count": comments_of(stage, row, post)},
            "reposts": {"count": post.shares},
            "views": {"count": post.views},
        }
        for post in planned_posts(stage, row)
        if post.at.date() >= since
    ]


def _photos(post: PlannedPost) -> list[dict[str, Any]]:
    count = {PostFormat.TEXT: 0, PostFormat.PHOTO: 1}.get(PostFormat(post.kind), post.messages)
    return [{"type": "photo", "photo": {"id": post.number * 10 + n}} for n in range(count)]


def _channel(stage: Stage, row: PageRow) -> dict[str, Any]:
    names = {"title": row.page.title, "username": row.page.screen_name}
    if row.community is None:
        return names | {"bot_status": "none"}
    return names | {"bot_status": "administrator"} | channel(stage, number_of(stage, row))
