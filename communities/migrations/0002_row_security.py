from django.db import migrations

from smm_agency.lib.row_security import Portal, client_rows


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial"), ("clients", "0002_row_security")]

    operations = [
        *client_rows("communities_accesskey"),
        *client_rows(
            "communities_profile",
            portal=Portal(
                [
                    "id",
                    "client_id",
                    "network",
                    "external_id",
                    "screen_name",
                    "title",
                    "relation",
                    "is_measured",
                    "gone_at",
                ]
            ),
        ),
        *client_rows(
            "communities_community",
            parents={"profile_id": "communities_profile"},
            portal=Portal(),
        ),
        *client_rows(
            "communities_wallpost",
            parents={"profile_id": "communities_profile"},
            portal=Portal(),
        ),
    ]
