from django.db import migrations

# What forgetting a caller does to the calls from now on, for those who are forgotten already.
BLANK = """
UPDATE kpi_call SET
    external_id = CASE WHEN external_id ~ '^#[0-9a-f]{64}$' THEN NULL ELSE external_id END,
    visit = visit - '{landing_url,referrer}'::text[]
FROM kpi_caller caller
WHERE caller.id = kpi_call.caller_id AND caller.phone_hash IS NULL
    AND (external_id ~ '^#[0-9a-f]{64}$' OR visit ?| '{landing_url,referrer}'::text[])
"""


class Migration(migrations.Migration):
    dependencies = [("kpi", "0013_charts_by_target_and_holiday")]

    operations = [migrations.RunSQL(BLANK, migrations.RunSQL.noop)]
