"""The portal reads causes that lie with the client, of published decisions only; the forecast."""

from django.db import migrations

from smm_agency.lib.row_security import PORTAL_ROLE, Portal, portal_policy, sql

FORECAST = "chance, forecast_low, forecast_high"
# The policy of decisions holds inside, too: only what was published.
ASKED = "side = 'client' AND flag_id IN (SELECT d.flag_id FROM kpi_decision d)"


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0023_vat_of_deals"),
        ("clients", "0008_people_and_forecast"),
    ]

    operations = [
        *portal_policy(
            "kpi_flagcause",
            Portal(["id", "client_id", "flag_id", "code", "side"], where=ASKED),
            "client_id",
        )[1:],
        # Whether it is shown, each client's own setting says.
        sql(
            f"GRANT SELECT ({FORECAST}) ON kpi_evaluation TO {PORTAL_ROLE};",
            f"REVOKE SELECT ({FORECAST}) ON kpi_evaluation FROM {PORTAL_ROLE};",
        ),
        # The paper of an assessment says of which day its figures are.
        sql(
            f"GRANT SELECT (counted_at) ON kpi_promotionassessment TO {PORTAL_ROLE};",
            f"REVOKE SELECT (counted_at) ON kpi_promotionassessment FROM {PORTAL_ROLE};",
        ),
    ]
