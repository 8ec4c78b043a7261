"""Staff's pages of publications: the list, a page with its buttons, and the start page."""

import datetime as dt
import io
import zipfile

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, User
from communities.networks.publishing import PUBLISHERS
from content.models import PostState, Publication, PublicationState
from content.tests.publishing_stage import FakeNetwork
from tests.factories import (
    NOON,
    DirectorFactory,
    NativeMatchFactory,
    PostFileFactory,
    PublicationFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

S = PublicationState
LIST = "admin:content_publication_changelist"


@pytest.fixture(autouse=True)
def _network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PUBLISHERS, "vk", FakeNetwork())


@pytest.fixture
def director(client: Browser) -> User:
    person = DirectorFactory.create()
    client.force_login(person)
    return person


def page(row: Publication, step: str = "") -> str:
    if step:
        return f"/admin/content/publication/{row.pk}/{step}/"
    return reverse("admin:content_publication_change", args=[row.pk])


def waiting(state: str, **values: object) -> Publication:
    return PublicationFactory.create(state=state, post__state=PostState.NEEDS_CHECKING, **values)


def test_list_shows_what_needs_a_person_first(client: Browser, director: User) -> None:
    PublicationFactory.create(post__title="Out", state=S.SENT, sent_at=NOON)
    waiting(S.FAILED, post__title="Refused", planned_at=NOON - dt.timedelta(days=9))
    PublicationFactory.create(post__title="Ahead", planned_at=NOON + dt.timedelta(days=9))
    shown = client.get(reverse(LIST)).context["cl"].result_list
    assert [row.post.title for row in shown] == ["Refused", "Ahead", "Out"]
    narrowed = client.get(reverse(LIST), {"waits": "person"}).context["cl"].result_list
    assert [row.post.title for row in narrowed] == ["Refused"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_whatever_its_length(
    client: Browser, director: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        waiting(S.FAILED)
    client.get(reverse(LIST))
    with django_assert_num_queries(6):
        client.get(reverse(LIST))


@pytest.mark.parametrize(
    ("state", "network", "offered"),
    [
        (S.FAILED, "vk", {"there", "send", "text", "time", "cancel"}),
        (S.UNKNOWN, "vk", {"there", "send", "look", "time", "leave", "cancel"}),
        (S.BY_HAND, "dzen", {"there", "time", "cancel"}),
        (S.MISSED, "vk", {"there", "send", "text", "time", "cancel"}),
        (S.DUE, "vk", set()),
        (S.SENT, "vk", set()),
    ],
)
def test_page_offers_what_fits_the_state(
    client: Browser, director: User, state: str, network: str, offered: set[str]
) -> None:
    row = waiting(
        state, community__profile__network=network, next_try_at=NOON if state == S.DUE else None,
        sent_at=NOON,
    )  # fmt: skip
    shown = client.get(page(row)).content.decode()
    steps = ("there", "send", "text", "look", "time", "leave", "cancel", "found")
    assert {step for step in steps if page(row, step) in shown} == offered


def test_address_is_pasted(client: Browser, director: User) -> None:
    row = waiting(S.UNKNOWN, community__profile__external_id="5")
    sent = {"seen": S.UNKNOWN, "url": "https://vk.com/wall-5_9", "sent_at": "2026-03-11T12:01"}
    assert client.post(page(row, "there"), sent).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.external_id, row.tries.get().by) == (S.SENT, "9", director)
    assert row.sent_at == dt.datetime(2026, 3, 11, 9, 1, tzinfo=dt.UTC)


def test_step_is_refused_where_the_state_has_changed(client: Browser, director: User) -> None:
    row = waiting(S.MISSED)
    answer = client.post(page(row, "send"), {"seen": S.FAILED})
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (200, S.MISSED)
    assert "Meanwhile it is" in answer.content.decode()
    assert client.post(page(row, "send"), {"seen": S.MISSED}).status_code == 302
    row.refresh_from_db()
    assert row.state == S.DUE


def test_text_is_mended_by_who_may_approve(client: Browser, director: User) -> None:
    row = waiting(S.FAILED)
    sent = {"seen": S.FAILED, "text": "Shorter.", "reason": "Too long."}
    assert client.post(page(row, "text"), sent).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.state) == ("Shorter.", S.FAILED)
    planner = UserFactory.create()
    TeamMemberFactory.create(client=row.client, user=planner, role="designer")
    client.force_login(planner)
    assert page(row, "text") not in client.get(page(row)).content.decode()
    assert client.post(page(row, "text"), {**sent, "text": "Else."}).status_code in (302, 403)
    row.refresh_from_db()
    assert row.text == "Shorter."


