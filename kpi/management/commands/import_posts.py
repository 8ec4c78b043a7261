"""Take the posts of a wall or a channel from a file."""

import datetime as dt
import zoneinfo
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from kpi.import_target import add_mapping_argument, add_target_arguments, find_target
from kpi.post_import import FORMATS, PostImport, import_posts
from smm_agency.lib.tabular import ImportRefused, TableError

EXAMPLE = """Example:
  manage.py import_posts wall.json --client "Smile" --network vk --external-id 97961705
"""


class Command(BaseCommand):
    help = "Take the posts of a wall or a channel, with their counters, from a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLE
        parser.add_argument("file", type=Path)
        add_target_arguments(parser)
        parser.add_argument("--format", choices=["auto", *FORMATS], default="auto")
        add_mapping_argument(parser)
        parser.add_argument(
            "--time-zone", type=zoneinfo.ZoneInfo,
            help="of times without an offset; the client's by default, Pacific for Meta",
        )  # fmt: skip
        parser.add_argument("--chat", default="", help="the channel's number, in a file of several")
        parser.add_argument(
            "--album", type=int, default=1, metavar="SECONDS",
            help="longest pause between messages of one album; 0 joins none",
        )  # fmt: skip
        parser.add_argument(
            "--read-at", type=dt.datetime.fromisoformat,
            help="when the counters were read; by default the time of the newest post",
        )  # fmt: skip
        parser.add_argument("--skip-bad", action="store_true", help="take the good rows")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"No such file: {path}")
        with transaction.atomic():
            profile, is_new = find_target(options)
            read_at = options["read_at"]
            if read_at is not None and read_at.tzinfo is None:
                read_at = read_at.replace(tzinfo=options["time_zone"] or profile.client.zone)
            with tqdm(desc=path.name, unit=" posts", disable=None) as bar:

                def show(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                try:
                    report = import_posts(
                        profile,
                        path.read_bytes(),
                        path.name,
                        at=timezone.now(),
                        format=options["format"],
                        mapping=options["mapping"],
                        zone=options["time_zone"],
                        chat=options["chat"],
                        album_seconds=options["album"],
                        read_at=read_at,
                        skip_bad=options["skip_bad"],
                        progress=show,
                    )
                except (TableError, ImportRefused) as error:
                    raise CommandError(f"{path.name} was not taken.\n{error}") from None
        if is_new:
            self.stdout.write(f"Profile {profile.pk} was made; it is not measured daily.")
        self._say(report)

    def _say(self, report: PostImport) -> None:
        stored = report.stored
        for line in (*report.notes, *report.errors.lines()):
            self.stdout.write(line)
        for reason, count in report.skipped.items():
            self.stdout.write(f"Left out: {count} ({reason}).")
        self.stdout.write(
            f"{report.format}: {report.rows} rows, {stored.posts} posts"
            f" ({stored.new_posts} new, {stored.changed_posts} changed);"
            f" snapshots of {report.slot}: {stored.snapshots.new} new,"
            f" {stored.snapshots.corrected} corrected, {stored.snapshots.filled} completed,"
            f" {stored.snapshots.unchanged} unchanged; {report.errors.total} rows refused."
        )
