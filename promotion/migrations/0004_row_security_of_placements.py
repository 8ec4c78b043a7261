from django.db import migrations

from smm_agency.lib.row_security import Portal, client_rows


class Migration(migrations.Migration):
    dependencies = [
        ("promotion", "0003_measured_work"),
        ("communities", "0002_row_security"),
    ]

    operations = client_rows(
        "promotion_placement",
        parents={
            "campaign_id": "promotion_campaign",
            "publisher_id": "communities_profile",
        },
        portal=Portal(),
    )
