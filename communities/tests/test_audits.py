"""Audits from the start to the end, and what is refused on the way."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from clients.models import User
from communities.audit_reference import criterion_rows, load_criteria
from communities.audits import (
    criteria_of,
    finish_audit,
    show_audit,
    start_audit,
    start_reaudit,
    what_lacks,
)
from communities.models import Audit, AuditCriterion, AuditScore, AuditState
from tests.factories import (
    DAY,
    NOON,
    AuditFactory,
    AuditScoreFactory,
    ClientFactory,
    DirectorFactory,
    ProfileFactory,
    TeamMemberFactory,
    UserFactory,
    finish_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


def criteria(*codes: str, network: str = "") -> None:
    """These and no others."""
    AuditCriterion.objects.all().delete()
    for position, code in enumerate(codes):
        add_criterion(code, network=network, position=position)


def add_criterion(code: str, **fields: Any) -> AuditCriterion:
    words = {f"{name}_{language}": code for name in ("title", "look") for language in ("en", "ru")}
    return AuditCriterion.objects.create(**{"code": code, "section": "design"} | words | fields)


def codes(audit: Audit) -> list[str]:
    return list(audit.scores.values_list("code", flat=True))


# --- The set -------------------------------------------------------------------------------------


def load() -> None:
    load_criteria(apps.get_app_config("communities"))


def test_every_network_has_a_full_set() -> None:
    networks = ("vk", "telegram", "ok", "youtube", "instagram", "facebook", "max")
    found = {network: len(criteria_of(network)) for network in networks}
    assert found == {
        "vk": 89, "telegram": 76, "ok": 80, "youtube": 79, "instagram": 83, "facebook": 81,
        "max": 69,
    }  # fmt: skip


def test_criteria_of_networks_stand_in_place_of_general_ones() -> None:
    [name] = [row for row in criteria_of("vk") if row.code == "name"]
    assert (name.network, "48" in name.look_en) == ("vk", True)
    [name] = [row for row in criteria_of("ok") if row.code == "name"]
    assert name.network == ""


def test_criteria_that_were_edited_stay_edited() -> None:
    AuditCriterion.objects.filter(code="cover").update(title_en="Our cover")
    AuditCriterion.objects.filter(code="avatar").update(is_active=False)
    load()
    assert set(AuditCriterion.objects.filter(code="cover").values_list("title_en", flat=True)) == {
        "Our cover"
    }
    assert "avatar" not in {row.code for row in criteria_of("vk")}
    assert AuditCriterion.objects.count() == len(list(criterion_rows()))


def test_a_networks_criterion_switched_off_takes_the_general_one_away() -> None:
    AuditCriterion.objects.filter(code="avatar", network="vk").update(is_active=False)
    assert "avatar" not in {row.code for row in criteria_of("vk")}
    assert "avatar" in {row.code for row in criteria_of("ok")}


def test_criteria_that_are_missing_come_back() -> None:
    AuditCriterion.objects.filter(section="design").delete()
    load()
    assert AuditCriterion.objects.count() == len(list(criterion_rows()))


# --- Beginning -----------------------------------------------------------------------------------


def test_audit_copies_the_criteria_of_its_network(director: User) -> None:
    criteria("general")
    add_criterion("menu", network="vk")
    add_criterion("bot", network="telegram")
    audit = start_audit(ProfileFactory.create(), by=director, on=DAY)
    assert codes(audit) == ["general", "menu"]
    AuditCriterion.objects.update(title_en="Edited")
    assert set(audit.scores.values_list("title_en", flat=True)) == {"general", "menu"}


def test_audit_needs_neither_engagement_nor_community(director: User) -> None:
    lead = ClientFactory.create(status="lead")
    audit = start_audit(ProfileFactory.create(client=lead), by=director, on=DAY)
    assert (audit.client, audit.number, audit.state) == (lead, 1, AuditState.DRAFT)


def test_audit_is_of_the_last_thirty_whole_days(director: User) -> None:
    audit = start_audit(ProfileFactory.create(), by=director, on=DAY)
    assert (audit.period_first, audit.period_last) == (dt.date(2026, 2, 9), dt.date(2026, 3, 10))


def test_audit_of_other_days(director: User) -> None:
    days = {"first": dt.date(2026, 1, 1), "last": dt.date(2026, 1, 31)}
    audit = start_audit(ProfileFactory.create(), by=director, on=DAY, **days)
    assert (audit.period_first, audit.period_last) == (days["first"], days["last"])


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"last": DAY}, "This day is not over yet: choose an earlier one."),
        (
            {"first": dt.date(2026, 3, 2), "last": dt.date(2026, 3, 1)},
            "The first day is after the last: swap them.",
        ),
        ({"first": dt.date(2025, 3, 1)}, "Choose 366 days at most."),
    ],
)
def test_days_that_cannot_be_are_refused(
    director: User, days: dict[str, dt.date], message: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        start_audit(ProfileFactory.create(), by=director, on=DAY, **days)
    assert refused.value.messages == [message]


def test_competitors_page_is_not_audited(director: User) -> None:
    with pytest.raises(ValidationError, match="Only the client's own pages are audited"):
        start_audit(ProfileFactory.create(relation="competitor"), by=director, on=DAY)


def test_one_audit_of_a_page_at_a_time(director: User) -> None:
    page = ProfileFactory.create()
    start_audit(page, by=director, on=DAY)
    with pytest.raises(ValidationError, match="Audit 1 of this page is not finished"):
        start_audit(page, by=director, on=DAY)


def test_stranger_begins_no_audit() -> None:
    with pytest.raises(ValidationError, match="You may not audit pages of this client"):
        start_audit(ProfileFactory.create(), by=UserFactory.create(), on=DAY)


def test_audit_without_criteria_is_refused(director: User) -> None:
    AuditCriterion.objects.update(is_active=False)
    with pytest.raises(ValidationError, match="No criterion is in use"):
        start_audit(ProfileFactory.create(), by=director, on=DAY)


# --- Again ---------------------------------------------------------------------------------------


def test_reaudit_repeats_the_criteria_in_their_words(director: User) -> None:
    criteria("avatar", "cover")
    before = finish_in_place(start_audit(ProfileFactory.create(), by=director, on=DAY))
    AuditCriterion.objects.filter(code="avatar").update(title_en="Reworded")
    AuditCriterion.objects.filter(code="cover").update(is_active=False)
    add_criterion("menu", position=9)
    after = start_reaudit(before, by=director, on=DAY)
    assert [(row.code, row.title_en, row.score) for row in after.scores.all()] == [
        ("avatar", "avatar", None),
        ("menu", "menu", None),
    ]
    assert (after.previous, after.number) == (before, 2)


def test_reaudit_of_an_audit_in_work_is_refused(director: User) -> None:
    before = start_audit(ProfileFactory.create(), by=director, on=DAY)
    with pytest.raises(ValidationError, match="Finish this audit first"):
        start_reaudit(before, by=director, on=DAY)


# --- Finishing -----------------------------------------------------------------------------------


def judged(audit: Audit, score: int, **fields: Any) -> AuditScore:
    full = {"evidence": "seen", "finding": "bad", "recommendation": "mend", "priority": "now"}
    row: AuditScore = AuditScoreFactory.create(audit=audit, score=score, **full | fields)
    return row


def test_whole_audit_is_finished(director: User) -> None:
    audit = AuditFactory.create(verdict="Good")
    judged(audit, 0)
    judged(audit, 2, evidence="", finding="", recommendation="", priority="")
    AuditScoreFactory.create(audit=audit, is_not_applicable=True, reason="No shop")
    done = finish_audit(audit, by=director, on=DAY, at=NOON)
    done.refresh_from_db()
    assert (done.state, done.finished_at, done.finished_by, done.is_shown) == (
        "finished", NOON, director, False,
    )  # fmt: skip


def test_what_lacks_is_named() -> None:
    audit = AuditFactory.create(verdict=" ")
    AuditScoreFactory.create(audit=audit, title_en="Cover")
    judged(audit, 0, title_en="Menu", evidence="", finding=" ", recommendation="", priority="")
    judged(audit, 1, title_en="Avatar", priority="")
    assert what_lacks(audit) == [
        "Write the verdict.",
        "Not judged yet (1): “Cover”.",
        "Scored 0 or 1 without evidence (1): “Menu”.",
        "Scored 0 or 1 without a finding (1): “Menu”.",
        "Scored 0 or 1 without a recommendation (1): “Menu”.",
        "Scored 0 or 1 without a priority (2): “Menu”, “Avatar”.",
    ]


@pytest.mark.parametrize(
    "evidence", [{"evidence_url": "https://vk.com/a"}, {"measured": "5 posts"}, {"evidence": "x"}]
)
def test_any_evidence_will_do(evidence: dict[str, str]) -> None:
    audit = AuditFactory.create(verdict="Good")
    judged(audit, 0, **{"evidence": ""} | evidence)
    assert what_lacks(audit) == []


def test_long_lists_of_what_lacks_are_cut() -> None:
    audit = AuditFactory.create(verdict="Good")
    for number in range(11):
        AuditScoreFactory.create(audit=audit, title_en=f"T{number}")
    named = ", ".join(f"“T{number}”" for number in range(8))
    assert what_lacks(audit)[0] == f"Not judged yet (11): {named} and 3 more."


def test_audit_where_nothing_applies_has_no_score_to_finish_with(director: User) -> None:
    audit = AuditFactory.create(verdict="Good")
    AuditScoreFactory.create(audit=audit, is_not_applicable=True, reason="No shop")
    with pytest.raises(ValidationError, match="there is no score to tell"):
        finish_audit(audit, by=director, on=DAY, at=NOON)


def test_audit_that_lacks_something_stays_in_work(director: User) -> None:
    audit = AuditFactory.create()
    AuditScoreFactory.create(audit=audit)
    with pytest.raises(ValidationError):
        finish_audit(audit, by=director, on=DAY, at=NOON)
    audit.refresh_from_db()
    assert audit.state == AuditState.DRAFT


def test_audit_is_finished_once(director: User) -> None:
    audit = finish_in_place(AuditFactory.create(verdict="Good"))
    with pytest.raises(ValidationError, match="has been finished already"):
        finish_audit(audit, by=director, on=DAY, at=NOON)


def test_who_may_not_change_audits_finishes_none() -> None:
    audit = AuditFactory.create(verdict="Good")
    designer = TeamMemberFactory.create(client=audit.client, role="designer").user
    with pytest.raises(ValidationError, match="You may not finish audits"):
        finish_audit(audit, by=designer, on=DAY, at=NOON)


# --- Showing -------------------------------------------------------------------------------------


def test_finished_audit_is_shown_and_hidden(director: User) -> None:
    audit = finish_in_place(AuditFactory.create())
    show_audit(audit, is_shown=True, by=director, on=DAY)
    assert list(Audit.objects.shown()) == [audit]
    show_audit(audit, is_shown=False, by=director, on=DAY)
    assert list(Audit.objects.shown()) == []


def test_audit_in_work_is_not_shown(director: User) -> None:
    with pytest.raises(ValidationError, match="Only a finished audit is shown"):
        show_audit(AuditFactory.create(), is_shown=True, by=director, on=DAY)
