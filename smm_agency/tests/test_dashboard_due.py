"""What waits, kind by kind: which rows, how late they are, what stands beside them."""

import datetime as dt
from typing import Any

import pytest

from clients.models import Client, Role, User
from clients.team import join_team
from smm_agency.dashboard.due import due_lists, due_panel
from smm_agency.dashboard.gather import gather
from smm_agency.dashboard.reader import Reader
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    AccessKeyFactory,
    CampaignFactory,
    ClientFactory,
    DesignAssetFactory,
    InboxItemFactory,
    KpiReviewFactory,
    MaterialRequestFactory,
    PlacementFactory,
    PostFactory,
    PublicationFactory,
    ReplyClockFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def client() -> Client:
    return ClientFactory.create(name="Coffee")


def person(client: Client, role: Role) -> User:
    user = UserFactory.create()
    join_team(client, user, role=role, starts_on=LONG_AGO)
    return user


def lines(user: User, kind: str) -> list[tuple[str, str, str]]:
    """Title, words and light of the lines of one kind, in the order of the list."""
    reader = Reader(user, today=DAY, at=NOON)
    panel = due_panel(gather(user, due_lists(reader)), reader)
    return [(line.title, line.words, line.light) for line in panel.lines if line.kind == kind]


def notes(user: User) -> list[str]:
    reader = Reader(user, today=DAY, at=NOON)
    return [line.note for line in due_panel(gather(user, due_lists(reader)), reader).lines]


def test_campaigns_of_the_coming_week_the_nearest_first(client: Client) -> None:
    def add(state: str, first: dt.date, last: dt.date | None, **fields: Any) -> None:
        CampaignFactory.create(
            **{"client": client, "title": state} | fields,
            state=state, starts_on=first, ends_on=last,
        )  # fmt: skip

    add("agreed", DAY + 8 * ONE, None)
    add("draft", DAY + 2 * ONE, None)
    add("draft", DAY, None)
    add("agreed", DAY - ONE, None)
    add("running", LONG_AGO, DAY + 6 * ONE)
    add("running", LONG_AGO, DAY + 8 * ONE)
    add("paused", LONG_AGO, DAY + 5 * ONE)
    add("finished", LONG_AGO, DAY)
    assert lines(person(client, Role.PAID_SOCIAL), "Campaigns that begin or end") == [
        ("agreed", "begins on 03/10/2026", "red"),
        ("draft", "to begin on 03/11/2026, not agreed yet", "red"),
        ("draft", "to begin on 03/13/2026, not agreed yet", "amber"),
        ("paused", "ends on 03/16/2026", "grey"),
        ("running", "ends on 03/17/2026", "grey"),
    ]


def test_placements_to_be_paid_or_looked_at(client: Client) -> None:
    campaign = CampaignFactory.create(client=client, title="Spring", starts_on=LONG_AGO)

    def add(title: str, first: dt.date, **fields: Any) -> None:
        PlacementFactory.create(campaign=campaign, title=title, starts_on=first, **fields)

    add("due", DAY, state="booked")
    add("soon", DAY + 7 * ONE, state="booked")
    add("later", DAY + 8 * ONE, state="booked")
    add("paid", DAY, state="booked", paid_on=DAY)
    add("stood", DAY - 5 * ONE, published_at=NOON - 48 * HOUR)
    add("fresh", DAY - 5 * ONE, published_at=NOON - 47 * HOUR)
    add("day known only", DAY - 3 * ONE)
    add("collected", DAY - 9 * ONE, state="collected")
    assert lines(person(client, Role.PAID_SOCIAL), "Placements to pay or to look at") == [
        ("Spring: due", "to be paid: stands from 03/11/2026", "red"),
        (
            "Spring: day known only",
            "its figures are to be collected: it stands since 03/08/2026",
            "amber",
        ),
        ("Spring: stood", "its figures are to be collected: it stands since 03/09/2026", "amber"),
        ("Spring: soon", "to be paid: stands from 03/18/2026", "amber"),
    ]


def test_material_that_is_due_or_holds_up_a_post_of_the_week(client: Client) -> None:
    def ask(what: str, due_on: dt.date, goes_out: dt.timedelta | None = None) -> None:
        post = None
        if goes_out is not None:
            post = PostFactory.create(client=client, title=f"Post of {what}")
            PublicationFactory.create(post=post, planned_at=NOON + goes_out)
        MaterialRequestFactory.create(client=client, what=what, due_on=due_on, post=post)

    ask("late", DAY - ONE)
    ask("today", DAY)
    ask("later", DAY + ONE)
    ask("soon", DAY + 3 * ONE, goes_out=5 * ONE)
    ask("far", DAY + 3 * ONE, goes_out=9 * ONE)
    manager = person(client, Role.CONTENT_MANAGER)
    assert lines(manager, "Material of the client") == [
        ("late", "overdue since 03/10/2026", "red"),
        ("today", "due today", "amber"),
        ("soon", "due 03/14/2026", "grey"),
    ]
    assert notes(manager) == ["", "", "for “Post of soon”, which goes out 03/16/2026"]


