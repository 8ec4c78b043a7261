"""Erasing a client takes everything of it and nothing of anybody else."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from clients.erasure import erase_client, models_with_client
from clients.models import Client, User
from clients.todo import add_task, finish_task
from tests.factories import (
    AccessKeyFactory,
    CallFactory,
    CallTallyFactory,
    ClientFactory,
    CompetitorAnalysisFactory,
    DecisionFactory,
    EngagementServiceFactory,
    EvaluationFactory,
    FlagCauseFactory,
    GoalFactory,
    MonthlyTargetFactory,
    NumberPlacementFactory,
    PortalAccessFactory,
    PostSnapshotFactory,
    ProfileSnapshotFactory,
    RawCallEventFactory,
    ResultMoveFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db


def fill(client: Client) -> None:
    """A row in nearly every table, with an approved strategy and PROTECT-ed children."""
    version = StrategyVersionFactory.create(client=client)
    target = MonthlyTargetFactory.create(target__version=version).target
    GoalFactory.create(version=version)
    approve_in_place(version)
    EvaluationFactory.create(target=target)
    DecisionFactory.create(flag__client=client, flag__target=target, next_version=version)
    FlagCauseFactory.create(flag__client=client)
    CallFactory.create(client=client)
    CallTallyFactory.create(community__profile__client=client)
    NumberPlacementFactory.create(number__client=client)
    RawCallEventFactory.create(connection__client=client)
    PostSnapshotFactory.create(wall_post__profile__client=client)
    ProfileSnapshotFactory.create(profile__client=client)
    CompetitorAnalysisFactory.create(competitor__client=client)
    EngagementServiceFactory.create(engagement__client=client)
    ResultMoveFactory.create(result__engagement__client=client)
    AccessKeyFactory.create(client=client, kind="community")
    TeamMemberFactory.create(client=client)
    PortalAccessFactory.create(client=client)


def rows_of(client: Client) -> dict[str, int]:
    counts = {
        model._meta.label: model._default_manager.filter(client=client.pk).count()
        for model in models_with_client()
    }
    return {label: count for label, count in counts.items() if count}


def test_erase_client_leaves_no_row() -> None:
    client = ClientFactory.create()
    fill(client)
    erase_client(client)
    assert rows_of(client) == {}
    assert not Client.objects.filter(pk=client.pk).exists()


def test_erase_client_leaves_others_alone() -> None:
    client, other = ClientFactory.create(), ClientFactory.create()
    fill(client)
    fill(other)
    before = rows_of(other)
    erase_client(client)
    assert rows_of(other) == before


def test_erase_client_counts_what_went() -> None:
    client = ClientFactory.create()
    fill(client)
    gone = erase_client(client)
    assert gone["kpi.Call"] == 1
    assert gone["clients.Client"] == 1


def test_erase_client_takes_guests_who_had_nothing_else() -> None:
    client = ClientFactory.create()
    lonely = PortalAccessFactory.create(client=client).user
    shared = PortalAccessFactory.create(client=client).user
    PortalAccessFactory.create(user=shared)
    staff = TeamMemberFactory.create(client=client).user
    erase_client(client)
    left = User.objects.filter(pk__in=[lonely.pk, shared.pk, staff.pk])
    assert set(left) == {shared, staff}


def test_erase_client_takes_its_history() -> None:
    client = ClientFactory.create()
    user = TeamMemberFactory.create().user
    finish_task(add_task(client, title="A name in the history"), by=user)
    erase_client(client)
    assert apps.get_model("admin", "LogEntry").objects.count() == 0


def test_erasing_one_client_does_not_thaw_the_strategy_of_another() -> None:
    client, version = ClientFactory.create(), approve_in_place(StrategyVersionFactory.create())
    erase_client(client)
    with pytest.raises(IntegrityError), transaction.atomic():
        version.delete()


def test_every_foreign_key_to_client_rows_belongs_to_a_row_with_a_client() -> None:
    """A table without `client` that points to a client's rows would stop the erasure."""
    with_client = {Client, *models_with_client()}
    strangers = [
        field
        for model in apps.get_models()
        if model not in with_client
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model in with_client
    ]
    assert strangers == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
