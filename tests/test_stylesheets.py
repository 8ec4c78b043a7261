"""Stylesheets are whole: a browser says nothing of a rule that is never closed."""

import re
from pathlib import Path

import pytest
from django.conf import settings

FILES = sorted((settings.BASE_DIR / "static").rglob("*.css"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_rule_is_closed(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    depths, depth = [], 0
    for letter in text:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        depths.append(depth)
    # A rule stands in a stylesheet, or in a media query of it; never deeper, never outside.
    assert (min(depths), max(depths), depth) == (0, max(depths), 0)
    assert max(depths) <= 2
