"""What may be done with a report that was sent: send once more, correct, note what came back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.form_page import Step, page_of, posted
from kpi.admin.report_forms import BouncedForm, CorrectForm, ResendForm
from kpi.models import ReportDelivery
from kpi.report_bounces import bounces_of, warnings_of
from kpi.report_letters import mark_bounced
from kpi.report_recipients import addresses_to_choose
from kpi.reports import correct_report, resend, sendings_of


class SentSteps:
    """Mixed into the page of reports."""

    report_or_404: Any

    @button(
        gettext_lazy("Send once more"), path="resend", icon="forward_to_inbox",
        permissions=["view", "sent"],
    )  # fmt: skip
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user: Any = request.user
        report = self.report_or_404(request, object_id)
        known = {pair[1]: pair for pair in addresses_to_choose(report.client, report.pk)}
        choices = [(mail, f"{name} <{mail}>" if name else mail) for name, mail in known.values()]
        warnings = warnings_of(bounces_of(report.client, known.values()))

        def do(cleaned: dict[str, Any]) -> str:
            chosen = [known[address] for address in cleaned["addresses"]]
            resend(report, chosen, by=user, at=timezone.now(), seen=cleaned["seen"])
            return _("It is on its way once more.")

        return Step(
            self, request, report,
            title=_("Send once more"),
            submit=_("Send"),
            explanation=" ".join(
                [_("The same report, in a letter of its own to each address."), *warnings]
            ),
            form=ResendForm(choices, posted(request), initial={"seen": sendings_of(report)}),
            do=do,
        ).respond()  # fmt: skip

    @button(gettext_lazy("Correct"), path="correct", icon="edit", permissions=["view", "sent"])
    def correct(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user: Any = request.user
        report = self.report_or_404(request, object_id)

        def do(cleaned: dict[str, Any]) -> HttpResponse:
            made = correct_report(report, by=user, at=timezone.now(), **cleaned)
            return HttpResponseRedirect(page_of(made))

        return Step(
            self, request, report,
            title=_("Correct the report"),
            submit=_("Make the next edition"),
            explanation=_("A new edition with the figures of now; the one that was sent stays."),
            form=CorrectForm(posted(request)),
            do=do,
        ).respond()  # fmt: skip

    @button(
        gettext_lazy("A letter came back"), path="bounced", icon="unsubscribe",
        permissions=["view", "sent"],
    )  # fmt: skip
    def bounced(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report = self.report_or_404(request, object_id)
        deliveries = {str(row.pk): row for row in report.deliveries.all()}

        def do(cleaned: dict[str, Any]) -> str:
            delivery: ReportDelivery = deliveries[cleaned["delivery"]]
            mark_bounced(delivery, note=cleaned["note"], at=timezone.now())
            return _("Written down, with a task to mend the address.")

        choices = [(pk, f"{row.address} ({row.number})") for pk, row in deliveries.items()]
        return Step(
            self, request, report,
            title=_("A letter came back"),
            submit=_("Write it down"),
            form=BouncedForm(choices, posted(request)),
            do=do,
        ).respond()  # fmt: skip
