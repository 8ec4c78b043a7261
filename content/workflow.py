"""How a post moves: idea → draft → in work → review → approved → with the client → scheduled → out.

Every step locks the post first, so that of two people who press the same button one is told what
the other did. Steps raise ValidationError with what stands in the way and its mend. The table of
steps is in `content.post_ways`.
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from clients.rights import Rights
from communities.models import ClientFile
from content.business_hours import add_working_time
from content.models import (
    Approvals,
    ContentTerms,
    LinkedPost,
    Post,
    PostMove,
    PostState,
    PostVersion,
)
from content.post_checks import blocking, find_problems
from content.post_ways import BY_OLD, FROZEN, PROGRAM, PostStep
from content.release import plan_again, release, withdraw
from content.terms import terms_of
from content.versions import approved_version, is_as_in, latest_version, save_version

S = PostState
# Where a post begins anew: what was said of it before holds no longer.
ANEW = (S.IDEA, S.DRAFT, S.IN_WORK)


@dataclass(frozen=True)
class ClientWord:
    """What the client said, and how it came. Deemed: nobody said anything, the time went by."""

    said_by: str = ""
    said_on: dt.date | None = None
    channel: str = ""
    is_deemed: bool = False


@dataclass(frozen=True)
class Asked:
    """One step as it was asked for. `seen_version` is the number of the version looked at."""

    step: PostStep
    by: User | None
    at: dt.datetime
    reason: str
    word: ClientWord | None
    seen_version: int | None
    confirms_over: bool
    round: int | None = None
    version: PostVersion | None = None


def why_frozen(post: Post) -> str:
    """Why the text, the files and the publications' texts may not be edited; "" where they may."""
    if post.state not in FROZEN:
        return ""
    if post.state == S.PUBLISHED:
        return _("It is published: what is here stays as it went out.")
    if post.state == S.NEEDS_CHECKING:
        return _("It may be published: find out on the network first.")
    if post.state == S.CANCELLED:
        return _("It is cancelled: press “Open again” before you edit it.")
    return _("It is “%(state)s”: press “Take back to work” before you edit it.") % {
        "state": post.get_state_display()
    }


def next_steps(post: Post, terms: ContentTerms | None = None) -> list[PostStep]:
    """What people may do with it by the client's terms, whoever they are."""
    approvals = (terms or terms_of(post.client)).approvals
    return [
        step for step in BY_OLD[post.state] if step.right != PROGRAM and approvals in step.approvals
    ]


@transaction.atomic
def move_post(
    post: Post,
    to: str,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    word: ClientWord | None = None,
    seen_version: int | None = None,
    confirms_over: bool = False,
) -> PostMove:
    """Take one step; `post` carries the state that the person saw. `by` None: the program.

    `word` goes with a step that is the client's; `confirms_over` takes a round of correction
    beyond the agreed number.
    """
    row = lock_post(post)
    _check_seen(row, post)
    terms = terms_of(row.client)
    step = _find_step(row, to, terms)
    asked = Asked(step, by, at, reason.strip(), word, seen_version, confirms_over)
    _check_asked(row, asked)
    if step.right != PROGRAM:
        asked = _prepare(row, terms, asked)
    move = _write(row, terms, asked)
    post.state, post.state_since, post.rounds = row.state, row.state_since, row.rounds
    return move


def lock_post(post: Post) -> Post:
    """The post as it stands now; whoever else moves it waits."""
    return Post.objects.select_for_update(of=("self",)).select_related("client").get(pk=post.pk)


# --- What a step asks for ------------------------------------------------------------------------


def _check_seen(row: Post, seen: Post) -> None:
    if row.state != seen.state:
        raise ValidationError(
            _("Meanwhile it is “%(state)s”: look at the post again.")
            % {"state": row.get_state_display()}
        )


def _find_step(post: Post, to: str, terms: ContentTerms) -> PostStep:
    found = [step for step in BY_OLD[post.state] if step.new == to]
    for step in found:
        if terms.approvals in step.approvals:
            return step
    if to == S.SCHEDULED:
        raise ValidationError(_why_not_scheduled(terms))
    raise ValidationError(
        _("From “%(old)s” no step leads to “%(new)s”.")
        % {"old": post.get_state_display(), "new": PostState(to).label}
    )


def _why_not_scheduled(terms: ContentTerms) -> str:
    if terms.approvals == Approvals.NOBODY:
        return _("Take it to work first: only what was worked on is scheduled.")
    if terms.approvals == Approvals.INTERNAL:
        return _("The agency approves it first.")
    return _("The agency and the client approve it first.")


def _check_asked(post: Post, asked: Asked) -> None:
    step = asked.step
    _check_right(step, post, asked)
    if step.is_word and not (asked.word and (asked.word.is_deemed or asked.word.said_by.strip())):
        raise ValidationError({"said_by": _("Write who of the client said so.")})
    if step.needs_reason and not asked.reason:
        raise ValidationError({"reason": _("Write why.")})


