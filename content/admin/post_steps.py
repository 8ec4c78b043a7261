"""The steps of a post's way, as buttons of its page.

Which stand there is said by `content.post_ways` and the person's rights; each acts on the state
and the version that the person saw.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, posted, select_field, switch_field, text_field
from clients.admin.scoped import allows
from clients.models import User
from communities.models import WordChannel
from content.admin.approval_panel import ApprovalPanel
from content.admin.several_posts import SeveralPosts
from content.models import Post, PostState
from content.post_checks import find_problems
from content.post_ways import BY_OLD, PROGRAM, STEPS, PostStep
from content.terms import terms_of
from content.versions import keep_change, latest_version
from content.workflow import ClientWord, move_post, next_steps

S = PostState


class StepForm(forms.Form):
    """`seen` and `seen_version`: what the person looked at; asked besides: what the step needs."""

    seen = forms.CharField(widget=forms.HiddenInput())
    seen_version = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    said_by = text_field(
        gettext_lazy("Who of the client said so"),
        max_length=160,
        help_text=gettext_lazy("Name and position."),
    )
    said_on = date_field(gettext_lazy("When"))
    channel = select_field(gettext_lazy("By what channel"), choices=WordChannel.choices)
    reason = text_field(gettext_lazy("Why"), rows=3, max_length=500)
    confirms_over = switch_field(gettext_lazy("This round is beyond the agreement, take it"))

    def __init__(self, post: Post, step: PostStep, data: Any = None) -> None:
        version = latest_version(post)
        initial = {
            "seen": post.state,
            "seen_version": version.number if version else None,
            "said_on": post.client.today(),
        }
        super().__init__(data, initial=initial)
        self.client = post.client
        for name in self.unneeded(post, step):
            del self.fields[name]
        if step.new == S.CLIENT_REWORK:
            self.fields["reason"].label = _("What to change")

    def unneeded(self, post: Post, step: PostStep) -> list[str]:
        names = [] if step.is_word else ["said_by", "said_on", "channel"]
        if not step.needs_reason:
            names.append("reason")
        if step.new != S.CLIENT_REWORK or not is_over(post):
            names.append("confirms_over")
        return names

    def clean_said_on(self) -> Any:
        day = self.cleaned_data["said_on"]
        if day > self.client.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


def is_over(post: Post) -> bool:
    """Whether the next round of correction is beyond the agreed number."""
    agreed = terms_of(post.client).correction_rounds
    return agreed is not None and post.rounds >= agreed


def take(post: Post, to: str, data: dict[str, Any], *, by: User) -> str:
    post.state = data["seen"]
    word = None
    if "said_by" in data:
        word = ClientWord(data["said_by"], data["said_on"], data["channel"])
    move_post(
        post,
        to,
        by=by,
        at=timezone.now(),
        reason=data.get("reason", ""),
        word=word,
        seen_version=data.get("seen_version"),
        confirms_over=data.get("confirms_over", False),
    )
    return _("The post is “%(state)s” now.") % {"state": PostState(to).label}


def explain(post: Post, step: PostStep) -> str:
    """What the step does, and what stands in its way."""
    lines = []
    version = latest_version(post)
    if step.new == S.INTERNAL_APPROVED and version is not None:
        lines.append(_("You approve version %(number)d.") % {"number": version.number})
    if step.new == S.SCHEDULED:
        lines.append(_("Its publications go out at their times. Nobody edits it meanwhile."))
    if step.new == S.CLIENT_REVIEW:
        lines.append(_("The client sees it on the portal from now on. Nobody edits it meanwhile."))
    if step.new == S.IN_WORK and step.needs_reason:
        lines.append(_("It has to be approved again. What was to go out waits."))
    if step.new == S.CLIENT_REWORK:
        lines.append(rounds_words(post))
    if step.is_checked:
        problems = find_problems(post, at=timezone.now())
        if problems:
            lines.append(_("What stands in the way, or should be looked at:"))
            lines += [f"• {problem.text}" for problem in problems]
    return "\n".join(line for line in lines if line)


def rounds_words(post: Post) -> str:
    agreed = terms_of(post.client).correction_rounds
    if agreed is None:
        return _("Round of correction: %(number)d.") % {"number": post.rounds + 1}
    words = _("Round of correction: %(number)d, agreed: %(agreed)d.")
    line = words % {"number": post.rounds + 1, "agreed": agreed}
    return f"{line} {_('This is over the agreement.')}" if is_over(post) else line


def person(request: HttpRequest) -> User:
    user: Any = request.user
    if not request.user.is_authenticated:
        raise PermissionDenied
    found: User = user
    return found


def steps_into(to: str, olds: tuple[str, ...]) -> list[PostStep]:
    return [step for step in STEPS if step.new == to and (not olds or step.old in olds)]


def step_button(name: str, to: str, *olds: str, is_main: bool = False) -> Callable[..., Any]:
    """The button of the steps into a state (from these states, where some are named)."""
    step = steps_into(to, olds)[0]

    def press(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        return take_step(self, request, object_id, to, olds)

    # Before it is made a button: by its name the page finds of which row the right is asked.
    press.__name__ = f"{name}_post"
    return button(
        step.label,
        path=name.replace("_", "-"),
        icon=step.icon,
        permissions=[name],
        variant=ActionVariant.PRIMARY if is_main else ActionVariant.DEFAULT,
    )(press)


def step_right(to: str, *olds: str) -> Callable[..., bool]:
    """Whether the button stands on the page; whoever sends its form is told by the step itself."""

    def has(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        if row is None:
            return True
        steps = steps_into(to, olds)
        if request.method != "POST":
            open_now = next_steps(row, terms_on(request, row))
            steps = [step for step in steps if step in open_now]
        return any(allows(request, step.right, row) for step in steps)

    return has


def terms_on(request: HttpRequest, post: Post) -> Any:
    """Of the post's client, read once a page."""
    known: dict[int, Any] = request.__dict__.setdefault("content_terms", {})
    if post.client_id not in known:
        known[post.client_id] = terms_of(post.client)
    return known[post.client_id]