def test_replies_from_their_warning_on_and_late_ones_first(client: Client) -> None:
    def write(text: str, warn: dt.timedelta, due: dt.timedelta, **fields: Any) -> None:
        item = InboxItemFactory.create(profile__client=client, text=text, **fields)
        ReplyClockFactory.create(item=item, first_warn_at=NOON + warn, first_due_at=NOON + due)

    write("late", -2 * HOUR, -HOUR)
    write("soon", -HOUR, HOUR)
    write("not yet", HOUR, 2 * HOUR)
    write("gone", -2 * HOUR, -HOUR, gone_at=NOON)
    write("answered", -2 * HOUR, -HOUR, state="answered", first_reply_at=NOON)
    assert lines(person(client, Role.MODERATOR), "Replies") == [
        ("late", "late since 03/11/2026 11 a.m.", "red"),
        ("soon", "by 03/11/2026 1 p.m.", "amber"),
    ]


def test_reviews_that_are_due(client: Client) -> None:
    for due_on, first in ((DAY - ONE, 1), (DAY, 2), (DAY + ONE, 3)):
        starts_on = dt.date(2026, 2, first)
        KpiReviewFactory.create(engagement__client=client, due_on=due_on, starts_on=starts_on)
    assert lines(person(client, Role.STRATEGIST), "KPI reviews") == [
        ("02/01/2026 – 02/28/2026", "overdue since 03/10/2026", "red"),
        ("02/02/2026 – 02/28/2026", "due today", "amber"),
    ]


def test_keys_that_run_out_or_were_refused(client: Client) -> None:
    def add(label: str, **fields: Any) -> None:
        AccessKeyFactory.create(client=client, label=label, **fields)

    add("refused", state="refused")
    add("over", expires_at=NOON - HOUR)
    add("soon", expires_at=NOON + 13 * ONE)
    add("later", expires_at=NOON + 15 * ONE)
    add("renews itself", expires_at=NOON + ONE, refresh_secret="refresh")
    assert lines(person(client, Role.ACCOUNT_MANAGER), "Access keys") == [
        ("refused", "refused by the network: enter a new one", "red"),
        ("over", "late since 03/11/2026 11 a.m.", "red"),
        ("soon", "by 03/24/2026 noon", "amber"),
    ]


def test_posts_wait_for_the_approver_they_name(client: Client) -> None:
    manager, other = (person(client, Role.CONTENT_MANAGER) for _person in range(2))
    for title, approver in (("mine", manager), ("another's", other), ("anybody's", None)):
        PostFactory.create(
            client=client, title=title, state="internal_review", approver=approver,
            reminded_at=NOON if title == "mine" else None,
        )  # fmt: skip
    assert lines(manager, "Posts to approve") == [
        ("mine", "waits since 03/11/2026 noon", "red"),
        ("anybody's", "waits since 03/11/2026 noon", "amber"),
    ]


def test_posts_that_the_client_is_silent_about(client: Client) -> None:
    def send(title: str, days: int, **fields: Any) -> None:
        since = NOON - days * ONE
        PostFactory.create(
            client=client, title=title, state="client_review", state_since=since, **fields
        )

    send("silent", 3)
    send("reminded", 1, reminded_at=NOON)
    send("fresh", 1)
    found = lines(person(client, Role.ACCOUNT_MANAGER), "Posts that the client is silent about")
    assert [(title, light) for title, _words, light in found] == [
        ("reminded", "red"), ("silent", "amber"),
    ]  # fmt: skip


def test_posts_and_designs_of_others_are_nobody_elses_queue(client: Client) -> None:
    writer, designer = person(client, Role.CONTENT_MANAGER), person(client, Role.DESIGNER)
    PostFactory.create(client=client, title="Taken", state="draft", author=UserFactory.create())
    PostFactory.create(client=client, title="Free", state="draft", due_on=DAY)
    PostFactory.create(client=client, title="Own", state="client_rework", author=writer)
    PostFactory.create(client=client, title="Drawn", state="in_work", author=writer,
                       designer=designer)  # fmt: skip
    for title, owner in (("Logo", designer), ("Cover", None), ("Other", UserFactory.create())):
        DesignAssetFactory.create(
            community__profile__client=client, title=title, designer=owner, due_on=DAY - ONE
        )
    assert [title for title, *_rest in lines(writer, "Posts to write")] == ["Free", "Own", "Drawn"]
    assert [title for title, *_rest in lines(designer, "Posts to draw")] == ["Drawn"]
    assert lines(designer, "Design to draw") == [
        ("Logo", "overdue since 03/10/2026", "red"),
        ("Cover", "overdue since 03/10/2026", "red"),
    ]


def test_tasks_of_the_team_are_the_account_managers_too(client: Client) -> None:
    manager = person(client, Role.ACCOUNT_MANAGER)
    other = UserFactory.create(first_name="Eva", last_name="Invented")
    TaskFactory.create(client=client, title="Own", owner=manager, due_on=DAY + 7 * ONE)
    TaskFactory.create(client=client, title="Far", owner=manager, due_on=DAY + 8 * ONE)
    TaskFactory.create(client=client, title="Other's", owner=other, due_on=DAY - ONE)
    TaskFactory.create(client=client, title="Other's later", owner=other, due_on=DAY + ONE)
    assert lines(manager, "My tasks") == [("Own", "due 03/18/2026", "grey")]
    assert lines(manager, "Tasks of the team") == [("Other's", "overdue since 03/10/2026", "red")]
    assert notes(manager) == ["Eva Invented", ""]
