"""The division of responsibility: who does each service of an engagement."""

from django.db import transaction

from clients.models import Engagement, EngagementService, Performer, Service
from clients.service_catalogue import CALL_ANSWERING


def usual_performer(service: Service) -> Performer:
    """What only the client can give, what cannot be outsourced, and the client's telephone."""
    is_clients = service.is_client_only or not service.is_outsourceable
    is_clients |= service.code == CALL_ANSWERING
    return Performer.CLIENT if is_clients else Performer.AGENCY


@transaction.atomic
def add_catalogue(engagement: Engagement) -> int:
    """Add every service of the catalogue that the engagement does not have yet; how many."""
    missing = Service.objects.exclude(engagement_services__engagement=engagement)
    rows = [
        EngagementService(
            client_id=engagement.client_id,
            engagement=engagement,
            service=service,
            performer=usual_performer(service),
            unit=service.unit,
        )
        for service in missing
    ]
    EngagementService.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
