"""A step of a block's result: handed over, accepted by a contact of the client, returned."""

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.form_page import Step, date_field, posted, select_field, text_field
from clients.models import Block, BlockResult, Contact, Engagement, Paper, ResultState
from clients.results import Acceptance, allowed_moves, move_result, results_of


class ResultForm(forms.Form):
    """Of one result; who accepted it and when are asked where it may be accepted now."""

    # The state that the person saw.
    seen = forms.CharField(widget=forms.HiddenInput)
    to = select_field(gettext_lazy("Next state"))
    accepted_on = date_field(gettext_lazy("Accepted on"), required=False)
    accepted_by = forms.ModelChoiceField(
        Contact.objects.none(),
        label=gettext_lazy("Accepted by (contact of the client)"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    paper = forms.ModelChoiceField(
        Paper.objects.none(),
        label=gettext_lazy("With the document"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    note = text_field(gettext_lazy("Note"), required=False, max_length=300)

    def __init__(
        self, data: Any, result: BlockResult, *, on: dt.date, suggested: str, papers: bool
    ) -> None:
        allowed = allowed_moves(result.state)
        initial = {"seen": result.state, "accepted_on": on, "to": suggested}
        super().__init__(data, initial=initial)
        choices: Any = [(state.value, capfirst(str(state.label))) for state in allowed]
        self.fields["to"].choices = choices  # type: ignore[attr-defined] # of a choice field
        if ResultState.ACCEPTED not in allowed:
            for name in ("accepted_on", "accepted_by", "paper"):
                del self.fields[name]
            return
        offered: dict[str, Any] = {
            "accepted_by": Contact.objects.filter(client=result.client_id),
            "paper": Paper.objects.in_force().filter(client=result.client_id),
        }
        if not papers:
            del self.fields["paper"], offered["paper"]
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined] # of a model choice


def acceptance_in(data: dict[str, Any]) -> Acceptance | None:
    """None where who or when is not said."""
    if not data.get("accepted_on") or not data.get("accepted_by"):
        return None
    return Acceptance(data["accepted_on"], data["accepted_by"], data.get("paper"))


def result_step(
    model_admin: Any, request: HttpRequest, engagement: Engagement, *, papers: bool
) -> HttpResponse:
    """`?block=` says of which; `to` in the address chooses a state beforehand."""
    block = request.GET.get("block", "")
    result = next((row for row in results_of(engagement) if row.block == block), None)
    if result is None:
        raise Http404
    form = ResultForm(
        posted(request), result, on=engagement.client.today(),
        suggested=request.GET.get("to", ""), papers=papers,
    )  # fmt: skip

    def do(data: dict[str, Any]) -> str:
        user: Any = request.user
        move = move_result(
            engagement, block, to=data["to"], by=user, at=timezone.now(), seen=data["seen"],
            acceptance=acceptance_in(data), note=data["note"],
        )  # fmt: skip
        return _("%(block)s: %(state)s.") % {
            "block": capfirst(str(Block(block).label)), "state": move.get_new_display(),
        }  # fmt: skip

    return Step(
        model_admin,
        request,
        engagement,
        title=f"{pgettext('of a block', 'Result')}: {Block(block).label}",
        submit=_("Write it down"),
        explanation=_("Now: %(state)s. Only a contact of the client accepts a result.")
        % {"state": result.get_state_display()},
        form=form,
        do=do,
    ).respond()
