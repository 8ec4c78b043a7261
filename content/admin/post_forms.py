"""The forms of a post's page: the post, its communities, its files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from clients.admin.scoped import ScopedForm, ScopedFormSet
from communities.files import read_upload, store_file
from content.admin.moments import ClientMoment
from content.hashtags import normalise_hashtags
from content.models import PublicationState
from content.outgoing import tidy
from content.utm import check_utm
from smm_agency.lib.uploads import PICTURES, VIDEOS

MEDIA = frozenset({*PICTURES.values(), *VIDEOS})


class PostForm(ScopedForm):
    """Limits of the networks are told and never refuse: a draft may be too long."""

    class Meta:
        widgets = {
            "text": UnfoldAdminTextareaWidget({"rows": 12, "data-post-text": ""}),
            "brief": UnfoldAdminTextareaWidget({"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            # `tidy` takes off what goes out nowhere, and nothing else.
            self.fields["text"].strip = False  # type: ignore[attr-defined] # a CharField

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])

    def clean_hashtags(self) -> str:
        return normalise_hashtags(self.cleaned_data["hashtags"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("utm"):
            try:
                cleaned["utm"] = check_utm(cleaned["utm"], cleaned.get("link") or "")
            except ValidationError as refused:
                self.add_error("utm", refused)
        return cleaned


class PublicationForm(ScopedForm):
    planned_at = ClientMoment(label=gettext_lazy("planned for"), required=False)

    class Meta:
        widgets = {
            "text": UnfoldAdminTextareaWidget({"rows": 4, "data-publication-text": ""}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = getattr(getattr(self.instance, "post", None), "client", None)
        moment = self.fields.get("planned_at")
        if isinstance(moment, ClientMoment) and client is not None:
            moment.zone = client.zone
            moment.help_text = _("By the client's clock: %(zone)s.") % {"zone": client.time_zone}
        if "text" in self.fields:
            self.fields["text"].strip = False  # type: ignore[attr-defined] # a CharField
        if self.instance.pk and self.instance.state != PublicationState.PLANNED:
            for field in self.fields.values():
                field.disabled = True

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


class PublicationFormSet(ScopedFormSet):
    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk and form.instance.state != PublicationState.PLANNED:
                message = _("%(community)s: it is %(state)s already and stays. Call it back first.")
                words = {
                    "community": form.instance.community,
                    "state": form.instance.get_state_display(),
                }
                raise ValidationError(message % words)


class PostFileForm(ScopedForm):
    """A file that is there already, or one that is brought right here."""

    # Who brings it: set by the page.
    by: Any = None
    upload = forms.FileField(
        label=gettext_lazy("new file"), required=False, widget=UnfoldAdminFileFieldWidget()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].required = False

    def clean_upload(self) -> Any:
        file = self.cleaned_data["upload"]
        return read_upload(file, types=MEDIA) if file else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen, brought = cleaned.get("file"), cleaned.get("upload")
        if brought and chosen and "file" in self.changed_data:
            self.add_error("upload", _("Choose a file or bring a new one, not both."))
        if not (brought or chosen) and not self.errors:
            self.add_error("file", _("Choose a file, or bring a new one."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if brought := self.cleaned_data.get("upload"):
            self.instance.file = store_file(self.instance.post.client, brought, by=self.by)
        return super().save(commit)
