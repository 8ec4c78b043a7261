"""Mending the words of one publication that did not go out, while the rest of its post is out.

A post that is partly out is not taken back to work; what a network refuses of its text (too long
for a caption, say) is mended for this community alone.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from content.claiming import set_if
from content.models import Publication, PublicationAttempt, PublicationState
from content.outgoing import files_of, tidy
from content.post_standing import hold_post
from content.publication_checks import fit_problems
from content.versions import save_version

MENDABLE = frozenset({PublicationState.FAILED, PublicationState.MISSED})


@transaction.atomic
def write_text(row: Publication, text: str, *, reason: str, by: User, at: dt.datetime) -> None:
    """Of a state that was seen. Raises ValidationError where the network would refuse the text."""
    hold_post(row.post)
    seen, row.text = PublicationState(row.state), tidy(text)
    if seen not in MENDABLE or not set_if(row, seen, text=row.text):
        raise ValidationError(_("It was settled meanwhile: look at the page again."))
    files = files_of(row, list(row.post.files.select_related("file").defer("file__content")))
    problems = [each.text for each in fit_problems(row, files) if each.field == "text"]
    if problems:
        raise ValidationError(problems)
    PublicationAttempt.objects.create(
        publication=row, client_id=row.client_id, began_at=at, ended_at=at, by=by,
        outcome=PublicationAttempt.Outcome.BY_PERSON,
        message=(_("Text here: %(reason)s") % {"reason": reason})[:500],
    )  # fmt: skip
    save_version(row.post, by=by, at=at)
