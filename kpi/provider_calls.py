"""What a provider says of a call becomes ours: by an event of its, or by its list."""

import datetime as dt
import json
import zoneinfo
from typing import Any, NamedTuple

from kpi.attribution import dialled_number
from kpi.call_entry import CallKey, take_news
from kpi.call_merge import News
from kpi.callers import caller_number
from kpi.models import Call, CallConnection
from kpi.outgoing_calls import record_outgoing
from kpi.providers.protocol import Account, Provider
from kpi.providers.records import Direction, ProviderCall, Status
from kpi.providers.registry import PROVIDERS

# Our names of the fields that an adapter may call weak.
OURS = {"tracked": "called_number"}


class Taken(NamedTuple):
    call: Call | None
    is_new: bool = False
    is_changed: bool = False


def provider_of(connection: CallConnection) -> Provider:
    return PROVIDERS[connection.provider]


def credentials_of(connection: CallConnection) -> dict[str, str]:
    """What the provider gave, and the secret that we made."""
    return {**json.loads(connection.credentials or "{}"), "secret": connection.secret}


def account_of(connection: CallConnection, *, client_zone: str = "") -> Account:
    """`client_zone` where it is known without reading the client."""
    zone = connection.time_zone or provider_of(connection).default_zone or client_zone
    return Account(
        zoneinfo.ZoneInfo(zone) if zone else connection.client.zone,
        credentials_of(connection),
        connection.mapping,
    )


def take_call(
    connection: CallConnection, told: ProviderCall, *, asked_at: dt.datetime | None = None
) -> Taken:
    """The call that this is about, if it is one of a community's callers.

    `asked_at`: the list was asked for then, and what it says is the provider's word of that moment.
    Calls inside the house are nobody's; outgoing ones are kept beside, for the time to call back.
    """
    if told.direction is Direction.INTERNAL:
        return Taken(None)
    if told.direction is Direction.OUT:
        take_outgoing(connection, told)
        return Taken(None)
    key = CallKey(connection.client, Call.Source.WEBHOOK, connection, told.external_id)
    return Taken(*take_news(key, news_of(connection, told, asked_at=asked_at)))


def news_of(
    connection: CallConnection, told: ProviderCall, *, asked_at: dt.datetime | None = None
) -> list[News]:
    """Weak fields come without a time, so that they only fill what is not known."""
    client = connection.client
    fields: dict[str, Any] = {
        "started_at": told.started_at,
        "status": told.status.value if told.status else None,
        "talk_seconds": None if told.status is Status.MISSED else told.talk_seconds,
        "wait_seconds": told.wait_seconds,
        "caller": caller_number(client, told.caller),
        "called_number": dialled_number(client, told.tracked),
        "provider_first": told.provider_first,
        "provider_target": told.provider_target,
        "call_back_seconds": told.call_back_seconds,
        "visit": dict(told.visit) or None,
    }
    weak = {OURS.get(name, name) for name in told.weak}
    strong = News({name: value for name, value in fields.items() if name not in weak})
    return [
        News(strong.fields, told.updated_at or asked_at),
        News({name: fields[name] for name in weak}),
    ]


def take_outgoing(connection: CallConnection, told: ProviderCall) -> None:
    """Nothing is kept of it before it is over."""
    if told.started_at is None or told.status is None:
        return
    record_outgoing(
        connection,
        external_id=told.external_id,
        started_at=told.started_at,
        raw_callee=told.caller,
        is_answered=told.status is Status.ANSWERED,
        talk_seconds=told.talk_seconds,
    )
