"""Posting on VK's walls: uploads, `wall.post` with its limits, and what stands there then.

A `guid` that a wall knows is answered by the post that was made with it.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import md5

from smm_agency.simulator import forms
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.vk_rules import (
    GROUP,
    MOSCOW,
    TEXTS,
    VkError,
    admit_administrator,
    kind_of,
    owner_in,
)
from smm_agency.simulator.walls import Standing
from smm_agency.simulator.world import World

POSTS_A_DAY, POSTPONED_A_DAY, POSTPONED_AT_ONCE = 50, 25, 150
MOST_ATTACHED, LONGEST_TEXT = 10, 16_000
DENIED = "Access to adding post denied"
OWNER = 7

_MEDIA = re.compile(r"(photo|video|doc|poll|market)-?\d+_\d+(_\w+)?")
# A list is parted by commas, and commas may stand in an address.
_PARTS = re.compile(r",(?=(?:photo|video|doc|poll|market)-?\d+_|https?://)")


# --- Uploads -------------------------------------------------------------------------------------


def _upload_server(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    group_id = parameters.get("group_id", "")
    admit_administrator(world, group_id, secret)
    url = f"{world.base_url}/vk/upload/photo?group={group_id}"
    return {"upload_url": url, "album_id": -14, "user_id": OWNER}


def _save_photo(world: World, parameters: Mapping[str, str], secret: str) -> list[Json]:
    group_id = parameters.get("group_id", "")
    admit_administrator(world, group_id, secret)
    photo, told = parameters.get("photo", ""), parameters.get("hash", "")
    if photo in ("", "[]") or told != _hash(photo):
        raise VkError(100, f"{TEXTS[100]}: photos_list is invalid")
    saved = {"id": world.walls.next_id(), "owner_id": -int(group_id), "access_key": told[:6]}
    world.walls.uploads[f"photo-{group_id}_{saved['id']}"] = {"type": "photo", "photo": saved}
    return [{**saved, "album_id": -14, "date": int(world.now().timestamp()), "sizes": []}]


def _save_video(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    group_id = parameters.get("group_id", "")
    admit_administrator(world, group_id, secret)
    video = {"id": world.walls.next_id(), "owner_id": -int(group_id)}
    name = f"video-{group_id}_{video['id']}"
    return {
        "upload_url": f"{world.base_url}/vk/upload/video?name={name}",
        "video_id": video["id"],
        "owner_id": video["owner_id"],
        "title": parameters.get("name", ""),
        "access_key": _hash(name)[:6],
    }


def take_upload(world: World, kind: str, parameters: Mapping[str, str]) -> Json:
    """The answer of an upload host; what is no picture or no video is not taken."""
    if kind == "photo":
        file = forms.file_in(parameters, "photo") or {"kind": "", "size": 0}
        is_taken = file["kind"] in ("image/jpeg", "image/png", "image/gif")
        photo = json.dumps([{"photo": file["size"], "sizes": []}]) if is_taken else "[]"
        return {"server": 1, "photo": photo, "hash": _hash(photo)}
    file = forms.file_in(parameters, "video_file") or {"kind": "", "size": 0}
    name = parameters.get("name", "")
    if file["kind"] != "video/mp4" or not _MEDIA.fullmatch(name):
        return {"error": "invalid file"}
    owner, _, number = name.removeprefix("video").partition("_")
    video = {"id": int(number), "owner_id": int(owner)}
    world.walls.uploads[name] = {"type": "video", "video": video}
    return {"size": file["size"], "video_id": int(number)}


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


# --- Posts ---------------------------------------------------------------------------------------


def _post(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    group_id = owner_in(parameters)
    _admit_writer(world, group_id, secret)
    text = parameters.get("message", "")
    attached = _attached(world, parameters.get("attachments", ""))
    if not text.strip() and not attached:
        raise VkError(100, f"{TEXTS[100]}: no message or attachments")
    if len(text) > LONGEST_TEXT:
        raise VkError(100, f"{TEXTS[100]}: message is too long")
    guid, walls = parameters.get("guid", ""), world.walls
    with walls.lock:
        known = walls.guids.get(("vk", group_id, guid)) if guid else None
        if known is not None:
            return {"post_id": known}
        item = _new_item(world, group_id, parameters) | {"text": text, "attachments": attached}
        post = Standing(walls.next_id(), text, item, guid)
        item["id"] = post.id
        walls.add("vk", group_id, post)
        if guid:
            walls.guids["vk", group_id, guid] = post.id
    return {"post_id": post.id}


def _admit_writer(world: World, group_id: str, secret: str) -> None:
    listed = world.scenario.tokens.get(secret, {})
    if kind_of(world, secret) == GROUP and "wall" not in listed.get("rights", ["wall"]):
        raise VkError(15, "Access denied: no access to call this method")
    if group_id not in listed.get("admin_of", [group_id]):
        raise VkError(214, f"{DENIED}: you have no right to post on this wall")
    spec = world.scenario.groups.get(group_id, {} if world.scenario.invent else None)
    if spec is None or "deactivated" in spec:
        raise VkError(15, "Access denied: no access to this group")
    if spec.get("wall") == "closed":
        raise VkError(214, f"{DENIED}: access to the wall is closed")


def _attached(world: World, names: str) -> list[Json]:
    """What is attached, as the wall shows it."""
    parts = [each for each in _PARTS.split(names) if each]
    links = [each for each in parts if each.startswith(("https://", "http://"))]
    media = [each for each in parts if each not in links]
    if len(links) > 1 or len(media) > MOST_ATTACHED:
        raise VkError(100, f"{TEXTS[100]}: too many attachments")
    if not all(map(_MEDIA.fullmatch, media)):
        raise VkError(100, f"{TEXTS[100]}: attachments are invalid")
    known = [world.walls.uploads.get("_".join(each.split("_")[:2])) for each in media]
    shown = [{"type": "link", "link": {"url": each, "title": ""}} for each in links]
    # VK leaves out what it does not know.
    return [each for each in known if each is not None] + shown


def _new_item(world: World, group_id: str, parameters: Mapping[str, str]) -> Json:
    now = int(world.now().timestamp())
    item: Json = {"date": now, "from_id": -int(group_id)}
    if parameters.get("mark_as_ads") == "1":
        item["marked_as_ads"] = 1
    standing = [each.item for each in world.walls.on("vk", group_id)]
    if "publish_date" in parameters:
        date = int(parameters["publish_date"])
        _admit_postponed(date, now, [each for each in standing if _is_postponed(each)])
        return item | {"date": date, "post_type": "postpone"}
    today = sum(_day(each["date"]) == _day(now) for each in standing if not _is_postponed(each))
    if today >= POSTS_A_DAY:
        raise VkError(214, f"{DENIED}: you can only add {POSTS_A_DAY} posts a day")
    return item


def _admit_postponed(date: int, now: int, waiting: list[Json]) -> None:
    if date <= now:
        raise VkError(100, f"{TEXTS[100]}: publish_date is in the past")
    if any(each["date"] // 60 == date // 60 for each in waiting):
        raise VkError(214, f"{DENIED}: a post is already scheduled for this time")
    if sum(_day(each["date"]) == _day(date) for each in waiting) >= POSTPONED_A_DAY:
        raise VkError(214, f"{DENIED}: you can only schedule {POSTPONED_A_DAY} posts on a day")
    if len(waiting) >= POSTPONED_AT_ONCE:
        raise VkError(214, f"{DENIED}: cannot schedule more than {POSTPONED_AT_ONCE} posts")


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone(MOSCOW).date().isoformat()


def _is_postponed(item: Json) -> bool:
    return item.get("post_type") == "postpone"


def posted(world: World, group_id: str, *, is_waiting: bool = False) -> list[Json]:
    """Items that were posted here: those that are out, or those that wait for their time."""
    with world.walls.lock:
        posts = world.walls.on("vk", group_id)
        for post in posts:
            if _is_postponed(post.item) and post.item["date"] <= world.now().timestamp():
                _let_out(world, post)
        return [each.item for each in posts if _is_postponed(each.item) == is_waiting]


def _let_out(world: World, post: Standing) -> None:
    """A postponed post gets another id when it goes out."""
    old, post.id = post.id, world.walls.next_id()
    post.item = post.item | {"id": post.id, "postponed_id": old, "post_type": "post"}


METHODS: dict[str, Callable[[World, Mapping[str, str], str], Json | list[Json]]] = {
    "photos.getWallUploadServer": _upload_server,
    "photos.saveWallPhoto": _save_photo,
    "video.save": _save_video,
    "wall.post": _post,
}
