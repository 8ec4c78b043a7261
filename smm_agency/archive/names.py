"""Names of files in an archive: safe on every system, each once, never a way out of the folder."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 100
# What Windows refuses, and what would lead to another folder.
_REFUSED = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """Letters of any script stay; "" becomes "file"; the ending of a long name is kept."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    text = " ".join(_REFUSED.sub("_", text).split()).strip(". ")
    if _RESERVED.match(text):
        text = f"_{text}"
    if len(text) > LONGEST:
        ending = PurePosixPath(text).suffix[:12]
        text = text[: LONGEST - len(ending)].rstrip(". ") + ending
    return text or "file"


class Names:
    """Gives each path once: the second one gets " (2)". Case is no difference on Windows."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def free(self, folder: str, name: str) -> str:
        path = PurePosixPath(name)
        number, found = 1, f"{folder}/{name}"
        while found.casefold() in self.taken:
            number += 1
            found = f"{folder}/{path.stem} ({number}){path.suffix}"
        self.taken.add(found.casefold())
        return found
