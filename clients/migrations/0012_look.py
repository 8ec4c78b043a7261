"""The look of the agency and of its clients: names, colours, logos."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import clients.models.look
from smm_agency.lib.row_security import client_rows, reference_rows


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0011_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgencyLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "accent",
                    models.CharField(
                        blank=True,
                        help_text="Of links, buttons and the charts' first line. Empty: the usual one.",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A#[0-9a-f]{6}\\Z",
                                "Write the colour as # and six digits, such as #3b5bdb.",
                            ),
                            clients.models.look.check_light,
                        ],
                        verbose_name="colour on a light page",
                    ),
                ),
                (
                    "accent_dark",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the same hue, as light as it must be.",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A#[0-9a-f]{6}\\Z",
                                "Write the colour as # and six digits, such as #3b5bdb.",
                            ),
                            clients.models.look.check_dark,
                        ],
                        verbose_name="colour on a dark page",
                    ),
                ),
                ("logo", models.BinaryField(db_default=b"", default=b"", verbose_name="logo")),
                (
                    "logo_type",
                    models.CharField(
                        blank=True, db_default="", default="", editable=False, max_length=40
                    ),
                ),
                (
                    "logo_sha256",
                    models.CharField(
                        blank=True,
                        db_default="",
                        db_index=True,
                        default="",
                        editable=False,
                        max_length=64,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Above every page of the portal. Empty: the setting AGENCY_NAME, or the program's name.",
                        max_length=60,
                        verbose_name="name shown",
                    ),
                ),
            ],
            options={
                "verbose_name": "look of the agency",
                "verbose_name_plural": "look of the agency",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="agency_look_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "accent",
                    models.CharField(
                        blank=True,
                        help_text="Of links, buttons and the charts' first line. Empty: the usual one.",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A#[0-9a-f]{6}\\Z",
                                "Write the colour as # and six digits, such as #3b5bdb.",
                            ),
                            clients.models.look.check_light,
                        ],
                        verbose_name="colour on a light page",
                    ),
                ),
                (
                    "accent_dark",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the same hue, as light as it must be.",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A#[0-9a-f]{6}\\Z",
                                "Write the colour as # and six digits, such as #3b5bdb.",
                            ),
                            clients.models.look.check_dark,
                        ],
                        verbose_name="colour on a dark page",
                    ),
                ),
                ("logo", models.BinaryField(db_default=b"", default=b"", verbose_name="logo")),
                (
                    "logo_type",
                    models.CharField(
                        blank=True, db_default="", default="", editable=False, max_length=40
                    ),
                ),
                (
                    "logo_sha256",
                    models.CharField(
                        blank=True,
                        db_default="",
                        db_index=True,
                        default="",
                        editable=False,
                        max_length=64,
                    ),
                ),
                (
                    "client",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="look",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "look of a client",
                "verbose_name_plural": "looks of clients",
            },
        ),
        # The portal's pages learn a client's look before their wall goes up.
        *client_rows("clients_clientlook"),
        *reference_rows("clients_agencylook"),
    ]
