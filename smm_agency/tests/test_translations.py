"""Russian: every text of the source and of the installed parts is translated, and soundly."""

import re
import shutil
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings as project
from django.test import Client as Browser
from django.utils import translation
from django.utils.translation import gettext as _
from pytest_django import Settings

from smm_agency.management.commands.compile_translations import compile_catalogues
from smm_agency.management.commands.extract_messages import collect_texts, texts_of
from tests.factories import DirectorFactory

CATALOGUE = project.BASE_DIR / "locale" / "ru" / "LC_MESSAGES" / "django.po"
OUR_APPS = ("clients", "communities", "strategy", "content", "promotion", "kpi")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
PERCENT_PLACE = re.compile(r"%(?:\(\w+\))?[sd%]")
# Names and formulas that are the same in both languages, and formats of days.
SAME_IN_BOTH = {
    *("Telegram", "YouTube", "Instagram", "Facebook", "MAX", "TikTok", "X", "KPI", "PDF", "ER"),
    *("j M", "j M, H:i"),
    *("Rutube", "WhatsApp", "“%(text)s”", "“%(title)s”", "“%(text)s” (%(letters)s)"),
    *("no. %(number)d, %(day)s", "%(kind)s no. %(number)d  ·  %(day)s"),
    "%(problem)s (%(count)d): %(names)s.",
    *("%(moment)s (%(zone)s)", "v%(number)s (%(days)s)", "“%(post)s”: %(why)s"),
    *("%(category)s?", "%(reason)s (%(posts)s)", "en, ru…"),
    "%(title)s: %(value)s, %(period)s.",
    *("PDF: %(title)s", "KPI: %(month)s", "%(count)s %(unit)s"),
    "%(number)s %%",
    *("ERR24, %", "ROMI", "client_id %(app)s · %(whose)s"),
    "“%(text)s” %(reason)s.",
    "%(class_name)s %(instance)s",
    *("%(sum)s (%(rate)s %%)", "No. %(number)s", "“%(item)s”: %(state)s.", "%(block)s: %(state)s."),
    "%(title)s = %(numerator)s ÷ %(denominator)s",
    "%(numerator)s ÷ %(denominator)s (%(over)s)",
    "%(numerator)s (%(parts)s) ÷ %(denominator)s (%(over)s)",
}


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return collect_texts("ru")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ru")


@pytest.fixture
def russian(settings: Settings, tmp_path: Path) -> None:
    """The catalogue of the source, compiled here: an older .mo beside it does not matter."""
    copy = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    shutil.copy(CATALOGUE, copy)
    compile_catalogues(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


def messages_of(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def keys_of(catalogue: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, ids_of(message)) for message in messages_of(catalogue)}


def ids_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def places_in(text: str) -> list[str]:
    """What is filled in: `%(name)s` and `{name}`, sorted."""
    braces = [f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None]
    return sorted(PERCENT_PLACE.findall(text) + braces)


def shown(message: Message, text: str) -> str:
    """The text in the language that is on, whatever catalogue it comes from."""
    if message.context:
        return translation.pgettext(message.context, text)
    return translation.ngettext(text, text, 1) if message.pluralizable else _(text)


def test_every_text_of_the_source_is_in_the_catalogue(texts: Catalog, catalogue: Catalog) -> None:
    assert keys_of(texts) - keys_of(catalogue) == set(), "run `make messages` and translate"


def test_catalogue_has_no_text_that_left_the_source(texts: Catalog, catalogue: Catalog) -> None:
    assert keys_of(catalogue) - keys_of(texts) == set(), "run `make messages`"
    assert list(catalogue.obsolete) == []


def test_every_text_is_translated_in_all_its_forms(catalogue: Catalog) -> None:
    assert catalogue.num_plurals == 3
    empty = [
        message.id
        for message in messages_of(catalogue)
        if not all(strings_of(message))
        or len(strings_of(message)) != (3 if message.pluralizable else 1)
    ]
    assert empty == []


def test_no_translation_is_a_guess(catalogue: Catalog) -> None:
    assert [message.id for message in messages_of(catalogue) if message.fuzzy] == []


def test_every_translation_fills_in_what_its_text_does(catalogue: Catalog) -> None:
    different = [
        (message.id, string)
        for message in messages_of(catalogue)
        for string in strings_of(message)
        if places_in(string) != places_in(ids_of(message)[-1])
    ]
    assert different == []


def test_every_translation_is_russian(catalogue: Catalog) -> None:
    foreign = [
        message.id
        for message in messages_of(catalogue)
        for string in strings_of(message)
        if not CYRILLIC.search(string) and message.id not in SAME_IN_BOTH
    ]
    assert foreign == []


def test_russian_quotes_are_russian(catalogue: Catalog) -> None:
    wrong = [
        string
        for message in messages_of(catalogue)
        for string in strings_of(message)
        if set(string) & set("“”„‘’") or string.count("«") != string.count("»")
    ]
    assert wrong == []


def test_every_text_of_unfold_is_russian_on_screen(russian: None) -> None:
    unfold = texts_of(Path(apps.get_app_config("unfold").path), name="unfold")
    with translation.override("ru"):
        english = [
            text
            for message in messages_of(unfold)
            for text in ids_of(message)[:1]
            if shown(message, text) == text and text not in SAME_IN_BOTH
        ]
    assert english == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 задача выполнена."), (2, "2 задачи выполнены."), (11, "11 задач выполнено.")],
)
def test_number_chooses_the_form(russian: None, number: int, words: str) -> None:
    one, many = "%(count)d task is done.", "%(count)d tasks are done."
    with translation.override("ru"):
        assert translation.ngettext(one, many, number) % {"count": number} == words


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("clients.Engagement", "проект"),
        ("clients.Service", "услуга"),
        ("clients.TrackingNumber", "номер коллтрекинга"),
        ("communities.Profile", "страница"),
        ("communities.Community", "сообщество"),
        ("strategy.KpiTarget", "план по KPI"),
        ("promotion.Campaign", "рекламная кампания"),
        ("kpi.CallTally", "сводка звонков"),
        ("kpi.ProfileSnapshot", "замер страницы"),
        ("kpi.Evaluation", "оценка"),
        ("kpi.Flag", "сигнал"),
        ("kpi.Decision", "решение"),
    ],
)
def test_model_has_the_word_of_the_trade(russian: None, model: str, name: str) -> None:
    with translation.override("ru"):
        assert str(apps.get_model(model)._meta.verbose_name) == name


@pytest.mark.django_db
def test_sign_in_speaks_russian(russian: None, client: Browser) -> None:
    page = client.get("/account/sign-in/", headers={"accept-language": "ru"}).content.decode()
    assert '<html lang="ru"' in page
    assert "Забыли пароль?" in page
    assert "Forgot the password?" not in page


@pytest.mark.django_db
def test_start_page_of_the_admin_speaks_russian(russian: None, client: Browser) -> None:
    client.force_login(DirectorFactory.create(language="ru"))
    page = client.get("/admin/").content.decode()
    assert '<html lang="ru"' in page
    assert "Открытые сигналы" in page
    assert "Open flags" not in page
