from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest
from pytest_django import Settings

from communities.networks.keys import AccessToken, TokenKind
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.server import Simulator

Start = Callable[..., Simulator]


@pytest.fixture
def simulate(settings: Settings) -> Iterator[Start]:
    """Start the simulated networks with a scenario and point the settings to them."""
    with ExitStack() as stack:

        def start(**scenario: Json) -> Simulator:
            networks = stack.enter_context(Simulator(scenario))
            settings.VK_API_URL = networks.vk_url
            settings.TELEGRAM_API_URL = networks.telegram_url
            settings.OK_API_URL = networks.url("ok")
            settings.OK_TOKEN_URL = networks.url("ok/oauth/token.do")
            settings.MAX_API_URL = networks.url("max")
            settings.YOUTUBE_API_URL = networks.url("youtube/v3")
            settings.YOUTUBE_ANALYTICS_URL = networks.url("youtube_analytics/v2")
            settings.GOOGLE_TOKEN_URL = networks.url("google/token")
            settings.META_GRAPH_URL = networks.url("meta/v26.0")
            settings.NETWORK_ALLOWED_HOSTS = ["127.0.0.1"]
            return networks

        yield start


@pytest.fixture
def vk_key() -> AccessToken:
    """A key of its own for each test: no other test's calls count against its limit."""
    return AccessToken("vk", TokenKind.SERVICE, f"vk1.a.{uuid4().hex}")


@pytest.fixture
def bot_key() -> AccessToken:
    return AccessToken("telegram", TokenKind.BOT, f"{uuid4().int % 10**9 + 10**9}:AA{uuid4().hex}")
