"""Saved replies and the rules by which a category is suggested."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm
from content.models import SavedReply, StandingFact, SuggestionRule
from content.replies import NAMES, VARIABLE
from content.suggestions import check_pattern


class SavedReplyForm(ScopedForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        known = {*NAMES, *self.codes_of_facts(cleaned)}
        if unknown := sorted(set(VARIABLE.findall(cleaned.get("text", ""))) - known):
            message = _("Unknown in the text: %(names)s. Known are: %(known)s.") % {
                "names": ", ".join(unknown),
                "known": ", ".join(sorted(known)),
            }
            self.add_error("text", message)
        return cleaned

    def codes_of_facts(self, cleaned: dict[str, Any]) -> set[str]:
        """Also of those that have ended: the reply waits until somebody renews the fact."""
        client_id = self.client_id(cleaned)
        facts = StandingFact.objects.filter(client=client_id)
        return set(facts.values_list("code", flat=True)) if client_id else set()


@admin.register(SavedReply)
class SavedReplyAdmin(ScopedAdmin):
    form = SavedReplyForm
    list_display = ("title", "whose", "category", "text_start", "is_active")
    list_filter = (ClientFilter, "category", "is_active")
    list_select_related = ("client",)
    search_fields = ("title", "text")
    fields = (("title", "client"), ("category", "is_active"), "text")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        user: Any = request.user
        if "client" in form.base_fields:
            # Those for all clients are the directors'.
            form.base_fields["client"].required = not user.sees_all_clients
        if "text" in form.base_fields:
            names = ", ".join(f"{{{name}}}" for name in NAMES)
            form.base_fields["text"].help_text = _("Variables: %(names)s.") % {"names": names}
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_own(request, obj)

    def is_own(self, request: HttpRequest, obj: Any) -> bool:
        user: Any = request.user
        row = self.row_of(request, obj)
        return row is None or row.client_id is not None or user.sees_all_clients

    @column(gettext_lazy("client"), ordering="client__name")
    def whose(self, reply: SavedReply) -> str:
        return str(reply.client) if reply.client else _("all clients")

    @column(gettext_lazy("text"))
    def text_start(self, reply: SavedReply) -> str:
        return reply.text[:100]


class SuggestionRuleForm(ScopedForm):
    class Meta:
        model = SuggestionRule
        fields = ("category", "language", "words", "unless", "pattern", "order", "is_active")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("words") and not cleaned.get("pattern"):
            raise ValidationError({"words": _("Write words, or a regular expression.")})
        if cleaned.get("pattern"):
            check_pattern(cleaned["pattern"])
        return cleaned


@admin.register(SuggestionRule)
class SuggestionRuleAdmin(ScopedAdmin):
    form = SuggestionRuleForm
    list_display = ("category", "language", "words_start", "pattern", "order", "is_active")
    list_filter = ("category", "language", "is_active")
    search_fields = ("words", "pattern")
    fields = (("category", "language"), "words", "unless", "pattern", ("order", "is_active"))

    @column(gettext_lazy("words"))
    def words_start(self, rule: SuggestionRule) -> str:
        return ", ".join(rule.words)[:100] or "—"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The code of a rule of staff's own names nothing that the program brings."""
        if not obj.code:
            number = SuggestionRule.objects.order_by("-pk").values_list("pk", flat=True).first()
            obj.code = f"own-{slugify(obj.category)}-{(number or 0) + 1}"
        super().save_model(request, obj, form, change)
