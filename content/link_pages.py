"""The page behind a signed upload link: looked at by GET, which changes nothing; sent by POST.

Who has the address may read what is asked and send files; of the client it says nothing else.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from clients.attempts import address_of, count_attempt
from content.material_files import read_each
from content.material_letters import tell_of_receipt
from content.materials import take_in
from content.models import UploadLink
from content.upload_links import find_link
from smm_agency.lib.link_tokens import hash_of

ACTION = "upload-link"
MOST_AT_ONCE = 20


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; [] for none."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_AT_ONCE:
            message = _("Send at most %(most)d files at once.")
            raise ValidationError(message % {"most": MOST_AT_ONCE})
        # Whether each may be taken is said file by file.
        return list(files)


class UploadForm(forms.Form):
    uploads = ManyFilesField(
        label=gettext_lazy("Files"),
        required=False,
        widget=ManyFiles({"multiple": True, "class": "form-control"}),
    )
    answer = forms.CharField(
        label=gettext_lazy("Text, or a link to a cloud folder"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 4, "class": "form-control"}),
    )


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def material_page(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    link = find_link(token, at=now)
    is_post = request.method == "POST"
    # Only what changes something and what guesses is counted: people look as often as they like.
    if (is_post or link is None) and not count_attempt(
        ACTION, account=hash_of(token) if link else "", address=address_of(request)
    ):
        return sealed(render(request, "link/material_closed.html", {"is_busy": True}, status=429))
    if link is None:
        return sealed(render(request, "link/material_closed.html", status=404))
    with translation.override(link.request.client.language):
        return sealed(answer(request, token, link))


def answer(request: HttpRequest, token: str, link: UploadLink) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"link": link, "asked": link.request, "form": form}
    if request.method == "POST":
        form = context["form"] = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            context |= receive(token, form)
    context["agency"] = settings.AGENCY_NAME
    context["is_received"] = link.request.state == "received"
    return render(request, "link/material.html", context)


def receive(token: str, form: UploadForm) -> dict[str, Any]:
    """What was taken and what was not, for the page; an empty form where something was."""
    arrivals, refused = read_each(form.cleaned_data["uploads"])
    try:
        with transaction.atomic():
            count = take(token, arrivals, form.cleaned_data["answer"])
    except ValidationError as error:
        # Where files were sent and none would do, their own sentences say why.
        for message in [] if refused else error.messages:
            form.add_error(None, message)
        return {"refused": refused}
    taken = ngettext("%(count)d file was taken.", "%(count)d files were taken.", count)
    return {"refused": refused, "taken": taken % {"count": count}, "form": UploadForm()}


def take(token: str, arrivals: list[Any], words: str) -> int:
    """The link is looked up once more: it may have been withdrawn while the files came."""
    now = timezone.now()
    link = find_link(token, at=now)
    if link is None:
        raise ValidationError(_("The link does not work any more; nothing was taken."))
    count = take_in(link.request, arrivals, answer=words, by=None, at=now)
    UploadLink.objects.filter(pk=link.pk).update(used_at=now)
    tell_of_receipt(link.request, at=now)
    return count


def sealed(response: HttpResponse) -> HttpResponse:
    """Kept out of caches and search engines; the address goes to no other site.

    Not `no-referrer`: browsers would then send `Origin: null` with the form, which the check of
    the form's token refuses.
    """
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
