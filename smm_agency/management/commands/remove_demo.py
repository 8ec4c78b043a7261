"""`manage.py remove_demo`: takes the demo agency away and nothing else."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _
from tqdm import tqdm

from smm_agency.demo.removal import Removed, removing


class Command(BaseCommand):
    help = _("Remove the demo agency, its people and its keys; everything of yours stays.")

    def handle(self, *args: Any, **options: Any) -> None:
        removed = Removed()
        with transaction.atomic(), tqdm(desc=_("Removing the demo"), unit="") as bar:
            for step in removing(removed):
                bar.total = step.total
                bar.update(step.done - bar.n)
        self.stdout.write("\n".join(report(removed)))


def report(removed: Removed) -> Iterator[str]:
    """What was removed, and what stays because somebody's own rows name it."""
    words = {
        "clients": len(removed.clients),
        "rows": sum(removed.rows.values()),
        "people": removed.people,
        "keys": removed.keys,
    }
    yield (
        _(
            "Removed: clients %(clients)d, with them rows %(rows)d; people %(people)d; keys of the"
            " agency %(keys)d."
        )
        % words
    )
    if removed.has_scenario:
        yield _("Removed: the levels of the network simulator (simulator.json).")
    for username, holders in removed.kept.items():
        rows = ", ".join(f"{label} {count}" for label, count in sorted(holders.items()))
        yield _(
            "Kept, but closed: %(username)s, because rows of yours name this person (%(rows)s)."
            " Put somebody else there, then delete the account in the admin."
        ) % {"username": username, "rows": rows}
