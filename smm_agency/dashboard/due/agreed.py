"""What was agreed and has its day: tasks, KPI reviews, material of the client, keys."""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, Min, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Role, Task
from clients.substitutes import is_mine
from clients.task_origins import right_to_see, url_of, words_of
from communities.models import AccessKey
from communities.networks.registry import network_name
from content.models import MaterialRequest, Publication
from content.waiting import AHEAD, NOT_OUT
from kpi.models import KpiReview, Light
from smm_agency.dashboard.due.kind import Kind, Told, by_day, by_moment
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

WEEK = dt.timedelta(days=7)
# A new key takes people some days to get.
KEY_ENDS = dt.timedelta(days=14)


def by_due_on(row: Row, reader: Reader) -> Told:
    return by_day(row["due_on"], reader)


def own_tasks(rows: Any, reader: Reader) -> Any:
    """Late, and due within a week; a task with no day waits on its list. So are those of whom the
    person stands in for.
    """
    mine = rows.unfinished().filter(is_mine("owner", reader.user))
    return mine.filter(due_on__lte=reader.today + WEEK).order_by("due_on", "pk")


def tasks_of_others(rows: Any, reader: Reader) -> Any:
    late = rows.unfinished().filter(due_on__lte=reader.today)
    return late.exclude(is_mine("owner", reader.user)).order_by("due_on", "pk")


def tasks_of_gone(rows: Any, reader: Reader) -> Any:
    """Whoever has left does nothing any more: it is to be handed over."""
    left = rows.unfinished().filter(owner__is_active=False)
    return left.order_by(F("due_on").asc(nulls_last=True), "pk")


def absent_owner(row: Row, reader: Reader) -> str:
    """Whose task it is, where it is not the person's own."""
    return "" if row["owner"] == reader.user.pk else name_of_owner(row, reader)


def name_of_owner(row: Row, reader: Reader) -> str:
    return " ".join(filter(None, [row["first"], row["last"]]))


def reviews(rows: Any, reader: Reader) -> Any:
    return rows.waiting().filter(due_on__lte=reader.today).order_by("due_on", "pk")


def name_of_review(row: Row, reader: Reader) -> str:
    first, last = (
        date_format(dt.date.fromisoformat(row[end]), "SHORT_DATE_FORMAT")
        for end in ("starts_on", "ends_on")
    )
    return f"{first} – {last}"


def materials(rows: Any, reader: Reader) -> Any:
    """Due, or holding up a post that goes out within a week."""
    soon = Publication.objects.filter(
        post=OuterRef("post"), state__in=NOT_OUT, planned_at__lt=reader.at + AHEAD
    )
    first = soon.order_by().values("post").annotate(first=Min("planned_at")).values("first")
    waited_for = rows.open().filter(Q(due_on__lte=reader.today) | Exists(soon))
    return waited_for.annotate(goes_out=Subquery(first)).order_by("due_on", "pk")


def post_that_waits(row: Row, reader: Reader) -> str:
    if not row["post"]:
        return ""
    if not row["goes_out"]:
        return _("for “%(post)s”") % row
    day = dt.datetime.fromisoformat(row["goes_out"]).astimezone(Client(time_zone=row["zone"]).zone)
    return _("for “%(post)s”, which goes out %(day)s") % {
        "post": row["post"],
        "day": date_format(day, "SHORT_DATE_FORMAT"),
    }


def keys(rows: Any, reader: Reader) -> Any:
    """Running out, or refused already."""
    ending = Q(expires_at__lte=reader.at + KEY_ENDS, refresh_secret__isnull=True)
    bad = rows.filter(ending | Q(state=AccessKey.State.REFUSED))
    return bad.order_by(F("expires_at").asc(nulls_first=True), "pk")


def told_of_key(row: Row, reader: Reader) -> Told:
    if row["state"] == AccessKey.State.REFUSED:
        return Told(Light.RED, _("refused by the network: enter a new one"), reader.today)
    return by_moment(row["expires_at"], {"zone": row["zone"] or "UTC"}, reader)


ORIGIN = {
    "origin_app": "origin_type__app_label", "origin_model": "origin_type__model",
    "origin_id": "origin_id", "origin_note": "origin_note",
}  # fmt: skip


def origin_of(row: Row, reader: Reader) -> str:
    """Where the task came from, a link for who may follow it; nothing where somebody added it."""
    if not row["origin_app"]:
        return str(row["origin_note"])
    kind = ContentType(app_label=row["origin_app"], model=row["origin_model"])
    task = Task(
        origin_type=kind, origin_id=row["origin_id"],
        origin_note=row["origin_note"],
    )  # fmt: skip
    right = right_to_see(task)
    url = url_of(task) if right and reader.user.has_perm(right) else ""
    words = words_of(task)
    return format_html('<a href="{}">{}</a>', url, words) if url else words


def name_and_origin(row: Row, reader: Reader) -> str:
    return joined(name_of_owner(row, reader), origin_of(row, reader))


def absent_and_origin(row: Row, reader: Reader) -> str:
    return joined(absent_owner(row, reader), origin_of(row, reader))


def joined(name: str, origin: str) -> str:
    return format_html("{} · {}", name, origin) if name and origin else name or origin


OWNED = {
    "title": "title", "due_on": "due_on", "owner": "owner_id", "first": "owner__first_name",
    "last": "owner__last_name", **ORIGIN,
}  # fmt: skip
TASKS = Kind(
    "tasks", gettext_lazy("My tasks"), Task, tuple(Role), own_tasks, by_due_on,
    "whose=all&due=all", OWNED, note_of=absent_and_origin,
)  # fmt: skip
TASKS_OF_OTHERS = Kind(
    "team_tasks", gettext_lazy("Tasks of the team"), Task, (Role.ACCOUNT_MANAGER,),
    tasks_of_others, by_due_on,
    "whose=all&due=all", OWNED, note_of=name_and_origin, for_directors=False,
)  # fmt: skip
TASKS_OF_GONE = Kind(
    "tasks_of_gone", gettext_lazy("Tasks of people who have left"), Task, (Role.ACCOUNT_MANAGER,),
    tasks_of_gone, by_due_on, "whose=all&due=all", OWNED, note_of=name_and_origin,
)  # fmt: skip
REVIEWS = Kind(
    "reviews", gettext_lazy("KPI reviews"), KpiReview, (Role.ACCOUNT_MANAGER, Role.STRATEGIST),
    reviews, by_due_on, "state=all",
    {"due_on": "due_on", "starts_on": "starts_on", "ends_on": "ends_on"}, name_of_review,
)  # fmt: skip
MATERIALS = Kind(
    "materials", gettext_lazy("Material of the client"), MaterialRequest,
    (Role.ACCOUNT_MANAGER, Role.CONTENT_MANAGER), materials, by_due_on, "due=all",
    {"title": "what", "due_on": "due_on", "post": "post__title", "goes_out": F("goes_out")},
    note_of=post_that_waits,
)  # fmt: skip
KEYS = Kind(
    "keys", gettext_lazy("Access keys"), AccessKey, (Role.ACCOUNT_MANAGER,), keys, told_of_key,
    "",
    {"title": "label", "network": "network", "state": "state", "expires_at": "expires_at"},
    note_of=lambda row, reader: network_name(row["network"]),
)  # fmt: skip
AGREED = (REVIEWS, MATERIALS, KEYS, TASKS, TASKS_OF_OTHERS, TASKS_OF_GONE)
