"""Business hours, the reply clock, negative cases, spikes; rows of one client stay its own."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clients.models.client
import content.models.hours
from smm_agency.lib.row_security import Portal, client_rows, portal_policy

CLOCK = [
    "id", "client_id", "item_id", "since", "first_due_at", "closing_due_at", "first_taken",
    "closing_taken", "is_current",
]  # fmt: skip
INCIDENT = [
    "id", "client_id", "title", "state", "opened_at", "ended_at", "is_published", "shown_outcome",
]  # fmt: skip
# How soon people were answered, never who they are or what they wrote.
INBOX = [
    "id", "client_id", "kind", "category", "state", "needs_reply", "received_at", "heard_at",
    "first_reply_at", "closed_at",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_marking_rules"),
        ("communities", "0009_refused_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("content", "0008_inbox"),
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
            ],
            options={
                "verbose_name": "business hours",
                "verbose_name_plural": "business hours",
                "ordering": ["client", "-starts_on"],
            },
        ),
        migrations.CreateModel(
            name="ClockNotice",
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
                            ("first_soon", "soon to be answered"),
                            ("first_late", "not answered in time"),
                            ("closing_soon", "soon to be closed"),
                            ("closing_late", "not closed in time"),
                        ],
                        max_length=12,
                        verbose_name="what was told",
                    ),
                ),
                (
                    "told_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="told"),
                ),
            ],
            options={
                "verbose_name": "notice of the reply clock",
                "verbose_name_plural": "notices of the reply clock",
                "ordering": ["-told_at"],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="The client may be shown it: no names of those who wrote.",
                        max_length=160,
                        verbose_name="title",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("constructive", "constructive complaint"),
                            ("emotional", "emotional complaint"),
                            ("trolling", "trolling"),
                            ("fake", "fake"),
                            ("insult", "insult"),
                            ("crisis", "crisis"),
                        ],
                        max_length=12,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "low"), (2, "medium"), (3, "high")],
                        default=2,
                        verbose_name="severity",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("waiting", "waits for the client"),
                            ("solved", "solved"),
                            ("closed", "closed unsolved"),
                        ],
                        default="open",
                        editable=False,
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("deadline", models.DateTimeField(verbose_name="to be solved by")),
                (
                    "opened_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="opened"
                    ),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="ended")),
                (
                    "outcome",
                    models.TextField(
                        blank=True, editable=False, max_length=2000, verbose_name="outcome"
                    ),
                ),
                (
                    "is_published",
                    models.BooleanField(
                        default=False,
                        help_text="Its title, state, days and what is written for the client; nothing else.",
                        verbose_name="shown to the client",
                    ),
                ),
                (
                    "shown_outcome",
                    models.TextField(
                        blank=True,
                        help_text="No names of those who wrote.",
                        max_length=1000,
                        verbose_name="outcome for the client",
                    ),
                ),
                ("deadline_told_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "ordering": ["-opened_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="IncidentEntry",
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
                            ("note", "note"),
                            ("state", "state"),
                            ("escalation", "brought to the client"),
                            ("answer", "the client said"),
                            ("stop", "stop"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "by telephone"),
                            ("messenger", "in a messenger"),
                            ("email", "by e-mail"),
                            ("meeting", "in person"),
                        ],
                        max_length=9,
                        verbose_name="how",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="text")),
            ],
            options={
                "verbose_name": "entry of an incident",
                "verbose_name_plural": "entries of an incident",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="IncidentItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "comment of an incident",
                "verbose_name_plural": "comments of an incident",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ReplyClock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("question", "question, price, order"),
                            ("thanks", "thanks"),
                            ("constructive", "constructive complaint"),
                            ("emotional", "emotional complaint"),
                            ("trolling", "trolling"),
                            ("fake", "fake"),
                            ("insult", "insult"),
                            ("spam", "spam"),
                            ("crisis", "crisis"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="what it is",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="counted from")),
                ("first_warn_at", models.DateTimeField(null=True)),
                ("first_due_at", models.DateTimeField(null=True, verbose_name="to be answered by")),
                ("closing_warn_at", models.DateTimeField(null=True)),
                ("closing_due_at", models.DateTimeField(null=True, verbose_name="to be closed by")),
                (
                    "first_taken",
                    models.DurationField(null=True, verbose_name="first reply after, working time"),
                ),
                (
                    "closing_taken",
                    models.DurationField(null=True, verbose_name="closed after, working time"),
                ),
                ("is_current", models.BooleanField(default=True)),
                (
                    "set_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="computed"
                    ),
                ),
            ],
            options={
                "verbose_name": "reply clock",
                "verbose_name_plural": "reply clocks",
                "ordering": ["-set_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ReplyTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("question", "question, price, order"),
                            ("thanks", "thanks"),
                            ("constructive", "constructive complaint"),
                            ("emotional", "emotional complaint"),
                            ("trolling", "trolling"),
                            ("fake", "fake"),
                            ("insult", "insult"),
                            ("spam", "spam"),
                            ("crisis", "crisis"),
                            ("other", "other"),
                        ],
                        help_text="Empty: nobody has said yet what it is.",
                        max_length=12,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "first_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="first reply within, working minutes",
                    ),
                ),
                (
                    "closing_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="closed within, working minutes",
                    ),
                ),
            ],
            options={
                "verbose_name": "reply target",
                "verbose_name_plural": "reply targets",
                "ordering": ["client", "category"],
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
            ],
            options={
                "verbose_name": "day with other hours",
                "verbose_name_plural": "days with other hours",
                "ordering": ["client", "-day"],
            },
        ),
        migrations.CreateModel(
            name="Spike",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="from")),
                ("until", models.DateTimeField(verbose_name="to")),
                ("people", models.PositiveIntegerField(verbose_name="people who complained")),
                ("items", models.PositiveIntegerField(verbose_name="complaints")),
                ("before", models.PositiveIntegerField(verbose_name="people in the weeks before")),
                ("windows", models.PositiveSmallIntegerField(verbose_name="weeks before")),
                ("chance", models.FloatField(verbose_name="by chance alone")),
                ("limit", models.FloatField(verbose_name="smallest chance")),
                ("floor", models.PositiveSmallIntegerField(verbose_name="fewest people")),
            ],
            options={
                "verbose_name": "spike of negatives",
                "verbose_name_plural": "spikes of negatives",
                "ordering": ["-until"],
            },
        ),
        migrations.CreateModel(
            name="SpikeRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sensitivity",
                    models.CharField(
                        choices=[
                            ("sensitive", "sensitive"),
                            ("balanced", "balanced"),
                            ("strict", "strict"),
                        ],
                        max_length=9,
                        unique=True,
                        verbose_name="sensitivity",
                    ),
                ),
                (
                    "window_minutes",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(30),
                            django.core.validators.MaxValueValidator(2880),
                        ],
                        verbose_name="counted over, minutes",
                    ),
                ),
                (
                    "weeks",
                    models.PositiveSmallIntegerField(
                        default=8,
                        help_text="The same weekday and hours of each.",
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(26),
                        ],
                        verbose_name="held against so many weeks before",
                    ),
                ),
                (
                    "chance",
                    models.FloatField(
                        help_text="So many people or more by chance alone: rarer than this is a spike.",
                        validators=[
                            django.core.validators.MinValueValidator(1e-09),
                            django.core.validators.MaxValueValidator(0.1),
                        ],
                        verbose_name="smallest chance",
                    ),
                ),
                (
                    "floor",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Fewer people than that are no crisis, however quiet it used to be.",
                        validators=[django.core.validators.MinValueValidator(2)],
                        verbose_name="fewest people",
                    ),
                ),
                (
                    "cooldown_minutes",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="silent afterwards, minutes",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of spikes",
                "verbose_name_plural": "rules of spikes",
                "ordering": ["-chance"],
            },
        ),
        migrations.AddField(
            model_name="contentterms",
            name="sensitivity",
            field=models.CharField(
                choices=[
                    ("sensitive", "sensitive"),
                    ("balanced", "balanced"),
                    ("strict", "strict"),
                ],
                default="balanced",
                max_length=9,
                verbose_name="sensitivity to spikes of negatives",
            ),
        ),
        migrations.AddField(
            model_name="inboxitem",
            name="rating",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="rating, 1 to 5",
            ),
        ),
        migrations.AddField(
            model_name="stop",
            name="settled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="inboxitem",
            index=models.Index(fields=["received_at"], name="inbox_received"),
        ),
        migrations.AddField(
            model_name="businesshours",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="business_hours",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="businesshours",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by whom",
            ),
        ),
        migrations.AddField(
            model_name="clocknotice",
            name="client",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clocknotice",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clock_notices",
                to="content.inboxitem",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="incidents",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="ended_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by whom",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="opened_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="opened by",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                limit_choices_to={"is_staff": True},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who answers for it",
            ),
        ),
        migrations.AddField(
            model_name="stop",
            name="incident",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="stops",
                to="content.incident",
                verbose_name="incident",
            ),
        ),
        migrations.AddField(
            model_name="incidententry",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by whom",
            ),
        ),
        migrations.AddField(
            model_name="incidententry",
            name="client",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="incidententry",
            name="contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.contact",
                verbose_name="whom of the client",
            ),
        ),
        migrations.AddField(
            model_name="incidententry",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="content.incident",
            ),
        ),
        migrations.AddField(
            model_name="incidentitem",
            name="client",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="incidentitem",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="content.incident",
            ),
        ),
        migrations.AddField(
            model_name="incidentitem",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="incident_links",
                to="content.inboxitem",
                verbose_name="comment or message",
            ),
        ),
        migrations.AddField(
            model_name="replyclock",
            name="client",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="replyclock",
            name="hours",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="content.businesshours",
                verbose_name="business hours",
            ),
        ),
        migrations.AddField(
            model_name="replyclock",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="content.inboxitem",
                verbose_name="comment or message",
            ),
        ),
        migrations.AddField(
            model_name="replytarget",
            name="client",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: every client that has no target of its own.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reply_targets",
                to="clients.client",
                verbose_name="client",
            ),
        ),
        migrations.AddField(
            model_name="specialday",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="special_days",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="spike",
            name="client",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="spike",
            name="incident",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="spike",
                to="content.incident",
            ),
        ),
        migrations.AddConstraint(
            model_name="businesshours",
            constraint=models.UniqueConstraint(
                fields=("client", "starts_on"),
                name="business_hours_once_a_day",
                violation_error_message="The client has hours from that day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="businesshours",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="clocknotice",
            constraint=models.UniqueConstraint(fields=("item", "kind"), name="clock_notice_once"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["client", "state"], name="incident_client_state"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["solved", "closed"]),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    models.Q(("ended_at", None), ("state__in", ["open", "waiting"])),
                    _connector="OR",
                ),
                name="incident_ends_with_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidententry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "escalation"), _negated=True),
                    models.Q(("contact__isnull", False), models.Q(("channel", ""), _negated=True)),
                    _connector="OR",
                ),
                name="escalation_names_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentitem",
            constraint=models.UniqueConstraint(
                fields=("incident", "item"),
                name="incident_item_once",
                violation_error_message="This belongs to the incident already.",
            ),
        ),
        migrations.AddIndex(
            model_name="replyclock",
            index=models.Index(
                condition=models.Q(("first_taken", None), ("is_current", True)),
                fields=["first_warn_at"],
                name="reply_clock_unanswered",
            ),
        ),
        migrations.AddIndex(
            model_name="replyclock",
            index=models.Index(
                condition=models.Q(("closing_taken", None), ("is_current", True)),
                fields=["closing_warn_at"],
                name="reply_clock_unclosed",
            ),
        ),
        migrations.AddIndex(
            model_name="replyclock",
            index=models.Index(fields=["client", "since"], name="reply_clock_client_since"),
        ),
        migrations.AddConstraint(
            model_name="replyclock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("item",),
                name="reply_clock_one_current",
            ),
        ),
        migrations.AddConstraint(
            model_name="replytarget",
            constraint=models.UniqueConstraint(
                fields=("client", "category"),
                name="reply_target_once",
                nulls_distinct=False,
                violation_error_message="This kind has its target already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="specialday",
            constraint=models.UniqueConstraint(
                fields=("client", "day"),
                name="special_day_once",
                violation_error_message="This day has its hours already.",
            ),
        ),
        *client_rows("content_businesshours"),
        *client_rows("content_specialday"),
        *client_rows(
            "content_replyclock",
            parents={"item_id": "content_inboxitem", "hours_id": "content_businesshours"},
            portal=Portal(CLOCK),
        ),
        *client_rows("content_clocknotice", parents={"item_id": "content_inboxitem"}),
        *client_rows("content_incident", portal=Portal(INCIDENT, where="is_published")),
        *client_rows(
            "content_incidentitem",
            parents={"incident_id": "content_incident", "item_id": "content_inboxitem"},
        ),
        *client_rows(
            "content_incidententry",
            parents={"incident_id": "content_incident", "contact_id": "clients_contact"},
        ),
        *client_rows("content_spike", parents={"incident_id": "content_incident"}),
        *portal_policy("content_inboxitem", Portal(INBOX), "client_id"),
    ]
