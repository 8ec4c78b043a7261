import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import Workbook

from clients.models import Client
from kpi.attribution import attribute_again
from kpi.call_columns import ColumnMap
from kpi.call_entry import change_call
from kpi.call_import import Outcome, import_calls, import_tallies
from kpi.forgetting import forget_callers
from kpi.models import Call, Caller, CallImport, CallTally, Evidence, TallyPeriod
from smm_agency.lib.tabular import ImportRefused, TableError
from tests.factories import (
    CallFactory,
    CallTallyFactory,
    ClientFactory,
    CommunityFactory,
    NumberPlacementFactory,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 20, 9, 0, tzinfo=dt.UTC)
HEADER = "started_at,caller,called_number,status,talk_seconds,wait_seconds,external_id"
ROWS = [
    "2026-03-11 12:00:00,+79161234567,,answered,60,5,a1",
    "2026-03-12 12:00,+79161234567,,missed,0,30,a2",
    "12.03.2026 13:00:00,anonymous,,answered,0:02:05,,a3",
]


def text(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def take(client: Client, data: bytes, name: str = "log.csv", **said: Any) -> Outcome:
    return import_calls(client, data, name, at=NOW, **said)


def lines(refusal: pytest.ExceptionInfo[ImportRefused]) -> list[str]:
    return str(refusal.value).splitlines()


def came_of(outcome: Outcome) -> tuple[int, int, int, int, int]:
    return outcome.new, outcome.changed, outcome.known, outcome.skipped, outcome.bad


def test_file_is_taken_once_and_decided() -> None:
    client = ClientFactory.create(time_zone="Europe/Moscow")
    assert came_of(take(client, text(*ROWS))) == (3, 0, 0, 0, 0)
    calls = Call.objects.order_by("started_at")
    assert list(calls.values_list("external_id", "status", "talk_seconds", "wait_seconds")) == [
        ("a1", "answered", 60, 5),
        ("a2", "missed", 0, 30),
        ("a3", "answered", 125, None),
    ]
    assert list(calls.values_list("is_unique", "is_target", "is_unique_target")) == [
        (True, True, True),
        (False, False, False),
        (None, True, None),
    ]
    first = calls[0]
    assert (first.started_at, first.day) == (
        dt.datetime(2026, 3, 11, 9, 0, tzinfo=dt.UTC),
        dt.date(2026, 3, 11),
    )


def test_same_file_again_changes_nothing() -> None:
    client = ClientFactory.create()
    take(client, text(*ROWS))
    before = list(Call.objects.order_by("pk").values()), list(CallImport.objects.values())
    assert came_of(take(client, text(*ROWS))) == (0, 0, 3, 0, 0)
    after = list(Call.objects.order_by("pk").values()), list(CallImport.objects.values())
    assert after == before


def test_corrected_file_changes_its_rows_only() -> None:
    client = ClientFactory.create()
    take(client, text(*ROWS))
    corrected = [ROWS[0].replace(",60,", ",20,"), *ROWS[1:]]
    assert came_of(take(client, text(*corrected))) == (0, 1, 2, 0, 0)
    assert Call.objects.get(external_id="a1").is_target is False
    written = CallImport.objects.order_by("pk").values_list("rows_read", "rows_new", "rows_changed")
    assert list(written) == [(3, 3, 0), (3, 0, 1)]


def test_calls_without_ids_are_told_apart_by_what_they_are() -> None:
    client = ClientFactory.create()
    header = "started_at,line,status,talk_seconds"
    rows = [
        "2026-03-11 12:00,A,missed,0",
        "2026-03-11 12:00,A,missed,0",
        "2026-03-11 12:00,B,missed,0",
    ]
    assert came_of(take(client, text(*rows, header=header))) == (3, 0, 0, 0, 0)
    # A later export of the same line holds the same calls and one more.
    rows.append("2026-03-11 12:01,A,missed,0")
    assert came_of(take(client, text(*rows, header=header))) == (1, 0, 3, 0, 0)
    # A made id is a hash: four digits of the year stand in one by chance, a date never does.
    assert not Call.objects.filter(external_id__contains="2026-03").exists()


def test_caller_that_is_no_number_is_told_and_keeps_its_call_apart() -> None:
    client = ClientFactory.create()
    header = "started_at,caller,status,talk_seconds"
    first = take(client, text("2026-03-11 12:00,front desk,answered,60", header=header))
    assert first.notes == (
        "Callers that are no phone numbers: 1, the first in row 2. Their calls are taken as from a"
        " hidden number.",
    )
    second = take(client, text("2026-03-11 12:00,back door,answered,60", header=header))
    assert came_of(second) == (1, 0, 0, 0, 0)
    hidden = take(client, text("2026-03-11 12:05,anonymous,answered,60", header=header))
    assert hidden.notes == ()


def test_columns_are_mapped_joined_and_words_become_statuses() -> None:
    client = ClientFactory.create(time_zone="Asia/Yekaterinburg")
    columns = ColumnMap.from_options(
        [
            "started_at=Day",
            "started_at=Time",
            "status=Result",
            "external_id=Line",
            "external_id=No",
        ],
        ["AGENT=answered", "HANG=missed", "PHANTOM=skip"],
    )
    data = text(
        "2026-03-11;10:00;agent;A;1",
        "2026-03-11;10:00;HANG;B;1",
        "2026-03-11;10:01;PHANTOM;B;2",
        header="Day;Time;Result;Line;No",
    )
    assert came_of(take(client, data, columns=columns)) == (2, 0, 0, 1, 0)
    call = Call.objects.get(external_id="A/1")
    assert call.started_at == dt.datetime(2026, 3, 11, 5, 0, tzinfo=dt.UTC)


def test_times_without_a_date_need_the_day_of_the_file() -> None:
    client = ClientFactory.create(time_zone="Europe/Moscow")
    data = text("0:10:10,missed", header="started_at,status")
    with pytest.raises(ImportRefused) as refusal:
        take(client, data)
    assert "say of which day the file is" in lines(refusal)[0]
    take(client, data, day=dt.date(2026, 3, 1))
    assert Call.objects.get().started_at == dt.datetime(2026, 2, 28, 21, 10, 10, tzinfo=dt.UTC)


def test_every_bad_row_is_named_at_once_and_nothing_is_written() -> None:
    client = ClientFactory.create()
    data = text(
        ROWS[0],
        "yesterday,,,answered,1,1,b1",
        "2026-03-11 12:00,,,ringing,1,1,b2",
        "2026-03-11 12:00,,,missed,9,1,b3",
        "2026-03-11 12:00,,,answered,x,1,b4",
        "2026-03-11 12:00,,,answered,1,1,a1",
        "2026-03-11 12:00,,,answered,1,1,",
        "2036-03-11 12:00,,,answered,1,1,b7",
        "2026-03-11 12:00,,,answered",
    )
    with pytest.raises(ImportRefused) as refusal:
        take(client, data)
    places = [(error.row, error.field) for error in refusal.value.errors]
    assert places == [
        (3, "started_at"),
        (4, "status"),
        (5, "talk_seconds"),
        (6, "talk_seconds"),
        (7, "external_id"),
        (8, "external_id"),
        (9, "started_at"),
        (10, None),
    ]
    assert (Call.objects.count(), Caller.objects.count(), CallImport.objects.count()) == (0, 0, 0)


def test_good_rows_are_taken_where_the_user_chose_so() -> None:
    client = ClientFactory.create()
    outcome = take(client, text(ROWS[0], "x,,,answered,1,1,b1"), skip_bad=True)
    assert (came_of(outcome), outcome.read, len(list(outcome.errors))) == ((1, 0, 0, 0, 1), 2, 1)


def test_dry_run_says_what_would_come_and_writes_nothing() -> None:
    client = ClientFactory.create()
    assert came_of(take(client, text(*ROWS), dry_run=True)) == (3, 0, 0, 0, 0)
    assert (Call.objects.count(), Caller.objects.count(), CallImport.objects.count()) == (0, 0, 0)


def test_wrong_header_is_refused_with_the_way_out() -> None:
    with pytest.raises(TableError) as refusal:
        take(ClientFactory.create(), text("2026-03-11,217", header="Fecha,Incoming Calls"))
    assert "Missing columns: started_at, status" in str(refusal.value)
    assert "totals by day" in str(refusal.value)
    totals = ColumnMap.from_options(["started_at=Fecha", "talk_seconds=Incoming Calls"], [])
    with pytest.raises(ImportRefused) as rows:
        take(
            ClientFactory.create(),
            text("2026-03-11,217", header="Fecha,Incoming Calls"),
            columns=totals,
        )
    assert "which column is the total" in lines(rows)[0]


@pytest.mark.parametrize(
    ("columns", "statuses"),
    [
        (["start=Day"], []),
        (["started_at"], []),
        (["status=Result"], []),
        (["started_at=Day", "caller=A", "caller=B"], []),
        (["started_at=Day"], ["OK=good"]),
    ],
)
def test_wrong_mapping_is_refused(columns: list[str], statuses: list[str]) -> None:
    with pytest.raises(TableError):
        ColumnMap.from_options(columns, statuses).required()


def test_mapping_comes_from_json_too() -> None:
    text_of_map = '{"columns": {"started_at": ["Day", "Time"]}, "statuses": {"OK": "answered"}}'
    assert ColumnMap.from_json(text_of_map) == ColumnMap.from_options(
        ["started_at=Day", "started_at=Time"], ["OK=answered"]
    )
    for wrong in ("[]", "{", '{"columns": {"started_at": 1}}'):
        with pytest.raises(TableError):
            ColumnMap.from_json(wrong)


def test_number_tells_the_place_and_the_file_fills_the_rest() -> None:
    community = CommunityFactory.create()
    client = community.client
    placement = NumberPlacementFactory.create(number__client=client, number__number="+74951234567")
    rows = [
        "2026-03-11 12:00,,84951234567,answered,60,5,n1",
        "2026-03-11 12:01,,,answered,60,5,n2",
    ]
    take(client, text(*rows), community=community)
    places = Call.objects.order_by("external_id").values_list("community_id", "evidence")
    assert list(places) == [
        (placement.community_id, Evidence.COMMUNITY_NUMBER),
        (community.pk, Evidence.OPERATOR),
    ]


ON_A_NUMBER = "2026-03-11 12:00,,84951234567,answered,60,5,n1"


@pytest.mark.parametrize("is_number_first", [True, False])
@pytest.mark.parametrize("is_taken_again", [True, False])
def test_a_number_is_stronger_than_the_word_of_a_file_whichever_came_first(
    is_number_first: bool, is_taken_again: bool
) -> None:
    community = CommunityFactory.create()
    client = community.client

    def place_number() -> int | None:
        placed = NumberPlacementFactory.create(number__client=client, number__number="+74951234567")
        attribute_again(placed.number)
        return placed.community_id

    elsewhere = place_number() if is_number_first else None
    take(client, text(ON_A_NUMBER), community=community)
    elsewhere = elsewhere or place_number()
    if is_taken_again:
        take(client, text(ON_A_NUMBER), community=community)
    call = Call.objects.get()
    assert (call.community_id, call.evidence) == (elsewhere, Evidence.COMMUNITY_NUMBER)
    assert call.tracking_number is not None


def test_a_file_taken_again_gives_the_place_of_its_number_to_a_weaker_call() -> None:
    community = CommunityFactory.create()
    client = community.client
    take(client, text(ON_A_NUMBER), community=community, evidence=Evidence.MEMBER)
    take(client, text(ON_A_NUMBER), community=community)
    assert Call.objects.get().evidence == Evidence.OPERATOR
    take(client, text(ON_A_NUMBER), community=community, evidence=Evidence.MEMBER)
    assert Call.objects.get().evidence == Evidence.OPERATOR
    placed = NumberPlacementFactory.create(number__client=client, number__number="+74951234567")
    take(client, text(ON_A_NUMBER), community=community)
    call = Call.objects.get()
    assert (call.community_id, call.evidence) == (placed.community_id, Evidence.COMMUNITY_NUMBER)


def test_file_again_leaves_what_a_person_said_of_the_place() -> None:
    community, other = CommunityFactory.create_batch(2, profile__client=ClientFactory.create())
    client = community.client
    take(client, text(*ROWS), community=community)
    call = Call.objects.get(external_id="a1")
    change_call(call, community=other, evidence=Evidence.PROMO_CODE, marked_target=False)
    assert came_of(take(client, text(*ROWS), community=community)) == (0, 0, 3, 0, 0)
    call.refresh_from_db()
    assert (call.community_id, call.marked_target, call.is_target) == (other.pk, False, False)


def test_old_file_does_not_bring_a_forgotten_caller_back() -> None:
    client = ClientFactory.create()
    take(client, text(*ROWS))
    forget_callers(at=NOW + dt.timedelta(days=900))
    assert came_of(take(client, text(*ROWS))) == (0, 0, 3, 0, 0)
    assert Caller.objects.filter(phone_hash__isnull=False).count() == 0


def test_an_old_file_without_ids_finds_the_calls_of_a_forgotten_caller() -> None:
    client = ClientFactory.create()
    header = "started_at,caller,status,talk_seconds"
    rows = [
        "2026-03-11 12:00,+79161234567,answered,60",
        "2026-03-11 12:00,+79161234567,answered,60",
        "2026-03-11 12:00,anonymous,answered,60",
        "2026-03-11 12:01,+79161234567,missed,",
    ]
    take(client, text(*rows, header=header))
    forget_callers(at=NOW + dt.timedelta(days=900))
    assert not Call.objects.exclude(external_id=None).exists()
    assert came_of(take(client, text(*rows, header=header))) == (0, 0, 4, 0, 0)
    rows.append("2026-03-11 12:00,+79161234567,answered,60")
    rows.append("2026-03-11 12:00,+79161234567,answered,61")
    assert came_of(take(client, text(*rows, header=header))) == (2, 0, 4, 0, 0)
    assert Call.objects.count() == 6


def test_imported_calls_change_the_flags_of_calls_that_were_there() -> None:
    client = ClientFactory.create()
    take(client, text(ROWS[1].replace("missed,0", "answered,60")))
    take(client, text(ROWS[0]))
    flags = Call.objects.order_by("started_at").values_list("is_unique", "is_unique_target")
    assert list(flags) == [(True, True), (False, False)]


def test_workbook_is_taken_and_a_formula_is_refused() -> None:
    client = ClientFactory.create()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["started_at", "status", "talk_seconds"])
    sheet.append([dt.datetime(2026, 3, 11, 12, 0), "answered", 60])  # noqa: DTZ001
    good = io.BytesIO()
    book.save(good)
    assert came_of(take(client, good.getvalue(), "log.xlsx")) == (1, 0, 0, 0, 0)
    sheet.append(["2026-03-11 12:00", "answered", "=1+1"])
    evil = io.BytesIO()
    book.save(evil)
    with pytest.raises((TableError, ImportRefused)):
        take(client, evil.getvalue(), "log.xlsx")
    assert Call.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(rows: int, django_assert_num_queries: Any) -> None:
    client = ClientFactory.create()
    data = text(*(f"2026-03-11 12:0{n},+7916123456{n},,answered,60,5,q{n}" for n in range(rows)))
    with django_assert_num_queries(19):
        take(client, data)


