import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0003_measured_work"),
        ("kpi", "0018_slots_in_order"),
    ]

    operations = [
        migrations.AlterField(
            model_name="postsnapshot",
            name="wall_post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="snapshots",
                to="communities.wallpost",
            ),
        ),
        migrations.AlterField(
            model_name="profilesnapshot",
            name="profile",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="snapshots",
                to="communities.profile",
            ),
        ),
        migrations.CreateModel(
            name="SnapshotRetention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "days_after",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Of competitors' posts those of the first day, the third and the last are kept. Never before the reading of a post has ended.",
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="keep one snapshot a day of posts older than, days",
                    ),
                ),
                (
                    "ends_after",
                    models.PositiveSmallIntegerField(
                        default=180,
                        help_text="No figure of a past period changes. A past day's engagement is not judged again from then on.",
                        validators=[
                            django.core.validators.MinValueValidator(60),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="keep the first day, the third and the last of posts older than, days",
                    ),
                ),
                (
                    "days_until",
                    models.DateField(
                        editable=False, null=True, verbose_name="done for posts before"
                    ),
                ),
                (
                    "ends_until",
                    models.DateField(
                        editable=False, null=True, verbose_name="done for posts before"
                    ),
                ),
            ],
            options={
                "verbose_name": "retention of snapshots",
                "verbose_name_plural": "retention of snapshots",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="snapshot_retention_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_after__gte", models.F("days_after"))),
                        name="snapshot_retention_in_order",
                        violation_error_message="First to days, then to the ends: the second is later.",
                    ),
                ],
            },
        ),
    ]
