"""The archive of a client: what stands in it equals the database, and nothing leaks."""

import csv
import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import ArchiveJob, ArchivePart, Client, Role, Task, User
from clients.team import join_team
from smm_agency.archive import making
from smm_agency.archive.files import FILES
from smm_agency.archive.making import (
    LEASE,
    ask_for_archive,
    claim,
    delete_old,
    give_up_lost,
    make,
    make_waiting,
    read_parts,
)
from smm_agency.archive.names import Names, safe_name
from smm_agency.archive.tables import TABLES, Table
from smm_agency.lib.row_security import reading_as_client
from tests.factories import (
    LONG_AGO,
    ArchiveJobFactory,
    CallFactory,
    CampaignFactory,
    ClientFactory,
    DecisionFactory,
    DirectorFactory,
    FlagFactory,
    PaperFileFactory,
    ProfileSnapshotFactory,
    UserFactory,
)
from tests.filled_client import INTERNAL, fill_client

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
For, State = ArchiveJob.For, ArchiveJob.State


@pytest.fixture
def director() -> User:
    return DirectorFactory.create(language="en")


def made(client: Client, by: User, made_for: str = For.CLIENT, **values: bool) -> ArchiveJob:
    job = ask_for_archive(
        client, made_for=made_for, by=by, at=NOW, **{"has_callers": False, **values}
    )
    assert make_waiting(at=timezone.now()) == 1
    job.refresh_from_db()
    return job


def opened(job: ArchiveJob) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(read_parts(job))))


def contents(job: ArchiveJob) -> Iterator[tuple[str, bytes]]:
    with opened(job) as found:
        for name in found.namelist():
            yield name.partition("/")[2], found.read(name)


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def manifest(job: ArchiveJob) -> dict[str, list[str]]:
    rows = table(dict(contents(job))["manifest.csv"])
    return {row[0]: row[1:] for row in rows[1:]}


@pytest.mark.parametrize("made_for", [For.CLIENT, For.AGENCY])
def test_counts_in_the_archive_equal_the_rows_of_the_database(
    director: User, made_for: str
) -> None:
    client = fill_client("alpha")
    fill_client("beta")
    job = made(client, director, made_for)
    assert (job.state, job.attempts, job.steps_done) == (State.DONE, 1, job.steps)
    counted = {t.path: t.rows_of(job).count() for t in TABLES if t.is_in(job)}
    files = {
        each.folder: sum(len(list(each.read(job, pk))) for pk in each.ids(job)) for each in FILES
    }
    assert job.counts == counted | files
    found = dict(contents(job))
    for path, rows in counted.items():
        assert len(table(found[f"{path}.csv"])) == rows + 1
        sheet = openpyxl.load_workbook(io.BytesIO(found[f"{path}.xlsx"]), read_only=True).active
        assert len(list(sheet.iter_rows())) == rows + 1  # type: ignore[union-attr]
    if made_for == For.AGENCY:
        # The filters that spare the client do not spare the agency.
        everything = {t.path: t.model._default_manager.filter(client=client).count()
                      for t in TABLES}  # fmt: skip
        assert everything == counted


def test_every_file_has_its_hash_in_the_manifest(director: User) -> None:
    job = made(fill_client("alpha"), director)
    listed = manifest(job)
    found = dict(contents(job))
    assert set(listed) == set(found) - {"manifest.csv"}
    for path, (_rows, size, digest) in listed.items():
        assert (len(found[path]), hashlib.sha256(found[path]).hexdigest()) == (int(size), digest)
    whole = b"".join(read_parts(job))
    assert (len(whole), hashlib.sha256(whole).hexdigest()) == (job.size, job.sha256)


