"""What was approved does not change: neither the version nor its rows."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION strategy_is_erased(client bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NULLIF(current_setting('smm.erased_client', true), '')::bigint
        IS NOT DISTINCT FROM client;
$$;

CREATE FUNCTION strategy_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' OR strategy_is_erased(OLD.client_id) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An approved strategy is not deleted.' USING ERRCODE = 'check_violation';
    END IF;
    -- The next version may supersede it and shorten its period; nothing else may change.
    IF (to_jsonb(NEW) - 'state' - 'ends_on') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'ends_on')
        OR NEW.ends_on > OLD.ends_on
        OR NOT (NEW.state = OLD.state OR (OLD.state = 'approved' AND NEW.state = 'superseded'))
    THEN
        RAISE EXCEPTION 'An approved strategy does not change; make the next version.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_version BEFORE UPDATE OR DELETE ON strategy_strategyversion
    FOR EACH ROW EXECUTE FUNCTION strategy_keep_version();

CREATE FUNCTION strategy_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
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
        IF EXISTS (SELECT FROM strategy_strategyversion
                   WHERE id = owner AND state <> 'draft' AND NOT strategy_is_erased(client_id)) THEN
            RAISE EXCEPTION 'An approved strategy does not change; make the next version.'
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;
"""

UNFREEZE = """
DROP FUNCTION strategy_keep_row() CASCADE;
DROP FUNCTION strategy_keep_version() CASCADE;
DROP FUNCTION strategy_is_erased(bigint);
"""


def keep_rows(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER keep_row BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION strategy_keep_row();",
        f"DROP TRIGGER IF EXISTS keep_row ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("strategy", "0002_row_security")]

    operations = [
        migrations.RunSQL(FREEZE, UNFREEZE),
        keep_rows("strategy_goal"),
        keep_rows("strategy_kpitarget"),
        keep_rows("strategy_monthlytarget"),
    ]
