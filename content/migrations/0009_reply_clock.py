"""Business hours, the reply clock, negative cases, spikes; rows of one client stay its own."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clients.models.client
import content.models.hours
from smm_agency.lib.row_security import client_rows


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_letters"),
        ("content", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BusinessHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "starts_on",
                    models.DateField(
                        help_text="What came in before that day keeps its times.",
                        verbose_name="from",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        blank=True,
                        choices=clients.models.client.time_zone_choices,
                        help_text="Empty: the client's.",
                        max_length=64,
                        verbose_name="time zone",
                    ),
                ),
                (
                    "monday",
                    models.CharField(
                        blank=True,
                        default="10:00–19:00",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="Monday",
                    ),
                ),
                (
                    "tuesday",
                    models.CharField(
                        blank=True,
                        default="10:00–19:00",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="Tuesday",
                    ),
                ),
                (
                    "wednesday",
                    models.CharField(
                        blank=True,
                        default="10:00–19:00",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="Wednesday",
                    ),
                ),
                (
                    "thursday",
                    models.CharField(
                        blank=True,
                        default="10:00–19:00",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="Thursday",
                    ),
                ),
                (
                    "friday",
                    models.CharField(
                        blank=True,
                        default="10:00–19:00",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="Friday",
                    ),
                ),
                (
                    "saturday",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="Saturday",
                    ),
                ),
                (
                    "sunday",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="Sunday",
                    ),
                ),
                (
                    "closed_on_holidays",
                    models.BooleanField(
                        default=True,
                        help_text="By the calendar of the client's country.",
                        verbose_name="closed on public holidays",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="written down",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="business_hours",
                        to="clients.client",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by whom",
                    ),
                ),
            ],
            options={
                "verbose_name": "business hours",
                "verbose_name_plural": "business hours",
                "ordering": ["client", "-starts_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "starts_on"),
                        name="business_hours_once_a_day",
                        violation_error_message="The client has hours from that day already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("friday", ""),
                            ("monday", ""),
                            ("saturday", ""),
                            ("sunday", ""),
                            ("thursday", ""),
                            ("tuesday", ""),
                            ("wednesday", ""),
                            _negated=True,
                        ),
                        name="business_hours_open_sometimes",
                        violation_error_message="Name at least one shift: nobody could be answered.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "shifts",
                    models.CharField(
                        blank=True,
                        help_text="Such as 10:00–15:00; empty: closed.",
                        max_length=100,
                        validators=[content.models.hours.check_shifts],
                        verbose_name="hours",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="why")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="special_days",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "day with other hours",
                "verbose_name_plural": "days with other hours",
                "ordering": ["client", "-day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "day"),
                        name="special_day_once",
                        violation_error_message="This day has its hours already.",
                    )
                ],
            },
        ),
        *client_rows("content_businesshours"),
        *client_rows("content_specialday"),
    ]
