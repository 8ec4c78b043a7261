"""Replies, deletions and bans: written down, committed, sent once, and their outcome stored.

Sending happens in the request that asked for it, after its commit: the moderator reads the
network's word at once. A worker that dies in between leaves a row: one that was never sent is sent
by the clock, one whose call had begun is looked up, as is a lost answer. A network that knows our
`guid` is sent the same reply again and gives the first one; any other is a person's to look at.
"""

import datetime as dt
import logging
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.models import NoticeKind, User
from clients.todo import tell_team_once
from communities.key_use import KEY_IS_DEAD, refuse_key
from communities.keys import token_of
from communities.models import AccessKey
from communities.networks import http
from communities.networks.moderation import Act, InboxReading, Moderator, SaidKind, Sent, Target
from communities.networks.moderators import moderator_for
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, Refused, RefusedForNow
from content.inbox import take_answer
from content.inbox_keys import key_for
from content.models import ActionState, InboxAction, InboxItem, SavedReply

logger = logging.getLogger(__name__)

# A person waits in front of the screen.
PATIENCE_SECONDS = 8.0
# Whoever was sending has died, or the answer was lost.
SENDING_LEASE = dt.timedelta(minutes=2)
# Written down and not sent: the request died before its commit hook.
WAITING_LEASE = dt.timedelta(seconds=30)
# How long VK surely knows a guid again is told nowhere; later a person looks.
SAFE_AGAIN = dt.timedelta(hours=1)
GUIDS = 2**31 - 1


@transaction.atomic
def write_action(
    item: InboxItem,
    act: Act,
    *,
    by: User,
    at: dt.datetime,
    seen: str | None = None,
    text: str = "",
    reason: str = "",
    saved_reply: SavedReply | None = None,
    bans_until: dt.datetime | None = None,
) -> InboxAction:
    """Write down what is to be done; `send_action` sends it after the commit.

    `seen` is the mark (`mark_of`) that the person looked at. Raises ValidationError: it cannot be
    done, or somebody did something about the item meanwhile.
    """
    locked = InboxItem.objects.select_for_update(of=("self",)).select_related("profile__client")
    item = locked.get(pk=item.pk)
    if seen is not None and seen != mark_of(item):
        raise ValidationError(_("Somebody did something about this meanwhile: look first."))
    if item.actions.filter(state__in=[ActionState.WAITING, ActionState.SENDING]).exists():
        raise ValidationError(_("Something is being sent about this already."))
    if item.actions.filter(state=ActionState.UNKNOWN).exists():
        raise ValidationError(_("First look whether what was sent before has arrived."))
    if refusal := why_not(item, act):
        raise ValidationError(refusal)
    _check_text(item, act, text)
    if act not in (Act.REPLY, Act.RESTORE) and not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return InboxAction.objects.create(
        client_id=item.client_id,
        item=item,
        act=act.value,
        text=text,
        reason=reason.strip(),
        saved_reply=saved_reply,
        bans_until=bans_until,
        guid=secrets.randbelow(GUIDS - 1) + 1,
        by=by,
        written_at=at,
    )


def mark_of(item: InboxItem) -> str:
    """Changes with every answer and action: what a person saw before they acted."""
    last = item.actions.order_by("-pk").values_list("pk", "state").first()
    replied = item.first_reply_at.isoformat() if item.first_reply_at else ""
    return f"{replied}/{item.gone_at is not None}/{last or ''}"


