"""The history of who changed what: which rows have one, what is kept, who wrote it."""

import datetime as dt
from typing import Any

import pytest
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clients.acting import ActingMiddleware
from clients.changes import forget_old_changes, update_noted
from clients.erasure import erase_client, models_with_client
from clients.models import ChangeEntry, Client, Task, TaskState
from clients.todo import finish_task, give_task, move_task
from smm_agency.audit_log import FOLLOWED, HIDDEN, NOT_FOLLOWED
from smm_agency.ending_doing import release_numbers
from smm_agency.lib.encryption import EncryptedTextField
from tests.factories import (
    AccessKeyFactory,
    ClientFactory,
    ContactFactory,
    EngagementFactory,
    NumberPlacementFactory,
    PaperFileFactory,
    TaskFactory,
    TimeEntryFactory,
    TrackingNumberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def changes(row: models.Model) -> list[tuple[int, dict[str, Any]]]:
    entries = ChangeEntry.objects.filter(
        content_type__model=row._meta.model_name, object_id=row.pk
    ).order_by("pk")
    return [(entry.action, entry.changes) for entry in entries]


def test_every_model_with_a_client_is_followed_or_was_reviewed() -> None:
    labels = {model._meta.label for model in models_with_client()} | {"clients.Client"}
    assert labels == FOLLOWED.keys() | NOT_FOLLOWED.keys()
    assert FOLLOWED.keys() & NOT_FOLLOWED.keys() == set()


def test_what_is_followed_is_registered_and_nothing_else() -> None:
    assert {model._meta.label for model in auditlog.get_models()} == FOLLOWED.keys()


def test_no_secret_and_no_file_is_kept() -> None:
    kept = {
        (model._meta.label, field.name)
        for model in auditlog.get_models()
        for field in model._meta.concrete_fields
        if field.name in auditlog.get_model_fields(model)["include_fields"]
        and isinstance(field, (models.BinaryField, EncryptedTextField))
    }
    assert kept == set()
    names = {"secret", "token", "token_hash", "path_token", "password", "credentials"}
    told = {
        f"{model._meta.label}.{name}"
        for model in auditlog.get_models()
        for name in auditlog.get_model_fields(model)["include_fields"]
        if name in names
    }
    assert told == set()


def test_names_of_left_out_fields_are_right() -> None:
    for label, names in [*FOLLOWED.items(), *HIDDEN.items()]:
        known = {field.name for field in apps.get_model(label)._meta.concrete_fields}
        assert set(names) - known == set(), label


def test_a_change_keeps_the_old_and_the_new() -> None:
    task = TaskFactory.create(title="Old", due_on=dt.date(2026, 6, 1))
    task.title, task.due_on = "New", None
    task.save()
    assert changes(task)[1:] == [
        (ChangeEntry.Action.UPDATE, {"title": ["Old", "New"], "due_on": ["2026-06-01", "None"]})
    ]


def test_an_entry_knows_its_client() -> None:
    client = ClientFactory.create()
    TaskFactory.create(client=client)
    client.industry = "bakery"
    client.save()
    assert ChangeEntry.objects.filter(client=client).count() == 3


def test_a_deleted_row_keeps_its_entry() -> None:
    task = TaskFactory.create(title="Call them")
    client = task.client
    task.delete()
    entry = ChangeEntry.objects.filter(client=client).first()
    assert entry is not None
    assert (entry.action, entry.object_repr) == (ChangeEntry.Action.DELETE, "Call them")
    assert entry.changes["title"] == ["Call them", "None"]


def test_names_of_contacts_are_not_kept() -> None:
    contact = ContactFactory.create(name="Maria Petrova", position="Owner")
    contact.name, contact.position = "Anna Sidorova", "Head"
    contact.save()
    told = str(list(ChangeEntry.objects.values_list("changes", "object_repr")))
    names = ("Maria", "Petrova", "Owner", "Anna", "Sidorova", "Head")
    assert [name for name in names if name in told] == []


def test_addresses_of_contacts_are_not_kept() -> None:
    contact = ContactFactory.create(phone="+74951234567", email="")
    contact.phone = "+74957654321"
    contact.save()
    told = [values for _action, values in changes(contact)]
    assert told[0]["phone"] == ["•••", "•••"] or told[0]["phone"] == ["None", "•••"]
    assert told[1] == {"phone": ["•••", "•••"]}
    assert "email" not in told[0] or told[0]["email"][1] == ""


def test_secrets_and_files_leave_no_trace() -> None:
    AccessKeyFactory.create(client=ClientFactory.create(), kind="community", secret="hush-hush")
    PaperFileFactory.create(content=b"%PDF-1.7 hush-hush")
    texts = [str(entry.changes) for entry in ChangeEntry.objects.all()]
    assert [text for text in texts if "hush-hush" in text] == []


def test_the_person_of_the_request_is_named() -> None:
    person = UserFactory.create()
    task = TaskFactory.create()
    entry = written_by(person, task)
    assert (entry.actor, entry.source, entry.actor_email) == (person, "", None)
    assert (entry.remote_addr, entry.remote_port, entry.cid) == (None, None, None)


def test_without_a_person_the_way_is_named() -> None:
    entry = written_by(AnonymousUser(), TaskFactory.create())
    assert (entry.actor, entry.source) == (None, "")
    assert ChangeEntry.objects.filter(actor=None).count() == ChangeEntry.objects.count()


def written_by(user: Any, task: Task) -> Any:
    def answer(request: HttpRequest) -> HttpResponse:
        task.title = "Another"
        task.save()
        return HttpResponse()

    request = HttpRequest()
    request.META.update({"REMOTE_ADDR": "203.0.113.5", "HTTP_X_CORRELATION_ID": "mark"})
    request.user = user
    ActingMiddleware(answer)(request)
    task.title = "After the request"
    task.save()
    after = ChangeEntry.objects.filter(object_id=task.pk).order_by("-pk")
    assert after[0].actor is None
    return after[1]


def test_an_entry_is_never_rewritten() -> None:
    TaskFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeEntry.objects.update(object_repr="Something else")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeEntry.objects.update(actor=UserFactory.create())


def test_who_leaves_leaves_the_entry() -> None:
    person = UserFactory.create()
    entry = written_by(person, TaskFactory.create())
    person.delete()
    entry.refresh_from_db()
    assert entry.actor is None


def test_an_update_of_many_rows_is_noted() -> None:
    client = ClientFactory.create()
    tasks = [TaskFactory.create(client=client) for _number in range(2)]
    done = update_noted(Task.objects.filter(client=client), block="strategy")
    assert done == 2
    assert [changes(task)[1:] for task in tasks] == [[(1, {"block": ["", "strategy"]})]] * 2
    assert update_noted(Task.objects.filter(client=client, block=""), block="promotion") == 0


def test_a_finished_task_says_who_finished_it() -> None:
    task = TaskFactory.create()
    assert finish_task(task, by=UserFactory.create(), at=NOON)
    assert changes(task)[-1] == (1, {"state": [TaskState.OPEN, TaskState.DONE]})


def test_of_time_what_was_changed_is_told() -> None:
    entry = TimeEntryFactory.create(minutes=30)
    entry.minutes = 45
    entry.save()
    assert changes(entry) == [(ChangeEntry.Action.UPDATE, {"minutes": ["30", "45"]})]
    assert ChangeEntry.objects.filter(object_repr=str(entry)).count() == 1


def test_old_entries_are_forgotten(settings: Any) -> None:
    settings.CHANGE_HISTORY_DAYS = 30
    now = timezone.now()
    client = ClientFactory.create()
    for days in (29, 31):
        ChangeEntry.objects.log_create(
            client, action=1, changes={"name": ["a", str(days)]},
            timestamp=now - dt.timedelta(days=days),
        )  # fmt: skip
    assert forget_old_changes(at=now) == 1
    left = ChangeEntry.objects.filter(action=1)
    assert [entry.changes["name"][1] for entry in left] == ["29"]


def test_the_history_goes_with_its_client() -> None:
    client, other = ClientFactory.create(), EngagementFactory.create().client
    TaskFactory.create(client=client)
    before = ChangeEntry.objects.filter(client=other).count()
    erase_client(client)
    assert ChangeEntry.objects.filter(client=client.pk).count() == 0
    assert ChangeEntry.objects.filter(client=other).count() == before
    assert Client.objects.filter(pk=client.pk).count() == 0


def test_moves_of_the_board_are_in_the_history() -> None:
    task, person = TaskFactory.create(), UserFactory.create()
    before = len(changes(task))
    assert move_task(task, to="in_work", seen="open", by=person, at=NOON)
    assert give_task(task, to=person, seen=None, by=person, at=NOON)
    assert not move_task(task, to="done", seen="open", by=person, at=NOON)
    assert [told for _action, told in changes(task)[before:]] == [
        {"state": ["open", "in_work"]}, {"owner": ["None", str(person.pk)]},
    ]  # fmt: skip


def test_numbers_that_are_released_are_in_the_history() -> None:
    number = TrackingNumberFactory.create()
    placement = NumberPlacementFactory.create(number=number, starts_on=dt.date(2026, 5, 1))
    today = dt.date(2026, 6, 1)
    assert release_numbers(number.client, seen=frozenset({number.pk}), on=today) == 1
    assert changes(number)[-1][1] == {"is_active": ["True", "False"]}
    assert changes(placement)[-1][1] == {"ends_on": ["None", "2026-06-01"]}
