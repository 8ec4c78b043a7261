"""Take the days of a profile from a file."""

import zoneinfo
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from kpi.import_target import add_mapping_argument, add_target_arguments, find_target
from kpi.snapshot_import import DAY_FORMATS, FIELDS, SnapshotImport, import_snapshots
from smm_agency.lib.tabular import ImportRefused, TableError

EXAMPLE = """Example:
  manage.py import_snapshots history.csv --client "Smile" --network youtube --external-id UC1
      --channel Main --columns followers=subscribers,views=views
"""


def column_map(text: str) -> dict[str, str]:
    """`followers=subscribers,views=views` → field → column."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not mark or not name.strip() or not column.strip() for name, mark, column in pairs):
        raise ArgumentTypeError(f"write field=column,field=column; fields: {', '.join(FIELDS)}")
    return {name.strip(): column.strip() for name, _mark, column in pairs}


class Command(BaseCommand):
    help = "Take the days of a profile (subscribers, views, reach …) from a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLE
        parser.add_argument("file", type=Path)
        add_target_arguments(parser)
        parser.add_argument("--format", choices=["auto", *DAY_FORMATS], default="auto")
        add_mapping_argument(parser)
        parser.add_argument("--channel", default="", help="the channel, in a file of several")
        parser.add_argument(
            "--columns", type=column_map, default={}, metavar="FIELD=COLUMN,…",
            help=f"fields: {', '.join(FIELDS)}; by default columns are known by their names",
        )  # fmt: skip
        parser.add_argument(
            "--time-zone", type=zoneinfo.ZoneInfo,
            help="of times without an offset; the client's by default",
        )  # fmt: skip
        parser.add_argument("--skip-bad", action="store_true", help="take the good rows")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"No such file: {path}")
        with transaction.atomic():
            profile, is_new = find_target(options)
            with tqdm(desc=path.name, unit=" days", disable=None) as bar:

                def show(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                try:
                    report = import_snapshots(
                        profile,
                        path.read_bytes(),
                        path.name,
                        at=timezone.now(),
                        format=options["format"],
                        columns=options["columns"],
                        mapping=options["mapping"],
                        channel=options["channel"],
                        zone=options["time_zone"],
                        skip_bad=options["skip_bad"],
                        progress=show,
                    )
                except (TableError, ImportRefused) as error:
                    raise CommandError(f"{path.name} was not taken.\n{error}") from None
        if is_new:
            self.stdout.write(f"Profile {profile.pk} was made; it is not measured daily.")
        self._say(report)

    def _say(self, report: SnapshotImport) -> None:
        for line in (*report.notes, *report.errors.lines()):
            self.stdout.write(line)
        for reason, count in report.skipped.items():
            self.stdout.write(f"Left out: {count} ({reason}).")
        stored = report.stored
        self.stdout.write(
            f"{report.format}: {report.rows} rows; days: {stored.new} new,"
            f" {stored.corrected} corrected, {stored.filled} completed,"
            f" {stored.unchanged} unchanged; {report.errors.total} rows refused."
        )