def why_not(item: InboxItem, act: Act) -> str:
    """Why this cannot be done about the item, in words; "" where it can."""
    moderator = moderator_for(item.profile.network) if item.profile else None
    if moderator is None or item.profile is None or not item.external_id:
        return _("Here it is answered by hand, on the site itself.")
    if act in moderator.never:
        return str(moderator.never[act])
    kind = SaidKind(item.kind)
    if not moderator.kinds_for(act, kind):
        return _("The network has nothing of the kind for messages.")
    if act in (Act.DELETE, Act.RESTORE, Act.HIDE) and kind is SaidKind.MESSAGE:
        return _("A message to the page stays with the person who wrote it.")
    if act is Act.DELETE and item.gone_at is not None:
        return _("It is gone already.")
    if act is Act.RESTORE and item.gone_at is None:
        return _("It is not deleted.")
    if act is Act.REPLY and item.gone_at is not None:
        return _("It was deleted: there is nothing left to answer.")
    if act is Act.BAN and not item.author_id:
        return _("Who wrote it is not known any more.")
    if key_for(item.profile, moderator, act, kind) is None:
        kinds = dict(AccessKey.Kind.choices)
        names = ", ".join(str(kinds[each]) for each in moderator.kinds_for(act, kind))
        return _("This page has no working key for it. Needed: %(kinds)s.") % {"kinds": names}
    return ""


def _check_text(item: InboxItem, act: Act, text: str) -> None:
    if act is not Act.REPLY or item.profile is None:
        return
    moderator = moderator_for(item.profile.network)
    if not text.strip():
        raise ValidationError({"text": _("Write an answer.")})
    if moderator is None:
        return
    most, length = moderator.longest_text(SaidKind(item.kind)), moderator.length_of(text)
    if length > most:
        raise ValidationError(
            {
                "text": _("The network takes %(most)d characters here, this has %(length)d.")
                % {"most": most, "length": length}
            }
        )


def send_action(pk: int, *, at: dt.datetime, patience: float = PATIENCE_SECONDS) -> InboxAction:
    """Send what waits, once: of two workers the second finds it taken."""
    ready = Q(next_try_at=None) | Q(next_try_at__lte=at)
    taken = InboxAction.objects.filter(ready, pk=pk, state=ActionState.WAITING)
    is_ours = taken.update(state=ActionState.SENDING, sent_at=at)
    action = InboxAction.objects.select_related("item__profile__client", "by").get(pk=pk)
    if is_ours:
        _call(action, at=at, patience=patience)
    return action


def _call(action: InboxAction, *, at: dt.datetime, patience: float, is_again: bool = False) -> None:
    """`is_again`: what was sent before may have arrived."""
    item = action.item
    moderator = moderator_for(item.profile.network) if item.profile else None
    act, kind = Act(action.act), SaidKind(item.kind)
    key = key_for(item.profile, moderator, act, kind) if item.profile and moderator else None
    if item.profile is None or moderator is None or key is None:
        _settle(action, ActionState.REFUSED, _("This page has no working key for it."), at)
        return
    with http.patience(patience):
        outcome = _ask(moderator, key, action, target_of(item))
    _store(action, outcome, key, at=at, is_again=is_again)


def _ask(
    moderator: Moderator, key: AccessKey, action: InboxAction, target: Target
) -> Outcome[Sent] | Outcome[None]:
    page, token = action.item.profile.external_id if action.item.profile else "", token_of(key)
    if action.act == Act.REPLY:
        return moderator.reply(token, page, target, action.text, guid=action.guid)
    if action.act == Act.DELETE:
        return moderator.delete_comment(token, page, target)
    if action.act == Act.RESTORE:
        return moderator.restore_comment(token, page, target)
    return moderator.ban(token, page, target, until=action.bans_until, reason=action.reason)


def target_of(item: InboxItem) -> Target:
    return Target(
        kind=SaidKind(item.kind),
        external_id=item.external_id,
        thread_id=item.thread_id,
        post_id=item.post_external_id,
        author_id=item.author_id,
    )


