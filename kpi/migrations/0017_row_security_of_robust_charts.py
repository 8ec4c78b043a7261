from django.db import migrations

from smm_agency.lib.row_security import client_rows


class Migration(migrations.Migration):
    dependencies = [("kpi", "0016_robust_chart")]

    operations = [
        *client_rows("kpi_robustchart", parents={"community_id": "communities_community"}),
    ]
