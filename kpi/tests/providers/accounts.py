"""What the tests of adapters share: an account in Moscow, a moment, requests."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from kpi.providers.protocol import Account
from kpi.providers.records import Delivery

MOSCOW = ZoneInfo("Europe/Moscow")
AT = dt.datetime(2026, 1, 2, 12, 0, tzinfo=dt.UTC)
SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def account(
    credentials: Mapping[str, str] | None = None, *, mapping: Mapping[str, str] | None = None
) -> Account:
    return Account(MOSCOW, credentials or {}, mapping or {})


def form(fields: dict[str, Any], **parts: Any) -> Delivery:
    return Delivery(
        body=urlencode(fields).encode(), content_type="application/x-www-form-urlencoded", **parts
    )


def json_body(text: str, **parts: Any) -> Delivery:
    return Delivery(body=text.encode(), content_type="application/json", **parts)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
