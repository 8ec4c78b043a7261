"""A table read as a person's mapping says: its header, its encoding, its columns."""

from collections import Counter

from django.utils.translation import gettext as _

from kpi.column_mapping import CHANNEL, ColumnMap
from smm_agency.lib.tabular import Errors, Table, TableError, read_table


def open_table(data: bytes, name: str, mapping: ColumnMap, errors: Errors | None) -> Table:
    """The table, whatever its columns are. Raises TableError."""
    return read_table(
        data,
        name,
        encoding=mapping.encoding or None,
        header_at=mapping.header_at,
        errors=errors,
        loose=True,
    )


def read_mapped_table(data: bytes, name: str, mapping: ColumnMap, errors: Errors) -> Table:
    """The table with every column that the mapping names. Raises TableError."""
    table = open_table(data, name, mapping, errors)
    mapping.check_whole()
    for field, column in mapping.columns.items():
        if column not in table.header:
            message = _("The file has no column “%(column)s”; it has: %(found)s.")
            values = {"column": column, "found": ", ".join(table.header)}
            raise TableError(None, field, message % values)
    return table


def check_channel(channels: Counter[str], mapping: ColumnMap, chosen: str) -> None:
    """Raises TableError where a file of several pages does not have the one that is wanted."""
    known = ", ".join(f"{name} ({count})" for name, count in sorted(channels.items())[:30])
    if CHANNEL in mapping.columns and chosen not in channels:
        message = _("Name one channel of the file: %(channels)s.")
        raise TableError(None, mapping.columns[CHANNEL], message % {"channels": known})
