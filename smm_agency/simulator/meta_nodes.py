"""Meta's objects: pages, accounts and posts as the scenario lists them, or invented."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from smm_agency.simulator import figures
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

PACIFIC = ZoneInfo("America/Los_Angeles")
A_DAY = timedelta(days=1)
LONGEST = {"facebook": 93, "instagram": 30}
METRICS = {
    ("facebook", False): (
        *("page_follows", "page_daily_follows", "page_daily_follows_unique"),
        *("page_daily_unfollows_unique", "page_total_media_view_unique", "page_media_view"),
        *("page_post_engagements", "page_views_total", "page_total_actions"),
    ),
    ("facebook", True): (
        *("post_total_media_view_unique", "post_media_view", "post_clicks"),
        *("post_reactions_by_type_total", "post_video_views"),
    ),
    ("instagram", False): ("reach", "follower_count"),
    ("instagram", True): (
        *("views", "reach", "likes", "comments", "saved", "shares"),
        *("total_interactions", "reposts"),
    ),
}
# Code[/subcode] → HTTP status, type, text.
TEXTS = {
    "1": (500, "OAuthException", "An unknown error has occurred."),
    "4": (403, "OAuthException", "(#4) Application request limit reached"),
    "10": (403, "OAuthException", "(#10) This endpoint requires a permission that is missing."),
    "100": (400, "OAuthException", "(#100) Invalid parameter"),
    "100/33": (
        *(400, "GraphMethodException"),
        "Unsupported get request. Object does not exist or cannot be loaded.",
    ),
    "100/metric": (
        *(400, "OAuthException"),
        "(#100) The value must be a valid insights metric",
    ),
    "110/2207013": (400, "OAuthException", "Invalid user id"),
    "190": (400, "OAuthException", "Invalid OAuth access token - Cannot parse access token"),
    "190/458": (400, "OAuthException", "Error validating access token: The app was removed."),
    "190/459": (400, "OAuthException", "Error validating access token: Log in at facebook.com."),
    "190/463": (400, "OAuthException", "Error validating access token: Session has expired."),
    "368": (400, "OAuthException", "The action attempted has been deemed abusive."),
    "803": (404, "OAuthException", "(#803) Some of the aliases you requested do not exist"),
    "80001": (400, "OAuthException", "(#80001) There have been too many calls to this Page."),
}


class MetaError(Exception):
    """`code` or `code/subcode`, as they stand in `TEXTS`."""

    def __init__(self, name: str) -> None:
        self.status, self._type, self._text = TEXTS.get(name, (400, "OAuthException", "Something"))
        code, _, subcode = name.partition("/")
        self._code, self._subcode = int(code), int(subcode) if subcode.isdigit() else 0
        super().__init__(name)

    def body(self) -> Json:
        error: Json = {
            "message": self._text,
            "type": self._type,
            "code": self._code,
            "is_transient": self._code in (1, 2),
            "fbtrace_id": "A1b2C3",
        }
        return {"error": error | ({"error_subcode": self._subcode} if self._subcode else {})}


def pages(world: World, kind: str) -> Mapping[str, Json]:
    return world.scenario.pages.get(kind, {})


def address(url: str, given: Mapping[str, str]) -> str:
    return f"{url}?{urlencode(given)}"


# --- Who is meant --------------------------------------------------------------------------------


def find(world: World, name: str) -> tuple[str, str]:
    """The kind and the number of a page or an account; a page also by its name."""
    for kind in ("facebook", "instagram"):
        if name in pages(world, kind):
            return kind, name
    if number := _by_username(world, "facebook", name):
        return "facebook", number
    if world.scenario.invent and name.isdigit():
        return "instagram" if name.startswith("1784") else "facebook", name
    if world.scenario.invent:
        return "facebook", _number(name)
    raise MetaError("100/33" if name.isdigit() else "803")


def account_of(world: World, name: str) -> str:
    """The number of Instagram's account of this name; "" for none."""
    number = _by_username(world, "instagram", name)
    return number or (f"1784{_number(name)}" if world.scenario.invent else "")


