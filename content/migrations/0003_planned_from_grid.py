"""A post remembers which place of the content plan grid it was made for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0002_row_security")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="grid_place",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                condition=models.Q(("grid_place", ""), _negated=True),
                fields=("plan", "grid_place"),
                name="post_once_in_grid",
            ),
        ),
    ]