def test_cancelled_one_is_planned_again(client: Browser, director: User) -> None:
    row = PublicationFactory.create(state=S.CANCELLED, post__state=PostState.IN_WORK)
    assert page(row, "plan") in client.get(page(row)).content.decode()
    assert client.post(page(row, "plan"), {"seen": S.CANCELLED}).status_code == 302
    row.refresh_from_db()
    assert row.state == S.PLANNED


def test_match_is_confirmed(client: Browser, director: User) -> None:
    row = waiting(S.BY_HAND, community__profile__network="vk")
    match = NativeMatchFactory.create(publication=row)
    assert page(row, "found") in client.get(page(row)).content.decode()
    sent = {"seen": S.BY_HAND, "match": match.pk, "answer": "yes"}
    assert client.post(page(row, "found"), sent).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.wall_post) == (S.SENT, match.wall_post)


def test_archive_holds_the_text_and_the_files(client: Browser, director: User) -> None:
    row = waiting(S.BY_HAND, text="Words.")
    PostFileFactory.create(post=row.post, file__name="../photo.png", file__content=b"picture")
    answer = client.get(reverse("admin:content_publication_archive", args=[row.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {"text.txt": b"Words.", "01 .._photo.png": b"picture"}


def test_other_clients_archive_is_not_found(client: Browser) -> None:
    person = UserFactory.create()
    TeamMemberFactory.create(user=person, role="content_manager")
    client.force_login(person)
    row = waiting(S.BY_HAND)
    address = reverse("admin:content_publication_archive", args=[row.pk])
    assert client.get(address).status_code == 404
    assert client.get(page(row, "send")).status_code in (302, 403, 404)


def test_several_are_decided_at_once(client: Browser, director: User) -> None:
    rows = [waiting(S.MISSED), waiting(S.FAILED), waiting(S.SENT, sent_at=NOON)]
    chosen = {"action": "decide_several", "_selected_action": [row.pk for row in rows]}
    asked = client.post(reverse(LIST), chosen)
    assert asked.status_code == 200
    tomorrow = timezone.localtime() + dt.timedelta(days=1)
    moved = {f"seen-{row.pk}": row.state for row in rows}
    moved[f"seen-{rows[1].pk}"] = S.MISSED
    decided = {"decision": "time", "planned_at": tomorrow.strftime("%Y-%m-%dT%H:%M")}
    client.post(reverse(LIST), {**chosen, **moved, **decided})
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == [S.DUE, S.FAILED, S.SENT]


def test_start_page_says_what_waits(client: Browser, director: User) -> None:
    waiting(S.FAILED, post__title="A refused post", failure="No right to post.", planned_at=NOON)
    waiting(S.UNKNOWN, post__title="A lost post", next_try_at=NOON)
    context = client.get(reverse("admin:index")).context
    [line] = context["due"].lines
    assert line.title == "A refused post"
    assert line.note.partition(" · ")[2] == "No right to post."
    assert context["due"].total == 1
    shown = client.get(reverse("admin:index")).content.decode()
    assert "not published · planned for 03/11/2026 noon" in shown


def in_zone(row: Publication, zone: str) -> Publication:
    Client.objects.filter(pk=row.client_id).update(time_zone=zone)
    return row


def test_new_time_is_by_the_clients_clock(client: Browser, director: User) -> None:
    row = in_zone(waiting(S.MISSED), "Asia/Yekaterinburg")
    form = client.get(page(row, "time")).context["form"]
    assert form["planned_at"].help_text == "By the client's clock: Asia/Yekaterinburg."
    sent = {"seen": S.MISSED, "planned_at": "2040-03-12T10:00"}
    assert client.post(page(row, "time"), sent).status_code == 302
    row.refresh_from_db()
    assert row.planned_at == dt.datetime(2040, 3, 12, 5, tzinfo=dt.UTC)
    assert row.tries.get().message.endswith("→ 03/12/2040 10 a.m. (Asia/Yekaterinburg)")


def test_several_go_out_each_by_its_clients_clock(client: Browser, director: User) -> None:
    rows = [
        in_zone(waiting(S.MISSED, planned_at=NOON), zone)
        for zone in ("Europe/Moscow", "Asia/Yekaterinburg")
    ]
    sent = {"action": "decide_several", "_selected_action": [row.pk for row in rows]}
    shown = client.post(reverse(LIST), sent).content.decode()
    assert "Each by its own client's clock." in shown
    assert "March 11, 2026, 2 p.m. (Asia/Yekaterinburg)" in shown
    client.post(reverse(LIST), {**sent, "decision": "time", "planned_at": "2040-03-12T10:00"})
    assert [Publication.objects.get(pk=row.pk).planned_at for row in rows] == [
        dt.datetime(2040, 3, 12, hour, tzinfo=dt.UTC) for hour in (7, 5)
    ]
