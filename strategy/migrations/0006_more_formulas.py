from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("strategy", "0005_measured_work")]

    operations = [
        migrations.AlterField(
            model_name="kpitarget",
            name="formula_code",
            field=models.CharField(
                blank=True,
                choices=[
                    ("er_post", "ER post"),
                    ("er_post_mean", "ER post, mean of posts"),
                    ("er_day", "ER day"),
                    ("err", "ERR"),
                    ("err_mean", "ERR, mean of posts"),
                    ("er_view", "ER view"),
                    ("er_view_mean", "ER view, mean of posts"),
                    ("er_median20", "ER, median of the last 20 posts"),
                    ("telegram_er", "Telegram ER"),
                    ("telegram_err", "Telegram ERR"),
                    ("telegram_err24", "Telegram ERR24"),
                    ("er_daily", "daily ER, engagement of the day"),
                    ("lr", "LR, love rate"),
                    ("tr", "TR, talk rate"),
                    ("ar", "AR, amplification rate"),
                    ("vr", "VR, reach by subscribers"),
                ],
                max_length=16,
                verbose_name="formula",
            ),
        ),
    ]
