"""How each person wants to be told of each kind: as chosen, else by their work."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from clients.models import (
    AT_ONCE_FOR_ALL,
    AT_ONCE_FOR_DIRECTORS,
    AT_ONCE_FOR_ROLE,
    Channel,
    NoticeChoice,
    NoticeDelivery,
    NoticeKind,
    TeamMember,
    User,
    When,
)

Choices = Mapping[tuple[str, str], str]


def choices_of(person: User, *, on: dt.date | None = None) -> Choices:
    """(kind, channel) → when, complete."""
    return choices_of_all([person], on=on)[person.pk]


def choices_of_all(people: Iterable[User], *, on: dt.date | None = None) -> dict[int, Choices]:
    """By the person's id; two queries, whatever the number of people."""
    people = list(people)
    roles: dict[int, set[str]] = defaultdict(set)
    members = TeamMember.objects.active(on=on).filter(user__in=people)
    for person_id, role in members.order_by().values_list("user", "role").distinct():
        roles[person_id].add(role)
    chosen: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    rows = NoticeChoice.objects.filter(person__in=people)
    for person_id, kind, channel, when in rows.values_list("person", "kind", "channel", "when"):
        chosen[person_id][kind, channel] = when
    return {
        person.pk: {**defaults_of(person, roles[person.pk]), **chosen[person.pk]}
        for person in people
    }


def defaults_of(person: User, roles: Iterable[str]) -> dict[tuple[str, str], str]:
    """The dashboard shows all; Telegram, where it is connected, rings for what cannot wait."""
    at_once = _at_once(person, roles)
    found: dict[tuple[str, str], str] = {}
    for kind in NoticeKind:
        is_now = kind in at_once
        found[kind, Channel.DASHBOARD] = When.AT_ONCE
        found[kind, Channel.EMAIL] = When.AT_ONCE if is_now else When.DIGEST
        found[kind, Channel.TELEGRAM] = When.AT_ONCE if is_now else When.OFF
    return found


def _at_once(person: User, roles: Iterable[str]) -> frozenset[NoticeKind]:
    own = [AT_ONCE_FOR_ROLE.get(role, frozenset()) for role in roles]
    if own:
        return AT_ONCE_FOR_ALL.union(*own)
    return AT_ONCE_FOR_DIRECTORS if person.sees_all_clients else AT_ONCE_FOR_ALL


def choose(person: User, kind: str, channel: str, when: str) -> None:
    """From now on; what waits to go out by a channel that is switched off does not go."""
    NoticeChoice.objects.update_or_create(
        person=person, kind=kind, channel=channel, defaults={"when": when}
    )
    if when == When.OFF:
        waiting = NoticeDelivery.objects.filter(state=NoticeDelivery.State.WAITING, channel=channel)
        waiting.filter(notice__person=person, notice__kind=kind).update(
            state=NoticeDelivery.State.DROPPED
        )


def digest_kinds(person: User) -> list[NoticeKind]:
    """What reaches the person by the daily letter."""
    choices = choices_of(person)
    return [kind for kind in NoticeKind if choices[kind, Channel.EMAIL] == When.DIGEST]
