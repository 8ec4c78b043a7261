"""Monthly reports: their settings, their editions and the way of each to its addresses."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from smm_agency.lib.row_security import Portal, client_rows, sql

# A report that was sent stays as it is, but for the erasure of its client.
KEEP = """
CREATE FUNCTION kpi_keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'sent' OR strategy_is_erased(OLD.client_id) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'A report that was sent does not change; make the next edition.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_report BEFORE UPDATE OR DELETE ON kpi_report
    FOR EACH ROW EXECUTE FUNCTION kpi_keep_report();
"""
RELEASE = "DROP FUNCTION kpi_keep_report() CASCADE;"
SHOWN = [
    "id", "client_id", "starts_on", "ends_on", "number", "replaces_id", "state", "figures",
    "cover_text", "corrected", "pdf", "xlsx", "sent_at",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_letters_with_files"),
        ("kpi", "0024_portal_reads_causes_and_forecast"),
        ("strategy", "0003_freeze_approved"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(editable=False, verbose_name="from")),
                ("ends_on", models.DateField(editable=False, verbose_name="to")),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, verbose_name="edition"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("draft", "draft"),
                            ("ready", "approved"),
                            ("sent", "sent"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "waits_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("review", "the KPI review that covers the end of the month"),
                            ("pause", "the end of the pause"),
                        ],
                        default="",
                        editable=False,
                        max_length=8,
                        verbose_name="waits for",
                    ),
                ),
                ("figures", models.JSONField(editable=False, null=True, verbose_name="figures")),
                (
                    "cover_text",
                    models.TextField(
                        blank=True,
                        help_text="What the client reads first, in the e-mail and in the portal.",
                        max_length=4000,
                        verbose_name="covering text",
                    ),
                ),
                (
                    "corrected",
                    models.TextField(
                        blank=True,
                        help_text="The client reads it with the new edition.",
                        max_length=1000,
                        verbose_name="what was corrected",
                    ),
                ),
                ("pdf", models.BinaryField(null=True)),
                ("pdf_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("xlsx", models.BinaryField(null=True)),
                ("xlsx_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "made_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="made"
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="approved"),
                ),
                ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="sent")),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="clients.client",
                        verbose_name="client",
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
                (
                    "replaces",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="kpi.report",
                        verbose_name="replaces",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="kpi.kpireview",
                        verbose_name="KPI review",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ["-starts_on", "client__name", "-number"],
            },
        ),
        migrations.CreateModel(
            name="ReportDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="sending")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("address", models.EmailField(max_length=254, verbose_name="to")),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="asked for"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.letter",
                        verbose_name="letter",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="kpi.report",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery of a report",
                "verbose_name_plural": "deliveries of reports",
                "ordering": ["-number", "address"],
            },
        ),
        migrations.CreateModel(
            name="ReportSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "day",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="From this day on, by the client's time, the report of the last month is made.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="day of the month",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("review", "read by a person before it is sent"),
                            ("automatic", "sent at once"),
                        ],
                        default="review",
                        help_text="Without a closed KPI review nothing is sent, whatever stands here.",
                        max_length=10,
                        verbose_name="sending",
                    ),
                ),
                (
                    "is_paused",
                    models.BooleanField(
                        default=False,
                        help_text="Nothing is made and nothing is sent.",
                        verbose_name="paused",
                    ),
                ),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_settings",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of reports",
                "verbose_name_plural": "settings of reports",
                "ordering": ["client__name"],
            },
        ),
        migrations.CreateModel(
            name="ReportRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "settings",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="kpi.reportsettings",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient of reports",
                "verbose_name_plural": "recipients of reports",
            },
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("client", "starts_on", "number"), name="report_edition_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "sent"), _negated=True),
                fields=("client", "starts_on"),
                name="report_one_unsent",
                violation_error_message="There is a report of this month that is not sent yet.",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("figures__isnull", True),
                        ("review", None),
                        ("state", "waiting"),
                        models.Q(("waits_for", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "waiting"), _negated=True),
                        ("figures__isnull", False),
                        ("review__isnull", False),
                        ("waits_for", ""),
                    ),
                    _connector="OR",
                ),
                name="report_made_of_a_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at", None), ("pdf", None), ("state__in", ["waiting", "draft"])
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("pdf__isnull", False),
                        ("state__in", ["ready", "sent"]),
                        ("xlsx__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="report_approved_has_files",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                    _connector="OR",
                ),
                name="report_sent_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("replaces", None)),
                    models.Q(
                        ("number__gt", 1),
                        ("replaces__isnull", False),
                        models.Q(("corrected", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="report_edition_replaces",
                violation_error_message="Say what was corrected.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportdelivery",
            constraint=models.UniqueConstraint(
                fields=("report", "number", "address"), name="report_delivery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("day__gte", 1), ("day__lte", 28)),
                name="report_settings_day",
                violation_error_message="Give a day from 1 to 28: every month has it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportrecipient",
            constraint=models.UniqueConstraint(
                fields=("settings", "contact"),
                name="report_recipient_once",
                violation_error_message="This contact is among the recipients already.",
            ),
        ),
        *client_rows("kpi_reportsettings"),
        *client_rows(
            "kpi_reportrecipient",
            parents={"settings_id": "kpi_reportsettings", "contact_id": "clients_contact"},
        ),
        *client_rows(
            "kpi_report",
            parents={"review_id": "kpi_kpireview", "replaces_id": "kpi_report"},
            portal=Portal(SHOWN, "state = 'sent'"),
        ),
        *client_rows("kpi_reportdelivery", parents={"report_id": "kpi_report"}),
        sql(KEEP, RELEASE),
    ]
