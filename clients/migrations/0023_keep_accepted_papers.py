import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Of the program's knowledge only: the database is not touched."""

    dependencies = [("clients", "0022_portals_of_ended_clients_close")]

    operations = [
        migrations.AlterField(
            model_name="blockresult",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.paper",
                verbose_name="paper",
            ),
        ),
    ]
