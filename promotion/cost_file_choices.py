"""What a person says of a file of costs: kept with it, shown again, and read by."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class CostChoices:
    """`columns`: our field → the file's column; a column that is not named is left out.

    `order` is "" while it is not known which number of a date is the month, `mark` while the file's
    numbers are to tell which sign begins the decimals. `first` and `last` are ISO days of rows that
    hold no day. `slot`, `cost_kind`, `vat` and `vat_rate` are for rows that say nothing. An empty
    `encoding` or `delimiter` is found out, an empty `sheet` is the first.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    mark: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_at: int = 1
    sheet: str = ""
    first: str = ""
    last: str = ""
    slot: str = ""
    cost_kind: str = ""
    vat: str = ""
    vat_rate: str = ""
    skip_bad: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """From what `to_json` gave; of an older version, what is still known."""
        known = {name: value for name, value in told.items() if name in cls.__dataclass_fields__}
        return cls(**known)

    def is_read_as(self, other: "CostChoices") -> bool:
        """Whether the columns are the same by both."""
        names = ("encoding", "delimiter", "header_at", "sheet")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def digest(self) -> str:
        """The same for choices that show the same; wrong rows are shown in any case."""
        text = json.dumps(self.to_json() | {"skip_bad": None}, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
