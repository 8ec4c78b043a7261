"""What a network needs: reference rows that staff may edit, assets made once."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from communities.design_checks import describe_finding, find_faults
from communities.design_planning import add_needed, usual_requirements
from communities.design_reference import ROWS, load_requirements
from communities.models import AssetRequirement
from communities.networks.registry import network_choices
from communities.tests.pictures import checked
from smm_agency.lib.file_types import NAMES
from smm_agency.lib.uploads import CheckedFile
from tests.factories import CommunityFactory, DesignAssetFactory

pytestmark = pytest.mark.django_db


def requirement(code: str) -> AssetRequirement:
    return AssetRequirement.objects.get(code=code)


def said(file: CheckedFile, code: str) -> list[str]:
    size = len(file.content)
    found = find_faults(file, requirement(code), size=size, colours=file.colours)
    return [describe_finding(fault) for fault in found]


def test_every_reference_row_is_right_in_itself() -> None:
    for row in AssetRequirement.objects.all():
        row.full_clean()
        assert row.title_en
        assert row.title_ru
        assert row.source_en
        assert row.source_ru
        assert set(row.types) <= set(NAMES)
        assert bool(row.note_en) == bool(row.note_ru)
    assert AssetRequirement.objects.count() == len(ROWS)
    known = {code for code, _title in network_choices()} | {""}
    assert {row.network for row in ROWS.values()} <= known


def test_what_staff_edited_is_kept() -> None:
    AssetRequirement.objects.filter(code="vk-cover-desktop").update(width=1600, height=640)
    AssetRequirement.objects.get(code="ok-post").delete()
    load_requirements(apps.get_app_config("communities"))
    cover = requirement("vk-cover-desktop")
    assert (cover.width, cover.height) == (1600, 640)
    assert requirement("ok-post").position > 0


@pytest.mark.parametrize(
    ("network", "codes"),
    [
        ("vk", ["vk-avatar", "vk-cover-desktop", "vk-menu", "vk-post"]),
        ("telegram", ["telegram-avatar", "telegram-post"]),
        ("youtube", ["any-post", "youtube-avatar", "youtube-banner", "youtube-thumbnail"]),
        ("max", ["any-post", "max-avatar"]),
        ("rutube", ["any-avatar", "any-post"]),
    ],
)
def test_network_needs_its_own_and_what_every_network_does(network: str, codes: list[str]) -> None:
    assert sorted(row.code for row in usual_requirements(network)) == codes


def test_needed_assets_are_made_once() -> None:
    community = CommunityFactory.create()
    DesignAssetFactory.create(community=community, requirement=requirement("vk-avatar"))
    made = add_needed(community)
    assert [asset.requirement.code for asset in made if asset.requirement] == [
        "vk-cover-desktop",
        "vk-menu",
        "vk-post",
    ]
    assert add_needed(community) == []
    assert community.design_assets.count() == 4


def test_row_that_is_off_makes_no_asset() -> None:
    AssetRequirement.objects.filter(code="vk-menu").update(is_active=False)
    assert "menu" not in [asset.kind for asset in add_needed(CommunityFactory.create())]


def test_requirement_of_another_network_is_refused() -> None:
    asset = DesignAssetFactory.build(
        community=CommunityFactory.create(), requirement=requirement("ok-cover"), title="x"
    )
    with pytest.raises(ValidationError) as refused:
        asset.clean()
    assert refused.value.messages == ["This is a requirement of another network."]


@pytest.mark.parametrize(
    ("code", "size", "sentences"),
    [
        ("vk-cover-desktop", (1920, 768), []),
        ("vk-cover-desktop", (1200, 500), ["1200×500 px; wanted exactly 1920×768."]),
        ("vk-avatar", (400, 400), []),
        ("vk-avatar", (1000, 1000), []),
        ("vk-avatar", (399, 399),
         ["399×399 px; wanted at least 400×400, of these proportions."]),
        ("vk-avatar", (800, 600),
         ["800×600 px; wanted at least 400×400, of these proportions."]),
        ("vk-post", (2000, 2000), []),
        ("vk-post", (1000, 1008), []),
        ("vk-post", (1000, 1020), ["1000×1020 px; wanted the proportions of 1080×1080."]),
        ("any-other", (3, 5000), []),
    ],
)  # fmt: skip
def test_pixels_are_compared_by_the_rule(
    code: str, size: tuple[int, int], sentences: list[str]
) -> None:
    assert said(checked(*size), code) == sentences


def test_every_fault_is_said() -> None:
    AssetRequirement.objects.filter(code="vk-menu").update(most_bytes=100, types=["image/png"])
    file = checked(400, 400, kind="JPEG", mode="CMYK")
    assert said(file, "vk-menu") == [
        "A JPEG file; wanted PNG.",
        "400×400 px; wanted exactly 376×256.",
        f"{len(file.content) / 1024:.1f}\xa0KB; wanted at most 100\xa0bytes.",
        "The colours are CMYK, for the press; wanted RGB, else screens show others.",
    ]


def test_without_a_requirement_colours_alone_are_looked_at() -> None:
    assert find_faults(checked(3, 5), None, size=9) == []
    assert find_faults(checked(3, 5), None, size=9, colours="CMYK") == [{"code": "cmyk"}]
