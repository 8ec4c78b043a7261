"""A file with a plan: shown first, taken whole or as the person chose, once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from clients.models import Client, User
from content.models import PlanFile, Post, PostMove, Publication
from content.plan_choices import PlanChoices
from content.plan_files import (
    choices_of,
    choose,
    content_of,
    delete_forgotten,
    drop_plan,
    take_plan,
    template_file,
    upload_plan,
)
from content.plan_words import COLUMNS, propose_columns
from smm_agency.lib.tabular import read_table
from tests.factories import (
    NOON,
    CommunityFactory,
    PlanFileFactory,
    PublicationPlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HEADER = "Тема;Сообщество;Дата;Время;Источник;Работа с текстом;Текст\n"
GOOD = "Весна;VK;20.03.2026;10:00;своё;рерайт;Пришла весна\n"
IDEA = "Лето;VK;21.03.2026;10:00;своё;рерайт;\n"
BAD = "Осень;VK;21.03.2026;поздно;своё;рерайт;\n"


@pytest.fixture
def client() -> Client:
    client: Client = CommunityFactory.create(profile__network="vk").client
    return client


@pytest.fixture
def person() -> User:
    person: User = UserFactory.create()
    return person


def uploaded(client: Client, person: User, lines: str) -> PlanFile:
    return upload_plan(client, (HEADER + lines).encode(), "план.csv", by=person, at=NOON)


def take(row: PlanFile, person: User) -> PlanFile:
    return take_plan(row, seen=choices_of(row).digest(), by=person, at=NOON)


def test_upload_makes_nothing(client: Client, person: User) -> None:
    row = uploaded(client, person, GOOD + IDEA + BAD)
    assert (row.state, row.rows, row.refused, row.taken) == ("previewed", 3, 1, 0)
    assert row.problems == [[4, "Время", "“поздно” is no time of day: write 10:00."]]
    assert not Post.objects.exists()


def test_stored_file_is_encrypted(client: Client, person: User) -> None:
    row = uploaded(client, person, GOOD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM content_planfile")
        (stored,) = cursor.fetchone()
    assert stored.startswith("gAAAA")
    assert content_of(row).decode() == HEADER + GOOD


def test_posts_are_made_as_shown(client: Client, person: User) -> None:
    plan = PublicationPlanFactory.create(client=client)
    row = take(uploaded(client, person, GOOD + IDEA), person)
    posts = Post.objects.order_by("pk").values_list("title", "state", "plan", "created_by")
    assert list(posts) == [
        ("Весна", "draft", plan.pk, person.pk),
        ("Лето", "idea", plan.pk, person.pk),
    ]
    places = Publication.objects.order_by("pk").values_list("state", "planned_at")
    assert list(places) == [
        ("planned", dt.datetime(2026, 3, day, 7, tzinfo=dt.UTC)) for day in (20, 21)
    ]
    assert PostMove.objects.filter(old="", reason="from the file план.csv").count() == 2
    row.refresh_from_db()
    assert (row.state, row.taken, row.finished_by, row.content) == ("taken", 2, person, None)


def test_one_wrong_row_refuses_the_whole(client: Client, person: User) -> None:
    row = uploaded(client, person, GOOD + BAD)
    with pytest.raises(ValidationError, match="1 row is wrong; nothing was taken"):
        take(row, person)
    assert not Post.objects.exists()


def test_good_rows_only_where_the_person_says_so(client: Client, person: User) -> None:
    row = uploaded(client, person, GOOD + BAD)
    told = choices_of(row).to_json()
    row = choose(row, PlanChoices(**{**told, "skip_bad": True}), at=NOON)
    assert take(row, person).taken == 1
    assert list(Post.objects.values_list("title", flat=True)) == ["Весна"]


def test_same_file_twice_makes_nothing_new(client: Client, person: User) -> None:
    take(uploaded(client, person, GOOD), person)
    again = uploaded(client, person, GOOD)
    assert (again.rows, again.known) == (1, 1)
    with pytest.raises(ValidationError, match="no new post"):
        take(again, person)
    assert Post.objects.count() == 1


def test_choices_changed_meanwhile_are_refused(client: Client, person: User) -> None:
    row = uploaded(client, person, GOOD)
    seen = choices_of(row).digest()
    choose(row, PlanChoices(**{**choices_of(row).to_json(), "time": "12:00"}), at=NOON)
    with pytest.raises(ValidationError, match="changed the choices meanwhile"):
        take_plan(row, seen=seen, by=person, at=NOON)


def test_taken_once(client: Client, person: User) -> None:
    row = uploaded(client, person, GOOD)
    take(row, person)
    with pytest.raises(ValidationError, match="The file is “taken” already"):
        take(row, person)
    with pytest.raises(ValidationError, match="already"):
        drop_plan(row, by=person, at=NOON)


def test_dropped_file_is_deleted(client: Client, person: User) -> None:
    row = uploaded(client, person, GOOD + BAD)
    drop_plan(row, by=person, at=NOON)
    row.refresh_from_db()
    assert (row.state, row.content, row.problems) == ("cancelled", None, [])


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"PK\x03\x04 broken", b"", "Тема\n".encode()])
def test_hopeless_file_is_shown_with_words(client: Client, person: User, data: bytes) -> None:
    row = upload_plan(client, data, "plan.xlsx", by=person, at=NOON)
    assert row.state == "previewed"
    assert row.error
    with pytest.raises(ValidationError):
        take(row, person)


def test_another_row_of_the_header_proposes_columns_anew(client: Client, person: User) -> None:
    data = ("План на март;;;;;;\n" + HEADER + GOOD).encode()
    row = upload_plan(client, data, "plan.csv", by=person, at=NOON)
    assert row.error.startswith("No column is")
    row = choose(row, PlanChoices(**{**choices_of(row).to_json(), "header_at": 2}), at=NOON)
    assert (row.error, row.rows, row.refused) == ("", 1, 0)


def test_forgotten_files_are_deleted() -> None:
    PlanFileFactory.create(content="x", uploaded_at=NOON - dt.timedelta(days=8))
    PlanFileFactory.create(content="x", uploaded_at=NOON - dt.timedelta(days=6))
    assert delete_forgotten(at=NOON) == 1
    assert set(PlanFile.objects.values_list("state", "finished_at")) == {
        ("cancelled", NOON), ("previewed", None),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_is_recognised_whole(kind: str) -> None:
    header = read_table(template_file(kind), f"plan.{kind}").header
    assert set(propose_columns(header)) == set(COLUMNS)