def _store(
    action: InboxAction,
    outcome: Outcome[Sent] | Outcome[None],
    key: AccessKey,
    *,
    at: dt.datetime,
    is_again: bool = False,
) -> None:
    if isinstance(outcome, Ok):
        _done(action, outcome.value, at)
        return
    if is_again and action.act == Act.DELETE and _is_not_found(outcome):
        # The first deletion has arrived: there is nothing left to delete.
        _done(action, None, at)
        return
    if is_again and action.act == Act.REPLY and isinstance(outcome, RefusedForNow):
        _put_off_again(action, outcome, at)
        return
    if isinstance(outcome, RefusedForNow) and action.attempts + 1 < InboxAction.MAX_ATTEMPTS:
        action.state, action.attempts = ActionState.WAITING, action.attempts + 1
        action.message, action.next_try_at = outcome.message[:300], outcome.retry_at(at)
        action.save(update_fields=["state", "attempts", "message", "next_try_at"])
        return
    if isinstance(outcome, Refused) and outcome.kind in KEY_IS_DEAD - {Kind.NEEDS_HUMAN}:
        refuse_key(key, outcome, client=action.item.client, at=at)
    is_known = isinstance(outcome, Refused | RefusedForNow)
    _settle(action, ActionState.REFUSED if is_known else ActionState.UNKNOWN, _words(outcome), at)


def _is_not_found(outcome: Outcome[Sent] | Outcome[None]) -> bool:
    return isinstance(outcome, Refused) and outcome.kind is Kind.NOT_FOUND


def _put_off_again(action: InboxAction, outcome: RefusedForNow, at: dt.datetime) -> None:
    """Whether the first sending arrived is still not known; past the safe hour a person looks."""
    action.next_try_at = outcome.retry_at(at)
    action.save(update_fields=["next_try_at"])
    _settle(action, ActionState.UNKNOWN, _words(outcome), at)
    if action.next_try_at > action.written_at + SAFE_AGAIN:
        ask_person(action)


def _words(outcome: Failure) -> str:
    return outcome.message[:300]


@transaction.atomic
def _done(action: InboxAction, sent: Sent | None, at: dt.datetime) -> None:
    """Stored with what follows from it: the answer of a reply, the mark of a deletion."""
    item = action.item
    action.external_id = sent.external_id if sent else ""
    _settle(action, ActionState.DONE, "", at)
    if sent is not None and item.profile is not None:
        take_answer(item.profile, _answer(action, sent), at=at)
        if action.act == Act.REPLY:
            mark_replied(item, sent.sent_at)
    elif action.act == Act.DELETE:
        InboxItem.objects.filter(pk=item.pk).update(gone_at=at, told_at=at)
    elif action.act == Act.RESTORE:
        InboxItem.objects.filter(pk=item.pk).update(gone_at=None, told_at=at)


def mark_replied(item: InboxItem, at: dt.datetime) -> None:
    """A reply to this very item, whatever the network's clock says of it."""
    rows = InboxItem.objects.filter(pk=item.pk)
    rows.filter(first_reply_at=None).update(first_reply_at=max(at, item.received_at))
    rows.waiting().update(state="answered")


def _answer(action: InboxAction, sent: Sent) -> InboxReading:
    item = action.item
    return InboxReading(
        kind=SaidKind(item.kind),
        page=item.profile.external_id if item.profile else "",
        external_id=sent.external_id,
        said_at=sent.sent_at,
        told_at=sent.sent_at,
        text=action.text,
        thread_id=item.thread_id,
        answers_id=item.external_id,
        is_own=True,
    )


def _settle(action: InboxAction, state: ActionState, message: str, at: dt.datetime) -> None:
    action.state, action.message = state, message[:300]
    action.finished_at = None if state == ActionState.UNKNOWN else at
    action.save(update_fields=["state", "message", "finished_at", "external_id"])
    if state == ActionState.UNKNOWN and not _may_ask_again(action, at):
        ask_person(action)


