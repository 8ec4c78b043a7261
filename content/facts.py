"""Standing facts of a client: read for texts while they are true, and checked before they end."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.letters import language_of, people_in_roles, write_letter
from clients.models import Client, ClientStatus, User
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
    """To people by letter; where there is nobody to write to, a task of the team."""
    today = fact.client.day_of(at)
    if fact.valid_until is None or not today <= fact.valid_until <= today + REMIND_BEFORE:
        return False
    people = [each for each in people_in_roles(fact.client, OF_POSTS, on=today) if each.email]
    if people:
        return sum(_write(fact, person, at=at) for person in people) > 0
    return tell_team_once(
        fact.client,
        fact,
        title=_("Ask the client whether this is still true: %(fact)s") % {"fact": fact.title},
        details=_("It is noted as valid until %(day)s.") % {"day": date_format(fact.valid_until)},
    )


def _write(fact: StandingFact, person: User, *, at: dt.datetime) -> bool:
    page = reverse("admin:content_standingfact_change", args=[fact.pk])
    with translation.override(language_of(person, fact.client)):
        values = {
            "client": fact.client,
            "fact": fact.title,
            "value": fact.value,
            "day": date_format(fact.valid_until or "", "DATE_FORMAT"),
        }
        return write_letter(
            key=f"fact:{fact.pk}:{fact.valid_until}",
            address=person.email,
            subject=_("%(client)s: “%(fact)s” is valid until %(day)s") % values,
            text=_(
                "%(client)s: “%(fact)s” is valid until %(day)s; afterwards replies do not use it."
                "\nNow it says: %(value)s\nAsk the client, and enter the new value and day:"
            )
            % values
            + f"\n{settings.PUBLIC_URL}{page}",
            at=at,
            client=fact.client,
        )
