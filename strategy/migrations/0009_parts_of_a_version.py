"""The new parts of a version: whose they are, what the portal reads of them, and that they freeze."""

from django.db import migrations

from smm_agency.lib.row_security import PORTAL_ROLE, Portal, client_rows, sql

OF_VISIBLE_VERSION = "EXISTS (SELECT FROM strategy_strategyversion v WHERE v.id = version_id)"
VERSION = {"version_id": "strategy_strategyversion"}

# What a version says beside its rows may change only while it is a draft. On approval, only how
# the approval goes; once approved, only that the next version supersedes and shortens it.
KEEP_VERSION = """
CREATE OR REPLACE FUNCTION strategy_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_approval text[] := ARRAY['state', 'sent_at', 'sent_by_id', 'return_note', 'checked_at',
        'checked_by_id', 'client_said_by', 'client_said_on', 'client_channel', 'approved_at',
        'approved_by_id', 'previous_id'];
BEGIN
    IF OLD.state = 'draft' OR strategy_is_erased(OLD.client_id) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF OLD.state = 'sent' THEN
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - of_approval) IS DISTINCT FROM
            (to_jsonb(OLD) - of_approval)
        THEN
            RAISE EXCEPTION 'A strategy on approval does not change; take it back to draft.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An approved strategy is not deleted.' USING ERRCODE = 'check_violation';
    END IF;
    IF (to_jsonb(NEW) - 'state' - 'ends_on') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'ends_on')
        OR NEW.ends_on > OLD.ends_on
        OR NOT (NEW.state = OLD.state OR (OLD.state = 'approved' AND NEW.state = 'superseded'))
    THEN
        RAISE EXCEPTION 'An approved strategy does not change; make the next version.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
# The rows of a version that is no draft stay as they are. Papers come while it is on approval. A
# task of a goal may be tied to the list of tasks at any time: that says nothing about the plan.
KEEP_ROW = """
CREATE OR REPLACE FUNCTION strategy_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry jsonb;
    owner bigint;
    owner_state text;
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'task_id') = (to_jsonb(OLD) - 'task_id') THEN
        RETURN NEW;
    END IF;
    FOREACH entry IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        CONTINUE WHEN entry IS NULL;
        owner := (entry ->> 'version_id')::bigint;
        IF owner IS NULL THEN
            CASE TG_TABLE_NAME
                WHEN 'strategy_monthlytarget' THEN
                    SELECT version_id INTO owner FROM strategy_kpitarget
                        WHERE id = (entry ->> 'target_id')::bigint;
                WHEN 'strategy_goaltask' THEN
                    SELECT version_id INTO owner FROM strategy_goal
                        WHERE id = (entry ->> 'goal_id')::bigint;
                WHEN 'strategy_gridcell' THEN
                    SELECT version_id INTO owner FROM strategy_rubric
                        WHERE id = (entry ->> 'rubric_id')::bigint;
            END CASE;
        END IF;
        -- Waits for an approval that is under way, and is then refused.
        owner_state := NULL;
        SELECT state INTO owner_state FROM strategy_strategyversion
            WHERE id = owner AND NOT strategy_is_erased(client_id) FOR SHARE;
        IF owner_state IN ('approved', 'superseded') THEN
            RAISE EXCEPTION 'An approved strategy does not change; make the next version.'
                USING ERRCODE = 'check_violation';
        ELSIF owner_state = 'sent' AND TG_TABLE_NAME <> 'strategy_versiondocument' THEN
            RAISE EXCEPTION 'A strategy on approval does not change; take it back to draft.'
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;
"""
FROZEN = (
    "strategysection",
    "goaltask",
    "segment",
    "positioning",
    "contentrules",
    "communityrhythm",
    "rubric",
    "gridcell",
    "budgetline",
    "versiondocument",
)


def keep_rows(table: str) -> migrations.RunSQL:
    return sql(
        f"CREATE TRIGGER keep_row BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION strategy_keep_row();",
        f"DROP TRIGGER IF EXISTS keep_row ON {table};",
    )


def names_of_version(table: str) -> migrations.RunSQL:
    """What rows of the same version refer to it by."""
    return sql(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_id_version UNIQUE (id, version_id);",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_id_version;",
    )


def same_version(table: str, column: str, parent: str) -> migrations.RunSQL:
    """`table.column` may only refer to a row of `parent` that stands in the same version."""
    name = f"{table}_{column}_same_version"
    return sql(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, version_id)"
        f" REFERENCES {parent} (id, version_id) DEFERRABLE INITIALLY DEFERRED;",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def portal_reads(table: str, *columns: str) -> migrations.RunSQL:
    """More columns of a table that the portal reads already."""
    names = ", ".join(columns)
    return sql(
        f"GRANT SELECT ({names}) ON {table} TO {PORTAL_ROLE};",
        f"REVOKE SELECT ({names}) ON {table} FROM {PORTAL_ROLE};",
    )


class Migration(migrations.Migration):
    dependencies = [("strategy", "0008_strategy_as_data"), ("communities", "0003_measured_work")]

    operations = [
        *client_rows(
            "strategy_strategysection",
            parents=VERSION,
            portal=Portal(
                ["id", "client_id", "version_id", "kind", "text", "state"],
                where=f"{OF_VISIBLE_VERSION} AND state <> 'not_needed'",
            ),
        ),
        *client_rows(
            "strategy_goaltask",
            parents={"goal_id": "strategy_goal", "task_id": "clients_task"},
            portal=Portal(
                ["id", "client_id", "goal_id", "title", "side", "block", "due_on"],
                where="EXISTS (SELECT FROM strategy_goal g WHERE g.id = goal_id)",
            ),
        ),
        *client_rows(
            "strategy_segment", parents=VERSION, portal=Portal(where=OF_VISIBLE_VERSION)
        ),
        *client_rows(
            "strategy_positioning",
            parents={**VERSION, "segment_id": "strategy_segment"},
            portal=Portal(where=OF_VISIBLE_VERSION),
        ),
        *client_rows(
            "strategy_contentrules", parents=VERSION, portal=Portal(where=OF_VISIBLE_VERSION)
        ),
        *client_rows(
            "strategy_communityrhythm",
            parents={**VERSION, "community_id": "communities_community"},
            portal=Portal(where=OF_VISIBLE_VERSION),
        ),
        *client_rows(
            "strategy_rubric",
            parents={
                **VERSION,
                "goal_id": "strategy_goal",
                "segment_id": "strategy_segment",
                "positioning_id": "strategy_positioning",
            },
            portal=Portal(where=OF_VISIBLE_VERSION),
        ),
        *client_rows(
            "strategy_gridcell",
            parents={"rubric_id": "strategy_rubric", "community_id": "communities_community"},
            portal=Portal(where="EXISTS (SELECT FROM strategy_rubric r WHERE r.id = rubric_id)"),
        ),
        *client_rows(
            "strategy_budgetline", parents=VERSION, portal=Portal(where=OF_VISIBLE_VERSION)
        ),
        *client_rows(
            "strategy_versiondocument",
            parents=VERSION,
            portal=Portal(
                [
                    "id", "client_id", "version_id", "kind", "file_name", "content_type",
                    "content", "size", "sha256", "made_at",
                ],
                where=f"{OF_VISIBLE_VERSION} AND kind = 'printed'",
            ),
        ),
        portal_reads(
            "strategy_strategyversion", "client_said_by", "client_said_on", "client_channel"
        ),
        portal_reads(
            "strategy_kpitarget", "period", "owner", "tolerance", "min_sample", "baseline_value",
            "baseline_on", "baseline_days",
        ),
        *map(
            names_of_version,
            ("strategy_goal", "strategy_segment", "strategy_positioning"),
        ),
        same_version("strategy_goal", "serves_id", "strategy_goal"),
        same_version("strategy_positioning", "segment_id", "strategy_segment"),
        same_version("strategy_rubric", "goal_id", "strategy_goal"),
        same_version("strategy_rubric", "segment_id", "strategy_segment"),
        same_version("strategy_rubric", "positioning_id", "strategy_positioning"),
        sql(KEEP_VERSION),
        sql(KEEP_ROW),
        *(keep_rows(f"strategy_{name}") for name in FROZEN),
    ]  # fmt: skip
