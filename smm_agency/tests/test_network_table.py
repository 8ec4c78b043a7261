import pytest
from django.conf import settings
from django.utils.translation import override

from communities.networks.abilities import AT_MOST
from communities.networks.registry import ADAPTERS, NETWORKS
from smm_agency.network_table import network_table, with_table

PAGE = settings.BASE_DIR / "docs" / "networks.md"


def test_the_page_shows_the_adapters_as_they_are() -> None:
    """If not: `manage.py write_network_table`."""
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text)


@pytest.mark.parametrize("network", sorted(ADAPTERS))
def test_every_kind_of_key_is_declared(network: str) -> None:
    assert set(AT_MOST[network]) == set(ADAPTERS[network].token_kinds)


@pytest.mark.parametrize("network", sorted(ADAPTERS))
def test_what_no_key_can_is_declared_of_none(network: str) -> None:
    able = frozenset[str]().union(*AT_MOST[network].values())
    assert able & set(ADAPTERS[network].never) == set()


def test_what_is_declared_is_a_network() -> None:
    assert set(AT_MOST) <= {network.code for network in NETWORKS}


def test_the_table_is_english_in_any_language() -> None:
    with override("ru"):
        assert network_table() == with_table("").split("\n\n", 1)[1].partition("\n<!--")[0]
        assert "### Odnoklassniki\n" in network_table()


def test_networks_without_an_adapter_are_named_as_manual() -> None:
    last = network_table().rpartition("### Manual networks\n\n")[2]
    assert [name for name in ("Dzen", "Rutube", "WhatsApp") if name not in last] == []
