import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from communities.models import Community
from strategy.admin.grid import field_name
from strategy.grid import Place, read_cells, read_grid, state_of, write_grid
from strategy.models import GridCell, StrategyVersion
from tests.factories import (
    DAY,
    CommunityFactory,
    DirectorFactory,
    GridCellFactory,
    RubricFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db


def planned() -> tuple[StrategyVersion, GridCell]:
    """Two posts of a rubric on Mondays; a second rubric without any."""
    version = StrategyVersionFactory.create()
    cell = GridCellFactory.create(rubric__version=version, rubric__name="Advice", posts=2)
    RubricFactory.create(version=version, name="Offers")
    return version, cell


def write(version: StrategyVersion, cells: dict[Place, int], *, known: str | None = None) -> int:
    state = state_of(read_cells(version)) if known is None else known
    return write_grid(version, cells, by=DirectorFactory.create(), on=DAY, known=state)


def refusal(version: StrategyVersion, cells: dict[Place, int]) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        write(version, cells)
    return refused.value.messages


def test_grid_sums_rubrics_and_days() -> None:
    version, cell = planned()
    GridCellFactory.create(
        rubric=version.rubrics.get(name="Offers"), community=cell.community, weekday=0, posts=1
    )
    GridCellFactory.create(rubric=cell.rubric, community=cell.community, weekday=6, posts=3)
    [grid] = read_grid(version)
    assert [(row.rubric.name, row.total) for row in grid.rows] == [("Advice", 5), ("Offers", 1)]
    assert (grid.sums, grid.total) == ([3, 0, 0, 0, 0, 0, 3], 6)


def test_rows_without_posts_are_shown_on_request_only() -> None:
    version, cell = planned()
    CommunityFactory.create(profile__client=version.client)
    CommunityFactory.create(profile__client=version.client, state=Community.State.ARCHIVED)
    assert [[row.rubric.name for row in grid.rows] for grid in read_grid(version)] == [["Advice"]]
    whole = read_grid(version, with_empty=True)
    assert [len(grid.rows) for grid in whole] == [2, 2]
    assert whole[0].community == cell.community


def test_grid_is_written_whole_and_zeros_are_no_cells() -> None:
    version, cell = planned()
    other = version.rubrics.get(name="Offers")
    place = Place(other.pk, cell.community_id, 4)
    assert write(version, {place: 3, Place(cell.rubric_id, cell.community_id, 0): 0}) == 3
    assert read_cells(version) == {place: 3}


def test_work_of_somebody_else_is_not_overwritten() -> None:
    version, cell = planned()
    known = state_of(read_cells(version))
    GridCell.objects.update(posts=5)
    with pytest.raises(ValidationError, match="Somebody changed the grid"):
        write(version, {}, known=known)
    assert read_cells(version) == {Place(cell.rubric_id, cell.community_id, 0): 5}


def test_what_cannot_stand_in_the_grid_is_refused() -> None:
    version, cell = planned()
    foreign = GridCellFactory.create()
    strange = {Place(cell.rubric_id, foreign.community_id, 0): 1}
    assert refusal(version, strange) == [
        "A rubric or a community was deleted meanwhile: open the grid anew."
    ]
    assert refusal(version, {Place(foreign.rubric_id, cell.community_id, 0): 1}) == [
        "A rubric or a community was deleted meanwhile: open the grid anew."
    ]
    assert refusal(version, {Place(cell.rubric_id, cell.community_id, 0): 21}) == [
        "Give 1 to 20 posts, or leave a day empty."
    ]


def test_grid_of_an_approved_version_stays() -> None:
    version, _cell = planned()
    approve_in_place(version)
    assert refusal(version, {}) == [
        "Only a draft is changed: take this version back, or make the next one."
    ]


def test_stranger_does_not_plan() -> None:
    version, _cell = planned()
    with pytest.raises(ValidationError, match="You may not change the content plan"):
        write_grid(
            version, {}, by=UserFactory.create(), on=DAY, known=state_of(read_cells(version))
        )


def test_grid_is_filled_in_on_its_page() -> None:
    version, cell = planned()
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    browser = Browser()
    browser.force_login(user)
    address = reverse("admin:strategy_strategyversion_edit_grid", args=[version.pk])
    form = browser.get(address).context["form"]
    monday, friday = (Place(cell.rubric_id, cell.community_id, day) for day in (0, 4))
    assert form.fields[field_name(monday)].initial == 2
    sent = {"known": form.initial["known"], field_name(monday): "", field_name(friday): "3"}
    refused = browser.post(address, sent | {field_name(friday): "-1"})
    assert refused.context["form"].errors
    assert browser.post(address, sent).status_code == 302
    assert read_cells(version) == {friday: 3}


def test_grid_asks_as_often_for_three_rubrics_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    version, _cell = planned()
    with django_assert_num_queries(3):
        read_grid(version, with_empty=True)
    for _ in range(2):
        GridCellFactory.create(
            rubric__version=version, community__profile__client=version.client, weekday=3
        )
    with django_assert_num_queries(3):
        assert len(read_grid(version, with_empty=True)) == 3
