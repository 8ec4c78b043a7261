import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from clients.models import Client, ReviewRhythm, Role, Task
from kpi.evaluation import evaluate
from kpi.models import AlarmChart, Call, Flag, FlagKind, KpiReview
from kpi.review_figures import figures_of, happened_in, odds_of
from kpi.review_words import figure_lines
from kpi.reviews import (
    add_due_reviews,
    close_review,
    correct_by_review,
    flag_overdue_reviews,
    period_before,
    publish_review,
)
from kpi.tests.running import add_calls, add_target, running_target
from strategy.models import FormulaCode, KpiTarget, Metric, StrategyVersion
from tests.factories import (
    CallTallyFactory,
    CommunityFactory,
    DirectorFactory,
    EngagementFactory,
    EvaluationFactory,
    EventFactory,
    FlagFactory,
    KpiReviewFactory,
    PortalAccessFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)
TODAY = AT.date()
FEBRUARY, MARCH = dt.date(2026, 2, 1), dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("rhythm", "starts_on", "period"),
    [
        (ReviewRhythm.MONTH, dt.date(2026, 1, 1), (MARCH, dt.date(2026, 3, 31))),
        (ReviewRhythm.MONTH, dt.date(2026, 3, 10), (dt.date(2026, 3, 10), dt.date(2026, 3, 31))),
        (ReviewRhythm.MONTH, dt.date(2026, 4, 1), None),
        (ReviewRhythm.QUARTER, dt.date(2025, 1, 1), (dt.date(2026, 1, 1), dt.date(2026, 3, 31))),
        (ReviewRhythm.FORTNIGHT, dt.date(2026, 3, 4), (dt.date(2026, 3, 16), dt.date(2026, 3, 29))),
        (ReviewRhythm.FORTNIGHT, dt.date(2026, 3, 30), None),
    ],
)
def test_the_last_whole_period_of_the_rhythm(
    rhythm: str, starts_on: dt.date, period: tuple[dt.date, dt.date] | None
) -> None:
    engagement = EngagementFactory.build(review_rhythm=rhythm, starts_on=starts_on)
    assert period_before(engagement, on=TODAY) == period


def test_a_due_review_is_made_once_with_a_task_for_the_account_manager() -> None:
    engagement = EngagementFactory.create(starts_on=dt.date(2026, 1, 1), client__status="active")
    manager = TeamMemberFactory.create(client=engagement.client, role=Role.ACCOUNT_MANAGER).user
    (review,) = add_due_reviews(at=AT)
    assert (review.starts_on, review.ends_on, review.due_on) == (
        MARCH,
        dt.date(2026, 3, 31),
        dt.date(2026, 4, 7),
    )
    task = Task.objects.get()
    assert (task.owner, task.due_on, task.origin) == (manager, review.due_on, review)
    assert add_due_reviews(at=AT + dt.timedelta(days=1)) == []
    assert Task.objects.count() == 1


def test_review_is_the_task_of_who_stands_in_for_the_account_manager() -> None:
    engagement = EngagementFactory.create(starts_on=dt.date(2026, 1, 1), client__status="active")
    own = TeamMemberFactory.create(client=engagement.client, role=Role.ACCOUNT_MANAGER)
    here = TeamMemberFactory.create(
        client=own.client, role=Role.ACCOUNT_MANAGER, stands_in_for=own
    ).user
    add_due_reviews(at=AT)
    assert [task.owner for task in Task.objects.all()] == [here]


@pytest.mark.parametrize("status", ["lead", "paused", "ended"])
def test_of_a_client_who_is_not_active_nothing_is_reviewed(status: str) -> None:
    EngagementFactory.create(starts_on=dt.date(2026, 1, 1), client__status=status)
    assert add_due_reviews(at=AT) == []


def test_an_engagement_that_has_ended_is_reviewed_for_the_last_time() -> None:
    EngagementFactory.create(
        starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 3, 15), client__status="active"
    )
    assert len(add_due_reviews(at=AT)) == 1
    assert add_due_reviews(at=AT + dt.timedelta(days=31)) == []


