"""The questionnaire as one form: a field for each question, refused in words by its kind."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from clients.brief_values import answer_to_send, read_answer
from clients.briefs import Progress, progress_of
from clients.models import Answerer, AnswerKind, BriefQuestion, BriefSection

SALT = "clients.brief_form"


def field_of(question: BriefQuestion) -> Any:
    """Without the browser's own refusals: ours say the mend."""
    if question.kind == AnswerKind.SEVERAL:
        choices = [(option.code, option.name) for option in question.option_list()]
        widget: Any = UnfoldAdminCheckboxSelectMultipleWidget()
        return forms.MultipleChoiceField(choices=choices, widget=widget)
    if question.kind in (AnswerKind.CHOICE, AnswerKind.YES_NO):
        return forms.ChoiceField(choices=_choices(question), widget=UnfoldAdminSelectWidget())
    if question.kind in (AnswerKind.LONG, AnswerKind.FILES):
        return forms.CharField(widget=UnfoldAdminTextareaWidget({"rows": 3}))
    if question.kind == AnswerKind.DATE:
        attributes = {"type": "date", "class": " ".join(INPUT_CLASSES)}
        return forms.CharField(widget=forms.DateInput(attributes, "%Y-%m-%d"))
    return forms.CharField(widget=UnfoldAdminTextInputWidget())


def _choices(question: BriefQuestion) -> list[tuple[str, str]]:
    if question.kind == AnswerKind.YES_NO:
        return [("", "—"), ("yes", _("yes")), ("no", _("no"))]
    return [("", "—"), *((option.code, option.name) for option in question.option_list())]


class BriefForm(forms.Form):
    """`seen` carries, signed, the answers that stood when the page was shown."""

    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(
        self,
        questions: Sequence[BriefQuestion],
        values: Mapping[str, str],
        *,
        country: str,
        data: Any = None,
    ) -> None:
        super().__init__(data, initial={"seen": signing.dumps(dict(values), salt=SALT)})
        self.questions = {question.code: question for question in questions}
        self.values = values
        self.country = country
        for question in questions:
            field = field_of(question)
            field.required = False
            field.label = question.text + (" *" if question.is_required else "")
            field.help_text = question.help
            value = values.get(question.code, "")
            if question.kind == AnswerKind.NUMBER:
                value = answer_to_send(question, value)
            is_several = question.kind == AnswerKind.SEVERAL
            field.initial = value.splitlines() if is_several else value
            self.fields[question.code] = field

    def clean_seen(self) -> dict[str, str]:
        try:
            seen: dict[str, str] = signing.loads(self.cleaned_data["seen"], salt=SALT)
        except signing.BadSignature:
            raise ValidationError(
                _("Open the page again: it is not the one that was shown.")
            ) from None
        return seen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for code, question in self.questions.items():
            told = cleaned.get(code, "")
            text = "\n".join(told) if isinstance(told, list) else told
            try:
                cleaned[code] = read_answer(question, text, country=self.country)
            except ValidationError as refused:
                self.add_error(code, refused)
        return cleaned

    def answers(self) -> dict[str, str]:
        return {code: self.cleaned_data[code] for code in self.questions}

    def sections(self) -> Iterator[tuple[str, str, Progress, list[tuple[Any, bool]]]]:
        """(code, title, progress, fields with whether the agency answers them)."""
        by_section = groupby(self.questions.values(), key=lambda each: each.section)
        for section, found in by_section:
            asked = list(found)
            fields = [(self[each.code], each.answered_by == Answerer.AGENCY) for each in asked]
            progress = progress_of(asked, self.values)
            yield section, str(BriefSection(section).label), progress, fields
