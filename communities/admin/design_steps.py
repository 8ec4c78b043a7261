"""The buttons of a design: take, add a version, review, the client's word, rework, open again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminFileFieldWidget

from clients.admin.columns import button
from clients.admin.form_page import (
    Step,
    date_field,
    posted,
    select_field,
    switch_field,
    text_field,
)
from clients.admin.scoped import allows
from communities.design import (
    accept,
    add_comment,
    add_version,
    latest_version,
    open_again,
    send_to_client,
    send_to_review,
    send_to_rework,
    take_to_work,
)
from communities.files import read_upload
from communities.models import (
    AssetRequirement,
    AssetState,
    AssetVersion,
    DesignAsset,
    WordChannel,
)
from smm_agency.lib.file_types import DESIGNS, VIDEOS, names_of
from smm_agency.lib.uploads import CheckedFile

LICENCE_HELP = gettext_lazy("Drawn by us; the stock and its licence; whose photo it is.")
SAID_BY_HELP = gettext_lazy("Name and position.")


class VersionForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy(
            "PNG, JPEG, WebP, GIF, SVG; PDF, PSD, EPS, AI, ZIP for brand books and sources."
        ),
    )
    source_url = forms.URLField(
        label=gettext_lazy("Link to the source"),
        required=False,
        assume_scheme="https",
        max_length=500,
        widget=text_field("").widget,
        help_text=gettext_lazy("Figma, a folder with the PSD…"),
    )
    note = text_field(gettext_lazy("Note"), rows=2, required=False, max_length=500)
    licence = text_field(
        gettext_lazy("Licence or source"), required=False, max_length=300, help_text=LICENCE_HELP
    )
    is_sketch = switch_field(
        gettext_lazy("Keep it as a sketch although it does not fit"),
        help_text=gettext_lazy("Colleagues see it here; it goes to no review."),
    )

    def clean_file(self) -> CheckedFile | None:
        file = self.cleaned_data.get("file")
        return read_upload(file, types=set(DESIGNS) - set(VIDEOS)) if file else None


class SeenForm(forms.Form):
    """Which version the person looked at, whatever has been added since."""

    seen = forms.IntegerField(widget=forms.HiddenInput())


class AcceptForm(SeenForm):
    said_by = text_field(
        gettext_lazy("Who of the client accepted it"), max_length=160, help_text=SAID_BY_HELP
    )
    said_on = date_field(gettext_lazy("When"))
    channel = select_field(gettext_lazy("By what channel"), choices=WordChannel.choices)
    licence = text_field(gettext_lazy("Licence or source"), max_length=300, help_text=LICENCE_HELP)


class CommentForm(forms.Form):
    comment = text_field(gettext_lazy("Comment"), rows=3)
    said_by = text_field(
        gettext_lazy("If the client said it: who"),
        max_length=160,
        required=False,
        help_text=SAID_BY_HELP,
    )
    is_internal = switch_field(
        gettext_lazy("For the agency only"),
        initial=True,
        help_text=gettext_lazy("Off: the client reads it on the portal."),
    )


class InternalCommentForm(forms.Form):
    comment = text_field(gettext_lazy("Comment"), rows=3)


class ReasonForm(forms.Form):
    reason = text_field(gettext_lazy("Why"), rows=2, max_length=500)


def comment_form(version: AssetVersion, data: Any) -> forms.Form:
    """What the client has not seen is talked of inside the agency only."""
    return CommentForm(data) if version.shown_at else InternalCommentForm(data)


class DesignSteps:
    """Mixed into the page of designs."""

    design_buttons = (
        "take_asset", "add_asset_version", "review_asset", "show_asset", "accept_asset",
        "return_asset", "open_asset", "comment_asset",
    )  # fmt: skip

    def in_state(self, request: HttpRequest, obj: Any, right: str, *states: str) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        if row is None:
            return True
        return row.is_needed and row.state in states and allows(request, right, row)

    def has_take_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        states = (AssetState.BRIEF, AssetState.REWORK)
        return self.in_state(request, obj, "communities.add_assetversion", *states)

    def has_draw_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.in_state(request, obj, "communities.add_assetversion", AssetState.IN_WORK)

    def has_show_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        right = "communities.review_designasset"
        return self.in_state(request, obj, right, AssetState.INTERNAL_REVIEW)

    def has_accept_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        right = "communities.review_designasset"
        return self.in_state(request, obj, right, AssetState.CLIENT_REVIEW)

    def has_return_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        right = "communities.review_designasset"
        states = (AssetState.INTERNAL_REVIEW, AssetState.CLIENT_REVIEW)
        return self.in_state(request, obj, right, *states)

    def has_open_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        right = "communities.review_designasset"
        return self.in_state(request, obj, right, AssetState.ACCEPTED)

    def has_comment_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        if row is None:
            return True
        may_comment = allows(request, "communities.add_assetcomment", row)
        return may_comment and row.versions.exists()

    def asset_or_404(self, request: HttpRequest, object_id: str) -> DesignAsset:
        me: Any = self
        asset: DesignAsset | None = me.get_object(request, object_id)
        if asset is None:
            raise Http404
        return asset

    def ask(
        self,
        request: HttpRequest,
        asset: DesignAsset,
        title: str,
        form: forms.Form,
        do: Callable[[dict[str, Any]], str],
        explanation: str = "",
    ) -> HttpResponse:
        step = Step(
            self, request, asset, title=title, submit=title, form=form, do=do,
            explanation=explanation,
        )  # fmt: skip
        return step.respond()

    @button(
        gettext_lazy("Take to work"),
        path="take",
        icon="brush",
        permissions=["take"],
        variant=ActionVariant.PRIMARY,
    )
    def take_asset(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asset = self.asset_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            take_to_work(asset, by=staff(request))
            return _("In work: add a version when it is drawn.")

        return self.ask(
            request, asset, _("Take to work"), forms.Form(posted(request)), do, asset.brief
        )

    @button(
        gettext_lazy("Add a version"),
        path="version",
        icon="add_photo_alternate",
        permissions=["draw"],
        variant=ActionVariant.PRIMARY,
    )
    def add_asset_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asset = self.asset_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            version = add_version(asset, by=staff(request), **data)
            return _("Version %(number)s is added.") % {"number": version.number}

        form = VersionForm(posted(request), request.FILES or None)
        return self.ask(request, asset, _("Add a version"), form, do, wanted_words(asset))

    @button(
        gettext_lazy("Send to internal review"),
        path="review",
        icon="rate_review",
        permissions=["draw"],
    )
    def review_asset(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asset = self.asset_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            send_to_review(asset, by=staff(request))
            return _("On internal review.")

        explanation = _("A colleague looks at the latest version before the client does.")
        form = forms.Form(posted(request))
        return self.ask(request, asset, _("Send to internal review"), form, do, explanation)

    @button(
        gettext_lazy("Send to the client"),
        path="client",
        icon="send",
        permissions=["show"],
        variant=ActionVariant.PRIMARY,
    )
    def show_asset(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asset = self.asset_or_404(request, object_id)
        version = latest_version(asset)

        def do(data: dict[str, Any]) -> str:
            send_to_client(asset, by=staff(request), **data)
            return _("The client sees the latest version on the portal.")

        explanation = _("The latest version stands on the client's portal from now on.")
        form = SeenForm(posted(request), initial={"seen": version.number if version else 0})
        return self.ask(request, asset, _("Send to the client"), form, do, explanation)

    @button(
        gettext_lazy("Record the acceptance"),
        path="accept",
        icon="how_to_reg",
        permissions=["accept"],
        variant=ActionVariant.PRIMARY,
    )
    def accept_asset(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asset = self.asset_or_404(request, object_id)
        today = asset.client.today()
        version = latest_version(asset)
        initial = {
            "said_on": today,
            "licence": version.licence if version else "",
            "seen": version.number if version else 0,
        }

        def do(data: dict[str, Any]) -> str:
            accept(asset, by=staff(request), on=today, **data)
            return _("Accepted.")

        form = AcceptForm(posted(request), initial=initial)
        return self.ask(request, asset, _("Record the acceptance"), form, do)

    @button(gettext_lazy("Send to rework"), path="rework", icon="undo", permissions=["return"])
    def return_asset(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asset = self.asset_or_404(request, object_id)
        version = latest_version(asset)
        if version is None:
            raise Http404

        def do(data: dict[str, Any]) -> str:
            send_to_rework(asset, by=staff(request), **data)
            return _("Sent to rework.")

        form = comment_form(version, posted(request))
        explanation = _("Write what is to be mended: it is what the designer reads.")
        return self.ask(request, asset, _("Send to rework"), form, do, explanation)

    @button(gettext_lazy("Open again"), path="again", icon="lock_open", permissions=["open"])
    def open_asset(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asset = self.asset_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            open_again(asset, by=staff(request), **data)
            return _("In work again. What was accepted stands until another version is.")

        form = ReasonForm(posted(request))
        return self.ask(request, asset, _("Open again"), form, do)

    @button(gettext_lazy("Comment"), path="comment", icon="add_comment", permissions=["comment"])
    def comment_asset(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """On the version in the address, or on the latest one."""
        asset = self.asset_or_404(request, object_id)
        number = request.GET.get("version", "")
        version = (
            asset.versions.filter(number=number).defer("file__content").first()
            if number.isdecimal()
            else latest_version(asset)
        )
        if version is None:
            raise Http404

        def do(data: dict[str, Any]) -> str:
            text = data.pop("comment")
            add_comment(version, text=text, by=staff(request), **data)
            return _("The comment is written.")

        form = comment_form(version, posted(request))
        return self.ask(request, asset, _("Comment"), form, do, str(version))


def staff(request: HttpRequest) -> Any:
    """Who pressed the button."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def wanted_words(asset: DesignAsset) -> str:
    """What an upload is measured by."""
    requirement = asset.requirement
    if requirement is None:
        return _("No requirement is chosen: any size will do.")
    size = str(requirement.get_rule_display())
    if requirement.rule != AssetRequirement.Rule.ANY:
        size = f"{size}: {requirement.width}×{requirement.height} px"
    most = requirement.most_bytes
    weight = _("up to %(size)s") % {"size": filesizeformat(most)} if most else ""
    words = (size, names_of(requirement.types), weight, requirement.note)
    return " · ".join(word for word in words if word)
