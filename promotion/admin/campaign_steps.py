"""The steps of a campaign, each a form of its own."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from clients.admin.form_page import Step, posted, text_field
from clients.models import User
from promotion.campaign_moves import budget_warning, move_campaign, needs_reason, seen_of
from promotion.models import Campaign, CampaignState
from smm_agency.lib.words import NOT_MEASURED, as_money


class Words(NamedTuple):
    title: Any
    explanation: Any
    done: Any


WORDS = {
    "agree": Words(
        gettext_lazy("Agree the campaign"),
        gettext_lazy(
            "Its dates, budget and person are fixed: from now on they change with a stated reason"
            " only, and the client sees the campaign in the portal. On its first day it begins by"
            " itself."
        ),
        gettext_lazy("The campaign is agreed."),
    ),
    "start": Words(
        gettext_lazy("Start the campaign"),
        gettext_lazy("It runs from this moment on."),
        gettext_lazy("The campaign runs."),
    ),
    "resume": Words(
        gettext_lazy("Go on with the campaign"),
        gettext_lazy("It runs again. Turn its advertising on in the ad accounts as well."),
        gettext_lazy("The campaign runs."),
    ),
    "pause": Words(
        gettext_lazy("Pause the campaign"),
        gettext_lazy(
            "This is a note in the workbench: turn its advertising off in the ad accounts as well."
        ),
        gettext_lazy("The campaign is paused."),
    ),
    "finish": Words(
        gettext_lazy("Finish the campaign"),
        gettext_lazy(
            "It is over. Turn its advertising off in the ad accounts as well. After its last day"
            " this happens by itself."
        ),
        gettext_lazy("The campaign is finished."),
    ),
    "reopen": Words(
        gettext_lazy("Let the campaign run on"),
        gettext_lazy("It was finished; it runs again until its last day."),
        gettext_lazy("The campaign runs."),
    ),
    "cancel": Words(
        gettext_lazy("Cancel the campaign"),
        gettext_lazy("It will not be, and the client does not see it. There is no way back."),
        gettext_lazy("The campaign is cancelled."),
    ),
}
LEADS_TO = {
    "agree": CampaignState.AGREED,
    "start": CampaignState.RUNNING,
    "resume": CampaignState.RUNNING,
    "pause": CampaignState.PAUSED,
    "finish": CampaignState.FINISHED,
    "reopen": CampaignState.RUNNING,
    "cancel": CampaignState.CANCELLED,
}
STARTS_AT = {
    "agree": (CampaignState.DRAFT,),
    "start": (CampaignState.AGREED,),
    "resume": (CampaignState.PAUSED,),
    "pause": (CampaignState.RUNNING,),
    "finish": (CampaignState.RUNNING, CampaignState.PAUSED),
    "reopen": (CampaignState.FINISHED,),
    "cancel": (CampaignState.DRAFT, CampaignState.AGREED),
}


class StepForm(forms.Form):
    """`seen` is what the person had before their eyes when they opened the step."""

    seen = forms.CharField(widget=forms.HiddenInput(), required=False)
    reason = text_field(gettext_lazy("Why"), rows=2, required=False, max_length=300)

    def __init__(self, campaign: Campaign, to: str, data: Any = None) -> None:
        super().__init__(data, initial={"seen": seen_of(campaign)})
        today = campaign.client.day_of(timezone.now())
        # Also asked of what is sent: the step itself refuses to go without.
        if not needs_reason(campaign, to, on=today):
            self.fields["reason"].help_text = gettext_lazy("If there is something to say.")


def step_page(page: Any, request: HttpRequest, campaign: Campaign, name: str) -> HttpResponse:
    to, words = LEADS_TO[name], WORDS[name]
    user: Any = request.user
    by: User = user
    is_agreed = to == CampaignState.AGREED
    warning = budget_warning(campaign) if is_agreed else ""
    terms = terms_of(campaign) if is_agreed else ""

    def do(data: dict[str, Any]) -> str:
        move_campaign(
            campaign, to, by=by, at=timezone.now(), reason=data["reason"], seen=data["seen"]
        )
        if warning:
            messages.warning(request, warning)
        return str(words.done)

    return Step(
        page, request, campaign, title=str(words.title), submit=str(words.title),
        explanation=" ".join(filter(None, (terms, warning, str(words.explanation)))),
        form=StepForm(campaign, to, posted(request)), do=do,
    ).respond()  # fmt: skip


def terms_of(campaign: Campaign) -> str:
    """What is agreed, in one line before the eyes of who agrees it."""
    last = date_format(campaign.ends_on) if campaign.ends_on else "…"
    budget = as_money(campaign.budget, campaign.currency)
    days = f"{date_format(campaign.starts_on)} – {last}"
    return f"{days} · {budget} · {campaign.owner or NOT_MEASURED}."
