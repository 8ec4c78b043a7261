"""Staff see and touch the rows of their own clients only: the base of every page of the admin.

Whose rows a person sees is decided by `visible_to` of the model's queryset: lists, pages, history,
deletion, actions, search and autocomplete all read `get_queryset`; what may be chosen in a form or
a filter is `visible_rows`. What the person may do with the rows of a client is decided by the
person's role there: `clients.rights`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django import forms
from django.contrib.admin import RelatedFieldListFilter, SimpleListFilter, site
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.forms import PaginationInlineFormSet

from clients.models import Client, User
from clients.rights import Rights


def visible_rows(model: type[models.Model], user: Any) -> models.QuerySet[Any]:
    """The rows that may be shown to this person, with what their names are made of."""
    rows: Any = model._default_manager.all()
    if hasattr(rows, "visible_to"):
        rows = rows.visible_to(user)
    elif model is User:
        # Tasks, teams and analyses name colleagues; clients' people are never chosen from a list.
        rows = rows.filter(is_staff=True, is_active=True)
    named_by = getattr(site._registry.get(model), "named_by", ())
    named: models.QuerySet[Any] = rows.select_related(*named_by) if named_by else rows
    return named


def has_client(model: type[models.Model]) -> bool:
    return any(field.name == "client" for field in model._meta.concrete_fields)


def client_id_of(row: Any) -> int | None:
    """The client that a row belongs to; None for rows of the agency."""
    return row.pk if isinstance(row, Client) else getattr(row, "client_id", None)


def rights_of(request: HttpRequest) -> Rights:
    """The rights of who asks, read once a request."""
    rights: Rights | None = getattr(request, "rights", None)
    if rights is None or rights.user is not request.user:
        rights = Rights(request.user)
        request.rights = rights  # type: ignore[attr-defined] # asked many times a page
    return rights


def allows(request: HttpRequest, permission: str, row: Any) -> bool:
    """Whether the person may do this with the row; without a client, what their groups say."""
    client_id = client_id_of(row)
    if client_id is None:
        return bool(request.user.has_perm(permission))
    return rights_of(request).allows(permission, client_id=client_id)


def allowed_rows(request: HttpRequest, rows: Any, *permissions: str) -> Any:
    """Those rows of clients where the person may do one of these things."""
    by_client = "pk" if rows.model is Client else "client"
    if by_client == "client" and not has_client(rows.model):
        return rows
    allowed = rights_of(request).clients_with(*permissions)
    return rows if allowed is None else rows.filter(**{f"{by_client}__in": allowed})


class ScopedForm(forms.ModelForm):  # type: ignore[type-arg] # of any model
    """Refuses to tie rows of two clients together; the database would, but without words."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        client_id = self.client_id(cleaned)
        for name, value in list(cleaned.items()):
            other = (
                value.client_id
                if isinstance(value, models.Model) and hasattr(value, "client_id")
                else None
            )
            if client_id and other and other != client_id:
                self.add_error(name, _("This belongs to another client."))
        return cleaned

    def client_id(self, cleaned: dict[str, Any]) -> int | None:
        if client_id := getattr(self.instance, "client_id", None):
            return int(client_id)
        parent = cleaned.get(getattr(self.instance, "client_from", "client"))
        return client_id_of(parent) if parent else None


