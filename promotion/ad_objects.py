"""Campaigns, groups and ads as an account lists them: each once, under the one it stands in."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from promotion.models import AdAccount, AdLevel, AdObject
from promotion.networks.readings import ReadObject

# From the outermost: parents stand before their children are written.
LEVELS = (AdLevel.CAMPAIGN, AdLevel.GROUP, AdLevel.AD)
LONGEST_ID, LONGEST_TITLE, LONGEST_STATUS = 60, 300, 30

# A new row gets the campaign of the row it stands in; what staff tied since stays as they tied it.
# What is not told ("") leaves what is known.
_WRITE = """
    INSERT INTO promotion_adobject AS stored
        (client_id, account_id, level, external_id, title, status, parent_id, campaign_id, seen_at)
    SELECT %(client)s, %(account)s, %(level)s, told.external_id, told.title, told.status,
        parent.id, parent.campaign_id, %(at)s
    FROM unnest(%(ids)s::text[], %(titles)s::text[], %(statuses)s::text[],
            %(parent_levels)s::text[], %(parent_ids)s::text[])
        AS told (external_id, title, status, parent_level, parent_external_id)
    LEFT JOIN promotion_adobject parent ON parent.account_id = %(account)s
        AND parent.level = told.parent_level AND parent.external_id = told.parent_external_id
    ORDER BY told.external_id
    ON CONFLICT (account_id, level, external_id) DO UPDATE SET
        title = COALESCE(NULLIF(excluded.title, ''), stored.title),
        status = COALESCE(NULLIF(excluded.status, ''), stored.status),
        parent_id = COALESCE(excluded.parent_id, stored.parent_id),
        campaign_id = CASE WHEN stored.parent_id IS NULL
            THEN COALESCE(stored.campaign_id, excluded.campaign_id) ELSE stored.campaign_id END,
        seen_at = GREATEST(stored.seen_at, excluded.seen_at)
"""


def take_objects(
    account: AdAccount, objects: Iterable[ReadObject], *, at: dt.datetime
) -> dict[tuple[str, str], int]:
    """Write what the account lists; the ids of all its rows by (level, id in the network).

    ValidationError where a row has no id, or one id stands for two different rows.
    """
    told = list(_once_each(objects))
    with transaction.atomic(), connection.cursor() as cursor:
        AdAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        for level in LEVELS:
            if rows := [each for each in told if each.level == level]:
                cursor.execute(_WRITE, _arguments(account, level, rows, at))
    return ids_of(account)


def ids_of(account: AdAccount) -> dict[tuple[str, str], int]:
    rows = AdObject.objects.filter(account=account).values_list("level", "external_id", "pk")
    return {(level, external_id): pk for level, external_id, pk in rows}


def _once_each(objects: Iterable[ReadObject]) -> Iterable[ReadObject]:
    """A list that is paged while somebody works in the account tells a row twice."""
    known: dict[tuple[str, str], ReadObject] = {}
    for each in objects:
        _check(each)
        earlier = known.setdefault((each.level, each.external_id), each)
        if earlier != each:
            raise ValidationError(
                _(
                    "The id %(id)s stands twice, as “%(one)s” and as “%(other)s”: which is right"
                    " has to be said first."
                )
                % {"id": each.external_id, "one": earlier.title, "other": each.title}
            )
    return known.values()


def _check(each: ReadObject) -> None:
    if each.level not in AdLevel.values:
        raise ValidationError(_("An ad account has no level “%(level)s”.") % {"level": each.level})
    if not each.external_id.strip() or len(each.external_id) > LONGEST_ID:
        raise ValidationError(
            _("“%(title)s” has no id of up to %(most)s characters: rows are known by it.")
            % {"title": each.title, "most": LONGEST_ID}
        )


def _arguments(
    account: AdAccount, level: str, rows: Sequence[ReadObject], at: dt.datetime
) -> dict[str, Any]:
    return {
        "client": account.client_id,
        "account": account.pk,
        "level": level,
        "at": at,
        "ids": [each.external_id for each in rows],
        "titles": [each.title[:LONGEST_TITLE] for each in rows],
        "statuses": [each.status[:LONGEST_STATUS] for each in rows],
        "parent_levels": [each.parent_level for each in rows],
        "parent_ids": [each.parent_external_id for each in rows],
    }
