"""The checklist of an ending, archives, and the last day of a portal."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from smm_agency.lib.row_security import client_rows


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0019_brief_and_import"),
    ]

    operations = [
        migrations.AddField(
            model_name="client",
            name="forgotten_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="portal_until",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="The last day of the client's people after the work has ended.",
                null=True,
                verbose_name="portal open until",
            ),
        ),
        migrations.CreateModel(
            name="ArchiveJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "made_for",
                    models.CharField(
                        choices=[("client", "for the client"), ("agency", "for the agency")],
                        default="client",
                        max_length=6,
                        verbose_name="for whom",
                    ),
                ),
                (
                    "has_callers",
                    models.BooleanField(default=False, verbose_name="with the callers' numbers"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("running", "is being made"),
                            ("done", "ready"),
                            ("failed", "failed"),
                            ("deleted", "deleted"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("steps_done", models.PositiveIntegerField(default=0, verbose_name="steps done")),
                ("steps", models.PositiveIntegerField(default=0, verbose_name="steps")),
                ("step", models.CharField(blank=True, max_length=120, verbose_name="now")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("lease_token", models.UUIDField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="asked for"
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="error")),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("size", models.PositiveBigIntegerField(null=True, verbose_name="size, bytes")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                ("counts", models.JSONField(default=dict, verbose_name="contents")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by whom",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="archives",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "archive of a client",
                "verbose_name_plural": "archives of clients",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ArchivePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
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
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="clients.archivejob",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of an archive",
                "verbose_name_plural": "parts of archives",
                "ordering": ["job", "number"],
            },
        ),
        migrations.CreateModel(
            name="EndingItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("scheduled_posts", "no post is scheduled any more"),
                            ("campaigns", "advertising and placements are stopped"),
                            (
                                "ad_balance",
                                "what is left on the ad accounts is returned or passed on",
                            ),
                            (
                                "access",
                                "the agency's people are out of the communities and accounts",
                            ),
                            ("keys", "keys of networks, ad accounts and call tracking are erased"),
                            ("numbers", "tracking numbers are released"),
                            ("final_report", "the final report is sent"),
                            ("final_act", "the final act is signed"),
                            ("materials", "materials are handed back"),
                            ("tasks", "no task is open"),
                            ("links", "secret addresses are revoked: approval, upload, calendars"),
                            ("portal", "the last day of the portal is set"),
                            ("archive", "the archive is made and handed over"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("done", "done"), ("not_needed", "not needed")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="when")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ending_items",
                        to="clients.client",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by whom",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of an ending",
                "verbose_name_plural": "items of an ending",
                "ordering": ["client", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="archivejob",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "running"])),
                fields=("client",),
                name="archive_one_at_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivepart",
            constraint=models.UniqueConstraint(fields=("job", "number"), name="archive_part_once"),
        ),
        migrations.AddConstraint(
            model_name="endingitem",
            constraint=models.UniqueConstraint(fields=("client", "code"), name="ending_item_once"),
        ),
        migrations.AddConstraint(
            model_name="endingitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "not_needed"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="ending_item_not_needed_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="endingitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "open"), ("decided_at__isnull", False), _connector="OR"
                ),
                name="ending_item_decided_has_moment",
            ),
        ),
        *client_rows("clients_endingitem"),
        *client_rows("clients_archivejob"),
        *client_rows("clients_archivepart", parents={"job_id": "clients_archivejob"}),
    ]
