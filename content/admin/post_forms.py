"""The forms of a post's page: the post, its communities, its files."""

import hashlib
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
from content.models import Post, PublicationState
from content.outgoing import tidy
from content.utm import check_utm
from smm_agency.lib.uploads import PICTURES, VIDEOS

MEDIA = frozenset({*PICTURES.values(), *VIDEOS})


# What two people could change under each other's hands.
MARKED = (
    "state", "title", "text", "hashtags", "format", "goal", "rubric", "call_to_action",
    "tracking_number", "link", "utm", "source", "source_url", "licence", "text_work", "is_ad",
    "erid", "advertiser", "author", "designer", "approver", "due_on", "brief",
)  # fmt: skip


def mark_of(post: Post) -> str:
    """What the page showed, as a few letters for each of `MARKED`."""
    values = [getattr(post, field_of(name).attname) for name in MARKED]
    return ".".join(hashlib.sha256(str(value).encode()).hexdigest()[:8] for value in values)


def changed_since(mark: str, post: Post) -> list[str]:
    """The names of what is otherwise now than where the mark was made."""
    pairs = zip(MARKED, mark.split("."), mark_of(post).split("."), strict=False)
    return [str(field_of(name).verbose_name) for name, old, new in pairs if old != new]


def field_of(name: str) -> Any:
    return Post._meta.get_field(name)


class PostForm(ScopedForm):
    """Limits of the networks are told and never refuse: a draft may be too long."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        widgets = {
            "text": UnfoldAdminTextareaWidget({"rows": 12, "data-post-text": ""}),
            "brief": UnfoldAdminTextareaWidget({"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before anything typed is put upon the row.
        self.mark = mark_of(self.instance) if self.instance.pk else ""
        self.initial["seen"] = self.mark
        self.others = changed_since(self.data.get("seen") or self.mark, self.instance)
        if "text" in self.fields:
            # `tidy` takes off what goes out nowhere, and nothing else.
            self.fields["text"].strip = False  # type: ignore[attr-defined] # a CharField

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])

    def clean_hashtags(self) -> str:
        return normalise_hashtags(self.cleaned_data["hashtags"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_seen()
        if cleaned.get("utm"):
            try:
                cleaned["utm"] = check_utm(cleaned["utm"], cleaned.get("link") or "")
            except ValidationError as refused:
                self.add_error("utm", refused)
        return cleaned

    def check_seen(self) -> None:
        """What was typed stays in the form, and is saved when the person says so again."""
        if not self.instance.pk or not self.others:
            return
        sent: Any = self.data
        again = sent.copy()
        again["seen"] = self.mark
        self.data = again
        words = _(
            "Meanwhile somebody changed: %(fields)s. Nothing was saved: open the post in another"
            " tab and compare. What you typed is still here; save again to put it in place of"
            " theirs."
        )
        self.add_error(None, words % {"fields": ", ".join(self.others)})


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
