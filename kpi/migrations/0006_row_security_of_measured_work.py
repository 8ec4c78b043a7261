from django.db import migrations

from smm_agency.lib.row_security import PORTAL_ROLE, Portal, client_rows, same_client, sql


def reads_columns(table: str, columns: list[str]) -> migrations.RunSQL:
    names = ", ".join(columns)
    return sql(
        f"GRANT SELECT ({names}) ON {table} TO {PORTAL_ROLE};",
        f"REVOKE SELECT ({names}) ON {table} FROM {PORTAL_ROLE};",
    )


CONNECTION = {"connection_id": "kpi_callconnection"}
COMMUNITY = {"community_id": "communities_community"}


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0005_measured_work"),
        ("promotion", "0004_row_security_of_placements"),
        ("communities", "0003_measured_work"),
    ]

    operations = [
        same_client("kpi_call", "placement_id", "promotion_placement"),
        same_client("kpi_numberplacement", "placement_id", "promotion_placement"),
        reads_columns("kpi_call", ["placement_id", "call_back_seconds"]),
        reads_columns("communities_profile", ["wall_read_at"]),
        *client_rows("kpi_rawrequest", parents=CONNECTION),
        *client_rows("kpi_callpull", parents=CONNECTION),
        *client_rows(
            "kpi_outgoingcall",
            parents={**CONNECTION, "caller_id": "kpi_caller"},
            portal=Portal(
                ["id", "client_id", "caller_id", "started_at", "is_answered", "talk_seconds"]
            ),
        ),
        *client_rows("kpi_testcall", parents={"number_id": "clients_trackingnumber"}),
        *client_rows("kpi_callrulechange"),
        *client_rows("kpi_alarmchart", parents=COMMUNITY),
        *client_rows(
            "kpi_event",
            parents=COMMUNITY,
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "community_id",
                    "kind",
                    "title",
                    "starts_on",
                    "ends_on",
                    "is_excluded",
                    "is_published",
                ],
                where="is_published",
            ),
        ),
        # A check is read with its decision, which must be published.
        *client_rows(
            "kpi_effectcheck",
            parents={"decision_id": "kpi_decision"},
            portal=Portal(
                ["id", "client_id", "decision_id", "due_on", "checked_at", "verdict", "effect"],
                where="EXISTS (SELECT FROM kpi_decision d WHERE d.id = decision_id)",
            ),
        ),
        *client_rows(
            "kpi_kpireview",
            parents={"engagement_id": "clients_engagement"},
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "engagement_id",
                    "starts_on",
                    "ends_on",
                    "figures",
                    "client_text",
                    "is_published",
                    "closed_at",
                ],
                where="is_published",
            ),
        ),
    ]
