"""The strategy on paper: a look at it any time, and the copy that is kept when it is sent."""

import io
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.scoped import allows
from kpi.strategy_document import file_name, keep_printed, print_strategy
from strategy.approval import send_for_approval
from strategy.models import StrategyVersion, VersionDocument


class PrintingSteps:
    """Mixed into the page of versions, before what sends them."""

    printing_buttons = ("print_version",)

    def has_print_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        return bool(allows(request, "strategy.view_versiondocument", me.row_of(request, obj)))

    def send(self, version: StrategyVersion, *, by: Any) -> None:
        """On approval with the paper that the client gets; without one it is not sent."""
        now = timezone.now()
        with transaction.atomic():
            sent = send_for_approval(version, by=by, on=version.client.day_of(now), at=now)
            keep_printed(sent, by=by, at=now)

    @button(gettext_lazy("PDF"), path="pdf", icon="picture_as_pdf", permissions=["print"])
    def print_version(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The copy that was sent; of a draft, what it would be now."""
        me: Any = self
        version = me.version_or_404(request, object_id)
        kept = version.documents.filter(kind=VersionDocument.Kind.PRINTED).first()
        if kept:
            return pdf_response(bytes(kept.content), kept.file_name)
        now = timezone.now()
        content = print_strategy(version, on=version.client.day_of(now), at=now)
        return pdf_response(content, file_name(version))


def pdf_response(content: bytes, name: str) -> FileResponse:
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf"
    )
