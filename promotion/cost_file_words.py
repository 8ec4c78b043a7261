"""What a column of a file of costs may become, and the names by which it is proposed."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from babel.numbers import is_currency
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from promotion.models import AdLevel, CostFileKind, CostKind, FactSlot, Vat
from smm_agency.lib.tabular import CURRENCY_SIGNS

DAY, FIRST, LAST = "day", "first", "last"
ADS, PLACEMENTS, COSTS = CostFileKind.ADS, CostFileKind.PLACEMENTS, CostFileKind.COSTS
MONEY = ("spend", "price", "amount")
COUNTS = (
    "impressions", "reach", "clicks", "joins", "messages", "results", "views", "joined", "left",
)  # fmt: skip
DATES = (DAY, FIRST, LAST)
# From the innermost: what a row of an account's file is told by.
LEVELS = (
    (AdLevel.AD, "ad_id", "ad_name"),
    (AdLevel.GROUP, "group_id", "group_name"),
    (AdLevel.CAMPAIGN, "campaign_id", "campaign_name"),
)
_DAYS = ("day", "date", "день", "дата")
_CLICKS = ("link clicks", "clicks", "clicks (all)", "total clicks", "клики", "переходы")
_MESSAGES = ("messages", "messaging conversations started", "сообщения")
_CURRENCY = ("currency", "валюта")
_CAMPAIGNS = ("campaign name", "campaign", "название кампании", "кампания", "рекламная кампания")
# In small letters, without the currency and the VAT that a header states beside them. A person
# sees what is proposed before anything is stored.
NAMES: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        ADS: {
            DAY: _DAYS,
            FIRST: ("reporting starts", "period start", "начало периода"),
            LAST: ("reporting ends", "period end", "конец периода"),
            "campaign_id": ("campaign id", "id кампании", "№ кампании", "номер кампании"),
            "campaign_name": _CAMPAIGNS,
            "group_id": ("ad set id", "ad group id", "id группы", "№ группы", "номер группы",
                         "id группы объявлений"),
            "group_name": ("ad set name", "ad group", "ad group name", "группа",
                           "название группы", "группа объявлений", "название группы объявлений"),
            "ad_id": ("ad id", "id объявления", "№ объявления", "номер объявления"),
            "ad_name": ("ad name", "ad", "объявление", "название объявления"),
            "spend": ("amount spent", "spend", "spent", "cost", "расход", "расходы", "потрачено",
                      "затраты", "списано"),
            "currency": _CURRENCY,
            "impressions": ("impressions", "shows", "показы"),
            "reach": ("reach", "охват"),
            "clicks": _CLICKS,
            "joins": ("joins", "joinings", "вступления", "подписки"),
            "messages": _MESSAGES,
            "results": ("results", "goals", "результаты", "результат", "цели"),
        },
        PLACEMENTS: {
            "placement": ("placement", "title", "размещение", "посев", "площадка", "название"),
            "link": ("link", "url", "post", "ссылка", "ссылка на пост"),
            "utm_content": ("utm_content", "utm content"),
            "slot": ("after", "slot", "срез", "через"),
            "views": ("views", "просмотры"),
            "clicks": _CLICKS,
            "joined": ("joined", "joins", "вступили", "вступления", "подписались"),
            "left": ("left", "вышли", "отписались"),
            "messages": _MESSAGES,
            "price": ("price", "cost", "цена", "стоимость", "расход"),
            "currency": _CURRENCY,
        },
        COSTS: {
            DAY: _DAYS,
            "kind": ("kind", "type", "вид", "вид расхода", "статья", "тип"),
            "amount": ("amount", "sum", "cost", "сумма", "расход", "стоимость"),
            "currency": _CURRENCY,
            "vat": ("vat", "vat rate", "ндс", "ставка ндс"),
            "campaign": _CAMPAIGNS,
            "document": ("document", "number", "документ", "номер документа", "счёт", "счет",
                         "акт"),
            "note": ("note", "comment", "comments", "примечание", "комментарий", "назначение"),
        },
    }
)  # fmt: skip
TITLES: Mapping[str, str | Promise] = MappingProxyType(
    {
        DAY: _("day"),
        FIRST: _("first day of the period"),
        LAST: _("last day of the period"),
        "campaign_id": _("campaign of the account: id"),
        "campaign_name": _("campaign of the account: name"),
        "group_id": _("group of ads: id"),
        "group_name": _("group of ads: name"),
        "ad_id": _("ad: id"),
        "ad_name": _("ad: name"),
        "spend": _("spent"),
        "currency": _("currency"),
        "impressions": _("impressions"),
        "reach": _("reach"),
        "clicks": _("clicks"),
        "joins": _("joined"),
        "messages": _("messages"),
        "results": _("results by the network"),
        "placement": _("placement: title"),
        "link": _("placement: link of the post"),
        "utm_content": _("placement: utm_content"),
        "slot": _("hours after the publication"),
        "views": _("views"),
        "joined": _("joined"),
        "left": _("left"),
        "price": _("price"),
        "kind": _("kind"),
        "amount": _("amount"),
        "vat": _("VAT rate, %"),
        "campaign": _("campaign"),
        "document": _("document"),
        "note": _("internal note"),
    }
)
SLOTS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("24", "24h", "24 h", "24 hours", "24 ч", "24ч", "24 часа"), "24h"),
        **dict.fromkeys(("48", "48h", "48 h", "48 hours", "48 ч", "48ч", "48 часов"), "48h"),
        **dict.fromkeys(("7d", "7 d", "7 days", "168", "7 дней", "7 дн", "7 сут"), "7d"),
    }
)
COST_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("ads", "ad budget", "реклама", "рекламный бюджет"), CostKind.AD_BUDGET),
        **dict.fromkeys(("fee", "agency fee", "гонорар", "услуги агентства"), CostKind.AGENCY_FEE),
        **dict.fromkeys(("commission", "комиссия", "комиссия агентства"), CostKind.COMMISSION),
        **dict.fromkeys(("levy", "сбор", "маркировка"), CostKind.MARKING_LEVY),
        **dict.fromkeys(("prize", "prizes", "приз", "призы"), CostKind.PRIZE),
        **dict.fromkeys(("production", "производство", "продакшн"), CostKind.PRODUCTION),
        **dict.fromkeys(("other", "прочее", "другое"), CostKind.OTHER),
    }
)
NO_VAT = frozenset({"без ндс", "не облагается", "no vat", "without vat", "нет"})
TOTALS = frozenset({"итого", "всего", "итог", "total", "totals", "grand total", "всего и среднее"})
_TOTAL = re.compile(
    r"(?:итого|(?:всего|итог|totals?|grand total)\s*(?::|[0-9]|(?:с|по|за)\s)|results from [0-9])"
)
_CODE = re.compile(r"[(,\s]\s*(?P<code>[A-Z]{3})\s*\)?$")
_SIGN = re.compile(r"(?:[(,\s]\s*(?P<sign>₽|руб\.?|€|£|₸|\$)|\$)\s*\)?", re.IGNORECASE)
# What stands for a dollar or a peso of a country that is not said.
DOLLAR = "$"
_DOLLARS = frozenset(
    {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "BSD", "BBD", "BZD", "JMD", "TTD", "FJD",
     "LRD", "NAD", "MXN", "ARS", "CLP", "COP", "UYU"}
)  # fmt: skip
_SIGNS = {"₽": "RUB", "руб": "RUB", "€": "EUR", "£": "GBP", "₸": "KZT", DOLLAR: DOLLAR}
_CURRENCY_WORDS = {
    **dict.fromkeys(("рубли", "рубль", "рубля", "рублях"), "RUB"),
    **dict.fromkeys(("евро", "euro", "euros"), "EUR"),
    **dict.fromkeys(("тенге", "tenge"), "KZT"),
    **dict.fromkeys(("доллар", "доллары", "долларов", "долл", "dollar", "dollars"), DOLLAR),
    **dict.fromkeys(("доллар сша", "доллары сша", "us dollar", "us dollars", "us$"), "USD"),
}
_WITHOUT = re.compile(r"(?:без|excl(?:uding|\.)?|without|ex\.?)\s+(?:ндс|vat)", re.IGNORECASE)
_WITH = re.compile(r"(?:с|вкл(?:ючая|\.)?|incl(?:uding|\.)?|with)\s+(?:ндс|vat)", re.IGNORECASE)
_EDGES = re.compile(r"^[\s*:,()]+|[\s*:,()]+$")


def plain(text: str) -> str:
    """Small letters, one space between words."""
    return " ".join(_EDGES.sub("", text).casefold().split())


def is_total(text: str) -> bool:
    """A row's name in small letters: "итого", "всего: 12 кампаний", "results from 12 campaigns"."""
    return text in TOTALS or bool(_TOTAL.match(text))


