from django.db import migrations

from smm_agency.lib.row_security import PORTAL_ROLE, sql


class Migration(migrations.Migration):
    dependencies = [("kpi", "0010_sentences_of_causes")]

    operations = [
        # Until when the provider's list came tells until when calls are known.
        sql(
            f"GRANT SELECT (pulled_until) ON kpi_callconnection TO {PORTAL_ROLE};",
            f"REVOKE SELECT (pulled_until) ON kpi_callconnection FROM {PORTAL_ROLE};",
        ),
    ]
