"""Posting on a VK community's wall.

The `guid` of a publication is the same in all its attempts, and VK answers a guid that it knows by
the post that it made then: a repeated call makes no second post. For how long VK remembers is not
documented, so a lost answer is looked up on the wall all the same before anything is repeated, and
the guid is the second belt.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from communities.networks import (
    addresses,
    http,
    media_checks,
    post_limits,
    shapes,
    vk_lookup,
    vk_uploads,
)
from communities.networks.drafts import Draft, Published
from communities.networks.keys import AccessToken, Capability
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow
from communities.networks.vk_call import call
from communities.networks.vk_groups import bad_id, is_group_id
from communities.networks.vk_walls import OWN, POSTPONED

LIMITS = post_limits.LIMITS["vk"]


@dataclass(frozen=True, slots=True)
class VkPublisher:
    """Pages are positive group ids.

    A community key posts texts and links. It cannot upload pictures and videos (an administrator's
    user key can), and it cannot read the wall: `find_published` needs a service or a user key, and
    for scheduled posts the user key of an editor.

    `settling` is for how long after the sending a missing post may still turn up.
    """

    settling: timedelta = timedelta(seconds=60)

    network = "vk"
    can_look_up = True

    def publish(self, key: AccessToken, page: str, draft: Draft) -> Outcome[Published]:
        if refusal := _why_not(page, draft):
            return refusal
        attached = vk_uploads.upload(key, page, draft.attachments)
        if not isinstance(attached, Ok):
            return attached
        parameters = _parameters(page, draft, attached.value)
        outcome = call(key, "wall.post", parameters, writes=True, write_by=draft.write_by)
        if not isinstance(outcome, Ok):
            return outcome
        post_id = shapes.identifier((shapes.mapping(outcome.value) or {}).get("post_id"))
        if post_id is None:
            return http.wrong_shape(writes=True)
        url = addresses.post_url("vk", page, "", post_id)
        return Ok(Published(post_id, url, draft.publish_at or datetime.now(UTC)))

    def find_published(
        self, key: AccessToken, page: str, draft: Draft, *, since: datetime
    ) -> Outcome[Published | None]:
        """Of two posts with one text within half an hour the older: ask who has its id already."""
        if not is_group_id(page):
            return bad_id("external_id")
        for shown in (OWN, POSTPONED) if draft.publish_at else (OWN,):
            found = vk_lookup.find(key, page, vk_lookup.Sent(draft, since), shown=shown)
            if not isinstance(found, Ok):
                return _in_words(found) if isinstance(found, Refused) else found
            if found.value is not None:
                return found
        wait = (since + self.settling - datetime.now(UTC)).total_seconds()
        if wait <= 0:
            return Ok(None)
        message = _("The post is not on the wall, but it may still turn up.")
        return RefusedForNow(Kind.TEMPORARY, message, retry_after=wait)


def _parameters(page: str, draft: Draft, attached: list[str]) -> dict[str, str]:
    parameters = {
        "owner_id": f"-{page}",
        "from_group": "1",
        "message": draft.text,
        "attachments": ",".join([*attached, *([draft.link] if draft.link else [])]),
        "guid": draft.guid,
    }
    if draft.is_ad:
        parameters["mark_as_ads"] = "1"
    if draft.publish_at is not None:
        parameters["publish_date"] = str(int(draft.publish_at.timestamp()))
    return parameters


def _why_not(page: str, draft: Draft) -> Refused | None:
    """What VK would refuse after the uploads."""
    if not is_group_id(page):
        return bad_id("external_id")
    if not (draft.text.strip() or draft.attachments or draft.link):
        return Refused(Kind.INVALID_REQUEST, _("The post is empty: write a text."), field="text")
    if len(draft.text) > LIMITS.longest_text:
        message = _("The text has %(here)s characters, the network takes %(most)s: shorten it.")
        counts = {"here": len(draft.text), "most": LIMITS.longest_text}
        return Refused(Kind.INVALID_REQUEST, message % counts, field="text")
    if reason := media_checks.why_not(draft.attachments, LIMITS):
        return Refused(Kind.INVALID_REQUEST, reason, field="attachments")
    return None


def _in_words(refusal: Refused) -> Refused:
    if refusal.kind is not Kind.WRONG_TOKEN_KIND:
        return refusal
    message = _("A community key does not read the wall: the agency's service key is needed.")
    message = f"{message} {refusal.message}"
    return replace(refusal, message=message, capability=Capability.READ_POSTS)
