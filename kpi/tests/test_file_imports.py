"""Files of figures: looked at, confirmed once, taken whole, deleted in time."""

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import Workbook

from clients.models import Task, User
from communities.models import Profile
from kpi.column_mapping import ColumnMap
from kpi.file_choices import FileChoices
from kpi.file_imports import (
    cancel,
    choices_of,
    choose,
    confirm,
    content_of,
    delete_old_files,
    remember,
    same_file,
    take_waiting,
    upload_file,
)
from kpi.file_preview import parse_file
from kpi.file_recognition import recognise
from kpi.models import ColumnMapping, FileImport, PostSnapshot, ProfileSnapshot
from smm_agency.lib.tabular import DateOrder, TableError
from tests.factories import NOON, ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

State = FileImport.State
TABLE = "День;Подписчики;Шум\n01.02.2025;1 000;x\n02.02.2025;—;y\n"
TWO_ORDERS = "Day,Fans\n01/02/2025,10\n02/02/2025,12\n"


@pytest.fixture
def page() -> Profile:
    return ProfileFactory.create(network="dzen", external_id="bakery")


@pytest.fixture
def person() -> User:
    return UserFactory.create(language="en")


def upload(profile: Profile, text: str | bytes, name: str = "figures.csv") -> FileImport:
    data = text.encode() if isinstance(text, str) else text
    return upload_file(profile, data, name, by=None, at=NOON)


def take(row: FileImport, by: User, **told: Any) -> FileImport:
    seen = choices_of(row).digest()
    return confirm(row, **{"seen": seen, "by": by, "at": NOON, "wake": lambda pk: None, **told})


def refusal(row: FileImport, by: User, **told: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        take(row, by, **told)
    return " ".join(caught.value.messages)


def followers() -> list[tuple[int, int | None]]:
    rows = ProfileSnapshot.objects.order_by("date")
    return [(row.date.day, row.followers) for row in rows]


def test_upload_shows_and_stores_nothing(page: Profile) -> None:
    row = upload(page, TABLE)
    assert (row.state, row.format, row.kind, row.rows) == (State.PREVIEWED, "columns", "days", 2)
    assert row.preview["head"] == ["date", "subscribers"]
    assert [cells[1] for cells in row.preview["rows"]] == [1000, None]
    assert row.preview["columns"][2] == ["Шум", ["x", "y"]]
    assert row.preview["becomes"] == {"День": "date", "Подписчики": "followers"}
    assert not ProfileSnapshot.objects.exists()


def test_confirmed_file_is_taken_once(page: Profile, person: User) -> None:
    row = take(upload(page, TABLE), person)
    assert (row.state, row.taken, row.changed, row.confirmed_by) == (State.TAKEN, 2, 2, person)
    assert followers() == [(1, 1000), (2, None)]
    other = UserFactory.create()
    assert refusal(row, other) == f"The file is “taken” already; by {person}."


def test_what_was_confirmed_is_what_was_seen(page: Profile, person: User) -> None:
    row = upload(page, TABLE)
    seen = choices_of(row).digest()
    mapping = ColumnMap("days", {"date": "День", "joined": "Подписчики"}, order=DateOrder.DMY.value)
    choose(row, FileChoices(mapping=mapping), at=NOON)
    assert refusal(row, person, seen=seen) == (
        "Somebody has changed the choices meanwhile: look again."
    )
    row.refresh_from_db()
    take(row, person)
    assert ProfileSnapshot.objects.get(date="2025-02-01").joined == 1000


def test_order_of_a_date_is_never_guessed(page: Profile, person: User) -> None:
    row = upload(page, TWO_ORDERS.replace("Fans", "followers"))
    assert choices_of(row).mapping.order == ""  # type: ignore[union-attr]
    assert "it is not clear which number is the month" in row.error
    assert "it is not clear which number is the month" in refusal(row, person)
    mapping = ColumnMap("days", {"date": "Day", "followers": "followers"}, order="mdy")
    row = choose(row, FileChoices(mapping=mapping), at=NOON)
    take(row, person)
    assert [row.date.month for row in ProfileSnapshot.objects.order_by("date")] == [1, 2]


def test_wrong_rows_stop_the_file_unless_the_rest_is_wanted(page: Profile, person: User) -> None:
    row = upload(page, TABLE + "45321;5;z\n03.02.2025;1,2E+05;z\n")
    assert [(number, field) for number, field, _reason in row.problems] == [
        (4, "День"),
        (5, "Подписчики"),
    ]
    assert refusal(row, person) == "2 rows are wrong; nothing was taken."
    assert followers() == []
    chosen = FileChoices(mapping=choices_of(row).mapping, skip_bad=True)
    done = take(choose(row, chosen, at=NOON), person)
    assert (done.taken, done.refused, len(followers())) == (2, 2, 2)


def test_columns_are_remembered_for_the_next_time(page: Profile, person: User) -> None:
    row = upload(page, TWO_ORDERS)
    mapping = ColumnMap("days", {"date": "Day", "followers": "Fans"}, order="mdy")
    row = choose(row, FileChoices(mapping=mapping), at=NOON)
    remember(row, by=person, for_all=False, at=NOON)
    again = upload(page, "Fans,Day\n7,03/03/2025\n")
    assert choices_of(again).mapping == mapping
    stranger = ProfileFactory.create(network="dzen")
    assert choices_of(upload(stranger, TWO_ORDERS)).mapping != mapping
    remember(row, by=person, for_all=True, at=NOON)
    assert choices_of(upload(stranger, TWO_ORDERS)).mapping == mapping
    assert ColumnMapping.objects.count() == 2


def test_own_columns_go_before_the_agencys(page: Profile, person: User) -> None:
    row = upload(page, TWO_ORDERS)
    own = ColumnMap("days", {"date": "Day", "followers": "Fans"}, order="mdy")
    for mapping, for_all in ((own, False), (ColumnMap("days", {"date": "Day"}, "dmy"), True)):
        row = choose(row, FileChoices(mapping=mapping), at=NOON)
        remember(row, by=person, for_all=for_all, at=NOON)
    assert choices_of(upload(page, TWO_ORDERS)).mapping == own


def test_same_bytes_are_found_again(page: Profile, person: User) -> None:
    first = take(upload(page, TABLE), person)
    second = upload(page, TABLE, "another name.csv")
    assert same_file(second) == first
    assert (take(second, person).changed, same_file(upload(page, TABLE + " "))) == (0, None)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b'sep=,\n"Top cities"\n"Riga","Tartu"\n"1.7","1"\n', "Audience.csv", "the audience of a"),
        (b'{"a": 1}', "x.json", "neither an answer of VK"),
        (b"PK\x03\x04broken", "x.xlsx", "not a readable XLSX"),
        (b"\xd0\xcf\x11\xe0old", "x.xls", "Save it as plain XLSX"),
    ],
)
def test_hopeless_file_is_refused_at_once_and_not_kept(
    page: Profile, data: bytes, name: str, reason: str
) -> None:
    row = upload(page, data, name)
    assert (row.state, row.content) == (State.REFUSED, None)
    assert reason in row.error


