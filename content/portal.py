"""The client's pages of publications: the month's calendar, a post, its pictures, the plan's file.

The page of a post gets its figures on the floor that measures: `kpi.portal_posts`.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from clients.portal import PortalView
from content.models import PostFile
from content.months import PlanMonth, read_month
from content.plan_exports import ICS, PlanLine, calendar_file, table_file
from content.portal_plan import (
    ShownPublication,
    pictures_of,
    post_of,
    publications_of,
    shown,
    shown_in,
    weeks_of,
)
from smm_agency.lib.file_response import SHOWN, file_response, saved_file
from smm_agency.lib.tabular import XLSX
from strategy.periods import month_of


class PlanView(PortalView):
    """A page about one month of the plan, `?month=2026-12`; a month to come may be asked for."""

    section = "plan"

    def read_month(self) -> tuple[PlanMonth, str]:
        """The month, and a note where what was asked for is none."""
        current = PlanMonth(month_of(self.client.today()))
        raw = self.request.GET.get("month", "")
        if not raw:
            return current, ""
        first = read_month(raw)
        if first is None:
            return current, _(
                "“%(raw)s” is not a month, so this is the current one. Months are written as"
                " 2026-11."
            ) % {"raw": raw[:20]}
        return PlanMonth(first), ""


class PlanCalendar(PlanView):
    template_name = "portal/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        month, note = self.read_month()
        found = shown_in(self.client, month)
        return super().get_context_data(
            plan_month=month,
            month_note=note,
            name=date_format(month.first, "F Y"),
            weeks=weeks_of(month, found),
            publications=found,
            **kwargs,
        )


class PostPage(PlanView):
    template_name = "portal/post.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        post = post_of(self.client, self.kwargs["post_id"])
        if post is None:
            raise Http404
        rows = publications_of(self.client).filter(post=post.pk)
        variants = [shown(self.client, row) for row in rows]
        return super().get_context_data(
            post=post,
            variants=variants,
            plan_month=month_shown(variants, self.client),
            pictures=pictures_of(self.client, post.pk),
            **kwargs,
        )


def month_shown(variants: list[ShownPublication], client: Client) -> PlanMonth:
    """The month of the calendar that this post stands in."""
    days = [variant.day for variant in variants if variant.day]
    return PlanMonth(month_of(min(days) if days else client.today()))


class PostPicture(PortalView):
    """A picture of a post that the client sees."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        files = PostFile.objects.filter(
            pk=kwargs["picture_id"],
            client=self.client,
            file__is_shown=True,
            file__content_type__in=SHOWN,
        )
        file = files.values("file__content", "file__name", "file__content_type").first()
        if file is None:
            raise Http404
        return file_response(
            bytes(file["file__content"]), file["file__name"], file["file__content_type"]
        )


class PlanFile(PlanView):
    """The month's plan to take away, with what the page shows and no more."""

    content_type = ""
    extension = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        month, _note = self.read_month()
        lines = [line_of(self.client, one) for one in shown_in(self.client, month) if one.at]
        name = f"plan_{month.code}.{self.extension}"
        return saved_file(self.written(lines), name, self.content_type)

    def written(self, lines: list[PlanLine]) -> bytes:
        raise NotImplementedError


class PlanTable(PlanFile):
    content_type, extension = XLSX, "xlsx"

    def written(self, lines: list[PlanLine]) -> bytes:
        return table_file(lines, is_internal=False)


class PlanEvents(PlanFile):
    content_type, extension = ICS, "ics"

    def written(self, lines: list[PlanLine]) -> bytes:
        return calendar_file(lines, name=self.client.name, at=timezone.now())


def line_of(client: Client, one: ShownPublication) -> PlanLine:
    if one.at is None:
        raise ValueError("A publication without a time stands in no file.")
    return PlanLine(
        pk=one.pk,
        client=client.name,
        at=one.at,
        zone=client.time_zone,
        community=one.community,
        network=one.network,
        title=one.title,
        text=one.text,
        state=one.state,
        state_label=one.words.text,
        is_cancelled=one.is_cancelled,
        url=one.url,
        format=one.format,
        hashtags=one.hashtags,
        link=one.link,
    )
