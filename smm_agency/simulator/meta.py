"""Meta's side: nodes and edges of the Graph API for Facebook's pages and Instagram's accounts.

`pages` of the scenario, the fields as Meta names them:
    "facebook"   {page's number: {"name", "username", "followers_count" (null: not told), "about",
                  "website", "phone", "cover", "posts": [{"id", "at", "message", "media_type",
                  "shares", "comments", "reactions", "insights": {metric: count}}],
                  "statistics": {"2026-11-17": {metric: count}}}}
    "instagram"  the same with "biography", and of a post "like_count" (null: hidden),
                 "comments_count", "media_type", "media_product_type"
A key may be listed with "page" (the only one that it reads), "instagram" (tied to that page),
"scopes" (all, where they are not listed), "expires_at", and "usage": how much of its limit is used,
in percent; each call adds "usage_step".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smm_agency.simulator import meta_nodes
from smm_agency.simulator.meta_nodes import MetaError
from smm_agency.simulator.players import Asked, Played
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

VERSION = re.compile(r"v\d+\.\d+")
MOST_IDS = 50
EDGES = ("published_posts", "media", "insights")
# Minutes that Meta names where a limit is reached.
MINUTES = 19
_STATES = {"expired": "190/463", "revoked": "190/458", "checkpoint": "190/459"}
_DISCOVERY = re.compile(r"business_discovery\.username\(([\w.]+)\)\{(.*)\}", re.DOTALL)


@dataclass(frozen=True)
class _Ask:
    """One admitted call: what stands after the version, and the key's listing."""

    world: World
    asked: Asked
    listed: Json
    secret: str

    def __getitem__(self, name: str) -> str:
        return self.asked.parameters.get(name, "")

    @property
    def fields(self) -> str:
        return self["fields"] or "id"

    def has(self, scope: str) -> bool:
        return scope in self.listed.get("scopes", [scope])


class Meta:
    """`/meta/<version>/<node>[/<edge>]`, `/meta/<version>/?ids=…`."""

    def call_name(self, asked: Asked) -> str:
        version, _, rest = asked.path.partition("/")
        node, _, edge = rest.partition("/")
        if asked.verb != "GET" or not VERSION.fullmatch(version) or edge not in ("", *EDGES):
            return ""
        if not node:
            return "ids" if "ids" in asked.parameters else ""
        return edge or (node if node in ("me", "debug_token") else "node")

    def answer(self, world: World, asked: Asked) -> Played:
        secret = asked.bearer or asked.parameters.get("access_token", "")
        listed = world.scenario.tokens.get(secret, {})
        used = _used(world, secret, listed)
        try:
            if asked.error:
                raise MetaError(asked.error)
            if used >= 100 and world.scenario.limits:
                raise MetaError("80001")
            _admit(world, secret)
            body = _answer(_Ask(world, asked, listed, secret))
        except MetaError as error:
            return Played(error.status, error.body(), _headers(used))
        return Played(200, body, _headers(used))


PLAYER = Meta()


def _used(world: World, secret: str, listed: Json) -> int:
    """Percent of the key's limit, this call among it."""
    step = int(listed.get("usage_step", 0))
    return int(listed.get("usage", 0)) + world.spend(f"meta:{secret}", step)


def _headers(used: int) -> Mapping[str, str]:
    """A business is told its minutes to wait once it stands near its limit."""
    minutes = MINUTES if used >= 95 else 0
    counts = f'"call_count":{used},"total_cputime":{used // 4},"total_time":{used // 4}'
    told = f'{{"type":"pages",{counts},"estimated_time_to_regain_access":{minutes}}}'
    return {
        "X-App-Usage": f"{{{counts}}}",
        "X-Business-Use-Case-Usage": f'{{"5550001":[{told}]}}',
    }


def _admit(world: World, secret: str) -> None:
    listed = world.scenario.tokens.get(secret)
    is_application = "|" in secret
    if not secret or not (listed is not None or world.scenario.any_token or is_application):
        raise MetaError("190")
    if state := (listed or {}).get("state"):
        raise MetaError(_STATES.get(state, "190"))


def _answer(ask: _Ask) -> Json:
    node, _, edge = ask.asked.path.partition("/")[2].partition("/")
    if node == "debug_token":
        return _debug_token(ask)
    if not node:
        return _many(ask)
    if node == "me":
        return _me(ask)
    if edge == "insights":
        return _insights(ask, node)
    if edge:
        return _edge(ask, node, edge)
    return _node(ask, node)


def _debug_token(ask: _Ask) -> Json:
    if "|" not in ask.secret:
        raise MetaError("100")
    listed = ask.world.scenario.tokens.get(ask["input_token"], {})
    known: Json = {
        "app_id": ask.secret.partition("|")[0],
        "type": "PAGE",
        "is_valid": not listed.get("state"),
        "expires_at": listed.get("expires_at", 0),
        "scopes": listed.get("scopes", ["pages_read_engagement", "read_insights"]),
    }
    return {"data": known}


def _many(ask: _Ask) -> Json:
    """One object that is not there fails the whole call."""
    ids = [each for each in ask["ids"].split(",") if each]
    if len(ids) > MOST_IDS:
        raise MetaError("100")
    return {each: _node(ask, each) for each in ids}


