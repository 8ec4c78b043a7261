"""The seed is named when the list is sealed; a proof may be added later; reasons are forgotten."""

from django.db import migrations, models

from smm_agency.lib.row_security import sql

KEEP_DRAW = """
CREATE OR REPLACE FUNCTION promotion_keep_draw() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later text[] := ARRAY[]::text[];
BEGIN
    IF promotion_is_erased(OLD.client_id) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A draw is not deleted.' USING ERRCODE = 'check_violation';
    END IF;
%(later)s
    IF OLD.drawn_at IS NOT NULL
        AND (to_jsonb(NEW) - later) IS DISTINCT FROM (to_jsonb(OLD) - later) THEN
        RAISE EXCEPTION 'What was drawn does not change.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.action_id, NEW.list_hash, NEW.listed_at, NEW.listed_count)
        IS DISTINCT FROM (OLD.action_id, OLD.list_hash, OLD.listed_at, OLD.listed_count) THEN
        RAISE EXCEPTION 'A sealed list does not change.' USING ERRCODE = 'check_violation';
    END IF;
%(seed)s
    RETURN NEW;
END $$;
"""
LATER = """
    IF OLD.proof_file_id IS NULL THEN
        later := array_append(later, 'proof_file_id');
    END IF;
    IF OLD.proof_url = '' THEN
        later := array_append(later, 'proof_url');
    END IF;
"""
SEED = """
    IF OLD.listed_at IS NOT NULL AND OLD.seed_source <> ''
        AND (NEW.seed_source, NEW.seed_at) IS DISTINCT FROM (OLD.seed_source, OLD.seed_at) THEN
        RAISE EXCEPTION 'The seed that was named does not change.'
            USING ERRCODE = 'check_violation';
    END IF;
"""
KEEP_LISTED = """
CREATE OR REPLACE FUNCTION promotion_keep_listed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry jsonb;
    said text[] := ARRAY[%(said)s];
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'promotion_participant'
        AND (to_jsonb(NEW) - said) = (to_jsonb(OLD) - said) THEN
        RETURN NEW;
    END IF;
    FOREACH entry IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        CONTINUE WHEN entry IS NULL;
        IF EXISTS (SELECT FROM promotion_draw
                   WHERE action_id = (entry ->> 'action_id')::bigint AND listed_at IS NOT NULL
                       AND NOT promotion_is_erased(client_id)) THEN
            RAISE EXCEPTION 'The list is sealed: its participants and prizes do not change.'
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;
"""
SAID = "'external_id', 'name', 'page_url'"


class Migration(migrations.Migration):
    dependencies = [
        ("promotion", "0013_portal_reads_payment_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="draw",
            name="elsewhere_reason",
            field=models.CharField(
                blank=True,
                default="",
                max_length=300,
                verbose_name="why the sealed list was not drawn by its seed",
            ),
            preserve_default=False,
        ),
        sql(
            KEEP_DRAW % {"later": LATER, "seed": SEED}
            + KEEP_LISTED % {"said": f"{SAID}, 'excluded_reason'"},
            KEEP_DRAW % {"later": "", "seed": ""} + KEEP_LISTED % {"said": SAID},
        ),
    ]