def take_step(
    model_admin: Any, request: HttpRequest, object_id: str, to: str, olds: tuple[str, ...]
) -> HttpResponse:
    post: Post | None = model_admin.get_object(request, object_id)
    if post is None:
        raise Http404
    seen = request.POST.get("seen", post.state)
    step = step_from(seen, to) or steps_into(to, olds)[0]
    by = person(request)
    return Step(
        model_admin,
        request,
        post,
        title=str(step.label),
        submit=str(step.label),
        explanation=explain(post, step),
        form=StepForm(post, step, posted(request)),
        do=lambda data: take(post, to, data, by=by),
    ).respond()


def step_from(old: str, to: str) -> PostStep | None:
    steps = [step for step in BY_OLD.get(old, []) if step.new == to and step.right != PROGRAM]
    return steps[0] if steps else None


# Work begins with an idea or a draft; from anywhere else the post is taken back.
BEGINS = (S.IDEA, S.DRAFT)
BACK = tuple(step.old for step in STEPS if step.new == S.IN_WORK and step.old not in BEGINS)


class PostSteps(SeveralPosts, ApprovalPanel):
    """Mixed into the page of a post, before the page's own class."""

    step_buttons = (
        "schedule_post", "approve_post", "show_post", "accept_post", "review_post", "begin_post",
        "draft_post", "return_post", "ask_changes_post", "reopen_post",
    )  # fmt: skip
    # Steps back and out, in the list of the rest.
    rare_buttons = ("back_post", "cancel_post")

    draft_post = step_button("draft", S.DRAFT, S.IDEA)
    begin_post = step_button("begin", S.IN_WORK, *BEGINS, is_main=True)
    review_post = step_button("review", S.INTERNAL_REVIEW, is_main=True)
    approve_post = step_button("approve", S.INTERNAL_APPROVED, is_main=True)
    return_post = step_button("return", S.INTERNAL_REWORK)
    show_post = step_button("show", S.CLIENT_REVIEW, is_main=True)
    accept_post = step_button("accept", S.CLIENT_APPROVED, is_main=True)
    ask_changes_post = step_button("ask_changes", S.CLIENT_REWORK)
    schedule_post = step_button("schedule", S.SCHEDULED, is_main=True)
    back_post = step_button("back", S.IN_WORK, *BACK)
    cancel_post = step_button("cancel", S.CANCELLED)
    reopen_post = step_button("reopen", S.DRAFT, S.CANCELLED)

    has_draft_permission = step_right(S.DRAFT, S.IDEA)
    has_begin_permission = step_right(S.IN_WORK, *BEGINS)
    has_review_permission = step_right(S.INTERNAL_REVIEW)
    has_approve_permission = step_right(S.INTERNAL_APPROVED)
    has_return_permission = step_right(S.INTERNAL_REWORK)
    has_show_permission = step_right(S.CLIENT_REVIEW)
    has_accept_permission = step_right(S.CLIENT_APPROVED)
    has_ask_changes_permission = step_right(S.CLIENT_REWORK)
    has_schedule_permission = step_right(S.SCHEDULED)
    has_back_permission = step_right(S.IN_WORK, *BACK)
    has_cancel_permission = step_right(S.CANCELLED)
    has_reopen_permission = step_right(S.DRAFT, S.CANCELLED)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What somebody looks at, or looked at before, is kept as it is after each change."""
        parent: Any = super()
        parent.save_related(request, form, formsets, change)
        keep_change(form.instance, by=person(request), at=timezone.now())
