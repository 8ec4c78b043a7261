from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpi", "0012_calls_that_cannot_be_read")]

    operations = [
        migrations.RemoveConstraint(model_name="alarmchart", name="alarm_chart_once"),
        migrations.AddField(
            model_name="alarmchart",
            name="holiday",
            field=models.FloatField(
                db_default=models.Value(1.0),
                default=1.0,
                verbose_name="a public holiday, as a share of its weekday",
            ),
        ),
        # Zero of the charts that there are: no target is, so they are estimated anew.
        migrations.AddField(
            model_name="alarmchart",
            name="month_target",
            field=models.FloatField(
                db_default=models.Value(0.0), default=0.0, verbose_name="target of the month"
            ),
        ),
        migrations.AddConstraint(
            model_name="alarmchart",
            constraint=models.UniqueConstraint(
                fields=("client", "metric", "community", "month", "starts_on", "month_target"),
                name="alarm_chart_once",
                nulls_distinct=False,
            ),
        ),
    ]
