"""Judge a day by hand: `manage.py evaluate [--on 2026-03-11 [--anew]] [--client "Name" …]`."""

import datetime as dt
from argparse import ArgumentParser
from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone

from clients.models import Client
from kpi.evaluation import evaluate
from kpi.models import Evaluation


class Command(BaseCommand):
    help = (
        "Evaluate the running strategies. Without --on, each client's last whole day, as the clock"
        " does. With it that day, where nothing stands for it yet: what stands is kept, whatever"
        " was entered since. With --anew it is judged again by what is known now, and the command"
        " says what changed. Flags move only where it is the last whole day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", metavar="DATE", help="the day to judge, such as 2026-03-11")
        parser.add_argument(
            "--anew", action="store_true", help="judge the day of --on again, whatever stands"
        )
        parser.add_argument(
            "--client", action="append", metavar="NAME", help="a client's name or number; repeat it"
        )

    def handle(
        self, *args: Any, on: str | None, anew: bool, client: list[str] | None, **options: Any
    ) -> None:
        day = self.read_day(on)
        if anew and day is None:
            raise CommandError("--anew needs --on DATE: which day is to be judged again?")
        ids = self.find_clients(client) if client else None
        began = timezone.now()
        before = {row.target_id: line_of(row) for row in rows_of(ids, day)} if day else {}
        done = evaluate(at=began, client_ids=ids, on=day, anew=anew)
        if day:
            self.say_day(before, rows_of(ids, day))
        elif client:
            for row in rows_of(ids, None).filter(evaluated_at=began):
                self.stdout.write(line_of(row))
        self.stdout.write(
            f"{done.targets} targets judged, {done.opened} flags opened, {done.closed} closed."
        )
        if done.kept:
            self.stdout.write(
                f"The answers of {done.kept} targets stood already and were kept; --anew judges"
                " them again, but for engagement rates of a time whose readings are thinned."
            )
        if done.failed:
            raise CommandError(f"{done.failed} clients failed; the log says why.")

    def say_day(self, before: dict[int, str], rows: QuerySet[Evaluation]) -> None:
        for row in rows:
            now, then = line_of(row), before.get(row.target_id)
            self.stdout.write(now)
            if then and then != now:
                self.stdout.write(f"    was: {then}")

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


def rows_of(client_ids: list[int] | None, day: dt.date | None) -> QuerySet[Evaluation]:
    rows = Evaluation.objects.select_related("client", "target__community__profile")
    if client_ids is not None:
        rows = rows.filter(client__in=client_ids)
    if day is not None:
        rows = rows.filter(day=day)
    return rows.order_by("client__name", "target_id")


def line_of(row: Evaluation) -> str:
    """One target of one day, for the terminal."""
    said = row.get_light_display() + (f" ({row.reason})" if row.reason else "")
    chart = "" if row.statistic is None else f"  S {row.statistic:.2f} of {row.threshold:.2f}"
    chance = "" if row.chance is None else f"  chance of the target {row.chance:.0%}"
    came = "" if row.actual is None else f"  {row.actual:f} of {row.expected:f} expected"
    return f"{row.day}  {row.client}  {row.target}: {said}{came}{chart}{chance}"