def _check_right(step: PostStep, post: Post, asked: Asked) -> None:
    if asked.by is None:
        if step.right != PROGRAM and not step.is_word:
            raise ValidationError(_("Only a person may take this step."))
        return
    if step.right == PROGRAM:
        raise ValidationError(_("A post is moved here by its publications only."))
    if not Rights(asked.by).allows(step.right, client_id=post.client_id):
        raise ValidationError(
            _("You may not do this: ask whoever has this role in the client's team.")
        )


# --- What a step does besides --------------------------------------------------------------------


def _prepare(post: Post, terms: ContentTerms, asked: Asked) -> Asked:
    """Versions, rounds and publications; raises ValidationError before anything is written."""
    to = asked.step.new
    if to == S.CLIENT_REWORK:
        asked = replace(asked, round=_next_round(post, terms, asked))
    if to in (S.IN_WORK, S.CANCELLED) and post.state in (S.SCHEDULED, S.FAILED):
        withdraw(post, at=asked.at)
    if post.state == S.CANCELLED:
        plan_again(post)
    asked = replace(asked, version=_version_for(post, terms, asked))
    if asked.step.is_checked:
        _check_problems(post, asked)
    if to in (S.CLIENT_REVIEW, S.SCHEDULED):
        _show_files(post)
    if to == S.SCHEDULED:
        release(post, at=asked.at)
    return asked


def _next_round(post: Post, terms: ContentTerms, asked: Asked) -> int:
    number = post.rounds + 1
    agreed = terms.correction_rounds
    is_over = agreed is not None and number > agreed
    if is_over and not asked.confirms_over:
        words = _(
            "This is round %(number)d, and %(agreed)d were agreed: confirm that it is taken beyond"
            " the agreement."
        )
        raise ValidationError({"confirms_over": words % {"number": number, "agreed": agreed}})
    return number


def _version_for(post: Post, terms: ContentTerms, asked: Asked) -> PostVersion | None:
    """The version that the step is about; None where it is about none."""
    to = asked.step.new
    needs_nobody = to == S.SCHEDULED and terms.approvals == Approvals.NOBODY
    if needs_nobody or to in (S.INTERNAL_REVIEW, S.INTERNAL_APPROVED):
        version = save_version(post, by=asked.by, at=asked.at)
    elif to in (S.CLIENT_REVIEW, S.CLIENT_APPROVED, S.SCHEDULED):
        version = _unchanged(post, by=asked.by, at=asked.at)
    else:
        return latest_version(post)
    if asked.seen_version is not None and asked.seen_version != version.number:
        raise ValidationError(
            _("Meanwhile it was changed: look at version %(number)d.") % {"number": version.number}
        )
    return version


def _unchanged(post: Post, *, by: User | None, at: dt.datetime) -> PostVersion:
    """The approved version. Raises ValidationError where something else stands there now."""
    version = approved_version(post)
    if version is None:
        # Approved under other terms, or before versions were kept.
        return save_version(post, by=by, at=at)
    if not is_as_in(post, version):
        raise ValidationError(
            _("It was changed after it was approved: press “Take back to work”, then approve it.")
        )
    return version


def _check_problems(post: Post, asked: Asked) -> None:
    problems = blocking(find_problems(post, at=asked.at))
    if problems:
        raise ValidationError([problem.text for problem in problems])


def _show_files(post: Post) -> None:
    """What goes to the client may be read by the client's portal."""
    ClientFile.objects.filter(in_posts__post=post, is_shown=False).update(is_shown=True)


def _write(post: Post, terms: ContentTerms, asked: Asked) -> PostMove:
    old = post.state
    if old == S.CLIENT_REVIEW:
        LinkedPost.objects.drop(post, at=asked.at)
    post.state, post.state_since = asked.step.new, asked.at
    post.rounds = asked.round or post.rounds
    post.consent_at = _consent_at(post, terms, at=asked.at)
    post.consent_letter = post.reminded_at = None
    if post.state in ANEW and old not in ANEW:
        # It was let through above the cap as it stood; what is worked on anew is asked anew.
        post.over_cap_by, post.over_cap_reason = None, ""
    post.save(
        update_fields=[
            "state", "state_since", "rounds", "consent_at", "consent_letter", "reminded_at",
            "over_cap_by", "over_cap_reason",
        ]
    )  # fmt: skip
    word = asked.word or ClientWord()
    return PostMove.objects.create(
        post=post,
        old=old,
        new=post.state,
        moved_at=asked.at,
        moved_by=asked.by,
        reason=asked.reason,
        client_said_by=word.said_by.strip(),
        client_said_on=word.said_on,
        channel=word.channel,
        is_deemed=word.is_deemed,
        version=asked.version,
        round=asked.round,
    )


def _consent_at(post: Post, terms: ContentTerms, *, at: dt.datetime) -> dt.datetime | None:
    if post.state != S.CLIENT_REVIEW or terms.consent_hours is None:
        return None
    return add_working_time(post.client, at, dt.timedelta(hours=terms.consent_hours))