def _me(ask: _Ask) -> Json:
    world = ask.world
    page = ask.listed.get("page") or next(iter(meta_nodes.pages(world, "facebook")), "1001")
    body = _node(ask, page)
    account = ask.listed.get("instagram", meta_nodes.first_account(world))
    if "instagram_business_account" in ask.fields and account:
        name = meta_nodes.account_node(world, account, "id,username")["username"]
        body["instagram_business_account"] = {"id": account, "username": name}
    return body


def _node(ask: _Ask, name: str) -> Json:
    if found := meta_nodes.find_post(ask.world, name):
        return _post(ask, *found)
    kind, number = meta_nodes.find(ask.world, name)
    _admit_page(ask, kind, number)
    if kind == "facebook":
        return meta_nodes.page_node(ask.world, number, ask.fields)
    if discovery := _DISCOVERY.search(ask.fields):
        return {"business_discovery": _discovered(ask, discovery[1], discovery[2]), "id": number}
    return meta_nodes.account_node(ask.world, number, ask.fields)


def _admit_page(ask: _Ask, kind: str, number: str) -> None:
    """A page's key reads its own page and the account that is tied to it."""
    own = ask.listed.get("page" if kind == "facebook" else "instagram")
    if own is not None and own != number:
        raise MetaError("10")


def _post(ask: _Ask, kind: str, owner: str, post: Json) -> Json:
    _admit_page(ask, kind, owner)
    return _shown(ask, kind, post, ask.fields)


def _shown(ask: _Ask, kind: str, post: Json, fields: str) -> Json:
    """A post's fields; its counts need rights of their own."""
    if "reactions" in fields and not ask.has("pages_read_user_content"):
        raise MetaError("10")
    shown = meta_nodes.post_node(kind, post, fields)
    if metrics := re.search(r"insights\.metric\(([\w,]+)\)", fields):
        shown["insights"] = {"data": _post_insights(ask, kind, post, metrics[1])}
    return shown


def _post_insights(ask: _Ask, kind: str, post: Json, metrics: str) -> list[Json]:
    """An empty set, not zeros, where nothing is known."""
    _admit_insights(ask, kind)
    names = meta_nodes.known_metrics(kind, metrics.split(","), of_posts=True)
    told = post.get("insights", {})
    return [
        {"name": name, "period": "lifetime", "values": [{"value": told[name]}]}
        for name in names
        if name in told
    ]


def _admit_insights(ask: _Ask, kind: str) -> None:
    if not ask.has("read_insights" if kind == "facebook" else "instagram_manage_insights"):
        raise MetaError("10")


def _insights(ask: _Ask, name: str) -> Json:
    if found := meta_nodes.find_post(ask.world, name):
        kind, owner, post = found
        _admit_page(ask, kind, owner)
        return {"data": _post_insights(ask, kind, post, ask["metric"])}
    kind, number = meta_nodes.find(ask.world, name)
    _admit_page(ask, kind, number)
    _admit_insights(ask, kind)
    names = meta_nodes.known_metrics(kind, ask["metric"].split(","), of_posts=False)
    days = meta_nodes.days_between(ask.world, kind, number, ask["since"], ask["until"])
    data = [_series(number, metric, days) for metric in names]
    return {"data": data, "paging": {"next": _address(ask, {"until": ask["until"]})}}


def _series(number: str, metric: str, days: list[tuple[str, Json]]) -> Json:
    values = [{"value": told[metric], "end_time": end} for end, told in days if metric in told]
    place = f"{number}/insights/{metric}/day"
    return {"name": metric, "period": "day", "values": values, "title": metric, "id": place}


def _edge(ask: _Ask, name: str, edge: str) -> Json:
    kind, number = meta_nodes.find(ask.world, name)
    if kind != ("facebook" if edge == "published_posts" else "instagram"):
        raise MetaError("100")
    _admit_page(ask, kind, number)
    return _paged(ask, kind, number, ask.fields, after=ask["after"], limit=int(ask["limit"] or 25))


def _paged(
    ask: _Ask, kind: str, number: str, fields: str, *, after: str, limit: int
) -> dict[str, Any]:
    """A page of posts, the newest first. The next one is an address, with the key in it."""
    posts = meta_nodes.posts(ask.world, kind, number)
    rest = [post for post in posts if not after or meta_nodes.cursor(post) < after]
    shown = rest[: min(limit, 100)]
    body: Json = {"data": [_shown(ask, kind, post, fields) for post in shown]}
    if shown:
        last = meta_nodes.cursor(shown[-1])
        cursors = {"before": meta_nodes.cursor(shown[0]), "after": last}
        body["paging"] = {"cursors": cursors}
        if len(rest) > len(shown):
            body["paging"]["next"] = _address(ask, {"after": last})
    return body


def _address(ask: _Ask, more: Mapping[str, str]) -> str:
    given = {**ask.asked.parameters, "access_token": ask.secret, **more}
    return meta_nodes.address(f"{ask.asked.base_url}/{ask.asked.path}", given)


def _discovered(ask: _Ask, name: str, fields: str) -> Json:
    """Another's professional account: its counters and its media, without insights."""
    number = meta_nodes.account_of(ask.world, name)
    if not number:
        raise MetaError("110/2207013")
    body = meta_nodes.account_node(ask.world, number, fields)
    media = re.search(r"media(?:\.after\((\w+)\))?\.limit\((\d+)\)\{([\w,]+)\}", fields)
    if media:
        after, limit = media[1] or "", int(media[2])
        page = _paged(ask, "instagram", number, media[3], after=after, limit=limit)
        page.get("paging", {}).pop("next", None)
        body["media"] = page
    return body
