"""Nobody reaches another client's page: every address of the portal, walked with other logins."""

import io
import zipfile
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clients.models import Client, PortalAccess, User
from communities.models import ClientFile
from content.models import PostFile
from promotion.models import Campaign
from tests.factories import DAY, DirectorFactory, PortalUserFactory, TeamMemberFactory, UserFactory
from tests.filled_client import INTERNAL, fill_client

pytestmark = pytest.mark.django_db

REFUSED_METHODS = ("post", "put", "patch", "delete", "options", "trace")


def shown_file(client: Client) -> ClientFile:
    """A file of a design that was sent to the client."""
    return ClientFile.objects.get(client=client, asset_versions__shown_at__isnull=False)


def shown_picture(client: Client) -> PostFile:
    return PostFile.objects.get(client=client, post__state="client_review")


def shown_campaign(client: Client) -> Campaign:
    return client.campaigns.filter(state="running").earliest("pk")


# What an address may name, by the name of its part: teach a new one here.
OBJECT_IDS: dict[str, Callable[[Client], int]] = {
    "client_id": lambda client: client.pk,
    "audit_id": lambda client: client.audits.get(is_shown=True).pk,
    "community_id": lambda client: client.communities.earliest("pk").pk,
    "number": lambda client: client.strategy_versions.get(state="approved").number,
    "file_id": lambda client: shown_file(client).pk,
    "post_id": lambda client: client.posts.get(state="client_review").pk,
    "campaign_id": lambda client: shown_campaign(client).pk,
    "assessment_id": lambda client: client.promotion_assessments.get(is_shown=True).pk,
    "report_id": lambda client: client.reports.get(state="sent").pk,
    "paper_id": lambda client: client.papers.get(state="sent").pk,
    "picture_id": lambda client: shown_picture(client).pk,
}


def portal_patterns() -> Iterator[URLPattern]:
    def inside(resolver: URLResolver) -> Iterator[URLPattern]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from inside(entry)
            else:
                yield entry

    resolvers = [entry for entry in get_resolver().url_patterns if isinstance(entry, URLResolver)]
    stack = list(resolvers)
    while stack:
        resolver = stack.pop()
        if resolver.namespace == "portal":
            yield from inside(resolver)
        else:
            stack += [e for e in resolver.url_patterns if isinstance(e, URLResolver)]


def parts_of(pattern: URLPattern) -> list[str]:
    return list(pattern.pattern.converters)


def addresses(*clients: Client) -> set[str]:
    """Every address of the portal, each part of it naming a row of any of these clients."""
    found = set()
    for pattern in portal_patterns():
        parts = parts_of(pattern)
        for owners in product(clients, repeat=len(parts)):
            ids = {part: OBJECT_IDS[part](owner) for part, owner in zip(parts, owners, strict=True)}
            found.add(reverse(f"portal:{pattern.name}", kwargs=ids))
    return found


def addresses_of_clients(*clients: Client) -> set[str]:
    return addresses(*clients) - {reverse("portal:home")}


@pytest.fixture
def mine() -> Client:
    return fill_client("alpha")


@pytest.fixture
def others() -> Client:
    return fill_client("bravo", number=7)


def person_of(client: Client) -> User:
    return PortalAccess.objects.get(client=client).user


def text_of(response: Any) -> str:
    """The page; of a spreadsheet, what is packed into it; of a calendar, its lines whole.

    Of a PDF that is printed on the way, what stands open in it: its title names the client.
    """
    content: bytes = response.content
    if content.startswith(b"PK"):
        packed = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(packed.read(name) for name in packed.namelist())
    is_printed = b"/Type/Page" in content.replace(b" ", b"")
    errors = "replace" if is_printed else "strict"
    return content.replace(b"\r\n ", b"").decode(errors=errors)


def answers(browser: Browser, paths: set[str]) -> dict[str, tuple[int, bool]]:
    """By address: the status, and whether a byte of the other client's came along."""
    found = {}
    for path in sorted(paths):
        response = browser.get(path, {"month": f"{DAY:%Y-%m}"})
        found[path] = (response.status_code, "bravo" in text_of(response))
    return found


def test_walk_knows_the_portal(mine: Client) -> None:
    assert addresses(mine) == {
        "/portal/",
        f"/portal/{mine.pk}/",
        f"/portal/{mine.pk}/audits/",
        f"/portal/{mine.pk}/audits/{mine.audits.get(is_shown=True).pk}/",
        f"/portal/{mine.pk}/audits/{mine.audits.get(is_shown=True).pk}/document/",
        f"/portal/{mine.pk}/calls/",
        f"/portal/{mine.pk}/design/{shown_file(mine).pk}/",
        f"/portal/{mine.pk}/communities/",
        f"/portal/{mine.pk}/communities/{mine.communities.earliest('pk').pk}/",
        f"/portal/{mine.pk}/materials/",
        f"/portal/{mine.pk}/papers/",
        f"/portal/{mine.pk}/papers/{mine.papers.get(state='sent').pk}/file/",
        f"/portal/{mine.pk}/people/",
        f"/portal/{mine.pk}/plan/",
        f"/portal/{mine.pk}/plan/plan.ics",
        f"/portal/{mine.pk}/plan/plan.xlsx",
        f"/portal/{mine.pk}/plan/{mine.posts.get(state='client_review').pk}/",
        f"/portal/{mine.pk}/plan/pictures/{shown_picture(mine).pk}/",
        f"/portal/{mine.pk}/posts/",
        f"/portal/{mine.pk}/promotion/",
        f"/portal/{mine.pk}/promotion/{shown_campaign(mine).pk}/",
        f"/portal/{mine.pk}/promotion/assessments/"
        f"{mine.promotion_assessments.get(is_shown=True).pk}/",
        f"/portal/{mine.pk}/promotion/assessments/"
        f"{mine.promotion_assessments.get(is_shown=True).pk}/document/",
        f"/portal/{mine.pk}/reports/",
        f"/portal/{mine.pk}/reports/{mine.reports.get(state='sent').pk}/",
        f"/portal/{mine.pk}/reports/{mine.reports.get(state='sent').pk}/pdf/",
        f"/portal/{mine.pk}/reports/{mine.reports.get(state='sent').pk}/xlsx/",
        f"/portal/{mine.pk}/reviews/",
        f"/portal/{mine.pk}/strategy/",
        f"/portal/{mine.pk}/strategy/1/",
        f"/portal/{mine.pk}/strategy/1/document/",
    }


