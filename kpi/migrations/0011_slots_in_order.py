from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0010_sentences_of_causes"),
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
