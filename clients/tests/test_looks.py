"""Whose colours and logo a page wears, what may be chosen, and how they are served."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from clients.looks import Look, forget_agency, logo_of, look_of, stylesheet_of
from clients.models import AgencyLook, Client, ClientLook, Role
from clients.team import join_team
from tests import factories as make

pytestmark = pytest.mark.django_db

GREEN, GREEN_DARK = "#2b6a30", "#8ce99a"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8z"/></svg>'


@pytest.fixture
def house() -> Client:
    return make.ClientFactory.create()


@pytest.fixture
def director() -> Browser:
    browser = Browser()
    browser.force_login(make.DirectorFactory.create())
    return browser


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


def set_agency(**fields: Any) -> None:
    AgencyLook.objects.filter(pk=1).update(**fields)
    cache.clear()


def post_agency(browser: Browser, **data: Any) -> Any:
    return browser.post(reverse("admin:clients_agencylook_change", args=[1]), data)


# --- Whose look ----------------------------------------------------------------------------------


def test_usual_look_needs_no_stylesheet(house: Client) -> None:
    look = look_of(house)
    assert look == Look()
    assert (look.name, look.stylesheet, look.logo_url) == ("SMM workbench", "", "")


def test_client_wears_its_own_colours_or_the_agencys(house: Client) -> None:
    set_agency(name="Sirius", accent="#123456", accent_dark="#aabbcc")
    assert look_of(house).stylesheet == "/look/123456-aabbcc.css"
    make.ClientLookFactory.create(client=house, accent=GREEN, accent_dark=GREEN_DARK)
    look = look_of(Client.objects.get(pk=house.pk))
    assert (look.name, look.accent, look.accent_dark) == ("Sirius", GREEN, GREEN_DARK)
    assert look_of().accent == "#123456"


def test_clients_light_colour_never_meets_the_agencys_dark_one(house: Client) -> None:
    set_agency(accent="#123456", accent_dark="#aabbcc")
    make.ClientLookFactory.create(client=house, accent=GREEN)
    look = look_of(house)
    assert look.accent_dark not in ("", "#aabbcc", GREEN)


def test_look_costs_no_query_where_the_client_is_read_with_it(
    house: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.ClientLookFactory.create(client=house, accent=GREEN, logo=b"x" * 100)
    row = Client.objects.select_related("look").defer("look__logo").get(pk=house.pk)
    with django_assert_num_queries(0):
        assert look_of(row).accent == GREEN


def test_agencys_row_is_read_once_and_again_after_a_change(
    django_assert_num_queries: DjangoAssertNumQueries,
    django_capture_on_commit_callbacks: Any,
) -> None:
    cache.clear()
    with django_assert_num_queries(1):
        assert [look_of().name for _ in range(2)] == ["SMM workbench"] * 2
    with django_capture_on_commit_callbacks(execute=True):
        AgencyLook.objects.update(name="Sirius")
        forget_agency()
    assert look_of().name == "Sirius"


# --- Choosing ------------------------------------------------------------------------------------


def test_director_chooses_name_colour_and_logo(
    director: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    logo = SimpleUploadedFile("logo.svg", SVG)
    with django_capture_on_commit_callbacks(execute=True):
        answer = post_agency(director, name="Sirius", accent="#2B6A30", new_logo=logo)
    assert answer.status_code == 302
    look = look_of()
    assert (look.name, look.accent) == ("Sirius", GREEN)
    found = logo_of(look.logo)
    assert found is not None
    assert (found.content, found.content_type) == (SVG, "image/svg+xml")
    page = Browser().get("/account/sign-in/").content.decode()
    assert f'href="{look.stylesheet}"' in page
    assert f'src="/look/{look.logo}/logo"' in page
    assert "Sirius" in page


def test_logo_is_taken_away(director: Browser) -> None:
    AgencyLook.objects.update(logo=SVG, logo_type="image/svg+xml", logo_sha256="a" * 64)
    post_agency(director, no_logo="on")
    row = AgencyLook.objects.get()
    assert (bytes(row.logo), row.logo_type, row.logo_sha256) == (b"", "", "")


@pytest.mark.parametrize(
    ("field", "colour", "words"),
    [
        ("accent", "#ffd43b", "its contrast is 1.4 : 1"),
        ("accent", "green", "Write the colour as # and six digits"),
        ("accent_dark", "#202020", "its contrast is 1.1 : 1"),
    ],
)
def test_colour_that_cannot_be_read_is_refused_with_one_that_can(
    director: Browser, field: str, colour: str, words: str
) -> None:
    answer = post_agency(director, **({"accent": GREEN} | {field: colour}))
    (error,) = answer.context["adminform"].form.errors[field]
    assert words in error
    if "contrast" in error:
        better = error.partition("is needed. ")[2][:7]
        assert post_agency(director, **({"accent": GREEN} | {field: better})).status_code == 302


def test_logo_that_is_a_program_or_too_large_is_refused(director: Browser) -> None:
    evil = SVG.replace(b"<path", b"<script>alert(1)</script><path")
    for content, words in ((evil, "more than a picture"), (b"\x89PNG" + b"0" * 70_000, "0.1 MB")):
        answer = post_agency(director, new_logo=SimpleUploadedFile("logo.svg", content))
        assert words in str(answer.context["adminform"].form.errors["new_logo"])


def test_only_directors_reach_the_agencys_look() -> None:
    browser = Browser()
    browser.force_login(make.TeamMemberFactory.create().user)
    assert browser.get(reverse("admin:clients_agencylook_change", args=[1])).status_code == 403


def client_step(browser: Browser, client: Client, **data: Any) -> Any:
    address = reverse("admin:clients_client_set_look", args=[client.pk])
    seen = browser.get(address).context["form"].initial["seen"]
    return browser.post(address, {"seen": seen} | data)


def test_manager_gives_a_client_its_look(house: Client) -> None:
    browser = Browser()
    manager = make.UserFactory.create()
    join_team(house, manager, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    browser.force_login(manager)
    logo = SimpleUploadedFile("logo.png", png())
    assert client_step(browser, house, accent=GREEN, new_logo=logo).status_code == 302
    look = ClientLook.objects.get(client=house)
    assert (look.accent, look.logo_type) == (GREEN, "image/png")
    answer = client_step(browser, house, accent="", accent_dark=GREEN_DARK)
    assert "accent" in answer.context["form"].errors


def test_look_that_changed_meanwhile_is_not_overwritten(director: Browser, house: Client) -> None:
    address = reverse("admin:clients_client_set_look", args=[house.pk])
    seen = director.get(address).context["form"].initial["seen"]
    make.ClientLookFactory.create(client=house, accent=GREEN)
    answer = director.post(address, {"seen": seen, "accent": "#123456"})
    assert "meanwhile" in str(answer.context["form"].non_field_errors())
    assert ClientLook.objects.get(client=house).accent == GREEN


# --- Serving -------------------------------------------------------------------------------------


def test_stylesheet_is_kept_for_ever_and_holds_the_colours() -> None:
    answer = Browser().get("/look/2b6a30-8ce99a.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content.decode() == stylesheet_of(GREEN, GREEN_DARK)
    assert "--accent:#2b6a30;--accent-rgb:43,106,48;--accent-ink:#ffffff;" in stylesheet_of(
        GREEN, GREEN_DARK
    )
    assert Browser().get("/look/zzzzzz-8ce99a.css").status_code == 404
    assert Browser().post("/look/2b6a30-8ce99a.css").status_code == 405


def test_logo_is_served_as_a_picture_that_runs_nothing() -> None:
    AgencyLook.objects.update(logo=SVG, logo_type="image/svg+xml", logo_sha256="a" * 64)
    answer = Browser().get(f"/look/{'a' * 64}/logo")
    assert answer.content == SVG
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        "image/svg+xml",
        "nosniff",
    )
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Browser().get(f"/look/{'b' * 64}/logo").status_code == 404


def test_portal_wears_the_clients_look(house: Client) -> None:
    make.ClientLookFactory.create(
        client=house, accent=GREEN, accent_dark=GREEN_DARK, logo_sha256="c" * 64
    )
    browser = Browser()
    browser.force_login(make.PortalAccessFactory.create(client=house).user)
    page = browser.get(f"/portal/{house.pk}/").content.decode()
    assert 'href="/look/2b6a30-8ce99a.css"' in page
    assert f'src="/look/{"c" * 64}/logo"' in page
