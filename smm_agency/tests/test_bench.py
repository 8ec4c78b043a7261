"""The bench on a few rows: that it runs, and that what it loads is what the program would make."""

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest
from django.utils import timezone

from bench import pages, scale
from bench.agency import Size
from bench.delays import BLOCK_DAYS, days_to_alarm, days_to_pace_flag
from bench.load import Step, load
from bench.pages import WANTED_QUERIES
from bench.quality import Case, Delay, Quality, learn, series_of, simulate
from bench.quality_table import draw_quality
from bench.run import read_size, run, run_webhook
from bench.statements import read_statements
from bench.table import Line, draw
from clients.models import Client
from kpi.alarm_rule import run_charts
from kpi.cadence import load_cadence
from kpi.call_rules import recompute_client
from kpi.models import (
    Call,
    Caller,
    PostSnapshot,
    ProfileSnapshot,
    RawCallEvent,
    SnapshotCorrection,
)
from kpi.rules import ChartSetup
from strategy.models import KpiTarget, StrategyVersion
from strategy.models.version import VersionState

PAGES = ("dashboard, director", "client", "calls in the admin")
SMALL = Size(clients=3, days=120, calls=600)
TODAY = dt.date(2026, 3, 11)


def quiet() -> Step:
    return Step(lambda what: None, lambda rows: None)


@pytest.mark.django_db
def test_run_on_few_rows_measures_everything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long it takes is the bench's question, not this test's.
    monkeypatch.setattr(pages, "ROUNDS", 2)
    lines = run(SMALL, now=timezone.now(), in_browser=False)
    # The portal's pages come as they stand in its addresses.
    assert [line.what for line in lines if not line.what.startswith("portal: ")] == [
        "upsert of new snapshots",
        "upsert of known ones, 10 % changed",
        "new snapshots written",
        "corrections written",
        "evaluation of all clients, 9 targets",
        "memory of an evaluation above an idle worker",
        "dashboard, director",
        "client",
        "calls in the admin",
        "calls in the admin, one client",
        "report of a month",
    ]
    by_name = {line.what: line for line in lines}
    assert by_name["corrections written"].is_ok
    assert by_name["new snapshots written"].is_ok
    asked = {line.what: int(line.measured.split()[0]) for line in lines if line.what in PAGES
             or line.what.startswith("portal: ")}  # fmt: skip
    assert len(asked) > 15
    assert {what: count for what, count in asked.items() if count > WANTED_QUERIES} == {}
    assert SnapshotCorrection.objects.count() == int(by_name["corrections written"].measured)
    assert "3 clients, 9 profiles, 1,080 daily snapshots, 600 calls." in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_webhook_is_measured_beside_a_bare_view(capsys: pytest.CaptureFixture[str]) -> None:
    rate, wait = run_webhook(SMALL)
    assert rate.ratio is not None
    assert wait.measured.endswith(" ms")
    # Eight rounds at each address, all events stored.
    assert RawCallEvent.objects.count() == 2 * 8 * 20
    assert "bare view" in capsys.readouterr().out


@pytest.mark.django_db
def test_scale_on_few_rows_measures_everything() -> None:
    at = dt.datetime.combine(TODAY, dt.time(3), tzinfo=dt.UTC)
    told, size_table, thinned, layouts = scale.run(scale.Scale(pages=30, days=60), at=at)
    assert told.startswith("30 pages, 60 days.")
    assert ProfileSnapshot.objects.count() == 30 * 60
    # One own page of three has its posts read, thirty of them; all are old enough but the last.
    pages, everything, kept = (row.split() for row in size_table.splitlines()[2:])
    assert pages[2] == "1,800"
    assert kept[2] == f"{PostSnapshot.objects.count() * 10:,}"
    assert int(everything[3].replace(",", "")) > int(kept[2].replace(",", ""))
    assert thinned.startswith("Thinned in")
    assert len(layouts.splitlines()) == 6


@pytest.mark.django_db
def test_scale_loads_readings_where_the_program_would_put_them() -> None:
    """Else it would measure another thinning."""
    scale.load(scale.Scale(pages=30, days=40), dt.datetime.combine(TODAY, dt.time(), tzinfo=dt.UTC))
    cadence = load_cadence()
    rows = PostSnapshot.objects.select_related("wall_post__profile__client")
    for row in rows[:200]:
        post = row.wall_post
        assert cadence.slot_for(post.profile, post.posted_at, row.read_at) == (row.slot, row.hour)


@pytest.mark.django_db
def test_load_makes_the_rows_that_were_asked_for() -> None:
    agency = load(SMALL, today=TODAY, step=quiet())
    assert ProfileSnapshot.objects.count() == 9 * 120
    assert ProfileSnapshot.objects.latest("date").date == TODAY - dt.timedelta(days=1)
    assert Call.objects.count() == 600
    assert Client.objects.filter(calls__isnull=False).distinct().count() == 3
    assert KpiTarget.objects.filter(months__month=TODAY.replace(day=1)).count() == 9
    assert (
        StrategyVersion.objects.in_force(on=TODAY).filter(state=VersionState.APPROVED).count() == 3
    )
    assert PostSnapshot.objects.filter(slot__gte=TODAY).count() == 0
    assert agency.pages.shape == (3, 3)


