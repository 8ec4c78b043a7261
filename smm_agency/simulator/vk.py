"""VK's side: `/method/<name>` with its envelopes. Errors come with HTTP 200."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from smm_agency.simulator import figures, vk_comments, vk_wall
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.vk_rules import (
    GROUP,
    KINDS,
    MOSCOW,
    PER_SECOND,
    RIGHTS,
    SERVICE,
    TEXTS,
    VK_ID_METHODS,
    VkError,
    admit_administrator,
    kind_of,
    number_in,
    owner_in,
)
from smm_agency.simulator.world import World


def answer(world: World, method: str, parameters: Mapping[str, str], secret: str) -> Json:
    """VK's envelope for one call."""
    try:
        _admit(world, method, parameters, secret)
        return {"response": _METHODS[method](world, parameters, secret)}
    except VkError as error:
        return error_envelope(error.code, method, parameters, error.text)


def error_envelope(code: int, method: str, parameters: Mapping[str, str], text: str = "") -> Json:
    """As VK does, it echoes the parameters, the key among them where it came as a parameter."""
    echo = [{"key": "method", "value": method}, {"key": "oauth", "value": "1"}]
    echo += [{"key": name, "value": value} for name, value in parameters.items()]
    body: Json = {
        "error_code": code,
        "error_msg": text or TEXTS.get(code, "Unknown error occurred"),
        "request_params": echo,
    }
    if code == 14:
        body |= {"captcha_sid": "548747100691", "captcha_img": "https://api.vk.ru/captcha.php?s=1"}
    if code in (14, 17):
        body["redirect_uri"] = "https://id.vk.ru/not_robot_captcha?domain=vk.com&session_token=x"
    return {"error": body}


def _admit(world: World, method: str, parameters: Mapping[str, str], secret: str) -> None:
    kind = kind_of(world, secret) if secret else ""
    state = world.scenario.tokens.get(secret, {}).get("state")
    if not secret:
        raise VkError(5, "User authorization failed: no access_token passed.")
    if not kind or state == "revoked":
        raise VkError(5)
    if state == "expired":
        raise VkError(1117)
    if world.is_too_fast(f"vk:{secret}", PER_SECOND.get(kind, 3)):
        raise VkError(6)
    if "v" not in parameters:
        raise VkError(100, f"{TEXTS[100]}: v (version) is required")
    if method not in KINDS:
        raise VkError(3)
    _admit_kind(kind, method)
    if method not in _METHODS:
        raise VkError(1, "The simulator does not play this method.")


def _admit_kind(kind: str, method: str) -> None:
    if kind == "vk_id":
        if method not in VK_ID_METHODS:
            raise VkError(1051)
    elif kind not in KINDS[method]:
        raise VkError({GROUP: 27, SERVICE: 28}.get(kind, 15))


# --- Methods -------------------------------------------------------------------------------------