def plain_header(name: str) -> str:
    """The name of a column without the currency and the VAT that stand beside it."""
    for pattern in (_WITHOUT, _WITH, _CODE, _SIGN):
        name = pattern.sub("", name)
    return plain(name)


def currency_of_header(name: str) -> str:
    """RUB of "Расход, ₽", USD of "Amount Spent (USD)", `DOLLAR` of "Spent, $"; "" of no other."""
    name = _WITH.sub("", _WITHOUT.sub("", name)).rstrip(" ,()") + ")"
    if (match := _CODE.search(name)) and is_currency(match["code"]):
        return match["code"]
    if match := _SIGN.search(name):
        return _SIGNS[(match["sign"] or DOLLAR).casefold().rstrip(".")]
    return ""


def currency_of(text: str) -> str | None:
    """The code that a cell of currencies tells, `DOLLAR` of one of no country; None of no other."""
    said = plain(text).rstrip(".")
    if found := _CURRENCY_WORDS.get(said) or CURRENCY_SIGNS.get(said):
        return found
    if said in CURRENCY_SIGNS:
        return DOLLAR
    return said.upper() if is_currency(said.upper()) else None


def is_same_currency(told: str, own: str) -> bool:
    """Whether sums that a file tells in `told` may be kept in `own`: its code, or its dollars."""
    return told == own or (told == DOLLAR and own in _DOLLARS)


def vat_of_header(name: str) -> str:
    """Whether the header says that its sums hold VAT; "" where it says nothing of it."""
    if _WITHOUT.search(name):
        return Vat.ON_TOP.value
    return Vat.INCLUDED.value if _WITH.search(name) else ""


def slot_of(text: str) -> str | None:
    """A value of `FactSlot`; None for a word that nobody knows."""
    said = plain(text)
    for slot in FactSlot:
        if said in (slot.value, plain(str(slot.label))):
            return slot.value
    return SLOTS.get(said)


def cost_kind_of(text: str) -> str | None:
    """A value of `CostKind`; None for a word that nobody knows."""
    said = plain(text)
    for kind in CostKind:
        if said in (kind.value, plain(str(kind.label))):
            return kind.value
    return COST_WORDS.get(said)
