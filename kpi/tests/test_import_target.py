"""Files for a competitor's page: it is made and tied, once, and never the client's own."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from communities.models import Profile
from strategy.models import Competitor
from tests.factories import ClientFactory, CompetitorProfileFactory, ProfileFactory

pytestmark = pytest.mark.django_db

POSTS = "id,date,likes,reposts,views\n1,2026-03-01 10:00:00,5,1,100\n"


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(name="Smile")


def take(path: Path, *more: str) -> None:
    file = path / "wall.csv"
    file.write_text(POSTS)
    place = ("--client=Smile", "--network=vk", "--external-id=1001", "--title=Coffee")
    call_command("import_posts", str(file), *place, *more)


def test_a_competitor_is_made_with_its_page(client_row: Client, tmp_path: Path) -> None:
    for _ in range(2):
        take(tmp_path, "--competitor=Rival")
    competitor = Competitor.objects.get(client=client_row)
    page = competitor.profiles.get().profile
    assert (competitor.name, competitor.kind) == ("Rival", "direct")
    assert (page.external_id, page.relation) == ("1001", Profile.Relation.COMPETITOR)
    assert page.wall_posts.count() == 1


def test_the_clients_own_page_is_refused(client_row: Client, tmp_path: Path) -> None:
    own = ProfileFactory.create(client=client_row, external_id="1001", title="Ours")
    with pytest.raises(CommandError, match="This is the client's own page “Ours”"):
        take(tmp_path, "--competitor=Rival")
    assert not own.wall_posts.exists()
    assert not Competitor.objects.exists()


def test_a_page_of_another_competitor_is_refused(client_row: Client, tmp_path: Path) -> None:
    CompetitorProfileFactory.create(
        competitor__client=client_row, competitor__name="First", profile__external_id="1001"
    )
    with pytest.raises(CommandError, match="is a page of the competitor “First” already"):
        take(tmp_path, "--competitor=Rival")
    assert [row.name for row in Competitor.objects.all()] == ["First"]


def test_without_a_competitor_it_is_the_clients_own_page(
    client_row: Client, tmp_path: Path
) -> None:
    take(tmp_path)
    assert Profile.objects.get().relation == Profile.Relation.OWN
