"""The addresses of promotion in the portal."""

from django.urls import URLPattern

# Under /portal/, with `client_id` first.
portal: list[URLPattern] = []