def waiting_review(**fields: object) -> KpiReview:
    known = {"starts_on": MARCH, "ends_on": dt.date(2026, 3, 31), "due_on": dt.date(2026, 4, 2)}
    review: KpiReview = KpiReviewFactory.create(**known | fields)
    Client.objects.update(status="active")
    return review


def close(review: KpiReview, **fields: object) -> KpiReview:
    known = {"learnt": "Reels work.", "changes": "More reels.", "by": DirectorFactory.create()}
    return close_review(review, at=AT, **known | fields)  # type: ignore[arg-type] # of a test


def test_an_overdue_review_is_a_process_flag_until_it_is_closed() -> None:
    review = waiting_review()
    (flag,) = flag_overdue_reviews(at=AT)
    assert (flag.kind, flag.cause_key, flag.rule) == (
        FlagKind.PROCESS,
        f"review:{review.engagement_id}",
        "review",
    )
    assert flag_overdue_reviews(at=AT) == []
    close(review)
    flag.refresh_from_db()
    assert (flag.state, flag.evidence["closed"]) == ("closed", "reviewed")
    assert flag_overdue_reviews(at=AT) == []


def test_a_review_is_not_overdue_on_its_day() -> None:
    waiting_review(due_on=TODAY)
    assert flag_overdue_reviews(at=AT) == []


def called_in_march(*days: int, monthly: float = 10, **fields: Any) -> KpiTarget:
    """Calls on these days; those around say that all of March is known."""
    community = CommunityFactory.create(**fields)
    around = [dt.date(2026, 2, 27), dt.date(2026, 4, 2)]
    add_calls(community, Counter([*around, *(MARCH.replace(day=day) for day in days)]))
    return running_target(community.client, monthly=monthly)


def review_of(target: KpiTarget, **fields: object) -> KpiReview:
    return waiting_review(client=target.client, engagement=target.version.engagement, **fields)


def test_a_month_below_its_target_without_an_alarm_enters_with_its_odds() -> None:
    target = called_in_march(2, 7, 11, 18, 23, 30)
    (figure,) = figures_of(review_of(target), at=AT)
    assert (figure["plan"], figure["actual"], figure["odds"]) == (10, 6, 0.1301)
    assert (figure["measured_days"], figure["days"]) == (31, 31)
    assert odds_of(6, 10, 1.0) == pytest.approx(0.1301, abs=1e-4)
    with translation.override("en"):
        (line,) = figure_lines([figure])
    assert line.note == "6 of 10; chance alone gives this in 13 % of months."


def test_all_calls_of_the_month_are_the_fact_and_the_odds_are_of_the_days_that_count() -> None:
    target = called_in_march(2, 2, 7, 11, 18, 23, 30, 30, monthly=12)
    EventFactory.create(
        client=target.client, kind="outage", is_excluded=True,
        starts_on=MARCH, ends_on=dt.date(2026, 3, 10),
    )  # fmt: skip
    (figure,) = figures_of(review_of(target), at=AT)
    assert (figure["actual"], figure["measured_days"]) == (8, 31)
    assert (figure["judged"], figure["expected"]) == (5, pytest.approx(12 * 21 / 31, rel=0.05))
    with translation.override("en"):
        (line,) = figure_lines([figure])
    assert line.actual == "8"
    assert line.note.startswith("5 of 8.4 on the days that count; chance alone gives this in 1")


def test_a_month_that_met_its_plan_on_days_left_out_has_no_odds() -> None:
    target = called_in_march(*[2] * 12, 18)
    EventFactory.create(
        client=target.client, kind="outage", is_excluded=True,
        starts_on=MARCH, ends_on=dt.date(2026, 3, 10),
    )  # fmt: skip
    (figure,) = figures_of(review_of(target), at=AT)
    assert (figure["actual"], figure["judged"] < figure["expected"]) == (13, True)
    assert figure["odds"] is None


