"""Where tasks are done: a code of a task becomes a page, narrowed to its client."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from clients.models import ENDING, Engagement, Task, WorkPlace

# May(permission): whether the person may do this with rows of the task's client.
May = Callable[[str], bool]


class Place(NamedTuple):
    """A list of the admin: the model, and what narrows it besides the client."""

    model: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def right(self) -> str:
        app, model = self.model.split(".")
        return f"{app}.view_{model}"

    def url(self, client_id: int) -> str:
        """Empty where there is no such list."""
        try:
            address = reverse(f"admin:{self.model.replace('.', '_')}_changelist")
        except NoReverseMatch:
            return ""
        return f"{address}?{urlencode([('client', client_id), *self.query])}"


def papers(kind: str) -> Place:
    return Place("clients.paper", (("kind__exact", kind),))


PLACES: dict[str, Place] = {
    WorkPlace.BRIEF: Place("clients.brief"),
    WorkPlace.CONTRACT: papers("contract"),
    WorkPlace.NDA: papers("nda"),
    WorkPlace.DATA_PROCESSING: papers("data_processing"),
    WorkPlace.ACCESSES: Place("communities.accessgrant"),
    WorkPlace.TRACKING_NUMBER: Place("clients.trackingnumber"),
    WorkPlace.TEST_CALL: Place("kpi.testcall"),
    WorkPlace.BUSINESS_HOURS: Place("content.businesshours"),
    WorkPlace.BASELINE: Place("kpi.profilesnapshot"),
}


def place_of(task: Task, may: May) -> tuple[str, str] | None:
    """What it is called and its address, empty where the person may not go; None: nowhere."""
    if not task.leads_to:
        return None
    if task.leads_to == ENDING:
        return _("Checklist of the ending"), _ending_url(task, may)
    is_known = task.leads_to in WorkPlace.values
    words = str(WorkPlace(task.leads_to if is_known else WorkPlace.ENGAGEMENT).label)
    return words, _url_of(task, may)


def _ending_url(task: Task, may: May) -> str:
    address = reverse("admin:clients_client_ending", args=[task.client_id])
    return address if may("clients.change_client") else ""


def _url_of(task: Task, may: May) -> str:
    if task.leads_to == WorkPlace.ESCALATION_PHONE:
        # Contacts stand on the client's own form.
        address = reverse("admin:clients_client_change", args=[task.client_id])
        return address if may("clients.view_contact") else ""
    place = PLACES.get(task.leads_to)
    address = place.url(task.client_id) if place else ""
    if place and address:
        return address if may(place.right) else ""
    return engagement_url(task) if may("clients.view_engagement") else ""


def engagement_url(task: Task) -> str:
    """The engagement that the task came from, else those of the client."""
    meta = Engagement._meta
    kind = task.origin_type
    if kind is not None and (kind.app_label, kind.model) == (meta.app_label, meta.model_name):
        return reverse("admin:clients_engagement_change", args=[task.origin_id])
    return (
        f"{reverse('admin:clients_engagement_changelist')}?{urlencode({'client': task.client_id})}"
    )
