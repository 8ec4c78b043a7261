"""How large a file may be before it is refused unread."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes; `uncompressed` and `entries` are of an XLSX file's inside."""

    size: int = 64 * 2**20
    rows: int = 500_000
    columns: int = 200
    uncompressed: int = 256 * 2**20
    entries: int = 2_000


def too_large(most_bytes: int) -> str:
    """What is said of a larger file."""
    return _("The file is larger than %(size)s MB. Split it.") % {"size": most_bytes // 2**20}
