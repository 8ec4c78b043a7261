from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_django import Settings

from smm_agency.simulator.scenario import Json
from smm_agency.simulator.server import Simulator

Start = Callable[..., Simulator]


@pytest.fixture
def simulate(settings: Settings) -> Iterator[Start]:
    """Start the simulated VK Реклама with a scenario; without the limit of calls a second."""
    with ExitStack() as stack:

        def start(**scenario: Json) -> Simulator:
            networks = stack.enter_context(Simulator({"limits": False, **scenario}))
            settings.VK_ADS_API_URL = networks.url("vk_ads/api/v2")
            settings.NETWORK_ALLOWED_HOSTS = ["127.0.0.1"]
            return networks

        yield start
