"""An e-mail for clients: the address that a person signs in with is not theirs to read."""

from django.db import migrations, models

from smm_agency.lib.row_security import PORTAL_ROLE, sql


class Migration(migrations.Migration):
    dependencies = [("clients", "0012_look")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="work_email",
            field=models.EmailField(
                blank=True,
                db_default="",
                help_text="Clients write here. Empty: they see no e-mail address.",
                max_length=254,
                verbose_name="e-mail for work",
            ),
        ),
        sql(
            f"REVOKE SELECT (email) ON clients_user FROM {PORTAL_ROLE};"
            f"GRANT SELECT (work_email) ON clients_user TO {PORTAL_ROLE};",
            f"REVOKE SELECT (work_email) ON clients_user FROM {PORTAL_ROLE};"
            f"GRANT SELECT (email) ON clients_user TO {PORTAL_ROLE};",
        ),
    ]
