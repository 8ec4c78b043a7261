"""Whether the sum of a deal holds VAT."""

from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpi", "0022_promotion_assessed")]

    operations = [
        migrations.AddField(
            model_name="deal",
            name="vat",
            field=models.CharField(
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
        migrations.AddField(
            model_name="deal",
            name="vat_rate",
            field=models.DecimalField(
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
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vat__in", ["included", "on_top"]), ("vat_rate__isnull", False)),
                    models.Q(("vat__in", ["", "free"]), ("vat_rate__isnull", True)),
                    _connector="OR",
                ),
                name="deal_vat_rate",
                violation_error_message="Give the VAT rate where there is VAT, and only there.",
            ),
        ),
    ]
