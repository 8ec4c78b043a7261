"""The register of publisher pages: one by its link, and a person's verdict."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from clients.models import Client, User
from communities.models import Profile
from communities.tests.networks.conftest import Start, simulate
from promotion.models import PublisherCard
from promotion.publishers import add_publisher, judge, never_problem
from tests.factories import (
    NOON,
    AccessKeyFactory,
    ClientFactory,
    DirectorFactory,
    ProfileFactory,
    PublisherCardFactory,
    UserFactory,
)

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db

GROUPS = {"1001": {"name": "Coffee at home", "screen_name": "coffee_home", "members_count": 5}}


@pytest.fixture
def director() -> User:
    user: User = DirectorFactory.create()
    return user


@pytest.fixture
def client() -> Client:
    row: Client = ClientFactory.create()
    return row


def why(client: Client, address: str, by: User) -> str:
    before = PublisherCard.objects.count()
    with pytest.raises(ValidationError) as refused:
        add_publisher(client, address=address, by=by)
    assert PublisherCard.objects.count() == before
    [message] = refused.value.message_dict["address"]
    return message


def test_page_is_made_with_what_the_network_tells(
    simulate: Start, client: Client, director: User
) -> None:
    AccessKeyFactory.create(secret=f"vk1.a.{uuid4().hex}")
    simulate(groups=GROUPS)
    page = add_publisher(client, address="https://vk.com/coffee_home", by=director).profile
    assert (page.client, page.network, page.external_id) == (client, "vk", "1001")
    assert (page.title, page.relation, page.is_measured) == ("Coffee at home", "publisher", True)
    assert page in Profile.objects.measured()


def test_publishers_page_without_a_card_is_taken_over(client: Client, director: User) -> None:
    known = ProfileFactory.create(client=client, external_id="1001", relation="publisher")
    assert add_publisher(client, address="club1001", by=director).profile == known


def test_page_that_is_here_is_refused(client: Client, director: User) -> None:
    add_publisher(client, address="club1001", by=director)
    assert why(client, "vk.com/club1001", director) == "“1001” is here already."


def test_own_page_and_a_competitors_are_refused(client: Client, director: User) -> None:
    ProfileFactory.create(client=client, external_id="1001", title="Ours")
    ProfileFactory.create(client=client, external_id="1002", title="Theirs", relation="competitor")
    assert why(client, "club1001", director) == (
        "“Ours” is the client's own page: nobody is paid for it."
    )
    assert why(client, "club1002", director) == (
        "“Theirs” is a competitor's page: a placement there would advertise them."
    )


def test_same_page_of_another_client_does_not_hinder(client: Client, director: User) -> None:
    ProfileFactory.create(external_id="1001", relation="own")
    assert add_publisher(client, address="club1001", by=director).client == client


def test_post_and_nonsense_are_refused_with_the_mend(client: Client, director: User) -> None:
    assert why(client, "https://vk.com/wall-1_2", director) == (
        "This is the link of a post: paste that of the page it stands on."
    )


def test_stranger_adds_nothing(client: Client) -> None:
    assert why(client, "club1001", UserFactory.create()) == (
        "You may not add publisher pages; ask a paid social specialist."
    )


def judged(card: PublisherCard, verdict: str, **given: Any) -> None:
    whole: dict[str, Any] = {"seen": "", "reason": "Bots.", "at": NOON} | given
    judge(card, verdict, **whole)


def test_verdict_is_kept_with_its_reason_day_and_person(director: User) -> None:
    card = PublisherCardFactory.create(profile__title="Cats")
    judged(card, "never", by=director)
    assert (card.verdict, card.verdict_reason, str(card.verdict_on)) == (
        "never", "Bots.", "2026-03-11"
    )  # fmt: skip
    assert card.verdict_by == director
    assert LogEntry.objects.get().change_message == "never again: Bots."
    assert never_problem(card.profile) == (
        "“Cats” has the verdict “never again” of March 11, 2026: Bots. Choose another page; a"
        " director may place here all the same, with a reason."
    )
    judged(card, "test", seen="never", by=director)
    assert never_problem(card.profile) == ""


def test_verdict_on_what_was_not_seen_is_refused(director: User) -> None:
    card = PublisherCardFactory.create()
    judged(PublisherCard.objects.get(), "never", by=director)
    with pytest.raises(ValidationError, match="Somebody has judged it meanwhile"):
        judged(card, "repeat", by=director)


@pytest.mark.parametrize(("verdict", "reason"), [("never", "  "), ("", "Bots."), ("best", "So.")])
def test_verdict_needs_a_reason_and_a_known_word(director: User, verdict: str, reason: str) -> None:
    with pytest.raises(ValidationError):
        judged(PublisherCardFactory.create(), verdict, reason=reason, by=director)


def test_card_of_no_publisher_is_refused() -> None:
    card = PublisherCard(profile=ProfileFactory.create(title="Ours"))
    with pytest.raises(ValidationError) as refused:
        card.clean()
    assert refused.value.message_dict["profile"] == [
        "“Ours” is no publisher's page: choose one of the register, or add it there by its link."
    ]
