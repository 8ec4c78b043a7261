"""Deals, and the assessment of promotion that is frozen once it is finished."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clients.models.client
from smm_agency.lib.row_security import Portal, client_rows, sql

# Of a finished assessment only what is shown, and our own note, may change.
KEEP = """
CREATE FUNCTION kpi_keep_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later text[] := ARRAY['is_shown', 'note', 'made_by_id', 'finished_by_id'];
BEGIN
    IF OLD.finished_at IS NOT NULL
        AND (to_jsonb(NEW) - later) IS DISTINCT FROM (to_jsonb(OLD) - later)
    THEN
        RAISE EXCEPTION 'A finished assessment does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_assessment BEFORE UPDATE ON kpi_promotionassessment
    FOR EACH ROW EXECUTE FUNCTION kpi_keep_assessment();
"""
RELEASE = "DROP FUNCTION kpi_keep_assessment() CASCADE;"
SHOWN = [
    "id", "client_id", "starts_on", "ends_on", "figures", "verdict", "repeated", "stopped",
    "changes", "finished_at", "is_shown",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_marking_rules"),
        ("kpi", "0021_files_of_figures"),
        ("promotion", "0006_row_security_of_promotion"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Deal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closed_on", models.DateField(verbose_name="closed on")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[clients.models.client.check_currency],
                        verbose_name="currency",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("manual", "typed in"), ("import", "file")],
                        default="manual",
                        editable=False,
                        max_length=6,
                        verbose_name="source",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(
                        blank=True,
                        help_text="In the client's own records: entered twice it stands once.",
                        max_length=120,
                        null=True,
                        verbose_name="number of the deal",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="internal note"),
                ),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        help_text="The deal belongs where the call came from.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="kpi.call",
                        verbose_name="call",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where the call is not known; empty: not known either.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="promotion.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deals",
                        to="clients.client",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "deal",
                "verbose_name_plural": "deals",
                "ordering": ["-closed_on", "-id"],
                "indexes": [models.Index(fields=["client", "closed_on"], name="deal_client_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "external_id"),
                        name="deal_once",
                        violation_error_message="This deal stands already.",
                    ),
                    models.UniqueConstraint(
                        fields=("call",),
                        name="deal_of_a_call",
                        violation_error_message="This call has its deal already: change it there.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="deal_amount_positive",
                        violation_error_message="An amount is not negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        name="deal_external_id_not_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PromotionAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(editable=False, verbose_name="from")),
                ("ends_on", models.DateField(editable=False, verbose_name="to")),
                ("figures", models.JSONField(editable=False, verbose_name="figures")),
                (
                    "counted_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="counted"
                    ),
                ),
                (
                    "verdict",
                    models.TextField(
                        blank=True,
                        help_text="For the client: what was reached of the KPI, and why.",
                        max_length=4000,
                        verbose_name="verdict",
                    ),
                ),
                (
                    "repeated",
                    models.TextField(blank=True, max_length=4000, verbose_name="what is repeated"),
                ),
                (
                    "stopped",
                    models.TextField(blank=True, max_length=4000, verbose_name="what is stopped"),
                ),
                (
                    "changes",
                    models.TextField(blank=True, max_length=4000, verbose_name="what changes"),
                ),
                (
                    "note",
                    models.TextField(blank=True, max_length=4000, verbose_name="internal note"),
                ),
                (
                    "finished_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="finished"
                    ),
                ),
                (
                    "is_shown",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        verbose_name="shown to the client",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promotion_assessments",
                        to="clients.client",
                    ),
                ),
                (
                    "finished_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="finished by",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "assessment of promotion",
                "verbose_name_plural": "assessments of promotion",
                "ordering": ["-ends_on", "-id"],
                "permissions": [("see_agency_fee", "Can see what the agency earns by promotion")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="promotion_assessment_ends_after_start",
                        violation_error_message="The last day is before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at", None),
                            models.Q(("verdict", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="promotion_assessment_finished_has_verdict",
                        violation_error_message="Write the verdict before it is finished.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_shown", False), ("finished_at__isnull", False), _connector="OR"
                        ),
                        name="promotion_assessment_shown_is_finished",
                        violation_error_message="Finish it before it is shown to the client.",
                    ),
                ],
            },
        ),
        *client_rows(
            "kpi_deal", parents={"call_id": "kpi_call", "campaign_id": "promotion_campaign"}
        ),
        *client_rows("kpi_promotionassessment", portal=Portal(SHOWN, where="is_shown")),
        sql(KEEP, RELEASE),
    ]
