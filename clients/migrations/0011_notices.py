"""Notices to people, how each wants them, and letters that can be switched off."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clients.models.user
from smm_agency.lib.row_security import client_rows


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_letters_with_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeBot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(blank=True, max_length=64)),
                ("offset", models.BigIntegerField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "verbose_name": "bot of notices",
                "verbose_name_plural": "bots of notices",
            },
        ),
        migrations.AddField(
            model_name="letter",
            name="is_digest",
            field=models.BooleanField(default=False, verbose_name="daily digest"),
        ),
        migrations.AddField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("flags", "flags"),
                    ("tasks", "my tasks"),
                    ("reviews", "KPI reviews"),
                    ("approvals", "approvals and the client's answers"),
                    ("materials", "materials"),
                    ("replies", "comments and messages that wait for an answer"),
                    ("incidents", "incidents and stops (urgent)"),
                    ("publications", "publications to check and failed ones"),
                    ("keys", "keys and accesses"),
                    ("budgets", "budgets"),
                    ("reports", "reports"),
                    ("data", "trouble with data"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="language",
            field=models.CharField(blank=True, max_length=2, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="letter",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="time_zone",
            field=models.CharField(
                blank=True,
                choices=clients.models.user.time_zone_choices,
                help_text="Empty: the agency's.",
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.CreateModel(
            name="Notice",
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
                            ("flags", "flags"),
                            ("tasks", "my tasks"),
                            ("reviews", "KPI reviews"),
                            ("approvals", "approvals and the client's answers"),
                            ("materials", "materials"),
                            ("replies", "comments and messages that wait for an answer"),
                            ("incidents", "incidents and stops (urgent)"),
                            ("publications", "publications to check and failed ones"),
                            ("keys", "keys and accesses"),
                            ("budgets", "budgets"),
                            ("reports", "reports"),
                            ("data", "trouble with data"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("path", models.CharField(blank=True, max_length=300, verbose_name="page")),
                (
                    "written_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="written"),
                ),
                ("is_on_dashboard", models.BooleanField(default=True)),
                ("read_at", models.DateTimeField(null=True, verbose_name="read")),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-written_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
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
                            ("flags", "flags"),
                            ("tasks", "my tasks"),
                            ("reviews", "KPI reviews"),
                            ("approvals", "approvals and the client's answers"),
                            ("materials", "materials"),
                            ("replies", "comments and messages that wait for an answer"),
                            ("incidents", "incidents and stops (urgent)"),
                            ("publications", "publications to check and failed ones"),
                            ("keys", "keys and accesses"),
                            ("budgets", "budgets"),
                            ("reports", "reports"),
                            ("data", "trouble with data"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("dashboard", "in the workbench"),
                            ("email", "by e-mail"),
                            ("telegram", "by Telegram"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "when",
                    models.CharField(
                        choices=[
                            ("off", "off"),
                            ("at_once", "at once"),
                            ("digest", "daily digest"),
                        ],
                        max_length=8,
                        verbose_name="when",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of notices",
                "verbose_name_plural": "choices of notices",
            },
        ),
        migrations.CreateModel(
            name="NoticeDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("dashboard", "in the workbench"),
                            ("email", "by e-mail"),
                            ("telegram", "by Telegram"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("is_digest", models.BooleanField(verbose_name="by the digest")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sent", "sent"),
                            ("unknown", "it is not known whether it arrived"),
                            ("given_up", "given up"),
                            ("dropped", "not sent"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("is_begun", models.BooleanField(default=False)),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="error")),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="clients.notice",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="NoticeHabits",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=9,
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="hour of the digest",
                    ),
                ),
                (
                    "quiet_from",
                    models.PositiveSmallIntegerField(
                        default=21,
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="quiet from",
                    ),
                ),
                (
                    "quiet_until",
                    models.PositiveSmallIntegerField(
                        default=8,
                        help_text="The same hour twice: never quiet.",
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="quiet until",
                    ),
                ),
                ("chat_id", models.CharField(blank=True, max_length=20)),
                ("chat_since", models.DateTimeField(null=True)),
                ("chat_lost_at", models.DateTimeField(null=True)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("code_until", models.DateTimeField(null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_habits",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "habits of notices",
                "verbose_name_plural": "habits of notices",
            },
        ),
        migrations.CreateModel(
            name="MailRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254, verbose_name="address")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("flags", "flags"),
                            ("tasks", "my tasks"),
                            ("reviews", "KPI reviews"),
                            ("approvals", "approvals and the client's answers"),
                            ("materials", "materials"),
                            ("replies", "comments and messages that wait for an answer"),
                            ("incidents", "incidents and stops (urgent)"),
                            ("publications", "publications to check and failed ones"),
                            ("keys", "keys and accesses"),
                            ("budgets", "budgets"),
                            ("reports", "reports"),
                            ("data", "trouble with data"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "refused_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="refused"),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_refusals",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "refusal of letters",
                "verbose_name_plural": "refusals of letters",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "address", "kind"), name="mail_refusal_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at", None)),
                fields=["person", "-written_at"],
                name="notice_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("person", "key"), name="notice_once"),
        ),
        migrations.AddConstraint(
            model_name="noticechoice",
            constraint=models.UniqueConstraint(
                fields=("person", "kind", "channel"), name="notice_choice_once"
            ),
        ),
        migrations.AddIndex(
            model_name="noticedelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["channel", "due_at"],
                name="notice_delivery_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedelivery",
            constraint=models.UniqueConstraint(
                fields=("notice", "channel"), name="notice_delivery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticehabits",
            constraint=models.UniqueConstraint(
                condition=models.Q(("chat_id", ""), _negated=True),
                fields=("chat_id",),
                name="notice_chat_of_one_person",
            ),
        ),
        *client_rows("clients_mailrefusal"),
    ]
