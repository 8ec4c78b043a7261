"""Marks the root of the tests; the engines come from `smm_agency/test_engines.py`."""

import pytest
from django.core.cache import cache

from clients.looks import AgencyRow, keep_agency
from content.webhooks import doors as event_doors
from kpi.webhooks import doors


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Attempts to sign in are counted by address, and all tests come from the same one."""
    cache.clear()
    # Every page asks for it: what a test counts is what its own page reads.
    keep_agency(AgencyRow())


@pytest.fixture(autouse=True)
def _forgetful_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that switches a connection off need not wait a second."""
    monkeypatch.setattr(doors, "seconds", 0.0)
    monkeypatch.setattr(event_doors, "seconds", 0.0)
