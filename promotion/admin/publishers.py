"""Staff's door to the register of publisher pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted, select_field, text_field
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedTabular, ShowsBeside, allows
from clients.models import Client
from clients.rights import clients_where
from communities.admin.life_steps import person
from communities.admin.links import outside_link
from communities.networks.registry import network_name, profile_url
from promotion.models import PublisherCard, PublisherPrice, Verdict
from promotion.placement_figures import brought
from promotion.placement_register import OUT, results_of
from promotion.publishers import add_publisher, judge
from smm_agency.lib.words import as_count, as_money

VERDICT_COLOURS = {
    Verdict.NONE: "",
    Verdict.REPEAT: "success",
    Verdict.TEST: "warning",
    Verdict.NEVER: "danger",
}
RIGHT_TO_JUDGE = "promotion.change_publishercard"


class PriceInline(ScopedTabular):
    model = PublisherPrice
    fields = ("format", "price", "currency", "vat", "vat_rate", "since", "source")
    tab = False


class NewPublisherForm(forms.Form):
    client = forms.ModelChoiceField(
        label=gettext_lazy("Client"),
        queryset=Client.objects.none(),
        widget=UnfoldAdminSelectWidget(),
    )
    address = text_field(
        gettext_lazy("Page"),
        max_length=300,
        help_text=gettext_lazy(
            "Its link, such as https://vk.com/club1 or https://t.me/name; @name is Telegram's."
        ),
    )

    def __init__(self, user: Any, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field: Any = self.fields["client"]
        field.queryset = clients_where(user, "promotion.add_publishercard")


class VerdictForm(forms.Form):
    """`seen`: the verdict that the person looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    verdict = select_field(
        gettext_lazy("Verdict"), choices=[("", "—"), *(each for each in Verdict.choices if each[0])]
    )
    reason = text_field(gettext_lazy("Why"), max_length=300, rows=2)


