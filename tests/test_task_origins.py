"""Every task that the program writes says where it came from, and leads there."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client as Browser

from clients.models import Client, Role
from clients.role_rights import OUR_APPS
from clients.task_origins import url_of, words_of
from clients.team import join_team
from clients.todo import add_task
from tests import factories as make

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR)
WRITERS = {"add_task": None, "tell_team_once": 1}
# What passes on the origin that it was given: its callers are walked in its place.
HANDED_ON = {
    "add_task": ("clients/todo.py",),
    "tell_team_once": ("content/refusals.py", "communities/hand_over.py"),
}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Each call of a function that writes a task: its file, itself, and what it calls."""
    for app in (*OUR_APPS, "smm_agency"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "tests" in path.parts or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name in WRITERS:
                        yield str(path.relative_to(ROOT)), node, name


def has_origin(node: ast.Call, name: str) -> bool:
    place = WRITERS[name]
    named = {keyword.arg for keyword in node.keywords}
    given_in_place = place is not None and len(node.args) > place
    return given_in_place or bool(named & {"origin", "origin_note"})


def test_every_call_says_where_the_task_came_from() -> None:
    found = list(calls())
    silent = [f"{path}:{node.lineno}" for path, node, name in found if not has_origin(node, name)]
    assert (silent, len(found) > 25) == ([], True)


def client() -> Client:
    return make.ClientFactory.create()


# One row of each model that a task comes from, and the role whose person has such tasks.
ORIGINS: dict[str, tuple[Any, str]] = {
    "clients.client": (client, Role.ACCOUNT_MANAGER),
    "clients.engagement": (make.EngagementFactory.create, Role.ACCOUNT_MANAGER),
    "clients.recurringtask": (make.RecurringTaskFactory.create, Role.MODERATOR),
    "clients.trackingnumber": (make.TrackingNumberFactory.create, Role.ACCOUNT_MANAGER),
    "communities.accesskey": (
        lambda: make.AccessKeyFactory.create(client=client(), kind="community"),
        Role.ACCOUNT_MANAGER,
    ),
    "communities.audit": (make.AuditFactory.create, Role.DESIGNER),
    "communities.profile": (make.ProfileFactory.create, Role.ACCOUNT_MANAGER),
    "content.eventdoor": (make.EventDoorFactory.create, Role.ACCOUNT_MANAGER),
    "content.inboxitem": (make.InboxItemFactory.create, Role.MODERATOR),
    "content.incident": (make.IncidentFactory.create, Role.ACCOUNT_MANAGER),
    "content.materialrequest": (make.MaterialRequestFactory.create, Role.CONTENT_MANAGER),
    "content.post": (make.PostFactory.create, Role.CONTENT_MANAGER),
    "content.standingfact": (make.StandingFactFactory.create, Role.CONTENT_MANAGER),
    "kpi.callconnection": (
        lambda: make.RawCallEventFactory.create().connection, Role.ACCOUNT_MANAGER,
    ),
    "kpi.decision": (make.DecisionFactory.create, Role.ACCOUNT_MANAGER),
    "kpi.fileimport": (make.FileImportFactory.create, Role.STRATEGIST),
    "kpi.flag": (make.FlagFactory.create, Role.ACCOUNT_MANAGER),
    "kpi.kpireview": (make.KpiReviewFactory.create, Role.ACCOUNT_MANAGER),
    "kpi.report": (make.ReportFactory.create, Role.ACCOUNT_MANAGER),
    "promotion.adaccount": (make.AdAccountFactory.create, Role.PAID_SOCIAL),
    "promotion.budgetalert": (make.BudgetAlertFactory.create, Role.PAID_SOCIAL),
    "promotion.campaign": (make.CampaignFactory.create, Role.PAID_SOCIAL),
    "promotion.costfile": (make.CostFileFactory.create, Role.PAID_SOCIAL),
    "promotion.placement": (make.PlacementFactory.create, Role.PAID_SOCIAL),
    "promotion.promoaction": (make.PromoActionFactory.create, Role.PAID_SOCIAL),
    "strategy.competitor": (make.CompetitorFactory.create, Role.STRATEGIST),
    "strategy.strategyversion": (make.StrategyVersionFactory.create, Role.STRATEGIST),
}  # fmt: skip
# Pages of the agency: they open for directors, and the task says in words what happened.
OF_DIRECTORS = {"clients.letter", "clients.user"}


@pytest.mark.parametrize("label", ORIGINS)
def test_origin_has_a_page_that_opens_for_whose_task_it_is(label: str) -> None:
    made, role = ORIGINS[label]
    row = made()
    owner_of = row if isinstance(row, Client) else row.client
    person = make.UserFactory.create()
    join_team(owner_of, person, role=role, starts_on=make.LONG_AGO)
    task = add_task(owner_of, title="Look", origin=row, kind=None)
    browser = Browser()
    browser.force_login(person)
    assert browser.get(url_of(task)).status_code == 200, url_of(task)


def test_task_of_a_letter_leads_directors_to_it() -> None:
    owner = client()
    letter = make.LetterFactory.create(client=owner)
    browser = Browser()
    browser.force_login(make.DirectorFactory.create())
    task = add_task(owner, title="Tell them", origin=letter, kind=None)
    assert browser.get(url_of(task)).status_code == 200


def test_origins_are_of_models_that_there_are() -> None:
    assert all(apps.get_model(label) for label in (*ORIGINS, *OF_DIRECTORS))


def test_words_say_what_the_row_is_where_nobody_wrote_it_down() -> None:
    engagement = make.EngagementFactory.create()
    add = add_task(engagement.client, title="a", origin=engagement, kind=None)
    noted = add_task(engagement.client, title="b", origin_note="a call of the owner", kind=None)
    by_hand = make.TaskFactory.create()
    assert [words_of(task) for task in (add, noted, by_hand)] == [
        "Engagement", "a call of the owner", "added by hand",
    ]  # fmt: skip
    assert [url_of(task) for task in (noted, by_hand)] == ["", ""]
