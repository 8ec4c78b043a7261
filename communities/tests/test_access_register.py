"""Who may go in where: people and roles, never passwords; the community stays with the client."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from communities.access_register import (
    grant_access,
    missing_owner,
    remove_access,
    remove_accesses,
)
from communities.models import AccessGrant
from tests.factories import (
    DAY,
    AccessGrantFactory,
    ClientFactory,
    CommunityFactory,
    ProfileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Role, Whose, Kind = AccessGrant.Role, AccessGrant.Whose, AccessGrant.Kind


def draft(**told: Any) -> AccessGrant:
    """An access of somebody's to a counter, not saved."""
    whole = {
        "client": ClientFactory.create(), "person": "Olga", "whose": "client", "kind": "counter",
        "name": "Metrika 1234567", "role": "analyst", "granted_on": DAY,
    }  # fmt: skip
    return AccessGrant(**whole | told)


def refusal(grant: AccessGrant) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        grant_access(grant, by=UserFactory.create())
    return dict(caught.value.message_dict)


def test_an_access_is_granted_with_who_noted_it() -> None:
    director = UserFactory.create()
    grant = grant_access(draft(), by=director)
    grant.refresh_from_db()
    assert (grant.granted_by, grant.removed_on) == (director, None)
    assert str(grant) == "Olga · analyst · analytics counter: Metrika 1234567"


@pytest.mark.parametrize("field", ["person", "name", "note"])
@pytest.mark.parametrize(
    "text",
    [
        "password: qwerty",
        "Password qwerty1",
        "PWD=qwerty",
        "olga / pass 12345",
        "пароль qwerty",
        "логин olga, Пароль: 12345",
        "пароля нет в письме, он 123",
    ],
)
def test_a_password_that_is_noted_is_refused(field: str, text: str) -> None:
    errors = refusal(draft(**{field: text}))
    assert list(errors) == [field]
    assert errors[field][0].startswith("This looks like a password being noted.")
    assert not AccessGrant.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["knows the passport office", "by invitation, no password", "сменить пароль", "bypass 2"],
)
def test_words_that_note_no_password_pass(text: str) -> None:
    assert grant_access(draft(note=text), by=UserFactory.create()).pk


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"person": ""}, {"__all__"}),
        ({"kind": "community", "name": ""}, {"profile"}),
        ({"name": ""}, {"name"}),
    ],
)
def test_nobody_or_nothing_named_is_refused(told: dict[str, Any], fields: set[str]) -> None:
    assert set(refusal(draft(**told))) == fields


def test_a_colleague_is_of_the_agency_and_has_one_name() -> None:
    colleague = UserFactory.create()
    for told in ({"person": "", "whose": "client"}, {"person": "Olga", "whose": "agency"}):
        assert set(refusal(draft(user=colleague, **told))) == {"__all__"}
    assert grant_access(draft(user=colleague, person="", whose="agency"), by=colleague).pk


def test_an_access_is_removed_once_with_who_did_it() -> None:
    first, second = UserFactory.create(), UserFactory.create()
    grant = AccessGrantFactory.create()
    other = AccessGrant.objects.get()
    assert remove_access(grant, on=DAY, by=first)
    assert not remove_access(other, on=DAY + dt.timedelta(days=1), by=second)
    assert (other.removed_on, other.removed_by) == (DAY, first)


def test_an_access_is_not_removed_before_it_was_granted() -> None:
    grant = AccessGrantFactory.create(granted_on=DAY)
    with pytest.raises(ValidationError):
        remove_access(grant, on=DAY - dt.timedelta(days=1), by=UserFactory.create())
    assert remove_access(grant, on=DAY, by=UserFactory.create())


def test_many_are_removed_together_or_not_at_all() -> None:
    person = UserFactory.create()
    grants = [AccessGrantFactory.create(granted_on=DAY) for _ in range(2)]
    late = AccessGrantFactory.create(granted_on=DAY + dt.timedelta(days=9))
    with pytest.raises(ValidationError):
        remove_accesses([*grants, late], on=DAY, by=person)
    assert AccessGrant.objects.standing().count() == 3
    assert remove_accesses(grants, on=DAY, by=person) == 2
    assert list(AccessGrant.objects.standing()) == [late]


# --- The community stays with the client ---------------------------------------------------------


def owner_of(community: Any, **told: Any) -> AccessGrant:
    whole = {"user": None, "person": "Olga", "whose": "client", "role": "owner"}
    return AccessGrantFactory.create(
        client=community.client, profile=community.profile, kind="community", name="",
        **whole | told,
    )  # fmt: skip


def test_a_community_that_the_client_owns_lacks_nothing() -> None:
    community = CommunityFactory.create()
    owner_of(community)
    owner_of(community, person="Contractor", whose="third")
    assert missing_owner(community) == []


def test_a_community_without_a_noted_owner_says_so() -> None:
    community = CommunityFactory.create()
    owner_of(community, role="admin")
    owner_of(CommunityFactory.create(profile=ProfileFactory.create(client=community.client)))
    assert missing_owner(community) == [
        "Nobody is noted as the owner: the community has to stay with the client."
    ]


def test_a_community_that_somebody_else_owns_names_them() -> None:
    community = CommunityFactory.create()
    colleague = UserFactory.create(first_name="Ivan", last_name="Test")
    owner_of(community, user=colleague, person="", whose="agency")
    owner_of(community, person="Contractor", whose="third")
    assert missing_owner(community) == [
        "The owner is Ivan Test (agency), Contractor (third party): it has to be the client."
    ]


def test_an_owner_whose_access_was_removed_is_none() -> None:
    community = CommunityFactory.create()
    remove_access(owner_of(community), on=DAY, by=UserFactory.create())
    assert len(missing_owner(community)) == 1
