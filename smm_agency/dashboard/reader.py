"""Who reads the page, when and in which roles; the words and addresses of its rows."""

import datetime as dt
from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.db.models import Model, TextChoices
from django.urls import reverse
from django.utils import timezone

from clients.models import ROLE_GROUPS, ClientStatus, Role, Side, User
from clients.rights import Rights
from kpi.models import FlagKind, FlagState, Light
from strategy.models import FormulaCode, Metric

ROLE_OF_GROUP = {group: Role(role) for role, group in ROLE_GROUPS.items()}


class Reader:
    def __init__(
        self,
        user: User,
        *,
        today: dt.date,
        at: dt.datetime | None = None,
        rights: Rights | None = None,
    ) -> None:
        self.user = user
        self.today = today
        self.at = at or timezone.now()
        self.rights = rights or Rights(user)
        self.is_director = user.sees_all_clients
        self.lists: dict[str, str] = {}
        self.lights = names(Light)
        self.metrics = names(Metric)
        self.formulas = names(FormulaCode)
        self.statuses = names(ClientStatus)
        self.flag_kinds = names(FlagKind)
        self.flag_states = names(FlagState)
        self.sides = names(Side)

    @cached_property
    def roles(self) -> dict[Role, set[int]]:
        """The person's roles, and the clients where they have them; none are read of a director."""
        found: dict[Role, set[int]] = {}
        for client_id, groups in ({} if self.is_director else self.rights.groups).items():
            for group in groups:
                found.setdefault(ROLE_OF_GROUP[group], set()).add(client_id)
        return found

    def has(self, *roles: Role) -> bool:
        """A director stands in for every role but makes nothing with their own hands."""
        return any(role in self.roles for role in roles)

    def rows(self, model: type[Model], roles: Collection[Role]) -> Any:
        """Of the clients that are still served, where the person has one of these roles and may
        look at such rows.
        """
        rows = model._default_manager.exclude(client__status=ClientStatus.ENDED)
        meta = model._meta
        place = f"{meta.app_label}.{{}}_{meta.model_name}"
        allowed = self.rights.clients_with(place.format("view"), place.format("change"))
        if allowed is None:
            return rows
        own = set().union(*(self.roles.get(role, set()) for role in roles))
        return rows.filter(client__in=allowed & own)

    def may_view(self, model: str) -> bool:
        app, name = model.split(".")
        return self.user.has_perm(f"{app}.view_{name}")

    def list_url(self, model: str, query: str = "") -> str:
        """The list in the admin; empty where the person may not look at it."""
        if model not in self.lists:
            app, name = model.split(".")
            address = reverse(f"admin:{app}_{name}_changelist") if self.may_view(model) else ""
            self.lists[model] = address
        address = self.lists[model]
        return f"{address}?{query}" if address and query else address

    def row_url(self, model: str, row_id: int) -> str:
        """The row's page in the admin; empty where the person may not look at it."""
        address = self.list_url(model)
        page = "overview" if model == "clients.client" else "change"
        return f"{address}{row_id}/{page}/" if address else ""


def names(choices: type[TextChoices]) -> dict[str, str]:
    """Code → name in the reader's language."""
    return {code: str(label) for code, label in choices.choices}
