from django.db import migrations

from smm_agency.lib.row_security import Portal, client_rows

OF_VISIBLE_VERSION = "EXISTS (SELECT FROM strategy_strategyversion v WHERE v.id = version_id)"


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial"), ("communities", "0002_row_security")]

    operations = [
        *client_rows(
            "strategy_strategyversion",
            parents={
                "engagement_id": "clients_engagement",
                "previous_id": "strategy_strategyversion",
            },
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "engagement_id",
                    "number",
                    "title",
                    "summary",
                    "state",
                    "starts_on",
                    "ends_on",
                    "previous_id",
                    "approved_at",
                ],
                where="state IN ('approved', 'superseded')",
            ),
        ),
        *client_rows(
            "strategy_goal",
            parents={"version_id": "strategy_strategyversion"},
            portal=Portal(where=OF_VISIBLE_VERSION),
        ),
        *client_rows(
            "strategy_kpitarget",
            parents={
                "version_id": "strategy_strategyversion",
                "community_id": "communities_community",
            },
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "version_id",
                    "community_id",
                    "metric",
                    "is_primary",
                    "formula_code",
                ],
                where=OF_VISIBLE_VERSION,
            ),
        ),
        *client_rows(
            "strategy_monthlytarget",
            parents={"target_id": "strategy_kpitarget"},
            portal=Portal(where="EXISTS (SELECT FROM strategy_kpitarget t WHERE t.id = target_id)"),
        ),
        *client_rows(
            "strategy_competitor", portal=Portal(["id", "client_id", "name", "kind", "site"])
        ),
        *client_rows(
            "strategy_competitorprofile",
            parents={
                "competitor_id": "strategy_competitor",
                "profile_id": "communities_profile",
            },
            portal=Portal(),
        ),
        *client_rows(
            "strategy_competitoranalysis", parents={"competitor_id": "strategy_competitor"}
        ),
    ]
