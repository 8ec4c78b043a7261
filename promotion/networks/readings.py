"""What an advertising network or a file tells, in our words; None is "not told", never 0."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ReadObject:
    """`level` is a value of `promotion.models.AdLevel`; `status` in the network's own words."""

    level: str
    external_id: str
    title: str = ""
    status: str = ""
    parent_level: str = ""
    parent_external_id: str = ""


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """Of one object, from the first day to the last as the network counts its days.

    `spend` is in the account's currency. `reach` is of these days only and is never summed.
    """

    level: str
    external_id: str
    first: dt.date
    last: dt.date
    spend: Decimal | None = None
    impressions: int | None = None
    reach: int | None = None
    clicks: int | None = None
    joins: int | None = None
    messages: int | None = None
    results: int | None = None
