"""The portal reads the version that the client is asked to approve; a draft it never does."""

from django.db import migrations

from smm_agency.lib.row_security import CURRENT_CLIENT, PORTAL_ROLE, sql

MINE = f"client_id = {CURRENT_CLIENT}"
FROZEN = "state IN ('approved', 'superseded')"
# Approved inside the agency: the client is asked for its word, and the version does not change.
AT_CLIENT = "state = 'sent' AND checked_at IS NOT NULL"


def rows(where: str) -> str:
    return f"ALTER POLICY portal_reads ON strategy_strategyversion USING ({MINE} AND ({where}));"


class Migration(migrations.Migration):
    dependencies = [("strategy", "0009_parts_of_a_version")]

    operations = [
        sql(
            rows(f"{FROZEN} OR {AT_CLIENT}")
            + f"GRANT SELECT (checked_at) ON strategy_strategyversion TO {PORTAL_ROLE};",
            rows(FROZEN)
            + f"REVOKE SELECT (checked_at) ON strategy_strategyversion FROM {PORTAL_ROLE};",
        )
    ]
