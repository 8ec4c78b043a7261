import datetime as dt

import pytest

from clients.models import Client
from kpi.evaluation import evaluate
from kpi.models import Evaluation, Flag, FlagKind, Light
from kpi.models import TestCall as Trial
from kpi.number_checks import record_test_call
from kpi.tests.running import (
    MORNING,
    TODAY,
    YESTERDAY,
    add_calls,
    called_client,
    days_back,
    running_target,
    silent_client,
)
from tests.factories import (
    CommunityFactory,
    EventFactory,
    NumberPlacementFactory,
    TestCallFactory,
    UserFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)


def evaluation_of(client: Client) -> Evaluation:
    evaluate(at=MORNING)
    return Evaluation.objects.get(client=client)


@pytest.mark.parametrize(("silent", "reason"), [(5, ""), (7, ""), (9, "silence"), (20, "silence")])
def test_a_silence_of_a_live_connection_is_never_stale(silent: int, reason: str) -> None:
    """Before chance explains it no more the chart goes on; then a number is to be dialled."""
    assert evaluation_of(silent_client(silent)).reason == reason
    assert [flag.rule for flag in Flag.objects.all()] == ["silence"] * bool(reason)


def test_a_silence_opens_a_data_flag_and_withholds_the_alarm() -> None:
    client = silent_client()
    found = evaluation_of(client)
    assert (found.light, found.reason, found.rule) == (Light.GREY, "silence", "silence")
    flag = Flag.objects.get()
    assert (flag.kind, flag.cause_key, flag.rule) == (FlagKind.DATA, "silence:all", "silence")
    assert flag.evidence["opened"]["first"] == (YESTERDAY - 19 * DAY).isoformat()


def test_a_number_that_works_explains_the_silence() -> None:
    client = silent_client()
    evaluate(at=MORNING)
    TestCallFactory.create(
        number=client.tracking_numbers.get(),
        called_at=local_noon(client, YESTERDAY),
        result=Trial.Result.WORKS,
    )
    evaluate(at=MORNING + dt.timedelta(hours=1))
    assert Evaluation.objects.get().light == Light.RED
    kinds = {flag.kind: flag.state for flag in Flag.objects.all()}
    assert kinds == {FlagKind.DATA: "closed", FlagKind.STRATEGY: "open"}


def test_a_test_call_before_the_silence_explains_nothing() -> None:
    client = silent_client()
    TestCallFactory.create(
        number=client.tracking_numbers.get(),
        called_at=local_noon(client, YESTERDAY - 30 * DAY),
        result=Trial.Result.WORKS,
    )
    assert evaluation_of(client).reason == "silence"


def call_client(client: Client, result: Trial.Result, *, on: dt.date) -> None:
    """Somebody dials the client's one number at noon of that day."""
    record_test_call(
        client.tracking_numbers.get(),
        result=result,
        note="",
        by=UserFactory.create(),
        at=local_noon(client, on),
    )


def test_a_dead_number_is_not_blamed_on_the_strategy() -> None:
    """Silence, a test call that finds the number dead, repair: nothing fell but the number."""
    client = silent_client()
    evaluate(at=MORNING)
    call_client(client, Trial.Result.DEAD, on=TODAY)
    assert evaluation_of(client).reason != "silence"
    call_client(client, Trial.Result.WORKS, on=TODAY + 3 * DAY)
    add_calls(client.communities.get(), [TODAY + n * DAY for n in range(4, 8)])
    evaluate(at=MORNING + 8 * DAY)
    found = Evaluation.objects.latest("day")
    assert (found.light, found.evidence["excluded_of_communities"]) == (
        Light.GREEN,
        {"dead_number": 24},
    )
    assert not Flag.objects.filter(kind=FlagKind.STRATEGY).exists()


@pytest.mark.parametrize(("missing", "light"), [(0.0, Light.GREEN), (0.7, Light.RED)])
def test_of_two_communities_the_one_that_rings_is_judged(missing: float, light: Light) -> None:
    """One is dead for four weeks: its half of the expectation goes, and the calls that it had."""
    rings = called_client(missing_share=missing)
    dead = CommunityFactory.create(profile__client=rings.client)
    add_calls(dead, days_back(YESTERDAY - 26 * DAY, 92))
    for community in (rings, dead):
        NumberPlacementFactory.create(number__client=rings.client, community=community)
    EventFactory.create(
        client=rings.client, community=dead, kind="dead_number", is_excluded=True,
        starts_on=YESTERDAY - 27 * DAY, ends_on=None,
    )  # fmt: skip
    running_target(rings.client, monthly=62)
    found = evaluation_of(rings.client)
    assert found.light == light
    # Eleven days of March at half of two calls a day.
    assert float(found.expected or 0) == pytest.approx(11, abs=1)
    assert found.evidence["excluded_of_communities"] == {"dead_number": 28}
    if light == Light.RED:
        assert found.evidence["expected"] == pytest.approx(28, abs=3)
        assert found.evidence["actual"] == pytest.approx(28 * (1 - missing), abs=3)
