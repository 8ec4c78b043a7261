"""Odnoklassniki's side: signed calls at `/fb.do`, sessions, the graph of a group's bot.

Errors come with HTTP 200, a flat object and the header Invocation-Error; some methods answer with a
bare scalar. `pages` of the scenario: {group's number: {"name", "shortname", "members_count": number
or null (hidden), "description", "homepage_url", "address", "avatar", "private", "posts": [topics],
"trends": {"2026-11-23": {field: value}}}}; a topic: {"id", "created_ms", "text", "media",
"like_summary"…, "statistics": {field: value} or null (nobody saw it)}. A key may be listed with
"admin_of" (groups) and "refresh" (its refresh secret).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import md5
from zoneinfo import ZoneInfo

from smm_agency.simulator import figures
from smm_agency.simulator.players import Asked, Played
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

MOSCOW = ZoneInfo("Europe/Moscow")
PER_SECOND = 3
# The one application that the simulated network knows: id, public key, secret key.
APPLICATION = ("512000000001", "CDEMOKEYLGDIHBABABA", "demo-application-secret")
OWNER = "550100000001"
MOST_IDS = 100
_UNSIGNED = {"access_token", "session_key", "sig"}

TEXTS = {
    2: "SERVICE : Service is temporary unavailable",
    3: "METHOD : Method does not exist",
    7: "ACTION_BLOCKED : Action is blocked",
    8: "FLOOD_BLOCKED : Flood blocked",
    10: "PERMISSION_DENIED : User must grant an access to permission",
    11: "LIMIT_REACHED : Limit reached",
    26: "TOTAL_LIMIT_REACHED : Total limit reached",
    100: "PARAM : Missing or invalid parameter",
    101: "PARAM_API_KEY : No application key is specified",
    102: "PARAM_SESSION_EXPIRED : Session expired",
    103: "PARAM_SESSION_KEY : Invalid session key",
    104: "PARAM_SIGNATURE : Invalid signature",
    160: "PARAM_GROUP_ID : Invalid group id",
    401: "AUTH_LOGIN : Authentication failed",
    453: "SESSION_REQUIRED : Session is required for the method execution",
}


class OkError(Exception):
    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


@dataclass(frozen=True)
class _Ask:
    """One admitted call."""

    world: World
    parameters: Mapping[str, str]
    secret: str

    def __getitem__(self, name: str) -> str:
        return self.parameters.get(name, "")


class OkPlayer:
    def call_name(self, asked: Asked) -> str:
        if asked.path == "fb.do":
            return asked.parameters.get("method", "")
        if asked.path == "oauth/token.do":
            return "oauth/token"
        return asked.path if asked.path == "graph/me/chats" else ""

    def answer(self, world: World, asked: Asked) -> Played:
        try:
            if asked.error:
                raise OkError(int(asked.error))
            if asked.path == "oauth/token.do":
                return _token(world, asked.parameters)
            if asked.path.startswith("graph/"):
                _admit(world, asked.parameters.get("access_token", ""), kind="community")
                return Played(200, {"chats": []})
            return Played(200, _called(world, asked.parameters))
        except OkError as error:
            return _refusal(error.code)


PLAYER = OkPlayer()


def _refusal(code: int) -> Played:
    text = TEXTS.get(code, "UNKNOWN : Unknown error")
    body = {"error_code": code, "error_data": None, "error_msg": text}
    return Played(200, body, {"Invocation-Error": str(code)})


def _called(world: World, parameters: Mapping[str, str]) -> object:
    _check_signature(parameters)
    secret = parameters.get("access_token", "")
    if not secret:
        raise OkError(453)
    _admit(world, secret, kind="user")
    play = _METHODS.get(parameters["method"])
    if play is None:
        raise OkError(3)
    return play(_Ask(world, parameters, secret))


def _check_signature(parameters: Mapping[str, str]) -> None:
    _number, public, secret = APPLICATION
    if parameters.get("application_key") != public:
        raise OkError(101)
    signed = "".join(f"{name}={parameters[name]}" for name in sorted({*parameters} - _UNSIGNED))
    token = parameters.get("access_token", "")
    key = _md5(token + secret) if token else secret
    if parameters.get("sig") != _md5(signed + key):
        raise OkError(104)


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _admit(world: World, secret: str, *, kind: str) -> None:
    listed = world.scenario.tokens.get(secret)
    if listed is None and not world.scenario.any_token:
        raise OkError(103)
    listed = listed or {}
    if listed.get("kind", kind) != kind or listed.get("state") == "revoked":
        raise OkError(103)
    if listed.get("state") == "expired":
        raise OkError(102)
    if world.is_too_fast(f"ok:{secret}", PER_SECOND):
        raise OkError(11)


def _token(world: World, parameters: Mapping[str, str]) -> Played:
    """A new session for a refresh secret; a session that was taken back has none."""
    number, _public, secret = APPLICATION
    client = (parameters.get("client_id"), parameters.get("client_secret"))
    tokens = world.scenario.tokens
    wanted = parameters.get("refresh_token")
    old = next((each for each, listed in tokens.items() if listed.get("refresh") == wanted), "")
    if client != (number, secret) or not old or tokens[old].get("state") == "revoked":
        return Played(400, {"error": "invalid_grant", "error_description": "Expired refresh token"})
    listed = {name: value for name, value in tokens[old].items() if name != "state"}
    tokens[f"{old}.renewed"] = listed
    return Played(
        200,
        {"access_token": f"{old}.renewed", "token_type": "session", "expires_in": "1800"},
    )


# --- Methods -------------------------------------------------------------------------------------


def _logged_in(_ask: _Ask) -> str:
    return OWNER


def _url_info(ask: _Ask) -> Json:
    name = ask["url"].rstrip("/").rpartition("/")[2]
    for group_id, page in _pages(ask.world).items():
        if page.get("shortname") == name:
            return _object("GROUP", group_id)
    if not ask.world.scenario.invent:
        return _object("UNKNOWN", "0")
    return _object("GROUP", str(57_000_000_000_000 + int(figures.share("ok", name) * 10**10)))


def _object(kind: str, number: str) -> Json:
    return {"type": kind, "objectId": int(number), "objectIdStr": number}


def _group_info(ask: _Ask) -> list[Json]:
    ids = [each for each in ask["uids"].split(",") if each]
    if not ids or len(ids) > MOST_IDS or not all(re.fullmatch(r"\d{1,19}", each) for each in ids):
        raise OkError(100)
    fields = {each.strip().lower() for each in ask["fields"].split(",")}
    found = ((each, _page(ask.world, each)) for each in ids)
    return [_group(ask.world, each, page, fields) for each, page in found if page is not None]


def _group(world: World, group_id: str, page: Json, fields: set[str]) -> Json:
    whole = {
        "name": page.get("name", f"Группа {group_id}"),
        "shortname": page.get("shortname"),
        "members_count": page.get("members_count", world.followers(group_id)),
        "description": page.get("description"),
        "homepage_url": page.get("homepage_url"),
        "address": page.get("address"),
    }
    told = {name: value for name, value in whole.items() if name in fields and value is not None}
    if "pic_avatar" in fields and page.get("avatar", True):
        told["picAvatar"] = f"https://i.mycdn.me/image?id={group_id}"
    return {"uid": group_id, **told}


def _stat_topics(ask: _Ask) -> Json:
    """Topics that anybody saw, newest first. The anchor is given even after the last of them."""
    _check_admin(ask)
    count = _whole(ask, "count", 50)
    if not 1 <= count <= MOST_IDS:
        raise OkError(100)
    since, until = _whole(ask, "start_time", 0), _whole(ask, "end_time", 0)
    topics = [
        topic
        for topic in _topics(ask.world, ask["gid"])
        if since <= topic["created_ms"] < until and topic["statistics"] is not None
    ]
    if ask["anchor"]:
        before = _place(ask["anchor"])
        topics = [topic for topic in topics if (topic["created_ms"], topic["id"]) < before]
    page = topics[:count]
    anchor = f"{page[-1]['created_ms']}_{page[-1]['id']}" if page else ask["anchor"]
    body: Json = {"topics": [_statistics(topic, ask["fields"]) for topic in page]}
    if anchor:
        body["anchor"] = anchor
    return body | ({"has_more": True} if len(topics) > count else {})


def _place(anchor: str) -> tuple[int, str]:
    created, _, number = anchor.partition("_")
    if not created.isdigit():
        raise OkError(100)
    return int(created), number


def _statistics(topic: Json, fields: str) -> Json:
    told = {"created_ms": topic["created_ms"], **topic["statistics"]}
    wanted = fields.lower().split(",")
    return {"id": topic["id"]} | {name: told[name] for name in wanted if told.get(name) is not None}


def _by_ids(ask: _Ask) -> Json:
    ids = ask["topic_ids"].split(",")
    if len(ids) > MOST_IDS:
        raise OkError(100)
    found = [topic for each in ids if (topic := _topic_of(ask.world, each)) is not None]
    return {"media_topics": [_shown(topic) for topic in found]}


def _shown(topic: Json) -> Json:
    return {name: value for name, value in topic.items() if name != "statistics"}


def _trends(ask: _Ask) -> Json:
    """A list of points per field; of a day that nobody counted there is no point."""
    _check_admin(ask)
    fields = [each.strip().lower() for each in ask["fields"].split(",")]
    first, last = (_day(_whole(ask, name, 0)) for name in ("start_time", "end_time"))
    told = (_page(ask.world, ask["gid"]) or {}).get("trends")
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, 400))]
    days = [day for day in days if day < _moscow(ask.world.now()).date()]
    values = {day: _of_day(ask.world, ask["gid"], day, told) for day in days}
    return {
        field: [
            {"time": _midnight(day), "value": values[day][field]}
            for day in days
            if field in values[day]
        ]
        for field in fields
    }


def _of_day(world: World, group_id: str, day: date, told: Json | None) -> Json:
    if told is not None:
        return dict(told.get(day.isoformat(), {}))
    return _invented_day(world, group_id, day)


_METHODS: dict[str, Callable[[_Ask], object]] = {
    "users.getLoggedInUser": _logged_in,
    "url.getInfo": _url_info,
    "group.getInfo": _group_info,
    "group.getStatTopics": _stat_topics,
    "group.getStatTrends": _trends,
    "mediatopic.getByIds": _by_ids,
}


def _whole(ask: _Ask, name: str, default: int) -> int:
    text = ask[name] or str(default)
    if not re.fullmatch(r"\d{1,15}", text):
        raise OkError(100)
    return int(text)


def _check_admin(ask: _Ask) -> None:
    if not re.fullmatch(r"\d{1,19}", ask["gid"]) or _page(ask.world, ask["gid"]) is None:
        raise OkError(160)
    listed = ask.world.scenario.tokens.get(ask.secret, {})
    if ask["gid"] not in listed.get("admin_of", [ask["gid"]]):
        raise OkError(10)


# --- What stands on Odnoklassniki ----------------------------------------------------------------


def _pages(world: World) -> dict[str, Json]:
    return world.scenario.pages.get("ok", {})


def _page(world: World, group_id: str) -> Json | None:
    page = _pages(world).get(group_id)
    return {} if page is None and world.scenario.invent else page


def _topics(world: World, group_id: str) -> list[Json]:
    """The group's topics, newest first."""
    page = _page(world, group_id) or {}
    given = page["posts"] if "posts" in page else _invented(world, group_id)
    topics = [_topic(group_id, each) for each in given]
    return sorted(topics, key=lambda each: (each["created_ms"], each["id"]), reverse=True)


