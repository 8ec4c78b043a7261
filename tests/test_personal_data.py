"""Personal data of a client that has left is gone after its period: no table keeps a word of it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone

from clients.endings import begin_ending
from clients.models import (
    ArchiveJob,
    Channel,
    Client,
    ClientStatus,
    Contact,
    Notice,
    PortalAccess,
    StatusChange,
    User,
)
from communities.models import AccessGrant
from content.models import InboxItem
from kpi.models import Call, Caller
from promotion.models import Participant, Winner
from smm_agency.archive.making import claim, make
from smm_agency.forgetting import BLANKED, DELETED, NAMED, forget_departed, is_over
from smm_agency.lib.encryption import EncryptedTextField
from tests.factories import (
    NOON,
    AccessGrantFactory,
    ArchiveJobFactory,
    ClientImportFactory,
    DirectorFactory,
    LetterFileFactory,
    PortalAccessFactory,
)
from tests.filled_client import fill_client

pytestmark = pytest.mark.django_db

# Short enough for every column, and never written but where somebody's data would stand.
WHO = "zqzx"
YEARS = dt.timedelta(days=800)
# Its phone, name and address: users who have only this client's portal.
GUEST = ("first_name", "last_name", "email", "username")


def text_columns(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        is_text = isinstance(
            field, models.CharField | models.TextField | models.JSONField | models.BinaryField
        )
        if is_text or isinstance(field, EncryptedTextField | ArrayField):
            yield field


def is_said(value: Any) -> bool:
    if isinstance(value, memoryview | bytes):
        return WHO.encode() in bytes(value)
    return WHO in str(value)


def where_it_stands() -> list[str]:
    """Every column of every table of every app that still holds the word, decrypted."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in text_columns(model):
            values = model._default_manager.order_by().values_list(field.name, flat=True)
            if any(is_said(value) for value in values if value is not None):
                found.append(f"{model._meta.label}.{field.name}")
    return sorted(found)


def value_for(field: Any) -> Any:
    if isinstance(field, models.JSONField):
        return {"name": WHO}
    if isinstance(field, models.BinaryField):
        return WHO.encode()
    if isinstance(field, models.EmailField):
        return f"{WHO}@client.example"
    return WHO[: field.max_length] if getattr(field, "max_length", None) else WHO


def columns_of_people() -> dict[type[models.Model], list[str]]:
    """What the program promises to forget: named columns, and every text of rows that go."""
    found = {model: list(values) for model, values in BLANKED.items()}
    for model, name in NAMED:
        found.setdefault(model, []).append(name)
    for model in DELETED:
        found[model] = [field.name for field in text_columns(model)]
    return found


def mark_people(client: Client) -> list[str]:
    """The word into each of these columns, as one row of each table has it; which there are.

    Checks of the database and the triggers would ask for whole stories: they look away.
    """
    marked = []
    missing = [
        model._meta.label
        for model in columns_of_people()
        if not model._default_manager.filter(client=client).exists()
    ]
    assert missing == []
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    for model, names in columns_of_people().items():
        rows = model._default_manager.filter(client=client, **NAMED_ROWS.get(model, {}))
        row = rows.order_by("pk").first()
        assert row is not None
        fields = {field.name: field for field in text_columns(model)}
        wanted = [name for name in names if name in fields and not fields[name].choices]
        for name in wanted:
            rows = model._default_manager.filter(pk=row.pk)
            rows.update(**{name: value_for(fields[name])})
        marked += [f"{model._meta.label}.{name}" for name in wanted]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
    return sorted(marked)


# Rows that may hold a name at all.
NAMED_ROWS: dict[type[models.Model], dict[str, Any]] = {AccessGrant: {"user": None}}


def write_to_people(client: Client) -> None:
    AccessGrantFactory.create(client=client, user=None, person="Petr", whose="client")
    LetterFileFactory.create(letter__client=client)
    notice = Notice.objects.filter(client=client)[0]
    notice.deliveries.create(client=client, channel=Channel.TELEGRAM, is_digest=False, due_at=NOON)


def counts(client: Client) -> dict[str, int]:
    """Rows of every table of the client, but of those whose rows are meant to go."""
    return {
        model._meta.label: model._default_manager.filter(client=client).count()
        for model in apps.get_models()
        if "client" in {field.name for field in model._meta.concrete_fields}
        and model not in DELETED
        and model._meta.label != "clients.ArchivePart"
    }


def end(client: Client, *, at: dt.datetime) -> None:
    by = DirectorFactory.create()
    Client.objects.filter(pk=client.pk).update(status=ClientStatus.ENDED)
    StatusChange.objects.create(
        client=client, old="active", new="ended", changed_by=by, changed_at=at
    )
    client.refresh_from_db()
    begin_ending(client, by=by, at=at)


def test_no_table_keeps_a_word_of_anybody_after_the_period() -> None:
    client, other = fill_client("alpha"), fill_client("beta")
    write_to_people(client)
    marked = mark_people(client)
    guest = PortalAccess.objects.filter(client=client).values("user")
    User.objects.filter(pk__in=guest).update(**dict.fromkeys(GUEST, WHO))
    stands = {*marked, *(f"clients.User.{name}" for name in GUEST)}
    assert set(where_it_stands()) ^ stands == set()
    now = timezone.now()
    end(client, at=now - YEARS)
    before = counts(client), counts(other)
    assert forget_departed(at=now) == 1
    assert where_it_stands() == []
    assert (counts(client), counts(other)) == before
    assert forget_departed(at=now) == 0


