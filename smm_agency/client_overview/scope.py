"""Whose page it is, on which day, and who looks at it; the sections that the page is made of."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from clients.models import Client
from clients.rights import Rights


class Link(NamedTuple):
    """Without an address it is not shown."""

    label: str
    url: str


@dataclass(frozen=True)
class Section:
    """A part of the page with its `data` for the template of its key.

    `add` is what to do where the section is empty, `short` its name in the page's navigation.
    """

    key: str
    title: str
    data: Any
    links: list[Link] = field(default_factory=list)
    add: Link | None = None
    short: str = ""

    @property
    def template(self) -> str:
        return f"admin/client/_{self.key}.html"

    @property
    def shown_links(self) -> list[Link]:
        return [link for link in self.links if link.url]


@dataclass(frozen=True)
class Scope:
    client: Client
    rights: Rights
    today: dt.date
    at: dt.datetime

    def may(self, permission: str) -> bool:
        return self.rights.allows(permission, client_id=self.client.pk)

    def sees(self, model: str) -> bool:
        """Whether the person may look at rows of the model, such as `kpi.flag`, of this client."""
        app, name = model.split(".")
        return self.may(f"{app}.view_{name}") or self.may(f"{app}.change_{name}")

    def row_url(self, model: str, pk: int) -> str:
        """The row's page; empty where the person may not look at it."""
        return reverse(f"{_page(model)}_change", args=[pk]) if self.sees(model) else ""

    def list_url(self, model: str, **query: Any) -> str:
        """The list of this client's rows; empty where the person may not look at it."""
        if not self.sees(model):
            return ""
        asked = urlencode({"client": self.client.pk, **query})
        return f"{reverse(f'{_page(model)}_changelist')}?{asked}"

    def add_url(self, model: str, **query: Any) -> str:
        """The form of a new row of this client's; empty where the person may not add it."""
        app, name = model.split(".")
        if not self.may(f"{app}.add_{name}"):
            return ""
        return f"{reverse(f'{_page(model)}_add')}?{urlencode({'client': self.client.pk, **query})}"


def _page(model: str) -> str:
    return f"admin:{model.replace('.', '_')}"
