"""What became of our flags: dismissed ones are false alarms, undecided ones are neither."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Role
from clients.team import join_team
from kpi.flag_quality import FlagQuality, measure_quality
from kpi.models import AlarmSettings, DecisionKind, EffectCheck
from tests.factories import (
    ClientFactory,
    DecisionFactory,
    EvaluationFactory,
    FlagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)


def decided(client: Client, kind: str, *verdicts: str) -> None:
    flag = FlagFactory.create(
        client=client, cause_key=f"target:calls:{client.flags.count()}", opened_on=LAST
    )
    decision = DecisionFactory.create(
        flag=flag, kind=kind, decided_on=LAST, check_on=LAST + dt.timedelta(days=30)
    )
    for number, verdict in enumerate(verdicts, start=1):
        EffectCheck.objects.create(
            client=client,
            decision=decision,
            due_on=LAST + dt.timedelta(days=30 * number),
            verdict=verdict,
            checked_at=timezone.now() if verdict else None,
        )


def quality() -> FlagQuality:
    return measure_quality(Client.objects.all(), first=FIRST, last=LAST)


def test_without_flags_nothing_is_said_of_their_quality() -> None:
    found = quality()
    assert (found.opened, found.false_share, found.helped_share) == (0, None, None)
    assert found.false_a_month == 0


def test_dismissed_flags_are_false_alarms_and_undecided_ones_neither() -> None:
    client = ClientFactory.create()
    for kind in (DecisionKind.KEEP, DecisionKind.DATA_ERROR, DecisionKind.CORRECT_WORK):
        decided(client, kind)
    FlagFactory.create(client=client, cause_key="target:er:all", opened_on=LAST)
    FlagFactory.create(
        client=client, cause_key="target:er:1", opened_on=LAST + dt.timedelta(days=1)
    )
    FlagFactory.create(client=client, cause_key="data:calls", kind="data", opened_on=LAST)
    found = quality()
    assert (found.opened, found.decided, found.dismissed) == (4, 3, 2)
    assert found.false_share == pytest.approx(2 / 3)
    assert found.false_a_month == pytest.approx(2 / 31 * 30.44)


def test_the_newest_check_of_a_correction_counts() -> None:
    client = ClientFactory.create()
    decided(client, DecisionKind.CORRECT_WORK, "not_yet", "helped", "")
    decided(client, DecisionKind.CORRECT_WORK, "helped", "no_difference")
    decided(client, DecisionKind.CLIENT_SIDE, "unknown")
    decided(client, DecisionKind.KEEP, "helped")
    found = quality()
    assert found.by_verdict == {"helped": 1, "no_difference": 1, "unknown": 1}
    assert found.helped_share == 0.5


def test_months_are_days_on_which_a_client_was_judged() -> None:
    first, second = EvaluationFactory.create_batch(2, day=LAST)
    EvaluationFactory.create(target=first.target, day=FIRST)
    EvaluationFactory.create(target=second.target, day=FIRST - dt.timedelta(days=1))
    assert quality().client_months == pytest.approx(3 / 30.44)


def test_page_shows_the_figures_of_ones_own_clients(django_assert_num_queries: Any) -> None:
    AlarmSettings.objects.update(false_alarms_a_month=Decimal("0.5"))
    today = timezone.localdate()
    mine = ClientFactory.create()
    for client in (mine, ClientFactory.create()):
        flag = FlagFactory.create(client=client, opened_on=today - dt.timedelta(days=9))
        DecisionFactory.create(
            flag=flag, kind="keep", decided_on=today, check_on=today + dt.timedelta(days=30)
        )
    user = UserFactory.create()
    join_team(mine, user, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    browser = Browser()
    browser.force_login(user)
    page = browser.get(reverse("admin:kpi_flag_quality"))
    values = {figure.name: (figure.value, figure.formula) for figure in page.context["figures"]}
    assert values["strategy flags opened"][0] == "1"
    assert values["share of false alarms"][0] == "100 %"
    assert values["false alarms a month"] == (
        "0.1", "over these clients; set for the whole agency: 0.5"
    )  # fmt: skip
    assert values["corrections that helped"][0] == "—"
    outsider = Browser()
    outsider.force_login(UserFactory.create())
    assert outsider.get(reverse("admin:kpi_flag_quality")).status_code == 403