@pytest.mark.django_db
def test_load_sets_the_flags_of_calls_that_the_rules_set() -> None:
    load(SMALL, today=TODAY, step=quiet())
    assert [recompute_client(client) for client in Client.objects.all()] == [0, 0, 0]
    assert Call.objects.filter(is_unique_target=True).count() > 100
    assert Call.objects.filter(caller=None, is_unique=None).count() > 0


@pytest.mark.django_db
def test_load_files_calls_under_the_client_s_day() -> None:
    load(SMALL, today=TODAY, step=quiet())
    calls = Call.objects.select_related("client").defer("caller")
    assert [call.day for call in calls] == [call.client.day_of(call.started_at) for call in calls]


@pytest.mark.django_db
def test_load_leaves_the_sequence_behind_its_callers() -> None:
    load(SMALL, today=TODAY, step=quiet())
    newest = Caller.objects.latest("pk").pk
    assert Caller.objects.create(client=Client.objects.all()[0]).pk > newest


@pytest.mark.parametrize(("text", "clients"), [("", 1000), ("1", 1000), ("0.01", 10), ("2", 2000)])
def test_scale_is_a_share_of_the_whole(text: str, clients: int) -> None:
    assert read_size({"BENCH_SCALE": text}).clients == clients


@pytest.mark.parametrize("text", ["0", "-1", "11", "much", "nan"])
def test_scale_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"BENCH_SCALE is {text}: give a number above 0"):
        read_size({"BENCH_SCALE": text})


def test_statements_come_without_comments() -> None:
    kinds = [statement.split()[0] for statement in read_statements("snapshot_upsert.sql")]
    assert kinds == ["CREATE", "COPY", "INSERT"]
    assert [text.split()[0] for text in read_statements("evaluation.sql")] == ["SELECT"] * 6


def test_table_says_what_is_too_slow() -> None:
    lines = [
        Line("upsert", "400 rows/s", "≥ 0.50", False, baseline="1,000 rows/s", ratio=0.4),
        Line("page", "9 queries", "≤ 15 queries", True),
    ]
    assert draw(lines).splitlines() == [
        "what      measured       raw SQL  ratio        wanted",
        "------  ----------  ------------  -----  ------------  ------",
        "upsert  400 rows/s  1,000 rows/s   0.40        ≥ 0.50  NOT OK",
        "page     9 queries                       ≤ 15 queries  ok",
    ]


@pytest.mark.parametrize(
    ("most", "ratio", "said"), [(0.41, 1.05, "ok"), (0.45, 1.05, "NOT OK"), (0.41, 1.2, "NOT OK")]
)
def test_quality_says_what_is_missed(most: float, ratio: float, said: str) -> None:
    delay = Delay(mean=10 * ratio, median=9.0, optimum=10.0, pace_mean=8.0, pace_median=7.0)
    quality = Quality(Case("5 a month", 5, 2), 0.4, 0.38, most, 9.9, {0.7: delay, 0.5: delay}, 44)
    row = draw_quality([quality]).splitlines()[-1]
    assert row.startswith("5 a month, 2 ")
    assert row.endswith(f"  {said}")
    assert "8.0 (7)" in row


def test_days_to_an_alarm_are_those_of_the_nightly_charts() -> None:
    """Begun anew each night with the last days, and never cut off."""
    rng = np.random.default_rng(2)
    case, clients, window = Case("5 a month", 5, 2), 12, 60
    known = learn(case, *simulate(rng, case, clients, 364), 200.0)
    blocks = [
        series_of(case, known, *simulate(rng, case, clients, BLOCK_DAYS, 0.6)) for _ in range(3)
    ]
    found = days_to_alarm(iter(blocks), clients=clients, window=window)
    first = blocks[0]
    for row in range(clients):
        nights = []
        for day in range(BLOCK_DAYS):
            night = slice(max(day - window + 1, 0), day + 1)
            seen = replace(
                first,
                **{
                    name: getattr(first, name)[row : row + 1, night]
                    for name in ("actual", "expected", "covered")
                },
                starts=np.array([0]),
                ends=np.array([min(day, window - 1)]),
                setup=ChartSetup(
                    *(getattr(first.setup, each.name)[row : row + 1] for each in fields(ChartSetup))
                ),
            )
            nights.append(bool(run_charts(seen).is_alarmed[0]))
            if nights[-1]:
                break
        assert found[row] == len(nights) if nights[-1] else found[row] > BLOCK_DAYS


def test_a_client_who_is_never_flagged_is_not_flagged_on_the_first_day() -> None:
    flags = np.zeros((2, BLOCK_DAYS), dtype=bool)
    flags[1, 8] = True
    later = np.zeros_like(flags)
    later[0, 2] = True
    found = days_to_pace_flag(iter([flags, later]), clients=2)
    assert found.tolist() == [BLOCK_DAYS + 3, 9]
