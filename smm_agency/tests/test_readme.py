"""The README names every setting, and no setting that is not there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READ = re.compile(r"\b(?:env\.\w+|required)\(\s*\"([A-Z_]+)\"")
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


def test_readme_table_names_exactly_the_settings_that_are_read() -> None:
    read = set(READ.findall((ROOT / "smm_agency" / "settings.py").read_text(encoding="utf-8")))
    told = set(ROW.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert told == read


def test_readme_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []
