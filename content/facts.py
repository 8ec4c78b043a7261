"""Standing facts of a client: read for texts while they are true, and checked before they end."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import people_in_roles
from clients.models import Client, ClientStatus, NoticeKind, User
from clients.notices import Words, page_of, tell
from clients.todo import tell_team_once
from content.models import StandingFact
from content.people import OF_POSTS

REMIND_BEFORE = dt.timedelta(days=7)


def facts_of(client: Client, *, on: dt.date) -> dict[str, str]:
    """The name in texts → the value of what is true on that day; what has ended is not there."""
    rows = StandingFact.objects.filter(client=client).standing(on=on)
    return dict(rows.values_list("code", "value"))


def remind_of_facts(*, at: dt.datetime) -> int:
    """Tell of facts that end within a week, once for each last day; how many were told of."""
    soon = (at + REMIND_BEFORE + dt.timedelta(days=1)).date()
    ending = StandingFact.objects.filter(valid_until__lte=soon).exclude(
        client__status=ClientStatus.ENDED
    )
    return sum(_remind(fact, at=at) for fact in ending.select_related("client").order_by("pk"))


def _remind(fact: StandingFact, *, at: dt.datetime) -> bool:
    """To people; where there is nobody to tell, a task of the team."""
    today = fact.client.day_of(at)
    if fact.valid_until is None or not today <= fact.valid_until <= today + REMIND_BEFORE:
        return False
    people = people_in_roles(fact.client, OF_POSTS, on=today)
    if people:
        return _tell(fact, people, at=at) > 0
    return tell_team_once(
        fact.client,
        fact,
        title=_("Ask the client whether this is still true: %(fact)s") % {"fact": fact.title},
        details=_("It is noted as valid until %(day)s.") % {"day": date_format(fact.valid_until)},
        kind=NoticeKind.MATERIALS,
    )


def _tell(fact: StandingFact, people: list[User], *, at: dt.datetime) -> int:
    """Without what it says: a fact may be a number of a telephone, or not told to anybody yet."""
    return tell(
        people,
        kind=NoticeKind.MATERIALS,
        key=f"fact:{fact.pk}:{fact.valid_until}",
        subject=Words(
            gettext_lazy("%(client)s: “%(fact)s” is valid until %(day)s"),
            client=fact.client,
            fact=fact.title,
            day=fact.valid_until,
        ),
        text=gettext_lazy(
            "Afterwards replies do not use it. Ask the client, and enter the new value and day."
        ),
        path=page_of(fact),
        client=fact.client,
        at=at,
    )
