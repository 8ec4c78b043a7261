"""Where audits begin: a button on the page that is audited, and one on the client's page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, page_of, posted, select_field
from clients.admin.scoped import allows
from clients.models import Client
from communities.audits import start_audit, start_reaudit, usual_period
from communities.models import Audit, Profile


class PeriodForm(forms.Form):
    first = date_field(gettext_lazy("Figures from"))
    last = date_field(gettext_lazy("Figures to"))


class PageForm(PeriodForm):
    profile = select_field(gettext_lazy("Page"))
    field_order = ("profile", "first", "last")

    def __init__(self, pages: Sequence[Profile], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["profile"]
        field.choices = [(str(page.pk), str(page)) for page in pages]


def usual_days(client: Client) -> dict[str, Any]:
    first, last = usual_period(on=client.today())
    return {"first": first, "last": last}


def last_audit(profile: Profile) -> Audit | None:
    """The newest that is finished: what a new audit is held against."""
    finished = Audit.objects.filter(profile=profile, finished_at__isnull=False)
    return finished.order_by("-number").first()


def begin(profile: Profile, *, by: Any, **days: Any) -> Audit:
    """A page that was audited before is audited again, so that the two can be compared."""
    before, today = last_audit(profile), profile.client.today()
    if before is None:
        return start_audit(profile, by=by, on=today, **days)
    return start_reaudit(before, by=by, on=today, **days)


def start_page(
    model_admin: Any, request: HttpRequest, row: Profile | Client, pages: Sequence[Profile]
) -> HttpResponse:
    """Asks for the days (and the page, where there are several), then opens the new audit."""
    client = row if isinstance(row, Client) else row.client
    form: forms.Form = (
        PageForm(pages, posted(request), initial=usual_days(client))
        if isinstance(row, Client)
        else PeriodForm(posted(request), initial=usual_days(client))
    )

    def do(data: dict[str, Any]) -> str:
        chosen = str(data.get("profile", ""))
        [page] = [each for each in pages if not chosen or str(each.pk) == chosen]
        audit = begin(page, by=request.user, first=data["first"], last=data["last"])
        step.back = page_of(audit)
        return _("The audit is begun: %(count)s criteria to judge.") % {
            "count": audit.scores.count()
        }

    step = Step(
        model_admin,
        request,
        row,
        title=_("Audit a page"),
        submit=_("Begin"),
        explanation=_(
            "Everything that is looked at on this network stands in it as a list to be judged 0, 1"
            " or 2. A page that was audited before gets a re-audit, so that the two are compared."
        ),
        form=form,
        do=do,
    )
    return step.respond()


class StartsAudit:
    """Mixed into the page of profiles."""

    def has_audit_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        is_own = row is None or row.relation == Profile.Relation.OWN
        return is_own and allows(request, "communities.add_audit", row)

    @button(gettext_lazy("Audit this page"), path="audit", icon="fact_check", permissions=["audit"])
    def audit_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        profile = me.get_object(request, object_id)
        if profile is None:
            raise Http404
        return start_page(self, request, profile, [profile])
