"""One step, or one link, for several posts: those ticked in the list, or a month's."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, posted, select_field, switch_field, text_field
from clients.admin.scoped import allows
from clients.models import Client, Contact
from clients.rights import clients_where
from communities.models import WordChannel
from content.admin.approval_panel import LINK
from content.approval_links import address_of, make_link
from content.models import Post, PostState
from content.post_ways import APPROVE, STEPS, PostStep
from content.several_posts import Line, Seen, look_at, move_several, posts_of_month, rehearse
from content.terms import terms_of
from content.workflow import ClientWord

S = PostState
SEVERAL = "content_post_several"
MOST = 300
# What is done for many at once; each leads into the state by the table of steps.
TOGETHER = (S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, S.CLIENT_REVIEW, S.CLIENT_APPROVED, S.SCHEDULED)
FIRST: dict[str, PostStep] = {
    step.new: step for step in reversed(STEPS) if step.new in (*TOGETHER, S.CANCELLED)
}


def list_action(to: str) -> Callable[..., Any]:
    """An action of the list; nothing changes before its page is sent."""

    @admin.action(description=FIRST[to].label)
    def act(self: Any, request: HttpRequest, rows: Any) -> HttpResponse:
        return HttpResponseRedirect(address(SEVERAL, rows, to=to))

    act.__name__ = f"several_{to}"
    return act


def address(name: str, posts: Any, **query: str) -> str:
    ids = ",".join(str(post.pk) for post in posts)
    return f"{reverse(f'admin:{name}')}?{urlencode({'posts': ids, **query})}"


class SeenForm(forms.Form):
    """What the person looked at: `12:internal_review:3`, a post each."""

    seen = forms.CharField(widget=forms.HiddenInput())

    def rows(self, posts: dict[int, Post]) -> list[Seen]:
        """Ids of posts that the person may not see are dropped."""
        found = []
        for part in self.cleaned_data["seen"].split(","):
            number, _colon, rest = part.partition(":")
            state, _colon, version = rest.partition(":")
            if number.isdecimal() and version.isdecimal() and int(number) in posts:
                post = posts[int(number)]
                post.state = state
                found.append(Seen(post, int(version)))
        return found


class SeveralForm(SeenForm):
    mode = forms.ChoiceField(
        label=gettext_lazy("Which of them"),
        choices=[
            ("good", gettext_lazy("Those that nothing stands in the way of")),
            ("all", gettext_lazy("All of them, or none")),
        ],
        initial="good",
        widget=UnfoldAdminRadioSelectWidget(),
    )
    said_by = text_field(
        gettext_lazy("Who of the client said so"),
        max_length=160,
        help_text=gettext_lazy("Name and position."),
    )
    said_on = date_field(gettext_lazy("When"))
    channel = select_field(gettext_lazy("By what channel"), choices=WordChannel.choices)
    reason = text_field(gettext_lazy("Why"), rows=2, max_length=500)

    def __init__(self, step: PostStep, seen: str, data: Any = None) -> None:
        super().__init__(data, initial={"seen": seen, "said_on": timezone.localdate()})
        unneeded = [] if step.is_word else ["said_by", "said_on", "channel"]
        for name in [*unneeded, *([] if step.needs_reason else ["reason"])]:
            del self.fields[name]

    def word(self) -> ClientWord | None:
        data = self.cleaned_data
        if "said_by" not in data:
            return None
        return ClientWord(data["said_by"], data["said_on"], data["channel"])


class LinkForm(forms.Form):
    contact = forms.ModelChoiceField(
        label=gettext_lazy("Contact"),
        queryset=Contact.objects.none(),
        widget=UnfoldAdminSelectWidget(),
    )
    is_sent = switch_field(
        gettext_lazy("Send it by e-mail"),
        initial=True,
        help_text=gettext_lazy("Off: the address is shown here once, and nobody reads it again."),
    )

    def __init__(self, client: Client, data: Any = None) -> None:
        contacts = client.contacts.all()
        super().__init__(data, initial={"contact": contacts.first()})
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined] # a ModelChoiceField


class MonthForm(forms.Form):
    client = forms.ModelChoiceField(
        label=gettext_lazy("Client"),
        queryset=Client.objects.none(),
        widget=UnfoldAdminSelectWidget(),
    )
    month = date_field(gettext_lazy("A day of the month"))
    to = select_field(
        gettext_lazy("What to do"), choices=[(to, FIRST[to].label) for to in TOGETHER]
    )

    def __init__(self, user: Any, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["client"].queryset = clients_where(user, APPROVE)  # type: ignore[attr-defined] # as above


class SeveralPosts:
    """Mixed into the page of posts."""

    actions: Any = (*(f"several_{to}" for to in (*TOGETHER, S.CANCELLED)), "several_link")
    actions_list: Any = ("approve_month",)

    several_internal_review = list_action(S.INTERNAL_REVIEW)
    several_internal_approved = list_action(S.INTERNAL_APPROVED)
    several_client_review = list_action(S.CLIENT_REVIEW)
    several_client_approved = list_action(S.CLIENT_APPROVED)
    several_scheduled = list_action(S.SCHEDULED)
    several_cancelled = list_action(S.CANCELLED)

    @admin.action(description=gettext_lazy("Make an approval link"))
    def several_link(self, request: HttpRequest, rows: Any) -> HttpResponse:
        return HttpResponseRedirect(address(LINK, rows))

    def get_urls(self) -> Any:
        me: Any = self
        parent: Any = super()
        view = me.admin_site.admin_view
        return [
            path("several/", view(self.several), name=SEVERAL),
            path("approval-link/", view(self.link_several), name=LINK),
            *parent.get_urls(),
        ]

    def asked_posts(self, request: HttpRequest) -> dict[int, Post]:
        """Those of the address that the person may see, by id."""
        me: Any = self
        ids = [int(one) for one in request.GET.get("posts", "").split(",") if one.isdecimal()]
        rows = me.get_queryset(request).select_related("client").order_by("pk")
        found = {post.pk: post for post in rows.filter(pk__in=ids[:MOST])}
        if not found:
            raise Http404
        return found

    def several(self, request: HttpRequest) -> HttpResponse:
        step = FIRST.get(request.GET.get("to", ""))
        if step is None:
            raise Http404
        posts = self.asked_posts(request)
        if not any(allows(request, step.right, post) for post in posts.values()):
            raise PermissionDenied
        user: Any = request.user
        now = timezone.now()
        lines = rehearse(look_at(posts.values()), step.new, by=user, at=now)
        form = SeveralForm(step, seen_text(lines), posted(request))

        def do(data: dict[str, Any]) -> str:
            done = move_several(
                form.rows(posts),
                step.new,
                by=user,
                at=now,
                reason=data.get("reason", ""),
                word=form.word(),
                all_or_none=data["mode"] == "all",
            )
            return tell(request, done)

        return Step(
            self,
            request,
            None,
            title=str(step.label),
            submit=str(step.label),
            form=form,
            do=do,
            template="admin/content/several_posts.html",
            back=reverse("admin:content_post_changelist"),
            context={"lines": lines, "good": sum(not line.refusals for line in lines)},
        ).respond()

    def link_several(self, request: HttpRequest) -> HttpResponse:
        posts = list(self.asked_posts(request).values())
        client = posts[0].client
        if not all(allows(request, APPROVE, post) for post in posts):
            raise PermissionDenied
        user: Any = request.user
        back = reverse("admin:content_post_changelist")
        step: Step

        def do(data: dict[str, Any]) -> str | HttpResponse:
            link, token = make_link(client, posts, **data, by=user, at=timezone.now())
            if link.is_sent:
                return _("The link goes to %(address)s.") % {"address": link.contact.email}
            return step.render(address=address_of(token), link=link)

        step = Step(
            self,
            request,
            posts[0] if len(posts) == 1 else None,
            title=_("Make an approval link"),
            submit=_("Make the link"),
            explanation=_("It works once, for %(days)d days. Who has the address can answer.")
            % {"days": terms_of(client).link_days},
            form=LinkForm(client, posted(request)),
            do=do,
            template="admin/content/approval_link.html",
            back="" if len(posts) == 1 else back,
            context={"posts": posts},
        )
        return step.respond()

    def has_month_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(APPROVE))

    @button(
        gettext_lazy("Approve a month"),
        path="month",
        icon="event_available",
        permissions=["month"],
    )
    def approve_month(self, request: HttpRequest) -> HttpResponse:
        """Chosen here, looked at and done on the page of several posts."""

        def do(data: dict[str, Any]) -> HttpResponse | str:
            month: dt.date = data["month"]
            posts = posts_of_month(data["client"], month, to=data["to"])
            if not posts:
                raise forms.ValidationError(_("No post of this month may take this step now."))
            return HttpResponseRedirect(address(SEVERAL, posts, to=data["to"]))

        asked = request.GET
        initial = {
            "client": asked.get("client"),
            "month": asked.get("month") or timezone.localdate(),
            "to": asked.get("to", S.INTERNAL_APPROVED),
        }
        return Step(
            self,
            request,
            None,
            title=_("Approve a month"),
            submit=_("Look at the posts"),
            explanation=_("Nothing is done yet: the next page shows what stands in the way."),
            form=MonthForm(request.user, posted(request), initial=initial),
            do=do,
            back=reverse("admin:content_post_changelist"),
        ).respond()


def seen_text(lines: Sequence[Line]) -> str:
    rows = [line.seen for line in lines]
    return ",".join(f"{one.post.pk}:{one.post.state}:{one.version}" for one in rows)


def tell(request: HttpRequest, lines: Sequence[Line]) -> str:
    """The exceptions, by reason; and how many are done."""
    by_reason: dict[str, list[str]] = {}
    for line in lines:
        for reason in line.refusals:
            by_reason.setdefault(reason, []).append(str(line.seen.post))
    for reason, names in by_reason.items():
        words = _("%(reason)s (%(posts)s)")
        messages.warning(request, words % {"reason": reason, "posts": ", ".join(names)})
    done = sum(not line.refusals for line in lines)
    words = ngettext("%(count)d post took the step.", "%(count)d posts took the step.", done)
    return words % {"count": done}
