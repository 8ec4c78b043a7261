"""On the page of a post: what it waits for, files from the media bank, the next free slot.

Mixed into the page of a post; its template shows `admin/content/_post_materials.html`.
"""

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.columns import button
from clients.admin.contractors import is_contractor
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import allows
from communities.admin.files import file_url
from content.media import put_into_post, usable_for
from content.media_rights import find_rights_problems
from content.models import MaterialFile, MediaItem, Post, PostState, RequestState
from content.slots import take_next_slots
from smm_agency.lib.file_response import SHOWN

SHOWN_ITEMS = 200
# Nothing more is put into these.
OVER = (PostState.PUBLISHED, PostState.CANCELLED)


class PickForm(forms.Form):
    """Drawn by the page as pictures with boxes."""

    items = forms.ModelMultipleChoiceField(
        MediaItem.objects.none(), label=gettext_lazy("Files of the media bank")
    )

    def __init__(self, items: QuerySet[MediaItem], data: Any = None) -> None:
        super().__init__(data)
        self.fields["items"].queryset = items  # type: ignore[attr-defined] # a ModelChoiceField

    def pictures(self) -> list[dict[str, Any]]:
        field: Any = self.fields["items"]
        sent: Any = self.data
        chosen = set(sent.getlist("items")) if self.is_bound else set()
        return [
            {
                "item": item,
                "url": file_url(item.file_id),
                "is_picture": item.file.content_type in SHOWN,
                "is_chosen": str(item.pk) in chosen,
            }
            for item in field.queryset[:SHOWN_ITEMS]
        ]


class PostMaterials:
    material_buttons = ("ask_material", "pick_media", "next_free_slot")

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        parent: Any = super()
        requests = row.material_requests.exclude(state=RequestState.CANCELLED)
        is_narrow = is_contractor(request, row)
        if is_narrow:
            # The page of a request names the client's contact: what came is shown here.
            files = MaterialFile.objects.select_related("file").defer("file__content")
            requests = requests.prefetch_related(Prefetch("files", files, to_attr="came"))
        today = row.client.today()
        return {
            **parent.beside(request, row),
            "material_requests": [
                (each, "" if is_narrow else page_of(each), each.is_overdue(on=today))
                for each in requests.order_by("state", "due_on")
            ],
            "rights_problems": find_rights_problems(row),
        }

    def post_or_404(self, request: HttpRequest, object_id: str) -> Post:
        me: Any = self
        row: Post | None = me.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def has_ask_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        may_ask = row is not None and allows(request, "content.add_materialrequest", row)
        return bool(may_ask and row.state not in OVER)

    def has_fill_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        may_change = row is not None and me.has_change_permission(request, row)
        # Both are of all the client's posts.
        return bool(may_change and row.state not in OVER and not is_contractor(request, row))

    @button(
        gettext_lazy("Ask for material"), path="ask", icon="contact_support", permissions=["ask"]
    )
    def ask_material(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form of a new request, with the post in it."""
        post = self.post_or_404(request, object_id)
        query = {"client": post.client_id, "post": post.pk}
        if contact := post.client.contacts.order_by("-is_main", "pk").first():
            query["contact"] = contact.pk
        address = reverse("admin:content_materialrequest_add")
        return HttpResponseRedirect(f"{address}?{urlencode(query)}")

    @button(
        gettext_lazy("From the media bank"),
        path="media",
        icon="photo_library",
        permissions=["fill"],
    )
    def pick_media(self, request: HttpRequest, object_id: str) -> HttpResponse:
        post = self.post_or_404(request, object_id)
        today = post.client.today()

        def do(data: dict[str, Any]) -> str:
            count = put_into_post(post, list(data["items"]), on=today)
            words = ngettext("%(count)d file was added.", "%(count)d files were added.", count)
            return words % {"count": count}

        return Step(
            self, request, post, title=_("From the media bank"), submit=_("Put into the post"),
            form=PickForm(usable_for(post, on=today), posted(request)), do=do,
            template="admin/content/pick_media.html",
        ).respond()  # fmt: skip

    @button(gettext_lazy("Next free slot"), path="slot", icon="schedule_send", permissions=["fill"])
    def next_free_slot(self, request: HttpRequest, object_id: str) -> HttpResponse:
        post = self.post_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            taken = take_next_slots(post, at=timezone.now())
            told = [f"{row.community}: {local(post, row.planned_at)}" for row in taken]
            return "; ".join(told)

        return Step(
            self, request, post, title=_("Next free slot"), submit=_("Put into the queue"),
            form=forms.Form(posted(request)), do=do,
            explanation=_(
                "Each community of the post that still waits for approval gets its next free slot;"
                " the time it had is given up."
            ),
        ).respond()  # fmt: skip


def local(post: Post, moment: Any) -> str:
    return date_format(moment.astimezone(post.client.zone), "SHORT_DATETIME_FORMAT")
