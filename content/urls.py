"""The addresses of content: in the portal, by signed link, and for the networks."""

from django.urls import URLPattern

# Under /portal/, with `client_id` first.
portal: list[URLPattern] = []
# Under /link/: one-time links outside the portal.
links: list[URLPattern] = []
# Under /hooks/networks/: what networks send.
hooks: list[URLPattern] = []
