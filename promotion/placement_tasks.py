"""Tasks that the program writes about a placement: to who leads the campaign, each once."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from clients.models import Block, Client, Task
from clients.todo import add_task
from promotion.models import Placement


@transaction.atomic
def tell_owner_once(
    placement: Placement, *, title: str, details: str, due_on: dt.date | None = None
) -> bool:
    """Whether it was new: what somebody finished or cancelled is not asked for again."""
    Client.objects.select_for_update(no_key=True).get(pk=placement.client_id)
    told = Task.objects.filter(
        client=placement.client_id,
        origin_type=ContentType.objects.get_for_model(placement),
        origin_id=placement.pk,
        title=title[:200],
    )
    if told.exists():
        return False
    add_task(
        placement.client,
        title=title[:200],
        details=details,
        block=Block.PROMOTION,
        owner=placement.campaign.owner,
        due_on=due_on,
        origin=placement,
    )
    return True
