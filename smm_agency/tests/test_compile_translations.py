"""Catalogues are compiled without GNU gettext, and broken ones are named."""

import gettext
import os
from pathlib import Path

import pytest

from smm_agency.management.commands.compile_translations import CatalogueError, compile_catalogues

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalogue(folder: Path, body: str) -> Path:
    path = folder / "ru" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + body, encoding="utf-8")
    return path


def test_catalogue_is_compiled_and_read_by_gettext(tmp_path: Path) -> None:
    path = catalogue(tmp_path, 'msgid "client"\nmsgstr "клиент"\n')
    assert compile_catalogues(tmp_path) == [path.with_suffix(".mo")]
    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("client") == "клиент"


def test_catalogue_is_compiled_again_only_when_newer(tmp_path: Path) -> None:
    path = catalogue(tmp_path, 'msgid "client"\nmsgstr "клиент"\n')
    compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == []
    later = path.with_suffix(".mo").stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(later, later))
    assert compile_catalogues(tmp_path) == [path.with_suffix(".mo")]


def test_folder_without_catalogues_is_fine(tmp_path: Path) -> None:
    assert compile_catalogues(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('msgid "client"\nmsgstr "клиент\n', "line 5: a quote is missing"),
        ("msgid client\n", "line 4: a quote is missing"),
        ('msgid "a"\nmsgid "b"\n"c"\nmsgstr "d"\nmsgid_plural "e"\n', "not a catalogue"),
        ('#, python-format\nmsgid "%(n)d calls"\nmsgstr "%(m)d звонков"\n', "line 5"),
    ],
)
def test_broken_catalogue_is_refused_with_its_place(tmp_path: Path, body: str, reason: str) -> None:
    path = catalogue(tmp_path, body)
    with pytest.raises(CatalogueError, match=f"{path}.*{reason}"):
        compile_catalogues(tmp_path)
    assert not path.with_suffix(".mo").exists()