# --- Totals by day -------------------------------------------------------------------------------

TOTALS = text("2026-03-10,217,x", "2026-03-11,0,x", header="Fecha,Incoming Calls,Rate")


def take_totals(community: Any, data: bytes = TOTALS, **said: Any) -> Outcome:
    return import_tallies(
        community.client,
        data,
        "totals.csv",
        community=community,
        day_column="Fecha",
        total_column="Incoming Calls",
        at=NOW,
        **said,
    )


def test_totals_become_day_tallies_once() -> None:
    community = CommunityFactory.create()
    assert came_of(take_totals(community)) == (2, 0, 0, 0, 0)
    assert came_of(take_totals(community)) == (0, 0, 2, 0, 0)
    rows = CallTally.objects.order_by("starts_on").values_list(
        "starts_on", "ends_on", "period", "total", "evidence", "client_id"
    )
    assert list(rows) == [
        (
            dt.date(2026, 3, number),
            dt.date(2026, 3, number),
            TallyPeriod.DAY,
            total,
            CallTally.By.CLIENT_WORD,
            community.client_id,
        )
        for number, total in ((10, 217), (11, 0))
    ]
    assert CallImport.objects.count() == 1


def test_totals_that_contradict_a_tally_are_refused_whole() -> None:
    community = CommunityFactory.create()
    CallTallyFactory.create(community=community, starts_on=dt.date(2026, 3, 11), total=9)
    with pytest.raises(ImportRefused) as refusal:
        take_totals(community)
    assert [(error.row, error.field) for error in refusal.value.errors] == [(3, "Fecha")]
    assert CallTally.objects.count() == 1
    assert came_of(take_totals(community, skip_bad=True)) == (1, 0, 0, 0, 1)