class Scope:
    """What pages and inlines share. `named_by`: relations that a row's name is read from."""

    named_by: Sequence[str] = ()
    model: Any

    def get_queryset(self, request: HttpRequest) -> Any:
        parent: Any = super()
        rows = parent.get_queryset(request)
        if not hasattr(rows, "visible_to"):
            return rows
        seen = rows.visible_to(request.user)
        return allowed_rows(request, seen, self.right("view"), self.right("change"))

    def right(self, action: str) -> str:
        """The name of a permission for these rows."""
        meta = self.model._meta
        return f"{meta.app_label}.{get_permission_codename(action, meta)}"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        parent: Any = super()
        rows = visible_rows(db_field.remote_field.model, request.user)
        client_id = getattr(request, "page_client_id", None)
        if client_id and has_client(rows.model):
            rows = rows.filter(models.Q(client=client_id) | models.Q(client=None))
        if getattr(request, "page_is_new", False):
            # A new row's client is chosen: by name, or by what the row hangs on.
            rows = allowed_rows(request, rows, self.right("add"))
        kwargs.setdefault("queryset", rows)
        return parent.formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        parent: Any = super()
        kwargs.setdefault("queryset", visible_rows(db_field.remote_field.model, request.user))
        return parent.formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        parent: Any = super()
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        return parent.formfield_for_dbfield(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        row = self.row_of(request, obj)
        return parent.has_view_permission(request, row) and (
            allows(request, self.right("view"), row) or allows(request, self.right("change"), row)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        row = self.row_of(request, obj)
        may_change: bool = parent.has_change_permission(request, row)
        return may_change and allows(request, self.right("change"), row)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        row = self.row_of(request, obj)
        may_delete: bool = parent.has_delete_permission(request, row)
        return may_delete and allows(request, self.right("delete"), row)

    def row_of(self, request: HttpRequest, obj: Any) -> Any:
        """Unfold's buttons ask about an id, Django about a row.

        Each button asks anew: while a page is only looked at, its row is fetched for all of them.
        """
        if obj is None or isinstance(obj, models.Model):
            return obj
        me: Any = self
        if request.method not in ("GET", "HEAD"):
            return me.get_object(request, str(obj))
        known: dict[tuple[Any, str], Any] = request.__dict__.setdefault("rows_asked_about", {})
        place = (me.model, str(obj))
        if place not in known:
            known[place] = me.get_object(request, str(obj))
        return known[place]


def remember_client(request: HttpRequest, row: Any) -> None:
    """Narrow the choices of this page to the row's client, or to the one in the address."""
    client_id = client_id_of(row) if row else None
    asked = request.GET.get("client", "")
    if row is None and asked.isdecimal():
        client_id = (
            Client.objects.visible_to(request.user)
            .filter(pk=asked)
            .values_list(  # type: ignore[misc, assignment, unused-ignore]
                "pk", flat=True
            )
            .first()
        )
    request.page_client_id = client_id  # type: ignore[attr-defined] # read by formfield_for_…
    request.page_is_new = row is None  # type: ignore[attr-defined] # as above


class ScopedAdmin(Scope, ModelAdmin):
    """A page of rows with a client (or of the agency's reference rows)."""

    form = ScopedForm
    show_full_result_count = False
    list_per_page = 50
    list_filter_sheet = False
    warn_unsaved_form = True

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        remember_client(request, obj)
        return super().get_form(request, obj, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """A row never moves to another client."""
        fields = tuple(super().get_readonly_fields(request, obj))
        movable = obj is not None and has_client(self.model)
        return (*fields, "client") if movable and "client" not in fields else fields

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Before a new row has its client, nobody can tell which inlines are allowed there."""
        meta = formset.model._meta
        right = f"{meta.app_label}.{get_permission_codename('add', meta)}"
        if not change and formset.has_changed() and not allows(request, right, form.instance):
            raise PermissionDenied
        super().save_formset(request, form, formset, change)

    def get_actions(self, request: HttpRequest) -> Any:
        """Rows are deleted one by one, on a page that says what goes with them."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ScopedFormSet(PaginationInlineFormSet):
    """Finds two new rows that break a rule together, each of them being right alone."""

    def clean(self) -> None:
        super().clean()
        rows = [form.instance for form in self.forms if self.stands(form)]
        # A parent that is being added has no id yet, the same for all rows; nor has its client.
        parents = {self.fk.name, "client"}
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
                keys = [key for row in rows if (key := key_of(row, constraint, parents))]
                if len(set(keys)) < len(keys):
                    raise ValidationError(constraint.get_violation_error_message())

    def stands(self, form: Any) -> bool:
        """Filled in, right by itself, and not to be deleted."""
        is_gone = self.can_delete and self._should_delete_form(form)
        return form.is_valid() and (form.has_changed() or form.instance.pk) and not is_gone


def key_of(
    row: models.Model, constraint: models.UniqueConstraint, parents: Collection[str]
) -> tuple[Any, ...] | None:
    """What must be unique of the row; None where the constraint does not speak of it."""
    values = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
    if constraint.condition is not None and not constraint.condition.check(values):
        return None
    key = tuple(values[name] for name in constraint.fields)
    loose = [name for name in constraint.fields if values[name] is None]
    is_distinct = constraint.nulls_distinct is not False
    return None if is_distinct and any(name not in parents for name in loose) else key


class ScopedInline(Scope):
    formset = ScopedFormSet
    form: Any = ScopedForm
    extra = 0
    tab = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        remember_client(request, obj)
        parent: Any = super()
        return parent.get_formset(request, obj, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        may_add: bool = parent.has_add_permission(request, obj)
        return may_add and allows(request, self.right("add"), obj)


class ScopedTabular(ScopedInline, TabularInline): ...


class ScopedStacked(ScopedInline, StackedInline): ...


class ShowsBeside:
    """A page that says more of its row than the form: mixed in before the page's own class."""

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """For the page's template; several mixed in add up by `super()`."""
        return {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        me: Any = self
        parent: Any = super()
        row = me.get_object(request, object_id) if object_id else None
        context = {**(extra_context or {}), **(self.beside(request, row) if row else {})}
        return parent.changeform_view(request, object_id, form_url, context)


class ReadOnly:
    """Rows that the program writes, or that are history: looked at, never touched."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ClientFilter(SimpleListFilter):
    """By client, offering those that the person sees."""

    title = gettext_lazy("client")
    parameter_name = "client"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        clients = Client.objects.visible_to(request.user)
        return [(str(pk), name) for pk, name in clients.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset.filter(client=value) if value and value.isdecimal() else queryset


class VisibleFilter(RelatedFieldListFilter):
    """By a related row, offering those that the person sees."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        rows = visible_rows(field.remote_field.model, request.user)
        if (client := request.GET.get("client", "")).isdecimal() and has_client(rows.model):
            rows = rows.filter(client=client)
        return list(self.named(rows[:200]))

    def named(self, rows: Any) -> Iterator[tuple[Any, str]]:
        for row in rows:
            yield row.pk, str(row)
