"""Who has how much to do: open tasks, posts to write and to check, replies; for directors."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from clients.models import ClientStatus, Task, User
from content.models import InboxItem, Post, PostState
from smm_agency.dashboard.due.posts import TO_WRITE
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

SHOWN = 40


@dataclass(frozen=True)
class Load:
    """A number and the list of the rows behind it."""

    number: int
    url: str
    is_late: bool = False


@dataclass(frozen=True)
class PersonLine:
    name: str
    url: str
    loads: list[Load]


def workload_lists(reader: Reader) -> dict[str, QuerySet[Any]]:
    return {"people": people(reader)} if reader.is_director else {}


def people(reader: Reader) -> QuerySet[Any]:
    """Those of the agency who have anything to do, who is late most first."""
    tasks = served(Task).filter(pk__in=Task.objects.unfinished().values("pk"))
    posts = served(Post)
    waiting = served(InboxItem).filter(pk__in=InboxItem.objects.waiting().values("pk"))
    counted = (
        User.objects.filter(is_staff=True, is_active=True)
        .annotate(
            open=count(tasks, "owner"),
            late=count(tasks.filter(due_on__lt=reader.today), "owner"),
            to_write=count(posts.filter(state__in=TO_WRITE), "author"),
            to_check=count(posts.filter(state=PostState.INTERNAL_REVIEW), "approver"),
            replies=count(waiting.filter(needs_reply=True), "assignee"),
        )
        .filter(Q(open__gt=0) | Q(to_write__gt=0) | Q(to_check__gt=0) | Q(replies__gt=0))
        .order_by("-late", "-open", "last_name", "pk")
    )
    named = {name: name for name in ("pk", "first_name", "last_name", "username")}
    numbers = {name: F(name) for name in ("open", "late", "to_write", "to_check", "replies")}
    return counted.values_list(JSONObject(**named, **numbers))[:SHOWN]


def served(model: type[Model]) -> Any:
    return model._default_manager.exclude(client__status=ClientStatus.ENDED).order_by()


def count(rows: Any, field: str) -> Coalesce:
    """How many rows name the person in this field; a correlated subquery."""
    own = rows.filter(**{field: OuterRef("pk")}).values(field).annotate(n=Count("pk"))
    return Coalesce(Subquery(own.values("n")), 0)


def person_line(row: Row, reader: Reader) -> PersonLine:
    pk = row["pk"]
    tasks, posts = f"whose=all&owner__id__exact={pk}", reader.list_url("content.post")
    late = f"{tasks}&due=overdue"
    written = f"{posts}?author__id__exact={pk}&state__in={','.join(TO_WRITE)}"
    checked = f"{posts}?approver__id__exact={pk}&state__exact={PostState.INTERNAL_REVIEW}"
    return PersonLine(
        name=" ".join(filter(None, [row["first_name"], row["last_name"]])) or row["username"],
        url=reader.row_url("clients.user", pk),
        loads=[
            Load(row["open"], reader.list_url("clients.task", tasks)),
            Load(row["late"], reader.list_url("clients.task", late), bool(row["late"])),
            Load(row["to_write"], written if posts else ""),
            Load(row["to_check"], checked if posts else ""),
            Load(row["replies"], reader.list_url("content.inboxitem", f"assignee__id__exact={pk}")),
        ],
    )
