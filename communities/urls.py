"""The portal's addresses of communities; `kpi.urls` takes them in."""

from django.urls import path

from communities.portal import Communities, CommunityPage

portal = [
    path("<int:client_id>/communities/", Communities.as_view(), name="communities"),
    path(
        "<int:client_id>/communities/<int:community_id>/",
        CommunityPage.as_view(),
        name="community",
    ),
]
