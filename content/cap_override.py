"""A named person lets a post through above the cap on the curated share, and says why."""

import datetime as dt

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from clients.rights import Rights
from content.models import Post, PostMove
from strategy.models import ContentSource

RIGHT = "content.exceed_cap_post"


@transaction.atomic
def exceed_cap(post: Post, *, by: User, reason: str, at: dt.datetime) -> Post:
    """Raises ValidationError with what stands in the way; `post` carries the state seen."""
    row = Post.objects.select_for_update().get(pk=post.pk)
    if not Rights(by).allows(RIGHT, client_id=row.client_id):
        raise ValidationError(_("You may not let a post through above the cap."))
    if not reason.strip():
        raise ValidationError({"reason": _("Write why.")})
    if row.source != ContentSource.CURATED:
        raise ValidationError(_("It does not come from the internet: the cap does not hold it."))
    if row.over_cap_by_id is not None:
        raise ValidationError(_("It is let through above the cap already."))
    if row.state != post.state:
        raise ValidationError(_("Meanwhile it was moved: look at the post again."))
    row.over_cap_by, row.over_cap_reason = by, reason.strip()
    row.save(update_fields=["over_cap_by", "over_cap_reason"])
    said = _("Let through above the cap: %(reason)s") % {"reason": reason.strip()}
    PostMove.objects.create(
        post=row, old=row.state, new=row.state, moved_at=at, moved_by=by, reason=said[:500]
    )
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[row],
        action_flag=CHANGE,
        change_message=said,
        single_object=True,
    )
    return row
