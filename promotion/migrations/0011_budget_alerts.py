"""Alerts of the budget, which only staff reads; who may book above a budget."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from smm_agency.lib.row_security import client_rows


class Migration(migrations.Migration):
    dependencies = [
        ("promotion", "0010_promo_actions"),
        ("clients", "0006_marking_rules"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="campaign",
            options={
                "ordering": ["client", "-starts_on"],
                "permissions": [("exceed_budget", "Can book above a budget, with a reason")],
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
            },
        ),
        migrations.CreateModel(
            name="BudgetAlert",
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
                            ("underspend", "spends less than planned"),
                            ("overspend", "spends more than planned"),
                            ("stopped", "the ads stand still"),
                            ("paused_with_budget", "paused with money left"),
                            ("stale", "no fresh figures"),
                            ("no_calls", "money spent, no call"),
                        ],
                        max_length=18,
                        verbose_name="kind",
                    ),
                ),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="over since"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budget_alerts",
                        to="promotion.adaccount",
                        verbose_name="ad account",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budget_alerts",
                        to="promotion.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budget_alerts",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert of the budget",
                "verbose_name_plural": "alerts of the budget",
                "ordering": ["-opened_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("client", "campaign", "account", "kind"),
                        name="budget_alert_one_open",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("campaign", None), ("account", None), _connector="OR"),
                        name="budget_alert_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None),
                            ("closed_at__gte", models.F("opened_at")),
                            _connector="OR",
                        ),
                        name="budget_alert_closed_after_opened",
                    ),
                ],
            },
        ),
        *client_rows(
            "promotion_budgetalert",
            parents={"campaign_id": "promotion_campaign", "account_id": "promotion_adaccount"},
        ),
    ]
