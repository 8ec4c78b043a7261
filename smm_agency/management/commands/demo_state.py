"""`manage.py demo_state`: whether the database is empty, holds the demo, or is somebody's own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from smm_agency.demo.state import demo_state, logins


class Command(BaseCommand):
    help = _("Print empty, demo or real; with --logins the logins of the demo, one a line.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help=_("Print the demo's logins."))

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(logins()) if options["logins"] else demo_state().value)
