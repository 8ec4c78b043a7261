"""The form of a placement: what may be changed depends on how far it has come."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import text_field
from clients.admin.scoped import ScopedForm
from clients.rights import may
from communities.models import Profile
from content.admin.moments import ClientMoment, WallMoment, by_clock_of, moment_by
from promotion.booking import hold_to_budgets
from promotion.marking import lost_marking
from promotion.models import TAKES_MONEY, Placement, PlacementState
from promotion.placement_links import check_link
from promotion.placement_moves import OUT
from promotion.publication_day import refuse_too_early
from promotion.publishers import never_problem

NOT_ATTRIBUTED = gettext_lazy(
    "Counted by this placement's own invite link or promo word, and typed in. Who joined the"
    " community otherwise is not attributed to it: the daily joined and left of VK and Telegram are"
    " those of the whole community, and are not divided up."
)


class PlacementForm(ScopedForm):
    """Of a row that is there; `seen` is the state that the person looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    planned_at = ClientMoment(label=gettext_lazy("Planned time"), required=False)
    published_at = ClientMoment(label=gettext_lazy("Published"), required=False)
    removed_at = ClientMoment(label=gettext_lazy("Removed"), required=False)
    despite = text_field(
        gettext_lazy("In spite of the verdict, because"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("A director's word, for a page with the verdict “never again”."),
    )
    # Set by the page for each request.
    user: Any = None
    # As it stands, held from `clean` on.
    was: Placement | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.state
            self.fields["despite"].initial = self.instance.despite_verdict
            by_clock_of(self, self.instance.client)
        if self.instance.pk and self.instance.state in OUT:
            self.require_publication()

    def require_publication(self) -> None:
        said = {
            "url": _("Paste the link of the post itself."),
            "published_at": _("Give the time it was published."),
        }
        for name in said.keys() & self.fields.keys():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = said[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_moved(cleaned)
        self.say_no_publisher(cleaned)
        self.refuse_other_campaign(cleaned)
        self.refuse_never(cleaned)
        return cleaned

    def refuse_moved(self, cleaned: dict[str, Any]) -> None:
        """Held from here on to the saving: nobody books meanwhile at another price."""
        if not self.instance.pk:
            return
        rows = Placement.objects.select_for_update(no_key=True, of=("self",))
        self.was = now = rows.get(pk=self.instance.pk)
        if cleaned.get("seen") != now.state:
            message = _("It is “%(state)s” by now: open the page again and look.")
            raise ValidationError(message % {"state": now.get_state_display()})

    def say_no_publisher(self, cleaned: dict[str, Any]) -> None:
        """Only publishers' pages are offered; whoever sends another is told what it is."""
        sent = self["publisher"].value() if "publisher" in self.errors else None
        client_id = self.client_id(cleaned)
        if not client_id or not str(sent).isdecimal():
            return
        page = Profile.objects.filter(client=client_id, pk=str(sent)).first()
        if page is not None:
            message = _("“%(page)s” is no publisher's page: choose one of the register.")
            del self.errors["publisher"]
            self.add_error("publisher", message % {"page": page.title})

    def refuse_never(self, cleaned: dict[str, Any]) -> None:
        """Where the page stands already, there is nothing to override either."""
        # An approved one may still be let through; its page stands.
        if "publisher" not in self.fields and self.instance.state != PlacementState.APPROVED:
            return
        page = cleaned.get("publisher")
        despite = str(cleaned.get("despite") or "").strip()
        client_id = self.client_id(cleaned)
        if despite != self.instance.despite_verdict and client_id:
            self.take_despite(despite, client_id)
        if page is None or page.pk == self.instance.publisher_id:
            return
        if not self.instance.despite_verdict and (why := never_problem(page)):
            self.add_error("publisher", why)

    def take_despite(self, despite: str, client_id: int) -> None:
        if may(self.user, "promotion.override_publishercard", client=client_id):
            self.instance.despite_verdict = despite
        else:
            self.add_error("despite", _("Only a director may place here in spite of the verdict."))

    def refuse_other_campaign(self, cleaned: dict[str, Any]) -> None:
        creative = cleaned.get("creative")
        campaign = cleaned.get("campaign") or (self.instance.campaign if self.instance.pk else None)
        if creative and campaign and creative.campaign_id != campaign.pk:
            self.add_error("creative", _("This creative belongs to another campaign."))

    def _post_clean(self) -> None:
        parent: Any = super()
        parent._post_clean()
        if self.errors or not self.instance.pk:
            return
        try:
            # The form has no client, so Django leaves out what must be unique for one.
            self.instance.validate_constraints()
            if self.cleaned_data.get("url"):
                check_link(self.instance)
            self.refuse_moment_to_come()
            self.refuse_payment_to_come()
            if "published_at" in self.changed_data:
                refuse_too_early(self.instance)
            self.refuse_lost_marking()
        except ValidationError as refused:
            self.add_error(None, refused)
        self.hold_other_day()

    def hold_other_day(self) -> None:
        """Money that is taken may not move into a month that has none for it."""
        if self.errors or self.instance.state not in TAKES_MONEY or self.instance.price is None:
            return
        if {"planned_at", "starts_on", "published_at"}.isdisjoint(self.changed_data):
            return
        try:
            hold_to_budgets(self.instance, by=self.user)
        except ValidationError as refused:
            self.add_error(None, refused.messages)

    def refuse_moment_to_come(self) -> None:
        for name in ("published_at", "removed_at"):
            moment = self.cleaned_data.get(name)
            if moment and moment > timezone.now():
                raise ValidationError({name: _("This moment is still to come.")})

    def refuse_payment_to_come(self) -> None:
        """A payment counts as spent on its day."""
        day = self.cleaned_data.get("paid_on")
        if day and day > self.instance.client.today():
            raise ValidationError({"paid_on": _("This day is still to come.")})

    def refuse_lost_marking(self) -> None:
        if self.instance.state not in OUT or self.was is None:
            return
        if found := lost_marking(self.was, self.instance, on=self.instance.stands_on):
            raise ValidationError(found)


class NewPlacementForm(PlacementForm):
    """Whose clock counts is known once the campaign is chosen."""

    planned_at = WallMoment(label=gettext_lazy("Planned time"), required=False)
    published_at = None  # type: ignore[assignment] # how Django is told to leave a field out
    removed_at = None  # type: ignore[assignment] # as above

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        campaign, wall = cleaned.get("campaign"), cleaned.get("planned_at")
        if campaign and wall:
            try:
                cleaned["planned_at"] = moment_by(campaign.client.zone, wall)
            except ValidationError as refused:
                self.add_error("planned_at", refused)
        return cleaned