def readable(content: bytes, path: str) -> str:
    """XLSX unpacked, for what is inside is compressed."""
    if not path.endswith(".xlsx") or not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def test_the_clients_archive_holds_nothing_of_the_agency_or_of_others(director: User) -> None:
    client = fill_client("alpha")
    fill_client("beta")
    job = made(client, director)
    leaks = [
        (path, word)
        for path, content in contents(job)
        for word in (f"alpha-{INTERNAL}", "beta", "98765.43", "87654.32")
        if word in readable(content, path) or word in path
    ]
    # What the client sent itself goes back, under the name that the client gave it.
    sent = f"alpha-{INTERNAL}"
    assert leaks == [(f"materials/files/{sent}", sent), ("manifest.csv", sent)]


def test_the_client_is_given_no_file_of_a_paper_that_was_replaced(director: User) -> None:
    client = ClientFactory.create()
    old = PaperFileFactory.create(
        paper__client=client, paper__is_shown=True, paper__state="sent", name="old.pdf",
        replaced_at=NOW,
    )  # fmt: skip
    PaperFileFactory.create(paper=old.paper, name="new.pdf")
    found = {
        made_for: [name for name, _content in contents(made(client, director, made_for))
                   if name.startswith("papers/")]
        for made_for in (For.CLIENT, For.AGENCY)
    }  # fmt: skip
    assert [name.endswith("new.pdf") for name in found[For.CLIENT]] == [True]
    assert len(found[For.AGENCY]) == 2


def rows_in(job: ArchiveJob, path: str) -> list[dict[str, str]]:
    header, *rows = table(dict(contents(job))[f"{path}.csv"])
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_client_is_given_flags_of_published_decisions_only(director: User) -> None:
    client = ClientFactory.create(language="en")
    flags = [FlagFactory.create(client=client) for _number in range(3)]
    for flag, is_published in ((flags[0], True), (flags[1], False)):
        DecisionFactory.create(flag=flag, is_published=is_published, client_text="Done")
    theirs = rows_in(made(client, director), "figures/flags")
    assert [row["Id"] for row in theirs] == [str(flags[0].pk)]
    assert {"Last seen", "Block to correct"} & theirs[0].keys() == set()
    ours = rows_in(made(client, director, For.AGENCY), "figures/flags")
    assert (len(ours), {"Last seen", "Block to correct"} - ours[0].keys()) == (3, set())


def test_the_client_is_given_no_title_of_what_it_is_not_shown(director: User) -> None:
    client = ClientFactory.create(language="en")
    for state in ("running", "draft"):
        campaign = CampaignFactory.create(client=client, title=f"{state} one", state=state)
        CallFactory.create(client=client, campaign=campaign)
    theirs = rows_in(made(client, director), "figures/calls")
    assert [row["Campaign: title"] for row in theirs] == ["running one", ""]
    ours = rows_in(made(client, director, For.AGENCY), "figures/calls")
    assert [row["Campaign: title"] for row in ours] == ["running one", "draft one"]


def test_the_client_is_given_what_its_portal_reads() -> None:
    """The columns that the portal's role is granted, and no row that it does not see."""
    client = fill_client("alpha")
    job = ArchiveJobFactory.create(client=client, made_for=For.CLIENT)
    theirs = [each for each in TABLES if each.for_client is not None]
    given = {each.path: set(each.rows_of(job).values_list("pk", flat=True)) for each in theirs}
    with reading_as_client(client.pk):
        hidden = {each.path: given[each.path] - read_by_portal(each) for each in theirs}
    assert {path: rows for path, rows in hidden.items() if rows} == {}


def read_by_portal(table: Table) -> set[int]:
    """Refused where one of the columns is not granted."""
    own = [name for name in table.fields if "__" not in name]
    rows = table.model._default_manager.order_by()
    list(rows.values_list(*own))
    return set(rows.values_list("pk", flat=True))


