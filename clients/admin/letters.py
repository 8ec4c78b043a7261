"""What the program wrote to people, and whether it went out."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.admin.columns import column
from clients.admin.scoped import ReadOnly, ScopedAdmin
from clients.models import Letter

STATES = {
    "sent": ("sent", _("sent")),
    "waiting": ("waiting", _("waiting")),
    "given_up": ("given_up", _("given up")),
}


@admin.register(Letter)
class LetterAdmin(ReadOnly, ScopedAdmin):
    list_display = ("subject", "address", "client", "written_at", "shown_state")
    list_filter = ("sent_at",)
    search_fields = ("subject", "address")
    list_select_related = ("client",)
    fields = ("subject", "address", "client", "text", "written_at", "sent_at", "attempts", "error")

    @column(_("state"), label={"sent": "success", "waiting": "info", "given_up": "danger"})
    def shown_state(self, letter: Letter) -> tuple[str, object]:
        if letter.sent_at:
            return STATES["sent"]
        is_given_up = letter.attempts >= Letter.MAX_ATTEMPTS
        return STATES["given_up" if is_given_up else "waiting"]
