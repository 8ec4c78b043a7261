"""The packages that every installation starts with: how much of which service, on what terms."""

from typing import Any

from clients.models import DeadlineAfter, DeadlineKind, Party, Period

# Code: English name, Russian name.
PACKAGES: dict[str, tuple[str, str]] = {
    "presence": ("Presence", "Присутствие"),
    "management": ("Community management", "Ведение сообществ"),
    "whole": ("All four blocks", "Все четыре блока"),
    "promotion": ("Promotion of a running community", "Продвижение готового сообщества"),
}

WORKING, DAYS, BY = DeadlineKind.WORKING_DAYS, DeadlineKind.DAYS, DeadlineKind.MONTH_DAY
Terms = dict[str, Any]


def terms(
    quantity: float | None = None,
    hours: float | None = None,
    *,
    approves: str = "",
    pays: str = Party.CLIENT,
    by: tuple[str, int] | None = None,
    after: str = "",
    **more: Any,
) -> Terms:
    """`hours` is the norm, of the service's usual period unless `period` says another; `by` a kind
    of deadline and its number."""
    kind, number = by or ("", None)
    return {
        "quantity": quantity,
        "norm_hours": hours,
        "approver": str(approves),
        "payer": str(pays),
        "deadline_kind": str(kind),
        "deadline_number": number,
        "deadline_after": str(after),
        **more,
    }


CLIENT = Party.CLIENT
MATERIAL, REQUEST, REMARKS = (
    DeadlineAfter.MATERIAL, DeadlineAfter.REQUEST, DeadlineAfter.REMARKS,
)  # fmt: skip

# Competitors and the review of the indicators are obligatory in every engagement.
ALWAYS: dict[str, Terms] = {
    "strategy": terms(approves=CLIENT, hours=24),
    "goals": terms(approves=CLIENT, hours=4),
    "kpi": terms(approves=CLIENT, hours=4),
    "competitors": terms(5, 12, approves=CLIENT),
    "kpi-assessment": terms(1, 4, approves=CLIENT, by=(BY, 10)),
    "monthly-report": terms(1, 3, by=(BY, 5)),
    "tracking-numbers": terms(1, 2),
    "call-tagging": terms(hours=4),
}
CREATION: dict[str, Terms] = {
    "community-creation": terms(1, 6, approves=CLIENT, by=(WORKING, 10), after=MATERIAL),
    "community-design": terms(4, 16, approves=CLIENT, by=(WORKING, 10), after=MATERIAL),
    "first-settings": terms(hours=4),
}


def management(*, posts: int, stories: int, hours: float) -> dict[str, Terms]:
    """`hours` a working day of comments, and as many of messages."""
    return {
        "content-plan": terms(approves=CLIENT, hours=6, period=str(Period.MONTH)),
        "publication-plan": terms(1, 6, approves=CLIENT, by=(BY, 25)),
        "writing": terms(posts, posts * 2, approves=CLIENT, by=(WORKING, 3), after=MATERIAL),
        "post-design": terms(posts, posts, approves=CLIENT),
        "publishing": terms(posts, max(posts // 4, 1)),
        "stories": terms(stories, stories, approves=CLIENT),
        "correction-rounds": terms(2, by=(WORKING, 2), after=REMARKS, period=str(Period.POST)),
        # The norm of a day, as the quantity is.
        "moderation": terms(1, 1),
        "comments": terms(hours, hours, by=(DAYS, 1), after=REQUEST),
        "messages": terms(hours, hours, by=(DAYS, 1), after=REQUEST),
        "negativity": terms(hours=4, period=str(Period.MONTH)),
    }


PROMOTION: dict[str, Terms] = {
    "targeted-ads": terms(2, 16, approves=CLIENT),
    "seeding": terms(4, 12, approves=CLIENT),
    "seeding-payment": terms(),
    "marking": terms(hours=2, period=str(Period.MONTH)),
}

PACKAGE_SERVICES: dict[str, dict[str, Terms]] = {
    "presence": CREATION | ALWAYS | management(posts=8, stories=4, hours=0.5),
    "management": ALWAYS | management(posts=12, stories=8, hours=1),
    "whole": CREATION
    | {"community-audit": terms(1, 8, approves=CLIENT)}
    | ALWAYS
    | management(posts=16, stories=12, hours=1)
    | PROMOTION
    | {"promo-actions": terms(2, 12, approves=CLIENT), "giveaway-delivery": terms()},
    "promotion": ALWAYS | PROMOTION | {"community-audit": terms(1, 8, approves=CLIENT)},
}
