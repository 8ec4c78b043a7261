from django.db import migrations

from smm_agency.lib.row_security import Portal, client_rows


class Migration(migrations.Migration):
    dependencies = [("promotion", "0001_initial"), ("clients", "0002_row_security")]

    operations = client_rows("promotion_campaign", portal=Portal())
