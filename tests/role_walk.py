"""Every address of the admin, read from the urlconf, with the rows that its parts may name."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.http import HttpRequest
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clients.models import ArchiveJob, Client, EndingCode, Paper, PaperFile, Task, User
from communities.models import ClientFile
from content.models import ApprovalLink, Publication
from smm_agency.lib.short_codes import write_code

ADMIN = "admin/"
# Django's own: a row's bare address leads to its form, whoever asks.
BARE = "bare"


@dataclass(frozen=True)
class Address:
    """`name` as the table has it, without `admin:`; `parts` are what the address names."""

    name: str
    pattern: str
    parts: tuple[str, ...]
    model: type[models.Model] | None

    def url(self, ids: dict[str, Any]) -> str:
        """With its parts filled in."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(ids[part[1]]), self.pattern)


@cache
def addresses() -> tuple[Address, ...]:
    return tuple(each for each in _walk(get_resolver(), "") if each.pattern.startswith(ADMIN))


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            parts = tuple(entry.pattern.converters)
            yield Address(_name(entry, pattern), pattern, parts, _model(pattern))


def _name(entry: URLPattern, pattern: str) -> str:
    if entry.name:
        return str(entry.name)
    return f"{BARE} {pattern}"


def _model(pattern: str) -> type[models.Model] | None:
    """Of `admin/app/model/…`; None: a page that is no model's."""
    app, _slash, rest = pattern.removeprefix(ADMIN).partition("/")
    try:
        return apps.get_model(app, rest.partition("/")[0])
    except (LookupError, ValueError):
        return None


# --- What the parts of an address name -----------------------------------------------------------


def has_client(model: type[models.Model]) -> bool:
    return model is Client or any(field.name == "client" for field in model._meta.concrete_fields)


def first_of(model: type[models.Model], client: Client) -> Any:
    """The client's first row; of a model without a client any row; None: there is none."""
    rows: Any = model._default_manager.order_by("pk")
    if model is Client:
        return client
    if model is User:
        return rows.filter(memberships__client=client).first()
    return (rows.filter(client=client) if has_client(model) else rows).first()


def row_id(address: Address, client: Client) -> Any:
    if address.model is None:
        return client.pk
    row = first_of(address.model, client)
    assert row is not None, f"{address.name}: {client} has no {address.model._meta.label}"
    return row.pk


def file_id(address: Address, client: Client) -> Any:
    return first_of(PaperFile if address.model is Paper else ClientFile, client).pk


def code(address: Address, client: Client) -> str:
    """A short code of a row; of a client, what is ticked at its end."""
    if address.model is Client:
        return EndingCode.KEYS
    return write_code("T", first_of(Task, client).pk)


# By the name of the part: teach a new one here.
OBJECT_IDS: dict[str, Callable[[Address, Client], Any]] = {
    "object_id": row_id,
    "id": row_id,
    "client_id": lambda _address, client: client.pk,
    "user_id": lambda _address, client: first_of(User, client).pk,
    "file_id": file_id,
    "job_id": lambda _address, client: first_of(ArchiveJob, client).pk,
    "link_id": lambda _address, client: first_of(ApprovalLink, client).pk,
    "publication_id": lambda _address, client: first_of(Publication, client).pk,
    "pk": lambda _address, client: first_of(Publication, client).pk,
    "kind": lambda _address, _client: "print",
    "code": code,
    "content_type_id": lambda _address, _client: ContentType.objects.get_for_model(Client).pk,
}


# They name colleagues, who are the agency's.
OF_THE_AGENCY = {"id", "user_id"}


# Of several clients these ask for one, as lists do.
ASKS_FOR_A_CLIENT = {"promotion_budget_file"}


def url_of(address: Address, client: Client) -> str:
    """The address with the client's rows in it."""
    missing = set(address.parts) - OBJECT_IDS.keys()
    assert not missing, f"{address.pattern}: teach OBJECT_IDS of {sorted(missing)}"
    url = address.url({part: OBJECT_IDS[part](address, client) for part in address.parts})
    return f"{url}?client={client.pk}" if address.name in ASKS_FOR_A_CLIENT else url


def names_a_client(address: Address) -> bool:
    """Whether a part of it names something of a client's."""
    if not address.parts or set(address.parts) & OF_THE_AGENCY:
        return False
    return address.model is None or has_client(address.model) or set(address.parts) != {"object_id"}


# --- What an answer says -------------------------------------------------------------------------


def is_refused(response: Any) -> bool:
    """Not there, not allowed, or sent away: to the start page or to the sign-in."""
    if response.status_code in (301, 302):
        target = response.headers["Location"].partition("?")[0]
        return target in (reverse("admin:index"), reverse("admin:login"), reverse("home"))
    return response.status_code in (400, 403, 404, 405)


def text_of(response: Any) -> str:
    """All that can be read in it, inside of a packed file too."""
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist())
    return content.decode(errors="replace")


class WithoutTemplates:
    """A middleware for walks that ask only whether a page opens: it is made, and not drawn."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        response.template_name = engines["django"].from_string("")
        return response


def state_of_tables() -> dict[str, str]:
    """A sum of each table's rows; who is signed in where is no data."""
    tables = sorted(set(connection.introspection.table_names()) - {"django_session"})
    ask = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(md5(t::text), '' ORDER BY md5(t::text)))"  # noqa: S608
        f' FROM "{table}" t'
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(ask)
        return dict(cursor.fetchall())
