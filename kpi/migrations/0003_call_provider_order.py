from django.db import migrations, models

from smm_agency.lib.row_security import Portal, portal_policy

# How far calls are known depends on whether a connection is alive: the portal says it too.
CONNECTION = Portal(["id", "client_id", "is_active", "last_event_at"])


class Migration(migrations.Migration):
    dependencies = [("kpi", "0002_row_security")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="called_number",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="As it came: a number that nobody entered as a tracking number stays visible.",
                max_length=40,
                verbose_name="dialled number",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="provider_stamps",
            field=models.JSONField(editable=False, null=True),
        ),
        # The first operation switches row security on, which it is since 0002.
        *portal_policy("kpi_callconnection", CONNECTION, "client_id")[1:],
    ]
