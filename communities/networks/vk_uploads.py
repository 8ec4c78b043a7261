"""Pictures and videos on their way to a VK wall. Nothing of it is seen before the post names it.

So every step may be repeated: what is lost here is RefusedForNow, and at worst an orphan stays in
the community's albums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from communities.networks import configuration, http, shapes
from communities.networks.drafts import Attachment
from communities.networks.keys import AccessToken, Capability
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, Refused
from communities.networks.vk_call import call

LONGEST_VIDEO_NAME = 128


def upload(
    key: AccessToken, group_id: str, attachments: Sequence[Attachment]
) -> Outcome[list[str]]:
    """What `wall.post` calls them, in their order; by an administrator's key only."""
    names = []
    for attachment in attachments:
        send = _upload_video if attachment.is_video else _upload_picture
        outcome = send(key, group_id, attachment)
        if not isinstance(outcome, Ok):
            return _in_words(outcome, attachment)
        names.append(outcome.value)
    return Ok(names)


def _upload_picture(key: AccessToken, group_id: str, picture: Attachment) -> Outcome[str]:
    place = call(key, "photos.getWallUploadServer", {"group_id": group_id})
    if not isinstance(place, Ok):
        return place
    sent = _send(place.value, "photo", picture)
    if not isinstance(sent, Ok):
        return sent
    if sent.value.get("photo") in (None, "", "[]"):
        return _not_taken(picture)
    told = {name: str(sent.value.get(name, "")) for name in ("photo", "server", "hash")}
    saved = call(key, "photos.saveWallPhoto", {"group_id": group_id, **told})
    if not isinstance(saved, Ok):
        return saved
    photos = shapes.sequence(saved.value)
    return _name("photo", shapes.mapping(photos[0]) if photos else None, "id")


def _upload_video(key: AccessToken, group_id: str, video: Attachment) -> Outcome[str]:
    asked = {"group_id": group_id, "name": video.name[:LONGEST_VIDEO_NAME], "wallpost": "0"}
    place = call(key, "video.save", asked)
    if not isinstance(place, Ok):
        return place
    sent = _send(place.value, "video_file", video)
    if not isinstance(sent, Ok):
        return sent
    return _not_taken(video) if "error" in sent.value else _name("video", place.value, "video_id")


def _send(place: object, field: str, attachment: Attachment) -> Outcome[Mapping[str, object]]:
    """To the address that VK gave for it; the allow-list of hosts holds there too."""
    url = shapes.text((shapes.mapping(place) or {}).get("upload_url"))
    if not url or (_is_open(url) and not _is_open(configuration.vk_url())):
        return http.wrong_shape(writes=False)
    file = http.File(attachment.name, attachment.content_type, attachment.content)
    answer = http.post(url, files={field: file})
    if not isinstance(answer, Ok):
        return answer
    if failure := http.status_failure(answer.value, writes=False):
        return failure
    body = shapes.mapping(answer.value.body)
    return Ok(body) if body is not None else http.wrong_shape(writes=False)


def _is_open(url: str) -> bool:
    """Not encrypted, as only a simulated VK may be."""
    return not url.lower().startswith("https://")


def _name(kind: str, body: object, of_id: str) -> Outcome[str]:
    found = shapes.mapping(body) or {}
    owner, number = shapes.identifier(found.get("owner_id")), shapes.identifier(found.get(of_id))
    if owner is None or number is None:
        return http.wrong_shape(writes=False)
    access = shapes.text(found.get("access_key"))
    return Ok(f"{kind}{owner}_{number}" + (f"_{access}" if access else ""))


def _not_taken(attachment: Attachment) -> Refused:
    message = _("VK did not take the file “%(name)s”: save it anew as a usual JPEG, PNG or MP4.")
    return Refused(Kind.INVALID_REQUEST, message % {"name": attachment.name}, field="attachments")


def _in_words(failure: Failure, attachment: Attachment) -> Failure:
    """A community key posts texts; for pictures and videos VK answers it with error 27."""
    if not isinstance(failure, Refused) or failure.kind is not Kind.WRONG_TOKEN_KIND:
        return failure
    message = _(
        "VK takes pictures and videos with an administrator's user key only,"
        " a community key posts texts: enter such a key, or post by hand."
    )
    ability = Capability.PUBLISH_VIDEO if attachment.is_video else Capability.PUBLISH_PHOTO
    return replace(failure, message=f"{message} {failure.message}", capability=ability)
