"""Material of the client, the media bank, slots, recurring posts, files of plans."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import smm_agency.lib.encryption
from smm_agency.lib.row_security import Portal, client_rows

# What the client is asked for, without who of the agency asked and whom of the client.
REQUEST = [
    "id", "client_id", "post_id", "service_id", "what", "why", "due_on", "asked_at", "state",
    "received_at",
]  # fmt: skip
ROW_SECURITY = [
    *client_rows(
        "content_materialrequest",
        parents={"post_id": "content_post", "contact_id": "clients_contact"},
        portal=Portal(REQUEST, where="state IN ('open', 'received')"),
    ),
    *client_rows(
        "content_materialfile",
        parents={"request_id": "content_materialrequest", "file_id": "communities_clientfile"},
    ),
    *client_rows("content_uploadlink", parents={"request_id": "content_materialrequest"}),
    *client_rows(
        "content_mediaitem",
        parents={"file_id": "communities_clientfile", "request_id": "content_materialrequest"},
    ),
    *client_rows("content_standingfact"),
    *client_rows("content_postingslot", parents={"community_id": "communities_community"}),
    *client_rows("content_recurringpost", parents={"rubric_id": "strategy_rubric"}),
    *client_rows(
        "content_recurringcommunity",
        parents={
            "recurring_id": "content_recurringpost",
            "community_id": "communities_community",
        },
    ),
    *client_rows(
        "content_occurrence",
        parents={"recurring_id": "content_recurringpost", "post_id": "content_post"},
    ),
    *client_rows("content_planfile"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_letters"),
        ("communities", "0009_refused_pages"),
        ("strategy", "0009_parts_of_a_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("content", "0003_planned_from_grid"),
    ]

    operations = [
        migrations.CreateModel(
            name="MaterialRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=200, verbose_name="what is asked")),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        help_text="The client reads this: what it is for, and how it should look.",
                        max_length=500,
                        verbose_name="what for",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="needed by")),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="asked"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "asked for"),
                            ("received", "received"),
                            ("cancelled", "no longer needed"),
                        ],
                        default="open",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        blank=True,
                        editable=False,
                        max_length=20000,
                        verbose_name="what the client wrote",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="received"),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="cancelled"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="reason"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cancelled by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="material_requests",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        help_text="Gets the letters and reminders. Empty: nobody is reminded.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="clients.contact",
                        verbose_name="asked of",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="material_requests",
                        to="content.post",
                        verbose_name="for which post",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty: it came by a link.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken in by",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"is_client_only": True},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.service",
                        verbose_name="kind of material",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for material",
                "verbose_name_plural": "requests for material",
                "ordering": ["due_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MaterialFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "is_scanned",
                    models.BooleanField(default=False, verbose_name="scanned for viruses"),
                ),
                (
                    "came_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="came"),
                ),
                (
                    "came_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken in by",
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
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="material",
                        to="communities.clientfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="content.materialrequest",
                        verbose_name="request",
                    ),
                ),
            ],
            options={
                "verbose_name": "received file",
                "verbose_name_plural": "received files",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="MediaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("own", "made by the agency"),
                            ("client", "the client's material"),
                            ("users", "members of the community"),
                            ("curated", "curated from the internet"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_url",
                    models.URLField(
                        blank=True, max_length=1000, verbose_name="address of the source"
                    ),
                ),
                (
                    "rights",
                    models.CharField(
                        help_text="Whose it is, and by what we may use it: a contract, a licence, a release.",
                        max_length=300,
                        verbose_name="rights",
                    ),
                ),
                (
                    "credit",
                    models.CharField(
                        blank=True,
                        help_text="Who must be named in the post.",
                        max_length=200,
                        verbose_name="credit",
                    ),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: without an end.",
                        null=True,
                        verbose_name="rights run until",
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="Separated by commas.",
                        size=None,
                        verbose_name="tags",
                    ),
                ),
                (
                    "is_scanned",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="scanned for viruses"
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="taken out"),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="added"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media",
                        to="clients.client",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="media",
                        to="communities.clientfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="media",
                        to="content.materialrequest",
                        verbose_name="came for the request",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of the media bank",
                "verbose_name_plural": "media bank",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PlanFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("size", models.PositiveIntegerField(verbose_name="size, bytes")),
                (
                    "content",
                    smm_agency.lib.encryption.EncryptedTextField(editable=False, null=True),
                ),
                ("choices", models.JSONField(default=dict, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewed", "waits for confirmation"),
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
                ("taken", models.PositiveIntegerField(default=0, verbose_name="taken")),
                ("known", models.PositiveIntegerField(default=0, verbose_name="known before")),
                ("refused", models.PositiveIntegerField(default=0, verbose_name="wrong")),
                (
                    "problems",
                    models.JSONField(default=list, editable=False, verbose_name="wrong rows"),
                ),
                (
                    "error",
                    models.CharField(blank=True, max_length=500, verbose_name="why it was refused"),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="at"),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan_files",
                        to="clients.client",
                    ),
                ),
                (
                    "finished_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a plan",
                "verbose_name_plural": "files of plans",
                "ordering": ["-uploaded_at"],
            },
        ),
        migrations.CreateModel(
            name="PostingSlot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("time", models.TimeField(help_text="By the client's clock.", verbose_name="time")),
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
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="communities.community",
                        verbose_name="community",
                    ),
                ),
            ],
            options={
                "verbose_name": "posting slot",
                "verbose_name_plural": "posting slots",
                "ordering": ["community", "weekday", "time"],
            },
        ),
        migrations.CreateModel(
            name="RecurringPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="topic")),
                ("text", models.TextField(blank=True, max_length=30000, verbose_name="text")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("photo", "photo"),
                            ("carousel", "carousel"),
                            ("video", "video"),
                            ("clip", "clip, reel"),
                            ("story", "story"),
                            ("poll", "poll"),
                            ("live", "live broadcast"),
                            ("article", "article"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="format",
                    ),
                ),
                (
                    "goal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reach", "reach"),
                            ("engagement", "engagement"),
                            ("trust", "trust"),
                            ("sale", "sale"),
                            ("call", "phone call"),
                        ],
                        max_length=12,
                        verbose_name="goal",
                    ),
                ),
                ("hashtags", models.CharField(blank=True, max_length=400, verbose_name="hashtags")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("own", "made by the agency"),
                            ("client", "the client's material"),
                            ("users", "members of the community"),
                            ("curated", "curated from the internet"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "text_work",
                    models.CharField(
                        choices=[
                            ("written", "written"),
                            ("material", "written from the client's material"),
                            ("rewrite", "rewrite"),
                            ("repost", "repost"),
                        ],
                        max_length=10,
                        verbose_name="work on the text",
                    ),
                ),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("weekly", "every week on these days"),
                            ("monthly", "every month on this day"),
                            ("month_end", "on the last day of every month"),
                        ],
                        max_length=9,
                        verbose_name="how often",
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            choices=[
                                (0, "Monday"),
                                (1, "Tuesday"),
                                (2, "Wednesday"),
                                (3, "Thursday"),
                                (4, "Friday"),
                                (5, "Saturday"),
                                (6, "Sunday"),
                            ]
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="weekdays",
                    ),
                ),
                (
                    "month_day",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="A month that has no such day takes its last one.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(31),
                        ],
                        verbose_name="day of the month",
                    ),
                ),
                (
                    "time",
                    models.TimeField(
                        help_text="By the client's clock. A time that the change of clocks skips goes out as much later as was skipped; one that comes twice goes out the first time.",
                        verbose_name="time",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "exceptions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(),
                        blank=True,
                        default=list,
                        help_text="Days without it, separated by commas.",
                        size=None,
                        verbose_name="except on",
                    ),
                ),
                (
                    "days_ahead",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(62),
                        ],
                        verbose_name="made ahead, days",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="on")),
                (
                    "made_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"is_staff": True},
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recurring_posts",
                        to="clients.client",
                    ),
                ),
                (
                    "rubric",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_posts",
                        to="strategy.rubric",
                        verbose_name="rubric",
                    ),
                ),
            ],
            options={
                "verbose_name": "recurring post",
                "verbose_name_plural": "recurring posts",
                "ordering": ["client", "title"],
            },
        ),
        migrations.CreateModel(
            name="RecurringCommunity",
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
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="content.recurringpost",
                    ),
                ),
            ],
            options={
                "verbose_name": "community of a recurring post",
                "verbose_name_plural": "communities of a recurring post",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("made_as", models.CharField(editable=False, max_length=64)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made"),
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
                    "post",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="occurrence",
                        to="content.post",
                        verbose_name="post",
                    ),
                ),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occurrences",
                        to="content.recurringpost",
                        verbose_name="recurring post",
                    ),
                ),
            ],
            options={
                "verbose_name": "occurrence of a recurring post",
                "verbose_name_plural": "occurrences of a recurring post",
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="StandingFact",
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
                            ("price", "price"),
                            ("service", "service"),
                            ("person", "person"),
                            ("hours", "opening hours"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="Small Latin letters, such as price_cleaning: {price_cleaning} in a reply.",
                        max_length=40,
                        verbose_name="name in texts",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="what it is")),
                ("value", models.TextField(max_length=1000, verbose_name="value")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="Its last day; you are reminded a week before. Empty: until it is changed.",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                (
                    "checked_on",
                    models.DateField(
                        blank=True,
                        help_text="When it was last confirmed.",
                        null=True,
                        verbose_name="asked of the client",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facts",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "standing fact",
                "verbose_name_plural": "standing facts",
                "ordering": ["client", "kind", "title"],
            },
        ),
        migrations.CreateModel(
            name="UploadLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="works until")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                ("used_at", models.DateTimeField(null=True, verbose_name="last used")),
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
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="content.materialrequest",
                        verbose_name="request",
                    ),
                ),
            ],
            options={
                "verbose_name": "upload link",
                "verbose_name_plural": "upload links",
                "ordering": ["-made_at"],
            },
        ),
        migrations.AddIndex(
            model_name="materialrequest",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["due_on"], name="material_open"
            ),
        ),
        migrations.AddIndex(
            model_name="materialrequest",
            index=models.Index(fields=["client", "due_on"], name="material_client_due"),
        ),
        migrations.AddConstraint(
            model_name="materialrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at", None), ("received_at", None), ("state", "open")),
                    models.Q(
                        ("cancelled_at", None),
                        ("received_at__isnull", False),
                        ("state", "received"),
                    ),
                    models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                    _connector="OR",
                ),
                name="material_state_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="mediaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rights", ""), _negated=True), models.Q(("source", ""), _negated=True)
                ),
                name="media_has_rights",
                violation_error_message="Say whose the file is, and where it comes from.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state", "previewed")),
                    models.Q(
                        models.Q(("state", "previewed"), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="plan_file_finished_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="postingslot",
            constraint=models.UniqueConstraint(
                fields=("community", "weekday", "time"),
                name="posting_slot_once",
                violation_error_message="The community has this slot already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="postingslot",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)), name="posting_slot_weekday"
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringpost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rhythm", "weekly"), ("weekdays__len__gte", 1)),
                    models.Q(("month_day__gte", 1), ("month_day__lte", 31), ("rhythm", "monthly")),
                    ("rhythm", "month_end"),
                    _connector="OR",
                ),
                name="recurring_has_days",
                violation_error_message="Say on which days: weekdays, or the day of the month.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringpost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="recurring_ends_after_start",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringcommunity",
            constraint=models.UniqueConstraint(
                fields=("recurring", "community"),
                name="recurring_community_once",
                violation_error_message="The post goes out in this community already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.UniqueConstraint(fields=("recurring", "day"), name="occurrence_once"),
        ),
        migrations.AddConstraint(
            model_name="standingfact",
            constraint=models.UniqueConstraint(
                fields=("client", "code"),
                name="fact_once",
                violation_error_message="The client has a fact of that name already.",
            ),
        ),
        *ROW_SECURITY,
    ]
