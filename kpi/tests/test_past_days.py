import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client, ClientStatus, StatusChange
from kpi.evaluation import evaluate, evaluate_due
from kpi.models import AlarmChart, AlarmSettings, Call, Evaluation, Flag, Light
from kpi.models import TestCall as Trial
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
    ClientFactory,
    EventFactory,
    TestCallFactory,
    UserFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)


def test_a_past_day_judged_again_gives_the_same_answer_and_moves_no_flag() -> None:
    running_target(called_client(missing_share=0.6).client)
    evaluate(at=MORNING - DAY)
    evaluate(at=MORNING)
    before = Evaluation.objects.order_by("day").values()[0]
    flags = list(Flag.objects.values())
    evaluate(at=MORNING + dt.timedelta(hours=2), on=YESTERDAY - DAY, anew=True)
    after = Evaluation.objects.order_by("day").values()[0]
    assert after["evaluated_at"] > before["evaluated_at"]
    again = {"evaluated_at": None}
    assert (after | again, list(Flag.objects.values())) == (before | again, flags)


def import_calls_later(client: Client) -> None:
    add_calls(client.communities.get(), days_back(YESTERDAY, 20))


def close_on_weekdays(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(days_off=[0, 1, 2, 3])


def loosen_the_budget(client: Client) -> None:
    AlarmSettings.objects.update(false_alarms_a_month=50)
    AlarmChart.objects.all().delete()


def begin_another_version(client: Client) -> None:
    version = client.strategy_versions.get()
    type(version).objects.filter(pk=version.pk).update(state="superseded", ends_on=YESTERDAY)
    running_target(client, monthly=90, starts_on=TODAY)


def end(client: Client) -> None:
    change = StatusChange(
        client=client, old="active", new="ended", changed_by=UserFactory.create(),
        changed_at=MORNING + 2 * DAY,
    )  # fmt: skip
    change.save()
    Client.objects.filter(pk=client.pk).update(status=ClientStatus.ENDED)


@pytest.mark.parametrize(
    "change",
    [import_calls_later, close_on_weekdays, loosen_the_budget, begin_another_version, end],
)
def test_what_was_entered_since_leaves_a_past_days_answer(change: Any) -> None:
    client = called_client(missing_share=0.6).client
    running_target(client)
    evaluate(at=MORNING)
    before = Evaluation.objects.values().get()
    change(client)
    done = evaluate(at=MORNING + 5 * DAY, on=YESTERDAY)
    assert (done.targets, done.kept) == (0, 1)
    assert Evaluation.objects.values().get() == before


def test_a_test_call_and_an_event_of_later_change_nothing_even_anew() -> None:
    client = silent_client()
    evaluate(at=MORNING)
    before = Evaluation.objects.values().get()
    TestCallFactory.create(
        number=client.tracking_numbers.get(),
        called_at=local_noon(client, TODAY + 5 * DAY),
        result=Trial.Result.WORKS,
    )
    EventFactory.create(
        client=client, kind="outage", is_excluded=True, starts_on=YESTERDAY - 30 * DAY,
        ends_on=YESTERDAY, recorded_at=local_noon(client, TODAY + 5 * DAY),
    )  # fmt: skip
    assert evaluate(at=MORNING + 6 * DAY, on=YESTERDAY, anew=True).targets == 1
    after = Evaluation.objects.values().get()
    again = {"evaluated_at": None}
    assert after | again == before | again
    # Of today's judgement they are part.
    evaluate(at=MORNING + 6 * DAY)
    assert Evaluation.objects.latest("day").reason != "silence"


def test_a_client_who_has_ended_since_is_judged_for_the_days_before() -> None:
    client = called_client().client
    running_target(client)
    end(client)
    later = MORNING + 20 * DAY
    assert evaluate(at=later, on=YESTERDAY).targets == 1
    assert evaluate(at=later, on=TODAY + 2 * DAY).targets == 0
    assert evaluate(at=later).targets == 0
    assert not Flag.objects.exists()


def test_days_that_an_outage_left_out_are_judged_when_it_is_over() -> None:
    client = called_client().client
    add_calls(client.communities.get(), days_back(TODAY + 3 * DAY, 4))
    running_target(client)
    other = running_target(called_client().client)
    evaluate(at=MORNING)
    evaluate(at=MORNING + 3 * DAY, client_ids=[other.client_id])
    done = evaluate_due(at=MORNING + 4 * DAY)
    judged = Evaluation.objects.filter(client=client).order_by("evaluated_at", "pk")
    assert [row.day for row in judged] == [YESTERDAY + n * DAY for n in range(5)]
    # Of the other client three days were missed: none lies after its newest but the last.
    assert done.targets == 4 + 1
    assert evaluate_due(at=MORNING + 4 * DAY + dt.timedelta(hours=1)).targets == 2


def test_the_days_of_a_pause_were_not_missed() -> None:
    client = called_client().client
    running_target(client)
    evaluate(at=MORNING)
    for days, old, new in ((1, "active", "paused"), (6, "paused", "active")):
        StatusChange.objects.create(
            client=client, old=old, new=new, changed_by=UserFactory.create(),
            changed_at=MORNING + days * DAY,
        )  # fmt: skip
    evaluate_due(at=MORNING + 8 * DAY)
    judged = set(Evaluation.objects.values_list("day", flat=True))
    assert judged == {YESTERDAY, TODAY, TODAY + 6 * DAY, TODAY + 7 * DAY}


def test_a_day_that_is_not_over_is_not_judged() -> None:
    running_target(called_client().client)
    assert evaluate(at=MORNING, on=TODAY).targets == 0


def test_a_late_call_heals_the_day_it_belongs_to() -> None:
    community = called_client(missing_share=0.6)
    running_target(community.client)
    evaluate(at=MORNING)
    assert Evaluation.objects.get().light == Light.RED
    Call.objects.filter(client=community.client, day__gt=YESTERDAY - 28 * DAY).delete()
    add_calls(community, days_back(YESTERDAY, 28))
    evaluate(at=MORNING + dt.timedelta(hours=1))
    assert Evaluation.objects.get().light == Light.GREEN


def test_the_command_judges_a_day_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    target = running_target(called_client(missing_share=0.6).client)
    call_command("evaluate", on=YESTERDAY.isoformat(), client=[target.client.name])
    said = capsys.readouterr().out
    assert target.client.name in said
    assert "1 targets judged, 0 flags opened" in said
    assert Evaluation.objects.get().day == YESTERDAY
    import_calls_later(target.client)
    call_command("evaluate", on=YESTERDAY.isoformat())
    assert "answers of 1 targets stood already and were kept" in capsys.readouterr().out
    call_command("evaluate", on=YESTERDAY.isoformat(), anew=True)
    said = capsys.readouterr().out
    assert "on target" in said
    assert "was: 2026-03-11" in said
    assert "far below target" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on": "11.03.2026"}, "give a date"),
        ({"on": "2999-01-01"}, "not over yet"),
        ({"anew": True}, "--anew needs --on"),
        ({"client": ["Nobody"]}, "No such client: Nobody"),
    ],
)
def test_the_command_says_what_it_does_not_understand(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", **options)


def test_the_command_asks_which_of_two_clients_is_meant() -> None:
    first = ClientFactory.create()
    number = str(first.pk)
    ClientFactory.create(name=number)
    with pytest.raises(CommandError, match=f"{number}: several clients"):
        call_command("evaluate", client=[number])