def test_counts_of_calls_items_and_participants_stay() -> None:
    client = fill_client("alpha")
    end(client, at=timezone.now() - YEARS)
    models_counted = (Call, Caller, InboxItem, Participant, Winner)
    before = [model.objects.filter(client=client).count() for model in models_counted]
    unique = Call.objects.filter(client=client, is_unique_target=True).count()
    forget_departed(at=timezone.now())
    after = [model.objects.filter(client=client).count() for model in models_counted]
    assert (after, min(before) > 0) == (before, True)
    assert Call.objects.filter(client=client, is_unique_target=True).count() == unique


def test_the_others_keep_what_is_theirs() -> None:
    client, other = fill_client("alpha"), fill_client("beta")
    name = Contact.objects.filter(client=other).order_by("pk")[0].name
    shared = PortalAccessFactory.create(client=client, user__email="both@client.example").user
    PortalAccessFactory.create(client=other, user=shared)
    end(client, at=timezone.now() - YEARS)
    forget_departed(at=timezone.now())
    shared.refresh_from_db()
    kept = Contact.objects.filter(client=other).order_by("pk")[0].name
    assert (kept, shared.email, shared.is_active) == (name, "both@client.example", True)


@pytest.mark.parametrize(
    ("days", "portal", "over"),
    [(366, -1, True), (365, -1, False), (366, 0, False), (366, None, True)],
)
def test_nobody_is_forgotten_before_the_period_or_while_the_portal_is_open(
    days: int, portal: int | None, over: bool
) -> None:
    client = fill_client("alpha")
    now = timezone.now()
    end(client, at=now - dt.timedelta(days=days))
    client.portal_until = None if portal is None else client.today() + dt.timedelta(days=portal)
    assert is_over(client, at=now) == over


def test_the_admins_history_of_the_client_goes_with_its_people() -> None:
    client, other = fill_client("alpha"), fill_client("beta")
    by = DirectorFactory.create()
    for each in (client, other):
        contact = Contact.objects.filter(client=each)[0]
        guest = PortalAccess.objects.filter(client=each)[0].user
        for row in (each, contact, guest):
            LogEntry.objects.create(
                user=by, content_type=ContentType.objects.get_for_model(row),
                object_id=str(row.pk), object_repr=WHO, action_flag=CHANGE, change_message=WHO,
            )  # fmt: skip
    end(client, at=timezone.now() - YEARS)
    forget_departed(at=timezone.now())
    left = LogEntry.objects.filter(object_repr=WHO).values_list("content_type__model", "object_id")
    assert set(left) == {
        ("client", str(other.pk)), ("contact", str(contact.pk)), ("user", str(guest.pk)),
    }  # fmt: skip


def test_no_archive_is_left_or_made_after_the_people_are_forgotten() -> None:
    client = fill_client("alpha")
    end(client, at=timezone.now() - YEARS)
    job = ArchiveJobFactory.create(client=client)
    held = claim(at=timezone.now())
    forget_departed(at=timezone.now())
    assert held is not None
    assert not make(held)
    job.refresh_from_db()
    assert (job.state, job.parts.count()) == (ArchiveJob.State.DELETED, 0)


def test_a_file_of_clients_that_brought_this_one_goes() -> None:
    client, other = fill_client("alpha"), fill_client("beta")
    mine, theirs = (
        ClientImportFactory.create(
            content=WHO, problems=[["Clients", "A2", "name", WHO]], touched=[each.pk]
        )
        for each in (client, other)
    )
    end(client, at=timezone.now() - YEARS)
    forget_departed(at=timezone.now())
    for row in (mine, theirs):
        row.refresh_from_db()
    assert (mine.content, mine.problems, theirs.content) == (None, [], WHO)


# Tables whose texts are no personal data, or are kept on purpose: docs/personal-data.md says why.
REVIEWED = {
    "clients.Client": "the company",
    "clients.ArchiveJob": "names the company",
    "clients.ArchivePart": "deleted with its archive",
    "clients.EndingItem": "staff's word on a list",
    "clients.Engagement": "the agreement",
    "clients.EngagementService": "the agreement",
    "clients.ClientLook": "colours and logo",
    "clients.MarkingChange": "why a rule was set",
    "clients.Paper": "kept as accounting papers",
    "clients.PaperFile": "kept as accounting papers",
    "clients.TrackingNumber": "the agency's numbers",
}


def test_every_table_of_clients_with_text_is_reviewed() -> None:
    """A new table has to say what becomes of its words: here, or in `smm_agency.forgetting`."""
    known = {model._meta.label for model in columns_of_people()} | REVIEWED.keys()
    with_text = {
        model._meta.label
        for model in apps.get_app_config("clients").get_models()
        if any(not field.choices for field in text_columns(model))
        and "client" in {field.name for field in model._meta.concrete_fields}
    }
    assert with_text - known == set()


def test_the_page_on_personal_data_names_every_table() -> None:
    page = Path("docs/personal-data.md").read_text(encoding="utf-8")
    missing = [m._meta.label for m in columns_of_people() if f"`{m._meta.label}`" not in page]
    assert missing == []
