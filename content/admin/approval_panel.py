"""Under the form of a post: where it is, both threads, its links, versions and steps."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from clients.admin.contractors import is_contractor
from clients.admin.form_page import Step, page_of, posted, switch_field, text_field
from clients.admin.scoped import ShowsBeside, allows
from clients.models import TeamMember, User
from content.approval_links import why_closed, withdraw_link
from content.discussion import add_comment
from content.models import (
    CLIENT_SEES,
    ApprovalLink,
    ContentTerms,
    Post,
    PostComment,
    PostState,
    PostVersion,
)
from content.post_ways import APPROVE
from content.terms import terms_of
from content.versions import diff_versions

VERSIONS = "content_post_versions"
LINK = "content_post_approval_link"
COMMENT = "content_post_comment"
WITHDRAW = "content_post_withdraw_link"


class ApprovalPanel(ShowsBeside):
    """Mixed into the page of a post; shown by `admin/content/approval_panel.html`."""

    change_form_outer_after_template = "admin/content/approval_panel.html"

    def get_urls(self) -> Any:
        me: Any = self
        parent: Any = super()
        view = me.admin_site.admin_view
        return [
            path("<int:object_id>/versions/", view(self.versions), name=VERSIONS),
            path("<int:object_id>/comment/", view(self.comment), name=COMMENT),
            path("link/<int:link_id>/withdraw/", view(self.withdraw), name=WITHDRAW),
            *parent.get_urls(),
        ]

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), "panel": panel_of(request, row)}

    def post_of_page(self, request: HttpRequest, object_id: int | str) -> Post:
        me: Any = self
        post: Post | None = me.get_object(request, str(object_id))
        if post is None:
            raise Http404
        return post

    def versions(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Two versions word by word; the latest two unless the address names others."""
        me: Any = self
        post = self.post_of_page(request, object_id)
        if not allows(request, "content.view_postversion", post):
            raise PermissionDenied
        rows = list(post.versions.select_related("made_by"))
        pair = chosen_pair(request, rows)
        context = {
            **me.admin_site.each_context(request),
            "title": _("Versions"),
            "subtitle": str(post),
            "opts": me.opts,
            "post": post,
            "back": page_of(post),
            "versions": rows,
            "pair": pair,
            "changes": diff_versions(*pair) if len(pair) == 2 else [],
        }
        return TemplateResponse(request, "admin/content/post_versions.html", context)

    def comment(self, request: HttpRequest, object_id: int) -> HttpResponse:
        post = self.post_of_page(request, object_id)
        if not allows(request, "content.add_postcomment", post):
            raise PermissionDenied
        user: Any = request.user
        form = CommentForm(post, user, posted(request), asked=request.GET)
        if is_contractor(request, post):
            form.speak_among_ourselves()

        def do(data: dict[str, Any]) -> str:
            add_comment(post, **data, by=user, at=timezone.now())
            return _("The comment is written.")

        return Step(
            self,
            request,
            post,
            title=_("Comment"),
            submit=_("Write"),
            form=form,
            do=do,
        ).respond()

    def withdraw(self, request: HttpRequest, link_id: int) -> HttpResponse:
        user: Any = request.user
        links = ApprovalLink.objects.visible_to(user).select_related("client", "contact")
        link = links.filter(pk=link_id).first()
        if link is None:
            raise Http404
        if not allows(request, APPROVE, link):
            raise PermissionDenied
        first = link.posts.select_related("post").first()

        def do(data: dict[str, Any]) -> str:
            if not withdraw_link(link, by=user, at=timezone.now()):
                return _("It was used or withdrawn before.")
            return _("The link opens nothing any more.")

        return Step(
            self,
            request,
            link,
            title=_("Withdraw the link"),
            submit=_("Withdraw the link"),
            explanation=_("Who opens it is told that the agency has taken the posts back."),
            form=forms.Form(posted(request)),
            do=do,
            back=page_of(first.post) if first else reverse("admin:content_post_changelist"),
        ).respond()


