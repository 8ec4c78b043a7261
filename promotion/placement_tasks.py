"""Tasks that the program writes about a campaign or a placement of it: to who leads, each once."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from clients.models import Block, Client, Task
from clients.todo import add_task
from promotion.models import Campaign, Placement


@transaction.atomic
def tell_owner_once(
    about: Placement | Campaign, *, title: str, details: str, due_on: dt.date | None = None
) -> bool:
    """Whether it was new: what somebody finished or cancelled is not asked for again."""
    Client.objects.select_for_update(no_key=True).get(pk=about.client_id)
    campaign = about if isinstance(about, Campaign) else about.campaign
    told = Task.objects.filter(
        client=about.client_id,
        origin_type=ContentType.objects.get_for_model(about),
        origin_id=about.pk,
        title=title[:200],
    )
    if told.exists():
        return False
    add_task(
        about.client,
        title=title[:200],
        details=details,
        block=Block.PROMOTION,
        owner=campaign.owner,
        due_on=due_on,
        origin=about,
    )
    return True
