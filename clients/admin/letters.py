"""What the program wrote to people, and whether it went out."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.admin.columns import column
from clients.admin.scoped import ReadOnly, ScopedAdmin
from clients.models import Letter, LetterState

STATE_COLOURS = {
    LetterState.SENT: "success",
    LetterState.WAITING: "info",
    LetterState.BOUNCED: "danger",
    LetterState.UNKNOWN: "warning",
    LetterState.GIVEN_UP: "danger",
}


@admin.register(Letter)
class LetterAdmin(ReadOnly, ScopedAdmin):
    list_display = ("subject", "address", "client", "written_at", "shown_state")
    list_filter = ("sent_at",)
    search_fields = ("subject", "address")
    list_select_related = ("client",)
    fields = (
        "subject", "address", "client", "text", "written_at", "sent_at", "attempts", "error",
        ("bounced_at", "bounce_code", "bounce_note"),
    )  # fmt: skip

    @column(_("state"), label=STATE_COLOURS)
    def shown_state(self, letter: Letter) -> tuple[str, object]:
        return letter.state, LetterState(letter.state).label
