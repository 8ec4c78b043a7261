from django.db import migrations

from smm_agency.lib.row_security import (
    Portal,
    client_rows,
    portal_policy,
    portal_role,
    reference_rows,
)


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [
        *portal_role(),
        *portal_policy("clients_client", Portal(), "id"),
        *reference_rows("clients_service"),
        *client_rows("clients_statuschange"),
        *client_rows("clients_contact"),
        *client_rows("clients_teammember"),
        *client_rows("clients_portalaccess"),
        *client_rows(
            "clients_engagement",
            portal=Portal(
                ["id", "client_id", "title", "starts_on", "ends_on", "ad_budget", "currency"]
            ),
        ),
        *client_rows(
            "clients_engagementservice",
            parents={"engagement_id": "clients_engagement"},
            portal=Portal(
                ["id", "client_id", "engagement_id", "service_id", "performer", "quantity", "unit"]
            ),
        ),
        *client_rows(
            "clients_task",
            portal=Portal(
                ["id", "client_id", "block", "title", "side", "due_on", "state", "done_at"],
                where="side = 'client'",
            ),
        ),
        *client_rows(
            "clients_trackingnumber",
            portal=Portal(["id", "client_id", "number", "kind", "is_active"]),
        ),
    ]
