"""VK's comments and messages: read, answered once for each guid, deleted, restored; bans."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from smm_agency.simulator import figures, said
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.vk_rules import (
    TEXTS,
    VkError,
    admit_administrator,
    number_in,
    owner_in,
)
from smm_agency.simulator.world import World

LONGEST_COMMENT, LONGEST_MESSAGE = 16_000, 9_000
# Invented people comment on what is new.
FRESH = timedelta(days=3)
# Invented people write first, whatever the scenario says of their dialogues.
INVENTED_FROM = 9_000_000


def comments_on(world: World, group_id: str, post_id: str) -> list[Json]:
    """The comments on a post in VK's shape, the oldest first, deleted ones marked."""
    items = [*_listed(world, group_id), *_invented(world, group_id, post_id)]
    items += world.said.added["vk", group_id]
    found = [_shown(world, group_id, each) for each in items if str(each["post_id"]) == post_id]
    return sorted(found, key=lambda each: (each["date"], each["id"]))


def answer_comments(world: World, parameters: Mapping[str, str], count: int) -> Json:
    """`wall.getComments` of a post that is there; `count` is what its counter says."""
    group_id, post_id = owner_in(parameters), str(number_in(parameters, "post_id", 0))
    items = comments_on(world, group_id, post_id)
    if parameters.get("comment_id"):
        items = [each for each in items if str(_root(each)) == parameters["comment_id"]]
    else:
        items = [_with_thread(each, items, parameters) for each in items if not _root(each)]
    offset, most = number_in(parameters, "offset", 0), number_in(parameters, "count", 10)
    shown = items[offset : offset + most]
    body: Json = {
        "count": max(count, len(items)),
        "items": shown,
        "current_level_count": len(items),
        "can_post": True,
    }
    return body | ({"profiles": _profiles(shown), "groups": []} if "extended" in parameters else {})


def _with_thread(comment: Json, items: list[Json], parameters: Mapping[str, str]) -> Json:
    inner = [each for each in items if _root(each) == comment["id"]]
    most = number_in(parameters, "thread_items_count", 0)
    return {**comment, "thread": {"count": len(inner), "items": inner[:most]}}


def _root(comment: Json) -> int:
    return int(comment["parents_stack"][0]) if comment.get("parents_stack") else 0


def _listed(world: World, group_id: str) -> list[Json]:
    listed: list[Json] = world.scenario.groups.get(group_id, {}).get("comments", [])
    return listed


def _invented(world: World, group_id: str, post_id: str) -> list[Json]:
    spec = world.scenario.groups.get(group_id, {})
    if not world.scenario.invent or "posts" in spec or "comments" in spec:
        return []
    language, now = str(spec.get("language", "ru")), world.now()
    posts = figures.posts(group_id, now, reach=world.followers(group_id), language=language)
    return [
        {**_item(each), "post_id": post.number}
        for post in posts[:10]
        if str(post.number) == post_id and post.at > now - FRESH
        for each in said.comments(group_id, post, now, language)
    ]


def _item(spoken: Json) -> Json:
    return {
        "id": spoken["number"],
        "from_id": spoken["author"],
        "name": spoken["name"],
        "date": int(spoken["at"].timestamp()),
        "text": spoken["text"],
    }


def _shown(world: World, group_id: str, given: Json) -> Json:
    body = {
        "owner_id": -int(group_id),
        "parents_stack": [],
        "likes": {"count": 0},
        **given,
    }
    if ("vk", group_id, str(given["id"])) in world.said.gone:
        return {**body, "text": "", "from_id": 0, "deleted": True}
    return body


def _profiles(items: list[Json]) -> list[Json]:
    people: dict[int, Json] = {}
    for item in [
        *items,
        *(inner for it in items for inner in it.get("thread", {}).get("items", [])),
    ]:
        first, _, last = str(item.get("name", "")).partition(" ")
        if item["from_id"] > 0:
            people[item["from_id"]] = {
                "id": item["from_id"],
                "first_name": first,
                "last_name": last,
            }
    return list(people.values())


