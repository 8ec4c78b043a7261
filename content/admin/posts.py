"""Posts: what is written, for which communities, and how far it has come."""

from django.contrib import admin

from clients.admin.scoped import ClientFilter, ScopedAdmin
from content.admin.post_steps import PostSteps
from content.models import Post


@admin.register(Post)
class PostAdmin(PostSteps, ScopedAdmin):
    list_display = ("title", "client", "rubric", "state", "author", "due_on")
    list_filter = (ClientFilter, "state")
    list_select_related = ("client", "rubric", "author")
    search_fields = ("title", "text")
    readonly_fields = ("state", "state_since", "rounds")
