"""People: hand overs; one may stand in for two colleagues of a role; the portal says for whom."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from smm_agency.lib.row_security import PORTAL_ROLE, client_rows, sql


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0016_papers_moved"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="at"),
                ),
                ("note", models.TextField(max_length=2000, verbose_name="note")),
                ("moved", models.JSONField(default=dict, verbose_name="what moved")),
            ],
            options={
                "verbose_name": "hand over",
                "verbose_name_plural": "hand overs",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="teammember",
            name="team_member_once",
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=models.UniqueConstraint(
                fields=("client", "user", "role", "starts_on", "stands_in_for"),
                name="team_member_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hand_overs",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="from",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by whom",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="receiver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="to",
            ),
        ),
        *client_rows("clients_handover"),
        # Whom a colleague stands in for, on the page of people.
        sql(
            f"GRANT SELECT (stands_in_for_id) ON clients_teammember TO {PORTAL_ROLE};",
            f"REVOKE SELECT (stands_in_for_id) ON clients_teammember FROM {PORTAL_ROLE};",
        ),
    ]