def ask_person(action: InboxAction) -> None:
    """Once: whoever finished the task without saying what stands there is not asked again."""
    known = InboxAction.objects.filter(pk=action.pk, attempts__lt=InboxAction.MAX_ATTEMPTS)
    if known.update(attempts=InboxAction.MAX_ATTEMPTS):
        tell_team_once(
            action.client,
            action.item,
            title=_("Look whether it arrived: %(act)s") % {"act": action.get_act_display()},
            details=_(
                "The network's answer was lost. Nothing is sent again before somebody has looked:"
                " open the item in the inbox, look on the network, and say what stands there."
            ),
            kind=NoticeKind.REPLIES,
        )


def _may_ask_again(action: InboxAction, at: dt.datetime) -> bool:
    """A deletion or a ban may be repeated as it is; a reply where the network knows its `guid`."""
    profile = action.item.profile
    moderator = moderator_for(profile.network) if profile else None
    is_known_again = moderator is not None and moderator.sends_once
    return (action.act != Act.REPLY or is_known_again) and action.written_at > at - SAFE_AGAIN


def finish_actions(*, at: dt.datetime) -> int:
    """Send what waits, and look up what died on its way; how many were touched.

    An error with one does not keep the others waiting.
    """
    done = 0
    for pk, state in _unfinished(at=at):
        try:
            _finish(pk, state, at=at)
            done += 1
        except Exception:
            logger.exception("Action %s in the inbox failed.", pk)
    return done


def _unfinished(*, at: dt.datetime) -> list[tuple[int, str]]:
    ready = Q(next_try_at=None, written_at__lt=at - WAITING_LEASE) | Q(next_try_at__lte=at)
    dead = Q(state=ActionState.SENDING, sent_at__lt=at - SENDING_LEASE)
    lost = Q(state=ActionState.UNKNOWN, sent_at__lt=at - SENDING_LEASE) & (
        Q(next_try_at=None) | Q(next_try_at__lte=at)
    )
    rows = InboxAction.objects.filter(Q(ready, state=ActionState.WAITING) | dead | lost)
    return list(rows.order_by("written_at").values_list("pk", "state")[:200])


def _finish(pk: int, state: str, *, at: dt.datetime) -> None:
    if state == ActionState.WAITING:
        send_action(pk, at=at)
        return
    action = InboxAction.objects.select_related("item__profile", "item__client").get(pk=pk)
    if _may_ask_again(action, at):
        _again(action, at=at)
    elif action.state == ActionState.SENDING:
        _settle(action, ActionState.UNKNOWN, _("The program was stopped while it was sent."), at)
    else:
        ask_person(action)


def _again(action: InboxAction, *, at: dt.datetime) -> None:
    """The same `guid` again: the network gives what it has, or takes it for the first time."""
    same = InboxAction.objects.filter(pk=action.pk, state=action.state, sent_at=action.sent_at)
    if same.update(state=ActionState.SENDING, sent_at=at):
        action.state, action.sent_at = ActionState.SENDING, at
        _call(action, at=at, patience=http.TIMEOUT.read or PATIENCE_SECONDS, is_again=True)


@transaction.atomic
def say_what_stands(action: InboxAction, *, arrived: bool, by: User, at: dt.datetime) -> None:
    """A person has looked on the network. Raises ValidationError: somebody said so before."""
    row = InboxAction.objects.select_for_update(of=("self",)).select_related("item__profile")
    action = row.get(pk=action.pk)
    if action.state != ActionState.UNKNOWN:
        raise ValidationError(_("Somebody did something about this meanwhile: look first."))
    if not arrived:
        message = _("%(person)s looked: it is not there.") % {"person": by}
        _settle(action, ActionState.NOT_DONE, message, at)
        return
    sent_at = action.sent_at or at
    _settle(action, ActionState.DONE, _("%(person)s looked: it is there.") % {"person": by}, at)
    if action.act == Act.REPLY:
        mark_replied(action.item, sent_at)
    elif action.act == Act.DELETE:
        InboxItem.objects.filter(pk=action.item_id).update(gone_at=sent_at, told_at=sent_at)
