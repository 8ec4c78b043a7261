"""The SQL of the baselines, from the files beside."""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)


@cache
def read_statements(name: str) -> tuple[str, ...]:
    """The statements of a file, without its comments."""
    text = COMMENT.sub("", (HERE / name).read_text(encoding="utf-8"))
    return tuple(part.strip() for part in text.split(";") if part.strip())
