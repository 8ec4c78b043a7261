"""The daily round of the keys: checked, told of once, renewed where they can be."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from clients.models import ClientStatus, Notice, Task, TaskState
from communities import key_checks, tasks
from communities.key_checks import check_keys
from communities.key_notices import Words
from communities.keys import check_key, page_of
from communities.models import AccessKey, Profile
from communities.networks import registry
from communities.networks.keys import Capability, FreshToken
from communities.networks.outcomes import Ok
from communities.tests.networks.conftest import Start, simulate
from communities.tests.renewing import RenewingNetwork
from smm_agency.lib.encryption import DecryptionError
from tests.factories import (
    NOON,
    AccessKeyFactory,
    ClientFactory,
    DirectorFactory,
    ProfileFactory,
)

__all__ = ["simulate"]

DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def make_key(**told: Any) -> AccessKey:
    return AccessKeyFactory.create(**{"secret": f"vk1.a.{uuid4().hex}", **told})


def of_client(**told: Any) -> AccessKey:
    return make_key(**{"client": ClientFactory.create(), "kind": "community", **told})


def titles() -> list[str]:
    return list(Task.objects.order_by("pk").values_list("title", flat=True))


# --- What is asked -------------------------------------------------------------------------------


def test_a_key_is_asked_about_its_own_page_first(simulate: Start) -> None:
    key = of_client()
    for number, relation in (("5", "competitor"), ("6", "own"), ("7", "own")):
        ProfileFactory.create(
            client=key.client, external_id=number, relation=relation, access_key=key
        )
    page = page_of(key)
    assert page is not None
    assert (page.external_id, page.relation) == ("6", Profile.Relation.OWN)
    networks = simulate(tokens={key.secret: {"kind": "community"}})
    check_key(key, at=NOON)
    asked = [call.parameters.get("group_ids") for call in networks.calls]
    assert [each for each in asked if each] == ["6"]


def test_what_a_key_can_and_lacks_is_stored(simulate: Start) -> None:
    key = of_client()
    simulate(tokens={key.secret: {"kind": "community", "rights": ["wall"]}})
    assert check_key(key, at=NOON) == AccessKey.State.WORKS
    key = AccessKey.objects.get()
    assert "publish" in key.capabilities
    assert key.lacks["publish_photo"].startswith("VK error 27")


def test_a_network_that_is_down_leaves_what_was_known(simulate: Start) -> None:
    key = of_client(capabilities=["publish"], checked_at=NOON - DAY)
    simulate(faults=[{"method": "*", "fault": "http502", "times": None}])
    assert check_key(key, at=NOON) == AccessKey.State.UNCHECKED
    row = AccessKey.objects.get()
    assert (row.state, row.capabilities, row.checked_at) == ("works", ["publish"], NOON - DAY)
    assert row.state_note == "The network answered with HTTP status 502."
    assert titles() == []


# --- The round -----------------------------------------------------------------------------------


def test_the_round_asks_keys_of_the_agency_and_of_clients_that_are_read(simulate: Start) -> None:
    asked = [make_key(), of_client()]
    of_client(client=ClientFactory.create(status=ClientStatus.ENDED))
    make_key(network="rutube")
    make_key(checked_at=NOON - dt.timedelta(hours=11))
    simulate(tokens={asked[1].secret: {"kind": "community"}})
    assert check_keys(at=NOON) == 2
    assert set(AccessKey.objects.filter(checked_at=NOON)) == set(asked)
    assert check_keys(at=NOON) == 0


def test_one_failing_key_does_not_stop_the_rest(simulate: Start) -> None:
    broken = of_client()
    AccessKey.objects.filter(pk=broken.pk).update(kind="nonsense")
    unreadable = make_key()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE communities_accesskey SET secret = 'damaged' WHERE id = %s", [unreadable.pk]
        )
    make_key()
    simulate()
    with pytest.raises(ExceptionGroup) as caught:
        check_keys(at=NOON)
    assert [type(error) for error in caught.value.exceptions] == [ValueError, DecryptionError]
    assert AccessKey.objects.filter(checked_at=NOON).count() == 1


def test_a_revoked_key_is_refused_and_told_once(simulate: Start) -> None:
    key = of_client(label="Coffee")
    simulate(tokens={key.secret: {"kind": "community", "state": "revoked"}})
    for day in range(3):
        check_keys(at=NOON + day * DAY)
    key.refresh_from_db()
    assert (key.state, titles()) == ("refused", ["VK refuses the key “Coffee”"])
    Task.objects.update(state=TaskState.DONE, done_at=NOON)
    check_keys(at=NOON + 4 * DAY)
    assert len(titles()) == 1


def test_a_key_that_can_less_than_before_is_told_with_the_reason(simulate: Start) -> None:
    key = of_client(label="Coffee", capabilities=["publish", "read_followers"])
    simulate(tokens={key.secret: {"kind": "community", "rights": ["manage"]}})
    check_keys(at=NOON)
    task = Task.objects.get()
    assert (task.title, task.details) == (
        "The key “Coffee” can do less than before",
        "It cannot any more: publishing of texts; The right “wall” was not ticked when the key was"
        " made.",
    )


def test_the_clocks_task_makes_the_round(simulate: Start) -> None:
    key = make_key()
    simulate()
    tasks.check_keys()
    key.refresh_from_db()
    assert Capability.READ_POSTS in key.capabilities


# --- Ends ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "is_told"),
    [(dt.timedelta(days=7, seconds=1), False), (7 * DAY, True), (DAY / 24, True)],
)
def test_an_end_is_told_seven_days_ahead(
    simulate: Start, left: dt.timedelta, is_told: bool
) -> None:
    key = of_client(expires_at=NOON + left)
    simulate(tokens={key.secret: {"kind": "community"}})
    check_keys(at=NOON)
    assert (len(titles()) == 1) is is_told


def test_an_end_is_told_once_and_again_when_the_key_was_renewed(simulate: Start) -> None:
    key = of_client(label="Coffee", expires_at=NOON + 5 * DAY)
    simulate(tokens={key.secret: {"kind": "community"}})
    for day in range(3):
        check_keys(at=NOON + day * DAY)
        # Done by somebody who has not entered the new key yet, and counted anew by the network.
        Task.objects.update(state=TaskState.DONE, done_at=NOON)
        AccessKey.objects.update(expires_at=NOON + 5 * DAY + dt.timedelta(seconds=day))
    assert titles() == ["The key “Coffee” runs out on March 16, 2026"]
    AccessKey.objects.update(expires_at=NOON + 60 * DAY)
    check_keys(at=NOON + 10 * DAY)
    assert len(titles()) == 1
    check_keys(at=NOON + 54 * DAY)
    check_keys(at=NOON + 55 * DAY)
    assert titles()[1:] == ["The key “Coffee” runs out on May 10, 2026"]


def test_a_key_that_ran_out_is_refused_before_it_is_used(simulate: Start) -> None:
    key = of_client(expires_at=NOON)
    networks = simulate()
    check_keys(at=NOON)
    key.refresh_from_db()
    assert (key.state, networks.calls) == ("refused", [])
    assert key.state_note == "This key ran out on March 11, 2026: enter a new one."


def test_a_key_that_renews_itself_is_told_of_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = RenewingNetwork(answer=lambda key: Ok(FreshToken("fresh", "", NOON + 60 * DAY)))
    monkeypatch.setitem(registry.ADAPTERS, "vk", network)
    with_token = of_client(kind="user", refresh_secret="r", expires_at=NOON + DAY)
    without = of_client(kind="user", secret="long", expires_at=NOON + 6 * DAY)
    network.good = {with_token.secret, "long"}
    check_keys(at=NOON)
    without.refresh_from_db()
    assert (network.renewed_with, titles()) == ([""], [])
    assert (without.secret, without.expires_at) == ("fresh", NOON + 60 * DAY)


def test_the_agencys_own_key_is_told_to_the_directors(simulate: Start, settings: Settings) -> None:
    DirectorFactory.create(email="boss@example.org", language="ru")
    settings.LANGUAGE_CODE = "en"
    key = make_key(label="Ours", expires_at=NOON + DAY)
    simulate()
    check_keys(at=NOON)
    check_keys(at=NOON + DAY / 2)
    notice = Notice.objects.get()
    assert (notice.person.email, notice.kind) == ("boss@example.org", "keys")
    assert notice.path == f"/admin/communities/accesskey/{key.pk}/change/"
    assert key.secret not in f"{notice.text}{notice.subject}"
    assert titles() == []


def test_words_are_put_into_the_readers_language() -> None:
    words = Words(key_checks.RUNS_OUT, key="Coffee", day="1 May")
    assert str(words) == "The key “Coffee” runs out on 1 May"
