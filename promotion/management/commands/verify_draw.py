"""Count a draw again from its protocol; no database is asked."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from promotion.draw_protocol import Check, check_protocol

EXAMPLE = """Example:
  manage.py verify_draw draw.json --published 2c26b46b…
"""


class Command(BaseCommand):
    help = "Count a draw again from its protocol (JSON) and say what agrees."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLE
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--published", default="", metavar="HASH",
            help="the hash of the list as it was published before the draw",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        checks = checks_of(options["file"], options["published"])
        for check in checks:
            self.stdout.write(f"{'agrees' if check.agrees else 'DIFFERS'}: {check.says}")
        wrong = sum(not check.agrees for check in checks)
        if wrong:
            raise CommandError(f"The protocol does not agree with itself: {wrong} differ.")
        if not options["published"]:
            self.stdout.write("Compare the hash of the list with the one published before.")


def checks_of(path: Path, published: str) -> list[Check]:
    if not path.is_file():
        raise CommandError(f"No such file: {path}")
    try:
        return check_protocol(json.loads(path.read_bytes()), published=published)
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{path.name} cannot be checked: {error}") from None
