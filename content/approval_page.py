"""The page of an approval link: the posts as they will look, and the client's answer.

No sign-in: the secret in the address is the right. The posts are read as the portal's role, which
sees one client and no draft, and of these only the posts of the link. Nothing is asked of cookies,
so there is nothing that a foreign page could make a browser send along: the form carries no token
of its own, and a browser that sends no referrer (as asked) would be refused with one.
"""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from clients.attempts import address_of, count_attempt
from communities.models import ClientFile
from content.approval_cards import cards_of
from content.approval_links import (
    LONGEST_COMMENT,
    Answer,
    answer_link,
    find_link,
    waiting_posts,
    why_closed,
)
from content.models import ApprovalLink
from content.terms import terms_of
from smm_agency.lib.file_response import file_response
from smm_agency.lib.row_security import reading_as_client

APPROVE, CHANGE = "approve", "change"
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # The address is a secret: no other site learns it.
    "Referrer-Policy": "no-referrer",
}


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Your word"),
        choices=[
            (APPROVE, gettext_lazy("I approve")),
            (CHANGE, gettext_lazy("Please change it")),
        ],
        widget=forms.RadioSelect({"class": "form-check-input"}),
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 3, "class": "form-control"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == CHANGE and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Write what should be changed."))
        return cleaned


@method_decorator(csrf_exempt, name="dispatch")
class LinkView(View):
    """What every address under a link does: finds it, or says that there is none."""

    link: ApprovalLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Resolved while this is still the owner's connection: the portal's role reads no sessions.
        _is_staff = request.user.is_authenticated
        found = find_link(kwargs["token"])
        if found is None:
            response: HttpResponseBase = unknown(request)
        else:
            self.link = found
            with translation.override(found.client.language), timezone.override(found.client.zone):
                response = super().dispatch(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        add_never_cache_headers(response)
        return response


def unknown(request: HttpRequest) -> HttpResponse:
    """Counted: nobody tries secrets in a row."""
    if count_attempt("approval-link", account="", address=address_of(request)):
        return closed(request, _("This link does not exist. Ask your manager for a new one."), 404)
    return closed(request, _("Too many attempts: try again in a quarter of an hour."), 429)


def closed(request: HttpRequest, why: str, status: int = 410) -> HttpResponse:
    return HttpResponse(
        render_to_string("link/closed.html", {"why": why}, request=request), status=status
    )


class ApprovalPage(LinkView):
    """GET uses nothing up: mail scanners open links. POST works once."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if why := why_closed(self.link, at=timezone.now()):
            return closed(request, why, 200 if self.link.used_at else 410)
        return self.show(request)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        if not count_attempt("approval-answer", account=token, address=address_of(request)):
            return closed(request, _("Too many attempts: try again in a quarter of an hour."), 429)
        if why := why_closed(self.link, at=now):
            return closed(request, why)
        posted = request.POST.copy()
        if posted.get("all") == APPROVE:
            for row in waiting_posts(self.link):
                posted[f"{row.post_id}-answer"] = APPROVE
        rows = forms_of(self.link, posted)
        if [form for form in rows.values() if not form.is_valid()]:
            return self.show(request, rows, status=400)
        return self.take(request, rows, now)

    def take(
        self, request: HttpRequest, rows: dict[int, AnswerForm], now: dt.datetime
    ) -> HttpResponse:
        answers = {post_id: answer_of(form) for post_id, form in rows.items()}
        try:
            answer_link(self.link, answers, at=now)
        except ValidationError as refused:
            return closed(request, " ".join(refused.messages))
        return redirect(request.path)

    def show(
        self, request: HttpRequest, rows: dict[int, AnswerForm] | None = None, status: int = 200
    ) -> HttpResponse:
        link = self.link
        rows = rows if rows is not None else forms_of(link, None)
        context: dict[str, Any] = {
            "client": link.client,
            "link": link,
            "agreed": terms_of(link.client).correction_rounds,
            "is_refused": status != 200,
        }
        with reading_as_client(link.client_id):
            cards = cards_of(list(rows))
            context["cards"] = [(card, rows[card["post"].pk]) for card in cards]
            text = render_to_string("link/approval.html", context, request=request)
        return HttpResponse(text, status=status)


class ApprovalFile(LinkView):
    """A picture of one of the link's posts."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str, file_id: int) -> HttpResponse:
        if why_closed(self.link, at=timezone.now()):
            raise Http404
        posts = [row.post_id for row in waiting_posts(self.link)]
        with reading_as_client(self.link.client_id):
            files = ClientFile.objects.filter(pk=file_id, is_shown=True, in_posts__post__in=posts)
            file = files.values("content", "name", "content_type").first()
        if file is None:
            raise Http404
        return file_response(bytes(file["content"]), file["name"], file["content_type"])


def forms_of(link: ApprovalLink, posted: Any) -> dict[int, AnswerForm]:
    return {row.post_id: AnswerForm(posted, prefix=str(row.post_id)) for row in waiting_posts(link)}


def answer_of(form: AnswerForm) -> Answer:
    return Answer(form.cleaned_data["answer"] == APPROVE, form.cleaned_data["comment"])
