"""Staff's door to content."""

from content.admin.posts import PostAdmin

__all__ = ["PostAdmin"]
