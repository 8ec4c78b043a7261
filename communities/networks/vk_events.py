"""Asking VK for events: servers of the Callback API, ten at most for a community."""

from communities.networks import http, shapes
from communities.networks.configuration import vk_version
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, Outcome
from communities.networks.vk_call import call

# VK allows 14 characters.
TITLE = "workbench"
WANTED = (
    *("wall_reply_new", "wall_reply_edit", "wall_reply_restore", "wall_reply_delete"),
    *("message_new", "message_reply", "message_edit", "wall_post_new"),
)


def confirmation_code(key: AccessToken, page: str) -> Outcome[str]:
    """Belongs to the community; another one after its servers were edited."""
    answer = call(key, "groups.getCallbackConfirmationCode", {"group_id": page})
    if not isinstance(answer, Ok):
        return answer
    code = shapes.text((shapes.mapping(answer.value) or {}).get("code"))
    return Ok(code) if code else http.wrong_shape(writes=False)


def add_server(
    key: AccessToken, page: str, *, url: str, secret: str, server_id: str
) -> Outcome[str]:
    """The server's id; a known one is only told again what is wanted."""
    number = server_id
    if number:
        edited = call(key, "groups.editCallbackServer", {
            "group_id": page, "server_id": number, "url": url, "title": TITLE,
            "secret_key": secret,
        })  # fmt: skip
        if not isinstance(edited, Ok):
            number = ""
            if edited.kind not in (Kind.NOT_FOUND, Kind.INVALID_REQUEST):
                return edited
    if not number:
        asked = {"group_id": page, "url": url, "title": TITLE, "secret_key": secret}
        added = call(key, "groups.addCallbackServer", asked, writes=True)
        if not isinstance(added, Ok):
            return added
        found = shapes.identifier((shapes.mapping(added.value) or {}).get("server_id"))
        if found is None:
            return http.wrong_shape(writes=True)
        number = found
    wanted = {"group_id": page, "server_id": number, "api_version": vk_version()}
    told = call(key, "groups.setCallbackSettings", {**wanted, **dict.fromkeys(WANTED, "1")})
    return Ok(number) if isinstance(told, Ok) else told


def remove_server(key: AccessToken, page: str, server_id: str) -> Outcome[None]:
    asked = {"group_id": page, "server_id": server_id}
    answer = call(key, "groups.deleteCallbackServer", asked)
    return Ok(None) if isinstance(answer, Ok) else answer
