"""What a workbook of clients would do here: each row new, changed, the same or refused.

The plan only reads; `clients.client_import` takes it, when it is still the one that was seen.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import models

from clients.client_import_clients import plan_clients
from clients.client_import_columns import SHEETS
from clients.client_import_known import Known
from clients.client_import_people import plan_contacts, plan_team
from clients.client_import_reading import FileRead, read_file
from clients.client_import_rows import Fate, Row
from clients.client_import_services import plan_services
from clients.models import Client, Contact, Engagement, EngagementService, TeamMember, User


@dataclass
class Plan:
    file: FileRead

    def rows(self) -> Iterator[Row]:
        for form in SHEETS:
            yield from self.file.rows[form.key]

    def counts(self) -> dict[str, dict[str, int]]:
        """{sheet: {fate: rows}}, of the sheets in the order of the workbook."""
        told = {}
        for form in SHEETS:
            found = Counter(row.fate for row in self.file.rows[form.key])
            told[form.key] = {fate.value: found[fate] for fate in Fate}
        return told

    def count(self, *fates: Fate) -> int:
        return sum(row.fate in fates for row in self.rows())

    def saves(self) -> list[tuple[models.Model, list[str] | None]]:
        """What is right, parents first; who stops being the main contact before who becomes it."""
        found = [
            save
            for row in self.rows()
            if row.fate in (Fate.NEW, Fate.CHANGED)
            for save in row.saves
        ]
        order = [Client, Engagement, Contact, TeamMember, EngagementService]
        return sorted(
            found, key=lambda save: (order.index(type(save[0])), getattr(save[0], "is_main", False))
        )

    def digest(self) -> str:
        """The same for the same file and the same state of what it touches."""
        lines = [
            [row.form.key, row.number, row.fate, row.title, row.changes, row.problems, row.warnings]
            for row in self.rows()
        ]
        text = json.dumps([lines, self.file.blocking], ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def make_plan(data: bytes, name: str, *, by: User, on: dt.date) -> Plan:
    """Raises TableError for what is no workbook."""
    file = read_file(data, name)
    known = Known.of_file(file.rows, by=by)
    plan_clients(file.rows["clients"], known)
    plan_contacts(file.rows["contacts"], known)
    plan_team(file.rows["team"], known, on=on)
    plan_services(file.rows["services"], known)
    plan = Plan(file)
    for row in plan.rows():
        # In the order of the columns, which the rules do not keep.
        row.problems.sort(key=lambda problem: (len(problem.cell), problem.cell))
    return plan


def touched_clients(plan: Plan) -> Mapping[int, Client]:
    """The clients of rows that were saved, by id."""
    clients = (saved if isinstance(saved, Client) else saved.client for saved, _c in plan.saves())  # type: ignore[attr-defined] # rows of a client
    return {client.pk: client for client in clients}


def begun(plan: Plan) -> list[Engagement]:
    """The engagements that the plan makes."""
    return [
        saved
        for saved, columns in plan.saves()
        if columns is None and isinstance(saved, Engagement)
    ]


def joined(plan: Plan) -> set[tuple[User, str]]:
    """(person, role) of the memberships that the plan makes."""
    return {
        (saved.user, saved.role)
        for saved, columns in plan.saves()
        if columns is None and isinstance(saved, TeamMember)
    }
