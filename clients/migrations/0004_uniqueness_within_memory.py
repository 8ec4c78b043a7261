from django.db import migrations, models

# Keeping personal data for longer than was promised is no mend: the depth gives way.
SHORTEN = """
UPDATE clients_client SET uniqueness_days = personal_data_days
WHERE personal_data_days < uniqueness_days
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_measured_work")]

    operations = [
        migrations.RunSQL(SHORTEN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("personal_data_days__gte", models.F("uniqueness_days"))),
                name="client_uniqueness_within_memory",
                violation_error_message=(
                    "Personal data is kept for fewer days than the uniqueness depth."
                ),
            ),
        ),
    ]
