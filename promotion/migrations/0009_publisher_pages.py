"""Pages that may be paid for a placement: the portal reads none of it."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clients.models.client
from smm_agency.lib.row_security import client_rows, sql


class Migration(migrations.Migration):
    dependencies = [
        ("promotion", "0008_reading_of_ad_accounts"),
        ("clients", "0006_marking_rules"),
        ("communities", "0009_refused_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="placement",
            name="despite_verdict",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=300,
                verbose_name="in spite of the verdict, because",
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="link_taken_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="PlacementCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="first look")),
                ("last_at", models.DateTimeField(verbose_name="last look")),
                ("looks", models.PositiveIntegerField(default=1, verbose_name="looks")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("stands", "stands"),
                            ("missing", "the network shows no such post"),
                            ("unknown", "no answer"),
                            ("uncheckable", "not checkable here"),
                        ],
                        max_length=11,
                        verbose_name="outcome",
                    ),
                ),
                ("posted_at", models.DateTimeField(blank=True, null=True, verbose_name="posted")),
                ("edited_at", models.DateTimeField(blank=True, null=True, verbose_name="edited")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
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
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="promotion.placement",
                    ),
                ),
            ],
            options={
                "verbose_name": "check of a placement's link",
                "verbose_name_plural": "checks of placements' links",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PlacementFactCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old", models.JSONField(verbose_name="was")),
                (
                    "corrected_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("hand", "typed in"),
                            ("file", "file"),
                            ("network", "the network"),
                        ],
                        max_length=7,
                        verbose_name="by",
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
                    "corrected_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "fact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="promotion.placementfact",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction of a placement's figures",
                "verbose_name_plural": "corrections of placements' figures",
                "ordering": ["-corrected_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PublisherCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=160, verbose_name="subject")),
                (
                    "geography",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="geography of the audience"
                    ),
                ),
                (
                    "marketplace",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("direct", "directly"),
                            ("vk_adblogger", "VK AdBlogger"),
                            ("telega_in", "Telega.in"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="bought through",
                    ),
                ),
                (
                    "admin_contact",
                    models.CharField(
                        blank=True,
                        help_text="Internal: the client's portal never shows it.",
                        max_length=300,
                        verbose_name="who to write to",
                    ),
                ),
                (
                    "err24",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Mean views of a post in 24 hours ÷ subscribers × 100.",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="ERR24, %",
                    ),
                ),
                (
                    "reach24",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="average reach in 24 h"
                    ),
                ),
                (
                    "told_on",
                    models.DateField(blank=True, null=True, verbose_name="these two as of"),
                ),
                (
                    "told_by",
                    models.CharField(
                        blank=True,
                        help_text="The page's own statistics, a catalogue of channels, a screenshot…",
                        max_length=160,
                        verbose_name="where they are from",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not checked"),
                            ("live", "the audience is live"),
                            ("doubtful", "doubtful"),
                            ("bought", "bought subscribers or views"),
                        ],
                        max_length=8,
                        verbose_name="check of the audience",
                    ),
                ),
                ("audience_on", models.DateField(blank=True, null=True, verbose_name="checked on")),
                (
                    "audience_note",
                    models.CharField(blank=True, max_length=300, verbose_name="what it showed"),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no verdict yet"),
                            ("repeat", "repeat"),
                            ("test", "test again"),
                            ("never", "never again"),
                        ],
                        editable=False,
                        max_length=6,
                        verbose_name="verdict",
                    ),
                ),
                (
                    "verdict_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="why"
                    ),
                ),
                (
                    "verdict_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="judged on"
                    ),
                ),
                (
                    "note",
                    models.TextField(blank=True, max_length=2000, verbose_name="internal note"),
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
                    "profile",
                    models.OneToOneField(
                        limit_choices_to={"relation": "publisher"},
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="publisher_card",
                        to="communities.profile",
                        verbose_name="page",
                    ),
                ),
                (
                    "verdict_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="judged by",
                    ),
                ),
            ],
            options={
                "verbose_name": "publisher page",
                "verbose_name_plural": "publisher pages",
                "ordering": ["client", "profile__title"],
                "permissions": [
                    (
                        "override_publishercard",
                        "Can place on a page in spite of the verdict “never again”",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublisherPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "vat",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "VAT is not stated"),
                            ("free", "no VAT"),
                            ("included", "VAT included"),
                            ("on_top", "VAT on top"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="VAT",
                    ),
                ),
                (
                    "vat_rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.01")),
                            django.core.validators.MaxValueValidator(Decimal("50")),
                        ],
                        verbose_name="VAT rate, %",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("1_24", "1/24"),
                            ("2_48", "2/48"),
                            ("3_72", "3/72"),
                            ("forever", "stays for good"),
                            ("story", "story"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="format",
                    ),
                ),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        db_default="RUB",
                        default="RUB",
                        max_length=3,
                        validators=[clients.models.client.check_currency],
                        verbose_name="currency",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="A letter, a price list, a link…",
                        max_length=160,
                        verbose_name="source",
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="promotion.publishercard",
                        verbose_name="publisher page",
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
            ],
            options={
                "verbose_name": "price of a publisher page",
                "verbose_name_plural": "prices of a publisher page",
                "ordering": ["format", "-since"],
            },
        ),
        migrations.AddConstraint(
            model_name="publishercard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("err24", None), ("reach24", None)),
                    ("told_on__isnull", False),
                    _connector="OR",
                ),
                name="publisher_figures_have_a_day",
                violation_error_message="Give the day of ERR24 and of the reach.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishercard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("audience", ""), ("audience_on__isnull", False), _connector="OR"
                ),
                name="publisher_check_has_a_day",
                violation_error_message="Give the day of the check of the audience.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishercard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", ""),
                    models.Q(
                        ("verdict_on__isnull", False),
                        models.Q(("verdict_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="publisher_verdict_has_a_reason",
                violation_error_message="A verdict has a day and a reason.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publisherprice",
            constraint=models.UniqueConstraint(
                fields=("card", "format", "since"),
                name="publisher_price_once",
                violation_error_message="This format has a price of that day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publisherprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gte", 0)),
                name="publisher_price_positive",
                violation_error_message="A price is not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publisherprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vat__in", ["included", "on_top"]), ("vat_rate__isnull", False)),
                    models.Q(("vat__in", ["", "free"]), ("vat_rate__isnull", True)),
                    _connector="OR",
                ),
                name="publisher_price_vat_rate",
                violation_error_message="Give the VAT rate where there is VAT, and only there.",
            ),
        ),
        *client_rows("promotion_publishercard", parents={"profile_id": "communities_profile"}),
        *client_rows("promotion_publisherprice", parents={"card_id": "promotion_publishercard"}),
        *client_rows(
            "promotion_placementfactcorrection", parents={"fact_id": "promotion_placementfact"}
        ),
        *client_rows("promotion_placementcheck", parents={"placement_id": "promotion_placement"}),
        # Publishers' pages from the time when there was no register.
        sql(
            "INSERT INTO promotion_publishercard (client_id, profile_id, subject, geography,"
            " marketplace, admin_contact, told_by, audience, audience_note, verdict,"
            " verdict_reason, note) SELECT client_id, id, '', '', '', '', '', '', '', '', '', ''"
            " FROM communities_profile WHERE relation = 'publisher';"
        ),
    ]
