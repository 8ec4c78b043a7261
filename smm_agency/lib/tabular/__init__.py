"""Tables from people: CSV and XLSX in, with every refusal named, and out, with nothing that runs.

`read_table` gives strings; `cells` turns them into values; `Errors` collects what is wrong.
"""

from smm_agency.lib.tabular.amounts import (
    CURRENCY_SIGNS,
    currency_in,
    fitting_marks,
    read_amount,
)
from smm_agency.lib.tabular.books import Sheet, write_book
from smm_agency.lib.tabular.cells import (
    parse_bool,
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_int,
    require,
)
from smm_agency.lib.tabular.errors import Errors, ImportRefused, TableError
from smm_agency.lib.tabular.headers import (
    LAST_HEADER_ROW,
    examples,
    fingerprint,
    named_columns,
    sample,
    short,
)
from smm_agency.lib.tabular.limits import Limits, too_large
from smm_agency.lib.tabular.reading import Table, read_csv_records, read_table
from smm_agency.lib.tabular.writing import XLSX, Cell, write_csv, write_xlsx
from smm_agency.lib.tabular.written import DateOrder, Mark, fitting_orders, read_count, read_moment
from smm_agency.lib.tabular.xlsx_records import sheet_names

__all__ = [
    "CURRENCY_SIGNS",
    "LAST_HEADER_ROW",
    "XLSX",
    "Cell",
    "DateOrder",
    "Errors",
    "ImportRefused",
    "Limits",
    "Mark",
    "Sheet",
    "Table",
    "TableError",
    "currency_in",
    "examples",
    "fingerprint",
    "fitting_marks",
    "fitting_orders",
    "named_columns",
    "parse_bool",
    "parse_date",
    "parse_datetime",
    "parse_decimal",
    "parse_int",
    "read_amount",
    "read_count",
    "read_csv_records",
    "read_moment",
    "read_table",
    "require",
    "sample",
    "sheet_names",
    "short",
    "too_large",
    "write_book",
    "write_csv",
    "write_xlsx",
]
