"""Judge a day by hand: `manage.py evaluate [--on 2026-03-11] [--client "Name" …]`."""

import datetime as dt
from argparse import ArgumentParser
from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clients.models import Client
from kpi.evaluation import evaluate
from kpi.models import Evaluation


class Command(BaseCommand):
    help = (
        "Evaluate the running strategies. Without --on, each client's last whole day, as the clock"
        " does; with it that day again, which gives the same answer and moves no flags unless it"
        " is the last whole day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", metavar="DATE", help="the day to judge, such as 2026-03-11")
        parser.add_argument(
            "--client", action="append", metavar="NAME", help="a client's name or number; repeat it"
        )

    def handle(self, *args: Any, on: str | None, client: list[str] | None, **options: Any) -> None:
        day = self.read_day(on)
        ids = self.find_clients(client) if client else None
        began = timezone.now()
        done = evaluate(at=began, client_ids=ids, on=day)
        rows = Evaluation.objects.filter(evaluated_at=began).select_related(
            "client", "target__community__profile"
        )
        if client or day:
            for row in rows.order_by("client__name", "target_id"):
                self.stdout.write(line_of(row))
        self.stdout.write(
            f"{done.targets} targets judged, {done.opened} flags opened, {done.closed} closed."
        )
        if done.kept:
            self.stdout.write(
                f"{done.kept} evaluations of engagement stay as they are: the readings of that time"
                " are thinned."
            )
        if done.failed:
            raise CommandError(f"{done.failed} clients failed; the log says why.")

    def read_day(self, text: str | None) -> dt.date | None:
        if text is None:
            return None
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise CommandError(f"--on {text}: give a date such as 2026-03-11.") from None
        if day >= timezone.localdate():
            raise CommandError(f"--on {text}: this day is not over yet.")
        return day

    def find_clients(self, names: list[str]) -> list[int]:
        known: dict[str, list[int]] = defaultdict(list)
        for pk, name in Client.objects.values_list("pk", "name"):
            known[name].append(pk)
            known[str(pk)].append(pk)
        unknown = [name for name in names if name not in known]
        if unknown:
            raise CommandError(f"No such client: {', '.join(unknown)}.")
        for name in names:
            if len(known[name]) > 1:
                numbers = ", ".join(map(str, sorted(known[name])))
                raise CommandError(f"{name}: several clients; give a number of these: {numbers}.")
        return [known[name][0] for name in names]


def line_of(row: Evaluation) -> str:
    """One target of one day, for the terminal."""
    said = row.get_light_display() + (f" ({row.reason})" if row.reason else "")
    chart = "" if row.statistic is None else f"  S {row.statistic:.2f} of {row.threshold:.2f}"
    chance = "" if row.chance is None else f"  chance of the target {row.chance:.0%}"
    return f"{row.day}  {row.client}  {row.target}: {said}{chart}{chance}"
