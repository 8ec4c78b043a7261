"""Several querysets by one statement: the same rows as each alone, whatever their columns hold."""

from typing import Any

import pytest
from django.db.models import F, QuerySet
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Engagement, Task
from communities.models import Community
from kpi.models import Evaluation
from smm_agency.lib.one_statement import read_together
from tests import factories as make

pytestmark = pytest.mark.django_db


def told(rows: list[Any]) -> list[Any]:
    """All that was read of instances; what was deferred is not among it."""
    return [
        row
        if isinstance(row, dict | tuple)
        else {name: value for name, value in vars(row).items() if not name.startswith("_")}
        for row in rows
    ]


def querysets() -> list[QuerySet[Any, Any]]:
    return [
        Evaluation.objects.order_by("-pk"),
        Client.objects.order_by("name"),
        Engagement.objects.filter(title="“50 %” & more").annotate(of_client=F("client__name")),
        Community.objects.select_related("profile").only("state", "profile__title"),
        Task.objects.filter(title="nobody's"),
        Evaluation.objects.order_by("pk").values("day", "evaluated_at", "chance", "evidence"),
        Evaluation.objects.order_by("pk").values_list("target__version__starts_on", "actual"),
    ]


def test_rows_are_those_of_each_alone(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        client = make.ClientFactory.create(days_off=[5, 6][: number % 3], name=f"Ёлка {number}")
        make.EvaluationFactory.create(
            target__version__client=client, chance=None if number else 0.637, actual="10.50000"
        )
        make.EngagementFactory.create(client=client, title="“50 %” & more", fee="0.10")
        make.CommunityFactory.create(profile__client=client)
    alone = [told(list(rows)) for rows in querysets()]
    with django_assert_num_queries(1):
        together = read_together(*querysets())
    assert [told(rows) for rows in together] == alone
    with django_assert_num_queries(0):
        titles = [community.profile.title for community in together[3]]
    assert titles == [community.profile.title for community in querysets()[3]]
    assert [len(rows) for rows in together] == [3, len(alone[1]), 3, 3, 0, 3, 3]
