"""Designs in a real browser: what a person sees and does on their pages, light and dark."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload
from pytest_django.live_server_helper import LiveServer

from clients.models import Client
from communities.models import AssetRequirement, AssetVersion, DesignAsset
from smm_agency.demo.cast import Cast
from smm_agency.demo.clients_calls import CLINIC
from smm_agency.demo.design import write_design
from smm_agency.demo.stage import set_stage
from tests.browser.conftest import Screen
from tests.factories import DAY, PASSWORD, DirectorFactory, PortalAccessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ALL_LOADED = "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
# Where a person wants to look at the pictures, they name a folder.
SHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def clinic() -> Client:
    stage = set_stage(CLINIC, number=1, today=DAY, cast=Cast())
    write_design(stage)
    return stage.client


def keep(screen: Screen, name: str) -> None:
    if SHOTS:
        screen.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def cover_of(client: Client) -> DesignAsset:
    return DesignAsset.objects.get(client=client, kind="cover_desktop")


def test_versions_stand_side_by_side(screen: Screen, clinic: Client) -> None:
    director = DirectorFactory.create()
    screen.page.set_viewport_size({"width": 1440, "height": 1000})
    screen.sign_in(director.username, PASSWORD)
    for scheme in ("light", "dark"):
        screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for asset in (cover_of(clinic), DesignAsset.objects.get(client=clinic, kind="avatar")):
            screen.open(f"/admin/communities/designasset/{asset.pk}/change/")
            assert screen.page.evaluate(ALL_LOADED)
            keep(screen, f"asset-{asset.kind}-{scheme}")
        boxes = [each.bounding_box() for each in screen.page.query_selector_all(".smm-version")]
        assert len(boxes) == 1
        screen.open(f"/admin/communities/community/{cover_of(clinic).community_id}/change/")
        keep(screen, f"community-{scheme}")
        screen.open("/admin/communities/designasset/")
        keep(screen, f"list-{scheme}")
    screen.open(f"/admin/communities/designasset/{cover_of(clinic).pk}/change/")
    left, right = (each.bounding_box() for each in screen.page.query_selector_all(".smm-version"))
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] < right["x"]
    assert [text for text in screen.problems if "Content Security Policy" in text] == []


def test_designer_uploads_and_is_told_what_is_wrong(screen: Screen, clinic: Client) -> None:
    menu = DesignAsset.objects.get(client=clinic, kind="menu")
    director = DirectorFactory.create()
    screen.sign_in(director.username, PASSWORD)
    screen.open(f"/admin/communities/designasset/{menu.pk}/version")

    def upload(width: int, height: int) -> None:
        out = io.BytesIO()
        Image.new("RGB", (width, height), "teal").save(out, "PNG")
        file = FilePayload(name="menu.png", mimeType="image/png", buffer=out.getvalue())
        screen.page.set_input_files("input[type=file]", files=[file])
        screen.submit("#content-main button[type=submit]")

    upload(300, 300)
    assert "300×300 px; wanted exactly 376×256." in screen.page.content()
    keep(screen, "upload-refused")
    upload(376, 256)
    assert AssetVersion.objects.get(asset=menu).number == 1
    keep(screen, "upload-taken")


@pytest.mark.urls("tests.design_page")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_client_looks_at_the_design(
    screen: Screen, clinic: Client, live_server: LiveServer, scheme: str
) -> None:
    guest = PortalAccessFactory.create(client=clinic).user
    screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    screen.sign_in(guest.username, PASSWORD)
    screen.open(f"/test/{clinic.pk}/design/")
    screen.page.mouse.wheel(0, 3000)
    screen.page.wait_for_function(ALL_LOADED)
    keep(screen, f"portal-{scheme}")
    assert screen.problems == []
    screen.page.set_viewport_size({"width": 390, "height": 844})
    screen.open(f"/test/{clinic.pk}/design/")
    assert not screen.is_wider_than_the_window
    keep(screen, f"portal-phone-{scheme}")


def test_requirements_have_their_page(screen: Screen) -> None:
    director = DirectorFactory.create()
    screen.sign_in(director.username, PASSWORD)
    screen.open("/admin/communities/assetrequirement/")
    keep(screen, "requirements")
    row = AssetRequirement.objects.get(code="youtube-banner")
    screen.open(f"/admin/communities/assetrequirement/{row.pk}/change/")
    keep(screen, "requirement")
    assert screen.page.input_value("#id_width") == "2560"
