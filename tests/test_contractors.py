"""Who is a contractor with a client sees of it their own tasks and posts, and nothing else."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Notice, Role, Task, TaskState, TimeEntry, User
from clients.notice_delivery import is_allowed
from clients.notices import may_be_told, tell
from clients.rights import Rights
from clients.substitutes import substitute
from clients.task_notices import tell_of_due_tasks
from clients.team import join_team
from clients.todo import add_task
from communities.models import ClientFile
from content.models import Post, PostComment, PostFile, PostState, Publication
from tests.factories import (
    DAY,
    NOON,
    ApprovalLinkFactory,
    ClientFactory,
    ContactFactory,
    LinkedPostFactory,
    MaterialFileFactory,
    MaterialRequestFactory,
    PostCommentFactory,
    PostFactory,
    PostFileFactory,
    PublicationFactory,
    TaskFactory,
    TimeEntryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LONG_AGO = dt.date(2020, 1, 1)
SEEN = (Task, Post, PostFile, Publication, PostComment, ClientFile)


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(name="Ours")


@pytest.fixture
def person(client_row: Client) -> User:
    user = UserFactory.create(username="contractor")
    join_team(client_row, user, role=Role.CONTRACTOR, starts_on=LONG_AGO)
    return user


@pytest.fixture
def browser(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def work_of(client: Client, *, of: User | None) -> Post:
    """A task and a post with all that hangs on it."""
    TaskFactory.create(client=client, owner=of, title="A task", due_on=DAY)
    post = PostFactory.create(client=client, author=of, state=PostState.IN_WORK, title="A post")
    PostFileFactory.create(post=post, file__client=client)
    PublicationFactory.create(post=post, community__profile__client=client)
    PostCommentFactory.create(post=post)
    request = MaterialRequestFactory.create(
        client=client, post=post, contact=ContactFactory.create(client=client, name="Lead Contact")
    )
    MaterialFileFactory.create(request=request, file__client=client)
    return post


def seen_by(user: User) -> dict[type[Any], int]:
    return {model: model.objects.visible_to(user).count() for model in SEEN}


def change_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def test_own_work_is_seen_and_no_other(client_row: Client, person: User) -> None:
    work_of(client_row, of=person)
    work_of(client_row, of=UserFactory.create())
    work_of(client_row, of=None)
    drawn = PostFactory.create(client=client_row, designer=person)
    # Named in a client whose team they are not in: nothing.
    work_of(ClientFactory.create(), of=person)
    assert seen_by(person) == {
        Task: 1, Post: 2, PostFile: 1, Publication: 1, PostComment: 1, ClientFile: 2,
    }  # fmt: skip
    assert drawn in Post.objects.visible_to(person)
    assert not Client.objects.visible_to(person)
    assert not Client.objects.open_to(person)


def test_another_role_lifts_it(client_row: Client, person: User) -> None:
    work_of(client_row, of=None)
    join_team(client_row, person, role=Role.DESIGNER, starts_on=LONG_AGO)
    assert seen_by(person) == {
        Task: 1, Post: 1, PostFile: 1, Publication: 1, PostComment: 1, ClientFile: 2,
    }  # fmt: skip
    assert not Rights(person).is_contractor(client_row.pk)


def test_a_contractor_that_ended_yesterday_sees_nothing(client_row: Client) -> None:
    user = UserFactory.create()
    work_of(client_row, of=user)
    join_team(client_row, user, role=Role.CONTRACTOR, starts_on=LONG_AGO, ends_on=DAY)
    assert set(seen_by(user).values()) == {0}


def test_what_they_may_elsewhere_counts_nothing_here(client_row: Client, person: User) -> None:
    join_team(ClientFactory.create(), person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    rights = Rights(User.objects.get(pk=person.pk))
    assert rights.allows("content.change_post", client_id=client_row.pk)
    for right in ("clients.view_contact", "kpi.view_call", "content.approve_post"):
        assert not rights.allows(right, client_id=client_row.pk)


def test_they_are_told_nothing(client_row: Client, person: User) -> None:
    assert may_be_told([person], client=client_row, on=client_row.today()) == []


def test_they_are_told_of_their_own_tasks_and_of_nothing_else(
    client_row: Client, person: User
) -> None:
    manager = UserFactory.create()
    join_team(client_row, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    add_task(client_row, title="Theirs", owner=person)
    TaskFactory.create(client=client_row, owner=person, title="Due", due_on=NOON.date())
    add_task(client_row, title="Nobody's")
    add_task(client_row, title="A colleague's", owner=manager)
    assert tell_of_due_tasks(at=NOON) == 1
    told = Notice.objects.order_by("pk").values_list("person__username", "key")
    assert {key.partition(":")[0] for name, key in told if name == "contractor"} == {
        "task", "task-due",
    }  # fmt: skip
    assert [name for name, _key in told] == [
        "contractor", manager.username, manager.username, "contractor",
    ]  # fmt: skip
    other: dict[str, Any] = {
        "kind": "incidents",
        "key": "incident:1",
        "subject": "s",
        "text": "",
        "path": "/",
    }
    assert tell([person], client=client_row, at=NOON, **other) == 0
    assert Notice.objects.on_dashboard_of(person).count() == 2


def test_what_tells_a_contractor_goes_out_while_the_task_is_theirs(
    client_row: Client, person: User
) -> None:
    for title in ("Kept", "Given away"):
        add_task(client_row, title=title, owner=person)
    Task.objects.filter(title="Given away").update(owner=None)
    at = timezone.now() + dt.timedelta(days=2)
    allowed = [is_allowed(notice, at=at) for notice in Notice.objects.order_by("pk")]
    assert allowed == [True, False]


def test_a_contractor_writes_the_text_alone(
    browser: Browser, person: User, client_row: Client
) -> None:
    post = work_of(client_row, of=person)
    page = browser.get(change_of(post))
    fields = set(page.context["adminform"].form.fields)
    assert fields == {"text", "hashtags", "seen"}
    assert "Lead Contact" not in page.content.decode()
    data = {
        "text": "Written by the contractor", "hashtags": "", "title": "Forged", "author": "",
        "seen": page.context["adminform"].form.initial["seen"],
        "files-TOTAL_FORMS": 0, "files-INITIAL_FORMS": 0,
        "publications-TOTAL_FORMS": 0, "publications-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert browser.post(change_of(post), data).status_code == 302
    post.refresh_from_db()
    assert (post.text, post.title, post.author) == ("Written by the contractor", "A post", person)


def test_a_contractor_finishes_their_task_alone(
    browser: Browser, person: User, client_row: Client
) -> None:
    own = TaskFactory.create(client=client_row, owner=person, title="Own")
    other = TaskFactory.create(client=client_row, title="Foreign")
    assert browser.get(change_of(other)).status_code == 302
    data = {"state": "done", "title": "Forged"}
    assert browser.post(change_of(own), data).status_code == 302
    assert browser.post(change_of(other), data).status_code == 302
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, own.title) == (TaskState.DONE, "Own")
    assert other.state == TaskState.OPEN


def test_a_task_is_cancelled_by_who_gave_it(
    browser: Browser, person: User, client_row: Client
) -> None:
    own = TaskFactory.create(client=client_row, owner=person)
    assert browser.post(change_of(own), {"state": "cancelled"}).status_code == 200
    own.refresh_from_db()
    assert own.state == TaskState.OPEN


def test_the_page_of_a_post_offers_no_files_of_others(
    browser: Browser, person: User, client_row: Client
) -> None:
    post = work_of(client_row, of=person)
    other = PostFileFactory.create(post=PostFactory.create(client=client_row))
    page = browser.get(change_of(post))
    inline = next(
        each for each in page.context["inline_admin_formsets"] if each.opts.model is PostFile
    )
    choices = {str(value) for value, _label in inline.formset.forms[0].fields["file"].choices}
    assert str(post.files.get().file_id) in choices
    assert str(other.file_id) not in choices


def test_a_link_with_its_contact_is_not_shown(
    browser: Browser, person: User, client_row: Client
) -> None:
    post = work_of(client_row, of=person)
    contact = ContactFactory.create(client=client_row, name="Contact of the link")
    LinkedPostFactory.create(
        post=post, link=ApprovalLinkFactory.create(client=client_row, contact=contact)
    )
    assert "Contact of the link" not in browser.get(change_of(post)).content.decode()


def test_the_dashboard_shows_own_tasks_alone(
    browser: Browser, person: User, client_row: Client
) -> None:
    work_of(client_row, of=person)
    work_of(client_row, of=UserFactory.create())
    page = browser.get(reverse("admin:index"))
    assert [(heap.title, heap.total) for heap in page.context["due"].heaps] == [("My tasks", 1)]
    assert list(page.context["rows"]) == []


def test_a_contractor_writes_down_time_on_their_task(
    browser: Browser, person: User, client_row: Client
) -> None:
    own = TaskFactory.create(client=client_row, owner=person, block="strategy")
    back = change_of(own)
    assert "smm-log" in browser.get(back).content.decode()
    data = {"client": client_row.pk, "task": own.pk, "minutes": 30, "back": back}
    log = reverse("admin:clients_timeentry_log")
    assert browser.post(log, data).headers["Location"] == back
    entry = TimeEntry.objects.get()
    assert (entry.client, entry.task, entry.minutes) == (client_row, own, 30)
    TimeEntryFactory.create(client=client_row)
    assert list(TimeEntry.objects.visible_to(person)) == [entry]
    browser.post(log, data | {"client": ClientFactory.create().pk})
    assert TimeEntry.objects.filter(person=person).count() == 1


def test_a_contractor_writes_down_time_of_another_day(
    browser: Browser, person: User, client_row: Client
) -> None:
    ClientFactory.create()
    address = reverse("admin:clients_timeentry_add")
    choices = browser.get(address).context["adminform"].form.fields["client"].queryset
    assert list(choices) == [client_row]
    form = {
        "client": client_row.pk, "day": "2026-01-01", "minutes": 5, "block": "", "note": "",
        "task": "",
    }  # fmt: skip
    assert browser.post(address, form).status_code == 302
    assert TimeEntry.objects.get().person == person


def test_a_task_is_given_to_a_contractor(person: User, client_row: Client) -> None:
    manager = UserFactory.create()
    join_team(client_row, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    UserFactory.create(last_name="Stranger")
    by_card, by_page = TaskFactory.create_batch(2, client=client_row)
    browser = Browser()
    browser.force_login(manager)
    browser.post(reverse("admin:clients_task_move"), {"move": f"{by_card.pk} owner {person.pk} 0"})
    address = reverse("admin:clients_task_give", args=[by_page.pk])
    choices = browser.get(address).context["form"].fields["person"].choices
    assert {value for value, _label in choices} == {"0", str(manager.pk), str(person.pk)}
    browser.post(address, {"person": person.pk, "seen": 0})
    assert set(Task.objects.visible_to(person)) == {by_card, by_page}


def test_who_stands_in_for_a_contractor_sees_their_work(client_row: Client, person: User) -> None:
    work_of(client_row, of=person)
    work_of(client_row, of=UserFactory.create())
    other = ClientFactory.create()
    join_team(other, person, role=Role.CONTRACTOR, starts_on=LONG_AGO)
    work_of(other, of=person)
    TimeEntryFactory.create(client=client_row, person=person)
    first, last = dt.date(2040, 3, 5), dt.date(2040, 3, 16)
    here = UserFactory.create()
    substitute(person, by_whom=here, clients=[client_row], first=first, last=last)
    days = (first - dt.timedelta(days=1), first, last, last + dt.timedelta(days=1))
    seen = [
        {model: model.objects.visible_to(here, on=day).count() for model in SEEN} for day in days
    ]
    whole = {Task: 1, Post: 1, PostFile: 1, Publication: 1, PostComment: 1, ClientFile: 2}
    assert seen == [dict.fromkeys(SEEN, 0), whole, whole, dict.fromkeys(SEEN, 0)]
    assert not TimeEntry.objects.visible_to(here, on=first)
