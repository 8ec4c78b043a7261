"""Posting in a Telegram channel by its bot.

One post is one call: a text, a picture or a video with a caption, or an album. A text that is too
long for a caption is refused, since two calls could leave half a post. Texts go without a
`parse_mode`, so no sign of theirs is taken for a mark-up; Telegram finds links and hashtags itself.

Telegram has neither a key against doubles nor a way to ask a bot for a post: a lost answer stays
unknown until a person has looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from communities.networks import addresses, http, media_checks, post_limits, shapes, telegram
from communities.networks.drafts import Attachment, Draft, Published
from communities.networks.keys import AccessToken, Capability
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, not_available

LIMITS = post_limits.LIMITS["telegram"]


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    parameters: Mapping[str, object]
    files: Mapping[str, http.File]


class TelegramPublisher:
    """Pages are chat ids (-100…) or @names; the key is that of a bot that may post there."""

    network = "telegram"
    can_look_up = False

    def publish(self, key: AccessToken, page: str, draft: Draft) -> Outcome[Published]:
        """An album is known by its first message, the others are its aliases."""
        if refusal := _why_not(page, draft):
            return refusal
        made = _call(page, draft)
        outcome = telegram.call(
            key,
            made.method,
            made.parameters,
            files=made.files,
            chat=page,
            writes=True,
            write_by=draft.write_by,
        )
        if not isinstance(outcome, Ok):
            return outcome
        answer = outcome.value
        return _published(answer if isinstance(answer, list) else [answer])

    def find_published(
        self, key: AccessToken, page: str, draft: Draft, *, since: datetime
    ) -> Outcome[Published | None]:
        reason = str(telegram.TelegramAdapter.never[Capability.REREAD_POSTS])
        return not_available(Capability.REREAD_POSTS, reason)


def text_of(draft: Draft) -> str:
    """With the link below where the text has it not: a caption shows no card of a link."""
    text = draft.text.strip()
    if not draft.link or draft.link in text:
        return text
    return f"{text}\n\n{draft.link}".lstrip()


def _call(page: str, draft: Draft) -> _Call:
    text = text_of(draft)
    if not draft.attachments:
        preview = {"link_preview_options": {"url": draft.link}} if draft.link else {}
        return _Call("sendMessage", {"chat_id": page, "text": text, **preview}, {})
    files = {f"f{number}": _file(each) for number, each in enumerate(draft.attachments)}
    if len(draft.attachments) > 1:
        media = [_part(name, each) for name, each in zip(files, draft.attachments, strict=True)]
        media[0]["caption"] = text
        return _Call("sendMediaGroup", {"chat_id": page, "media": media}, files)
    kind = _kind(draft.attachments[0])
    method = "sendVideo" if kind == "video" else "sendPhoto"
    return _Call(method, {"chat_id": page, "caption": text}, {kind: files["f0"]})


def _part(name: str, attachment: Attachment) -> dict[str, str]:
    return {"type": _kind(attachment), "media": f"attach://{name}"}


def _kind(attachment: Attachment) -> str:
    return "video" if attachment.is_video else "photo"


def _file(attachment: Attachment) -> http.File:
    return http.File(attachment.name, attachment.content_type, attachment.content)


def _published(messages: list[object]) -> Outcome[Published]:
    """The answer to a write: what cannot be read leaves it unknown."""
    bodies = [shapes.mapping(each) or {} for each in messages]
    ids = [shapes.identifier(body.get("message_id")) for body in bodies]
    chat = shapes.mapping(bodies[0].get("chat")) if bodies else None
    chat_id = shapes.identifier((chat or {}).get("id"))
    posted_at = shapes.moment(bodies[0].get("date")) if bodies else None
    known = sorted((each for each in ids if each is not None), key=int)
    if chat_id is None or posted_at is None or len(known) != len(ids):
        return http.wrong_shape(writes=True)
    name = shapes.text((chat or {}).get("username"))
    url = addresses.post_url("telegram", chat_id, name, known[0])
    return Ok(Published(known[0], url, posted_at, tuple(known[1:])))


def _why_not(page: str, draft: Draft) -> Refused | None:
    if not telegram.is_chat(page):
        return telegram.bad_chat()
    if draft.publish_at is not None:
        message = _("Telegram lets no bot schedule a post: it goes out when its time has come.")
        return Refused(Kind.INVALID_REQUEST, message, field="publish_date")
    if reason := _why_not_the_text(draft):
        return Refused(Kind.INVALID_REQUEST, reason, field="text")
    if reason := media_checks.why_not(draft.attachments, LIMITS):
        return Refused(Kind.INVALID_REQUEST, reason, field="attachments")
    return None


def _why_not_the_text(draft: Draft) -> str:
    text = text_of(draft)
    if not text and not draft.attachments:
        return _("The post is empty: write a text.")
    most = LIMITS.longest(has_files=bool(draft.attachments))
    here = post_limits.length_of(text, LIMITS.counting)
    if here <= most:
        return ""
    counts = {"here": here, "most": most}
    if draft.attachments:
        return (
            _(
                "Under pictures Telegram shows %(most)s characters, the text with its link has"
                " %(here)s: shorten it, or publish it without pictures."
            )
            % counts
        )
    return _("The text has %(here)s characters, the network takes %(most)s: shorten it.") % counts
