"""The simulated networks for tests of what is read from them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol
from uuid import uuid4

import pytest
from pytest_django import Settings

from clients.models import Client
from communities.models import AccessKey
from smm_agency.simulator.ok import APPLICATION
from smm_agency.simulator.server import Simulator
from tests.factories import AccessKeyFactory

OK_APPLICATION = ("OK_APPLICATION_ID", "OK_APPLICATION_KEY", "OK_APPLICATION_SECRET")


class Start(Protocol):
    def __call__(self, **scenario: Any) -> Simulator: ...


@pytest.fixture
def simulate(settings: Settings) -> Iterator[Start]:
    """Start the simulated networks with a scenario and point the settings to them."""
    with ExitStack() as stack:

        def start(**scenario: Any) -> Simulator:
            networks = stack.enter_context(Simulator({"limits": False, **scenario}))
            settings.VK_API_URL = networks.vk_url
            settings.TELEGRAM_API_URL = networks.telegram_url
            settings.OK_API_URL = networks.url("ok")
            for name, value in zip(OK_APPLICATION, APPLICATION, strict=True):
                setattr(settings, name, value)
            settings.NETWORK_ALLOWED_HOSTS = ["127.0.0.1"]
            return networks

        yield start


def vk_key(**told: Any) -> AccessKey:
    """The agency's service key; a secret of its own, so no other test's calls count against it."""
    return AccessKeyFactory.create(secret=f"vk1.a.{uuid4().hex}", **told)


def bot_key(client: Client) -> AccessKey:
    secret = f"{uuid4().int % 10**9 + 10**9}:AA{uuid4().hex}"
    return AccessKeyFactory.create(client=client, network="telegram", kind="bot", secret=secret)


def wall_item(number: int, date: dt.datetime, **told: Any) -> dict[str, Any]:
    """A post as VK's wall shows it, with five likes and a comment."""
    counters = {"likes": {"count": 5}, "comments": {"count": 1}, "reposts": {"count": 0}}
    return {
        "id": number,
        "owner_id": -1,
        "from_id": -1,
        "date": int(date.timestamp()),
        "text": f"Post {number}",
        "type": "post",
        "post_type": "post",
        **counters,
        **told,
    }
