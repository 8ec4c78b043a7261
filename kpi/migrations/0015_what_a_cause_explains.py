from typing import Any

from django.db import migrations, models

EXPLAINS = {
    "missed_calls": ["contact_fell"],
    "materials_overdue": ["fewer_posts", "reach_fell", "er_fell"],
}
# Until now these two held wherever anything was late. A condition that somebody gave them stays.
LATE = ("materials_overdue", "agency_overdue")
LATE_A_WEEK = [["days_late", ">=", 7.0]]


def tell_explanations(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("kpi", "CauseRule").objects
    for code, explains in EXPLAINS.items():
        rules.filter(code=code).update(explains=explains)
    rules.filter(code__in=LATE, conditions=[]).update(conditions=LATE_A_WEEK)


def forget_conditions(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("kpi", "CauseRule").objects
    rules.filter(code__in=LATE, conditions=LATE_A_WEEK).update(conditions=[])


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0014_forgotten_calls_keep_no_trace"),
    ]

    operations = [
        migrations.AddField(
            model_name="causerule",
            name="explains",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Codes of the rules behind which this one stands, where both are found.",
                verbose_name="explains",
            ),
        ),
        migrations.RunPython(tell_explanations, forget_conditions),
    ]
