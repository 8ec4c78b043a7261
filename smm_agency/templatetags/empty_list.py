"""The sentence of an empty list in Unfold's template."""

from typing import Any

from django import template

from smm_agency.admin.empty_lists import empty_words as words_of

register = template.Library()


@register.simple_tag
def empty_words(changelist: Any, may_add: bool) -> str:
    return words_of(changelist, may_add=bool(may_add))
