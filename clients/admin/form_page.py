"""A page with one form for one step: what a button opens. Nothing changes before it is sent."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from clients.models import Client
from smm_agency.lib.tabular import too_large

__all__ = [
    "Step",
    "date_field",
    "page_of",
    "posted",
    "select_field",
    "switch_field",
    "table_file_field",
    "text_field",
]


def text_field(label: Any, *, rows: int = 0, required: bool = True, **kwargs: Any) -> Any:
    widget = UnfoldAdminTextareaWidget({"rows": rows}) if rows else UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, required=required, widget=widget, **kwargs)


def date_field(label: Any, **kwargs: Any) -> Any:
    """With the browser's own calendar, which reads and writes ISO dates."""
    widget = forms.DateInput({"type": "date", "class": " ".join(INPUT_CLASSES)}, "%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def select_field(label: Any, **kwargs: Any) -> Any:
    return forms.ChoiceField(label=label, widget=UnfoldAdminSelectWidget(), **kwargs)


def switch_field(label: Any, **kwargs: Any) -> Any:
    return forms.BooleanField(
        label=label, required=False, widget=UnfoldBooleanSwitchWidget(), **kwargs
    )


def table_file_field(label: Any, *, most_bytes: Callable[[], int], **kwargs: Any) -> Any:
    """A file with a table; one that is too large is refused before it is read."""

    def check(file: Any) -> None:
        if file.size > most_bytes():
            raise ValidationError(too_large(most_bytes()))

    widget = UnfoldAdminFileFieldWidget()
    return forms.FileField(label=label, widget=widget, validators=[check], **kwargs)


def posted(request: HttpRequest) -> Any:
    """What was sent to a step's form; None when it is only looked at."""
    return request.POST if request.method == "POST" else None


def page_of(row: Any) -> str:
    """The address of a row's own page; a client's is its overview."""
    meta = row._meta
    page = "overview" if isinstance(row, Client) else "change"
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])


class Step:
    """Ask by a form, then do, then go back to the row's page; refusals stand in the form.

    `do` gets the cleaned data and returns the message to show, or a response of its own.
    """

    def __init__(
        self,
        model_admin: Any,
        request: HttpRequest,
        row: Any,
        *,
        title: str,
        submit: str,
        form: forms.Form,
        do: Callable[[dict[str, Any]], str | HttpResponse],
        explanation: str = "",
        template: str = "admin/step.html",
        back: str = "",
        context: Mapping[str, Any] | None = None,
    ) -> None:
        self.model_admin = model_admin
        self.request = request
        self.row = row
        self.title = title
        self.submit = submit
        self.form = form
        self.do = do
        self.explanation = explanation
        self.template = template
        self.back = back or page_of(row)
        self.context = context or {}

    def respond(self) -> HttpResponse:
        if self.request.method == "POST" and self.form.is_valid():
            try:
                with transaction.atomic():
                    done = self.do(self.form.cleaned_data)
            except ValidationError as refused:
                self.show_refusal(refused)
            else:
                return self.leave(done)
        return self.render()

    def leave(self, done: str | HttpResponse) -> HttpResponse:
        if isinstance(done, HttpResponse):
            return done
        if done:
            messages.success(self.request, done)
        return HttpResponseRedirect(self.back)

    def show_refusal(self, refused: ValidationError) -> None:
        """Errors of fields that the form does not have go above it."""
        if not hasattr(refused, "error_dict"):
            self.form.add_error(None, refused)
            return
        for name, errors in refused.error_dict.items():
            self.form.add_error(name if name in self.form.fields else None, errors)

    def render(self, **context: Any) -> HttpResponse:
        meta = self.model_admin.opts
        return TemplateResponse(
            self.request,
            self.template,
            {
                **self.model_admin.admin_site.each_context(self.request),
                "title": self.title,
                "subtitle": str(self.row) if self.row else "",
                "opts": meta,
                "form": self.form,
                "submit_text": self.submit,
                "explanation": self.explanation,
                "back": self.back,
                "cancel": _("Cancel"),
                **self.context,
                **context,
            },
        )
