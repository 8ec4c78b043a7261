"""A client whose strategy has a content plan grid, for the tests of plans."""

import datetime as dt
from decimal import Decimal
from typing import Any

from clients.models import Client, User
from content.plan_making import make_plan
from content.planning import propose
from strategy.models import ContentSource, PostFormat, Rubric, StrategyVersion
from tests.factories import (
    CommunityFactory,
    ContentRulesFactory,
    DirectorFactory,
    GridCellFactory,
    RubricFactory,
    StrategyVersionFactory,
    approve_in_place,
)

# The day before the month that the tests plan.
TODAY = dt.date(2026, 3, 31)
AT = dt.datetime(2026, 3, 31, 9, 0, tzinfo=dt.UTC)
APRIL = dt.date(2026, 4, 1)


def community_of(client: Client, **facts: Any) -> Any:
    return CommunityFactory.create(profile__client=client, **facts)


def draft(client: Client, *, cap: str = "0.30", **facts: Any) -> StrategyVersion:
    version: StrategyVersion = StrategyVersionFactory.create(client=client, **facts)
    ContentRulesFactory.create(version=version, curated_cap=Decimal(cap))
    return version


def rubric_of(version: StrategyVersion, name: str = "Masters", **facts: Any) -> Rubric:
    usual = {
        "sources": [ContentSource.CLIENT_MATERIAL, ContentSource.OWN],
        "formats": [PostFormat.PHOTO],
    }
    rubric: Rubric = RubricFactory.create(version=version, name=name, **{**usual, **facts})
    return rubric


def fill(rubric: Rubric, community: Any, *weekdays: int, posts: int = 1) -> None:
    for weekday in weekdays:
        GridCellFactory.create(rubric=rubric, community=community, weekday=weekday, posts=posts)


def approved(version: StrategyVersion) -> StrategyVersion:
    return approve_in_place(version)


def plan_april(client: Client, *, by: User | None = None) -> tuple[Any, int]:
    known = propose(client, APRIL, on=TODAY).known
    return make_plan(client, APRIL, by=by or DirectorFactory.create(), at=AT, known=known)