def test_own_pages_are_open_and_hold_nothing_of_others(
    client: Browser, mine: Client, others: Client
) -> None:
    client.force_login(person_of(mine))
    paths = addresses_of_clients(mine)
    assert answers(client, paths) == dict.fromkeys(paths, (200, False))


def test_own_pages_hold_nothing_of_the_agencys(client: Browser, mine: Client) -> None:
    client.force_login(person_of(mine))
    for path in addresses_of_clients(mine):
        page = text_of(client.get(path, {"month": f"{DAY:%Y-%m}"}))
        assert "alpha" in page
        assert f"alpha-{INTERNAL}" not in page
        assert "98765" not in page
        assert "+7000" not in page


def test_other_clients_pages_are_not_there(client: Browser, mine: Client, others: Client) -> None:
    client.force_login(person_of(mine))
    paths = addresses_of_clients(mine, others) - addresses_of_clients(mine)
    assert paths
    assert answers(client, paths) == dict.fromkeys(paths, (404, False))


def test_choice_of_clients_names_only_ones_own(
    client: Browser, mine: Client, others: Client
) -> None:
    person = person_of(mine)
    PortalAccess.objects.create(client=fill_client("charlie"), user=person)
    client.force_login(person)
    page = client.get("/portal/").content.decode()
    assert ("alpha client" in page, "charlie client" in page, "bravo" in page) == (
        True,
        True,
        False,
    )


def test_staff_of_another_client_see_nothing(client: Browser, mine: Client, others: Client) -> None:
    member = TeamMemberFactory.create(client=mine).user
    client.force_login(member)
    paths = addresses_of_clients(others)
    assert answers(client, paths) == dict.fromkeys(paths, (404, False))


def test_person_without_a_client_sees_nothing(client: Browser, others: Client) -> None:
    for user in (PortalUserFactory.create(), UserFactory.create()):
        client.force_login(user)
        paths = addresses_of_clients(others)
        assert answers(client, paths) == dict.fromkeys(paths, (404, False))
        assert answers(client, {"/portal/"}) == {"/portal/": (200, False)}


def test_stranger_is_asked_to_sign_in(client: Browser, others: Client) -> None:
    for path in addresses(others):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (
            302,
            f"/account/sign-in/?next={path}",
        )


def test_client_that_does_not_exist_answers_like_one_that_is_not_yours(
    client: Browser, mine: Client
) -> None:
    client.force_login(person_of(mine))
    for number in (mine.pk + 1000, 0, 2**63, 10**30):
        assert client.get(f"/portal/{number}/").status_code == 404


def test_revoked_access_closes_every_page(client: Browser, mine: Client) -> None:
    client.force_login(person_of(mine))
    access = PortalAccess.objects.get(client=mine)
    access.revoked_at = access.granted_at
    access.save()
    paths = addresses_of_clients(mine)
    assert answers(client, paths) == dict.fromkeys(paths, (404, False))


@pytest.mark.parametrize("method", REFUSED_METHODS)
def test_portal_only_reads(mine: Client, method: str) -> None:
    for browser in (Browser(), Browser(enforce_csrf_checks=True)):
        for user in (None, person_of(mine), DirectorFactory.create()):
            if user:
                browser.force_login(user)
            paths = addresses(mine)
            statuses = {path: getattr(browser, method)(path).status_code for path in paths}
            assert statuses == dict.fromkeys(paths, 405)


def test_head_is_answered_like_get(client: Browser, mine: Client) -> None:
    client.force_login(person_of(mine))
    for path in addresses_of_clients(mine):
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_staff_see_what_the_client_sees(client: Browser, mine: Client) -> None:
    query = {"month": f"{DAY:%Y-%m}"}
    client.force_login(person_of(mine))
    theirs = client.get(f"/portal/{mine.pk}/", query).content.decode()
    client.force_login(TeamMemberFactory.create(client=mine).user)
    ours = client.get(f"/portal/{mine.pk}/", query).content.decode()
    bar = "You look at alpha client as the client sees it."
    assert (bar in ours, bar in theirs) == (True, False)
    assert main_part(ours) == main_part(theirs)


def main_part(page: str) -> str:
    """From the client's pages on: below the bar, and without the forms' tokens."""
    return page[page.index("<nav ") : page.index("</main>")]
