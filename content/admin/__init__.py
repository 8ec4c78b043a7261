"""Staff's door to content."""

from content.admin.native_posts import MonthCloseAdmin, NativePostAdmin
from content.admin.posts import PostAdmin
from content.admin.publications import PublicationAdmin

__all__ = ["MonthCloseAdmin", "NativePostAdmin", "PostAdmin"]
__all__ = ["PostAdmin", "PublicationAdmin"]
from content.admin.terms import ContentTermsAdmin

__all__ = ["ContentTermsAdmin", "PostAdmin"]