class CommentForm(forms.Form):
    text = text_field(gettext_lazy("Comment"), rows=4, max_length=5_000)
    is_internal = switch_field(
        gettext_lazy("For the agency only"),
        initial=True,
        help_text=gettext_lazy("Off: the client reads it on the portal."),
    )
    said_by = text_field(
        gettext_lazy("If the client said it: who"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Name and position."),
    )
    answers = forms.ModelChoiceField(
        label=gettext_lazy("Answer to"),
        queryset=PostComment.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    tell = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tell by e-mail"),
        queryset=User.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=gettext_lazy("The post's author and whom it answers are told anyway."),
    )

    def __init__(self, post: Post, user: User, data: Any = None, *, asked: Any) -> None:
        """`asked` names the comment to answer, or the thread."""
        number = asked.get("answers", "")
        answered = post.comments.filter(pk=number).first() if number.isdecimal() else None
        is_internal = answered.is_internal if answered else "shared" not in asked
        initial = {"answers": answered, "is_internal": is_internal}
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["answers"].queryset = post.comments.all()
        team = TeamMember.objects.active(on=timezone.localdate()).filter(client=post.client)
        people = User.objects.filter(pk__in=team.values("user"), is_active=True)
        fields["tell"].queryset = people.exclude(pk=user.pk)
        if post.state not in CLIENT_SEES:
            del fields["is_internal"], fields["said_by"]

    def speak_among_ourselves(self) -> None:
        """A contractor says nothing to the client and writes no letters."""
        for name in ("is_internal", "said_by", "tell"):
            self.fields.pop(name, None)


def panel_of(request: HttpRequest, post: Post) -> dict[str, Any]:
    now = timezone.now()
    terms = terms_of(post.client)
    comments = list(post.comments.select_related("by", "answers__by"))
    can_read = allows(request, "content.view_postcomment", post)
    return {
        "post": post,
        "terms": terms,
        "rounds": rounds_line(post, terms),
        "waits": now - post.state_since if post.state in WAITS else None,
        "internal": [one for one in comments if one.is_internal] if can_read else [],
        "shared": [one for one in comments if not one.is_internal] if can_read else [],
        # They name contacts.
        "links": []
        if is_contractor(request, post)
        else [link_line(link, request, now) for link in links_of(post)],
        "versions": list(post.versions.select_related("made_by")),
        "versions_url": reverse(f"admin:{VERSIONS}", args=[post.pk]),
        "comment_url": comment_url(request, post),
        "link_url": link_url(request, post, terms),
        "moves": list(post.moves.select_related("moved_by", "version")),
    }


def comment_url(request: HttpRequest, post: Post) -> str:
    may = allows(request, "content.add_postcomment", post)
    return reverse(f"admin:{COMMENT}", args=[post.pk]) if may else ""


def link_url(request: HttpRequest, post: Post, terms: ContentTerms) -> str:
    """Where a link is made, for a post that waits for a client that approves by links."""
    is_waiting = post.state == PostState.CLIENT_REVIEW and terms.has_approval_links
    may = is_waiting and allows(request, APPROVE, post)
    return f"{reverse(f'admin:{LINK}')}?posts={post.pk}" if may else ""


WAITS = (PostState.INTERNAL_REVIEW, PostState.CLIENT_REVIEW)


def rounds_line(post: Post, terms: ContentTerms) -> str:
    agreed = terms.correction_rounds
    if agreed is None:
        return _("%(used)d, no number was agreed") % {"used": post.rounds}
    words = _("%(used)d of %(agreed)d agreed") % {"used": post.rounds, "agreed": agreed}
    return f"{words}: {_('over the agreement')}" if post.rounds > agreed else words


def links_of(post: Post) -> list[ApprovalLink]:
    rows = ApprovalLink.objects.filter(posts__post=post)
    return list(rows.select_related("client", "contact", "made_by").prefetch_related("posts"))


def link_line(link: ApprovalLink, request: HttpRequest, now: Any) -> dict[str, Any]:
    is_open = not why_closed(link, at=now)
    may = is_open and allows(request, APPROVE, link)
    return {
        "link": link,
        "state": link_state(link, is_open=is_open),
        "count": len(link.posts.all()),
        "withdraw_url": reverse(f"admin:{WITHDRAW}", args=[link.pk]) if may else "",
    }


def link_state(link: ApprovalLink, *, is_open: bool) -> str:
    if link.used_at:
        return _("answered")
    if link.revoked_at:
        return _("withdrawn") if link.revoked_by_id else _("withdrawn: the posts went back")
    return _("waits") if is_open else _("its time is over")


def chosen_pair(request: HttpRequest, versions: list[PostVersion]) -> list[PostVersion]:
    """The older one first."""
    asked = {request.GET.get(name, "") for name in ("left", "right")}
    chosen = [version for version in versions if str(version.number) in asked]
    pair = chosen if len(chosen) == 2 else versions[:2]
    return sorted(pair, key=lambda version: version.number)
