from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0017_row_security_of_robust_charts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="postsnapshot",
            options={
                "ordering": ["-slot", "-hour"],
                "verbose_name": "post snapshot",
                "verbose_name_plural": "post snapshots",
            },
        ),
    ]
