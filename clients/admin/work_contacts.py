"""A person's own page of work contacts: what the clients of their teams see in the portal."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from clients.admin.form_page import Step, posted
from clients.models import User
from clients.models.user import WORK_CONTACTS


class WorkContactsForm(forms.ModelForm):  # type: ignore[type-arg] # of User
    class Meta:
        model = User
        fields = WORK_CONTACTS
        widgets = dict.fromkeys(WORK_CONTACTS, UnfoldAdminTextInputWidget)


def my_contacts(request: HttpRequest) -> HttpResponse:
    """Everybody on the staff edits their own, and nobody else's here."""
    user: Any = request.user
    # A copy: what was refused must not stand in the header of the page.
    own = User.objects.get(pk=user.pk)
    form: Any = WorkContactsForm(posted(request), instance=own)

    def do(data: dict[str, Any]) -> str:
        own.save(update_fields=list(WORK_CONTACTS))
        return _("Your work contacts are saved.")

    return Step(
        admin.site._registry[User],
        request,
        own,
        title=_("My work contacts"),
        submit=_("Save"),
        explanation=_(
            "Clients whose team you are in see these in their portal, so that they can reach you."
            " They never see the e-mail address that you sign in with. Leave empty what is private."
        ),
        form=form,
        do=do,
        back=reverse("admin:index"),
    ).respond()