def test_a_weekly_tally_that_comes_after_the_month_enters() -> None:
    community = CommunityFactory.create(profile__client__has_call_tracking=False)
    for monday in (2, 9, 16):
        CallTallyFactory.create(community=community, starts_on=MARCH.replace(day=monday), total=3)
    target = running_target(community.client, monthly=10)
    evaluate(at=dt.datetime(2026, 4, 1, 5, tzinfo=dt.UTC))
    review = review_of(target)
    (before,) = figures_of(review, at=AT)
    assert (before["actual"], before["measured_days"]) == (9, 21)
    CallTallyFactory.create(community=community, starts_on=MARCH.replace(day=23), total=4)
    (after,) = figures_of(review, at=AT)
    assert (after["actual"], after["measured_days"], after["light"]) == (13, 28, "green")


def test_a_version_that_ended_in_the_month_has_a_line_of_its_own() -> None:
    target = called_in_march(2, 7, 18, 23)
    StrategyVersion.objects.filter(pk=target.version_id).update(ends_on=dt.date(2026, 3, 15))
    following = StrategyVersionFactory.create(
        client=target.client, engagement=target.version.engagement,
        starts_on=dt.date(2026, 3, 16), ends_on=dt.date(2026, 12, 31), previous=target.version,
    )  # fmt: skip
    add_target(following, metric="calls", monthly=20)
    approve_in_place(following)
    figures = figures_of(review_of(target), at=AT)
    assert [(row["plan"], row["actual"], row["days"]) for row in figures] == [
        (10, 2, 15),
        (20, 2, 16),
    ]


def test_growth_and_er_are_as_the_last_evaluation_of_the_month_found_them() -> None:
    target = running_target(metric="growth", monthly=10, is_primary=False)
    EvaluationFactory.create(target=target, day=dt.date(2026, 3, 30), actual=5, expected=9)
    EvaluationFactory.create(target=target, day=dt.date(2026, 3, 31), actual=6, expected=10)
    (figure,) = figures_of(review_of(target), at=AT)
    assert (figure["actual"], figure["expected"], "odds" in figure) == (6, 10, False)


def test_scattered_counts_make_a_bad_month_less_rare() -> None:
    target = called_in_march(2, 7, 11, 18, 23, 30)
    AlarmChart.objects.create(
        client=target.client, metric="calls", month=MARCH, starts_on=MARCH, weekdays=[1] * 7,
        dispersion=2, ratio=0.5, threshold=3, run_length_days=900,
    )  # fmt: skip
    (figure,) = figures_of(review_of(target), at=AT)
    assert figure["odds"] > 0.18


def test_a_month_with_an_alarm_has_no_excuse_by_chance() -> None:
    target = called_in_march(2, 30)
    FlagFactory.create(
        client=target.client, target=target, cause_key="target:calls:all",
        opened_on=dt.date(2026, 3, 20), last_seen_on=dt.date(2026, 4, 2),
    )  # fmt: skip
    (figure,) = figures_of(review_of(target), at=AT)
    assert (figure["alarm"], "odds" in figure) == (True, False)


def test_what_is_not_measured_is_not_zero() -> None:
    target = running_target(monthly=10)
    (figure,) = figures_of(review_of(target), at=AT)
    assert (figure["actual"], figure["odds"], figure["measured_days"]) == (None, None, 0)
    assert figure_lines([figure])[0].actual == "—"


def test_an_engagement_rate_stands_with_its_formula_and_numbers() -> None:
    target = running_target(
        metric=Metric.ER, monthly=0.02, is_primary=False, formula_code=FormulaCode.ER_POST
    )
    review = waiting_review(client=target.client, engagement=target.version.engagement)
    made = {
        "formula": "er_post", "numerator": 120, "denominator": 6000.0, "posts": 6,
        "posts_measured": 6, "parts": ["likes", "comments"],
    }  # fmt: skip
    EvaluationFactory.create(
        target=target, day=dt.date(2026, 3, 31), actual="0.02", expected="0.02",
        target_value="0.02", measured_days=26, days=30, evidence=made,
    )  # fmt: skip
    with translation.override("en"):
        (line,) = figure_lines(figures_of(review))
    assert (line.metric, line.actual, line.measured, line.note) == (
        "engagement rate (ER): ER post, average",
        "2 %",
        "26 / 30",
        "120 (likes + comments) ÷ 6,000 (subscribers × posts)",
    )


