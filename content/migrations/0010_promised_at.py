from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0009_reply_clock")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="promised_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="promised for"),
        ),
    ]
