from django.db import migrations

from smm_agency.lib.row_security import PORTAL_ROLE, Portal, portal_policy, sql


def reads_columns(table: str, columns: list[str]) -> migrations.RunSQL:
    names = ", ".join(columns)
    return sql(
        f"GRANT SELECT ({names}) ON {table} TO {PORTAL_ROLE};",
        f"REVOKE SELECT ({names}) ON {table} FROM {PORTAL_ROLE};",
    )


class Migration(migrations.Migration):
    dependencies = [("kpi", "0003_call_provider_order")]

    operations = [
        # What a published decision did is the client's to read, with the decision.
        reads_columns("kpi_decision", ["effect"]),
        # Whether a connection is alive tells until when calls are known.
        portal_policy(
            "kpi_callconnection",
            Portal(["id", "client_id", "is_active", "last_event_at"]),
            "client_id",
        )[1],
    ]
