import datetime as dt

import pytest

from kpi.strategy_sections.signatures import signature_section
from smm_agency.lib.document_blocks import Signature, Signatures
from strategy.models import StrategyVersion
from tests.factories import (
    NOON,
    ClientFactory,
    ContactFactory,
    StrategyVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def signatures_of(version: StrategyVersion) -> list[Signature]:
    section = signature_section(version)
    [block] = section.blocks
    assert isinstance(block, Signatures)
    assert (section.title, section.is_on_new_page) == ("Approval", True)
    return list(block.signatures)


def test_a_draft_has_lines_to_sign_on() -> None:
    client = ClientFactory.create(name="House", legal_name="House Ltd")
    ContactFactory.create(client=client, name="Zoya Testova", position="director", is_main=True)
    assert signatures_of(StrategyVersionFactory.create(client=client)) == [
        Signature("Prepared by", "", ""),
        Signature("Approved by the agency", "", ""),
        Signature("Agreed by the client: House Ltd", "Zoya Testova, director", ""),
    ]


def test_who_has_approved_is_told() -> None:
    anna = UserFactory.create(first_name="Anna", last_name="Testova")
    boris = UserFactory.create(first_name="Boris", last_name="Testov")
    version = StrategyVersionFactory.create(
        client__name="House", sent_by=anna, sent_at=NOON, checked_by=boris,
        checked_at=NOON + dt.timedelta(days=1), client_said_by="Zoya Testova, director",
        client_said_on=dt.date(2026, 3, 13), client_channel="email",
    )  # fmt: skip
    assert signatures_of(version) == [
        Signature("Prepared by", "", "Anna Testova, March 11, 2026"),
        Signature("Approved by the agency", "", "Boris Testov, March 12, 2026"),
        Signature(
            "Agreed by the client: House", "", "Zoya Testova, director, March 13, 2026 (E-mail)"
        ),
    ]
