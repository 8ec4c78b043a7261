from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpi", "0007_checks_of_effects")]

    operations = [migrations.RemoveField("decision", "effect")]
