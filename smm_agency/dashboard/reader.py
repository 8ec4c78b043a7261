"""Who reads the page, and when; the words and addresses of its rows, made once a page."""

import datetime as dt

from django.db.models import TextChoices
from django.urls import reverse

from clients.models import ClientStatus, Side, User
from kpi.models import FlagKind, FlagState, Light
from strategy.models import FormulaCode, Metric

# What the page leads to.
MODELS = (
    "clients.client", "clients.task", "kpi.flag", "kpi.call", "kpi.daycount",
    "kpi.profilesnapshot", "kpi.postsnapshot", "content.post", "content.materialrequest",
    "promotion.budgetalert",
    "promotion.campaign", "promotion.placement",
)  # fmt: skip


class Reader:
    def __init__(self, user: User, *, today: dt.date) -> None:
        self.user = user
        self.today = today
        self.lists = {model: list_of(model, user) for model in MODELS}
        self.lights = names(Light)
        self.metrics = names(Metric)
        self.formulas = names(FormulaCode)
        self.statuses = names(ClientStatus)
        self.flag_kinds = names(FlagKind)
        self.flag_states = names(FlagState)
        self.sides = names(Side)

    def list_url(self, model: str, query: str = "") -> str:
        """The list in the admin; empty where the person may not look at it."""
        address = self.lists[model]
        return f"{address}?{query}" if address and query else address

    def row_url(self, model: str, row_id: int) -> str:
        """The row's page in the admin; empty where the person may not look at it."""
        address = self.lists[model]
        return f"{address}{row_id}/change/" if address else ""


def list_of(model: str, user: User) -> str:
    app, name = model.split(".")
    return reverse(f"admin:{app}_{name}_changelist") if user.has_perm(f"{app}.view_{name}") else ""


def names(choices: type[TextChoices]) -> dict[str, str]:
    """Code → name in the reader's language."""
    return {code: str(label) for code, label in choices.choices}
