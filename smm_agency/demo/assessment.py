"""An assessment of promotion: of the last finished campaign, shown to the client."""

from django.utils import translation

from clients.models import Role
from kpi.promotion_assessments import (
    digest_of,
    finish_assessment,
    make_assessment,
    read_of,
    show_assessment,
)
from kpi.promotion_figures import figures_of
from promotion.models import Campaign, CampaignState
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage

# By story: what was said, and what changes.
WORDS = {
    "clinic": (
        "Звонков по номеру кампании мало: о цене звонка судить рано. Вступления идут ровно.",
        "Номер кампании — в каждое объявление; итог подводим через месяц.",
    ),
}


def write_assessment(stage: Stage) -> None:
    words = WORDS.get(stage.story.key)
    past = Campaign.objects.filter(client=stage.client, state=CampaignState.FINISHED).first()
    if words is None or past is None or past.ends_on is None:
        return
    by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    first, last = past.starts_on, past.ends_on
    with translation.override(stage.client.language):
        assessment = make_assessment(
            stage.client, first, last, by=by, at=stage.moment(last + DAY * 2, 12),
            seen=digest_of(figures_of(stage.client, first, last)),
        )  # fmt: skip
        assessment.verdict, assessment.changes = words
        assessment.save(update_fields=["verdict", "changes"])
        finish_assessment(
            assessment,
            by=by,
            at=stage.moment(last + DAY * 3, 12),
            seen=digest_of(read_of(assessment)),
        )
    show_assessment(assessment, shown=True)
