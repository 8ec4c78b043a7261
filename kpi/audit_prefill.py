"""An audit filled from what is measured and from what its network tells of the page.

A score is proposed, never set: a person takes it or not.
"""

import datetime as dt
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from communities.audit_writing import Measured, keep_measured
from communities.keys import token_of
from communities.models import Audit, Profile
from communities.networks.keys import Capability
from communities.networks.outcomes import Ok, Outcome, Refused, not_available
from communities.networks.records import PageFacts
from communities.networks.registry import adapter_for
from kpi import audit_page_words, audit_words
from kpi.audit_figures import AuditFigures, read_figures
from kpi.network_keys import profiles_by_key


class Filled(NamedTuple):
    """How many criteria were filled, for how many a score is proposed; `note` says why the page's
    settings could not be read, if so.
    """

    criteria: int
    proposed: int
    note: str = ""


def fill_audit(audit: Audit, *, at: dt.datetime) -> Filled:
    """Read what is set on the page, then write all that is known beside the criteria.

    The network is asked before anything is locked. What it could not answer just now leaves alone
    what was read before. Raises ValidationError for an audit that is finished.
    """
    outcome = ask_page(audit.profile)
    # The evidence stands in the client's report.
    with translation.override(audit.profile.client.language):
        figures = read_figures(audit, at=at)
        found = measured_of(figures) | settings_of(figures, outcome)
    kept = keep_measured(audit, found)
    note = "" if isinstance(outcome, Ok) else outcome.message
    proposed = audit.scores.filter(proposed__isnull=False).count()
    return Filled(kept, proposed, note)


def ask_page(profile: Profile) -> Outcome[PageFacts]:
    """What is set on the page; one call, with the key that reads its posts."""
    adapter = adapter_for(profile.network)
    if adapter is None:
        return not_available(Capability.READ_PAGE, _("This network is read by hand or from files."))
    if Capability.READ_PAGE in adapter.never:
        return not_available(Capability.READ_PAGE, str(adapter.never[Capability.READ_PAGE]))
    by_key, _without = profiles_by_key([profile], Capability.READ_PAGE)
    for key in by_key:
        return adapter.read_page(token_of(key), profile.external_id)
    return not_available(Capability.READ_PAGE, _("No key can read what is set on the page."))


def measured_of(figures: AuditFigures) -> dict[str, Measured]:
    return {code: words(figures) for code, words in audit_words.WORDS.items()}


def settings_of(figures: AuditFigures, outcome: Outcome[PageFacts]) -> dict[str, Measured]:
    """By what each is filled from; nothing where the network may answer another time."""
    if isinstance(outcome, Ok):
        facts = outcome.value
        return {
            code: words(figures, facts) or audit_page_words.not_told()
            for code, words in audit_page_words.WORDS.items()
        }
    if isinstance(outcome, Refused):
        return dict.fromkeys(audit_page_words.WORDS, audit_page_words.not_told())
    return {}
