"""Batches: the size that a network takes is learned once, one bad id spoils only itself."""

from collections.abc import Sequence

import pytest
from pytest_django import Settings

from communities.networks.batches import batch_size, read_in_batches
from communities.networks.keys import AccessToken
from communities.networks.outcomes import TOO_MANY, Kind, Ok, Outcome, Refused, RefusedForNow
from communities.networks.vk import VkAdapter
from communities.tests.networks.conftest import Start

VK = VkAdapter()


class Network:
    """Takes so many at once and knows no bad thing; notes how many were asked for."""

    def __init__(self, most: int, *, bad: str = "", field: str | None = None) -> None:
        self.most, self.bad, self.field = most, bad, field
        self.sizes: list[int] = []

    def ask(self, batch: Sequence[str]) -> Outcome[dict[str, Outcome[int]]]:
        self.sizes.append(len(batch))
        if len(batch) > self.most:
            return Refused(Kind.INVALID_REQUEST, "no", field=self.field)
        if self.bad in batch:
            return Refused(Kind.INVALID_REQUEST, "a bad one")
        return Ok({each: Ok(int(each)) for each in batch})

    def read(self, key: AccessToken, count: int, *, most: int) -> dict[str, Outcome[int]]:
        return read_in_batches(
            key,
            "method",
            [str(number) for number in range(count)],
            most=most,
            ask=self.ask,
            missing=lambda: Refused(Kind.NOT_FOUND, "missing"),
        )


@pytest.mark.parametrize("field", [TOO_MANY, None])
def test_a_size_that_is_refused_is_halved_and_remembered(
    vk_key: AccessToken, field: str | None
) -> None:
    network = Network(150, field=field)
    answers = network.read(vk_key, 1_000, most=500)
    assert all(isinstance(each, Ok) for each in answers.values())
    assert batch_size(vk_key, "method", most=500) == 125
    assert (network.sizes[:4], set(network.sizes[3:])) == ([500, 250, 125, 125], {125})
    again = Network(150, field=field)
    again.read(vk_key, 250, most=500)
    assert again.sizes == [125, 125]


def test_one_bad_thing_is_found_and_the_size_stays(vk_key: AccessToken) -> None:
    network = Network(500, bad="77")
    answers = network.read(vk_key, 100, most=100)
    assert [each for each, outcome in answers.items() if not isinstance(outcome, Ok)] == ["77"]
    assert batch_size(vk_key, "method", most=100) == 100


def test_the_size_is_one_keys_and_never_above_the_setting(
    vk_key: AccessToken, bot_key: AccessToken
) -> None:
    Network(30, field=TOO_MANY).read(vk_key, 100, most=100)
    assert [batch_size(key, "method", most=100) for key in (vk_key, bot_key)] == [25, 100]
    assert batch_size(vk_key, "method", most=10) == 10


def test_a_network_that_is_down_is_not_asked_in_halves(vk_key: AccessToken) -> None:
    sizes = []

    def ask(batch: Sequence[str]) -> Outcome[dict[str, Outcome[int]]]:
        sizes.append(len(batch))
        return RefusedForNow(Kind.TEMPORARY, "down")

    answers: dict[str, Outcome[int]] = read_in_batches(
        vk_key, "method", ["1", "2"], most=5, ask=ask,
        missing=lambda: Refused(Kind.NOT_FOUND, "missing"),
    )  # fmt: skip
    assert ({type(each) for each in answers.values()}, sizes) == ({RefusedForNow}, [2])


def test_the_setting_says_how_many_vk_is_asked_for(
    simulate: Start, vk_key: AccessToken, settings: Settings
) -> None:
    settings.VK_IDS_PER_CALL = 200
    networks = simulate()
    VK.read_profiles(vk_key, [str(number) for number in range(1, 402)])
    sizes = [len(call.parameters["group_ids"].split(",")) for call in networks.calls]
    assert sizes == [200, 200, 1]


def test_vk_that_takes_fewer_is_asked_for_fewer(simulate: Start, vk_key: AccessToken) -> None:
    networks = simulate(ids_per_call=300, limits=False)
    answers = VK.read_profiles(vk_key, [str(number) for number in range(1, 1_001)])
    assert all(isinstance(each, Ok) for each in answers.values())
    sizes = [len(call.parameters["group_ids"].split(",")) for call in networks.calls]
    assert sizes == [500, 250, 250, 250, 250]


def test_a_call_that_is_too_long_for_the_door_is_halved_too(
    simulate: Start, vk_key: AccessToken
) -> None:
    networks = simulate(faults=[{"method": "groups.getById", "fault": "http413"}])
    answers = VK.read_profiles(vk_key, ["1", "2", "3"])
    assert all(isinstance(each, Ok) for each in answers.values())
    sizes = [len(call.parameters["group_ids"].split(",")) for call in networks.calls]
    assert sizes == [3, 2, 1]
