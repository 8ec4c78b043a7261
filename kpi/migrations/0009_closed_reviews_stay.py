"""What was closed does not change; only its text for the client and its publishing may."""

from django.db import migrations

KEEP = """
CREATE FUNCTION kpi_keep_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL
        AND (to_jsonb(NEW) - 'client_text' - 'is_published' - 'closed_by_id')
            IS DISTINCT FROM (to_jsonb(OLD) - 'client_text' - 'is_published' - 'closed_by_id')
    THEN
        RAISE EXCEPTION 'A closed review does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_review BEFORE UPDATE ON kpi_kpireview
    FOR EACH ROW EXECUTE FUNCTION kpi_keep_review();
"""

RELEASE = "DROP FUNCTION kpi_keep_review() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("kpi", "0008_decision_without_effect")]

    operations = [migrations.RunSQL(KEEP, RELEASE)]