def _groups_get_by_id(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    names = (parameters.get("group_ids") or parameters.get("group_id") or "").split(",")
    most = world.scenario.ids_per_call
    if len(names) > most:
        raise VkError(100, f"{TEXTS[100]}: group_ids should contain at most {most} items")
    fields = parameters.get("fields", "").split(",")
    groups = [_group(world, _group_id(world, name), fields) for name in names if name]
    return {"groups": [group for group in groups if group], "profiles": []}


def _groups_get_members(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    group_id = _group_id(world, parameters.get("group_id", ""))
    if parameters.get("filter") == "managers":
        return _managers(world, group_id, secret)
    group = _group(world, group_id, ["members_count"])
    if not group or "members_count" not in group:
        raise VkError(15, "Access denied: group hide members")
    return {"count": group["members_count"], "items": []}


def _managers(world: World, group_id: str, secret: str) -> Json:
    """Told to those who manage the group, by whichever key."""
    listed = world.scenario.tokens.get(secret, {})
    is_manager = group_id in listed.get("admin_of", [group_id])
    if kind_of(world, secret) == SERVICE or not is_manager:
        raise VkError(15, "Access denied: you should be group moderator")
    count = world.scenario.groups.get(group_id, {}).get("managers", 2)
    roles = ["creator", *["administrator"] * (count - 1)]
    return {"count": count, "items": [{"id": n, "role": r} for n, r in enumerate(roles, start=7)]}


def _resolve(world: World, parameters: Mapping[str, str], _secret: str) -> Json | list[Json]:
    group = _group(world, _group_id(world, parameters.get("screen_name", "")), [])
    return {"type": "group", "object_id": group["id"]} if group else []


def _users_get(world: World, _parameters: Mapping[str, str], secret: str) -> list[Json]:
    """Without ids a user's key answers with its owner, a community's with nobody."""
    if kind_of(world, secret) not in ("user", "vk_id"):
        return []
    return [{"id": 7, "first_name": "Анна", "last_name": "Тестова", "can_access_closed": True}]


def _token_permissions(world: World, _parameters: Mapping[str, str], secret: str) -> Json:
    names = world.scenario.tokens.get(secret, {}).get("rights", list(RIGHTS))
    rights = [{"setting": RIGHTS[name], "name": name} for name in names]
    return {"mask": sum(RIGHTS[name] for name in names), "permissions": rights}


def _wall_get(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    count, offset = number_in(parameters, "count", 20), number_in(parameters, "offset", 0)
    if not 0 <= count <= 100:
        raise VkError(100, f"{TEXTS[100]}: count should be less or equal to 100")
    group_id = owner_in(parameters)
    if parameters.get("filter") == "postponed":
        items = _waiting(world, group_id, secret)
    else:
        items = wall(world, group_id)
    return {"count": len(items), "items": items[offset : offset + count]}


def _waiting(world: World, group_id: str, secret: str) -> list[Json]:
    """Shown to those who edit the community."""
    if kind_of(world, secret) != "user":
        raise VkError(15, "Access denied: postponed posts are for editors")
    admit_administrator(world, group_id, secret)
    return [_item(group_id, each) for each in vk_wall.posted(world, group_id, is_waiting=True)]


def _wall_get_by_id(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    found: list[Json] = []
    """Of walls that are closed VK shows nothing, as of posts that are gone."""
    wanted: dict[str, set[str]] = {}
    for name in parameters.get("posts", "").split(",")[:100]:
        owner, _, number = name.partition("_")
        wanted.setdefault(owner.removeprefix("-"), set()).add(number)
    for group_id, numbers in wanted.items():
        try:
            items = wall(world, group_id)
        except VkError:
            continue
        found += [item for item in items if str(item["id"]) in numbers]
    return {"items": found, "profiles": [], "groups": []}


def _wall_get_comments(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    number = str(number_in(parameters, "post_id", 0))
    for item in wall(world, owner_in(parameters)):
        if str(item["id"]) == number:
            count = item.get("comments", {}).get("count", 0)
            return vk_comments.answer_comments(world, parameters, count)
    raise VkError(100, f"{TEXTS[100]}: post_id is invalid")


def _stats_get(world: World, parameters: Mapping[str, str], secret: str) -> list[Json]:
    """Days by Moscow's clock, the newest first, of a group that the key's owner administers."""
    group_id = _group_id(world, parameters.get("group_id", ""))
    admit_administrator(world, group_id, secret)
    if parameters.get("interval") != "day":
        raise VkError(100, f"{TEXTS[100]}: the simulator tells days only")
    first, last = (_moscow_day(parameters, name) for name in ("timestamp_from", "timestamp_to"))
    told = world.scenario.groups.get(group_id, {}).get("statistics", {})
    days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        _period(day, told.get(day.isoformat(), _invented_day(world, group_id, day)))
        for day in days
        if day <= world.now().astimezone(MOSCOW).date()
    ]


def _moscow_day(parameters: Mapping[str, str], name: str) -> date:
    seconds = parameters.get(name, "")
    if not re.fullmatch(r"\d{1,11}", seconds):
        raise VkError(100, f"{TEXTS[100]}: {name} not integer")
    return datetime.fromtimestamp(int(seconds), tz=MOSCOW).date()


def _period(day: date, told: Json) -> Json:
    begins = int(datetime.combine(day, time(), tzinfo=MOSCOW).timestamp())
    return {"period_from": begins, "period_to": begins + 86_399, **told}


def _invented_day(world: World, group_id: str, day: date) -> Json:
    """As many came and left as the invented levels of two days differ."""
    level, before = (world.followers_on(group_id, each) for each in (day, day - timedelta(days=1)))
    left = int(3 * figures.share(group_id, day, "left")) + max(0, before - level)
    activity = {"subscribed": level - before + left, "unsubscribed": left, "likes": left * 4}
    reach = int(level * (0.1 + 0.2 * figures.share(group_id, day, "reach")))
    return {
        "activity": {name: count for name, count in activity.items() if count},
        "reach": {"reach": reach, "reach_subscribers": reach // 2},
    }


_METHODS: dict[str, Callable[[World, Mapping[str, str], str], Json | list[Json] | int]] = {
    "groups.getById": _groups_get_by_id,
    "groups.getMembers": _groups_get_members,
    "groups.getTokenPermissions": _token_permissions,
    "stats.get": _stats_get,
    "utils.resolveScreenName": _resolve,
    "users.get": _users_get,
    "wall.get": _wall_get,
    "wall.getById": _wall_get_by_id,
    "wall.getComments": _wall_get_comments,
    **vk_wall.METHODS,
    **vk_comments.METHODS,
}


# --- What stands on VK ---------------------------------------------------------------------------


def _group_id(world: World, name: str) -> str:
    """The group's number for a number, clubN or a screen name."""
    if matched := re.fullmatch(r"(?:club|public|event)?(\d+)", name):
        if int(matched[1]) == 0:
            raise VkError(125)
        return matched[1]
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]+", name):
        raise VkError(125)
    for group_id, group in world.scenario.groups.items():
        if group.get("screen_name") == name:
            return group_id
    return str(1_000_000 + int(figures.share("vk", name) * 200_000_000))


def _group(world: World, group_id: str, fields: list[str]) -> Json | None:
    listed = world.scenario.groups.get(group_id)
    if listed is None and not world.scenario.invent:
        return None
    spec = listed or {}
    body: Json = {
        "id": int(group_id),
        "name": spec.get("name", f"Сообщество {group_id}"),
        "screen_name": spec.get("screen_name", f"club{group_id}"),
        "is_closed": 0,
        "type": "group",
        "photo_50": "https://vk.com/images/community_50.png",
        "photo_100": "https://vk.com/images/community_100.png",
        "photo_200": "https://vk.com/images/community_200.png",
    }
    if "deactivated" in spec:
        return {**body, "name": "DELETED", "deactivated": spec["deactivated"]}
    body |= {name: value for name, value in _page(group_id, listed).items() if name in fields}
    members = spec.get("members_count", world.followers(group_id))
    if "members_count" in fields and members is not None:
        body["members_count"] = members
    return body


def _page(group_id: str, listed: Json | None) -> Json:
    """What is set on the page; a group that is listed without it tells nothing of it."""
    if listed is not None:
        told: Json = listed.get("page", {})
        return told
    return {
        "activity": "Компания",
        "addresses": {"is_enabled": False},
        "can_message": 1,
        "contacts": [],
        "cover": {"enabled": int(figures.share(group_id, "cover") < 0.7)},
        "description": "О компании, ценах и записи.",
        "has_photo": 1,
        "site": "https://shop.example/",
        "verified": 0,
        "wall": 2,
    }


def wall(world: World, group_id: str) -> list[Json]:
    """The wall's items in VK's order: the pinned post first, then by date, newest first."""
    spec = world.scenario.groups.get(group_id)
    if spec is None and not world.scenario.invent:
        raise VkError(15, "Access denied: no access to this group")
    if spec and ("deactivated" in spec or spec.get("wall") == "closed"):
        raise VkError(15, "Access denied: this wall available only for community members")
    if spec and "posts" in spec:
        items = [_item(group_id, post) for post in spec["posts"]]
    else:
        items = _invented(world, group_id, (spec or {}).get("language", "ru"))
    items += [_item(group_id, post) for post in vk_wall.posted(world, group_id)]
    return sorted(items, key=lambda item: (item.get("is_pinned") != 1, -item["date"]))


def _invented(world: World, group_id: str, language: str) -> list[Json]:
    now = world.now()
    posts = figures.posts(group_id, now, reach=world.followers(group_id), language=language)
    items = [_item(group_id, _as_item(post, now)) for post in posts]
    old = [item for item in items if item["date"] < (now - timedelta(days=40)).timestamp()]
    if old and figures.share(group_id, "pins") < 0.5:
        old[0]["is_pinned"] = 1
    return items


def _as_item(post: figures.InventedPost, now: datetime) -> Json:
    seconds = int(post.at.timestamp())
    photos = [
        {"type": "photo", "photo": {"id": post.number * 10 + place, "date": seconds}}
        for place in range(post.photos)
    ]
    return {
        "id": post.number,
        "date": seconds,
        "text": post.text,
        "attachments": photos,
        "likes": {"can_like": 0, "count": post.likes, "user_likes": 0},
        "comments": {"count": post.comments},
        "reposts": {"count": post.shares},
        "views": {"count": post.views},
    }


def _item(group_id: str, given: Json) -> Json:
    """A whole wall item; what is given replaces, a given null leaves the field out."""
    owner = -int(group_id)
    if given.get("is_deleted"):
        head = {"id": given["id"], "date": given["date"], "is_deleted": True}
        return {"inner_type": "wall_wallpost", "owner_id": owner, "from_id": owner, **head}
    body = {
        "inner_type": "wall_wallpost",
        "comments": {"count": 0},
        "marked_as_ads": 0,
        "type": "post",
        "push_subscription": {"is_subscribed": False},
        "attachments": [],
        "date": 0,
        "from_id": owner,
        "id": 0,
        "likes": {"can_like": 0, "count": 0, "user_likes": 0},
        "owner_id": owner,
        "post_type": "post",
        "reposts": {"count": 0},
        "text": "",
        "views": {"count": 0},
        **given,
    }
    for attachment in body["attachments"] or []:
        if "photo" in attachment:
            attachment["photo"].setdefault("owner_id", owner)
    return {name: value for name, value in body.items() if value is not None}
