"""Files of costs and results, and their remembered columns: staff only."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import smm_agency.lib.encryption
from smm_agency.lib.row_security import client_rows


class Migration(migrations.Migration):
    dependencies = [
        ("promotion", "0011_budget_alerts"),
        ("clients", "0006_marking_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CostColumns",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ads", "figures of an ad account"),
                            ("placements", "results of placements"),
                            ("costs", "costs"),
                        ],
                        max_length=10,
                        verbose_name="what it holds",
                    ),
                ),
                ("fingerprint", models.CharField(editable=False, max_length=64)),
                (
                    "mapping",
                    models.JSONField(default=dict, editable=False, verbose_name="what they become"),
                ),
                (
                    "saved_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="at"
                    ),
                ),
            ],
            options={
                "verbose_name": "remembered columns of costs",
                "verbose_name_plural": "remembered columns of costs",
                "ordering": ["client", "kind", "-saved_at"],
            },
        ),
        migrations.CreateModel(
            name="CostFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ads", "figures of an ad account"),
                            ("placements", "results of placements"),
                            ("costs", "costs"),
                        ],
                        max_length=10,
                        verbose_name="what it holds",
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("file_hash", models.CharField(editable=False, max_length=64)),
                ("size", models.PositiveIntegerField(verbose_name="size, bytes")),
                (
                    "content",
                    smm_agency.lib.encryption.EncryptedTextField(editable=False, null=True),
                ),
                ("choices", models.JSONField(default=dict, editable=False)),
                ("preview", models.JSONField(default=dict, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewed", "waits for confirmation"),
                            ("waiting", "being taken"),
                            ("taken", "taken"),
                            ("refused", "refused"),
                            ("cancelled", "cancelled"),
                        ],
                        default="previewed",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("new", models.PositiveIntegerField(default=0, verbose_name="new")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="changed")),
                ("same", models.PositiveIntegerField(default=0, verbose_name="the same")),
                ("left_out", models.PositiveIntegerField(default=0, verbose_name="left out")),
                ("refused", models.PositiveIntegerField(default=0, verbose_name="wrong")),
                ("problems", models.JSONField(default=list, editable=False)),
                (
                    "error",
                    models.CharField(blank=True, max_length=500, verbose_name="why it was refused"),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="at"),
                ),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                ("leased_until", models.DateTimeField(editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "file of costs",
                "verbose_name_plural": "files of costs",
                "ordering": ["-uploaded_at"],
            },
        ),
        migrations.AddField(
            model_name="cost",
            name="file_key",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="cost",
            constraint=models.UniqueConstraint(
                condition=models.Q(("file_key", ""), _negated=True),
                fields=("client", "file_key"),
                name="promotion_cost_once_of_a_file",
                violation_error_message="This row of a file has been taken already.",
            ),
        ),
        migrations.AddField(
            model_name="costcolumns",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cost_columns",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="costcolumns",
            name="saved_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="costfile",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="promotion.adaccount",
                verbose_name="ad account",
            ),
        ),
        migrations.AddField(
            model_name="costfile",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cost_files",
                to="promotion.campaign",
                verbose_name="campaign",
            ),
        ),
        migrations.AddField(
            model_name="costfile",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cost_files",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="costfile",
            name="finished_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="costfile",
            name="uploaded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddConstraint(
            model_name="costcolumns",
            constraint=models.UniqueConstraint(
                fields=("client", "kind", "fingerprint"), name="cost_columns_once"
            ),
        ),
        migrations.AddIndex(
            model_name="costfile",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["uploaded_at"],
                name="cost_file_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="costfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__isnull", False), ("kind", "ads")),
                    models.Q(models.Q(("kind", "ads"), _negated=True), ("account", None)),
                    _connector="OR",
                ),
                name="cost_file_of_account",
                violation_error_message="Figures of ads belong to an ad account.",
            ),
        ),
        *client_rows(
            "promotion_costfile",
            parents={
                "account_id": "promotion_adaccount",
                "campaign_id": "promotion_campaign",
            },
        ),
        *client_rows("promotion_costcolumns"),
    ]