def first_account(world: World) -> str:
    listed = next(iter(pages(world, "instagram")), "")
    return listed or ("17841400000000001" if world.scenario.invent else "")


def _by_username(world: World, kind: str, name: str) -> str:
    names = {page.get("username", ""): number for number, page in pages(world, kind).items()}
    return names.get(name, "")


def _number(name: str) -> str:
    return f"{int(figures.share(name, 'number') * 10**13) + 10**13}"


# --- Pages and accounts --------------------------------------------------------------------------


def page_node(world: World, number: str, fields: str) -> Json:
    page = pages(world, "facebook").get(number, {})
    name = page.get("username", f"page{number}")
    whole: Json = {
        "name": page.get("name", f"Страница {number}"),
        "username": name,
        "followers_count": page.get("followers_count", world.followers(number)),
        "fan_count": page.get("followers_count", world.followers(number)),
        "link": f"https://www.facebook.com/{name}",
        "picture": {"data": {"is_silhouette": not page.get("avatar", True), "url": "https://a"}},
        "verification_status": page.get("verification_status", "not_verified"),
        **{key: page[key] for key in _PAGE_TEXTS if key in page},
    }
    return {**_only(whole, fields), "id": number}


_PAGE_TEXTS = ("about", "description", "category", "website", "phone", "single_line_address",
               "cover")  # fmt: skip


def account_node(world: World, number: str, fields: str) -> Json:
    if number not in pages(world, "instagram") and not world.scenario.invent:
        raise MetaError("100/33")
    account = pages(world, "instagram").get(number, {})
    whole: Json = {
        "username": account.get("username", f"account{number}"),
        "name": account.get("name", ""),
        "followers_count": account.get("followers_count", world.followers(number)),
        "media_count": len(posts(world, "instagram", number)),
        **{key: account[key] for key in _ACCOUNT_TEXTS if key in account},
    }
    return {**_only(whole, fields), "id": number}


_ACCOUNT_TEXTS = ("biography", "website", "profile_picture_url")


def _only(whole: Json, fields: str) -> Json:
    """The fields asked for that are set: Meta leaves the others out."""
    wanted = {field.partition("{")[0].partition(".")[0] for field in fields.split(",")}
    return {key: value for key, value in whole.items() if key in wanted and value is not None}


# --- Posts ---------------------------------------------------------------------------------------


def posts(world: World, kind: str, number: str) -> list[Json]:
    """The newest first."""
    page = pages(world, kind).get(number, {})
    if "posts" in page:
        return sorted(page["posts"], key=cursor, reverse=True)
    return _invented(world, kind, number) if world.scenario.invent else []


def cursor(post: Json) -> str:
    """Where a post stands in the list: it stays there when others go."""
    return f"{post['at']}_{post['id']}".translate(str.maketrans("", "", "-:+"))


def find_post(world: World, name: str) -> tuple[str, str, Json] | None:
    """Kind, owner and the post itself."""
    listed = [(kind, owner) for kind in LONGEST for owner in pages(world, kind)]
    owner, _, number = name.partition("_")
    if world.scenario.invent and number:
        listed.append(("facebook", owner))
    if world.scenario.invent and name.isdigit() and len(name) > 20:
        listed.append(("instagram", name[:-5]))
    for kind, each in listed:
        for post in posts(world, kind, each):
            if post["id"] == name:
                return kind, each, post
    return None


def post_node(kind: str, post: Json, fields: str) -> Json:
    return _media(post, fields) if kind == "instagram" else _page_post(post, fields)


