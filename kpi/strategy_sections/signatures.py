"""The last page: who prepared the strategy, who approved it, and where the client signs."""

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smm_agency.lib.document_blocks import Section, Signature, Signatures
from strategy.models import StrategyVersion


def signature_section(version: StrategyVersion) -> Section:
    signatures = Signatures(
        [_prepared(version), _approved_inside(version), _agreed(version)],
        captions=[
            pgettext("signature", "name, position"),
            pgettext("signature", "signature"),
            pgettext("signature", "date"),
        ],
    )
    return Section(_("Approval"), [signatures], is_on_new_page=True)


def _prepared(version: StrategyVersion) -> Signature:
    done = ""
    if version.sent_by and version.sent_at:
        done = f"{version.sent_by}, {date_format(version.client.day_of(version.sent_at))}"
    return Signature(_("Prepared by"), "", done)


def _approved_inside(version: StrategyVersion) -> Signature:
    done = ""
    if version.checked_by and version.checked_at:
        done = f"{version.checked_by}, {date_format(version.client.day_of(version.checked_at))}"
    return Signature(_("Approved by the agency"), "", done)


def _agreed(version: StrategyVersion) -> Signature:
    """The client's word where it is recorded; else a line for the main contact."""
    role = _("Agreed by the client: %(client)s") % {
        "client": version.client.legal_name or version.client.name
    }
    if version.client_said_on is not None:
        channel = capfirst(version.get_client_channel_display())
        day = date_format(version.client_said_on)
        return Signature(role, "", f"{version.client_said_by}, {day} ({channel})")
    contact = version.client.contacts.filter(is_main=True).first()
    name = ", ".join(filter(None, [contact.name, contact.position])) if contact else ""
    return Signature(role, name)
