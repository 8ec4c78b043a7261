"""Move every encrypted value to the first key, so that the old keys can leave the settings."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from tqdm import tqdm

from smm_agency.lib.encryption import DecryptionError, EncryptedTextField, needs_rotation, rotate

BATCH_ROWS = 500
SHOWN_FAILURES = 20


class EncryptedColumn(NamedTuple):
    """A field of a model that owns its column."""

    model: type[models.Model]
    field: "models.Field[Any, Any]"

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    def tokens(self) -> "models.QuerySet[Any]":
        """Rows with a value, `token` as it is stored: the cast keeps the field from opening it."""
        token = Cast(self.field.name, models.TextField())
        rows = self.model._base_manager.annotate(token=token)
        return rows.filter(**{f"{self.field.name}__isnull": False}).order_by("pk")


class Outcome:
    """What a run did: values seen, moved to the first key, and those that no key opens."""

    def __init__(self) -> None:
        self.seen = 0
        self.moved = 0
        self.failures: list[str] = []


def encrypted_columns() -> list[EncryptedColumn]:
    """Every column of encrypted text in the project, in the order of the apps."""
    return [
        EncryptedColumn(model, field)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def rotate_column(column: EncryptedColumn, outcome: Outcome) -> Iterator[int]:
    """Move a column in batches, each in its own transaction; gives the rows of each batch.

    A killed run keeps its finished batches and the next one passes over them.
    """
    last_pk: Any = None
    while batch := _next_batch(column, last_pk):
        with transaction.atomic():
            for pk, token in batch:
                _rotate_value(column, pk, token, outcome)
        last_pk = batch[-1][0]
        yield len(batch)


def _next_batch(column: EncryptedColumn, after: Any) -> list[tuple[Any, str]]:
    rows = column.tokens()
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.values_list("pk", "token")[:BATCH_ROWS])


def _rotate_value(column: EncryptedColumn, pk: Any, token: str, outcome: Outcome) -> None:
    outcome.seen += 1
    if not needs_rotation(token):
        return
    try:
        rotated = rotate(token)
    except DecryptionError:
        outcome.failures.append(f"{column}, pk {pk}")
        return
    # Only where the old token still stands: what somebody saved meanwhile is theirs.
    same = column.tokens().filter(pk=pk, token=token)
    value = models.Value(rotated, output_field=models.TextField())
    outcome.moved += same.order_by().update(**{column.field.name: value})


class Command(BaseCommand):
    help = "Encrypt every stored secret anew with the first key of FIELD_ENCRYPTION_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = Outcome()
        for column in encrypted_columns():
            total = column.tokens().count()
            # None: no bar where the output is not a terminal.
            hidden = True if options["no_progress"] else None
            with tqdm(total=total, desc=str(column), unit="row", disable=hidden) as bar:
                for count in rotate_column(column, outcome):
                    bar.update(count)
        self._report(outcome)

    def _report(self, outcome: Outcome) -> None:
        summary = _(
            "Moved to the first key: %(moved)s. Left, being under it already: %(left)s."
            " Cannot be opened: %(failed)s."
        )
        failed = len(outcome.failures)
        left = outcome.seen - outcome.moved - failed
        self.stdout.write(summary % {"moved": outcome.moved, "left": left, "failed": failed})
        if outcome.failures:
            message = _("%(count)s values cannot be opened by any key: %(places)s.")
            shown = outcome.failures[:SHOWN_FAILURES]
            more = ["…"] if len(outcome.failures) > SHOWN_FAILURES else []
            places = "; ".join(shown + more)
            raise CommandError(message % {"count": len(outcome.failures), "places": places})
