"""Several querysets read by one statement, each as it would have been read alone: instances,
dicts of `values`, tuples of `values_list`.

Pages that show all parts of something (a version of a strategy has a dozen tables) would ask a
question for each. Rows come as JSON and become what their columns' fields make of them; what is
prefetched is still asked for separately.
"""

import json
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import JSONField, QuerySet


def read_together(*querysets: QuerySet[Any, Any]) -> list[list[Any]]:
    """The rows of each, in the order of the querysets."""
    compilers = [rows.query.get_compiler(rows.db) for rows in querysets]
    statements = [compiler.as_sql() for compiler in compilers]
    # Order in a subquery is kept by json_agg, which reads it row by row.
    columns = [
        f"(SELECT json_agg(t) FROM ({statement}) AS t ({_names(len(compiler.select))}))::text"  # noqa: S608 - Django's own SQL
        for compiler, (statement, _values) in zip(compilers, statements, strict=True)
    ]
    values = [value for _statement, some in statements for value in some]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        found = cursor.fetchone()
    return [
        _instances(rows, compiler, json.loads(told or "[]", parse_float=Decimal))
        for rows, compiler, told in zip(querysets, compilers, found, strict=True)
    ]


def _names(count: int) -> str:
    return ", ".join(f"c{place}" for place in range(count))


def _read(field: Any, value: Any) -> Any:
    """As the driver would have given it."""
    if value is None:
        return None
    if isinstance(field, JSONField):
        return json.dumps(value, default=float)
    return field.to_python(value)


def _instances(rows: QuerySet[Any, Any], compiler: Any, told: list[dict[str, Any]]) -> list[Any]:
    """The queryset makes them, of rows that it need not ask for."""
    fields = [expression.output_field for expression, _sql, _alias in compiler.select]
    read = [
        tuple(_read(field, value) for field, value in zip(fields, row.values(), strict=True))
        for row in told
    ]
    compiler.execute_sql = lambda *args, **kwargs: [read]
    answered: Any = rows.all()
    answered.query.get_compiler = lambda *args, **kwargs: compiler
    return list(answered)
