"""Compile the catalogues with Babel: machines without GNU gettext read Russian too."""

import os
import re
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# Babel drops the last character of a line whose quote is missing, without a word.
SOUND_LINE = re.compile(r'(?:#.*|(?:msg\w+(?:\[\d+\])?\s+)?"(?:[^"\\]|\\.)*")?')


class CatalogueError(Exception):
    """A catalogue that cannot be compiled: which file, which line, why."""


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile every `<language>/LC_MESSAGES/*.po` below `folder` that is newer than its .mo.

    Raises:
        CatalogueError: one cannot be read, or a translation's placeholders differ.
    """
    stale = [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(path)]
    return [_compile(path) for path in stale]


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns


def _compile(path: Path) -> Path:
    language = path.parent.parent.name
    try:
        _check_lines(path)
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language, domain=path.stem, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path} is not a catalogue: {error}") from None
    for message, errors in catalogue.check():
        raise CatalogueError(f"{path}, line {message.lineno}: {errors[0]}")
    # Two processes may compile at once: each writes a file of its own, the last rename stays.
    half = path.with_suffix(f".{os.getpid()}.new")
    with half.open("wb") as file:
        write_mo(file, catalogue)
    return half.rename(path.with_suffix(".mo"))


def _check_lines(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not SOUND_LINE.fullmatch(line.strip()):
            raise CatalogueError(f"{path}, line {number}: a quote is missing: {line.strip()[:60]}")


class Command(BaseCommand):
    help = "Compiles the translations that have changed."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        try:
            compiled = [
                path for folder in settings.LOCALE_PATHS for path in compile_catalogues(folder)
            ]
        except CatalogueError as error:
            raise CommandError(str(error)) from None
        for path in compiled:
            self.stdout.write(f"Compiled {path}")
