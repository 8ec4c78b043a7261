"""The set-up lists that an installation starts with; what directors edited is never overwritten.

Every list ends before the launch: a community is ready when all of its items are settled, and only
a ready one is launched.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from clients.models import Side
from communities.models.checklist import PageCheck

ANY_NETWORK = ""


class Line(NamedTuple):
    """What is to be done, whatever the network; `days` from the start until it is due."""

    days: int
    title_en: str
    title_ru: str
    hint_en: str = ""
    hint_ru: str = ""
    check: str = ""
    side: str = Side.AGENCY


LINES: Mapping[str, Line] = {
    "type": Line(
        1, "Type of the community", "Тип сообщества",
        "Page, group, event or channel: as the strategy wants it.",
        "Публичная страница, группа, мероприятие или канал: как решено в стратегии.",
    ),
    "account": Line(
        1, "Business account", "Бизнес-аккаунт",
        "A professional account, tied to the client's business page.",
        "Профессиональный аккаунт, связанный с бизнес-страницей клиента.",
        side=Side.CLIENT,
    ),
    "name": Line(
        2, "Name", "Название", "With the word people search by.",
        "Со словом, по которому ищут.", PageCheck.TITLE,
    ),
    "short-address": Line(
        2, "Short address", "Короткий адрес", "Readable, the same on all networks.",
        "Читаемый, одинаковый во всех соцсетях.", PageCheck.SHORT_ADDRESS,
    ),
    "category": Line(2, "Category", "Тематика", check=PageCheck.CATEGORY),
    "description": Line(
        3, "Description", "Описание", "What, for whom, why here; the offer in the first lines.",
        "Что, для кого, почему здесь; предложение в первых строках.", PageCheck.DESCRIPTION,
    ),
    "facts": Line(
        3, "Contacts, hours and address given by the client",
        "Контакты, часы работы и адрес от клиента",
        "Confirmed before they are written on the page.",
        "Подтверждены до того, как встанут на страницу.", side=Side.CLIENT,
    ),
    "address": Line(
        4, "Contacts, hours, address", "Контакты, часы работы, адрес",
        "As the client gave them.", "Как их дал клиент.", PageCheck.ADDRESS,
    ),
    "site": Line(
        4, "Link to the site with UTM marks", "Ссылка на сайт с UTM-метками",
        "Else visits from the community are not told from others.",
        "Иначе переходы из сообщества не отличить от прочих.", PageCheck.SITE,
    ),
    "tracking-number": Line(
        4, "Tracking number for calls", "Номер коллтрекинга",
        "The phone of the page is a tracking number: calls are the main indicator.",
        "На странице стоит номер коллтрекинга: звонки — главный показатель.",
        PageCheck.TRACKING_NUMBER,
    ),
    "avatar": Line(
        7, "Avatar", "Аватар", "Readable in a small circle.", "Читается в маленьком круге.",
        PageCheck.AVATAR,
    ),
    "cover": Line(
        7, "Cover for a desktop", "Обложка для компьютера", check=PageCheck.COVER
    ),
    "cover-mobile": Line(7, "Cover for a mobile", "Обложка для телефона"),
    "menu": Line(
        8, "Menu", "Меню", "The three or four things people come for.",
        "Три-четыре вещи, за которыми приходят.",
    ),
    "pinned-post": Line(
        9, "Pinned post", "Закреплённый пост", "Who we are, what to do next, how to call.",
        "Кто мы, что делать дальше, как позвонить.", PageCheck.PINNED_POST,
    ),
    "sections": Line(
        5, "Sections switched on and off", "Разделы включены и выключены",
        "Only those that will be kept alive.", "Только те, что будут вестись.",
    ),
    "products": Line(
        9, "Products or services with prices", "Товары или услуги с ценами",
    ),
    "prices": Line(
        5, "List of products or services with prices", "Список товаров или услуг с ценами",
        "As a table or a file, with the prices of today.",
        "Таблицей или файлом, с сегодняшними ценами.", side=Side.CLIENT,
    ),
    "action-button": Line(
        5, "Button “Call” or “Message”", "Кнопка «Позвонить» или «Написать»",
        "The call goes to the tracking number.", "Звонок идёт на номер коллтрекинга.",
    ),
    "greeting": Line(
        8, "Greeting and answers of the bot", "Приветствие и ответы бота",
        "Messages are open, and somebody is named who answers.",
        "Сообщения открыты, и назначен тот, кто отвечает.", PageCheck.MESSAGES,
    ),
    "rules": Line(
        8, "Rules and stop-words", "Правила и стоп-слова",
        "The filter of words is on.", "Фильтр слов включён.",
    ),
    "comments": Line(
        8, "Comments", "Комментарии", "Open, and moderated by agreed hours.",
        "Открыты и модерируются в согласованные часы.", PageCheck.COMMENTS,
    ),
    "roles": Line(
        2, "Roles: the owner is the client", "Роли: владелец — клиент",
        "The agency gets a role of its own; passwords are never handed over.",
        "Агентство получает свою роль; пароли не передаются.", PageCheck.ADMINS, Side.CLIENT,
    ),
    "metrics": Line(
        5, "Access to the statistics", "Доступ к статистике",
        "A key that reads what is measured daily.", "Ключ, которым читается ежедневный замер.",
    ),
    "pixel": Line(
        8, "Advertising pixel on the site", "Рекламный пиксель на сайте",
        "The code is put there by whoever keeps the site.", "Код ставит тот, кто ведёт сайт.",
        side=Side.CLIENT,
    ),
    "first-posts": Line(
        12, "First 9–12 posts", "Первые 9–12 постов",
        "So that nobody comes to an empty page.", "Чтобы никто не пришёл на пустую страницу.",
    ),
    "invite-base": Line(
        13, "Base to invite", "База для приглашений",
        "Letters, receipts, QR codes, the site: where people are called from.",
        "Рассылка, чеки, QR-коды, сайт: откуда зовём людей.", side=Side.CLIENT,
    ),
    "launch": Line(
        14, "Launch agreed", "Запуск согласован",
        "The day, the announcement, who is on duty.", "День, анонс, кто дежурит.",
    ),
}  # fmt: skip

# What a network words, checks or leaves to others in its own way.
OWN_WORDS: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("telegram", "short-address"): {"title_en": "@name", "title_ru": "@имя"},
    ("telegram", "tracking-number"): {
        "hint_en": "A channel has no phone: the number stands in the description.",
        "hint_ru": "У канала нет телефона: номер стоит в описании.",
        "check": PageCheck.NUMBER_IN_TEXT,
    },
    ("telegram", "pinned-post"): {
        "title_en": "Pinned navigation",
        "title_ru": "Закреплённая навигация",
    },
    ("telegram", "comments"): {
        "title_en": "Linked discussion group",
        "title_ru": "Привязанная группа для комментариев",
    },
    ("youtube", "cover"): {"title_en": "Channel banner", "title_ru": "Шапка канала", "check": ""},
    ("youtube", "tracking-number"): {
        "hint_en": "In the description of the channel and of every video.",
        "hint_ru": "В описании канала и каждого видео.",
        "check": PageCheck.NUMBER_IN_TEXT,
    },
    ("youtube", "first-posts"): {
        "title_en": "First 3–5 videos and shorts",
        "title_ru": "Первые 3–5 видео и Shorts",
    },
    ("youtube", "sections"): {
        "title_en": "Playlists and sections of the main page",
        "title_ru": "Плейлисты и разделы главной",
    },
    ("instagram", "description"): {
        "title_en": "Bio",
        "title_ru": "Шапка профиля",
        "hint_en": "Up to 150 characters.",
        "hint_ru": "До 150 знаков.",
    },
    ("instagram", "tracking-number"): {"check": PageCheck.NUMBER_IN_TEXT},
}

# Lines that one network alone has.
OWN_LINES: Mapping[tuple[str, str], Line] = {
    ("telegram", "invite-links"): Line(
        5, "Invite links, one for each source",
        "Пригласительные ссылки, своя для каждого источника",
        "So that it is known where subscribers come from.",
        "Чтобы знать, откуда приходят подписчики.",
    ),
    ("telegram", "registry"): Line(
        10, "Registration in the registry of large channels",
        "Регистрация в реестре крупных каналов",
        "Over 10,000 subscribers in Russia; else not needed.",
        "При более чем 10 000 подписчиков в РФ; иначе не требуется.", side=Side.CLIENT,
    ),
    ("youtube", "verification"): Line(
        3, "Channel confirmed by phone", "Канал подтверждён по телефону",
        "Else no own previews and no long videos.",
        "Иначе нет своих превью и длинных видео.", side=Side.CLIENT,
    ),
    ("youtube", "trailer"): Line(9, "Trailer of the channel", "Трейлер канала"),
    ("youtube", "preview"): Line(
        7, "Template of the previews", "Шаблон превью", "Readable on a phone.",
        "Читается на телефоне.",
    ),
    ("instagram", "highlights"): Line(
        9, "Story highlights with covers", "Актуальное с обложками"
    ),
    ("instagram", "link-hub"): Line(
        4, "Page of links with UTM marks", "Страница ссылок с UTM-метками", check=PageCheck.SITE
    ),
}  # fmt: skip

LISTS: Mapping[str, str] = {
    "vk": "type name short-address category description facts address site tracking-number roles"
    " metrics sections action-button avatar cover cover-mobile menu prices products greeting rules"
    " comments pixel pinned-post first-posts invite-base launch",
    "ok": "type name short-address category description facts address site tracking-number roles"
    " metrics avatar cover cover-mobile prices products rules comments pixel pinned-post"
    " first-posts invite-base launch",
    "telegram": "name short-address description tracking-number roles metrics invite-links avatar"
    " comments rules pinned-post registry first-posts invite-base launch",
    "youtube": "account name short-address description site tracking-number roles metrics"
    " verification avatar cover preview sections rules comments trailer first-posts invite-base"
    " launch",
    "instagram": "account name short-address category description facts link-hub tracking-number"
    " action-button roles metrics avatar highlights rules comments pixel pinned-post first-posts"
    " invite-base launch",
    "facebook": "type name short-address category description facts address site tracking-number"
    " action-button roles metrics avatar cover cover-mobile greeting rules comments pixel"
    " pinned-post first-posts invite-base launch",
    ANY_NETWORK: "type name short-address description facts site tracking-number roles metrics"
    " avatar cover rules pinned-post first-posts invite-base launch",
}


def template_rows() -> Iterator[dict[str, object]]:
    for network, codes in LISTS.items():
        for place, code in enumerate(codes.split(), start=1):
            yield template_row(network, code, place * 10)


def template_row(network: str, code: str, position: int) -> dict[str, object]:
    line = OWN_LINES.get((network, code)) or LINES[code]
    words = line._asdict() | dict(OWN_WORDS.get((network, code), {}))
    check = words.pop("check")
    key = {"network": network, "code": code, "position": position, "check_code": str(check)}
    return {**words, "side": str(words["side"]), **key}


def load_checklists(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver; a line that is there stays as it was edited."""
    try:
        template: Any = apps.get_model("communities", "ChecklistTemplateItem")
    except LookupError:
        return
    known = set(template.objects.values_list("network", "code"))
    template.objects.bulk_create(
        template(**row) for row in template_rows() if (row["network"], row["code"]) not in known
    )
