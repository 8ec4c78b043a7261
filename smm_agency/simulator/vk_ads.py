"""VK Реклама's side: tokens of five, lists by pages, statistics by days.

`pages` of the scenario: {"<client_id of an app>": {
    "user": number, "tokens": how many are given out already,
    "ad_plans" | "ad_groups" | "banners": [{"id", "name", "status", "ad_plan_id", "ad_group_id"}],
    "days": {"<banner's id>": {"2026-11-17": {"shows", "clicks", "spent", "goals", "reach",
                               "joins", "messages"}}}}}
An app that is not listed has an invented account: two campaigns of two groups of two ads, that
cost and bring something every day of `since` (90 days back) to today. Figures of groups and
campaigns are sums of their ads'.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from smm_agency.simulator.figures import share
from smm_agency.simulator.players import Asked, Played
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

PREFIX = "api/v2/"
MOSCOW = ZoneInfo("Europe/Moscow")
SECONDS = 86_400
MOST_TOKENS, MOST_IDS, MOST_DAYS = 5, 200, 366
MOST_LISTED, LISTED = 250, 20
PER_SECOND = 10
DAYS_BACK = 90
RESOURCES = ("ad_plans", "ad_groups", "banners")
PARENTS = {"ad_groups": "ad_plan_id", "banners": "ad_group_id"}

# Code → HTTP status, text.
ERRORS = {
    "expired_token": (401, "Access token is expired"),
    "invalid_token": (401, "Unknown access token"),
    "revoked_token": (401, "Access token is revoked"),
    "invalid_client": (401, "Invalid client credentials"),
    "token_limit_exceeded": (403, "Active access token limit reached"),
    "ERR_WRONG_PARAMETER": (400, "Wrong parameter"),
    "ERR_LIMIT_EXCEEDED": (400, "Too many ids"),
    "ERR_WRONG_DATE": (400, "Wrong date"),
    "ERR_WRONG_IDS": (404, "Wrong ids"),
    "ERR_ACCESS_DENIED": (403, "Access denied"),
    "ERR_INTERNAL": (500, "Internal error"),
    "rate": (429, "Too many requests"),
}
_AUTH = {"expired_token", "invalid_token", "revoked_token", "invalid_client"}


class VkAdsError(Exception):
    """The text is the network's code."""


class VkAdsPlayer:
    def call_name(self, asked: Asked) -> str:
        path = asked.path.removeprefix(PREFIX).removesuffix(".json")
        known = asked.path.startswith(PREFIX) and asked.path.endswith(".json")
        return path if known and (path in _CALLS or _resource_of(path)) else ""

    def answer(self, world: World, asked: Asked) -> Played:
        name = self.call_name(asked)
        try:
            if asked.error:
                raise VkAdsError(asked.error)
            return _limited(world, asked, name)
        except VkAdsError as error:
            return _refuse(str(error))


PLAYER = VkAdsPlayer()


def _limited(world: World, asked: Asked, name: str) -> Played:
    if world.is_too_fast(f"vk_ads:{asked.bearer}", PER_SECOND):
        raise VkAdsError("rate")
    if name == "oauth2/token":
        return Played(200, _token(world, asked.parameters))
    if name == "oauth2/token/delete":
        return _delete(world, asked.parameters)
    account = _account(world, asked.bearer)
    if name == "user":
        return Played(200, {"id": account["user"], "username": "invented@agency_client"})
    if name in RESOURCES:
        return Played(200, _listing(account, name, asked.parameters))
    return Played(200, _statistics(world, account, _resource_of(name), asked.parameters))


def _resource_of(path: str) -> str:
    parts = path.split("/")
    is_days = len(parts) == 3 and (parts[0], parts[2]) == ("statistics", "day")
    return parts[1] if is_days and parts[1] in RESOURCES else ""


_CALLS = {"oauth2/token", "oauth2/token/delete", "user", *RESOURCES}


def _refuse(code: str) -> Played:
    """Of keys the code stands at the top, of other things it stands inside."""
    status, text = ERRORS.get(code, (400, "Something else"))
    told = {"code": code, "message": text}
    if code in _AUTH:
        return Played(status, told, {"WWW-Authenticate": f'Bearer realm="api", error="{code}"'})
    if status == 429:
        return Played(status, {}, {"X-RateLimit-RPS-Limit": "10", "X-RateLimit-RPS-Remaining": "0"})
    return Played(status, {"error": told})


