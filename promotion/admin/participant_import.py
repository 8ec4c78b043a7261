"""The step that takes a file of participants."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.form_page import Step, posted, table_file_field, text_field
from promotion.models import PromoAction
from promotion.participant_rows import LIMITS
from promotion.participants import Imported, import_participants
from smm_agency.lib.tabular import ImportRefused, TableError

SHOWN_DOUBLES = 10
EXPLANATION = gettext_lazy(
    "CSV or XLSX, a row for each participant: the id of the page or its address, and a name where"
    " there is one. The file is taken whole or not at all. Who stands in the list already is left"
    " as they are, and who was excluded stays out."
)
WHERE = gettext_lazy("Only where its name is not usual (such as id, url, name, date).")


class ImportForm(forms.Form):
    file = table_file_field(gettext_lazy("File"), most_bytes=lambda: LIMITS.size)
    external_id = text_field(
        gettext_lazy("Column with the id"), required=False, max_length=200, help_text=WHERE
    )
    page_url = text_field(
        gettext_lazy("Column with the address"), required=False, max_length=200, help_text=WHERE
    )
    name = text_field(
        gettext_lazy("Column with the name"), required=False, max_length=200, help_text=WHERE
    )
    entered_at = text_field(
        gettext_lazy("Column with the time of the entry"),
        required=False,
        max_length=200,
        help_text=WHERE,
    )


def import_step(page: Any, request: HttpRequest, action: PromoAction) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        file = data.pop("file")
        try:
            done = import_participants(
                action, file.read(), file.name, columns=data, at=timezone.now()
            )
        except TableError as refused:
            raise ValidationError(str(refused)) from None
        except ImportRefused as refused:
            raise ValidationError(list(refused.errors.lines())) from None
        for line in notes_of(done):
            messages.info(request, line)
        return said_of(done)

    return Step(
        page, request, action, title=_("Import participants"), submit=_("Take them"),
        explanation=str(EXPLANATION), form=ImportForm(posted(request), request.FILES or None),
        do=do,
    ).respond()  # fmt: skip


def said_of(done: Imported) -> str:
    new = ngettext(
        "%(count)s participant was taken.", "%(count)s participants were taken.", done.new
    ) % {"count": done.new}
    if not done.known:
        return new
    known = ngettext(
        "%(count)s stood in the list already and was left as it is.",
        "%(count)s stood in the list already and were left as they are.",
        done.known,
    ) % {"count": done.known}
    return f"{new} {known}"


def notes_of(done: Imported) -> list[str]:
    """What was concluded about the file; of many doubles, the first."""
    lines = list(done.notes)
    for row, first in done.doubles[:SHOWN_DOUBLES]:
        message = _("Row %(row)s is the same participant as row %(first)s: taken once.")
        lines.append(message % {"row": row, "first": first})
    if (unseen := len(done.doubles) - SHOWN_DOUBLES) > 0:
        words = ngettext("and %(count)s more", "and %(count)s more", unseen)
        lines.append(words % {"count": unseen})
    return lines
