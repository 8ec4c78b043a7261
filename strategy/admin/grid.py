"""The page of the content plan grid: rubrics by weekdays, a table for each community."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.widgets import INPUT_CLASSES

from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import allows
from clients.models.client import WEEKDAYS
from strategy.grid import MOST_POSTS, Place, read_cells, read_grid, state_of, write_grid
from strategy.models import StrategyVersion, VersionState

CELL_CLASSES = " ".join(["smm-cell", *INPUT_CLASSES])


def field_name(place: Place) -> str:
    return f"posts-{place.rubric_id}-{place.community_id}-{place.weekday}"


class GridForm(forms.Form):
    """A number of posts for each rubric, community and weekday; empty is none."""

    known = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, version: StrategyVersion, *args: Any, is_open: bool, **kwargs: Any) -> None:
        cells = read_cells(version)
        kwargs["initial"] = {"known": state_of(cells)}
        super().__init__(*args, **kwargs)
        self.grids = read_grid(version, with_empty=True)
        self.places: dict[str, Place] = {}
        for grid in self.grids:
            for row in grid.rows:
                for day, name in WEEKDAYS:
                    place = Place(row.rubric.pk, grid.community.pk, day)
                    self.places[field_name(place)] = place
                    self.fields[field_name(place)] = forms.IntegerField(
                        label=f"{grid.community}, {row.rubric}, {name}",
                        required=False,
                        min_value=0,
                        max_value=MOST_POSTS,
                        initial=cells.get(place),
                        disabled=not is_open,
                        widget=forms.NumberInput({"class": CELL_CLASSES, "aria-label": f"{name}"}),
                    )

    def tables(self) -> Iterator[tuple[Any, list[tuple[Any, list[Any]]]]]:
        """For the template: community's grid → rubric's row → bound fields of its days."""
        for grid in self.grids:
            rows = [
                (
                    row,
                    [
                        self[field_name(Place(row.rubric.pk, grid.community.pk, day))]
                        for day, _name in WEEKDAYS
                    ],
                )
                for row in grid.rows
            ]
            yield grid, rows

    def cells(self) -> dict[Place, int]:
        return {place: self.cleaned_data.get(name) or 0 for name, place in self.places.items()}


def grid_page(model_admin: Any, request: HttpRequest, version: StrategyVersion) -> HttpResponse:
    is_open = version.state == VersionState.DRAFT and allows(
        request, "strategy.change_gridcell", version
    )
    form = GridForm(version, posted(request), is_open=is_open)

    def do(data: dict[str, Any]) -> str:
        user: Any = request.user
        posts = write_grid(
            version, form.cells(), by=user, on=version.client.today(), known=data["known"]
        )
        return _("Posts a week in the content plan: %(posts)s.") % {"posts": posts}

    return Step(
        model_admin,
        request,
        version,
        title=_("Content plan grid"),
        submit=_("Save the grid"),
        explanation=_(
            "How many posts of each rubric a usual week has. The publication plan is made from it."
        ),
        form=form,
        do=do,
        template="admin/strategy/grid.html",
        back=page_of(version),
        context={"is_open": is_open, "weekdays": WEEKDAYS},
    ).respond()
