"""Advertising money that was spent or is taken: the one place that every sum starts from."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from promotion.vat import net_of


@dataclass(frozen=True, slots=True)
class Spent:
    """One sum, of an ad account's figures, of a placement's price or of a cost.

    `campaign_id` is None for money that is tied to no campaign yet. `first` and `last` are the
    days it was spent in; they are one day but for figures of a whole period. `amount` is as it was
    told, in `currency`; `net` is without VAT, None where it is not stated whether it holds any.
    """

    origin: str
    channel: str
    campaign_id: int | None
    placement_id: int | None
    creative_id: int | None
    ad_object_id: int | None
    first: dt.date
    last: dt.date
    amount: Decimal
    currency: str
    vat: str
    vat_rate: Decimal | None

    @property
    def net(self) -> Decimal | None:
        return net_of(self.amount, self.vat, self.vat_rate)
