"""One bad client stops nobody: not in the checks of effects, the reviews, or the test calls."""

import datetime as dt
from typing import Any

import pytest

from clients.models import Client
from kpi import effect, evaluation
from kpi.effect import check_effects, plan_checks
from kpi.evaluation import evaluate
from kpi.flag_sentence import sentence_of
from kpi.models import EffectCheck, Flag, FlagState, KpiReview
from kpi.number_checks import ask_for_test_calls
from kpi.reviews import add_due_reviews, flag_overdue_reviews
from kpi.subjects import find_subjects
from kpi.tests.running import MORNING, TODAY, called_client, running_target
from tests.factories import (
    DecisionFactory,
    EngagementFactory,
    KpiReviewFactory,
    NumberPlacementFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def lose(client_id: int) -> None:
    Client.objects.filter(pk=client_id).update(time_zone="Mars/Olympus")


def find(client_id: int) -> None:
    Client.objects.filter(pk=client_id).update(time_zone="Europe/Moscow")


def failure_of(client_id: int) -> Flag:
    return Flag.objects.get(client=client_id, rule="failed")


def two_checks() -> tuple[EffectCheck, EffectCheck]:
    for _ in range(2):
        decided = TODAY - 31 * DAY
        plan_checks(
            DecisionFactory.create(
                decided_on=decided, check_on=decided + 30 * DAY, flag__target=None
            )
        )
    good, bad = EffectCheck.objects.filter(due_on__lte=TODAY).order_by("pk")
    return good, bad


def test_a_check_that_fails_is_flagged_and_made_when_it_is_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _good, bad = two_checks()
    measure = effect.measure_effect

    def poisoned(decision: Any, **when: Any) -> Any:
        return measure(decision, **when) if decision.pk != bad.decision_id else 1 / 0

    monkeypatch.setattr(effect, "measure_effect", poisoned)
    assert check_effects(on=TODAY, at=MORNING) == 1
    flag = failure_of(bad.client_id)
    assert (flag.cause_key, Flag.objects.filter(rule="failed").count()) == ("failed:effects", 1)
    assert sentence_of(flag).startswith("The check whether a decision helped failed")
    assert flag.client.tasks.get().title.startswith("A job of the night failed")
    monkeypatch.setattr(effect, "measure_effect", measure)
    assert check_effects(on=TODAY, at=MORNING) == 1
    flag.refresh_from_db()
    assert flag.state == FlagState.CLOSED


def test_a_good_evaluation_does_not_close_the_failure_of_another_job() -> None:
    target = running_target(called_client().client)
    lose(target.client_id)
    NumberPlacementFactory.create(number__client=target.client)
    ask_for_test_calls(at=MORNING)
    find(target.client_id)
    evaluate(at=MORNING)
    assert failure_of(target.client_id).state == FlagState.OPEN
    assert ask_for_test_calls(at=MORNING) == 1
    assert failure_of(target.client_id).state == FlagState.CLOSED


def test_an_unknown_time_zone_stops_no_other_check() -> None:
    good, bad = two_checks()
    lose(bad.client_id)
    assert check_effects(on=TODAY, at=MORNING) == 1
    good.refresh_from_db()
    assert good.checked_at is not None
    assert failure_of(bad.client_id)


def test_an_unknown_time_zone_stops_no_other_review() -> None:
    rows = [
        EngagementFactory.create(starts_on=dt.date(2026, 1, 1), client__status="active")
        for _ in range(3)
    ]
    lose(rows[1].client_id)
    made = add_due_reviews(at=MORNING)
    assert [review.engagement for review in made] == [rows[0], rows[2]]
    assert failure_of(rows[1].client_id).cause_key == "failed:reviews"


def test_an_unknown_time_zone_hides_no_other_late_review() -> None:
    late = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 1, 31)}
    rows: list[KpiReview] = [
        KpiReviewFactory.create(**late, due_on=dt.date(2026, 2, 7)) for _ in range(3)
    ]
    Client.objects.update(status="active")
    lose(rows[0].client_id)
    opened = flag_overdue_reviews(at=MORNING)
    assert {flag.client_id for flag in opened} == {rows[1].client_id, rows[2].client_id}
    assert failure_of(rows[0].client_id).cause_key == "failed:late_reviews"


def test_an_unknown_time_zone_stops_no_other_test_call() -> None:
    numbers = [
        NumberPlacementFactory.create(number__client__status="active").number for _ in range(3)
    ]
    lose(numbers[0].client_id)
    assert ask_for_test_calls(at=MORNING) == 2
    assert failure_of(numbers[0].client_id).cause_key == "failed:test_calls"


def test_a_client_without_a_day_of_its_own_is_flagged_until_it_is_judged() -> None:
    good, bad = (running_target(called_client().client) for _ in range(2))
    lose(bad.client_id)
    done = evaluate(at=MORNING)
    assert (done.targets, done.failed) == (1, 1)
    assert failure_of(bad.client_id).state == FlagState.OPEN
    find(bad.client_id)
    assert evaluate(at=MORNING).failed == 0
    assert failure_of(bad.client_id).state == FlagState.CLOSED
    assert not Flag.objects.filter(client=good.client_id).exists()


def test_targets_that_cannot_be_found_stop_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    _good, bad = (running_target(called_client().client) for _ in range(2))
    search = find_subjects

    def poisoned(*, client_ids: Any, **when: Any) -> Any:
        if client_ids is None or bad.client_id in client_ids:
            raise ZeroDivisionError
        return search(client_ids=client_ids, **when)

    monkeypatch.setattr(evaluation, "find_subjects", poisoned)
    done = evaluate(at=MORNING)
    assert (done.targets, done.failed) == (1, 1)
    assert failure_of(bad.client_id).cause_key == "evaluation:failed"


def test_a_failure_that_cannot_even_be_stored_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running_target(called_client().client)
    for name in ("judge_counts", "store_evaluations"):
        monkeypatch.setattr(evaluation, name, lambda *args, **kwargs: 1 / 0)
    monkeypatch.setattr("kpi.failures.flag_failure", lambda *args, **kwargs: 1 / 0)
    done = evaluate(at=MORNING)
    assert (done.failed, Flag.objects.count()) == (1, 0)
