"""Clients that had ended before portals had a last day get one: their people look for a month more.

Without it their portals would stay open for ever, and on the first night they would be forgotten
with no notice.
"""

from django.db import migrations

from smm_agency.lib.row_security import sql

# As long as `clients.endings.PORTAL_DAYS` gives to those that end from now on.
CLOSE = (
    "UPDATE clients_client SET portal_until = current_date + 30"
    " WHERE status = 'ended' AND portal_until IS NULL AND forgotten_at IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0021_history_and_time"),
    ]

    operations = [sql(CLOSE)]
