"""Whether a booked placement is paid decides in what is spent, in the portal as well."""

from django.db import migrations

from smm_agency.lib.row_security import PORTAL_ROLE, sql


class Migration(migrations.Migration):
    dependencies = [
        ("promotion", "0012_files_of_costs"),
    ]

    operations = [
        sql(
            f"GRANT SELECT (paid_on) ON promotion_placement TO {PORTAL_ROLE};",
            f"REVOKE SELECT (paid_on) ON promotion_placement FROM {PORTAL_ROLE};",
        )
    ]
