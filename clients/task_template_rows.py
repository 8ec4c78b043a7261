"""The tasks that an engagement starts with: rows that every installation begins with."""

from typing import Any, NamedTuple

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps


class Row(NamedTuple):
    title_en: str
    title_ru: str
    role: str
    days_after: int
    leads_to: str
    block: str = ""
    side: str = "agency"
    details_en: str = ""
    details_ru: str = ""


# Codes of clients.models: the rows are read before models are.
MANAGER = "account_manager"

USUAL: dict[str, Row] = {
    "kick-off": Row(
        "Hold the kick-off meeting",
        "Провести стартовую встречу",
        MANAGER, 1, "engagement",
        details_en="Who does what, by when, who decides, how to reach each other.",
        details_ru="Кто что делает и к какому сроку, кто решает, как связываться.",
    ),
    "brief": Row(
        "Fill in the brief", "Заполнить бриф", "", 3, "brief", side="client",
        details_en="The client answers; the account manager helps and checks.",
        details_ru="Отвечает клиент; аккаунт-менеджер помогает и проверяет.",
    ),
    "contract": Row(
        "Have the contract signed", "Подписать договор", MANAGER, 3, "contract"
    ),
    "nda": Row(
        "Have the non-disclosure agreement signed",
        "Подписать соглашение о неразглашении",
        MANAGER, 3, "nda",
    ),
    "data-processing": Row(
        "Have the instruction to process personal data signed",
        "Подписать поручение на обработку персональных данных",
        MANAGER, 5, "data_processing",
        details_en="Before calls are imported: they are personal data of the client's customers.",
        details_ru="До загрузки звонков: это персональные данные клиентов заказчика.",
    ),
    "give-accesses": Row(
        "Give the agency access to the communities and ad accounts",
        "Дать агентству доступы к сообществам и рекламным кабинетам",
        "", 5, "accesses", "creation", "client",
    ),
    "accesses": Row(
        "Write the accesses down and try each of them",
        "Записать доступы и проверить каждый",
        MANAGER, 6, "accesses", "creation",
    ),
    "tracking-number": Row(
        "Set up a tracking number for the communities",
        "Завести номер коллтрекинга для сообществ",
        MANAGER, 7, "tracking_number", "promotion",
    ),
    "test-call": Row(
        "Make the first test call", "Сделать первый проверочный звонок",
        MANAGER, 8, "test_call", "promotion",
    ),
    "business-hours": Row(
        "Enter the business hours", "Внести часы работы",
        MANAGER, 5, "business_hours", "management",
        details_en="Reply times are counted by them.",
        details_ru="По ним считается время ответа.",
    ),
    "escalation-phone": Row(
        "Write down whom to ring when something goes wrong",
        "Записать, кому звонить, если что-то случилось",
        MANAGER, 5, "escalation_phone", "management",
        details_en="A person of the client who decides, with a telephone that is answered.",
        details_ru="Человек клиента, который принимает решения, и телефон, на который отвечают.",
    ),
    "baseline": Row(
        "Take the first snapshots of the client's and the competitors' pages",
        "Снять первые замеры страниц клиента и конкурентов",
        "strategist", 7, "baseline", "strategy",
        details_en="What everything later is compared with.",
        details_ru="С ними сравнивается всё, что будет дальше.",
    ),
}  # fmt: skip


def load_task_templates(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: what is missing is made, what staff edited stays."""
    try:
        template = apps.get_model("clients", "TaskTemplate")
    except LookupError:
        return
    for position, (code, row) in enumerate(USUAL.items(), start=1):
        template.objects.get_or_create(
            code=code, defaults={"position": position * 10, **row._asdict()}
        )
