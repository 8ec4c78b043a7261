"""A client leaves with everything that was ever written about them."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models.functions import Cast

from clients.models import Client, User


@transaction.atomic
def erase_client(client: Client) -> dict[str, int]:
    """Delete the client, all rows that belong to it and the people who had only its portal.

    Rows are deleted by one statement a table, so PROTECT between two rows of the client is no
    obstacle and their order does not matter: PostgreSQL checks foreign keys when the transaction
    ends. Returns how many rows of each model went.
    """
    with connection.cursor() as cursor:
        # Lets the triggers pass that keep an approved strategy as it is.
        cursor.execute("SELECT set_config('smm.erased_client', %s, true)", [str(client.pk)])
    guests = only_guests_of(client)
    forget_history(User, models.Q(object_id__in=[str(pk) for pk in guests]))
    gone = {model._meta.label: delete_rows(model, client.pk) for model in models_with_client()}
    gone[User._meta.label] = User.objects.filter(pk__in=guests).delete()[1].get(User._meta.label, 0)
    forget_history(Client, models.Q(object_id=str(client.pk)))
    gone[Client._meta.label] = Client.objects.filter(pk=client.pk)._raw_delete("default")
    return {label: count for label, count in gone.items() if count}


def models_with_client() -> Iterator[type[models.Model]]:
    """Every model whose rows name their client."""
    for model in apps.get_models():
        names = {field.name: field for field in model._meta.concrete_fields}
        if "client" in names and names["client"].related_model is Client:
            yield model


def only_guests_of(client: Client) -> list[int]:
    """People of the client who look at no other client's portal and are no staff."""
    guests = User.objects.filter(
        portal_access__client=client, is_staff=False, is_superuser=False
    ).exclude(portal_access__in=client.portal_access.model.objects.exclude(client=client))
    return list(guests.values_list("pk", flat=True))


def delete_rows(model: type[models.Model], client_id: int) -> int:
    """Delete the model's rows of the client and what the admin's history says of them."""
    rows = model._default_manager.filter(client=client_id)
    forget_history(model, models.Q(object_id__in=ids_of(model, client_id)))
    return rows._raw_delete("default")


def forget_histories(client: Client) -> None:
    """What the admin's history says of the client and of every row of it."""
    for model in models_with_client():
        forget_history(model, models.Q(object_id__in=ids_of(model, client.pk)))
    forget_history(Client, models.Q(object_id=str(client.pk)))


def ids_of(model: type[models.Model], client_id: int) -> models.QuerySet[Any, Any]:
    """As the admin's history writes them."""
    rows: models.QuerySet[Any, Any] = model._default_manager.filter(client=client_id).order_by()
    found: models.QuerySet[Any, Any] = rows.annotate(id_text=Cast("pk", models.CharField())).values(
        "id_text"
    )
    return found


def forget_history(model: type[models.Model], which: models.Q) -> None:
    """Entries of the admin's history carry names and titles."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(which, content_type=kind).delete()
