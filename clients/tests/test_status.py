"""A client's statuses: allowed steps only, each written down."""

import pytest
from django.core.exceptions import ValidationError

from clients.client_status import change_status, next_statuses
from clients.models import ClientStatus, StatusChange
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db

ALLOWED = {
    ("lead", "onboarding"), ("lead", "ended"),
    ("onboarding", "active"), ("onboarding", "ended"),
    ("active", "paused"), ("active", "ended"),
    ("paused", "active"), ("paused", "ended"),
}  # fmt: skip


@pytest.mark.parametrize("old", ClientStatus.values)
@pytest.mark.parametrize("new", ClientStatus.values)
def test_change_status_takes_allowed_steps_only(old: str, new: str) -> None:
    client = ClientFactory.create(status=old)
    if (old, new) in ALLOWED:
        change_status(client, to=new, by=UserFactory.create())
    else:
        with pytest.raises(ValidationError):
            change_status(client, to=new, by=UserFactory.create())
    client.refresh_from_db()
    assert client.status == (new if (old, new) in ALLOWED else old)


def test_change_status_writes_down_who_and_why() -> None:
    client = ClientFactory.create(status=ClientStatus.ACTIVE)
    user = UserFactory.create()
    change_status(client, to=ClientStatus.PAUSED, by=user, note="Repairs till May")
    written = StatusChange.objects.values_list("old", "new", "changed_by", "note")
    assert list(written) == [("active", "paused", user.pk, "Repairs till May")]


def test_change_status_judges_by_the_stored_status() -> None:
    client = ClientFactory.create(status=ClientStatus.ACTIVE)
    stale = type(client).objects.get(pk=client.pk)
    change_status(client, to=ClientStatus.ENDED, by=UserFactory.create())
    with pytest.raises(ValidationError) as refused:
        change_status(stale, to=ClientStatus.PAUSED, by=UserFactory.create())
    assert refused.value.messages == [
        "From “ended” to “paused” there is no way. Allowed: nothing: this is the end."
    ]


def test_next_statuses_of_a_lead() -> None:
    client = ClientFactory.build(status=ClientStatus.LEAD)
    assert next_statuses(client) == [ClientStatus.ONBOARDING, ClientStatus.ENDED]