def _topic(group_id: str, given: Json) -> Json:
    """A whole topic; what is given replaces."""
    text = {"type": "text", "text": given.get("text", "")}
    whole: Json = {
        "author_ref": f"group:{group_id}",
        "media": [text, *given.get("media", [])],
        "statistics": {},
        **given,
        "id": str(given["id"]),
    }
    whole["media"] = [text, *given.get("media", [])]
    whole.pop("text", None)
    return whole


def _topic_of(world: World, topic_id: str) -> Json | None:
    """A topic of any group; an invented one has its group's number in its own."""
    groups = list(_pages(world))
    if world.scenario.invent and len(topic_id) > 5:
        groups.append(topic_id[5:])
    topics = (topic for each in groups for topic in _topics(world, each))
    return next((topic for topic in topics if topic["id"] == topic_id), None)


def _invented(world: World, group_id: str) -> list[Json]:
    now = world.now()
    posts = figures.posts(group_id, now, reach=world.followers(group_id))
    return [_as_topic(group_id, post) for post in posts]


def _as_topic(group_id: str, post: figures.InventedPost) -> Json:
    photos = [f"photo:{post.number}{place}" for place in range(post.photos)]
    return {
        # Five digits, then the group: the number stays below 2^63.
        "id": f"{10_000 + post.number}{group_id}",
        "created_ms": int(post.at.timestamp() * 1000),
        "text": post.text,
        "media": [{"type": "photo", "photo_refs": photos}] if photos else [],
        "discussion_summary": {"comments_count": post.comments},
        "like_summary": {"count": post.likes, "self": False},
        "reshare_summary": {"count": post.shares},
        "statistics": {
            "reach": int(post.views * 0.8),
            "renderings": post.views,
            "likes": post.likes,
            "comments": post.comments,
            "reshares": post.shares,
            "link_clicks": post.views // 200,
        },
    }


def _invented_day(world: World, group_id: str, day: date) -> Json:
    """As many came and left as the invented levels of two days differ."""
    level, before = (world.followers_on(group_id, each) for each in (day, day - timedelta(days=1)))
    left = int(3 * figures.share(group_id, day, "left")) + max(0, before - level)
    reach = int(level * (0.1 + 0.2 * figures.share(group_id, day, "reach")))
    return {
        "members_count": level,
        "new_members": level - before + left,
        "left_members": left,
        "reach": reach,
        "renderings": reach * 2,
        "likes": reach // 30,
        "comments": reach // 300,
        "reshares": reach // 400,
        "link_clicks": reach // 150,
    }


def _moscow(at: datetime) -> datetime:
    return at.astimezone(MOSCOW)


def _day(milliseconds: int) -> date:
    return datetime.fromtimestamp(milliseconds / 1000, tz=MOSCOW).date()


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=MOSCOW).timestamp() * 1000)