def test_encoding_that_is_not_clear_can_be_said(page: Profile, person: User) -> None:
    row = upload(page, "Date;Abonnés\n2025-02-01;5\n".encode("cp1252"))
    assert (row.state, "encoding" in row.error) == (State.PREVIEWED, True)
    start = ColumnMap("days", encoding="cp1252")
    row = choose(row, FileChoices(), at=NOON, start=start)
    assert [column for column, _values in row.preview["columns"]] == ["Date", "Abonnés"]
    columns = {"date": "Date", "followers": "Abonnés"}
    mapping = ColumnMap("days", columns, order="ymd", encoding="cp1252")
    take(choose(row, FileChoices(mapping=mapping), at=NOON), person)
    assert followers() == [(1, 5)]


def test_file_is_encrypted_and_deleted_in_time(page: Profile, person: User, settings: Any) -> None:
    settings.FIGURES_FILE_DAYS = 30
    row = take(upload(page, TABLE), person)
    forgotten = upload(page, TABLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM kpi_fileimport WHERE id = %s", [row.pk])
        assert cursor.fetchone()[0].startswith("gAAAA")
    assert content_of(row) == TABLE.encode()
    assert delete_old_files(at=NOON + dt.timedelta(days=29)) == 0
    assert delete_old_files(at=NOON + dt.timedelta(days=31)) == 2
    row.refresh_from_db()
    forgotten.refresh_from_db()
    assert (row.content, row.preview, row.state) == (None, {}, State.TAKEN)
    assert (forgotten.content, forgotten.state) == (None, State.CANCELLED)
    with pytest.raises(ValidationError, match="has been deleted"):
        content_of(row)


def test_cancelled_file_is_gone(page: Profile, person: User) -> None:
    row = upload(page, TABLE)
    cancel(row, by=person, at=NOON)
    row.refresh_from_db()
    assert (row.state, row.content) == (State.CANCELLED, None)
    assert "“cancelled” already" in refusal(row, person)


def test_large_file_is_taken_by_a_worker(
    page: Profile, person: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.FIGURES_FILE_AT_ONCE_BYTES = 10
    woken: list[int] = []
    with django_capture_on_commit_callbacks(execute=True):
        row = take(upload(page, TABLE), person, wake=woken.append)
    assert (row.state, woken, followers()) == (State.WAITING, [row.pk], [])
    assert (take_waiting(at=NOON), take_waiting(at=NOON)) == (1, 0)
    row.refresh_from_db()
    assert (row.state, row.taken, row.attempts) == (State.TAKEN, 2, 1)
    assert followers() == [(1, 1000), (2, None)]


def test_worker_that_fails_three_times_asks_a_person(
    page: Profile, person: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIGURES_FILE_AT_ONCE_BYTES = 10
    row = take(upload(page, TABLE), person)

    def fail(*args: Any, **told: Any) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr("kpi.file_imports.store_parsed", fail)
    assert take_waiting(at=NOON) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, followers()) == (State.REFUSED, 3, [])
    assert Task.objects.get().title == "The file “figures.csv” could not be taken"


def test_lease_of_a_dead_worker_runs_out(page: Profile, person: User, settings: Any) -> None:
    settings.FIGURES_FILE_AT_ONCE_BYTES = 10
    row = take(upload(page, TABLE), person)
    later = NOON + dt.timedelta(minutes=10)
    FileImport.objects.filter(pk=row.pk).update(leased_until=later, attempts=1)
    assert take_waiting(at=NOON) == 0
    assert take_waiting(at=later + dt.timedelta(seconds=1)) == 1


def test_posts_of_any_table_keep_what_is_not_told_empty(page: Profile, person: User) -> None:
    text = (
        "Ссылка,Заголовок,Дата публикации,Просмотры,Лайки\n"
        "https://dzen.example/a/1,Хлеб,2025-02-01,120,\n"
    )
    row = upload(page, text)
    assert (row.kind, row.preview["head"]) == (
        "posts",
        ["id of the post", "posted", "text", "views"],
    )
    take(row, person)
    stored = PostSnapshot.objects.get()
    assert (stored.wall_post.external_id, stored.views, stored.likes) == (
        "https://dzen.example/a/1",
        120,
        None,
    )


def test_workbook_with_a_number_turned_into_a_day_is_refused(page: Profile) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Date", "Followers"])
    sheet.append([dt.date(2025, 2, 1), dt.date(2025, 3, 1)])
    out = io.BytesIO()
    book.save(out)
    row = upload(page, out.getvalue(), "book.xlsx")
    assert [problem[:2] for problem in row.problems] == [[2, "Followers"]]
    assert "is a date where a number belongs" in row.problems[0][2]


def test_totals_and_falling_views_are_said(page: Profile) -> None:
    days = "".join(f"2025-02-{n:02},{100 - n}\n" for n in range(1, 10))
    row = upload(page, f"Date,total_views\n{days}Total,900\n")
    assert row.problems[0][0] == 11
    assert "This row holds totals" in row.problems[0][2]
    assert any(note.startswith("Views in all fall on 8 days.") for note in row.preview["warnings"])


MAPPINGS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    kind=st.sampled_from(["days", "posts"]),
    columns=st.dictionaries(
        st.sampled_from(["date", "followers", "external_id", "posted_at", "views", "channel"]),
        st.sampled_from(["a", "b", "c", "Views", "Views (2)", "Column 2"]),
    ),
    order=st.sampled_from(["", "ymd", "dmy", "mdy", "words"]),
    mark=st.sampled_from([".", ","]),
    encoding=st.sampled_from(["", "utf-8", "utf-16", "cp1251", "cp1252"]),
    header_at=st.integers(1, 20),
)
CELLS = st.sampled_from(
    ["a", "b", "Views", "2025-02-01", "1", "1,2E+05", "02-Jan", "45321", "Total", '"', "\r", "\0"]
)
LINES = st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=6).map("\n".join)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=200),
        LINES.map(str.encode),
        LINES.map(lambda lines: lines.encode("utf-16")),
    ),
    told=MAPPINGS,
)
def test_any_bytes_and_any_mapping_end_in_a_sentence(
    page: Profile, data: bytes, told: dict[str, Any]
) -> None:
    try:
        recognise(page, data, "any.csv")
    except TableError as refused:
        said = str(refused)
    try:
        mapping = ColumnMap.from_json(told)
        parsed = parse_file(page, data, "any.csv", FileChoices(mapping=mapping), at=NOON)
        said = " ".join(parsed.errors.lines()) or "good"
    except TableError as refused:
        said = str(refused)
    assert said


NAMES = st.sampled_from(["kind", "columns", "order", "zone", "mark", "header_at"])
ANY_JSON = st.recursive(
    st.none() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
)


@given(told=ANY_JSON)
def test_any_json_is_a_mapping_or_a_sentence(told: object) -> None:
    try:
        made = ColumnMap.from_text(json.dumps(told))
    except TableError as refused:
        said = str(refused)
    else:
        said = made.kind
    assert said
