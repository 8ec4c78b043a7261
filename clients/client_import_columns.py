"""The workbook of clients: its sheets and columns, named in both languages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import get_language

from clients.models import ClientStatus, Package, Performer, Role, Service
from clients.models.service_terms import Party, Period

LANGUAGES = ("en", "ru")
# A choice: its code, then its names in English and in Russian.
Choice = tuple[str, str, str]


def in_both(label: Any) -> tuple[str, str]:
    """A translated label in English and in Russian."""
    names = []
    for language in LANGUAGES:
        with translation.override(language):
            names.append(str(label))
    return names[0], names[1]


def choices_of(kind: Any) -> list[Choice]:
    return [(value, *in_both(label)) for value, label in kind.choices]


# What a pause or an end brings about is done on the client's page alone.
STARTING = (ClientStatus.LEAD, ClientStatus.ONBOARDING, ClientStatus.ACTIVE)


def status_choices() -> list[Choice]:
    return choices_of(ClientStatus)


def start_choices() -> list[Choice]:
    return [choice for choice in status_choices() if choice[0] in STARTING]


def role_choices() -> list[Choice]:
    return choices_of(Role)


def performer_choices() -> list[Choice]:
    return choices_of(Performer)


def period_choices() -> list[Choice]:
    return choices_of(Period)


def party_choices() -> list[Choice]:
    return choices_of(Party)


def language_choices() -> list[Choice]:
    return [("ru", "Russian", "русский"), ("en", "English", "английский")]


def yes_no_choices() -> list[Choice]:
    return [("yes", "yes", "да"), ("no", "no", "нет")]


def service_choices() -> list[Choice]:
    return list(Service.objects.values_list("code", "name_en", "name_ru"))


def package_choices() -> list[Choice]:
    offered = Package.objects.filter(is_offered=True)
    return list(offered.values_list("code", "name_en", "name_ru"))


@dataclass(frozen=True)
class Column:
    """`kind` is how a spreadsheet should hold it: text, date or number."""

    key: str
    en: str
    ru: str
    help_en: str = ""
    help_ru: str = ""
    is_required: bool = False
    choices: Callable[[], list[Choice]] | None = None
    kind: str = "text"
    width: int = 20

    @property
    def title(self) -> str:
        return self.ru if get_language() == "ru" else self.en

    @property
    def help(self) -> str:
        return self.help_ru if get_language() == "ru" else self.help_en

    def names(self) -> set[str]:
        return {self.key, plain(self.en), plain(self.ru)}


@dataclass(frozen=True)
class SheetForm:
    key: str
    en: str
    ru: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        return self.ru if get_language() == "ru" else self.en

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def plain(text: str) -> str:
    """A header as it is compared: small letters, single spaces, no star of what is required."""
    return " ".join(text.replace("*", " ").casefold().split())


CLIENT = Column(
    "client", "Client", "Клиент", "The name as in the sheet Clients, or as in the program.",
    "Название, как на листе «Клиенты» или как в программе.", is_required=True, width=28,
)  # fmt: skip
SHEETS: tuple[SheetForm, ...] = (
    SheetForm("clients", "Clients", "Клиенты", (
        Column("name", "Name", "Название", "Each client once. A client with exactly this name is"
               " changed, another one is made.", "Каждый клиент один раз. Клиент с точно таким"
               " названием изменится, иначе появится новый.", is_required=True, width=28),
        Column("legal_name", "Legal name", "Юридическое название", width=30),
        Column("industry", "Industry", "Отрасль", width=22),
        Column("country", "Country", "Страна", "Two letters such as RU, or the name. Empty: RU.",
               "Две буквы, например RU, или название. Пусто: RU.", width=12),
        Column("time_zone", "Time zone", "Часовой пояс", "Such as Europe/Moscow. Empty:"
               " Europe/Moscow.", "Например Europe/Moscow. Пусто: Europe/Moscow."),
        Column("currency", "Currency", "Валюта", "Three letters such as RUB. Empty: RUB.",
               "Три буквы, например RUB. Пусто: RUB.", width=10),
        Column("language", "Language", "Язык", choices=language_choices, width=12),
        Column("status", "Status", "Статус", "Of a new client; empty: lead. Of a client that is"
               " known it is changed on the client's page.", "Для нового клиента; пусто: лид."
               " У известного клиента меняется на его странице.", choices=start_choices, width=14),
        Column("engagement", "Engagement", "Проект", "Its title, where one begins with the"
               " import.", "Название проекта, если он начинается с импортом.", width=26),
        Column("starts_on", "Engagement from", "Проект с", "2026-11-23 or 23.11.2026.",
               "23.11.2026 или 2026-11-23.", kind="date", width=14),
        Column("ends_on", "Engagement to", "Проект по", "Empty: without an end.",
               "Пусто: без окончания.", kind="date", width=14),
        Column("package", "Package", "Пакет", "A new engagement gets its services and terms;"
               " without one the catalogue is divided as usual.", "Новый проект получит его услуги"
               " и условия; без пакета каталог делится как обычно.", choices=package_choices,
               width=18),
        Column("fee", "Fee per month", "Оплата в месяц", kind="number", width=14),
        Column("ad_budget", "Advertising budget per month", "Рекламный бюджет в месяц",
               kind="number", width=16),
    )),
    SheetForm("contacts", "Contacts", "Контакты", (
        CLIENT,
        Column("name", "Name", "Имя", is_required=True, width=26),
        Column("position", "Position", "Должность", width=22),
        Column("email", "E-mail", "Эл. почта", width=26),
        Column("phone", "Phone", "Телефон", "One number; without + it is read in the client's"
               " country.", "Один номер; без + читается по стране клиента.", width=20),
        Column("is_main", "Main contact", "Основной контакт", "One for each client.",
               "Один у каждого клиента.", choices=yes_no_choices, width=12),
    )),
    SheetForm("team", "Team", "Команда", (
        CLIENT,
        Column("person", "Person", "Сотрудник", "The login or the e-mail of a person of the"
               " agency.", "Логин или эл. почта сотрудника агентства.", is_required=True, width=26),
        Column("role", "Role", "Роль", is_required=True, choices=role_choices, width=22),
        Column("starts_on", "From", "С", "Empty: from today.", "Пусто: с сегодняшнего дня.",
               kind="date", width=14),
        Column("ends_on", "To", "По", "Empty: without an end.", "Пусто: без окончания.",
               kind="date", width=14),
    )),
    SheetForm("services", "Services", "Услуги", (
        CLIENT,
        Column("engagement", "Engagement", "Проект", "May be empty where the client has one only.",
               "Можно не писать, если проект у клиента один.", width=26),
        Column("service", "Service", "Услуга", "Its name or code in the catalogue.",
               "Название или код из каталога.", is_required=True, choices=service_choices,
               width=40),
        Column("performer", "Who does it", "Кто выполняет", is_required=True,
               choices=performer_choices, width=16),
        Column("quantity", "Quantity", "Количество", "Zero or more. Empty: as long as needed.",
               "Ноль или больше. Пусто: сколько потребуется.", kind="number", width=12),
        Column("unit", "Unit", "Единица", "Empty: as in the catalogue.", "Пусто: как в каталоге.",
               width=18),
        Column("period", "Quantity is for", "Количество за", "Empty: as in the catalogue.",
               "Пусто: как в каталоге.", choices=period_choices, width=18),
        Column("price", "Price", "Цена", "Of the whole quantity, in the currency of the"
               " engagement. Only for who may see fees.", "За всё количество, в валюте проекта."
               " Только для тех, кому видна оплата.", kind="number", width=14),
        Column("norm_hours", "Norm, hours", "Норма, часов", "Hours of the team that the whole"
               " quantity takes.", "Часы команды на всё количество.", kind="number", width=12),
        Column("is_extra", "Extra", "Дополнительно", "Beyond the package or the contract.",
               "Сверх пакета или договора.", choices=yes_no_choices, width=14),
        Column("approver", "Who approves", "Кто согласует", choices=party_choices, width=16),
        Column("payer", "Who pays", "Кто платит", choices=party_choices, width=16),
        Column("in_contract", "In the contract", "В договоре", choices=yes_no_choices, width=12),
        Column("note", "Note", "Примечание", width=36),
    )),
)  # fmt: skip
HELP = ("Help", "Справка")
LISTS = ("Lists", "Списки")


def sheet_of(title: str) -> SheetForm | None:
    name = plain(title)
    return next((form for form in SHEETS if name in (plain(form.en), plain(form.ru))), None)


def is_ours(title: str) -> bool:
    """A sheet of the workbook that holds no rows."""
    return plain(title) in {plain(name) for name in (*HELP, *LISTS)}


def sheet_names() -> set[str]:
    return {name.casefold() for form in SHEETS for name in (form.en, form.ru)}


def code_of(text: str, choices: Iterable[Choice]) -> str | None:
    """The code of a choice by its code or its name in either language; None for none or several."""
    wanted = plain(text)
    found = {code for code, *names in choices if wanted in {plain(n) for n in (code, *names)}}
    return found.pop() if len(found) == 1 else None
