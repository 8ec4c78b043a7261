"""Keys that run out in the middle of a run: renewed once, or refused and told, the rest goes on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from clients.models import Client, Task
from communities.key_use import refuse_key
from communities.models import AccessKey
from communities.networks import registry
from communities.networks.keys import AccessToken, FreshToken
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import PostReading, ProfileReading
from communities.tests.renewing import RAN_OUT, RenewingNetwork
from kpi.measurement import measure_posts, measure_profiles
from kpi.models import ProfileSnapshot
from kpi.tests.network_stage import vk_key
from tests.factories import ClientFactory, ProfileFactory

NOON = dt.datetime(2026, 3, 10, 9, 20, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@dataclass
class Pages(RenewingNetwork):
    """Tells of every page ten subscribers and an empty wall, while the key is good."""

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        self.asked_with.append(key.secret)
        return {each: self.reading(key, each) for each in external_ids}

    def reading(self, key: AccessToken, external_id: str) -> Outcome[ProfileReading]:
        if key.secret not in self.good:
            return RAN_OUT
        return Ok(ProfileReading(external_id, NOON, followers=10))

    def read_posts(
        self, key: AccessToken, external_id: str, since: dt.datetime | None = None
    ) -> Outcome[list[PostReading]]:
        self.asked_with.append(key.secret)
        return Ok([]) if key.secret in self.good else RAN_OUT


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    pages = Pages(answer=lambda key: Ok(FreshToken("fresh", "rotated")))
    monkeypatch.setitem(registry.ADAPTERS, "vk", pages)
    return pages


def session(client: Client) -> AccessKey:
    key = vk_key(client=client, kind="user", refresh_secret="refresh")
    for number in ("1", "2", "3"):
        ProfileFactory.create(client=client, external_id=number, access_key=key)
    return key


def test_a_run_renews_the_key_once_and_reads_everything(pages: Pages) -> None:
    key = session(ClientFactory.create())
    assert measure_profiles(at=NOON).stored.new == 3
    assert measure_posts(at=NOON).read == 3
    assert pages.renewed_with == ["refresh"]
    assert pages.asked_with == [key.secret, "fresh", *["fresh"] * 3]
    assert Task.objects.count() == 0


def test_a_key_that_cannot_be_renewed_is_told_once_and_the_others_go_on(pages: Pages) -> None:
    pages.answer = lambda key: Refused(Kind.TOKEN_INVALID, "invalid_grant")
    key = session(ClientFactory.create())
    other = vk_key()
    pages.good = {other.secret}
    ProfileFactory.create(external_id="9")
    for _time in range(2):
        measure_profiles(at=NOON)
    key.refresh_from_db()
    assert (key.state, Task.objects.count()) == (AccessKey.State.REFUSED, 1)
    assert len(pages.renewed_with) == 1
    # The agency's own key takes over in the next run.
    assert ProfileSnapshot.objects.count() == 4


def test_a_refusal_of_a_secret_that_was_replaced_says_nothing_of_the_new_one() -> None:
    client = ClientFactory.create()
    used = vk_key(client=client, kind="user")
    AccessKey.objects.filter(pk=used.pk).update(secret="replaced meanwhile")
    refuse_key(used, Refused(Kind.TOKEN_INVALID, "revoked"), client=client, at=NOON)
    assert (AccessKey.objects.get().state, Task.objects.count()) == (AccessKey.State.WORKS, 0)
    assert used.secret == "replaced meanwhile"
