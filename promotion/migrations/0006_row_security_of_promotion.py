"""Rows of one client stay its own; the portal reads what is agreed, never notes and keys."""

from django.db import migrations

from smm_agency.lib.row_security import (
    PORTAL_ROLE,
    Portal,
    client_rows,
    portal_policy,
    same_client,
    sql,
)

# The same states as promotion.models.CAMPAIGN_SHOWN and PLACEMENT_SHOWN.
SHOWN = "state IN ('agreed', 'running', 'paused', 'finished')"
# The policy of campaigns holds inside, too; so does that of placements.
OF_SHOWN = "campaign_id IN (SELECT id FROM promotion_campaign)"
PLACEMENT_SHOWN = (
    "state IN ('negotiated', 'approved', 'booked', 'paid', 'published', 'collected', 'closed',"
    f" 'refunded') AND {OF_SHOWN}"
)
CAMPAIGN = [
    "id", "client_id", "engagement_id", "title", "kind", "goal_id", "starts_on", "ends_on",
    "budget", "currency", "vat", "vat_rate", "state", "state_since", "plan_reach", "plan_clicks",
    "plan_joins", "plan_calls", "client_text",
]  # fmt: skip
PLACEMENT = [
    "id", "client_id", "campaign_id", "title", "publisher_id", "community_id", "creative_id",
    "format", "url", "starts_on", "ends_on", "planned_at", "published_at", "removed_at", "price",
    "currency", "vat", "vat_rate", "state", "state_since", "plan_reach", "plan_clicks",
    "plan_joins", "plan_calls", "is_ad", "erid", "advertiser",
]  # fmt: skip
ACCOUNT = [
    "id", "client_id", "network", "title", "currency", "vat", "vat_rate", "day_zone", "read_at",
]  # fmt: skip
COST = [
    "id", "client_id", "kind", "campaign_id", "placement_id", "spent_on", "amount", "currency",
    "vat", "vat_rate", "paid_by",
]  # fmt: skip
BUDGET = ["id", "client_id", "channel", "month", "amount", "currency", "vat", "vat_rate"]
# What the agency earns is told by its papers.
NOT_THE_AGENCYS = "kind NOT IN ('agency_fee', 'commission')"


def read_less(table: str, portal: Portal) -> list[migrations.RunSQL]:
    """In place of a policy and a grant of the whole table."""
    return [
        sql(f"DROP POLICY portal_reads ON {table}; REVOKE ALL ON {table} FROM {PORTAL_ROLE};"),
        *portal_policy(table, portal, "client_id"),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("promotion", "0005_promotion_as_data"),
        ("communities", "0009_refused_pages"),
        ("strategy", "0009_parts_of_a_version"),
    ]

    operations = [
        # Campaigns and placements from the time when they had no states.
        sql(
            "UPDATE promotion_campaign SET state = CASE WHEN ends_on < current_date"
            " THEN 'finished' ELSE 'running' END, currency = client.currency"
            " FROM clients_client client WHERE client.id = client_id;"
            " UPDATE promotion_placement SET state = 'published', currency = client.currency"
            " FROM clients_client client WHERE client.id = client_id;"
        ),
        same_client("promotion_campaign", "engagement_id", "clients_engagement"),
        same_client("promotion_campaign", "goal_id", "strategy_goal"),
        same_client("promotion_placement", "community_id", "communities_community"),
        *client_rows(
            "promotion_creative",
            parents={"campaign_id": "promotion_campaign"},
            portal=Portal(where=OF_SHOWN),
        ),
        same_client("promotion_placement", "creative_id", "promotion_creative"),
        *read_less("promotion_campaign", Portal(CAMPAIGN, where=SHOWN)),
        *read_less("promotion_placement", Portal(PLACEMENT, where=PLACEMENT_SHOWN)),
        *client_rows(
            "promotion_campaigncommunity",
            parents={
                "campaign_id": "promotion_campaign",
                "community_id": "communities_community",
            },
            portal=Portal(where=OF_SHOWN),
        ),
        *client_rows(
            "promotion_campaignsegment",
            parents={"campaign_id": "promotion_campaign", "segment_id": "strategy_segment"},
            portal=Portal(where=OF_SHOWN),
        ),
        *client_rows("promotion_campaignmove", parents={"campaign_id": "promotion_campaign"}),
        *client_rows("promotion_placementmove", parents={"placement_id": "promotion_placement"}),
        *client_rows(
            "promotion_placementfact",
            parents={"placement_id": "promotion_placement"},
            portal=Portal(where="placement_id IN (SELECT id FROM promotion_placement)"),
        ),
        *client_rows("promotion_adaccount", portal=Portal(ACCOUNT)),
        *client_rows("promotion_adaccountkey", parents={"account_id": "promotion_adaccount"}),
        *client_rows(
            "promotion_adobject",
            parents={
                "account_id": "promotion_adaccount",
                "campaign_id": "promotion_campaign",
                "creative_id": "promotion_creative",
            },
            portal=Portal(),
        ),
        same_client("promotion_adobject", "parent_id", "promotion_adobject"),
        *client_rows(
            "promotion_adfigure", parents={"ad_object_id": "promotion_adobject"}, portal=Portal()
        ),
        *client_rows("promotion_adfigurecorrection", parents={"figure_id": "promotion_adfigure"}),
        *client_rows(
            "promotion_cost",
            parents={"campaign_id": "promotion_campaign", "placement_id": "promotion_placement"},
            portal=Portal(COST, where=NOT_THE_AGENCYS),
        ),
        *client_rows("promotion_topup", parents={"account_id": "promotion_adaccount"}),
        *client_rows("promotion_channelbudget", portal=Portal(BUDGET)),
    ]
