"""A row that comes while its version is being approved waits, and is then refused."""

from django.db import migrations

KEEP_ROW = """
CREATE OR REPLACE FUNCTION strategy_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched jsonb[] := ARRAY[to_jsonb(OLD), to_jsonb(NEW)];
    entry jsonb;
    owner bigint;
BEGIN
    FOREACH entry IN ARRAY touched LOOP
        CONTINUE WHEN entry IS NULL;
        owner := (entry ->> 'version_id')::bigint;
        IF owner IS NULL THEN
            SELECT version_id INTO owner FROM strategy_kpitarget
                WHERE id = (entry ->> 'target_id')::bigint;
        END IF;
        {hold}
        IF EXISTS (SELECT FROM strategy_strategyversion
                   WHERE id = owner AND state <> 'draft' AND NOT strategy_is_erased(client_id)) THEN
            RAISE EXCEPTION 'An approved strategy does not change; make the next version.'
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;
"""
HOLD = "PERFORM FROM strategy_strategyversion WHERE id = owner FOR SHARE;"


class Migration(migrations.Migration):
    dependencies = [("strategy", "0003_freeze_approved")]

    operations = [
        migrations.RunSQL(KEEP_ROW.replace("{hold}", HOLD), KEEP_ROW.replace("{hold}", ""))
    ]
