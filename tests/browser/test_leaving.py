"""A client leaves, as an account manager does it in the browser."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone

from clients.models import ArchiveJob, Client, Role
from clients.team import join_team
from communities.models import AccessKey
from smm_agency.archive.making import make_waiting
from tests.browser.conftest import Screen
from tests.factories import (
    LONG_AGO,
    PASSWORD,
    AccessKeyFactory,
    ArchiveJobFactory,
    ClientFactory,
    PortalAccessFactory,
    PublicationFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("LEAVING_SHOTS", "")


def shoot(screen: Screen, name: str) -> None:
    if SHOTS:
        screen.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_a_client_leaves(screen: Screen) -> None:
    client = ClientFactory.create(name="Дента Плюс")
    # An archive holds the sums of papers.
    manager = UserFactory.create(
        username="anna", language=os.environ.get("LEAVING_LANG", "en"),
        permissions=("clients.see_fees",),
    )  # fmt: skip
    join_team(client, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    AccessKeyFactory.create(client=client)
    TaskFactory.create(client=client)
    soon = timezone.now() + dt.timedelta(days=2)
    missed = timezone.now() - dt.timedelta(days=1)
    PublicationFactory.create(
        post__client=client, community__profile__client=client, state="due",
        planned_at=soon, next_try_at=soon,
    )  # fmt: skip
    PublicationFactory.create(
        post__client=client, community__profile__client=client, state="missed", planned_at=missed
    )
    screen.sign_in("anna", PASSWORD)
    base = f"/admin/clients/client/{client.pk}"
    screen.open(f"{base}/resume/")
    shoot(screen, "resume")
    screen.open(f"{base}/status/")
    screen.page.select_option("#id_to", "ended")
    shoot(screen, "status")
    screen.submit("#content-main button[type=submit]")
    assert screen.page.url.endswith(f"{base}/ending/")
    shoot(screen, "ending")
    screen.open(f"{base}/ending/do/keys/")
    shoot(screen, "keys")
    screen.submit("#content-main button[type=submit]")
    assert not AccessKey.objects.filter(client=client).exists()
    screen.open(f"{base}/archive/ask/")
    screen.submit("#content-main button[type=submit]")
    ArchiveJob.objects.update(state="running", steps=40, steps_done=17, step="figures/calls")
    screen.open(f"{base}/archive/")
    shoot(screen, "archive-running")
    ArchiveJob.objects.update(state="waiting")
    assert make_waiting(at=timezone.now()) == 1
    screen.open(f"{base}/ending/")
    with screen.page.expect_download() as download:
        screen.page.click("#archive tbody a")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    screen.page.emulate_media(color_scheme="dark")
    screen.page.evaluate("document.documentElement.classList.add('dark')")
    shoot(screen, "ending-dark")
    assert not screen.is_wider_than_the_window
    assert screen.problems == []


def test_the_clients_people_are_told_until_when_they_look(screen: Screen) -> None:
    client = ClientFactory.create(name="Дента Плюс", status="ended")
    today = client.today()
    Client.objects.update(portal_until=today)
    user = PortalAccessFactory.create(
        client=client, user__username="denta", user__language=os.environ.get("LEAVING_LANG", "en")
    ).user
    user.set_password(PASSWORD)
    user.save()
    ArchiveJobFactory.create(client=client, state="failed")
    screen.page.set_viewport_size({"width": 390, "height": 844})
    screen.sign_in("denta", PASSWORD)
    assert screen.page.locator("[role=note].alert-info").count() == 1
    shoot(screen, "portal-open")
    Client.objects.update(portal_until=today - dt.timedelta(days=1))
    screen.open(f"/portal/{client.pk}/")
    shoot(screen, "portal-closed")
    assert not screen.is_wider_than_the_window
    assert screen.page.locator("h1.h4").count() == 1
