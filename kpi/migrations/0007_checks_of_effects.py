from datetime import datetime, time, timedelta
from typing import Any

from django.db import migrations
from django.utils import timezone

# The verdicts that were stored with a decision; what a test could not tell was "no difference".
VERDICTS = {"helped": "helped", "worse": "worse", "no_difference": "no_difference"}


def move_effects(apps: Any, schema_editor: Any) -> None:
    """Each effect that was measured becomes the first check of its decision."""
    decision_model = apps.get_model("kpi", "Decision")
    check_model = apps.get_model("kpi", "EffectCheck")
    for decision in decision_model.objects.all().iterator():
        effect = decision.effect
        checked_at = datetime.combine(
            decision.check_on, time(6), tzinfo=timezone.get_default_timezone()
        )
        check_model.objects.create(
            client_id=decision.client_id,
            decision=decision,
            due_on=decision.check_on,
            checked_at=checked_at if effect else None,
            verdict=VERDICTS.get(effect.get("verdict", ""), "unknown") if effect else "",
            effect=effect,
        )
        for days in (60, 90):
            due_on = decision.decided_on + timedelta(days=days)
            if due_on > decision.check_on:
                check_model.objects.create(
                    client_id=decision.client_id, decision=decision, due_on=due_on
                )


def bring_back(apps: Any, schema_editor: Any) -> None:
    for check in apps.get_model("kpi", "EffectCheck").objects.exclude(effect=None).iterator():
        apps.get_model("kpi", "Decision").objects.filter(
            pk=check.decision_id, check_on=check.due_on
        ).update(effect=check.effect)


class Migration(migrations.Migration):
    dependencies = [("kpi", "0006_row_security_of_measured_work")]

    operations = [
        migrations.RunPython(move_effects, bring_back),
    ]
