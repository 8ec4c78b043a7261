"""Links out to the networks."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def outside_link(url: str, text: str) -> SafeString | str:
    if not url:
        return text
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer" class="text-primary-600">{}</a>',
        url,
        text,
    )
