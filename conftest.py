"""Marks the root of the tests; the engines come from `smm_agency/test_engines.py`."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Attempts to sign in are counted by address, and all tests come from the same one."""
    cache.clear()
