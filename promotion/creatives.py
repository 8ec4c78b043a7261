"""The creatives of one campaign beside each other, by the figures of the ads tied to them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from promotion.creative_rates import Measured, Verdict, compare_costs, compare_ctrs
from promotion.models import AdFigure, Campaign, Creative
from promotion.spending import nearest

# Where none of the creatives has its joins measured, clicks have to do.
BY_COST, BY_CTR = "cost", "ctr"


@dataclass(frozen=True, slots=True)
class Compared:
    """`creative` is None for the ads of the campaign that no creative is chosen for."""

    creative: Creative | None
    measured: Measured
    ads: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one currency and one kind of VAT: other sums are not compared with these."""

    currency: str
    vat: str
    by: str
    rows: list[Compared]


@dataclass(frozen=True, slots=True)
class _Sums:
    creative_id: int | None
    ads: int
    measured: Measured


def compare(campaign: Campaign) -> list[Comparison]:
    """The creative that cost most first. Two queries."""
    by_money: dict[tuple[str, str], list[_Sums]] = {}
    for money, sums in _sums(campaign):
        by_money.setdefault(money, []).append(sums)
    creatives = {each.pk: each for each in Creative.objects.filter(campaign=campaign)}
    return [
        _comparison(currency, vat, rows, creatives)
        for (currency, vat), rows in sorted(by_money.items())
    ]


def _comparison(
    currency: str, vat: str, rows: list[_Sums], creatives: dict[int, Creative]
) -> Comparison:
    """Only what has a creative is compared."""
    rivals = {row.creative_id: row.measured for row in rows if row.creative_id}
    by = BY_COST if any(each.cost_interval for each in rivals.values()) else BY_CTR
    verdicts = compare_costs(rivals) if by == BY_COST else compare_ctrs(rivals)
    ordered = sorted(rows, key=lambda row: -(row.measured.spend or Decimal()))
    return Comparison(
        currency,
        vat,
        by,
        [
            Compared(
                creatives.get(row.creative_id or 0),
                row.measured,
                row.ads,
                verdicts.get(row.creative_id or 0, Verdict.NONE),
            )
            for row in ordered
        ],
    )


_COUNTED = Q(joins__isnull=False)
_SEEN = Q(impressions__isnull=False, clicks__isnull=False)


def _sums(campaign: Campaign) -> list[tuple[tuple[str, str], _Sums]]:
    """((currency, VAT), sums) by creative and money."""
    rows = (
        AdFigure.objects.summable()
        .alias(tied_to=nearest("campaign"))
        .filter(tied_to=campaign.pk)
        .annotate(
            creative_id=nearest("creative"),
            currency=F("ad_object__account__currency"),
            vat=F("ad_object__account__vat"),
        )
        .values("creative_id", "currency", "vat")
        .annotate(
            ads=Count("ad_object", distinct=True),
            spent=Sum("spend"),
            shows=Sum("impressions", filter=_SEEN),
            clicked=Sum("clicks", filter=_SEEN),
            joined=Sum("joins"),
            paid=Sum("spend", filter=_COUNTED),
            shown=Sum("impressions", filter=_COUNTED),
        )
        .order_by("creative_id")
    )
    return [
        (
            (row["currency"], row["vat"]),
            _Sums(
                row["creative_id"],
                row["ads"],
                Measured(
                    spend=row["spent"],
                    impressions=row["shows"],
                    clicks=row["clicked"],
                    joins=row["joined"],
                    paid=row["paid"],
                    shown=row["shown"],
                ),
            ),
        )
        for row in rows
    ]
