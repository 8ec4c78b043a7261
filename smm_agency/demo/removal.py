"""Takes the demo away, and nothing else."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from clients.erasure import erase_client
from clients.models import Client, PortalAccess, User
from communities.models import AccessKey
from content.models import SavedReply
from smm_agency.demo.inbox import SAVED_TEXTS
from smm_agency.demo.simulated import VK_KEY, scenario_path


@dataclass
class Removed:
    """What went: rows by model, people by name. `kept` are people whom somebody's own rows name.

    Those are closed (nobody signs in as them) and stay, so that no real row loses what it says;
    each comes with the rows that hold them, by model.
    """

    clients: list[str] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    people: int = 0
    kept: dict[str, dict[str, int]] = field(default_factory=dict)
    keys: int = 0
    has_scenario: bool = False


@dataclass(frozen=True)
class Step:
    done: int
    total: int


def removing(removed: Removed) -> Iterator[Step]:
    """Remove everything, telling how far it is; call it within a transaction."""
    clients = list(Client.objects.filter(is_demo=True).order_by("pk"))
    total = len(clients) + 1
    # A real person who was shown a demo client keeps their account.
    PortalAccess.objects.filter(client__in=clients, user__is_demo=False).delete()
    for number, client in enumerate(clients, start=1):
        removed.clients.append(client.name)
        removed.rows.update(erase_client(client))
        yield Step(number, total)
    _remove_people(removed)
    _remove_keys(removed)
    SavedReply.objects.filter(client=None, text__in=SAVED_TEXTS).delete()
    removed.has_scenario = scenario_path().exists()
    transaction.on_commit(_remove_scenario)
    yield Step(total, total)


def _remove_people(removed: Removed) -> None:
    for user in User.objects.filter(is_demo=True).order_by("pk"):
        holders = rows_that_name(user)
        if holders:
            removed.kept[user.username] = holders
            _close(user)
        else:
            user.delete()
            removed.people += 1
    removed.people += removed.rows.pop(User._meta.label, 0)


def rows_that_name(user: User) -> dict[str, int]:
    """Rows that point at this person, by model. What only lets them in (portal access) is none."""
    found: dict[str, int] = {}
    for relation in _relations():
        model: Any = relation.related_model
        count = model._base_manager.filter(**{relation.field.name: user.pk}).count()
        if count:
            found[model._meta.label] = found.get(model._meta.label, 0) + count
    return found


def _relations() -> Iterator[models.ManyToOneRel]:
    for relation in User._meta.get_fields(include_hidden=True):
        is_link = isinstance(relation, models.ManyToOneRel) and relation.auto_created
        if not is_link or not isinstance(relation, models.ManyToOneRel):
            continue
        field_ = relation.field
        own = field_.model is PortalAccess and field_.name == "user"
        if not own and not field_.model._meta.auto_created:
            yield relation


def _close(user: User) -> None:
    """Nobody signs in as this person any more; the portal is shut to them too."""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    PortalAccess.objects.filter(user=user).delete()


def _remove_keys(removed: Removed) -> None:
    """The agency's key of the demo, known by its secret: a label may have been edited."""
    for key in AccessKey.objects.filter(client=None, network="vk"):
        if key.secret == VK_KEY:
            key.delete()
            removed.keys += 1


def _remove_scenario() -> None:
    with contextlib.suppress(FileNotFoundError):
        scenario_path().unlink()
