"""Take a call log, or daily totals of calls, from a CSV or XLSX file."""

import datetime as dt
import zoneinfo
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from clients.models import Client, DataWaiver
from clients.papers import warning_of, write_waiver
from communities.models import Community
from kpi.call_columns import FIELDS, ColumnMap
from kpi.call_import import Outcome, import_calls, import_tallies
from kpi.models import Evidence
from smm_agency.lib.tabular import ImportRefused, TableError

EXAMPLE = """Example:
  manage.py import_calls log.csv --client "Smile" --map started_at=Date --map started_at=Time
      --map caller=Phone --map talk_seconds=Talk --map status=Result --status OK=answered
"""


class Command(BaseCommand):
    help = "Take a call log, or daily totals of calls, from a CSV or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLE
        add = parser.add_argument
        add("file", type=Path)
        add("--client", required=True, help="name or number")
        add("--community", help="number, id on the network or title: where the calls came from")
        add(
            "--evidence",
            choices=[item.name.lower() for item in Evidence],
            help="why they count as this community's; operator by default",
        )
        add(
            "--map", action="append", default=[], metavar="FIELD=COLUMN",
            help=f"fields: {', '.join(FIELDS)}; started_at and external_id may take several",
        )  # fmt: skip
        add("--status", action="append", default=[], metavar="WORD=STATUS", help="or WORD=skip")
        add("--mapping", type=Path, help="a JSON file with columns and statuses instead")
        add("--tally-column", help="the file holds totals by day: the column of the total")
        add("--date", type=dt.date.fromisoformat, help="the day of times without a date")
        add("--time-zone", help="of times without an offset; the client's by default")
        add("--encoding")
        add("--delimiter")
        add("--skip-bad", action="store_true", help="take the good rows, name the bad ones")
        add(
            "--without-instruction", action="store_true",
            help="the client has signed no data-processing instruction: go on, and write it down",
        )  # fmt: skip
        add("--dry-run", action="store_true", help="say what would come of it, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"No such file: {path}")
        client = _client(options["client"])
        community = _community(client, options["community"])
        is_without = _refuse_without_instruction(client, options)
        try:
            outcome = _import(client, community, path, options)
        except (TableError, ImportRefused) as error:
            raise CommandError(f"{path.name} was not taken.\n{error}") from None
        if is_without and not options["dry_run"]:
            occasion = DataWaiver.Occasion.FILE
            write_waiver(client, occasion, path.name, by=None, at=timezone.now())
        self._say(outcome, is_dry=options["dry_run"])

    def _say(self, outcome: Outcome, *, is_dry: bool) -> None:
        for line in (*outcome.notes, *outcome.errors.lines()):
            self.stderr.write(line)
        said = (
            f"{outcome.read} rows: {outcome.new} new, {outcome.changed} changed, "
            f"{outcome.known} known, {outcome.skipped} left out, {outcome.bad} bad."
        )
        self.stdout.write(said + (" Nothing was written: a dry run." if is_dry else ""))


def _refuse_without_instruction(client: Client, options: dict[str, Any]) -> bool:
    """Whether calls are taken without one, as was said; totals of days are nobody's data."""
    if options["tally_column"] or not (warning := warning_of(client)):
        return False
    if not options["without_instruction"]:
        raise CommandError(f"{warning} (--without-instruction)")
    return True


def _import(
    client: Client, community: Community | None, path: Path, options: dict[str, Any]
) -> Outcome:
    shared: dict[str, Any] = {
        name: options[name] for name in ("encoding", "delimiter", "skip_bad", "dry_run")
    }
    columns = _columns(options)
    if options["tally_column"]:
        if community is None:
            raise CommandError("A tally belongs to a community: give --community.")
        chosen = columns.columns.get("started_at", ())
        if len(chosen) != 1:
            raise CommandError("Give the column of the day: --map started_at=COLUMN.")
        return import_tallies(
            client, path, path.name, community=community, day_column=chosen[0],
            total_column=options["tally_column"], track=_bar, **shared,
        )  # fmt: skip
    return import_calls(
        client, path, path.name, columns=columns, community=community,
        evidence=Evidence[options["evidence"].upper()] if options["evidence"] else None,
        day=options["date"], zone=_zone(options["time_zone"]), track=_bar, **shared,
    )  # fmt: skip


def _bar(items: Iterable[Any], total: int | None, label: str) -> Iterable[Any]:
    bar: Iterable[Any] = tqdm(items, desc=label, total=total, unit=" rows" if total is None else "")
    return bar


def _columns(options: dict[str, Any]) -> ColumnMap:
    if options["mapping"] and (options["map"] or options["status"]):
        raise CommandError("Give the mapping as a file or as options, not both.")
    if options["mapping"]:
        return ColumnMap.from_json(options["mapping"].read_text("utf-8"))
    return ColumnMap.from_options(options["map"], options["status"])


def _zone(name: str | None) -> zoneinfo.ZoneInfo | None:
    if name is None:
        return None
    if name not in zoneinfo.available_timezones():
        raise CommandError(f"Unknown time zone: {name}. Give one such as Europe/Moscow.")
    return zoneinfo.ZoneInfo(name)


def _client(said: str) -> Client:
    wanted = Q(name__iexact=said) | (Q(pk=int(said)) if said.isdecimal() else Q())
    client = Client.objects.filter(wanted).first()
    if client is None:
        raise CommandError(f"No such client: {said}")
    return client


def _community(client: Client, said: str | None) -> Community | None:
    if said is None:
        return None
    wanted = Q(profile__external_id=said) | Q(profile__title__iexact=said)
    wanted |= Q(profile__screen_name__iexact=said)
    if said.isdecimal():
        wanted |= Q(pk=int(said))
    found = list(Community.objects.filter(wanted, client=client).select_related("profile")[:2])
    if len(found) != 1:
        known = Community.objects.filter(client=client).select_related("profile")
        names = ", ".join(f"{row.pk} ({row})" for row in known) or _("none")
        raise CommandError(f"Which community is “{said}”? {client} has: {names}")
    return found[0]
