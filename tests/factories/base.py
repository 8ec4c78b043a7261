"""What all factories share."""

import datetime as dt
from typing import Any

from factory import declarations

# factory_boy is typed in part only: its declarations are not.
Sequence: Any = declarations.Sequence
LazyAttribute: Any = declarations.LazyAttribute
SelfAttribute: Any = declarations.SelfAttribute
SubFactory: Any = declarations.SubFactory
LazyFunction: Any = declarations.LazyFunction
PostGeneration: Any = declarations.PostGeneration

# A moment and a day that tests may lean on: a Wednesday noon in Moscow.
NOON = dt.datetime(2026, 3, 11, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 11)
LONG_AGO = dt.date(2020, 1, 1)
PASSWORD = "a long enough password"
