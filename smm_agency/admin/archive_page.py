"""A client's archives: ask for one, watch it being made, take it."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.fees import may_see_fees
from clients.admin.form_page import Step, page_of, posted, select_field, switch_field
from clients.admin.scoped import allows
from clients.models import ArchiveJob, Client
from smm_agency.archive.making import KEPT, ask_for_archive, may_have, read_parts
from smm_agency.tasks import make_archives_soon

RIGHT = "clients.add_archivejob"
REFRESH_SECONDS = 5
COLOURS = {
    ArchiveJob.State.DONE: "green", ArchiveJob.State.FAILED: "red",
    ArchiveJob.State.DELETED: "grey",
}  # fmt: skip


class AskForm(forms.Form):
    made_for = select_field(gettext_lazy("For whom"))
    has_callers = switch_field(
        gettext_lazy("With the callers' numbers"),
        help_text=gettext_lazy("Personal data: only where the agency itself has to keep them."),
    )

    def __init__(self, request: HttpRequest, client: Client, data: Any = None) -> None:
        super().__init__(data)
        user: Any = request.user
        choices = ArchiveJob.For.choices
        self.fields["made_for"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (value, label)
            for value, label in choices
            if may_have(user, client, made_for=value, has_callers=False)
        ]
        agency = ArchiveJob.For.AGENCY
        if not may_have(user, client, made_for=agency, has_callers=True):
            del self.fields["has_callers"]


def archive_context(request: HttpRequest, client: Client) -> dict[str, Any]:
    """For the panel of archives; one query."""
    user: Any = request.user
    may_ask = bool(allows(request, RIGHT, client) and may_see_fees(request, client))
    rows = list(ArchiveJob.objects.filter(client=client).select_related("asked_by")[:10])
    lines = [
        {
            "job": job,
            "light": COLOURS.get(ArchiveJob.State(job.state), "amber"),
            "is_running": job.state == ArchiveJob.State.RUNNING,
            "total": sum(job.counts.values()),
            "url": file_url(job)
            if may_ask
            and job.state == ArchiveJob.State.DONE
            and may_have(user, client, made_for=job.made_for, has_callers=job.has_callers)
            else "",
        }
        for job in rows
    ]
    unfinished = (ArchiveJob.State.WAITING, ArchiveJob.State.RUNNING)
    is_busy = any(job.state in unfinished for job in rows)
    ask_url = reverse("admin:clients_client_archive_ask", args=[client.pk])
    return {
        "archives": lines,
        "archive_is_busy": is_busy,
        "archive_ask_url": ask_url if may_ask and not is_busy else "",
        "archive_days": KEPT.days,
    }


def file_url(job: ArchiveJob) -> str:
    return reverse("admin:clients_client_archive_file", args=[job.client_id, job.pk])


def archive_page(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    context = archive_context(request, client)
    response = TemplateResponse(
        request,
        "admin/client/archive.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Archives"),
            "opts": model_admin.opts,
            "client": client,
            "back": page_of(client),
            **context,
        },
    )
    if context["archive_is_busy"]:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def ask_step(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        user: Any = request.user
        ask_for_archive(
            client, made_for=data["made_for"], has_callers=data.get("has_callers", False),
            by=user, at=timezone.now(),
        )  # fmt: skip
        transaction.on_commit(make_archives_soon)
        return _("The archive is being made: this page shows how far it is.")

    return Step(
        model_admin, request, client,
        title=_("Make an archive"),
        submit=_("Make the archive"),
        explanation=_(
            "The client's one holds no notes, fees, contacts and callers, and may be given away."
        ),
        form=AskForm(request, client, posted(request)),
        do=do,
        back=reverse("admin:clients_client_archive", args=[client.pk]),
    ).respond()  # fmt: skip


def file_answer(request: HttpRequest, client: Client, job_id: int) -> HttpResponse:
    """Part by part; 404 for what is not there, and for whom it is not."""
    jobs = ArchiveJob.objects.filter(client=client, state=ArchiveJob.State.DONE)
    job = jobs.filter(pk=job_id).first()
    user: Any = request.user
    if job is None or not may_have(
        user, client, made_for=job.made_for, has_callers=job.has_callers
    ):
        raise Http404
    response = StreamingHttpResponse(read_parts(job), content_type="application/zip")
    response.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=job.file_name)
    )
    response.headers["Content-Length"] = str(job.size)
    response.headers["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value] # a response all the same


class ArchiveSteps:
    """Mixed into the client's page."""

    def has_archive_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        page: Any = self
        return bool(allows(request, RIGHT, page.row_of(request, obj)))

    @button(gettext_lazy("Archive"), path="archive", icon="folder_zip", permissions=["archive"])
    def archive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return archive_page(self, request, self.archived_or_404(request, object_id))

    def archived_or_404(self, request: HttpRequest, object_id: str) -> Client:
        page: Any = self
        client: Client = page.client_or_404(request, object_id)
        if not allows(request, RIGHT, client):
            raise Http404
        return client

    def archive_ask(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ask_step(self, request, self.archived_or_404(request, object_id))

    def archive_file(self, request: HttpRequest, object_id: str, job_id: int) -> HttpResponse:
        return file_answer(request, self.archived_or_404(request, object_id), job_id)

    def get_urls(self) -> list[Any]:
        page: Any = self
        guard = page.admin_site.admin_view
        own = [
            path("<path:object_id>/archive/ask/", guard(self.archive_ask),
                 name="clients_client_archive_ask"),
            path("<path:object_id>/archive/<int:job_id>/", guard(self.archive_file),
                 name="clients_client_archive_file"),
        ]  # fmt: skip
        parent: Any = super()
        return [*own, *parent.get_urls()]
