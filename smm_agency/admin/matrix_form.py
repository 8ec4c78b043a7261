"""The matrix as a form: a small form for each service, saved together or not at all."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Engagement, EngagementService, Performer

FIELDS = (
    "performer", "quantity", "period", "approver", "payer", "deadline_number", "deadline_kind",
    "deadline_after", "deadline_words", "is_extra", "in_contract", "norm_hours", "price",
)  # fmt: skip
MONEY = "price"


class RowForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when it runs
    """`seen` is the mark of what the person saw of the row."""

    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = EngagementService
        fields = FIELDS
        widgets = {"performer": forms.RadioSelect}

    def __init__(self, *args: Any, with_money: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_money:
            del self.fields[MONEY]
        # A column for each, and none for “nobody has said”.
        performer: Any = self.fields["performer"]
        performer.choices = Performer.choices
        self.initial["seen"] = mark_of(self.initial, self.told)
        for name in self.told:
            words = f"{self.fields[name].label}: {self.instance.service}"
            self.fields[name].widget.attrs["aria-label"] = words
            # The browser would refuse without saying which row.
            self.fields[name].widget.attrs.pop("min", None)

    @property
    def told(self) -> list[str]:
        return [name for name in FIELDS if name in self.fields]

    @property
    def is_touched(self) -> bool:
        """Whether the person changed it, whatever others did to it meanwhile."""
        if not self.has_changed():
            return False
        if self.errors:
            return True
        return mark_of(self.cleaned_data, self.told) != str(self.cleaned_data["seen"])

    def refuse_if_changed_meanwhile(self) -> None:
        if str(self.data.get(self.add_prefix("seen"), "")) != self.initial["seen"]:
            self.add_error(
                None, _("Somebody changed this row meanwhile: look at it again, then change it.")
            )

    @property
    def problems(self) -> list[str]:
        """Each with the row and the field."""
        labels = {name: str(field.label) for name, field in self.fields.items()}
        return [
            ": ".join(filter(None, (str(self.instance.service), labels.get(name, ""), str(text))))
            for name, errors in self.errors.items()
            for text in errors
        ]


def mark_of(values: Mapping[str, Any], names: Sequence[str]) -> str:
    told = "|".join(f"{name}={as_text(values.get(name))}" for name in names)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def as_text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def row_forms(
    rows: Sequence[EngagementService], *, with_money: bool, data: Any = None
) -> list[RowForm]:
    return [
        RowForm(data, instance=row, prefix=f"row-{row.pk}", with_money=with_money) for row in rows
    ]


def rows_of(engagement: Engagement) -> Any:
    rows = EngagementService.objects.filter(engagement=engagement).select_related("service")
    return rows.order_by("service__position", "service__code", "pk")


def save_matrix(
    engagement: Engagement, data: Any, *, with_money: bool
) -> tuple[int, list[RowForm]]:
    """How many rows were changed, and the forms; where one is refused, none is changed.

    Raises ValidationError where a row that was shown is gone.
    """
    with transaction.atomic():
        rows = list(rows_of(engagement).select_for_update(of=("self",)))
        shown = [row for row in rows if f"row-{row.pk}-seen" in data]
        sent = sum(name.startswith("row-") and name.endswith("-seen") for name in data)
        if sent > len(shown):
            raise ValidationError(_("A service was removed meanwhile: look at the matrix again."))
        forms_ = row_forms(shown, with_money=with_money, data=data)
        touched = [form for form in forms_ if form.is_touched]
        for form in touched:
            form.refuse_if_changed_meanwhile()
        if any(form.errors for form in touched):
            return 0, forms_
        for form in touched:
            form.save()
        return len(touched), forms_
