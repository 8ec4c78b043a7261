"""Who usually does a service, before the division of responsibility says it."""

from clients.models import Performer, Service
from clients.service_catalogue import CLIENTS_USUALLY


def usual_performer(service: Service) -> Performer:
    """What only the client can give, what cannot be outsourced, and what is theirs by custom."""
    is_clients = service.is_client_only or not service.is_outsourceable
    is_clients |= service.code in CLIENTS_USUALLY
    return Performer.CLIENT if is_clients else Performer.AGENCY
