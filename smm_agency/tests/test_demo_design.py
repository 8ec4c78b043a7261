"""The design of the demo: one community in the middle of a redesign, one at its first version."""

import datetime as dt

import pytest

from communities.models import AssetState, AssetVersion, ClientFile, DesignAsset
from smm_agency.demo.cast import Cast
from smm_agency.demo.clients_calls import CLINIC
from smm_agency.demo.clients_counts import NEWCOMER, SHOP
from smm_agency.demo.design import write_design
from smm_agency.demo.stage import Stage, set_stage
from smm_agency.demo.stories import Story

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def staged(story: Story) -> Stage:
    stage = set_stage(story, number=1, today=TODAY, cast=Cast())
    write_design(stage)
    return stage


def states(stage: Stage) -> dict[str, str]:
    return dict(DesignAsset.objects.filter(client=stage.client).values_list("kind", "state"))


def test_clinic_is_in_the_middle_of_a_redesign() -> None:
    stage = staged(CLINIC)
    assert states(stage) == {
        "avatar": AssetState.ACCEPTED,
        "cover_desktop": AssetState.CLIENT_REVIEW,
        "menu": AssetState.IN_WORK,
        "post_template": AssetState.BRIEF,
    }
    cover = DesignAsset.objects.get(kind="cover_desktop")
    assert cover.accepted_version is not None
    assert (cover.accepted_version.number, cover.versions.count()) == (1, 3)
    assert not AssetVersion.objects.exclude(findings=[]).exists()
    assert max(ClientFile.objects.values_list("size", flat=True)) < 60_000


def test_newcomer_has_its_first_version() -> None:
    stage = staged(NEWCOMER)
    assert states(stage)["avatar"] == AssetState.INTERNAL_REVIEW
    assert not ClientFile.objects.filter(is_shown=True).exists()


def test_other_stories_have_no_design() -> None:
    assert states(staged(SHOP)) == {}
