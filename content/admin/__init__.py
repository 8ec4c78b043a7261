"""Staff's door to content."""

from content.admin.native_posts import MonthCloseAdmin, NativePostAdmin
from content.admin.posts import PostAdmin

__all__ = ["MonthCloseAdmin", "NativePostAdmin", "PostAdmin"]