def test_the_agency_keeps_the_terms_and_the_work_that_the_client_is_not_given(
    director: User,
) -> None:
    client = fill_client("alpha")
    Client.objects.filter(pk=client.pk).update(language="en")
    ours, theirs = made(client, director, For.AGENCY), made(client, director)
    added = {path for path in ours.counts if path not in theirs.counts}
    assert {"agreement/brief_answers", "agreement/hand_overs", "agreement/time_entries"} <= added
    terms = (rows_in(ours, "agreement/services")[0], rows_in(theirs, "agreement/services")[0])
    assert [row.get("Price") for row in terms] == ["98765.43", None]
    assert [row.get("Norm, hours") for row in terms] == ["7654.32", None]
    assert [row["Deadline in words"] for row in terms] == ["alpha deadline"] * 2
    paid = {"To be paid by", "Signed on", "Paid on"}
    assert paid - rows_in(theirs, "agreement/papers")[0].keys() == set()
    assert rows_in(theirs, "agreement/results")[0]["Accepted by"] == "alpha acceptor"


def test_no_archive_holds_a_secret(director: User) -> None:
    """Keys are marked by the factory of filled clients; callers come only where ticked."""
    client = fill_client("alpha")
    call = CallFactory.create(client=client)
    assert call.caller is not None
    phone = str(call.caller.phone)
    job = made(client, director, For.AGENCY)
    paths = [path for path, content in contents(job) if phone in readable(content, path)]
    assert paths == []
    assert [t.path for t in TABLES if "key" in t.model._meta.model_name.casefold()] == []  # type: ignore[union-attr]
    ticked = made(client, director, For.AGENCY, has_callers=True)
    paths = [path for path, content in contents(ticked) if phone in readable(content, path)]
    assert paths == ["figures/calls.csv", "figures/calls.xlsx"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Договор № 5.pdf", "Договор № 5.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\a.txt", "_.._a.txt"),
        ("/root", "_root"),
        ("con.txt", "_con.txt"),
        ("a\x00b\u202e.pdf", "ab.pdf"),
        (" . ", "file"),
        ("", "file"),
        ("щ" * 300 + ".pdf", "щ" * 96 + ".pdf"),
    ],
)
def test_names_of_files_are_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_files_of_one_name_stand_beside_each_other() -> None:
    names = Names()
    found = [names.free("papers", name) for name in ("a.pdf", "A.pdf", "a.pdf", "a (2).pdf")]
    assert found == ["papers/a.pdf", "papers/A (2).pdf", "papers/a (3).pdf", "papers/a (2) (2).pdf"]


def test_no_path_leads_out_of_the_archives_folder(director: User) -> None:
    client = ClientFactory.create(name="../Дента: «Плюс»")
    for _number in range(2):
        PaperFileFactory.create(
            paper__client=client, paper__is_shown=True, paper__state="sent",
            paper__kind="other", paper__number="../../../x", name="..\\счёт.pdf",
        )  # fmt: skip
    with opened(made(client, director)) as found:
        names = found.namelist()
    assert {name.split("/")[0] for name in names} == {"_Дента_ «Плюс» 2026-11-20"}
    assert all(".." not in name.split("/") and "\\" not in name for name in names)
    assert len(names) == len(set(names))
    assert len([name for name in names if "счёт" in name]) == 2


def test_a_readme_stands_in_the_clients_language(director: User) -> None:
    job = made(ClientFactory.create(name="Denta", language="en"), director)
    text = dict(contents(job))["README.txt"].decode("utf-8-sig")
    assert text.startswith("Archive of Denta\r\nMade on Nov. 20, 2026.")
    assert job.file_name == "Denta 2026-11-20.zip"


# --- Workers -------------------------------------------------------------------------------------


def test_one_archive_of_a_client_at_a_time(director: User) -> None:
    client = ClientFactory.create()
    ask_for_archive(client, made_for=For.CLIENT, has_callers=False, by=director, at=NOW)
    with pytest.raises(ValidationError, match="is being made"):
        ask_for_archive(client, made_for=For.AGENCY, has_callers=False, by=director, at=NOW)