@admin.register(PublisherCard)
class PublisherCardAdmin(ShowsBeside, ScopedAdmin):
    named_by = ("profile",)
    ordering = ("profile__title", "pk")
    list_display: Any = (
        "page", "verdict_label", "client", "network", "subject", "bought", "last_prices",
        "audience_words", "placed",
    )  # fmt: skip
    list_filter = (ClientFilter, "verdict", "audience", "marketplace", "profile__network")
    list_select_related = ("client", "profile")
    search_fields = ("profile__title", "profile__screen_name", "subject", "geography")
    fields = (
        "profile",
        ("subject", "geography"),
        ("marketplace", "admin_contact"),
        ("err24", "reach24"),
        ("told_on", "told_by"),
        ("audience", "audience_on"),
        "audience_note",
        "note",
    )
    inlines = (PriceInline,)
    actions_list: Any = ("add_page",)
    actions_detail: Any = ("judge_page",)
    change_form_outer_before_template = "admin/promotion/publisher.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        out = Count("profile__placements", filter=Q(profile__placements__state__in=OUT))
        rows = super().get_queryset(request).annotate(went_out=out)
        return rows.prefetch_related("prices")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By its link only: the network is asked what page it is."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "profile")

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), **panel_of(row)}

    def found(self, request: HttpRequest, object_id: str) -> PublisherCard:
        row: PublisherCard | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    @column(gettext_lazy("page"), ordering="profile__title")
    def page(self, row: PublisherCard) -> str:
        return row.profile.title

    @column(gettext_lazy("network"), ordering="profile__network")
    def network(self, row: PublisherCard) -> str:
        return network_name(row.profile.network)

    @column(gettext_lazy("bought through"), ordering="marketplace")
    def bought(self, row: PublisherCard) -> str:
        return row.get_marketplace_display() if row.marketplace else ""

    @column(gettext_lazy("last price"))
    def last_prices(self, row: PublisherCard) -> SafeString:
        return format_html_join(mark_safe("<br>"), "{}", ((each,) for each in price_lines(row)))

    @column(gettext_lazy("audience"), ordering="audience")
    def audience_words(self, row: PublisherCard) -> str:
        if not row.audience_on:
            return row.get_audience_display()
        return f"{row.get_audience_display()} ({date_format(row.audience_on, 'SHORT_DATE_FORMAT')})"

    @column(gettext_lazy("verdict"), ordering="verdict", label=VERDICT_COLOURS)
    def verdict_label(self, row: PublisherCard) -> tuple[str, str]:
        return row.verdict, row.get_verdict_display()

    @column(gettext_lazy("went out"), ordering="went_out")
    def placed(self, row: Any) -> int:
        count: int = row.went_out
        return count

    def has_judge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is not None and allows(request, RIGHT_TO_JUDGE, row)

    def has_add_page_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("promotion.add_publishercard"))

    @button(gettext_lazy("Add a page"), path="page", icon="add_link", permissions=["add_page"])
    def add_page(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user

        def do(data: dict[str, Any]) -> HttpResponse:
            card = add_publisher(data["client"], address=data["address"], by=user)
            return HttpResponseRedirect(page_of(card))

        return Step(
            self,
            request,
            None,
            title=_("Add a publisher page"),
            submit=_("Add the page"),
            explanation=_(
                "The page is measured like the client's own: subscribers daily, posts with their"
                " reactions, as far as its network tells them."
            ),
            form=NewPublisherForm(
                user, posted(request), initial={"client": request.GET.get("client")}
            ),
            do=do,
            back=reverse("admin:promotion_publishercard_changelist"),
        ).respond()

    @button(gettext_lazy("Give a verdict"), path="verdict", icon="gavel", permissions=["judge"])
    def judge_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        card = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            by: Any = person(request)
            judge(card, by=by, at=timezone.now(), **data)
            return _("The verdict is “%(verdict)s”.") % {"verdict": card.get_verdict_display()}

        return Step(
            self,
            request,
            card,
            title=_("Give a verdict"),
            submit=_("Keep the verdict"),
            explanation="\n".join([*numbers_behind(card), _(
                "After “never again” no new placement is made there; a director may, with a"
                " reason."
            )]),
            form=VerdictForm(posted(request), initial={"seen": card.verdict}),
            do=do,
        ).respond()  # fmt: skip


def price_lines(card: PublisherCard) -> list[str]:
    """The last known price of each format; what is prefetched comes newest first."""
    newest: dict[str, PublisherPrice] = {}
    for price in card.prices.all():
        newest.setdefault(price.format, price)
    return [
        f"{each.get_format_display()}: {as_money(each.price, each.currency)}, {vat_words(each)}"
        for each in newest.values()
    ]


def vat_words(price: PublisherPrice) -> str:
    rate = f" {price.vat_rate.normalize():f} %" if price.vat_rate else ""
    return f"{price.get_vat_display()}{rate}"


def numbers_behind(card: PublisherCard) -> list[str]:
    """What past placements cost there, in sentences with their formula."""
    result = results_of([card.profile_id]).get(card.profile_id)
    if result is None:
        return [_("Nothing went out there yet.")]
    said = [
        ngettext("%(n)d placement went out.", "%(n)d placements went out.", result.placements)
        % {"n": result.placements}
    ]
    if not result.currency:
        said.append(_("Their prices are in several currencies or unknown: costs are not summed."))
    else:
        said += [
            _("Who joined: %(cost)s (sum of prices ÷ joined, of %(n)d with both).")
            % {"cost": as_money(result.cost_joined, result.currency), "n": result.counted_joined},
            _(
                "Who stayed: %(cost)s (sum of prices ÷ (joined − left within 7 days), of %(n)d"
                " with both)."
            )
            % {"cost": as_money(result.cost_stayed, result.currency), "n": result.counted_stayed},
        ]
    return said


def panel_of(card: PublisherCard) -> dict[str, Any]:
    page = card.profile
    placements = page.placements.select_related("campaign").prefetch_related("facts")
    return {
        "card": card,
        "link": outside_link(
            profile_url(page.network, page.external_id, page.screen_name),
            page.screen_name or page.external_id,
        ),
        "network_title": network_name(page.network),
        "numbers": numbers_behind(card),
        "lines": [placement_line(row) for row in placements.order_by("-starts_on")[:50]],
    }


def placement_line(row: Any) -> dict[str, Any]:
    got = brought(row.facts.all())
    counts = (got.views, got.clicks, got.joined, got.stayed)
    return {
        "row": row,
        "url": page_of(row),
        "price": as_money(row.price, row.currency),
        "numbers": [as_count(each) for each in counts],
    }