def _create_comment(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    group_id, guid = owner_in(parameters), parameters.get("guid", "")
    text = parameters.get("message", "")
    if not text or len(text) > LONGEST_COMMENT:
        raise VkError(100, f"{TEXTS[100]}: message is invalid")
    with world.said.lock:
        known = world.said.once("vk", group_id, guid)
        if known is None:
            known = world.said.next_id()
            world.said.add("vk", group_id, _own_comment(world, known, parameters), guid)
    return {"comment_id": known, "parents_stack": []}


def _own_comment(world: World, number: int, parameters: Mapping[str, str]) -> Json:
    group_id, post_id = owner_in(parameters), str(number_in(parameters, "post_id", 0))
    answered = parameters.get("reply_to_comment", "")
    items = comments_on(world, group_id, post_id)
    parent = next((each for each in items if str(each["id"]) == answered), None)
    comment: Json = {
        "id": number,
        "post_id": int(post_id),
        "from_id": -int(group_id),
        "date": int(world.now().timestamp()),
        "text": parameters.get("message", ""),
    }
    if parent is not None:
        comment |= {
            "reply_to_comment": int(answered),
            "reply_to_user": parent["from_id"],
            "parents_stack": [_root(parent) or parent["id"]],
        }
    return comment


def _delete_comment(world: World, parameters: Mapping[str, str], secret: str) -> int:
    return _mark(world, parameters, secret, is_gone=True)


def _restore_comment(world: World, parameters: Mapping[str, str], secret: str) -> int:
    return _mark(world, parameters, secret, is_gone=False)


def _mark(world: World, parameters: Mapping[str, str], secret: str, *, is_gone: bool) -> int:
    group_id, number = owner_in(parameters), str(number_in(parameters, "comment_id", 0))
    admit_administrator(world, group_id, secret)
    name = ("vk", group_id, number)
    with world.said.lock:
        (world.said.gone.add if is_gone else world.said.gone.discard)(name)
    return 1


def _ban(world: World, parameters: Mapping[str, str], secret: str) -> int:
    admit_administrator(world, parameters.get("group_id", ""), secret)
    world.said.banned.add((parameters.get("group_id", ""), parameters.get("owner_id", "")))
    return 1


# --- Messages ------------------------------------------------------------------------------------


def _dialogues(world: World, group_id: str) -> dict[int, list[Json]]:
    """Person → messages, the oldest first."""
    spec = world.scenario.groups.get(group_id, {})
    items: list[Json] = list(spec.get("messages", []))
    if world.scenario.invent and "messages" not in spec:
        language = str(spec.get("language", "ru"))
        items += [
            {**_item(each), "peer_id": each["author"], "out": 0}
            for each in said.messages(group_id, world.now(), language)
        ]
    items += world.said.added["vk messages", group_id]
    found: dict[int, list[Json]] = {}
    for item in sorted(items, key=lambda each: (each["date"], each["id"])):
        found.setdefault(item["peer_id"], []).append(item)
    return found


def _conversations(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    dialogues = _dialogues(world, parameters.get("group_id", ""))
    last = [each[-1] for each in dialogues.values()]
    items = [
        {
            "conversation": {"peer": {"id": message["peer_id"], "type": "user"}},
            "last_message": message,
        }
        for message in sorted(last, key=lambda each: -each["date"])
    ]
    people = [message for each in dialogues.values() for message in each]
    return {"count": len(items), "items": items[:200], "profiles": _profiles(people)}


def _history(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    dialogues = _dialogues(world, parameters.get("group_id", ""))
    items = list(reversed(dialogues.get(number_in(parameters, "peer_id", 0), [])))
    return {"count": len(items), "items": items[: number_in(parameters, "count", 20)]}


def _send(world: World, parameters: Mapping[str, str], _secret: str) -> int:
    group_id, guid = parameters.get("group_id", ""), parameters.get("random_id", "")
    peer, text = number_in(parameters, "peer_id", 0), parameters.get("message", "")
    if peer < INVENTED_FROM and peer not in _dialogues(world, group_id):
        raise VkError(901, "Can't send messages for users without permission")
    if not text or len(text) > LONGEST_MESSAGE:
        raise VkError(914, "Message is too long")
    with world.said.lock:
        known = world.said.once("vk messages", group_id, guid)
        if known is None:
            known = world.said.next_id()
            message = _own_message(world.now(), known, peer, text)
            world.said.add("vk messages", group_id, message, guid)
    return known


def _own_message(now: datetime, number: int, peer: int, text: str) -> Json:
    return {
        "id": number,
        "date": int(now.timestamp()),
        "peer_id": peer,
        "from_id": 0,
        "out": 1,
        "text": text,
    }


# --- Events --------------------------------------------------------------------------------------


def _code(_world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    return {"code": f"c0de{parameters.get('group_id', '')}"}


def _add_server(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    if not parameters.get("url", "").startswith("https://"):
        raise VkError(100, f"{TEXTS[100]}: url is invalid")
    number = world.said.next_id()
    world.said.servers[str(number)] = dict(parameters)
    return {"server_id": number}


def _change_server(world: World, parameters: Mapping[str, str], _secret: str) -> int:
    server = world.said.servers.get(parameters.get("server_id", ""))
    if server is None:
        raise VkError(100, f"{TEXTS[100]}: server_id is invalid")
    server.update(parameters)
    return 1


def _delete_server(world: World, parameters: Mapping[str, str], _secret: str) -> int:
    if world.said.servers.pop(parameters.get("server_id", ""), None) is None:
        raise VkError(100, f"{TEXTS[100]}: server_id is invalid")
    return 1


METHODS: dict[str, Callable[[World, Mapping[str, str], str], Json | list[Json] | int]] = {
    "groups.addCallbackServer": _add_server,
    "groups.ban": _ban,
    "groups.deleteCallbackServer": _delete_server,
    "groups.editCallbackServer": _change_server,
    "groups.getCallbackConfirmationCode": _code,
    "groups.setCallbackSettings": _change_server,
    "messages.getConversations": _conversations,
    "messages.getHistory": _history,
    "messages.send": _send,
    "wall.createComment": _create_comment,
    "wall.deleteComment": _delete_comment,
    "wall.restoreComment": _restore_comment,
}
