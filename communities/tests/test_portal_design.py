"""The client sees what was sent to them, and nothing of what the agency says among itself."""

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, User
from communities.design import (
    accept,
    add_comment,
    add_version,
    open_again,
    send_to_client,
    send_to_review,
    send_to_rework,
    take_to_work,
)
from communities.models import AssetVersion, ClientFile, Community, DesignAsset
from communities.portal_design import read_design
from communities.tests.pictures import checked, picture
from smm_agency.lib.row_security import reading_as_client
from tests.factories import (
    DAY,
    NOON,
    AssetVersionFactory,
    ClientFileFactory,
    CommunityFactory,
    DesignAssetFactory,
    PortalAccessFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return CommunityFactory.create()


@pytest.fixture
def staff() -> User:
    return UserFactory.create()


@pytest.fixture
def guest(community: Community) -> Browser:
    browser = Browser()
    browser.force_login(PortalAccessFactory.create(client=community.client).user)
    return browser


def sent(community: Community, staff: User, **fields: str) -> DesignAsset:
    """A design that waits for the client's word."""
    asset = DesignAssetFactory.create(community=community, **fields)
    take_to_work(asset, by=staff)
    add_version(asset, by=staff, file=checked(), licence="Drawn by us")
    send_to_review(asset, by=staff)
    return send_to_client(asset, by=staff)


def accepted(community: Community, staff: User, **fields: str) -> DesignAsset:
    asset = sent(community, staff, **fields)
    return accept(asset, by=staff, said_by="Zoya", said_on=DAY, channel="email", on=DAY)


def names(client: Client) -> tuple[list[str], list[str]]:
    """What was accepted and what waits, as `name vN`."""
    with reading_as_client(client.pk):
        shown = read_design(client)
        pieces = [
            [f"{piece.name} v{piece.version.number}" for piece in part]
            for design in shown.values()
            for part in (design.accepted, design.waiting)
        ]
    return (pieces[0], pieces[1]) if pieces else ([], [])


def address(file: ClientFile | None, client: Client) -> str:
    assert file is not None
    return f"/portal/{client.pk}/design/{file.pk}/"


def test_client_sees_accepted_design_and_what_waits(community: Community, staff: User) -> None:
    accepted(community, staff, title="Avatar")
    sent(community, staff, kind="menu")
    DesignAssetFactory.create(community=community, title="Planned")
    assert names(community.client) == (["Avatar v1"], ["menu v1"])


def test_version_that_the_client_has_not_seen_is_not_there(
    community: Community, staff: User
) -> None:
    asset = accepted(community, staff, title="Avatar")
    open_again(asset, by=staff, reason="New logo")
    hidden = add_version(asset, by=staff, file=checked())
    send_to_review(asset, by=staff)
    assert names(community.client) == (["Avatar v1"], [])
    send_to_client(asset, by=staff)
    assert names(community.client) == (["Avatar v1"], ["Avatar v2"])
    assert hidden.number == 2
    send_to_rework(asset, by=staff, comment="Larger logo")
    assert names(community.client) == (["Avatar v1"], [])


def test_returned_design_is_shown_no_more(community: Community, staff: User) -> None:
    asset = sent(community, staff)
    send_to_rework(asset, by=staff, comment="Larger logo")
    assert names(community.client) == ([], [])


def test_design_of_another_client_is_not_there(community: Community, staff: User) -> None:
    accepted(CommunityFactory.create(), staff)
    assert names(community.client) == ([], [])


@pytest.mark.urls("tests.design_page")
def test_internal_comments_are_never_shown(
    community: Community, staff: User, guest: Browser
) -> None:
    asset = sent(community, staff, brief="secret brief")
    version = AssetVersion.objects.get(asset=asset)
    add_comment(version, text="The owner has no taste", by=staff)
    add_comment(version, text="<b>Which</b> blue?", by=staff, is_internal=False, at=NOON)
    page = guest.get(f"/test/{community.client_id}/design/").content.decode()
    assert "&lt;b&gt;Which&lt;/b&gt; blue?" in page
    assert [text for text in ("no taste", "secret brief", "Drawn by us") if text in page] == []
    assert "style=" not in page


def test_file_of_a_sent_design_is_answered_as_a_picture_that_runs_nothing(
    community: Community, staff: User, guest: Browser
) -> None:
    file = AssetVersion.objects.get(asset=sent(community, staff)).file
    response = guest.get(address(file, community.client))
    assert (response.status_code, response.content) == (200, picture())
    headers = {name: response[name] for name in ("Content-Type", "Content-Disposition")}
    assert headers == {
        "Content-Type": "image/png",
        "Content-Disposition": 'inline; filename="a.png"',
    }
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content_type", "disposition"),
    [("image/svg+xml", "inline"), ("application/pdf", "attachment"),
     ("text/html", "attachment"), ("application/zip", "attachment")],
)  # fmt: skip
def test_what_is_no_picture_is_saved_only(
    community: Community, guest: Browser, content_type: str, disposition: str
) -> None:
    version = AssetVersionFactory.create(
        asset__community=community, shown_at=NOON, file__is_shown=True,
        file__content_type=content_type, file__name="a.x",
    )  # fmt: skip
    response = guest.get(address(version.file, community.client))
    assert response["Content-Disposition"] == f'{disposition}; filename="a.x"'


def test_other_files_are_not_there(community: Community, guest: Browser) -> None:
    client = community.client
    asset = DesignAssetFactory.create(community=community)
    draft = AssetVersionFactory.create(asset=asset, file__is_shown=True).file
    unshown = AssetVersionFactory.create(asset=asset, number=2, shown_at=NOON).file
    evidence = ClientFileFactory.create(client=client, is_shown=True)
    foreign = AssetVersionFactory.create(shown_at=NOON, file__is_shown=True).file
    for file in (draft, unshown, evidence, foreign):
        assert guest.get(address(file, client)).status_code == 404
    assert guest.get(f"/portal/{client.pk}/design/{10**30}/").status_code == 404


@pytest.mark.parametrize("pieces", [1, 3])
def test_design_is_read_in_three_statements(
    community: Community,
    staff: User,
    pieces: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(pieces):
        accepted(community, staff, title=f"Design {number}")
    with reading_as_client(community.client_id), django_assert_num_queries(3):
        shown = read_design(community.client)[community.pk]
        for piece in shown.accepted:
            assert (piece.is_picture, piece.comments, str(piece.version)) == (True, [], "version 1")
