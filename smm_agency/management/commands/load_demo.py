"""`manage.py load_demo`: the demo agency into an empty database."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from smm_agency.demo.loading import loading
from smm_agency.demo.state import logins


class Command(BaseCommand):
    help = _("Load the demo agency: nine invented clients with a year and more of history.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            with transaction.atomic(), tqdm(desc=_("Loading the demo"), unit="") as bar:
                for step in loading(today=timezone.localdate(now), now=now):
                    bar.total = step.total
                    bar.update(step.done - bar.n)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write("\n".join([_("The demo agency is loaded."), *logins()]))
