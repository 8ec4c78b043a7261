"""Work contacts of the agency's people, which clients read of their own team; the forecast."""

import django.core.validators
from django.db import migrations, models

import clients.models.user
from smm_agency.lib.row_security import PORTAL_ROLE, Portal, portal_policy, sql

# Who works for the client on the client's day; people who have left are nobody's business.
TODAY = (
    "(now() AT TIME ZONE (SELECT c.time_zone FROM clients_client c WHERE c.id = client_id))::date"
)
AT_WORK = f"starts_on <= {TODAY} AND (ends_on IS NULL OR ends_on >= {TODAY})"
MEMBER = ["id", "client_id", "user_id", "role", "starts_on", "ends_on"]
PERSON = [
    "id", "first_name", "last_name", "email", "is_active",
    "work_phone", "work_telegram", "work_whatsapp", "work_hours",
]  # fmt: skip
# The policy of the team holds inside: people of this client's team, and nobody else.
PEOPLE = "is_active AND id IN (SELECT m.user_id FROM clients_teammember m)"


class Migration(migrations.Migration):
    dependencies = [("clients", "0007_clients_own_marking")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="shows_forecast",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="On: the client reads the chance of reaching the month's target.",
                verbose_name="forecast in the portal",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="work_hours",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="As clients read it, such as Mon–Fri 10–19, Moscow time.",
                max_length=120,
                verbose_name="working hours",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="work_phone",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="With the country, such as +7 495 123-45-67.",
                max_length=32,
                validators=[clients.models.user.check_work_phone],
                verbose_name="work phone",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="work_telegram",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="The name after t.me/, without @.",
                max_length=32,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Za-z][A-Za-z0-9_]{3,31}\\Z",
                        "Write the name alone, such as anna_agency: no @ and no address.",
                    )
                ],
                verbose_name="Telegram for work",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="work_whatsapp",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="A number with the country.",
                max_length=32,
                validators=[clients.models.user.check_work_phone],
                verbose_name="WhatsApp for work",
            ),
        ),
        # When the next review is held.
        sql(
            f"GRANT SELECT (review_rhythm) ON clients_engagement TO {PORTAL_ROLE};",
            f"REVOKE SELECT (review_rhythm) ON clients_engagement FROM {PORTAL_ROLE};",
        ),
        *portal_policy("clients_teammember", Portal(MEMBER, where=AT_WORK), "client_id")[1:],
        sql(
            "ALTER TABLE clients_user ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY portal_reads ON clients_user FOR SELECT TO {PORTAL_ROLE}"
            f" USING ({PEOPLE});" + Portal(PERSON).grant("clients_user"),
            f"DROP POLICY portal_reads ON clients_user; REVOKE ALL ON clients_user"
            f" FROM {PORTAL_ROLE}; ALTER TABLE clients_user DISABLE ROW LEVEL SECURITY;",
        ),
    ]
