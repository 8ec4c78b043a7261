from django.db import migrations, models

from smm_agency.lib.row_security import PORTAL_ROLE, sql


class Migration(migrations.Migration):
    dependencies = [("kpi", "0011_portal_reads_reconciliation")]

    operations = [
        migrations.AddField(
            model_name="callconnection",
            name="unread_since",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="cannot be read since"
            ),
        ),
        # It tells until when calls are known.
        sql(
            f"GRANT SELECT (unread_since) ON kpi_callconnection TO {PORTAL_ROLE};",
            f"REVOKE SELECT (unread_since) ON kpi_callconnection FROM {PORTAL_ROLE};",
        ),
    ]
