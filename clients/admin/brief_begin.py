"""The engagement's button that begins its brief, or leads to the one that is open."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.admin.columns import button
from clients.admin.form_page import Step, page_of, posted, select_field
from clients.admin.scoped import allows
from clients.brief_questions_industry import industry_of
from clients.briefs import begin_brief
from clients.models import BriefState, Industry

ADD = "clients.add_brief"


class IndustryForm(forms.Form):
    industry = select_field(
        gettext_lazy("Questions of the industry"),
        choices=[("", gettext_lazy("the general ones only")), *Industry.choices],
        required=False,
    )


class BriefStep:
    @button(
        pgettext_lazy("questionnaire", "Brief"),
        path="brief",
        icon="assignment",
        permissions=["view"],
    )
    def begin_brief(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        engagement = me.get_object(request, object_id)
        if engagement is None:
            raise Http404
        last = engagement.briefs.order_by("-version").first()
        if last is not None and last.state != BriefState.AGREED:
            return HttpResponseRedirect(page_of(last))
        if not allows(request, ADD, engagement):
            if last is None:
                raise PermissionDenied
            return HttpResponseRedirect(page_of(last))

        def do(data: dict[str, Any]) -> HttpResponse:
            user: Any = request.user
            brief = begin_brief(engagement, industry=data["industry"], by=user, at=timezone.now())
            return HttpResponseRedirect(page_of(brief))

        proposed = last.industry if last else industry_of(engagement.client.industry)
        explanation = _("The questions are asked of %(client)s; they are filled in on one page.")
        if last is not None:
            explanation = _(
                "Version %(version)s is agreed. A new one begins with its answers, which may then"
                " be changed."
            )
        values = {"client": engagement.client, "version": last.version if last else 0}
        return Step(
            self,
            request,
            engagement,
            title=_("Begin the brief"),
            submit=_("Begin the brief"),
            explanation=explanation % values,
            form=IndustryForm(posted(request), initial={"industry": proposed}),
            do=do,
        ).respond()
