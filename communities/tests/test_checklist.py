"""The set-up lists of the networks, and a community's own: made once, settled with history."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from communities.checklist import make_items, settle, settle_several, template_for
from communities.checklist_reference import LISTS, load_checklists, template_rows
from communities.models import ChecklistItem, ChecklistTemplateItem
from tests.factories import (
    DAY,
    NOON,
    ChecklistItemFactory,
    ClientFileFactory,
    CommunityFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def load() -> None:
    load_checklists(apps.get_app_config("communities"))


def codes(network: str) -> list[str]:
    return [line.code for line in template_for(network)]


# --- The lists of the networks -------------------------------------------------------------------


@pytest.mark.parametrize("network", LISTS)
def test_every_list_is_loaded_in_its_order(network: str) -> None:
    assert codes(network) == LISTS[network].split()


@pytest.mark.parametrize("network", LISTS)
def test_every_list_asks_for_a_tracking_number_the_roles_and_the_launch(network: str) -> None:
    assert {"tracking-number", "roles", "launch"} <= set(codes(network))
    assert codes(network)[-1] == "launch"


def test_each_network_has_a_list_of_its_own_kind() -> None:
    assert {"menu", "greeting"} & set(codes("youtube")) == set()
    assert {"menu", "cover", "address"} & set(codes("telegram")) == set()
    assert {"comments", "invite-links"} <= set(codes("telegram"))
    words = ChecklistTemplateItem.objects.get(network="telegram", code="comments")
    assert (words.title_en, words.title_ru) == (
        "Linked discussion group", "Привязанная группа для комментариев",
    )  # fmt: skip


def test_a_network_without_a_list_takes_the_general_one() -> None:
    assert codes("max") == codes("dzen") == LISTS[""].split()
    ChecklistTemplateItem.objects.create(network="max", code="own", title_en="Own", title_ru="Своё")
    assert codes("max") == ["own"]


def test_every_line_is_in_both_languages_with_checks_that_exist() -> None:
    for row in template_rows():
        line = ChecklistTemplateItem(**row)
        line.full_clean(validate_unique=False, validate_constraints=False)


def test_what_was_edited_stays_and_what_is_missing_comes_back() -> None:
    line = ChecklistTemplateItem.objects.get(network="vk", code="menu")
    line.title_en, line.is_active = "Our menu", False
    line.save()
    ChecklistTemplateItem.objects.filter(network="vk", code="cover").delete()
    load()
    line.refresh_from_db()
    assert (line.title_en, line.is_active) == ("Our menu", False)
    assert "menu" not in codes("vk")
    assert "cover" in codes("vk")


# --- Making a community's own --------------------------------------------------------------------


def test_items_are_copied_with_deadlines_once() -> None:
    community = CommunityFactory.create(profile__network="telegram")
    count = len(LISTS["telegram"].split())
    assert make_items(community, on=DAY) == count
    assert make_items(community, on=DAY + dt.timedelta(days=9)) == 0
    items = community.checklist.all()
    assert [item.code for item in items] == LISTS["telegram"].split()
    assert {item.client_id for item in items} == {community.client_id}
    number = items.get(code="tracking-number")
    assert (number.check_code, number.side, number.due_on, number.state) == (
        "number_in_text", "agency", DAY + dt.timedelta(days=4), "open",
    )  # fmt: skip


def test_what_is_there_stays_as_it_is_when_the_list_is_filled_up() -> None:
    community = CommunityFactory.create(profile__network="telegram")
    own = ChecklistItemFactory.create(
        community=community, code="avatar", title_en="Old words", state="done", done_at=NOON
    )
    make_items(community, on=DAY)
    own.refresh_from_db()
    assert (own.title_en, own.state) == ("Old words", "done")
    assert community.checklist.count() == len(LISTS["telegram"].split())


def test_the_owner_gets_what_the_agency_has_to_do_and_nobody_has() -> None:
    person, other = UserFactory.create_batch(2)
    community = CommunityFactory.create(profile__network="telegram")
    kept = ChecklistItemFactory.create(community=community, owner=other)
    done = ChecklistItemFactory.create(community=community, state="done", done_at=NOON)
    make_items(community, on=DAY, owner=person)
    owners = {item.code: item.owner for item in community.checklist.select_related("owner")}
    assert (owners[kept.code], owners[done.code]) == (other, None)
    assert (owners["avatar"], owners["roles"]) == (person, None)


def test_the_title_is_in_the_readers_language() -> None:
    item = ChecklistItemFactory.create(title_en="Menu", title_ru="Меню", hint_ru="Три вещи")
    with translation.override("ru"):
        assert (item.title, item.hint) == ("Меню", "Три вещи")
    with translation.override("en"):
        assert (item.title, item.hint) == ("Menu", "")


# --- Settling ------------------------------------------------------------------------------------


def test_done_keeps_the_evidence_and_who_and_when() -> None:
    person, item = UserFactory.create(), ChecklistItemFactory.create()
    file = ClientFileFactory.create(client=item.client, name="roles.png")
    settle(
        item, to="done", by=person, at=NOON, evidence_url="https://vk.com/denta",
        evidence_file=file,
    )  # fmt: skip
    item.refresh_from_db()
    assert (item.state, item.done_at, item.done_by, item.evidence_url, item.evidence_file) == (
        "done", NOON, person, "https://vk.com/denta", file,
    )  # fmt: skip
    change = item.changes.get()
    assert (change.old, change.new, change.changed_by, change.note, change.client) == (
        "open", "done", person, "https://vk.com/denta · roles.png", item.client,
    )  # fmt: skip


def test_not_needed_takes_a_reason() -> None:
    item = ChecklistItemFactory.create()
    with pytest.raises(ValidationError) as refused:
        settle(item, to="not_needed", by=None, at=NOON, reason=" ")
    assert refused.value.message_dict == {"reason": ["Say why it is not needed."]}
    settle(item, to="not_needed", by=None, at=NOON, reason="No shop")
    assert (item.state, item.reason, item.changes.get().note) == (
        "not_needed", "No shop", "No shop",
    )  # fmt: skip


def test_done_and_opened_again_and_done_is_all_in_the_history() -> None:
    item, later = ChecklistItemFactory.create(), NOON + dt.timedelta(days=1)
    settle(item, to="done", by=None, at=NOON)
    settle(item, to="open", by=None, at=later, reason="The link is dead")
    assert (item.state, item.done_at, item.done_by) == ("open", None, None)
    settle(item, to="not_needed", by=None, at=later + dt.timedelta(days=1), reason="No site")
    settle(item, to="open", by=None, at=later + dt.timedelta(days=2))
    assert (item.reason, item.done_at) == ("", None)
    steps = list(item.changes.order_by("pk").values_list("old", "new", "note"))
    assert steps == [
        ("open", "done", ""), ("done", "open", "The link is dead"),
        ("open", "not_needed", "No site"), ("not_needed", "open", ""),
    ]  # fmt: skip


def test_the_second_of_two_people_is_refused() -> None:
    first = ChecklistItemFactory.create(title_en="Menu")
    second = ChecklistItem.objects.get()
    settle(first, to="done", by=None, at=NOON)
    with pytest.raises(ValidationError) as refused:
        settle(second, to="not_needed", by=None, at=NOON, reason="No menu")
    assert refused.value.messages == ["“Menu” is “done” already: somebody else was here."]
    assert first.changes.count() == 1


def test_several_are_ticked_at_once() -> None:
    community = CommunityFactory.create()
    items = ChecklistItemFactory.create_batch(2, community=community)
    done = ChecklistItemFactory.create(community=community, state="done", done_at=NOON)
    assert settle_several([*items, done], by=None, at=NOON) == 2
    assert set(community.checklist.values_list("state", flat=True)) == {"done"}


@pytest.mark.parametrize(
    "row",
    [
        {"state": "done", "done_at": None},
        {"state": "open", "done_at": NOON},
        {"state": "not_needed", "done_at": NOON, "reason": ""},
    ],
)
def test_the_database_refuses_half_settled_items(row: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistItemFactory.create(**row)


def test_overdue_are_open_items_of_communities_under_work() -> None:
    yesterday = DAY - dt.timedelta(days=1)
    late = ChecklistItemFactory.create(due_on=yesterday)
    ChecklistItemFactory.create(due_on=DAY)
    ChecklistItemFactory.create(due_on=None)
    ChecklistItemFactory.create(due_on=yesterday, state="done", done_at=NOON)
    ChecklistItemFactory.create(due_on=yesterday, community__state="archived")
    assert list(ChecklistItem.objects.overdue(on=DAY)) == [late]
