"""What a person says of a file with a plan: which column is which, and what empty cells mean."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """`columns`: our field → the file's column; a column that is not named is left out.

    `order` is "" while it is not known which number of a date is the month. `time`, `source` and
    `text_work` are for rows that say nothing; "" refuses such rows. An empty `encoding` is found
    out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    time: str = ""
    source: str = ""
    text_work: str = ""
    encoding: str = ""
    header_at: int = 1
    skip_bad: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        known = {name: value for name, value in told.items() if name in cls.__dataclass_fields__}
        return cls(**known)

    def digest(self) -> str:
        """What somebody saw when they pressed the button."""
        told = json.dumps(self.to_json(), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()