# --- Tokens --------------------------------------------------------------------------------------


def _token(world: World, given: Mapping[str, str]) -> Json:
    """The life comes as a text, the scope as a list: clients have met both."""
    app = given.get("client_id", "")
    if not app or not given.get("client_secret"):
        raise VkAdsError("invalid_client")
    refresh = given.get("refresh_token", "")
    if given.get("grant_type") == "refresh_token":
        _stop_old(world, refresh)
    else:
        if world.spend(f"vk_ads:{app}:tokens", 1) + _given_out(world, app) > MOST_TOKENS:
            raise VkAdsError("token_limit_exceeded")
        refresh = f"refresh-{uuid4().hex}"
    secret = f"vkads.{app}.{uuid4().hex}"
    world.scenario.tokens[secret] = {"kind": "user", "app": app, "refresh": refresh}
    return {
        "access_token": secret,
        "token_type": "bearer",
        "scope": ["read_ads", "read_payments"],
        "expires_in": str(SECONDS),
        "refresh_token": refresh,
        "tokens_left": 0,
    }


def _given_out(world: World, app: str) -> int:
    return int(world.scenario.pages.get("vk_ads", {}).get(app, {}).get("tokens", 0))


def _stop_old(world: World, refresh: str) -> None:
    """The same token with another value: what was given before stops at once."""
    known = [each for each in world.scenario.tokens.values() if each.get("refresh") == refresh]
    if not refresh or (not known and not world.scenario.any_token):
        raise VkAdsError("invalid_token")
    for each in known:
        if each.get("state") == "revoked":
            raise VkAdsError("revoked_token")
        each["state"] = "stopped"


def _delete(world: World, given: Mapping[str, str]) -> Played:
    app = given.get("client_id", "")
    for each in world.scenario.tokens.values():
        if each.get("app") == app:
            each["state"] = "stopped"
    world.spent.pop(f"vk_ads:{app}:tokens", None)
    world.scenario.pages.get("vk_ads", {}).get(app, {}).pop("tokens", None)
    return Played(200, {})


def _account(world: World, secret: str) -> Json:
    listed = world.scenario.tokens.get(secret)
    if not secret or (listed is None and not world.scenario.any_token):
        raise VkAdsError("invalid_token")
    codes = {"expired": "expired_token", "revoked": "revoked_token", "stopped": "invalid_token"}
    if state := (listed or {}).get("state"):
        raise VkAdsError(codes[state])
    # The demo's simulator forgets tokens when it is started anew; their text names the app.
    named = secret.split(".")[1] if secret.count(".") == 2 else "invented"
    app = str((listed or {}).get("app", named))
    told = world.scenario.pages.get("vk_ads", {}).get(app)
    return {"user": 7_000_001, **(told if told is not None else _invented(app))}


# --- What stands in an account -------------------------------------------------------------------


def _invented(app: str) -> Json:
    first = 100_000 + int(share(app, "ids") * 800_000)
    plans: list[Json] = [
        {"id": first + number, "name": name, "status": "active"}
        for number, name in enumerate(("Запись на весну", "Подписчики сообщества"))
    ]
    groups: list[Json] = [
        {"id": plan["id"] * 10 + number, "name": name, "status": "active", "ad_plan_id": plan["id"]}
        for plan in plans
        for number, name in enumerate(("Женщины 25–40", "Похожие на клиентов"))
    ]
    banners = [
        {"id": group["id"] * 10 + number, "name": name, "status": "active",
         "ad_group_id": group["id"]}
        for group in groups
        for number, name in enumerate(("Фото мастера", "Отзыв с телефоном"))
    ]  # fmt: skip
    return {"ad_plans": plans, "ad_groups": groups, "banners": banners}


