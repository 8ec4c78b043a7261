"""The forms of the account pages."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.attempts import WINDOW_SECONDS, address_of, count_attempt, forget_attempts
from clients.models import User


def one_button(caption: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.add_input(Submit("submit", caption, css_class="w-100"))
    return helper


class SignInForm(AuthenticationForm):
    """User name and password; ATTEMPTS tries for one name from one address."""

    error_messages = {
        "invalid_login": _("The user name and the password do not match. Both know capitals."),
        "inactive": _("This account is closed."),
        "too_many": _(
            "Too many attempts. Wait %(minutes)d minutes and try again, or reset your password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = one_button(_("Sign in"))

    def clean(self) -> dict[str, Any]:
        account = self.cleaned_data.get("username", "")
        address = address_of(self.request) if self.request else ""
        if account and not count_attempt("sign-in", account=account, address=address):
            raise ValidationError(
                self.error_messages["too_many"],
                code="too_many",
                params={"minutes": WINDOW_SECONDS // 60},
            )
        cleaned = super().clean()
        # An empty password is not a success: it must not wipe out the count.
        if self.get_user() is not None:
            forget_attempts("sign-in", account=account, address=address)
        return cleaned


class ResetForm(PasswordResetForm):
    """Asks for a mail with a link; the answer never tells whether the address is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = one_button(_("Send the link"))


# Generic for the type checker only.
if TYPE_CHECKING:
    PasswordForm = SetPasswordForm[User]
else:
    PasswordForm = SetPasswordForm


class NewPasswordForm(PasswordForm):
    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.helper = one_button(_("Save the password"))
