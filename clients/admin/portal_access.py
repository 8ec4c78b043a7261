"""Inviting a client's person to the portal, by e-mail."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from clients.admin.scoped import ScopedTabular
from clients.models import PortalAccess, User


class PortalAccessForm(forms.ModelForm):  # type: ignore[type-arg] # of PortalAccess
    """Lists of all clients' people are shown to nobody: a person is named by e-mail."""

    email = forms.EmailField(
        label=gettext_lazy("e-mail"),
        max_length=User._meta.get_field("username").max_length,
        widget=UnfoldAdminEmailInputWidget(),
        help_text=gettext_lazy("They set a password by “Forgot the password?” at the sign-in."),
    )
    person = forms.CharField(
        label=gettext_lazy("name"),
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
    )

    class Meta:
        model = PortalAccess
        fields = ("revoked_at",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["email"] = self.instance.user.email
            self.initial["person"] = str(self.instance.user)
            self.fields["email"].disabled = self.fields["person"].disabled = True

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        known = User.objects.filter(email__iexact=email)
        if self.instance.pk:
            return email
        if known.filter(is_staff=True).exists() or known.count() > 1:
            raise forms.ValidationError(
                _("This address belongs to the agency; give the client's person another one.")
            )
        if not known and User.objects.filter(username__iexact=email).exists():
            raise forms.ValidationError(
                _(
                    "Somebody else signs in by this address as their user name; "
                    "give another address or have that user name changed."
                )
            )
        client = self.instance.client_id
        if client and known.filter(portal_access__client=client).exists():
            raise forms.ValidationError(_("This person has access already; see above."))
        return email

    def save(self, commit: bool = True) -> Any:
        if not self.instance.pk:
            self.instance.user = find_or_make_guest(
                self.cleaned_data["email"], name=self.cleaned_data["person"]
            )
        return super().save(commit=commit)


def find_or_make_guest(email: str, *, name: str) -> User:
    """A person of a client, with a password that nobody knows: they ask for a new one."""
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known
    first, _space, last = name.strip().partition(" ")
    return User.objects.create_user(
        username=email, email=email, password=get_random_string(40), first_name=first,
        last_name=last.strip(),
    )  # fmt: skip


class PortalAccessInline(ScopedTabular):
    model = PortalAccess
    form = PortalAccessForm
    fields = ("email", "person", "revoked_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        user = request.user

        class Granting(formset):  # type: ignore[misc, valid-type] # made by Django a line above
            def clean(self) -> None:
                super().clean()
                # A new person has no row yet by which the two could be told to be one.
                mails = [form.cleaned_data.get("email") for form in self.forms if self.stands(form)]
                if len(set(mails)) < len(mails):
                    raise forms.ValidationError(_("This person has access already; see above."))

            def save_new(self, form: Any, commit: bool = True) -> Any:
                form.instance.granted_by = user
                return super().save_new(form, commit)

        return Granting
