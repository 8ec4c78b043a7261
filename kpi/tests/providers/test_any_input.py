"""Whatever bytes come in: an event or a refusal, never a crash; and what all adapters keep."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.models import CallConnection, CallStatus
from kpi.providers.protocol import Account
from kpi.providers.records import Delivery, Event, ProviderError, Status
from kpi.providers.registry import PROVIDERS
from kpi.tests.providers.accounts import AT, MOSCOW, SINCE

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PATHS = st.sampled_from(["", "events/summary", "events/call"])
ACCOUNT = Account(MOSCOW, dict.fromkeys(("secret", "api_key", "api_salt", "token"), "x"))


@pytest.mark.parametrize("code", PROVIDERS)
@given(body=st.binary(max_size=200), query=st.text(max_size=50), path=PATHS)
def test_any_bytes(code: str, body: bytes, query: str, path: str) -> None:
    provider = PROVIDERS[code]
    for content_type in ("application/json", "application/x-www-form-urlencoded"):
        delivery = Delivery(body=body, query=query, path=path, content_type=content_type)
        assert provider.verify(delivery, ACCOUNT, at=AT) in (True, False)
        try:
            event = provider.read(delivery, ACCOUNT, at=AT)
        except ProviderError:
            continue
        assert isinstance(event, Event)
        assert 0 < len(event.event_id) <= 200


@pytest.mark.parametrize("code", PROVIDERS)
@given(data=st.data())
def test_any_values_under_the_names_that_are_read(code: str, data: st.DataObject) -> None:
    provider = PROVIDERS[code]
    names = [name for names in provider.mapping.values() for name in names]
    values = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=6))
    body = json.dumps(values).encode()
    delivery = Delivery(body=body, content_type="application/json")
    try:
        event = provider.read(delivery, ACCOUNT, at=AT)
    except ProviderError:
        return
    if event.call:
        assert event.call.started_at is None or event.call.started_at.tzinfo is dt.UTC


def test_codes_and_states_are_those_of_the_models() -> None:
    assert set(PROVIDERS) == set(CallConnection.Provider.values)
    assert set(Status) == set(CallStatus.values)


@pytest.mark.parametrize("code", PROVIDERS)
def test_declared_credentials_are_consistent(code: str) -> None:
    provider = PROVIDERS[code]
    names = [field.name for field in provider.credentials]
    assert len(set(names)) == len(names)
    assert set(provider.pull_needs) <= set(names)
    assert not provider.can_pull({})
    if not provider.pull_needs:
        outcome = provider.pull(ACCOUNT, since=SINCE, until=AT)
        assert "no list" in outcome.message  # type: ignore[union-attr]