def _listing(account: Json, resource: str, given: Mapping[str, str]) -> Json:
    rows = account.get(resource, [])
    start, size = _number(given, "offset", 0), _number(given, "limit", LISTED)
    if not 0 < size <= MOST_LISTED or start < 0:
        raise VkAdsError("ERR_WRONG_PARAMETER")
    fields = given.get("fields", "id,name,status").split(",")
    shown = [{name: row.get(name) for name in fields} for row in rows[start : start + size]]
    return {"count": len(rows), "offset": start, "items": shown}


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(given.get(name, default))
    except ValueError:
        raise VkAdsError("ERR_WRONG_PARAMETER") from None


# --- Days ----------------------------------------------------------------------------------------


def _statistics(world: World, account: Json, resource: str, given: Mapping[str, str]) -> Json:
    ids = [each for each in given.get("id", "").split(",") if each]
    first, last = _date(given, "date_from"), _date(given, "date_to")
    today = world.now().astimezone(MOSCOW).date()
    if len(ids) > MOST_IDS:
        raise VkAdsError("ERR_LIMIT_EXCEEDED")
    if not first <= last <= today or (today - first).days > MOST_DAYS:
        raise VkAdsError("ERR_WRONG_DATE")
    known = {str(row["id"]) for row in account.get(resource, [])}
    if not ids or not known.issuperset(ids):
        raise VkAdsError("ERR_WRONG_IDS")
    blocks = set(given.get("metrics", "base").split(","))
    return {"items": [
        {"id": int(each), "rows": [
            _row(account, _banners_of(account, resource, each), day, blocks, today)
            for day in _days(first, last)
        ]}
        for each in ids
    ]}  # fmt: skip


def _date(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError:
        raise VkAdsError("ERR_WRONG_DATE") from None


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _banners_of(account: Json, resource: str, external_id: str) -> list[str]:
    if resource == "banners":
        return [external_id]
    groups = {
        str(row["id"])
        for row in account.get("ad_groups", [])
        if (resource == "ad_groups" and str(row["id"]) == external_id)
        or (resource == "ad_plans" and str(row.get("ad_plan_id")) == external_id)
    }  # fmt: skip
    rows = account.get("banners", [])
    return [str(row["id"]) for row in rows if str(row.get("ad_group_id")) in groups]


def _row(account: Json, banners: list[str], day: date, blocks: set[str], today: date) -> Json:
    figures = [_day_of(account, banner, day, today) for banner in banners]
    total: dict[str, Any] = {
        name: sum(each.get(name, 0) for each in figures)
        for name in ("shows", "clicks", "goals", "reach", "joins", "messages")
    }
    spent = sum((Decimal(str(each.get("spent", "0"))) for each in figures), Decimal())
    whole: Json = {
        # Conversions that the network counts stand inside `vk`; outside there is a 0.
        "base": {
            "shows": total["shows"],
            "clicks": total["clicks"],
            "goals": 0,
            "spent": str(spent),
            "not_ad_spent": "0",
            "vk": {"goals": total["goals"]},
        },
        "events": {"likes": 0, "joinings": total["joins"], "moving_into_group": 0},
        "uniques": {"reach": 0, "total": total["reach"], "increment": total["reach"]},
        "social_network": {
            "vk_join": total["joins"],
            "vk_message": total["messages"],
            "result_join": total["joins"],
            "result_message": total["messages"],
        },
    }
    return {"date": day.isoformat(), **{name: whole[name] for name in whole if name in blocks}}


def _day_of(account: Json, banner: str, day: date, today: date) -> Json:
    if "days" in account:
        listed: Json = account["days"].get(banner, {}).get(day.isoformat(), {})
        return listed
    if not today - timedelta(days=DAYS_BACK) <= day <= today:
        return {}
    quality = share(banner, "quality")
    shows = int(400 + share(banner, day, "shows") * 1_600)
    clicks = int(shows * (0.004 + 0.012 * quality) * (0.5 + share(banner, day, "clicks")))
    joins = int(clicks * (0.1 + 0.3 * quality) * (0.5 + share(banner, day, "joins")))
    cents = round(shows * (6 + 3 * share(banner, day, "spent")))
    return {
        "shows": shows,
        "clicks": clicks,
        "spent": str(Decimal(cents) / 100),
        "goals": joins,
        "reach": int(shows / (1.1 + 0.3 * share(banner, day, "reach"))),
        "joins": joins,
        "messages": int(clicks * 0.05 * (1 + share(banner, day, "messages"))),
    }
