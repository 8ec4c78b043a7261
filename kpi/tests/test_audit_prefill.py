"""What is measured as evidence of an audit, held against figures worked out by hand."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.audit_writing import Measured
from communities.models import Audit, AuditScore, Prefill, Profile
from communities.networks.keys import Capability
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow
from communities.networks.records import PageFacts
from kpi import audit_page_words, audit_words
from kpi.audit_figures import AuditFigures, read_figures
from kpi.audit_posts import AuditedPost, Gap, gaps_between, rank_posts
from kpi.audit_prefill import ask_page, fill_audit, measured_of, settings_of
from kpi.tests.comparing import level, own_page, posted, rival_page, wall_read
from tests.factories import (
    DAY,
    NOON,
    AccessKeyFactory,
    AuditFactory,
    AuditScoreFactory,
    ClientFactory,
    NumberPlacementFactory,
    ProfileFactory,
    ReplyClockFactory,
    finish_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(language="en")


@pytest.fixture
def page(client_row: Client) -> Profile:
    """Four posts, 1,000 → 1,050 subscribers; the wall was read, and so 29 of the 30 days known."""
    page = own_page(client_row, screen_name="smile")
    counters = {"likes": 10, "comments": 2, "shares": 0}
    posted(page, 1, kind="photo", **counters)
    posted(page, 3, kind="video", **counters | {"likes": 40})
    posted(page, 10, kind="photo", **counters | {"likes": 0})
    posted(page, 20, kind="photo", **counters | {"likes": 20})
    level(page, 31, 1000)
    level(page, 1, 1050)
    wall_read(page)
    return page


def audit_of(page: Profile) -> Audit:
    known = Audit.objects.filter(profile=page).first()
    audit: Audit = known or AuditFactory.create(profile=page)
    audit.profile = Profile.objects.get(pk=page.pk)
    return audit


def figures_of(page: Profile) -> AuditFigures:
    return read_figures(audit_of(page), at=NOON)


def told(page: Profile, code: str) -> Measured:
    return measured_of(figures_of(page))[Prefill(code)]


def lacking(page: Profile, code: str) -> str:
    found = told(page, code)
    assert (found.text, found.proposed) == ("", None)
    return found.lacking


def lines(page: Profile, code: str) -> list[str]:
    return told(page, code).text.split("\n")


KNOWN = "Posts are known on 29 of 30 days, Feb. 9, 2026 – March 10, 2026."


def test_posts_a_week(page: Profile) -> None:
    """4 posts ÷ 29 known days × 7 = 0.97."""
    assert lines(page, "posts_a_week") == ["1 posts a week: 4 posts.", KNOWN]


def test_longest_pauses(page: Profile) -> None:
    assert lines(page, "gaps") == [
        "Longest pauses: 9 days (Feb. 10, 2026 – Feb. 18, 2026); 9 days (Feb. 20, 2026 –"
        " Feb. 28, 2026); 6 days (March 2, 2026 – March 7, 2026).",
        KNOWN,
    ]


def test_shares_of_formats(page: Profile) -> None:
    assert lines(page, "formats")[0] == "photo 75 %, video 25 % of 4 posts."


def test_best_and_worst_posts(page: Profile) -> None:
    """E = 42, 22, 2; the post of yesterday has not settled."""
    told = lines(page, "best_worst")
    assert told[0] == "Best by engagement:"
    assert [line.split(" · ")[0] for line in told[1:4]] == [
        "– March 8, 2026: 42",
        "– Feb. 19, 2026: 22",
        "– March 1, 2026: 2",
    ]
    assert "https://vk.com/wall-" in told[1]


def test_engagement_rate_with_its_formula(page: Profile) -> None:
    """(12 + 42 + 2 + 22) ÷ (1050 × 4 posts) = 1.86 %: one reading of subscribers in the period."""
    told = lines(page, "er")
    assert told[0].endswith(": 1.86 %, Feb. 9, 2026 – March 10, 2026.")
    assert told[2] == "78 (likes + comments + shares) ÷ 4,200 (subscribers × posts)"
    assert told[3] == "4 of 4 posts measured"


def test_growth(page: Profile) -> None:
    assert lines(page, "followers") == [
        "1,000 → 1,050 subscribers: +50 (5 %), Feb. 8, 2026 – March 10, 2026.",
        "Growth = end − start; its share is of those at the start.",
        "1 of 30 days measured",
    ]


@pytest.mark.parametrize(
    ("network", "reposts", "ads"),
    [("vk", True, True), ("telegram", True, False), ("youtube", False, False)],
)
def test_marks_that_the_network_does_not_give_are_no_zero(
    page: Profile, network: str, reposts: bool, ads: bool
) -> None:
    Profile.objects.filter(pk=page.pk).update(network=network)
    assert bool(told(page, "reposts").text) is reposts
    assert bool(told(page, "ads").text) is ads
    if not ads:
        assert lacking(page, "ads") == (
            "Not measured: the network does not tell which posts are advertising."
        )


def test_who_left_where_nobody_tells(page: Profile) -> None:
    assert lacking(page, "left") == (
        "Not measured: who joined and left is not known of these days."
    )


def test_who_joined_and_left(page: Profile) -> None:
    page.snapshots.filter(followers=1050).update(joined=70, left=20)
    assert lines(page, "left") == [
        "Joined: 70. Left: 20 (2 % of those at the start).",
        "1 of 30 days measured",
        "Feb. 9, 2026 – March 10, 2026",
    ]


def test_competitors_medians(page: Profile, client_row: Client) -> None:
    for likes in (5, 10, 30):
        rival = rival_page(client_row)
        posted(rival, 5, likes=likes)
        level(rival, 5, 1000)
    own, er, growth, _period = lines(page, "rivals")
    assert own == "posts a week: own 1, median of competitors — (pages: 0)"
    assert er.endswith(": own 1.86 %, median of competitors 1 % (pages: 3)")
    assert growth == "growth: own 5 %, median of competitors — (pages: 0)"


def test_competitors_of_other_networks_are_not_compared(page: Profile, client_row: Client) -> None:
    rival_page(client_row, network="telegram")
    assert lacking(page, "rivals") == ("Not measured: no competitor has a page on this network.")


def test_reply_time_of_a_page_where_nobody_asks_is_not_measured(page: Profile) -> None:
    assert lacking(page, "reply_time") == (
        "Not measured: nobody has asked anything on this page in these days."
    )


def test_reply_time_is_the_median_in_working_time(page: Profile) -> None:
    for minutes in (10, 20, 90):
        since = figures_of(page).first
        moment = dt.datetime.combine(since, dt.time(12), page.client.zone)
        taken = dt.timedelta(minutes=minutes)
        ReplyClockFactory.create(
            item__profile=page, item__first_reply_at=moment + taken, since=moment,
            first_taken=taken,
        )  # fmt: skip
    told, _formula, answered = lines(page, "reply_time")[:3]
    assert told.startswith("First reply after 20 min (median), ")
    assert answered == "Answered: 3 of 3."


def test_page_that_nobody_measured_says_so_and_has_no_zero(client_row: Client) -> None:
    found = measured_of(figures_of(own_page(client_row)))
    assert {code for code, told in found.items() if not told.lacking} == set()
    assert {(told.text, told.proposed) for told in found.values()} == {("", None)}


def test_calls_of_a_page_that_is_no_community(client_row: Client) -> None:
    page = ProfileFactory.create(client=client_row)
    assert lacking(page, "calls") == (
        "Not measured: the page is not a community of the client's yet."
    )


# --- Alive or dormant ----------------------------------------------------------------------------


@pytest.mark.parametrize(("days_ago", "proposed"), [(2, 2), (90, 2), (91, 0)])
def test_page_without_posts_for_longer_than_90_days_is_dormant(
    client_row: Client, days_ago: int, proposed: int
) -> None:
    page = own_page(client_row)
    posted(page, days_ago, likes=1)
    wall_read(page)
    assert told(page, "last_post").proposed == proposed


def test_page_that_was_not_read_lately_is_not_called_dormant(client_row: Client) -> None:
    page = own_page(client_row)
    posted(page, 100, likes=1)
    wall_read(page, NOON - dt.timedelta(days=40))
    found = told(page, "last_post")
    assert found.proposed is None
    assert found.text.split("\n")[1] == "Posts were read until Jan. 30, 2026."


# --- Posts, without a database -------------------------------------------------------------------


def post(day: dt.date, engagement: int | None = 0) -> AuditedPost:
    return AuditedPost("1", "", day, False, False, engagement, None)


def days_from(first: int, last: int) -> list[dt.date]:
    return [dt.date(2026, 3, day) for day in range(first, last + 1)]


def test_unknown_day_ends_a_pause() -> None:
    first, last = dt.date(2026, 3, 1), dt.date(2026, 3, 9)
    known = set(days_from(1, 9)) - {dt.date(2026, 3, 5)}
    found = gaps_between([post(dt.date(2026, 3, 2))], known, first=first, last=last)
    assert found == [
        Gap(dt.date(2026, 3, 6), last),
        Gap(dt.date(2026, 3, 3), dt.date(2026, 3, 4)),
        Gap(first, first),
    ]


def test_no_post_is_among_the_best_and_the_worst() -> None:
    posts = [post(day, n) for n, day in enumerate(days_from(1, 3))]
    ranked = rank_posts(posts, on=DAY, most=2)
    assert [each.engagement for each in ranked.best] == [2, 1]
    assert [each.engagement for each in ranked.worst] == [0]


def test_unmeasured_posts_are_not_the_worst() -> None:
    ranked = rank_posts([post(dt.date(2026, 3, 1), None)], on=DAY)
    assert ranked == ([], [])


# --- What is set on the page ---------------------------------------------------------------------


NOT_TOLD = Measured("", lacking="The network does not tell this with our key.")


def facts(**told: Any) -> PageFacts:
    return PageFacts("1", NOON, **told)


def setting(page: Profile, code: str, **told: Any) -> Measured:
    return settings_of(figures_of(page), Ok(facts(**told)))[Prefill(code)]


def test_title_with_its_length(page: Profile) -> None:
    told = setting(page, "title", title="Smile dentist")
    assert told == Measured("“Smile dentist” (13 characters of 48)")


def test_what_is_not_set_is_bad(page: Profile) -> None:
    assert setting(page, "description", description="") == Measured("Not set.", 0)
    assert setting(page, "cover", has_cover=False) == Measured("Not set.", 0)


def test_what_the_network_does_not_tell_is_neither_good_nor_bad(page: Profile) -> None:
    assert setting(page, "cover") == NOT_TOLD


def test_a_cover_that_is_there_is_for_a_person_to_judge(page: Profile) -> None:
    assert setting(page, "cover", has_cover=True) == Measured("Set.")
    assert setting(page, "comments", has_comments=True) == Measured("Set.", 2)


def test_phone_against_the_tracking_number(page: Profile) -> None:
    assert setting(page, "phone", phone="") == Measured("No phone on the page.", 0)
    assert setting(page, "phone", phone="8 495 111-22-33") == Measured(
        "On the page: 8 495 111-22-33. This community has no tracking number."
    )
    NumberPlacementFactory.create(
        community=page.community, number__client=page.client, number__number="+74951112233"
    )
    assert setting(page, "phone", phone="8 (495) 111-22-33").proposed == 2
    assert setting(page, "phone", phone="8 495 999-88-77") == Measured(
        "On the page: 8 495 999-88-77. It is not the tracking number of this community"
        " (+74951112233)."
    )


def test_network_that_refuses_tells_nothing(page: Profile) -> None:
    refused: Outcome[PageFacts] = Refused(Kind.PERMISSION, "No right")
    found = settings_of(figures_of(page), refused)
    assert set(found.values()) == {NOT_TOLD}


def test_network_that_may_answer_later_wipes_nothing(page: Profile) -> None:
    later: Outcome[PageFacts] = RefusedForNow(Kind.TEMPORARY, "Later")
    assert settings_of(figures_of(page), later) == {}


def test_every_prefill_has_its_words() -> None:
    assert {*audit_words.WORDS, *audit_page_words.WORDS} == set(Prefill)
    assert not set(audit_words.WORDS) & set(audit_page_words.WORDS)


# --- Into the audit ------------------------------------------------------------------------------


def test_audit_is_filled_and_no_score_is_set(page: Profile) -> None:
    audit = audit_of(page)
    AuditScoreFactory.create(audit=audit, prefill="last_post")
    AuditScoreFactory.create(audit=audit, prefill="title")
    AuditScoreFactory.create(audit=audit)
    filled = fill_audit(audit, at=NOON)
    assert (filled.criteria, filled.proposed, bool(filled.note)) == (2, 1, True)
    rows = AuditScore.objects.values_list("measured", "lacking", "proposed", "score")
    assert list(rows) == [
        ("Last post: March 10, 2026, 1 day ago.", "", 2, None),
        ("", "The network does not tell this with our key.", None, None),
        ("", "", None, None),
    ]


def test_evidence_is_in_the_clients_language(page: Profile) -> None:
    Client.objects.update(language="ru")
    audit = audit_of(page)
    AuditScoreFactory.create(audit=audit, prefill="last_post")
    fill_audit(audit, at=NOON)
    assert "10 марта 2026" in AuditScore.objects.get().measured


def test_finished_audit_is_not_filled(page: Profile) -> None:
    with pytest.raises(ValidationError, match="finished already"):
        fill_audit(finish_in_place(audit_of(page)), at=NOON)


def test_page_without_a_key_is_not_asked(page: Profile) -> None:
    outcome = ask_page(page)
    assert isinstance(outcome, Refused)
    assert outcome.capability == Capability.READ_PAGE


def test_key_of_another_client_is_not_used(page: Profile) -> None:
    AccessKeyFactory.create(client=ClientFactory.create(), kind="community")
    assert ask_page(page) == Refused(
        Kind.PERMISSION, "No key can read what is set on the page.",
        capability=Capability.READ_PAGE,
    )  # fmt: skip


def test_network_without_an_adapter_is_not_asked(client_row: Client) -> None:
    outcome = ask_page(ProfileFactory.create(client=client_row, network="dzen"))
    assert outcome == Refused(
        Kind.PERMISSION, "This network is read by hand or from files.",
        capability=Capability.READ_PAGE,
    )  # fmt: skip


@pytest.mark.parametrize("rivals", [1, 3])
def test_figures_take_as_many_queries_however_many_competitors(
    page: Profile,
    client_row: Client,
    rivals: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(rivals):
        posted(rival_page(client_row), 5, likes=1)
    audit = audit_of(page)
    with django_assert_num_queries(32):
        read_figures(audit, at=NOON)
