"""The explanation of a KPI in templates: what a page includes beside a number."""

from collections.abc import Iterable
from typing import Any

from django import template

from kpi.metric_help import help_of

register = template.Library()


@register.inclusion_tag("portal/_help.html")
def metric_help(code: str) -> dict[str, Any]:
    """A question mark that opens the explanation in its place: for the portal."""
    return {"help": help_of(code) if code else None}


@register.inclusion_tag("admin/_help_button.html")
def help_button(code: str) -> dict[str, Any]:
    """A question mark that opens the explanation; `help_texts` stands once on the page."""
    return {"help": help_of(code) if code else None}


@register.inclusion_tag("admin/_help_texts.html")
def help_texts(codes: Iterable[str]) -> dict[str, Any]:
    """What the question marks of these metrics open, each once however many of them there are."""
    return {"helps": [help_of(code) for code in dict.fromkeys(codes) if code]}
