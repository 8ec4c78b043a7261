"""Collect the texts to translate into the catalogues, with Babel alone: no GNU gettext.

Own texts come first, then those of installed parts (Unfold and others) that do not speak the
language themselves. A text keeps its translation as long as it stands in the source; a new one
comes in empty, and the tests name it until it is translated.
"""

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation.template import templatize

DJANGO = Path(django.__file__).parent
SOURCES = (
    "templates",
    "clients",
    "communities",
    "strategy",
    "content",
    "promotion",
    "kpi",
    "smm_agency",
)
# Installed parts whose own catalogues are absent or have holes.
PARTS = ("unfold", "import_export", "django_celery_beat")
# Texts of Django that we word anew. Its sentences bend the name of a model, which a language with
# genders and cases does not forgive; its short months start with a capital even after a day.
REWORDED = frozenset(
    {
        "Add %s",
        "Change %s",
        "View %s",
        "Select %s",
        "Select %s to change",
        "Select %s to view",
        "Add %(name)s",
        "Add another %(verbose_name)s",
        "Cannot delete %(name)s",
        "Delete selected %(verbose_name_plural)s",
        "Added {name} “{object}”.",
        "Changed {fields} for {name} “{object}”.",
        "Deleted {name} “{object}”.",
        "The {name} “{obj}” was added successfully.",
        "The {name} “{obj}” was added successfully. You may add another {name} below.",
        "The {name} “{obj}” was changed successfully.",
        "The {name} “{obj}” was changed successfully. You may add another {name} below.",
        "The {name} “{obj}” was changed successfully. You may edit it again below.",
        "The %(name)s “%(obj)s” was deleted successfully.",
        "%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?",
        "%(count)s %(name)s was changed successfully.",
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    }
)
KEYWORDS: Mapping[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# How a file is read: the first pattern that fits it decides.
TEMPLATE = f"{__name__}:extract_template"
METHODS = (
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**/test_*.py", "ignore"),
    ("**.py", "python"),
    ("**.html", TEMPLATE),
    ("**.txt", TEMPLATE),
)
LINE_WIDTH = 100


def extract_template(
    fileobj: IO[bytes], keywords: Any, comment_tags: Collection[str], options: Any
) -> Iterator[Any]:
    """The texts of a Django template, as Babel's extractors give them: Babel has none for it."""
    code = templatize(fileobj.read().decode())
    # The tokenizer takes a template's indentation for Python's.
    flat = "\n".join(line.lstrip() for line in code.splitlines())
    yield from extract_python(io.BytesIO(flat.encode()), keywords, comment_tags, options)


def collect_texts(language: str) -> Catalog:
    """Every text that needs a translation into `language`, in the order of the source."""
    texts = Catalog(locale=language)
    for source in SOURCES:
        _merge(texts, texts_of(settings.BASE_DIR / source, name=source))
    spoken = _spoken_by_parts(language)
    for part in PARTS:
        found = texts_of(Path(apps.get_app_config(part).path), name=part)
        known = (*spoken, texts)
        missing = [
            message
            for message in found
            if not any(catalog.get(message.id, message.context) for catalog in known)
        ]
        _merge(texts, missing, comment=f"A text of {part}, which has no translation of it.")
    for room in (DJANGO / "contrib" / "admin", DJANGO / "utils"):
        found = texts_of(room, name=f"django/{room.relative_to(DJANGO).as_posix()}")
        reworded = [message for message in found if key_of(message) in REWORDED]
        _merge(texts, reworded, comment="Worded otherwise than in Django's own translation.")
    return texts


def texts_of(source: Path, *, name: str) -> Catalog:
    """The texts of the Python files and templates below `source`, which is shown as `name`."""
    texts = Catalog()
    found = extract_from_dir(source, METHODS, None, KEYWORDS, ("Translators:",))
    for path, line, message, comments, context in found:
        texts.add(message, None, [(f"{name}/{path}", line)], (), comments, context=context)
    return texts


def _merge(texts: Catalog, more: Iterable[Message], *, comment: str = "") -> None:
    for message in more:
        if message.id:
            message.auto_comments += [comment] if comment else []
            texts[message.id] = message


def key_of(message: Message) -> str:
    """The text that the catalogue is looked up by: the singular where there are two."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _spoken_by_parts(language: str) -> list[Catalog]:
    """The catalogues that Django and the installed parts bring for `language`."""
    homes = [DJANGO / "conf"]
    homes += [Path(config.path) for config in apps.get_app_configs()]
    catalogues = []
    for path in (home / "locale" / language / "LC_MESSAGES" / "django.mo" for home in homes):
        if path.exists():
            with path.open("rb") as file:
                catalogues.append(read_mo(file))
    return catalogues


def update_catalogue(path: Path, texts: Catalog) -> None:
    """Bring the catalogue at `path` up to `texts`; what is no longer in the source leaves it."""
    language = str(texts.locale)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = _empty_catalogue(language)
    # Dates that move with every run would hide what has changed.
    texts.creation_date = catalogue.creation_date
    catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=LINE_WIDTH, ignore_obsolete=True, include_lineno=False)


def _empty_catalogue(language: str) -> Catalog:
    now = datetime.now(tz=UTC)
    return Catalog(
        language,
        header_comment=f"# The texts of the SMM workbench ({language}). New ones: make messages",
        project="SMM workbench",
        version="1",
        msgid_bugs_address="-",
        creation_date=now,
        revision_date=now,
        last_translator="-",
        language_team="-",
        fuzzy=False,
    )


class Command(BaseCommand):
    help = "Collects the texts to translate into locale/<language>/LC_MESSAGES/django.po."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        others = [code for code, _name in settings.LANGUAGES if code != "en"]
        parser.add_argument("languages", nargs="*", default=others)

    def handle(self, *args: object, **options: Any) -> None:
        folder = Path(settings.LOCALE_PATHS[0])
        for language in options["languages"]:
            texts = collect_texts(language)
            path = folder / language / "LC_MESSAGES" / "django.po"
            update_catalogue(path, texts)
            with path.open("rb") as file:
                empty = sum(1 for message in read_po(file) if message.id and not message.string)
            self.stdout.write(f"{path}: {len(texts)} texts, {empty} without a translation")
