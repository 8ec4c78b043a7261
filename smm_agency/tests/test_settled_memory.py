"""A server's own memory is left out of the collector's walks."""

import gc
from collections.abc import Iterator

import pytest

from smm_agency.settled_memory import settle_memory


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_loaded_is_frozen_and_what_comes_later_is_not() -> None:
    settle_memory()
    assert gc.get_freeze_count() > 100_000
    later: list[object] = []
    assert any(one is later for one in gc.get_objects())