def _page_post(post: Json, fields: str) -> Json:
    """`shares` is left out where there are none."""
    kind = post.get("media_type")
    whole: Json = {
        "message": post.get("message", ""),
        "created_time": post["at"],
        "permalink_url": post.get("permalink_url", f"https://www.facebook.com/{post['id']}"),
        "status_type": "mobile_status_update",
        "attachments": {"data": [{"media_type": kind, "url": "https://a"}]} if kind else None,
        "shares": {"count": post["shares"]} if post.get("shares") else None,
        "comments": _summary(post.get("comments", 0)),
        "reactions": _summary(post.get("reactions", 0)),
    }
    return {**_only(whole, fields), "id": post["id"]}


def _summary(count: int) -> Json:
    return {"data": [], "summary": {"total_count": count}}


def _media(post: Json, fields: str) -> Json:
    whole: Json = {
        "caption": post.get("caption"),
        "media_type": post.get("media_type", "IMAGE"),
        "media_product_type": post.get("media_product_type", "FEED"),
        "permalink": f"https://www.instagram.com/p/{post['id']}/",
        "timestamp": post["at"],
        "like_count": post.get("like_count", 0),
        "comments_count": post.get("comments_count", 0),
    }
    return {**_only(whole, fields), "id": post["id"]}


def _invented(world: World, kind: str, number: str) -> list[Json]:
    found = figures.posts(number, world.now(), reach=world.followers(number))
    return [_as_post(kind, number, post) for post in found]


def _as_post(kind: str, owner: str, post: figures.InventedPost) -> Json:
    at = post.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
    reach = int(post.views * 0.8)
    if kind == "instagram":
        shared = {"saved": post.shares, "shares": post.shares}
        return {
            "id": f"{owner}{post.number:05}",
            "at": at,
            "caption": post.text,
            "media_type": "CAROUSEL_ALBUM" if post.photos > 1 else "IMAGE",
            "like_count": post.likes,
            "comments_count": post.comments,
            "insights": {"views": post.views, "reach": reach, **shared},
        }
    views = {"post_media_view": post.views, "post_total_media_view_unique": reach}
    return {
        "id": f"{owner}_{post.number}",
        "at": at,
        "message": post.text,
        "media_type": "album" if post.photos > 1 else "photo" if post.photos else None,
        "shares": post.shares,
        "comments": post.comments,
        "reactions": post.likes,
        "insights": {**views, "post_clicks": post.comments},
    }


# --- Insights ------------------------------------------------------------------------------------


def known_metrics(kind: str, names: Iterable[str], *, of_posts: bool) -> list[str]:
    """One name that is not known (any more) fails the call."""
    wanted = list(names)
    if set(wanted) - {*METRICS[kind, of_posts]}:
        raise MetaError("100/metric")
    return wanted


def days_between(
    world: World, kind: str, number: str, since: str, until: str
) -> list[tuple[str, Json]]:
    """The end of each day that is told, and what is told of it; days are Pacific ones."""
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        raise MetaError("100") from None
    if (last - first).days > LONGEST[kind]:
        raise MetaError("100")
    told = pages(world, kind).get(number, {}).get("statistics")
    today = world.now().astimezone(PACIFIC).date()
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    found = [
        (day, _invented_day(world, number, day) if told is None else told[day.isoformat()])
        for day in days
        if day < today and (told is None or day.isoformat() in told)
    ]
    return [(_end_of(day), values) for day, values in found]


def _end_of(day: date) -> str:
    midnight = datetime.combine(day + A_DAY, time(), tzinfo=PACIFIC).astimezone(UTC)
    return midnight.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _invented_day(world: World, number: str, day: date) -> Json:
    before, after = world.followers_on(number, day), world.followers_on(number, day + A_DAY)
    left = int(before * 0.0005 * figures.share(number, day, "left"))
    views = int(before * 0.2 * figures.evenly(number, day, "views", step=figures.GOLDEN))
    joined = max(0, after - before + left)
    return {
        "page_media_view": views,
        "page_total_media_view_unique": int(views * 0.7),
        "page_daily_follows_unique": joined,
        "page_daily_unfollows_unique": left,
        "page_follows": after,
        "reach": int(views * 0.7),
        "follower_count": joined,
    }
