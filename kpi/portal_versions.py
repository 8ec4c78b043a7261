"""The portal's pages of the strategy: the version in force in full, earlier ones, their papers."""

from typing import Any, NamedTuple

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse

from clients.models import Client
from clients.portal import PortalView
from kpi.portal import PeriodView
from kpi.strategy_sections.changes import change_blocks
from kpi.strategy_sections.order import sections_of
from smm_agency.lib.document_blocks import Block, Section
from smm_agency.lib.file_response import saved_file
from strategy.changes import changes_between
from strategy.contents import VERSION_COLUMNS, read_contents
from strategy.models import StrategyVersion, VersionDocument, VersionState
from strategy.models.version import FROZEN_STATES


class ShownVersion(NamedTuple):
    """A version in full; `changes` against the one before, None where it is the first."""

    version: StrategyVersion
    sections: list[Section]
    previous: StrategyVersion | None
    changes: list[Block] | None


def seen_by_client(path: str = "") -> Q:
    """Approved and superseded versions, and one that the client is asked to approve."""
    is_asked = Q(**{f"{path}state": VersionState.ON_APPROVAL, f"{path}checked_at__isnull": False})
    return Q(**{f"{path}state__in": FROZEN_STATES}) | is_asked


def seen_versions(client: Client) -> list[StrategyVersion]:
    """The newest first. What is still being worked on is not among them."""
    rows = StrategyVersion.objects.filter(seen_by_client(), client=client)
    found = list(rows.only(*VERSION_COLUMNS).order_by("-number"))
    for version in found:
        version.client = client
    return found


def numbers_with_paper(client: Client) -> set[int]:
    papers = VersionDocument.objects.filter(client=client, kind=VersionDocument.Kind.PRINTED)
    return set(papers.values_list("version__number", flat=True))


def read_version(
    version: StrategyVersion | None, versions: list[StrategyVersion]
) -> ShownVersion | None:
    """`versions` are all that may be seen, the one before among them."""
    if version is None:
        return None
    previous = next((row for row in versions if row.pk == version.previous_id), None)
    changes = change_blocks(changes_between(previous, version)) if previous else None
    return ShownVersion(version, sections_of(read_contents(version)), previous, changes)


class StrategyPage(PeriodView):
    """The version that ruled on the period's last day, and the list of all."""

    template_name = "portal/strategy.html"
    section = "strategy"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        versions = seen_versions(self.client)
        return context | {
            "shown": read_version(self.chosen(versions), versions),
            "versions": versions,
            "with_paper": numbers_with_paper(self.client),
        }

    def chosen(self, versions: list[StrategyVersion]) -> StrategyVersion | None:
        day = self.period.until
        ruling = (row for row in versions if row.state in FROZEN_STATES)
        return next((row for row in ruling if row.starts_on <= day <= row.ends_on), None)


class VersionPage(StrategyPage):
    """One version by its number, whenever it ruled."""

    template_name = "portal/strategy_version.html"

    def chosen(self, versions: list[StrategyVersion]) -> StrategyVersion:
        found = next((row for row in versions if row.number == self.kwargs["number"]), None)
        if found is None:
            raise Http404
        return found


class VersionPaper(PortalView):
    """The strategy as it was sent; a file, and the same one each time."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        papers = VersionDocument.objects.filter(
            seen_by_client("version__"),
            client=self.client,
            kind=VersionDocument.Kind.PRINTED,
            version__number=kwargs["number"],
        )
        paper = papers.values("file_name", "content_type", "content").first()
        if paper is None:
            raise Http404
        return saved_file(bytes(paper["content"]), paper["file_name"], paper["content_type"])