def test_a_rate_of_a_review_closed_before_has_its_formula_only() -> None:
    """What was frozen without the numbers is shown without them."""
    figure = {
        "metric": "er", "month": "2026-03-01", "plan": 0.02, "actual": 0.01, "measured_days": 30,
        "days": 30, "light": "amber", "formula": "er_post", "alarm": False, "community": "",
    }  # fmt: skip
    with translation.override("en"):
        (line,) = figure_lines([figure])
    assert (line.metric, line.note) == ("engagement rate (ER): ER post, average", "")


def test_a_closed_review_never_changes() -> None:
    target = called_in_march(2, 7, 11, 18, 23, 30)
    review = review_of(target)
    EventFactory.create(client=target.client, title="A giveaway", starts_on=MARCH, ends_on=MARCH)
    closed = close(review)
    Call.objects.all().delete()
    closed.refresh_from_db()
    assert (closed.figures or [])[0]["actual"] == 6
    assert (closed.happened or {})["events"][0]["title"] == "A giveaway"
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        KpiReview.objects.filter(pk=closed.pk).update(figures=[])
    with pytest.raises(ValidationError, match="closed already"):
        close(closed)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"learnt": " "}, "what was learnt"),
        ({"changes": ""}, "what changes"),
    ],
)
def test_a_review_without_a_lesson_is_not_closed(fields: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        close(waiting_review(), **fields)


def test_a_period_that_runs_is_not_closed() -> None:
    with pytest.raises(ValidationError, match="not over"):
        close(waiting_review(ends_on=TODAY, due_on=TODAY))


def test_who_has_no_right_closes_and_publishes_nothing() -> None:
    review = waiting_review()
    with pytest.raises(ValidationError, match="may not close"):
        close(review, by=UserFactory.create())
    close(review)
    with pytest.raises(ValidationError, match="may not publish"):
        publish_review(review, client_text="All is well.", by=UserFactory.create())


def test_the_client_reads_what_was_published_and_nothing_else() -> None:
    review = review_of(called_in_march(2, 7, 11, 18, 23, 30))
    guest = PortalAccessFactory.create(client=review.client).user
    browser = Browser()
    browser.force_login(guest)
    address = reverse("portal:reviews", args=[review.client_id])
    close(review, learnt="A secret lesson.")
    assert "6 of 10" not in browser.get(address).content.decode()
    publish_review(review, client_text="We grew.", by=DirectorFactory.create())
    page = browser.get(address).content.decode()
    assert "We grew." in page
    assert "6 of 10; chance alone" in page
    assert "A secret lesson" not in page
    written = browser.get(address, {"file": f"review-{review.pk}.csv"}).content.decode("utf-8-sig")
    head, line, *_more = written.splitlines()
    assert head == "month,indicator,plan,fact,days measured,result"
    assert line.startswith("2026-03-01,")
    assert ("6 of 10; chance alone" in line, "A secret lesson" in written) == (True, False)


def test_the_admin_closes_and_publishes(browser_of_director: Browser) -> None:
    review = waiting_review()
    page = browser_of_director.get(reverse("admin:kpi_kpireview_change", args=[review.pk]))
    assert page.status_code == 200
    close_page = reverse("admin:kpi_kpireview_close", args=[review.pk])
    answer = browser_of_director.post(close_page, {"learnt": "A", "changes": "B"})
    assert answer.status_code == 302
    publish_page = reverse("admin:kpi_kpireview_publish", args=[review.pk])
    assert browser_of_director.post(publish_page, {"client_text": "C"}).status_code == 302
    review.refresh_from_db()
    assert (review.is_published, review.client_text) == (True, "C")
    assert browser_of_director.get(close_page).status_code == 403


@pytest.fixture
def browser_of_director() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def test_flags_of_the_period_are_told_with_their_decisions() -> None:
    review = waiting_review()
    FlagFactory.create(
        client=review.client, opened_on=dt.date(2026, 3, 5), last_seen_on=dt.date(2026, 3, 9)
    )
    FlagFactory.create(
        client=review.client, opened_on=FEBRUARY, last_seen_on=FEBRUARY, cause_key="another"
    )
    assert [flag["opened_on"] for flag in happened_in(review)["flags"]] == ["2026-03-05"]
    assert Flag.objects.count() == 2


def test_the_page_of_a_review_says_its_state_and_period_in_words(
    browser_of_director: Browser,
) -> None:
    review = waiting_review()
    page = browser_of_director.get(reverse("admin:kpi_kpireview_change", args=[review.pk]))
    text = page.content.decode()
    assert "overdue" in text
    assert "(&#x27;overdue&#x27;" not in text
    assert f"{date_format(review.starts_on)} – {date_format(review.ends_on)}" in text


def closed_review() -> KpiReview:
    target = running_target()
    return KpiReviewFactory.create(
        engagement=target.version.engagement, closed_at=AT, closed_by=DirectorFactory.create(),
        figures={}, learnt="Reels bring calls", changes="Twice as many reels",
    )  # fmt: skip


def test_review_drafts_the_next_version_with_what_it_found() -> None:
    review = closed_review()
    draft = correct_by_review(review, by=DirectorFactory.create(), on=TODAY)
    review.refresh_from_db()
    assert (review.next_version, draft.state, draft.starts_on) == (
        draft, "draft", TODAY + dt.timedelta(days=1),
    )  # fmt: skip
    assert draft.cause == (
        "KPI review of Feb. 1, 2026 – Feb. 28, 2026: Reels bring calls\nTwice as many reels"
    )
    with pytest.raises(ValidationError, match="corrected by this review already"):
        correct_by_review(review, by=DirectorFactory.create(), on=TODAY)


def test_open_review_and_stranger_correct_nothing() -> None:
    review = KpiReviewFactory.create()
    with pytest.raises(ValidationError) as refused:
        correct_by_review(review, by=UserFactory.create(), on=TODAY)
    assert refused.value.messages == [
        "You may not work on reviews of this client; ask the account manager.",
        "Close the review first: it says what changes.",
    ]


def test_version_on_approval_takes_no_other_cause() -> None:
    review = closed_review()
    draft = correct_by_review(review, by=DirectorFactory.create(), on=TODAY)
    second = KpiReviewFactory.create(
        engagement=review.engagement, starts_on=MARCH, ends_on=dt.date(2026, 3, 31), closed_at=AT,
        closed_by=DirectorFactory.create(), figures={}, learnt="More", changes="Less",
    )  # fmt: skip
    StrategyVersion.objects.filter(pk=draft.pk).update(state="sent")
    with pytest.raises(ValidationError, match="Version 2 is on approval"):
        correct_by_review(second, by=DirectorFactory.create(), on=TODAY)
    StrategyVersion.objects.filter(pk=draft.pk).update(state="draft")
    assert correct_by_review(second, by=DirectorFactory.create(), on=TODAY) == draft
    draft.refresh_from_db()
    assert draft.cause.splitlines()[-1] == "Less"


def test_strategy_is_corrected_on_the_page_of_a_review(db: None) -> None:
    review, browser = closed_review(), Browser()
    browser.force_login(DirectorFactory.create())
    address = reverse("admin:kpi_kpireview_correct", args=[review.pk])
    assert browser.get(address).status_code == 200
    browser.post(address, {})
    review.refresh_from_db()
    assert review.next_version is not None
    assert browser.get(address).status_code == 403