@pytest.mark.parametrize(
    "row", ["x,1", "2026-03-11,", "2026-03-11,-1", "2026-03-11,1.5", "2036-01-01,1"]
)
def test_bad_total_is_named(row: str) -> None:
    with pytest.raises(ImportRefused):
        take_totals(CommunityFactory.create(), text(row, header="Fecha,Incoming Calls"))
    assert CallTally.objects.count() == 0


def test_day_twice_in_a_file_is_refused() -> None:
    rows = ["2026-03-11,1", "2026-03-11,2"]
    with pytest.raises(ImportRefused) as refusal:
        take_totals(CommunityFactory.create(), text(*rows, header="Fecha,Incoming Calls"))
    assert [(error.row, error.field) for error in refusal.value.errors] == [(3, "Fecha")]


def test_single_calls_are_untouched_by_totals() -> None:
    community = CommunityFactory.create()
    CallFactory.create(client=community.client, community=community)
    take_totals(community)
    assert Call.objects.count() == 1


def test_same_file_leaves_what_a_person_corrected() -> None:
    client = ClientFactory.create()
    take(client, text(*ROWS))
    moved = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
    change_call(Call.objects.get(external_id="a1"), status="spam", started_at=moved, comment="Ads")
    assert came_of(take(client, text(*ROWS))) == (0, 0, 3, 0, 0)
    call = Call.objects.get(external_id="a1")
    assert (call.status, call.started_at, call.day, call.comment) == (
        "spam",
        moved,
        dt.date(2026, 3, 10),
        "Ads",
    )