def test_a_killed_workers_archive_is_made_by_the_next_and_then_given_to_a_person() -> None:
    job = ArchiveJobFactory.create()
    moment = timezone.now()
    for number in range(1, 4):
        held = claim(at=moment)
        assert held is not None
        assert (held.pk, held.attempts) == (job.pk, number)
        assert claim(at=moment) is None
        moment += LEASE + dt.timedelta(seconds=1)
    assert claim(at=moment) is None
    give_up_lost(at=moment)
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert Task.objects.get(client=job.client).title == "The archive could not be made"


def test_who_was_taken_for_dead_stores_nothing() -> None:
    ArchiveJobFactory.create()
    first = claim(at=timezone.now() - 2 * LEASE)
    second = claim(at=timezone.now())
    assert first is not None
    assert second is not None
    assert not make(first)
    assert ArchivePart.objects.count() == 0
    assert make(second)
    assert ArchiveJob.objects.get().state == State.DONE


def test_what_fails_is_tried_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise OSError("No space left")

    monkeypatch.setattr(making, "write", refuse)
    job = ArchiveJobFactory.create()
    assert make_waiting(at=timezone.now()) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.FAILED, 3, "OSError")


def test_a_newer_archive_and_time_delete_the_contents(director: User) -> None:
    client = ClientFactory.create()
    first, second = made(client, director), made(client, director)
    first.refresh_from_db()
    assert (first.state, first.parts.count(), second.parts.count()) == (State.DELETED, 0, 1)
    assert delete_old(at=timezone.now() + dt.timedelta(days=91)) == 1
    assert ArchivePart.objects.count() == 0


def test_a_large_table_is_written_without_holding_it(director: User) -> None:
    """Thirty times as many rows take no more than a few megabytes more at the peak."""
    import tracemalloc  # noqa: PLC0415

    client = ClientFactory.create()
    first = ProfileSnapshotFactory.create(profile__client=client)
    rows = [
        type(first)(client=client, profile=first.profile, followers=number, reading="api",
                    date=dt.date(2000, 1, 1) + dt.timedelta(days=number),
                    read_at=first.read_at)
        for number in range(9_000)
    ]  # fmt: skip
    type(first).objects.bulk_create(rows, batch_size=1_000)
    del rows
    tracemalloc.start()
    job = made(client, director)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert job.counts["figures/pages_by_day"] == 9_001
    assert peak < 40_000_000


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture
def manager() -> User:
    return UserFactory.create(language="en")


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_a_manager_asks_for_the_clients_archive_and_takes_it(manager: User) -> None:
    client = ClientFactory.create()
    join_team(client, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    manager.user_permissions.add(Permission.objects.get(codename="see_fees"))
    browser = signed_in(manager)
    page = reverse("admin:clients_client_archive", args=[client.pk])
    answer = browser.post(f"{page}ask/", {"made_for": "client"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert browser.get(page).headers["Refresh"] == "5"
    make_waiting(at=timezone.now())
    job = ArchiveJob.objects.get()
    answer = browser.get(f"{page}{job.pk}/")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == job.sha256


def test_nobody_takes_an_archive_that_is_not_theirs(manager: User, director: User) -> None:
    mine, other = ClientFactory.create(), ClientFactory.create()
    join_team(mine, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    theirs, fees = made(other, director), made(mine, director, For.AGENCY)
    # The papers of the client's own archive say their sums, too.
    sums = made(mine, director)
    browser = signed_in(manager)
    wanted = [(other, theirs), (mine, theirs), (mine, fees), (mine, sums)]
    pages = [
        reverse("admin:clients_client_archive_file", args=[client.pk, job.pk])
        for client, job in wanted
    ]
    assert [browser.get(page).status_code for page in pages] == [404] * 4
    for made_for in For:
        with pytest.raises(PermissionDenied):
            ask_for_archive(mine, made_for=made_for, has_callers=False, by=manager, at=NOW)
    own = browser.get(reverse("admin:clients_client_archive", args=[mine.pk]))
    assert own.context["archive_ask_url"] == ""
