"""What a person has said of a file of figures: kept with it, shown again, and read by."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from communities.models import Profile
from kpi.column_mapping import ColumnMap

COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class FileChoices:
    """`format` is a code of `post_import.FORMATS` or `snapshot_import.DAY_FORMATS`.

    `page` names one of several pages in the file. `read_on` is the day whose figures these are: of
    posts only, None where nobody knows. `skip_bad`: the good rows are taken without the bad ones.
    """

    format: str = COLUMNS
    zone: str = ""
    page: str = ""
    read_on: dt.date | None = None
    skip_bad: bool = False
    mapping: ColumnMap | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "zone": self.zone,
            "page": self.page,
            "read_on": self.read_on.isoformat() if self.read_on else "",
            "skip_bad": self.skip_bad,
            "mapping": self.mapping.to_json() if self.mapping else None,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """From what `to_json` gave. Raises TableError for a mapping that is none."""
        read_on, mapping = told.get("read_on"), told.get("mapping")
        return cls(
            told.get("format", COLUMNS),
            told.get("zone", ""),
            told.get("page", ""),
            dt.date.fromisoformat(read_on) if read_on else None,
            bool(told.get("skip_bad")),
            ColumnMap.from_json(mapping) if mapping else None,
        )

    def shows_as(self, other: "FileChoices") -> bool:
        """Whether the file looks the same by both; wrong rows are shown in any case."""
        return replace(self, skip_bad=other.skip_bad) == other

    def digest(self) -> str:
        """The same for choices that show the same: what was confirmed is what was seen."""
        text = json.dumps(self.to_json() | {"skip_bad": None}, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

    def read_at(self, profile: Profile, *, at: dt.datetime) -> dt.datetime | None:
        """The end of the stated day; of today, now."""
        if self.read_on is None:
            return None
        end = dt.datetime.combine(self.read_on, dt.time(23, 59, 59), tzinfo=profile.client.zone)
        return at if self.read_on == profile.client.day_of(at) else end
