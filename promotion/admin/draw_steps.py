"""The steps from an open list to winners, each a form of its own."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from clients.admin.form_page import Step, posted, switch_field, text_field
from clients.models import User
from communities.files import read_upload
from content.admin.moments import ClientMoment, by_clock_of
from promotion.draw import list_hash
from promotion.drawing import Outside, add_proof, draw_winners, seal_list, take_outside_draw
from promotion.models import PromoAction
from smm_agency.lib.uploads import PDF, PICTURES, VIDEOS

# A changed text was not seen by whoever checked the old one.
CHECKED = ("mechanics", "legal_kind", "is_paid", "rules", "rules_url", "eligibility")
PROOFS = {*PICTURES.values(), PDF, *VIDEOS}


def person(request: HttpRequest) -> User:
    user: Any = request.user
    found: User = user
    return found


class SealForm(forms.Form):
    """`seen` is how many the person saw in the list."""

    seen = forms.IntegerField(widget=forms.HiddenInput())
    source = text_field(
        gettext_lazy("Where the seed will be from"),
        max_length=500,
        help_text=gettext_lazy(
            "Such as an official exchange rate or the hash of a block: who publishes it, of which"
            " day. Anybody finds the same by these words; they stay."
        ),
    )
    seed_at = ClientMoment(
        label=gettext_lazy("When it will come to be"),
        help_text=gettext_lazy("The winners are drawn after this moment."),
    )

    def __init__(self, action: PromoAction, count: int, data: Any = None) -> None:
        super().__init__(data, initial={"seen": count, "seed_at": action.draw_at})
        by_clock_of(self, action.client)


def seal_step(page: Any, request: HttpRequest, action: PromoAction) -> HttpResponse:
    marks = list(action.participants.in_the_draw().values_list("mark", flat=True))

    def do(data: dict[str, Any]) -> str:
        draw = seal_list(action, **data, by=person(request), at=timezone.now())
        return _("The list is sealed. Publish its hash now: %(hash)s") % {"hash": draw.list_hash}

    words = ngettext(
        "%(count)s participant is in the list. Its hash is %(hash)s.",
        "%(count)s participants are in the list. Its hash is %(hash)s.",
        len(marks),
    ) % {"count": len(marks), "hash": list_hash(marks)}
    after = _(
        "Once it is sealed, nobody can be added, changed or taken out, and the prizes stay as they"
        " are; it cannot be opened again. Publish the hash and the source of the seed before the"
        " draw, so that everybody can see afterwards that neither was changed."
    )
    return Step(
        page, request, action, title=_("Seal the list"), submit=_("Seal the list"),
        explanation=f"{words}\n\n{after}",
        form=SealForm(action, len(marks), posted(request)), do=do,
    ).respond()  # fmt: skip


class DrawForm(forms.Form):
    """`seen_hash` is of the list that the person saw."""

    seen_hash = forms.CharField(widget=forms.HiddenInput())
    seed = text_field(
        gettext_lazy("Seed"),
        max_length=200,
        help_text=gettext_lazy(
            "As it stands in its source, letter by letter: such as an official exchange rate or the"
            " hash of a block."
        ),
    )

    def __init__(self, action: PromoAction, data: Any = None) -> None:
        super().__init__(data, initial={"seen_hash": action.draw.list_hash})


def draw_step(page: Any, request: HttpRequest, action: PromoAction) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        draw = draw_winners(action, **data, by=person(request), at=timezone.now())
        count = draw.winners.count()
        return ngettext("%(count)s winner is drawn.", "%(count)s winners are drawn.", count) % {
            "count": count
        }

    sealed = action.draw.listed_at
    when = date_format(sealed.astimezone(action.client.zone), "DATETIME_FORMAT") if sealed else "—"
    words = _(
        "The list was sealed on %(when)s (%(zone)s), SHA-256 %(hash)s. The winners are drawn once"
        " and stay."
    ) % {"when": when, "zone": action.client.time_zone, "hash": action.draw.list_hash}
    named = _("The seed was named then: %(source)s.") % {"source": action.draw.seed_source or "—"}
    return Step(
        page, request, action, title=_("Type in the seed and draw"), submit=_("Draw the winners"),
        explanation=f"{words}\n\n{named}", form=DrawForm(action, posted(request)), do=do,
    ).respond()  # fmt: skip


class ProofForm(forms.Form):
    proof = forms.FileField(
        label=gettext_lazy("Proof, a file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy("A picture, a PDF or a video of the draw."),
    )
    proof_url = forms.URLField(
        label=gettext_lazy("Proof, a link"),
        required=False,
        max_length=1_000,
        assume_scheme="https",
        widget=text_field("").widget,
        help_text=gettext_lazy("Such as the recorded broadcast. A file or a link is obligatory."),
    )

    def clean_proof(self) -> Any:
        file = self.cleaned_data.get("proof")
        return read_upload(file, types=PROOFS) if file else None


def proof_step(page: Any, request: HttpRequest, action: PromoAction) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        add_proof(action, **data, by=person(request))
        return _("The proof is kept with the draw.")

    form = ProofForm(posted(request), request.FILES or None)
    for name, is_given in (
        ("proof", action.draw.proof_file_id), ("proof_url", action.draw.proof_url)
    ):  # fmt: skip
        if is_given:
            form.fields[name].disabled = True
    return Step(
        page, request, action, title=_("Add the proof"), submit=_("Add the proof"),
        explanation=_("A file or a link that came after the draw. What is given stays."),
        form=form, do=do,
    ).respond()  # fmt: skip


class ElsewhereForm(ProofForm):
    winners = text_field(
        gettext_lazy("Winners"),
        rows=6,
        max_length=20_000,
        help_text=gettext_lazy(
            "One in a line, in the order of the prizes: the id or the address of the page, then a"
            " blank and the name."
        ),
    )
    drawn_at = ClientMoment(label=gettext_lazy("When it was drawn"))
    field_order = ("winners", "drawn_at", "proof", "proof_url", "reason")

    reason = text_field(
        gettext_lazy("Why it is not drawn by its seed"),
        max_length=300,
        help_text=gettext_lazy("The list was sealed for a seed. The reason is kept with the draw."),
    )

    def __init__(self, action: PromoAction, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        by_clock_of(self, action.client)
        if not hasattr(action, "draw"):
            del self.fields["reason"]

    def clean_winners(self) -> list[Outside]:
        lines = [line.strip() for line in self.cleaned_data["winners"].splitlines()]
        parts = [line.split(maxsplit=1) for line in lines if line]
        return [Outside(page=each[0], name=(each[1:] or [""])[0][:200]) for each in parts]


def elsewhere_step(page: Any, request: HttpRequest, action: PromoAction) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        draw = take_outside_draw(action, **data, by=person(request), at=timezone.now())
        count = draw.winners.count()
        return ngettext(
            "%(count)s winner is written down.", "%(count)s winners are written down.", count
        ) % {"count": count}

    return Step(
        page, request, action, title=_("Drawn elsewhere"), submit=_("Write the winners down"),
        explanation=_("By a randomiser or a jury, with a proof. It is written once and stays."),
        form=ElsewhereForm(action, posted(request), request.FILES or None), do=do,
    ).respond()  # fmt: skip


def digest_of(action: PromoAction) -> str:
    """Of what a legal check is made of."""
    told = [str(getattr(action, name)) for name in CHECKED]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


class LegalForm(forms.Form):
    """`seen` is the digest of what the person read."""

    seen = forms.CharField(widget=forms.HiddenInput())
    is_checked = switch_field(
        gettext_lazy("I have checked the rules, the kind and the way of taking part by law")
    )

    def __init__(self, action: PromoAction, data: Any = None) -> None:
        super().__init__(data, initial={"seen": digest_of(action)})

    def clean_is_checked(self) -> bool:
        if not self.cleaned_data["is_checked"]:
            raise ValidationError(_("Switch it on, or go back."))
        return True


def legal_step(page: Any, request: HttpRequest, action: PromoAction) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        held = PromoAction.objects.select_for_update().get(pk=action.pk)
        if digest_of(held) != data["seen"]:
            raise ValidationError(_("The rules have changed meanwhile: read them again."))
        held.legal_checked_by, held.legal_checked_at = person(request), timezone.now()
        held.save(update_fields=["legal_checked_by", "legal_checked_at"])
        return _("The legal check is written down with your name.")

    return Step(
        page, request, action, title=_("Checked by law"), submit=_("Write it down"),
        explanation=_(
            "Your name and the moment are kept. Where the rules, the kind or the way of taking part"
            " change afterwards, the check falls away and is made again."
        ),
        form=LegalForm(action, posted(request)), do=do,
    ).respond()  # fmt: skip
