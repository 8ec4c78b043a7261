"""The staff's admin: Unfold's, without what none of its pages shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite


class AgencySite(UnfoldAdminSite):  # type: ignore[misc] # Unfold has no types
    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Made when it is asked for: the sidebar has a list of its own, and asking every model
        for its permissions takes a quarter of a page's time."""
        parent: Any = super()
        return SimpleLazyObject(lambda: parent.get_app_list(request, app_label))
