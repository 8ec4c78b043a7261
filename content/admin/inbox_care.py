"""Of a comment or a message: how long it may wait, and the negative case that it belongs to."""

from typing import Any


class InboxCare:
    """Mixed into the page of the inbox; its buttons and columns are added to the page's own."""

    care_columns: tuple[str, ...] = ()
    care_list_buttons: Any = ()
    care_buttons: Any = ()
