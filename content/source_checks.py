"""Where a post comes from: the two required fields, and what each source asks for."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from content.models import Post
from content.problem import Problem
from strategy.models import ContentSource


def source_problems(post: Post) -> Iterator[Problem]:
    if not post.source:
        yield Problem(_("Say where the post comes from: choose its source."), "source")
    if not post.text_work:
        yield Problem(_("Say what was done to the text: choose the work on it."), "text_work")
    if post.source == ContentSource.CURATED:
        if not post.source_url:
            message = _("It comes from the internet: give the address of the source.")
            yield Problem(message, "source_url")
        if not post.licence.strip():
            message = _("It comes from the internet: give its licence, or whose it is.")
            yield Problem(message, "licence")
    if post.source == ContentSource.USERS and not post.licence.strip():
        message = _("A member made it: say whose it is, and that they agreed.")
        yield Problem(message, "licence")
