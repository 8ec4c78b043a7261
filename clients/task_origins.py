"""Where a task came from: the page of that row, and how it is called."""

from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import Client, Task

# A model whose row opens by another page than its form.
PAGES: dict[type[models.Model], str] = {Client: "overview"}


def url_of(task: Task) -> str:
    """The page of the row; empty where the task came from none, or the row has no page.

    Asks nothing but the content type: lists select it (`select_related("origin_type")`).
    """
    model = origin_model(task)
    if model is None:
        return ""
    meta = model._meta
    page = PAGES.get(model, "change")
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[task.origin_id])
    except NoReverseMatch:
        return ""


def origin_model(task: Task) -> type[models.Model] | None:
    """None too where the model is no more."""
    if task.origin_type is None or task.origin_id is None:
        return None
    return task.origin_type.model_class()


def words_of(task: Task) -> str:
    """As it was written down; else what the row is; a task that somebody added has no other."""
    model = origin_model(task)
    name: Any = model._meta.verbose_name if model else ""
    return task.origin_note or capfirst(str(name)) or _("added by hand")


def right_to_see(task: Task) -> str:
    """The permission that opens the row's page: `kpi.view_flag`; empty where it came from none."""
    model = origin_model(task)
    return f"{model._meta.app_label}.view_{model._meta.model_name}" if model else ""
