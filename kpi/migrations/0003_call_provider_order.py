from django.db import migrations, models


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
    ]
