"""A package on an engagement: its quantities and terms, and the rest of the catalogue divided."""

from django.db import transaction

from clients.division import usual_performer
from clients.models import Engagement, EngagementService, PackageService, Performer, Service

TERMS = (
    "quantity", "period", "norm_hours", "approver", "payer", "deadline_number", "deadline_kind",
    "deadline_after", "deadline_words",
)  # fmt: skip


@transaction.atomic
def apply_package(engagement: Engagement) -> int:
    """Divide the catalogue by the engagement's package; how many services were added.

    What stands in the division already is left as it is. Without a package everything is divided
    in the usual way; with one, what it does not hold is the client's where it usually is, and else
    is not done.
    """
    sold: dict[int, PackageService] = {}
    if engagement.package_id:
        rows = PackageService.objects.filter(package=engagement.package_id)
        sold = {row.service_id: row for row in rows}
    missing = Service.objects.exclude(engagement_services__engagement=engagement)
    made = [divided(engagement, service, sold.get(service.pk)) for service in missing]
    EngagementService.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def divided(
    engagement: Engagement, service: Service, sold: PackageService | None
) -> EngagementService:
    row = EngagementService(
        client_id=engagement.client_id, engagement=engagement, service=service,
        performer=usual_performer(service),
    )  # fmt: skip
    if sold is not None:
        row.performer, row.in_contract = sold.performer, True
        for name in TERMS:
            setattr(row, name, getattr(sold, name))
    elif engagement.package_id and row.performer == Performer.AGENCY:
        row.performer = Performer.NOBODY
    return row
