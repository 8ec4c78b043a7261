"""Publisher pages with what is measured of them, and the register as a file."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from communities.models import Profile
from communities.networks.registry import network_name, profile_url
from kpi.engagement_rate import ErValue, er_by_page
from kpi.er_words import formula_line, formula_title
from kpi.models import ProfileSnapshot
from promotion.admin.publishers import PublisherCardAdmin, price_lines
from promotion.models import PublisherCard
from promotion.placement_register import PageResult, results_of
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX, Cell, write_xlsx
from smm_agency.lib.words import as_count, as_share

# What every network tells of a page that is not ours.
FORMULA = "er_post"
DAYS = 30


class Measured(NamedTuple):
    """`rates`: profile → ER of the last whole days."""

    rates: dict[int, ErValue]

    def rate(self, profile_id: int) -> float | None:
        value = self.rates.get(profile_id)
        return value.value if value else None


def measure(cards: Iterable[PublisherCard], *, on: dt.date) -> Measured:
    client_ids = {card.client_id for card in cards}
    last = on - dt.timedelta(days=1)
    return Measured(
        er_by_page(
            client_ids,
            FORMULA,
            first=last - dt.timedelta(days=DAYS - 1),
            last=last,
            relations=(Profile.Relation.PUBLISHER,),
        )
    )


def with_followers(cards: Any) -> Any:
    """The newest count that there is, and its day."""
    told = ProfileSnapshot.objects.filter(profile=OuterRef("profile"), followers__isnull=False)
    newest = told.order_by("-date")
    return cards.annotate(
        followers=Subquery(newest.values("followers")[:1]),
        followers_on=Subquery(newest.values("date")[:1]),
    )


admin.site.unregister(PublisherCard)


@admin.register(PublisherCard)
class PublisherPage(PublisherCardAdmin):
    list_display = (
        "page", "verdict_label", "client", "network", "subject", "subscribers", "rate", "err24",
        "last_prices", "audience_words", "placed",
    )  # fmt: skip
    actions_list = (*PublisherCardAdmin.actions_list, "export")

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_followers(super().get_queryset(request))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """All rates of the list are read at once."""
        changelist = super().get_changelist_instance(request)
        measured = measure(changelist.result_list, on=timezone.localdate())
        for card in changelist.result_list:
            card.rate = measured.rate(card.profile_id)
        return changelist

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        rate = measure([row], on=row.client.today()).rate(row.profile_id)
        return {
            **super().beside(request, row),
            "measured": [
                (_("Subscribers"), followers_words(row)),
                (rate_title(), f"{as_share(rate)} · {formula_line(FORMULA)}"),
            ],
        }

    @column(gettext_lazy("subscribers"), ordering="followers")
    def subscribers(self, row: Any) -> str:
        return as_count(row.followers)

    @column(gettext_lazy("ER of posts, 30 days"))
    def rate(self, row: Any) -> str:
        return as_share(row.rate)

    @button(gettext_lazy("Export as XLSX"), path="export", icon="download", permissions=["view"])
    def export(self, request: HttpRequest) -> HttpResponse:
        cards = list(self.get_queryset(request).select_related("client", "profile", "verdict_by"))
        today = timezone.localdate()
        return saved_file(write_register(cards, on=today), f"publisher_pages_{today}.xlsx", XLSX)


def rate_title() -> str:
    return f"{formula_title(FORMULA)}, {DAYS} " + _("days")


def followers_words(row: Any) -> str:
    if row.followers is None:
        return as_count(None)
    return f"{as_count(row.followers)} ({date_format(row.followers_on, 'SHORT_DATE_FORMAT')})"


def header() -> list[str]:
    return [
        _("Client"), _("Network"), _("Page"), _("Link"), _("Subject"), _("Geography"),
        _("Subscribers"), rate_title() + ", %", "ERR24, %", _("Average reach in 24 h"),
        _("As of"), _("Bought through"), _("Who to write to"), _("Check of the audience"),
        _("Checked on"), _("Last prices"), _("Verdict"), _("Why"), _("Judged on"),
        _("Placements that went out"), _("Cost of who joined"), _("Cost of who stayed"),
        _("Currency"),
    ]  # fmt: skip


def write_register(cards: Sequence[Any], *, on: dt.date) -> bytes:
    measured, results = measure(cards, on=on), results_of([card.profile_id for card in cards])
    rows = [line_of(card, measured, results.get(card.profile_id)) for card in cards]
    return write_xlsx(rows, header())


def line_of(card: Any, measured: Measured, result: PageResult | None) -> list[Cell]:
    page, rate = card.profile, measured.rate(card.profile_id)
    return [
        card.client.name,
        network_name(page.network),
        page.title,
        profile_url(page.network, page.external_id, page.screen_name),
        card.subject,
        card.geography,
        card.followers,
        None if rate is None else round(rate * 100, 2),
        card.err24,
        card.reach24,
        card.told_on,
        card.get_marketplace_display() if card.marketplace else "",
        card.admin_contact,
        card.get_audience_display(),
        card.audience_on,
        "; ".join(price_lines(card)),
        card.get_verdict_display(),
        card.verdict_reason,
        card.verdict_on,
        result.placements if result else 0,
        rounded(result.cost_joined if result else None),
        rounded(result.cost_stayed if result else None),
        result.currency if result else "",
    ]


def rounded(amount: Any) -> Any:
    return None if amount is None else round(amount, 2)
