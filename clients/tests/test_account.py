"""The account pages: sign-in and its limits, reset, language, the demo's one click."""

import re

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from clients.account import demo_people
from clients.attempts import ADDRESS_ATTEMPTS, ATTEMPTS
from clients.models import Role
from tests.factories import (
    PASSWORD,
    ClientFactory,
    DirectorFactory,
    PortalAccessFactory,
    PortalUserFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/sign-in/"


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def demo(settings: LazySettings) -> None:
    settings.DEMO = True


def try_to_sign_in(browser: Browser, username: str, password: str, **more: str) -> int:
    response = browser.post(SIGN_IN, {"username": username, "password": password, **more})
    return response.status_code


def is_signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize(("is_staff", "place"), [(True, "/admin/"), (False, "/portal/")])
def test_sign_in_leads_home(client: Browser, is_staff: bool, place: str) -> None:
    user = UserFactory.create(is_staff=is_staff)
    response = client.post(SIGN_IN, {"username": user.username, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/")["Location"] == place


def test_home_asks_a_stranger_to_sign_in(client: Browser) -> None:
    assert client.get("/")["Location"] == SIGN_IN


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/portal/", "/portal/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_page_is_one_of_ours(client: Browser, wanted: str, place: str) -> None:
    user = PortalUserFactory.create()
    response = client.post(
        SIGN_IN, {"username": user.username, "password": PASSWORD, "next": wanted}
    )
    assert response["Location"] == place


def test_sign_in_of_a_closed_account_is_refused(client: Browser) -> None:
    user = PortalUserFactory.create(is_active=False)
    assert try_to_sign_in(client, user.username, PASSWORD) == 200
    assert not is_signed_in(client)


def test_session_ends_when_the_account_is_closed(client: Browser) -> None:
    user = PortalUserFactory.create()
    client.force_login(user)
    assert client.get("/portal/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/portal/")["Location"] == f"{SIGN_IN}?next=/portal/"


def test_attempts_beyond_the_limit_are_refused_even_with_the_right_password(
    client: Browser,
) -> None:
    user = PortalUserFactory.create()
    answers = [try_to_sign_in(client, user.username, "wrong") for _ in range(ATTEMPTS)]
    assert answers == [200] * ATTEMPTS
    assert try_to_sign_in(client, user.username, PASSWORD) == 429
    assert not is_signed_in(client)


def test_attempts_are_counted_whatever_the_case_of_the_name(client: Browser) -> None:
    user = PortalUserFactory.create()
    for _ in range(ATTEMPTS):
        try_to_sign_in(client, f" {user.username.upper()} ", "wrong")
    assert try_to_sign_in(client, user.username, PASSWORD) == 429


def test_attempts_from_another_address_are_counted_apart(client: Browser) -> None:
    user = PortalUserFactory.create()
    for _ in range(ATTEMPTS + 1):
        try_to_sign_in(client, user.username, "wrong")
    elsewhere = Browser(REMOTE_ADDR="198.51.100.7")
    assert try_to_sign_in(elsewhere, user.username, PASSWORD) == 302


def test_forwarded_address_counts_only_behind_a_proxy_of_ours(
    client: Browser, settings: LazySettings
) -> None:
    user = PortalUserFactory.create()
    for number in range(ATTEMPTS + 1):
        client.post(
            SIGN_IN,
            {"username": user.username, "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert try_to_sign_in(client, user.username, PASSWORD) == 429
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    response = client.post(
        SIGN_IN,
        {"username": user.username, "password": PASSWORD},
        headers={"X-Forwarded-For": "203.0.113.1, 198.51.100.99"},
    )
    assert response.status_code == 302


def test_success_forgets_the_attempts(client: Browser) -> None:
    user = PortalUserFactory.create()
    for _ in range(ATTEMPTS - 1):
        try_to_sign_in(client, user.username, "wrong")
    assert try_to_sign_in(client, user.username, PASSWORD) == 302
    client.logout()
    assert try_to_sign_in(client, user.username, "wrong") == 200
    assert try_to_sign_in(client, user.username, PASSWORD) == 302


def test_empty_password_does_not_forget_the_attempts(client: Browser) -> None:
    user = PortalUserFactory.create()
    for _ in range(ATTEMPTS):
        try_to_sign_in(client, user.username, "wrong")
    try_to_sign_in(client, user.username, "")
    assert try_to_sign_in(client, user.username, PASSWORD) == 429


def test_attempts_at_many_accounts_from_one_address_are_refused(client: Browser) -> None:
    user = PortalUserFactory.create()
    answers = [try_to_sign_in(client, f"name{n}", "wrong") for n in range(ADDRESS_ATTEMPTS)]
    assert answers == [200] * ADDRESS_ATTEMPTS
    assert try_to_sign_in(client, user.username, PASSWORD) == 429
    elsewhere = Browser(REMOTE_ADDR="198.51.100.7")
    assert try_to_sign_in(elsewhere, user.username, PASSWORD) == 302


def test_success_does_not_forget_the_attempts_of_the_address(client: Browser) -> None:
    user = PortalUserFactory.create()
    for number in range(ADDRESS_ATTEMPTS - 1):
        try_to_sign_in(client, f"name{number}", "wrong")
    assert try_to_sign_in(client, user.username, PASSWORD) == 302
    client.logout()
    assert try_to_sign_in(client, "another", "wrong") == 429


def test_people_sign_in_while_the_cache_is_down(client: Browser, settings: LazySettings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/at/all.sock",
        }
    }
    user = PortalUserFactory.create()
    assert try_to_sign_in(client, user.username, PASSWORD) == 302


def test_admin_uses_the_same_door(client: Browser) -> None:
    response = client.get("/admin/login/?next=/admin/clients/")
    assert response["Location"] == f"{SIGN_IN}?next=%2Fadmin%2Fclients%2F"


def test_client_person_who_strays_into_the_admin_is_led_home(client: Browser) -> None:
    client.force_login(PortalUserFactory.create())
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain == [
        ("/admin/login/?next=/admin/", 302),
        ("/", 302),
        ("/portal/", 302),
    ]


def test_sign_out_wants_a_post(client: Browser) -> None:
    client.force_login(PortalUserFactory.create())
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/")["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_reset_mail_sets_a_new_password(client: Browser) -> None:
    user = PortalUserFactory.create()
    response = client.post("/account/reset/", {"email": user.email})
    assert response["Location"] == "/account/reset/sent/"
    assert client.get("/account/reset/sent/").status_code == 200
    body = str(mail.outbox[0].body)
    found = re.search(r"http://testserver(/account/reset/\S+)", body)
    assert found
    page = client.get(found[1], follow=True)
    form_address = page.redirect_chain[0][0]
    new = "quite another password"
    done = client.post(form_address, {"new_password1": new, "new_password2": new})
    assert done["Location"] == "/account/reset/done/"
    assert client.get(done["Location"]).status_code == 200
    assert try_to_sign_in(client, user.username, new) == 302
    assert client.get(found[1]).status_code == 200, "the page says that the link is used up"


def test_reset_answers_alike_for_an_unknown_address(client: Browser) -> None:
    response = client.post("/account/reset/", {"email": "nobody@nowhere.example"})
    assert response["Location"] == "/account/reset/sent/"
    assert mail.outbox == []


def test_reset_mails_are_limited(client: Browser) -> None:
    user = PortalUserFactory.create()
    for _ in range(ATTEMPTS + 2):
        assert client.post("/account/reset/", {"email": user.email}).status_code == 302
    assert len(mail.outbox) == ATTEMPTS


def test_language_is_kept_with_the_person_and_in_a_cookie(client: Browser) -> None:
    user = PortalUserFactory.create()
    client.force_login(user)
    response = client.post("/account/language/", {"language": "ru", "next": "/portal/"})
    assert response["Location"] == "/portal/"
    assert response.cookies["django_language"].value == "ru"
    user.refresh_from_db()
    assert user.language == "ru"


def test_language_of_a_stranger_is_a_cookie(client: Browser) -> None:
    client.post("/account/language/", {"language": "ru"})
    assert client.get(SIGN_IN)["Content-Language"] == "ru"


def test_unknown_language_changes_nothing(client: Browser) -> None:
    response = client.post("/account/language/", {"language": "../x", "next": "//evil.example"})
    assert (response["Location"], dict(response.cookies)) == ("/", {})


def test_language_wants_a_post(client: Browser) -> None:
    assert client.get("/account/language/").status_code == 405


@pytest.mark.usefixtures("demo")
def test_demo_signs_in_with_one_click(client: Browser) -> None:
    user = PortalUserFactory.create(is_demo=True)
    response = client.post("/account/demo-sign-in/", {"username": user.username})
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("rights", [{"is_demo": False}, {"is_demo": True, "is_active": False}])
def test_demo_click_is_for_the_people_of_the_demo(client: Browser, rights: dict[str, bool]) -> None:
    user = PortalUserFactory.create(**rights)
    assert client.post("/account/demo-sign-in/", {"username": user.username}).status_code == 404
    assert not is_signed_in(client)


def test_demo_click_is_not_there_outside_the_demo(client: Browser) -> None:
    user = PortalUserFactory.create(is_demo=True)
    assert client.post("/account/demo-sign-in/", {"username": user.username}).status_code == 404
    assert user.username not in client.get(SIGN_IN).content.decode()


@pytest.mark.usefixtures("demo")
def test_demo_click_wants_the_forms_token() -> None:
    user = PortalUserFactory.create(is_demo=True)
    careful = Browser(enforce_csrf_checks=True)
    response = careful.post("/account/demo-sign-in/", {"username": user.username})
    assert response.status_code == 403


@pytest.mark.usefixtures("demo")
def test_demo_people_stand_by_role_directors_first(client: Browser) -> None:
    house = ClientFactory.create(name="House")
    DirectorFactory.create(username="d", first_name="Dina", last_name="Head", is_demo=True)
    manager = UserFactory.create(username="m", first_name="Max", last_name="Man", is_demo=True)
    TeamMemberFactory.create(client=house, user=manager, role=Role.ACCOUNT_MANAGER)
    guest = PortalUserFactory.create(username="g", first_name="Gala", last_name="X", is_demo=True)
    PortalAccessFactory.create(client=house, user=guest)
    UserFactory.create(username="real")
    assert [
        (group.title, [tuple(person) for person in group.people]) for group in demo_people()
    ] == [
        ("Directors", [("d", "Dina Head", "sees every client")]),
        ("Account manager", [("m", "Max Man", "House")]),
        ("People of clients", [("g", "Gala X", "House")]),
    ]
    page = client.get(reverse("account:login")).content.decode()
    assert re.findall(r'name="username" value="(\w+)"', page) == ["d", "m", "g"]
