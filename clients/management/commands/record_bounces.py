"""Take what a mail server says of letters that came back: delivery status notifications (RFC 3464).

For the pipe of the mail server: `|/path/to/python manage.py record_bounces -`. A notification that
is not understood is said on the error output and is no error, or the server would send it back.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clients.bounces import NotANoticeError, take_notice

# The largest notification that is read; servers send the letter back with them.
MOST_BYTES = 30 * 1024 * 1024


class Command(BaseCommand):
    help = "Take what a mail server says of letters that came back: files, or - for the input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", default=["-"], metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        new = 0
        for name, raw in read_files(options["files"]):
            try:
                new += take_notice(raw, at=timezone.now())
            except NotANoticeError as refused:
                self.stderr.write(f"{name}: {refused}")
        self.stdout.write(f"{new} letters came back.")


def read_files(names: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        try:
            if name == "-":
                yield name, sys.stdin.buffer.read(MOST_BYTES)
            else:
                with open(name, "rb") as file:
                    yield name, file.read(MOST_BYTES)
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror or error}") from error
