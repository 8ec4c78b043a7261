"""What stands beside a post: what is in its way, the curated share, how its networks show it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clients.admin.contractors import is_contractor
from content.admin.post_preview import saved_previews
from content.cap import days_of
from content.curated import FORMULA
from content.curated_lines import share_lines, share_words
from content.models import Post, PostState
from content.post_checks import find_problems

# What is over needs no advice.
OVER = (PostState.PUBLISHED, PostState.CANCELLED)


def panel_of(request: HttpRequest, post: Post) -> dict[str, Any]:
    at = timezone.now()
    problems = [] if post.state in OVER else find_problems(post, at=at)
    return {
        "post_page": {
            "problems": problems,
            "is_over": post.state in OVER,
            # Of all the client's posts.
            "shares": [] if is_contractor(request, post) else shares_of(post),
            "formula": FORMULA,
            "preview_url": reverse("admin:content_post_preview", args=[post.pk]),
        },
        "previews": saved_previews(post),
    }


def shares_of(post: Post) -> list[dict[str, Any]]:
    """Of the month that its first publication is planned for, else of this one."""
    days = days_of(post)
    day = days[0] if days else post.client.today()
    return [
        {
            "name": line.name,
            "light": line.light,
            "planned": share_words(line.planned),
            "published": share_words(line.published),
            "cap": line.planned.cap,
            "allowed": line.planned.allowed,
        }
        for line in share_lines(post.client, on=day)
    ]
