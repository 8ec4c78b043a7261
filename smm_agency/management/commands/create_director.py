"""`manage.py create_director`: the first login of an agency, or one more director."""

import getpass
import os
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from clients.role_rights import DIRECTOR


class Command(BaseCommand):
    help = _("Make a director: a person of the agency who sees every client.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--username",
            default=os.environ.get("DIRECTOR_USERNAME", ""),
            help=_("The user name; without it DIRECTOR_USERNAME, else it is asked for."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        given = os.environ.get("DIRECTOR_PASSWORD", "")
        try:
            if options["username"] and given:
                user = make_director(options["username"], given)
            else:
                user = self._ask(options["username"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except EOFError:
            raise CommandError(
                _("Nobody answers here: give --username, and the password in DIRECTOR_PASSWORD.")
            ) from None
        self.stdout.write(_("%(user)s can sign in as a director.") % {"user": user.username})

    def _ask(self, username: str) -> User:
        """Ask until the answers will do; a name that was given is not asked for."""
        while True:
            name = username or input(_("User name: ")).strip()
            password = getpass.getpass(_("Password: "))
            try:
                if getpass.getpass(_("Password once more: ")) != password:
                    raise ValidationError(_("The two passwords differ."))
                return make_director(name, password)
            except ValidationError as error:
                if username and User.objects.filter(username=username).exists():
                    raise
                self.stderr.write(" ".join(error.messages))


@transaction.atomic
def make_director(username: str, password: str) -> User:
    """A new person of the agency in the group Director; ValidationError names what is wrong."""
    user = User(username=username, is_staff=True)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    user.groups.add(Group.objects.get(name=DIRECTOR))
    return user
