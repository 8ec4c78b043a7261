"""The register of accesses in the staff's door."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse

from communities.access_register import remove_access
from tests.factories import DAY, AccessGrantFactory, DirectorFactory

pytestmark = pytest.mark.django_db


def test_an_access_is_not_granted_after_it_was_removed() -> None:
    grant = AccessGrantFactory.create()
    person = DirectorFactory.create()
    remove_access(grant, on=DAY, by=person)
    browser = Browser()
    browser.force_login(person)
    later = (DAY + dt.timedelta(days=1)).isoformat()
    data = {
        "client": grant.client_id, "user": grant.user_id, "person": "", "whose": grant.whose,
        "kind": grant.kind, "name": grant.name, "role": grant.role, "granted_on": later, "note": "",
    }  # fmt: skip
    address = reverse("admin:communities_accessgrant_change", args=[grant.pk])
    form = browser.post(address, data).context["adminform"].form
    assert form.errors == {"granted_on": ["It was removed before it was granted."]}
