"""The agency's look, edited by directors, and the step that gives a client its own."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from clients.admin.columns import column
from clients.admin.form_page import Step, posted, switch_field
from clients.admin.scoped import ScopedAdmin, ScopedForm
from clients.looks import LOGO_BYTES, LOGO_TYPES, forget_agency, logo_url, put_logo
from clients.models import Client
from clients.models.look import (
    AgencyLook,
    ClientLook,
    LookFields,
    check_dark,
    check_light,
    is_colour,
)
from smm_agency.lib.uploads import CheckedFile, UploadRefusedError, check_upload


class ColourField(forms.CharField):
    """A colour as it is stored: small letters, checked after that."""

    widget = UnfoldAdminTextInputWidget

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


def logo_field() -> forms.FileField:
    return forms.FileField(
        label=gettext_lazy("New logo"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy("SVG, PNG or JPEG of at most 60 KB; it is shown 32 pixels high."),
    )


def read_logo(file: Any) -> CheckedFile | None:
    """What the form's file field holds, checked. Raises ValidationError."""
    if not file:
        return None
    try:
        return check_upload(
            file.read(LOGO_BYTES + 1), file.name, types=LOGO_TYPES, most_bytes=LOGO_BYTES
        )
    except UploadRefusedError as refused:
        raise ValidationError(str(refused)) from None


def shown_logo(look: LookFields) -> str:
    if not look.logo_sha256:
        return "—"
    return format_html('<img class="smm-logo" src="{}" alt="">', logo_url(look.logo_sha256))


class AgencyLookForm(ScopedForm):
    accent = AgencyLook._meta.get_field("accent").formfield(form_class=ColourField)
    accent_dark = AgencyLook._meta.get_field("accent_dark").formfield(form_class=ColourField)
    new_logo = logo_field()
    no_logo = switch_field(gettext_lazy("Take the logo away"))

    def clean_new_logo(self) -> CheckedFile | None:
        return read_logo(self.cleaned_data["new_logo"])


@admin.register(AgencyLook)
class AgencyLookAdmin(ScopedAdmin):
    """One row, which is always there."""

    form = AgencyLookForm
    list_display = ("__str__", "name", "accent", "accent_dark", "logo_now")
    fields = ("name", ("accent", "accent_dark"), "logo_now", "new_logo", "no_logo")
    readonly_fields = ("logo_now",)

    @column(gettext_lazy("logo"))
    def logo_now(self, look: AgencyLook) -> str:
        return shown_logo(look)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("logo")

    def save_model(self, request: HttpRequest, obj: AgencyLook, form: Any, change: bool) -> None:
        take_logo(obj, form.cleaned_data)
        super().save_model(request, obj, form, change)
        forget_agency()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def take_logo(look: LookFields, data: dict[str, Any]) -> None:
    if data["new_logo"]:
        put_logo(look, data["new_logo"])
    elif data["no_logo"]:
        put_logo(look, None)


class ClientLookForm(forms.Form):
    """`seen` is the look that the person looked at."""

    accent = ColourField(
        label=gettext_lazy("Colour on a light page"),
        required=False,
        validators=[is_colour, check_light],
        help_text=gettext_lazy("Such as #3b5bdb. Empty: the agency's."),
    )
    accent_dark = ColourField(
        label=gettext_lazy("Colour on a dark page"),
        required=False,
        validators=[is_colour, check_dark],
        help_text=gettext_lazy("Empty: the same hue, as light as it must be."),
    )
    new_logo = logo_field()
    no_logo = switch_field(gettext_lazy("Take the logo away"))
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)

    def clean_new_logo(self) -> CheckedFile | None:
        return read_logo(self.cleaned_data["new_logo"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("accent_dark") and not data.get("accent") and "accent" not in self.errors:
            self.add_error("accent", _("Choose the colour on a light page too."))
        return data


def state_of(look: ClientLook) -> str:
    # A form strips the ends of what it is sent.
    return f"{look.accent}/{look.accent_dark}/{look.logo_sha256}"


@transaction.atomic
def set_client_look(client: Client, data: dict[str, Any]) -> None:
    """Raises ValidationError where somebody changed the look after it was looked at."""
    # The client's row is there to be locked; its look may not be yet.
    Client.objects.select_for_update().get(pk=client.pk)
    look = ClientLook.objects.filter(client=client).first() or ClientLook(client=client)
    if state_of(look) != data["seen"]:
        raise ValidationError(
            _("Somebody has changed the look meanwhile: look at it and change it again.")
        )
    look.accent, look.accent_dark = data["accent"], data["accent_dark"]
    take_logo(look, data)
    look.save()


def look_step(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    look = ClientLook.objects.filter(client=client).first() or ClientLook(client=client)
    initial = {
        "accent": look.accent, "accent_dark": look.accent_dark, "seen": state_of(look)
    }  # fmt: skip
    files = request.FILES if request.method == "POST" else None

    def do(data: dict[str, Any]) -> str:
        set_client_look(client, data)
        return _("The portal of this client has its look.")

    return Step(
        model_admin,
        request,
        client,
        title=_("Look in the portal"),
        submit=_("Save"),
        explanation=_(
            "The client's own colour and logo on the pages of its portal and in its reports. What"
            " is empty is as the agency's look says."
        ),
        form=ClientLookForm(posted(request), files, initial=initial),
        do=do,
        template="admin/look_step.html",
        context={"logo": logo_url(look.logo_sha256)},
    ).respond()
