"""Links of placements: late, removed, edited; and a network that does not answer."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from clients.models import Task
from communities.models import AccessKey
from communities.tests.networks.conftest import Start, simulate
from promotion.link_checks import Look, check_links, claim, record, tell_of_overdue
from promotion.models import CheckOutcome, Placement, PlacementCheck
from smm_agency.simulator.scenario import read_fault
from tests.factories import AccessKeyFactory, PlacementFactory, ProfileFactory, UserFactory

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db

OUT = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def placement(**fields: Any) -> Placement:
    network = fields.pop("network", "vk")
    page = ProfileFactory.create(relation="publisher", network=network, external_id="1001")
    given = {
        "title": "Ours", "campaign__client": page.client, "campaign__owner": UserFactory.create(),
        "publisher": page, "url": "https://vk.com/wall-1001_7", "format": "1_24",
        "planned_at": OUT, "published_at": OUT,
    }  # fmt: skip
    row: Placement = PlacementFactory.create(**(given | fields))
    return row


def vk_key() -> AccessKey:
    key: AccessKey = AccessKeyFactory.create(secret=f"vk1.a.{uuid4().hex}")
    return key


def wall(posted: dt.datetime = OUT, **fields: Any) -> dict[str, Any]:
    return {"1001": {"posts": [{"id": 7, "date": int(posted.timestamp()), **fields}]}}


def looks() -> list[tuple[str, int]]:
    return list(PlacementCheck.objects.order_by("pk").values_list("outcome", "looks"))


def titles() -> list[str]:
    return list(Task.objects.order_by("pk").values_list("title", flat=True))


def test_standing_post_is_one_row_however_often_it_is_seen(simulate: Start) -> None:
    row = placement()
    vk_key()
    networks = simulate(groups=wall())
    for hours in (1, 2, 3):
        assert check_links(at=OUT + hours * HOUR) == 1
    assert (looks(), networks.methods()) == ([("stands", 3)], ["wall.getById"] * 3)
    row.refresh_from_db()
    assert (row.removed_at, titles()) == (None, [])


def test_removed_post_is_removed_after_two_looks(simulate: Start) -> None:
    row = placement()
    vk_key()
    networks = simulate(groups=wall())
    check_links(at=OUT + HOUR)
    networks.world.scenario.groups["1001"]["posts"] = []
    check_links(at=OUT + 2 * HOUR)
    row.refresh_from_db()
    assert row.removed_at is None
    check_links(at=OUT + 3 * HOUR)
    row.refresh_from_db()
    assert row.removed_at == OUT + 2 * HOUR
    assert titles() == ["Removed before its hours: “Ours”"]
    assert Task.objects.get().owner == row.campaign.owner
    assert check_links(at=OUT + 4 * HOUR) == 0


def test_post_removed_after_its_hours_opens_no_task(simulate: Start) -> None:
    row = placement()
    vk_key()
    networks = simulate(groups=wall())
    check_links(at=OUT + 23 * HOUR)
    networks.world.scenario.groups["1001"]["posts"] = []
    check_links(at=OUT + 24 * HOUR)
    check_links(at=OUT + 25 * HOUR)
    row.refresh_from_db()
    assert (row.removed_at, titles()) == (OUT + 24 * HOUR, [])


def test_answer_that_is_lost_is_no_removal(simulate: Start) -> None:
    row = placement()
    vk_key()
    networks = simulate(groups=wall())
    check_links(at=OUT + HOUR)
    fault = read_fault({"method": "wall.getById", "fault": "http502", "times": None})
    networks.world.scenario.groups["1001"]["posts"] = []
    check_links(at=OUT + 2 * HOUR)
    networks.world.scenario.faults.append(fault)
    check_links(at=OUT + 3 * HOUR)
    networks.world.scenario.faults.clear()
    check_links(at=OUT + 4 * HOUR)
    assert looks() == [("stands", 1), ("missing", 1), ("unknown", 1), ("missing", 1)]
    row.refresh_from_db()
    assert (row.removed_at, titles()) == (None, [])


def test_refused_key_tells_nothing_of_the_post(simulate: Start) -> None:
    row = placement()
    key = vk_key()
    fault = {"method": "wall.getById", "fault": "vk_error:5", "times": None}
    simulate(groups=wall(), faults=[fault])
    check_links(at=OUT + HOUR)
    check_links(at=OUT + 2 * HOUR)
    row.refresh_from_db()
    key.refresh_from_db()
    assert (row.removed_at, key.state) == (None, "refused")
    assert looks() == [("unknown", 1), ("uncheckable", 1)]


def test_post_that_was_never_seen_is_asked_about(simulate: Start) -> None:
    row = placement()
    vk_key()
    simulate(groups={"1001": {"posts": []}})
    for hours in (1, 2, 3):
        check_links(at=OUT + hours * HOUR)
    row.refresh_from_db()
    assert (row.removed_at, titles()) == (None, ["The post is not found: “Ours”"])


def test_late_post_opens_a_task_once(simulate: Start) -> None:
    placement()
    vk_key()
    simulate(groups=wall(OUT + 2 * HOUR))
    check_links(at=OUT + 3 * HOUR)
    check_links(at=OUT + 4 * HOUR)
    assert titles() == ["Published late: “Ours”"]


def test_post_within_the_tolerance_is_not_late(simulate: Start) -> None:
    placement()
    vk_key()
    simulate(groups=wall(OUT + HOUR))
    check_links(at=OUT + 3 * HOUR)
    assert titles() == []


def test_each_edit_opens_a_task_once(simulate: Start) -> None:
    placement()
    vk_key()
    networks = simulate(groups=wall(edited=int((OUT + HOUR).timestamp())))
    check_links(at=OUT + 2 * HOUR)
    check_links(at=OUT + 3 * HOUR)
    edited = int((OUT + 3 * HOUR).timestamp())
    networks.world.scenario.groups["1001"]["posts"][0]["edited"] = edited
    check_links(at=OUT + 4 * HOUR)
    assert titles() == [
        "Edited after the publication (10.03.2026 13:00): “Ours”",
        "Edited after the publication (10.03.2026 15:00): “Ours”",
    ]


@pytest.mark.parametrize(
    ("network", "url", "note"),
    [
        ("vk", "https://vk.com/wall-1001_7", "There is no key"),
        ("instagram", "https://www.instagram.com/p/abc/", "Facebook and Instagram are"),
        ("telegram", "https://t.me/coffee/7", "Bots"),
        ("dzen", "https://dzen.ru/a/abc", "Its figures come from files."),
    ],
)  # fmt: skip
def test_network_that_cannot_be_asked_is_said_plainly(network: str, url: str, note: str) -> None:
    placement(network=network, url=url)
    check_links(at=OUT + HOUR)
    [check] = PlacementCheck.objects.all()
    assert check.outcome == "uncheckable"
    assert check.note.startswith(note) or network == "telegram"
    assert check.note


def test_claim_takes_each_placement_once_an_hour() -> None:
    row = placement()
    assert claim(at=OUT + HOUR) == [row]
    assert claim(at=OUT + HOUR) == []
    assert claim(at=OUT + 2 * HOUR) == [row]


def test_placement_is_not_looked_at_after_its_hours() -> None:
    placement()
    assert claim(at=OUT + 27 * HOUR) == []


def test_placement_for_good_is_looked_at_daily_after_three_days() -> None:
    row = placement(format="forever")
    assert claim(at=OUT + 80 * HOUR) == [row]
    assert claim(at=OUT + 82 * HOUR) == []
    assert claim(at=OUT + 104 * HOUR) == [row]
    assert claim(at=OUT + dt.timedelta(days=31)) == []


def test_link_changed_meanwhile_takes_no_look_of_the_old_one(simulate: Start) -> None:
    row = placement()
    Placement.objects.filter(pk=row.pk).update(url="https://vk.com/wall-1001_8")
    assert record(row, Look(CheckOutcome.MISSING), at=OUT + HOUR) is False
    assert looks() == []


def test_placement_that_did_not_go_out_opens_a_task_once() -> None:
    placement(state="paid", published_at=None, url="")
    assert tell_of_overdue(at=OUT + HOUR) == 0
    assert [tell_of_overdue(at=OUT + hours * HOUR) for hours in (2, 3)] == [1, 0]
    assert titles() == ["Not published in time: “Ours”"]
