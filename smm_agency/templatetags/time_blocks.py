"""What the small form of time offers."""

from django import template

from clients.models import Block
from clients.time_spent import SHOWN_MINUTES

register = template.Library()


@register.simple_tag
def work_blocks() -> list[tuple[str, str]]:
    return [(block.value, str(block.label)) for block in Block]


@register.simple_tag
def shown_minutes() -> tuple[int, ...]:
    return SHOWN_MINUTES
