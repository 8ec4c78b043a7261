from django.db import migrations

from smm_agency.lib.row_security import Portal, client_rows, same_client

PLACES = {"community_id": "communities_community", "campaign_id": "promotion_campaign"}


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0001_initial"),
        ("promotion", "0002_row_security"),
        ("strategy", "0003_freeze_approved"),
    ]

    operations = [
        *client_rows(
            "kpi_numberplacement",
            parents={"number_id": "clients_trackingnumber", **PLACES},
            portal=Portal(),
        ),
        *client_rows("kpi_caller", portal=Portal(["id", "client_id", "country_code", "last4"])),
        *client_rows("kpi_unmasking", parents={"caller_id": "kpi_caller"}),
        *client_rows("kpi_callconnection"),
        *client_rows("kpi_rawcallevent", parents={"connection_id": "kpi_callconnection"}),
        *client_rows("kpi_callimport", parents={"community_id": "communities_community"}),
        *client_rows(
            "kpi_call",
            parents={
                "caller_id": "kpi_caller",
                "connection_id": "kpi_callconnection",
                "tracking_number_id": "clients_trackingnumber",
                **PLACES,
            },
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "source",
                    "started_at",
                    "day",
                    "talk_seconds",
                    "wait_seconds",
                    "status",
                    "caller_id",
                    "tracking_number_id",
                    "community_id",
                    "campaign_id",
                    "evidence",
                    "is_unique",
                    "is_target",
                    "is_unique_target",
                ]
            ),
        ),
        *client_rows(
            "kpi_calltally",
            parents={"community_id": "communities_community"},
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "community_id",
                    "period",
                    "starts_on",
                    "ends_on",
                    "total",
                    "evidence",
                    "entered_at",
                ]
            ),
        ),
        *client_rows(
            "kpi_daycount",
            parents={"community_id": "communities_community"},
            portal=Portal(
                ["id", "client_id", "community_id", "metric", "day", "total", "entered_at"]
            ),
        ),
        *client_rows(
            "kpi_profilesnapshot", parents={"profile_id": "communities_profile"}, portal=Portal()
        ),
        *client_rows(
            "kpi_postsnapshot", parents={"wall_post_id": "communities_wallpost"}, portal=Portal()
        ),
        *client_rows(
            "kpi_snapshotcorrection",
            parents={
                "profile_id": "communities_profile",
                "wall_post_id": "communities_wallpost",
            },
        ),
        *client_rows(
            "kpi_evaluation",
            parents={"target_id": "strategy_kpitarget"},
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "target_id",
                    "day",
                    "light",
                    "actual",
                    "expected",
                    "target_value",
                    "measured_days",
                    "days",
                    "reason",
                    "evaluated_at",
                ]
            ),
        ),
        *client_rows(
            "kpi_decision",
            parents={"next_version_id": "strategy_strategyversion"},
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "flag_id",
                    "kind",
                    "client_text",
                    "is_published",
                    "decided_on",
                    "check_on",
                    "next_version_id",
                ],
                where="is_published",
            ),
        ),
        # A flag reaches the client only with a decision that was published.
        *client_rows(
            "kpi_flag",
            parents={"target_id": "strategy_kpitarget"},
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "kind",
                    "target_id",
                    "severity",
                    "state",
                    "opened_on",
                    "closed_at",
                ],
                where="EXISTS (SELECT FROM kpi_decision d WHERE d.flag_id = kpi_flag.id)",
            ),
        ),
        *client_rows("kpi_flagcause", parents={"flag_id": "kpi_flag"}),
        same_client("kpi_decision", "flag_id", "kpi_flag"),
    ]
