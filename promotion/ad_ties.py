"""Which of our campaigns and creatives the rows of an ad account belong to."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from promotion.models import AdObject, Campaign, Creative


@transaction.atomic
def tie(
    rows: Sequence[AdObject], campaign: Campaign | None, creative: Creative | None = None
) -> int:
    """Tie the rows and all that stands in them; None unties. How many rows that were.

    What stands in them loses a creative of another campaign, and gets this one where one is given.
    """
    _check(rows, campaign, creative)
    ids = [row.pk for row in rows]
    inside = AdObject.objects.filter(
        Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids)
    ).select_for_update(of=("self",))
    found = [row.pk for row in inside.order_by("pk")]
    all_of_them = AdObject.objects.filter(pk__in=found)
    all_of_them.exclude(creative__campaign=campaign).update(creative=None)
    values = {"campaign": campaign} | ({"creative": creative} if creative else {})
    return all_of_them.update(**values)


def _check(rows: Sequence[AdObject], campaign: Campaign | None, creative: Creative | None) -> None:
    if creative is not None and (campaign is None or creative.campaign_id != campaign.pk):
        raise ValidationError(
            {"creative": _("This creative belongs to another campaign: choose one of this.")}
        )
    if campaign is not None and any(row.client_id != campaign.client_id for row in rows):
        raise ValidationError({"campaign": _("This belongs to another client.")})
