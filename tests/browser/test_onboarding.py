"""A new client comes: agreement, team, start, brief and contract, as a director does it."""

import os
from pathlib import Path

import pytest

from clients.models import Brief, Client, Engagement, Paper, PaperState, Role, Task
from smm_agency.lib.documents import make_pdf
from tests.browser.conftest import Screen
from tests.factories import NOON, PASSWORD, DirectorFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("ONBOARDING_SHOTS", "")
LANGUAGE = os.environ.get("ONBOARDING_LANG", "en")
SAVE = "[name=_save]"
SEND = "#content-main form button[type=submit]"


def shoot(screen: Screen, name: str) -> None:
    assert (screen.problems, screen.is_wider_than_the_window) == ([], False), name
    if SHOTS:
        screen.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def contract(folder: Path) -> Path:
    template = folder / "contract.typ"
    template.write_text("Contract", encoding="utf-8")
    path = folder / "contract.pdf"
    path.write_bytes(make_pdf(template, {}, at=NOON))
    return path


def add_client(screen: Screen) -> Client:
    screen.open("/admin/clients/client/add/")
    screen.page.fill("#id_name", "Дента Плюс")
    screen.submit(SAVE)
    return Client.objects.get()


def add_engagement(screen: Screen, client: Client) -> Engagement:
    screen.open(f"/admin/clients/engagement/add/?client={client.pk}")
    screen.page.fill("#id_title", "2027")
    screen.page.select_option(
        "#id_package", label="Все четыре блока" if LANGUAGE == "ru" else "All four blocks"
    )
    screen.page.fill("#id_starts_on", "2027-01-11")
    screen.page.fill("#id_fee", "65000")
    screen.submit(SAVE)
    shoot(screen, "engagement")
    return Engagement.objects.get()


def sign_contract(screen: Screen, client: Client, file: Path) -> Paper:
    screen.open(f"/admin/clients/paper/add/?client={client.pk}")
    screen.page.select_option("#id_kind", "contract")
    screen.page.fill("#id_number", "7/27")
    screen.page.set_input_files("#content-main input[type=file]", str(file))
    shoot(screen, "paper")
    screen.submit(SAVE)
    paper = Paper.objects.get()
    for step in ("sent", "signed"):
        screen.open(f"/admin/clients/paper/{paper.pk}/to-{step}/")
        screen.submit(SEND)
    paper.refresh_from_db()
    return paper


def test_a_client_comes(screen: Screen, tmp_path: Path) -> None:
    DirectorFactory.create(username="vera", language=LANGUAGE)
    anna = UserFactory.create(username="anna")
    screen.sign_in("vera", PASSWORD)
    client = add_client(screen)
    engagement = add_engagement(screen, client)
    screen.open(f"/admin/clients/teammember/add/?client={client.pk}")
    screen.page.select_option("#id_user", str(anna.pk))
    screen.page.select_option("#id_role", Role.ACCOUNT_MANAGER)
    screen.page.fill("#id_starts_on", "2026-01-12")
    screen.submit(SAVE)
    shoot(screen, "team")
    page = f"/admin/clients/engagement/{engagement.pk}"
    screen.open(f"{page}/matrix/")
    shoot(screen, "matrix")
    screen.open(f"{page}/start/")
    shoot(screen, "start")
    screen.submit(SEND)
    shoot(screen, "started")
    client.refresh_from_db()
    assert client.status == "onboarding"
    assert Task.objects.filter(client=client, owner=anna).exists()
    screen.open(f"{page}/brief/")
    shoot(screen, "brief-begin")
    screen.submit(SEND)
    shoot(screen, "brief")
    assert Brief.objects.get().engagement == engagement
    paper = sign_contract(screen, client, contract(tmp_path))
    assert paper.state == PaperState.SIGNED
    screen.open(f"/admin/clients/client/{client.pk}/overview/")
    shoot(screen, "overview")
    screen.open("/admin/clients/task/board/")
    shoot(screen, "board")
