"""PDF documents: a Typst template of ours and the data that it lays out.

The data goes in as JSON and is shown as it is: no text of a person is ever read as markup, and no
file outside of the template's folder is read. The same data at the same moment makes the same
bytes.
"""

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_fira_sans
import manimgx_fonts
import typst
from django.conf import settings

TEMPLATES: Path = settings.BASE_DIR / "templates" / "documents"
# The document's own letters, Cyrillic among them; and what stands in where it has none: other
# scripts, emoji.
FONT_FOLDERS = (fontpkg_fira_sans.ROOT / "files", Path(manimgx_fonts.__file__).parent)


@cache
def _fonts() -> typst.Fonts:
    """Read once: never the machine's own, which would make another document on each."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(path) for path in FONT_FOLDERS])


def make_pdf(template: Path, data: Mapping[str, Any], *, at: dt.datetime) -> bytes:
    """The PDF's bytes; `at` is the moment that it says it was made at.

    The template reads the data by `json(bytes(sys.inputs.data))`.
    """
    return typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        timestamp=int(at.timestamp()),
        format="pdf",
    )
