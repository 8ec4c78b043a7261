"""Texts come out of templates and Python, and a catalogue keeps what people translated."""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from smm_agency.management.commands.extract_messages import (
    KEYWORDS,
    extract_template,
    texts_of,
    update_catalogue,
)


def texts_in(template: str) -> list[tuple[str, object]]:
    found = extract_template(io.BytesIO(template.encode()), KEYWORDS, (), {})
    return [(name, messages) for _line, name, messages, _comments in found]


def source(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def russian(path: Path, *texts: str) -> list[tuple[object, object]]:
    """Brings the catalogue up to `texts`; what it then holds, in its order."""
    wanted = Catalog(locale="ru")
    for text in texts:
        wanted.add(text)
    update_catalogue(path, wanted)
    with path.open("rb") as file:
        return [(message.id, message.string) for message in read_po(file) if message.id]


def test_template_gives_its_texts_whatever_its_indentation() -> None:
    template = '<ul>\n      <li>{% translate "One" %}\n   <b>{{ _("Two") }}</b>\n  <p>don\'t</p>'
    assert texts_in(template) == [("gettext", "One"), ("_", "Two")]


def test_trimmed_block_is_one_line_with_named_places() -> None:
    block = (
        "{% blocktranslate trimmed with n=c.name %}\n  Of {{ n }}\n  only\n{% endblocktranslate %}"
    )
    assert texts_in(block) == [("gettext", "Of %(n)s only")]


def test_block_with_plural_gives_both_forms() -> None:
    block = (
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    assert texts_in(block) == [("ngettext", ("%(n)s day", "%(n)s days", None))]


def test_folder_gives_python_and_templates_but_no_tests(tmp_path: Path) -> None:
    call = 'pgettext_lazy("task", "open")\nngettext("a call", "calls", 2)\n'
    files = {
        "models.py": call,
        "tests/test_models.py": 'gettext("of a test")\n',
        "templates/kpi/_card.html": '{% translate "card" %}',
    }
    found = texts_of(source(tmp_path, files), name="kpi")
    assert {(message.context, message.id) for message in found if message.id} == {
        ("task", "open"),
        (None, ("a call", "calls")),
        (None, "card"),
    }
    assert found["card"].locations == [("kpi/templates/kpi/_card.html", 1)]


def test_catalogue_keeps_translations_and_loses_texts_that_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    assert russian(path, "client", "call") == [("client", ""), ("call", "")]
    po = path.read_text(encoding="utf-8")
    path.write_text(po.replace('"client"\nmsgstr ""', '"client"\nmsgstr "клиент"'), "utf-8")
    assert russian(path, "clients", "client") == [("clients", ""), ("client", "клиент")]


def test_catalogue_without_news_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    russian(path, "client")
    before = path.read_bytes()
    russian(path, "client")
    assert path.read_bytes() == before
