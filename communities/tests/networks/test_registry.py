import ast
from pathlib import Path

import pytest

from communities import networks
from communities.networks.registry import (
    ADAPTERS,
    NETWORKS,
    adapter_for,
    network_choices,
    post_url,
    profile_url,
)


def test_every_adapter_stands_in_the_list_under_its_own_name() -> None:
    codes = [network.code for network in NETWORKS]
    assert [code for code in ADAPTERS if code not in codes] == []
    assert [adapter.network for adapter in ADAPTERS.values()] == list(ADAPTERS)


def test_a_network_need_not_have_an_adapter() -> None:
    assert adapter_for("dzen") is None
    assert adapter_for("vk") is ADAPTERS["vk"]


def test_network_choices_are_code_and_title() -> None:
    assert network_choices()[:2] == [("vk", "VK"), ("telegram", "Telegram")]


@pytest.mark.parametrize(
    ("network", "external_id", "name", "expected"),
    [
        ("vk", "1001", "", "https://vk.com/club1001"),
        ("vk", "1001", "coffee_home", "https://vk.com/coffee_home"),
        ("telegram", "-1001234567890", "coffee", "https://t.me/coffee"),
        ("telegram", "-1001234567890", "", ""),
        ("youtube", "UCabc-_", "", "https://www.youtube.com/channel/UCabc-_"),
        ("instagram", "17841", "coffee", "https://www.instagram.com/coffee/"),
        ("instagram", "17841", "", ""),
        ("ok", "5300", "", "https://ok.ru/group/5300"),
        ("ok", "coffee", "coffee", "https://ok.ru/coffee"),
        ("other", "1", "coffee", ""),
        ("vk", "1", "a/b?c", "https://vk.com/a%2Fb%3Fc"),
    ],
)
def test_profile_url(network: str, external_id: str, name: str, expected: str) -> None:
    assert profile_url(network, external_id, name) == expected


@pytest.mark.parametrize(
    ("network", "external_id", "name", "post", "expected"),
    [
        ("vk", "1001", "coffee", "5521", "https://vk.com/wall-1001_5521"),
        ("telegram", "-1001234567890", "coffee", "310", "https://t.me/coffee/310"),
        ("telegram", "-1001234567890", "", "310", "https://t.me/c/1234567890/310"),
        ("youtube", "UCabc", "", "dQw4_-", "https://www.youtube.com/watch?v=dQw4_-"),
        ("tiktok", "1", "coffee", "77", "https://www.tiktok.com/@coffee/video/77"),
        ("x", "1", "", "77", ""),
        ("other", "1", "coffee", "77", ""),
    ],
)
def test_post_url(network: str, external_id: str, name: str, post: str, expected: str) -> None:
    assert post_url(network, external_id, name, post) == expected


def test_adapters_know_no_models_and_one_of_them_alone_knows_the_settings() -> None:
    """The linter of imports cannot forbid a part of Django."""
    reads_settings = set()
    for path in sorted(Path(networks.__path__[0]).glob("*.py")):
        for module in _imported(path):
            assert not module.startswith(("django.db", "django.contrib", "communities.models"))
            if module == "django.conf":
                reads_settings.add(path.name)
    assert reads_settings == {"configuration.py"}


def _imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
