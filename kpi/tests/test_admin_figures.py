"""Files of figures and figures by hand in the browser: who may, what is shown, what is stored."""

import csv
import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role, User
from clients.team import join_team
from communities.models import Profile
from kpi.file_imports import choices_of, confirm, upload_file
from kpi.models import ColumnMapping, FileImport, ProfileSnapshot
from tests.factories import (
    DAY,
    NOON,
    ClientFactory,
    FileImportFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

UPLOAD = reverse("admin:kpi_fileimport_import_figures")
TABLE = "Day;Fans;=Noise\n01.02.2025;1000;x\n02.02.2025;1100;y\n"
State = FileImport.State


@pytest.fixture
def house() -> Client:
    return ClientFactory.create()


@pytest.fixture
def page(house: Client) -> Profile:
    return ProfileFactory.create(client=house, network="dzen", external_id="bakery")


def member(house: Client, role: str) -> User:
    user = UserFactory.create(language="en")
    join_team(house, user, role=role, starts_on=dt.date(2020, 1, 1))
    return user


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def browser(house: Client) -> Browser:
    return browser_of(member(house, Role.CONTENT_MANAGER))


def send(browser: Browser, profile: Profile, text: str = TABLE) -> Any:
    file = SimpleUploadedFile("figures.csv", text.encode())
    return browser.post(UPLOAD, {"profile": profile.pk, "file": file})


def address(row: FileImport, page: str = "change") -> str:
    return reverse(f"admin:kpi_fileimport_{page}", args=[row.pk])


def sent(row: FileImport, button: str, **told: Any) -> dict[str, Any]:
    return {
        "format": "columns", "kind": "days", "order": "dmy", "mark": ".", "encoding": "",
        "header_at": "1", "page": "", "zone": "", "remember": "on", "column_0": "date",
        "column_1": "followers", "seen": choices_of(row).digest(), button: "1", **told,
    }  # fmt: skip


def test_columns_are_corrected_looked_at_and_taken(browser: Browser, page: Profile) -> None:
    response = send(browser, page)
    row = FileImport.objects.get()
    assert (response.status_code, response.url) == (302, address(row))
    shown = browser.get(address(row)).content.decode()
    assert "No column is a counter: say which figures are to be taken." in shown
    browser.post(address(row), sent(row, "again"))
    row.refresh_from_db()
    assert (row.error, row.preview["good"], row.state) == ("", 2, State.PREVIEWED)
    assert not ProfileSnapshot.objects.exists()
    browser.post(address(row), sent(row, "take"))
    row.refresh_from_db()
    assert (row.state, row.taken) == (State.TAKEN, 2)
    rows = ProfileSnapshot.objects.order_by("date")
    assert [row.followers for row in rows] == [1000, 1100]
    assert ColumnMapping.objects.get().header == ["Day", "Fans", "=Noise"]


def test_what_was_changed_is_shown_before_it_is_taken(browser: Browser, page: Profile) -> None:
    send(browser, page)
    row = FileImport.objects.get()
    browser.post(address(row), sent(row, "take"))
    row.refresh_from_db()
    assert (row.state, row.preview["good"]) == (State.PREVIEWED, 2)
    assert not ProfileSnapshot.objects.exists()


def test_same_file_is_said(browser: Browser, page: Profile) -> None:
    for _number in range(2):
        send(browser, page)
        row = FileImport.objects.latest("pk")
        for _press in range(2):
            row.refresh_from_db()
            browser.post(address(row), sent(row, "take"))
    send(browser, page)
    shown = browser.get(address(FileImport.objects.latest("pk"))).content.decode()
    assert "Taking them again changes nothing." in shown


def test_one_column_cannot_be_two_things(browser: Browser, page: Profile) -> None:
    send(browser, page)
    row = FileImport.objects.get()
    response = browser.post(address(row), sent(row, "again", column_0="followers"))
    assert "Another column is this already." in response.content.decode()


def test_refused_rows_are_downloaded_and_run_nothing(browser: Browser, page: Profile) -> None:
    row = FileImportFactory.create(
        profile=page, state=State.TAKEN, refused=1, problems=[[4, "=Noise", "=1+1 is wrong"]]
    )
    response = browser.get(address(row, "refused_rows"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Row", "Field", "What is wrong"], ["4", "'=Noise", "'=1+1 is wrong"]]


def test_text_of_a_file_is_escaped(browser: Browser, page: Profile) -> None:
    send(browser, page, "Day;Fans;<script>x</script>\n01.02.2025;1;<b>\n")
    shown = browser.get(address(FileImport.objects.get())).content.decode()
    assert "<script>x</script>" not in shown
    assert "&lt;script&gt;x&lt;/script&gt;" in shown


def test_large_file_is_refused_unread(browser: Browser, page: Profile, settings: Any) -> None:
    settings.FIGURES_FILE_BYTES = 10
    response = send(browser, page)
    assert "The file is larger than 0 MB. Split it." in response.content.decode()
    assert not FileImport.objects.exists()


def test_who_may_only_look_takes_nothing(house: Client, page: Profile) -> None:
    row = upload_file(page, TABLE.encode(), "figures.csv", by=None, at=NOON)
    onlooker = browser_of(member(house, Role.DESIGNER))
    assert onlooker.get(address(row)).status_code == 200
    assert onlooker.get(UPLOAD).status_code == 403
    assert onlooker.post(address(row), sent(row, "take")).status_code == 403
    figures = reverse("admin:communities_profile_enter_figures", args=[page.pk])
    assert onlooker.post(figures, {"followers": "5"}).status_code == 403


def test_files_of_other_clients_do_not_exist(browser: Browser, page: Profile) -> None:
    stranger = ProfileFactory.create(network="dzen")
    row = upload_file(stranger, TABLE.encode(), "figures.csv", by=None, at=NOON)
    assert browser.get(address(row)).status_code == 302
    assert browser.post(address(row), sent(row, "drop")).status_code == 403
    assert browser.get(address(row, "refused_rows")).status_code == 404
    row.refresh_from_db()
    assert row.state == State.PREVIEWED
    assert "Select a valid choice" in send(browser, stranger).content.decode()
    figures = reverse("admin:communities_profile_enter_figures", args=[stranger.pk])
    assert browser.post(figures, {"followers": "5"}).status_code in (403, 404)
    assert not ProfileSnapshot.objects.exists()


def test_agencys_columns_are_forgotten_by_directors_only(browser: Browser) -> None:
    row = ColumnMapping.objects.create(network="dzen", fingerprint="f", header=["a"])
    gone = reverse("admin:kpi_columnmapping_delete", args=[row.pk])
    assert browser.post(gone, {"post": "yes"}).status_code in (302, 403)
    assert ColumnMapping.objects.exists()


def test_figures_of_a_day_are_typed_in(browser: Browser, page: Profile) -> None:
    ProfileSnapshotFactory.create(profile=page, date=DAY, followers=90, joined=3, read_at=NOON)
    figures = reverse("admin:communities_profile_enter_figures", args=[page.pk])
    shown = browser.get(figures, {"day": DAY.isoformat()}).content.decode()
    assert 'name="followers" value="90"' in shown
    seen = {"shown_day": DAY, "initial-followers": "90", "initial-joined": "3"}
    response = browser.post(figures, {**seen, "followers": "0", "joined": "3"})
    assert response.status_code == 302
    row = ProfileSnapshot.objects.get()
    assert (row.followers, row.joined, row.likes, row.reading) == (0, 3, None, "manual")


def test_what_was_measured_while_somebody_typed_stays(browser: Browser, page: Profile) -> None:
    figures = reverse("admin:communities_profile_enter_figures", args=[page.pk])
    html = browser.get(figures, {"day": DAY.isoformat()}).content.decode()
    assert 'name="initial-followers"' in html
    assert f'name="shown_day" value="{DAY}"' in html
    ProfileSnapshotFactory.create(profile=page, date=DAY, followers=1000, read_at=NOON)
    empty = {"shown_day": DAY, "initial-followers": "", "followers": "", "reach": "50"}
    browser.post(figures, empty)
    row = ProfileSnapshot.objects.get()
    assert (row.followers, row.reach) == (1000, 50)


@pytest.mark.parametrize("day", ["2999-01-01", "1999-01-01"])
def test_day_that_cannot_be_is_refused(browser: Browser, page: Profile, day: str) -> None:
    figures = reverse("admin:communities_profile_enter_figures", args=[page.pk])
    assert browser.post(figures, {"shown_day": day, "followers": "5"}).status_code == 200
    assert not ProfileSnapshot.objects.exists()


@pytest.mark.parametrize(
    ("network", "words"),
    [("whatsapp", "By hand or from a file"), ("vk", "Read from the network")],
)
def test_page_says_where_its_figures_come_from(
    browser: Browser, house: Client, network: str, words: str
) -> None:
    profile = ProfileFactory.create(client=house, network=network)
    own = reverse("admin:communities_profile_change", args=[profile.pk])
    assert words in browser.get(own).content.decode()
    assert "No figures have come yet." in browser.get(own).content.decode()
    ProfileSnapshotFactory.create(profile=profile, date=DAY, reading="manual")
    assert "(typed in)" in browser.get(own).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_takes_the_file() -> None:
    profile = ProfileFactory.create(network="dzen")
    text = "Date;Followers\n2025-02-01;1000\n"
    row = upload_file(profile, text.encode(), "figures.csv", by=None, at=NOON)
    people = UserFactory.create_batch(2)
    seen = choices_of(row).digest()

    def press(person: User) -> str:
        try:
            mine = FileImport.objects.get(pk=row.pk)
            confirm(mine, seen=seen, by=person, at=NOON, wake=lambda pk: None)
        except ValidationError as refused:
            return " ".join(refused.messages)
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(press, people), key=len)
    row.refresh_from_db()
    assert said == ["taken", f"The file is “taken” already; by {row.confirmed_by}."]
    assert ProfileSnapshot.objects.count() == 1


def test_page_keeps_its_other_buttons(house: Client, page: Profile) -> None:
    own = reverse("admin:communities_profile_change", args=[page.pk])
    manager = browser_of(member(house, Role.ACCOUNT_MANAGER))
    shown = manager.get(own).content.decode()
    for name in ("audit_page", "import_figures", "enter_figures"):
        assert reverse(f"admin:communities_profile_{name}", args=[page.pk]) in shown
