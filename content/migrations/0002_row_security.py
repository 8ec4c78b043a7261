"""Rows of one client stay its own; the portal reads what has gone to the client."""

from django.db import migrations

from smm_agency.lib.row_security import Portal, client_rows

# A post that the client sees; the same states as content.models.CLIENT_SEES.
SEEN = (
    "state IN ('client_review', 'client_rework', 'client_approved', 'scheduled', 'published',"
    " 'failed', 'needs_checking')"
)
# The policy of posts holds inside, too.
OF_SEEN_POST = "post_id IN (SELECT id FROM content_post)"
POST = [
    "id", "client_id", "plan_id", "rubric_id", "title", "text", "format", "goal",
    "call_to_action", "tracking_number_id", "link", "utm", "hashtags", "source", "source_url",
    "licence", "text_work", "is_ad", "erid", "advertiser", "state", "state_since", "rounds",
]  # fmt: skip
PUBLICATION = [
    "id", "client_id", "post_id", "community_id", "text", "planned_at", "state", "sent_at",
    "external_id", "url", "wall_post_id",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
        ("communities", "0009_refused_pages"),
        ("strategy", "0009_parts_of_a_version"),
    ]

    operations = [
        *client_rows(
            "content_publicationplan",
            parents={"version_id": "strategy_strategyversion"},
            portal=Portal(["id", "client_id", "month", "version_id"]),
        ),
        *client_rows(
            "content_post",
            parents={
                "plan_id": "content_publicationplan",
                "rubric_id": "strategy_rubric",
                "tracking_number_id": "clients_trackingnumber",
            },
            portal=Portal(POST, where=SEEN),
        ),
        *client_rows(
            "content_postfile",
            parents={
                "post_id": "content_post",
                "file_id": "communities_clientfile",
                "community_id": "communities_community",
            },
            portal=Portal(where=OF_SEEN_POST),
        ),
        *client_rows("content_postmove", parents={"post_id": "content_post"}),
        *client_rows(
            "content_publication",
            parents={
                "post_id": "content_post",
                "community_id": "communities_community",
                "wall_post_id": "communities_wallpost",
            },
            portal=Portal(PUBLICATION, where=OF_SEEN_POST),
        ),
        *client_rows(
            "content_publicationattempt", parents={"publication_id": "content_publication"}
        ),
        *client_rows("content_contentterms"),
        *client_rows(
            "content_inboxitem",
            parents={"profile_id": "communities_profile", "wall_post_id": "communities_wallpost"},
        ),
    ]
