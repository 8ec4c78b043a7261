"""Work contacts: everybody edits their own, directors anybody's; what is wrong is explained."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import User
from clients.models.user import WORK_CONTACTS
from tests.factories import DirectorFactory, PortalUserFactory, UserFactory

pytestmark = pytest.mark.django_db

FILLED = {
    "work_email": "anna.works@agency.example",
    "work_phone": "+7 495 123-45-67",
    "work_telegram": "anna_agency",
    "work_whatsapp": "+7 916 123-45-67",
    "work_hours": "Mon–Fri 10–19",
}


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def contacts_of(user: User) -> dict[str, str]:
    return dict(User.objects.values(*WORK_CONTACTS).get(pk=user.pk))


def test_person_edits_their_own() -> None:
    user, other = UserFactory.create(), UserFactory.create()
    response = browser_of(user).post(reverse("my_contacts"), {**FILLED, "id": other.pk})
    assert response.status_code == 302
    assert contacts_of(user) == FILLED
    assert set(contacts_of(other).values()) == {""}


def test_page_says_who_sees_them_and_what_is_entered() -> None:
    user = UserFactory.create(**FILLED)
    text = browser_of(user).get(reverse("my_contacts")).content.decode()
    assert "They never see the e-mail address that you sign in with." in text
    assert all(f'value="{value}"' in text for value in FILLED.values())


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("work_email", "anna", "valid email address"),
        ("work_phone", "8 495 123-45-67", "with its plus and country"),
        ("work_phone", "+7 495", "with its plus and country"),
        ("work_whatsapp", "anna", "with its plus and country"),
        ("work_telegram", "@anna_agency", "no @ and no address"),
        ("work_telegram", "https://t.me/anna", "no @ and no address"),
    ],
)
def test_what_is_no_contact_is_explained(field: str, value: str, words: str) -> None:
    user = UserFactory.create()
    response = browser_of(user).post(reverse("my_contacts"), {**FILLED, field: value})
    [message] = response.context["form"].errors[field]
    assert words in message
    assert set(contacts_of(user).values()) == {""}


def test_clients_people_have_no_such_page() -> None:
    assert browser_of(PortalUserFactory.create()).get(reverse("my_contacts")).status_code == 302


def test_director_edits_anybodys() -> None:
    user = UserFactory.create()
    browser = browser_of(DirectorFactory.create())
    address = reverse("admin:clients_user_change", args=[user.pk])
    text = browser.get(address).content.decode()
    assert all(f'name="{name}"' in text for name in WORK_CONTACTS)
    teams = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    data = {"username": user.username, "is_active": "on", "is_staff": "on", **teams, **FILLED}
    response = browser.post(address, data)
    assert response.status_code == 302
    assert contacts_of(user) == FILLED
