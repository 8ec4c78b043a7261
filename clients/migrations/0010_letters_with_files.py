"""Letters that carry files, are given once where it matters, and may come back."""

import django.db.models.deletion
from django.db import migrations, models

from smm_agency.lib.row_security import sql

# Given up is what has no attempt left and is in nobody's hands.
GIVEN_UP = """
UPDATE clients_letter SET leased_until = NULL WHERE sent_at IS NULL AND attempts >= 3;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0009_calendar_feeds"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("content", models.BinaryField(verbose_name="content")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
            ],
            options={
                "verbose_name": "attached file",
                "verbose_name_plural": "attached files",
            },
        ),
        migrations.AddField(
            model_name="letter",
            name="bounce_code",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=12, verbose_name="code"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="bounce_note",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="why it bounced"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="bounced_at",
            field=models.DateTimeField(null=True, verbose_name="bounced"),
        ),
        migrations.AddField(
            model_name="letter",
            name="handed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="is_once",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="letter",
            name="message_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=("message_id",),
                name="letter_message_id_once",
            ),
        ),
        migrations.AddField(
            model_name="letterfile",
            name="client",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="letterfile",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="clients.letter",
            ),
        ),
        sql(GIVEN_UP),
    ]
