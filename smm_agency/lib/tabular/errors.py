"""What is wrong with a file, said by row and field."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class TableError(Exception):
    """One thing wrong with a file; `row` is the line or sheet row that a person sees."""

    def __init__(self, row: int | None, field: str | None, message: str) -> None:
        super().__init__(row, field, message)
        self.row = row
        self.field = field
        self.message = message

    def __str__(self) -> str:
        if self.row is None and self.field is None:
            return self.message
        return f"{self._place()}: {self.message}"

    def _place(self) -> str:
        values = {"row": self.row, "field": self.field}
        if self.field is None:
            return _("row %(row)s") % values
        if self.row is None:
            return _("field %(field)s") % values
        return _("row %(row)s, field %(field)s") % values


class ImportRefused(Exception):  # noqa: N818 - an outcome with many errors, not one error
    """A file that was not taken; `errors` says why, row by row."""

    def __init__(self, errors: "Errors") -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(self.errors.lines())


class Errors:
    """Collects what is wrong with a file, so that a person mends it once; keeps the first `cap`."""

    def __init__(self, cap: int = 100) -> None:
        self.cap = cap
        self.total = 0
        self._kept: list[TableError] = []

    def add(self, error: TableError) -> None:
        self.total += 1
        if len(self._kept) < self.cap:
            self._kept.append(error)

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Keep a TableError of the block instead of raising it."""
        try:
            yield
        except TableError as error:
            self.add(error)

    def lines(self) -> list[str]:
        lines = [str(error) for error in self._kept]
        unseen = self.total - len(self._kept)
        if unseen:
            more = ngettext("and %(count)s more", "and %(count)s more", unseen)
            lines.append(more % {"count": unseen})
        return lines

    def raise_if_any(self) -> None:
        if self.total:
            raise ImportRefused(self)

    def __bool__(self) -> bool:
        return bool(self.total)

    def __iter__(self) -> Iterator[TableError]:
        return iter(self._kept)
