"""What the portal tells of a promo action, read as the portal's role."""

import pytest

from promotion.promo_shown import ShownPrize, shown_action
from smm_agency.lib.row_security import reading_as_client
from tests.factories import (
    NOON,
    CampaignFactory,
    ParticipantFactory,
    PrizeFactory,
    PromoActionFactory,
    WinnerFactory,
)

pytestmark = pytest.mark.django_db


def test_portal_reads_counts_and_masked_winners() -> None:
    action = PromoActionFactory.create()
    prize = PrizeFactory.create(action=action, title="Phone")
    winner = WinnerFactory.create(
        draw__action=action, prize=prize, participant__name="Anna Kuznetsova", place=1
    )
    ParticipantFactory.create(action=action, excluded_at=NOON)
    with reading_as_client(action.client_id):
        shown = shown_action(action.campaign)
    assert shown is not None
    assert (shown.participants, shown.excluded) == (1, 1)
    assert shown.prizes == [ShownPrize("Phone", 1, None, "RUB")]
    assert [(row.place, row.name, row.prize, row.state) for row in shown.winners] == [
        (1, "Anna P.", "Phone", "promised")
    ]
    assert shown.draw == winner.draw


def test_portal_reads_nothing_of_another_client_or_of_a_draft() -> None:
    foreign = PromoActionFactory.create()
    draft = PromoActionFactory.create(campaign__state="draft")
    with reading_as_client(foreign.client_id):
        assert shown_action(draft.campaign) is None
    with reading_as_client(draft.client_id):
        assert shown_action(draft.campaign) is None
        assert shown_action(foreign.campaign) is None
    assert shown_action(CampaignFactory.create()) is None
