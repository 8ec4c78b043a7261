"""Bodies of `multipart/form-data`: fields as text, of a file what it is."""

import json
import re
from collections.abc import Mapping

from smm_agency.simulator.scenario import Json

_FILE = "file:"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME, _FILE_NAME = re.compile(rb'[; ]name="([^"]*)"'), re.compile(rb'filename="([^"]*)"')
_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


def read_form(body: bytes, content_type: str) -> dict[str, str]:
    """{field: text}; a file's text is read by `file_in`. A body that is no form gives nothing."""
    found = _BOUNDARY.search(content_type)
    if not found:
        return {}
    fields = {}
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        if name := _NAME.search(head):
            is_file = _FILE_NAME.search(head)
            text = _described(content) if is_file else content.decode("utf-8", "replace")
            fields[name[1].decode("utf-8", "replace")] = text
    return fields


def file_in(parameters: Mapping[str, str], name: str) -> Json | None:
    """{"size": bytes, "kind": by its content, "" for a strange one} of an uploaded file."""
    text = parameters.get(name, "")
    if not text.startswith(_FILE):
        return None
    file: Json = json.loads(text.removeprefix(_FILE))
    return file


def _described(content: bytes) -> str:
    kind = next((kind for begin, kind in _BEGINNINGS.items() if content.startswith(begin)), "")
    if content[4:8] == b"ftyp":
        kind = "video/mp4"
    return _FILE + json.dumps({"size": len(content), "kind": kind})
