"""What the clients of the demo told of themselves: it stands where a template leaves brackets.

All invented, as the clients are. What nobody told is left out, line by line.
"""

from collections.abc import Mapping

from django.utils.translation import override

from smm_agency.demo.stage import Stage
from smm_agency.lib.words import as_count, as_share
from strategy.industries.filling import GAPS
from strategy.models import FormulaCode, StrategyVersion
from strategy.placeholders import PLACEHOLDER

GROWTH_SHARE = 0.8
# "к маю 2027"
MONTHS_RU = (
    "январю", "февралю", "марту", "апрелю", "маю", "июню", "июлю", "августу", "сентябрю",
    "октябрю", "ноябрю", "декабрю",
)  # fmt: skip

COMMON_RU = {
    "ссылка на прайс": "закреплённая запись",
    "имена и стаж специалистов": "имена и стаж — в рубрике «Специалист отвечает»",
    "доля ответов вовремя": "90 %",
    "минут до перезвона": "20",
    "отзывов в месяц": "8",
    "кто подбирает": "консультант магазина",
}
COMMON_EN = {
    "link to the prices": "the pinned post",
    "names and experience of the specialists": "names and years stand in “The specialist answers”",
    "share of replies in time": "90 %",
    "minutes to the call back": "20",
}
# By story: what the brief says.
BRIEFS: Mapping[str, Mapping[str, str]] = {
    "clinic": {
        "основные услуги": "лечение, гигиена, детский приём, протезирование",
        "главная услуга": "лечение с первичного осмотра",
        "город и район": "город Примерск, Показной район",
        "минут в пути": "25",
        "средний чек": "6 500 ₽",
        "самая прибыльная услуга": "протезирование",
        "месяцы подъёма": "сентябре и ноябре",
        "месяцы спада": "июле и августе",
        "новых клиентов в неделю": "6",
        "дни и часы, когда есть места": "по будням с 12 до 16",
        "часы приёма звонков": "с 9 до 20",
        "лет на одном месте": "11",
        "доля возвращающихся": "40 %",
    },
    "car-service": {
        "основные услуги": "диагностика, подвеска, тормоза, сезонная замена шин",
        "главная услуга": "ремонт подвески",
        "город и район": "город Примерск, Гаражный проезд и округа",
        "минут в пути": "30",
        "средний чек": "9 000 ₽",
        "самая прибыльная услуга": "сезонная замена шин",
        "месяцы подъёма": "апреле, октябре и ноябре",
        "месяцы спада": "январе и феврале",
        "часы приёма звонков": "с 9 до 21",
        "партнёры рядом": "шинный склад и автомойка в соседнем дворе",
        "лет на одном месте": "8",
        "доля возвращающихся": "50 %",
    },
    "shop": {
        "основные категории": "скатерти, постельное бельё, шторы из льна",
        "товар-локомотив": "скатерть 150 × 220",
        "самая прибыльная категория": "шторы",
        "география доставки": "вся страна",
        "срок доставки": "3–6 дней",
        "средний заказ": "4 800 ₽",
        "доля повторных покупок": "28 % покупателей",
        "месяцы пика": "ноябрь и декабрь",
        "месяцы затишья": "январь и февраль",
        "часы ответов": "с 10 до 19",
        "дней до повторной покупки": "45",
        "предел затрат на заказ": "700 ₽",
        "доля продаж из соцсетей": "35 %",
        "доля возвратов": "4 %",
        "доля вовремя": "96 % посылок",
    },
    "salon": {
        "основные услуги": "стрижки, окрашивание, уход, маникюр",
        "главная услуга": "окрашивание",
        "город и район": "город Примерск, Образцовая улица",
        "минут в пути": "20",
        "средний чек": "3 900 ₽",
        "самая прибыльная услуга": "окрашивание",
        "месяцы подъёма": "декабре и марте",
        "месяцы спада": "январе",
        "новых клиентов в неделю": "10",
        "дни и часы, когда есть места": "по будням с 11 до 16",
        "часы приёма звонков": "с 10 до 20",
        "лет на одном месте": "6",
        "доля возвращающихся": "60 %",
    },
    "cafe": {
        "основные услуги": "завтраки, пироги на заказ, праздники, доставка",
        "главная услуга": "пироги на заказ",
        "город и район": "город Примерск, центр",
        "минут в пути": "20",
        "средний чек": "1 200 ₽",
        "самая прибыльная услуга": "пироги на заказ",
        "месяцы подъёма": "декабре",
        "месяцы спада": "июле",
        "часы приёма звонков": "с 8 до 22",
        "партнёры рядом": "книжный магазин и студия танцев",
        "лет на одном месте": "5",
        "доля возвращающихся": "35 %",
    },
    "paused": {
        "основные услуги": "занятия для детей от трёх лет, подготовка к школе, английский",
        "главная услуга": "подготовка к школе",
        "город и район": "город Примерск, Новый район",
        "минут в пути": "15",
        "средний чек": "5 400 ₽ в месяц",
        "самая прибыльная услуга": "подготовка к школе",
        "месяцы подъёма": "августе и сентябре",
        "месяцы спада": "июне и июле",
        "часы приёма звонков": "с 10 до 19",
        "лет на одном месте": "7",
        "доля возвращающихся": "45 %",
    },
    "leaving": {
        "основные услуги": "ремонт квартир под ключ, санузлы, отделка",
        "главная услуга": "ремонт под ключ",
        "город и район": "город Примерск и пригород",
        "минут в пути": "60",
        "средний чек": "780 000 ₽",
        "самая прибыльная услуга": "ремонт под ключ",
        "месяцы подъёма": "марте и сентябре",
        "месяцы спада": "декабре и январе",
        "часы приёма звонков": "с 9 до 19",
        "лет на одном месте": "9",
        "доля возвращающихся": "30 %",
    },
    "cycles": {
        "main services": "repairs, yearly service, rentals, bicycles",
        "the main service": "the yearly service",
        "town and district": "Sampleton and the greenway",
        "minutes of travel": "30",
        "average bill": "€85",
        "the most profitable service": "the yearly service",
        "busy months": "May to July",
        "quiet months": "December to February",
        "hours when calls are answered": "9 to 18",
        "partners nearby": "the café at the trailhead and the hostel",
        "years in the same place": "14",
        "share of those who return": "40 %",
    },
}


def facts_of(stage: Stage, version: StrategyVersion) -> dict[str, str]:
    """Placeholder → what is known: the brief, the people, the rivals, and the figures agreed."""
    is_english = stage.story.language == "en"
    with override(stage.story.language):
        numbers = _numbers(stage, version)
    people = _people(stage)
    return {
        **(COMMON_EN if is_english else COMMON_RU),
        **BRIEFS.get(stage.story.key, {}),
        **people,
        **_rivals(stage),
        **numbers,
    }


def fill_in(text: str, facts: Mapping[str, str]) -> str:
    """The facts instead of the brackets; a line with something that nobody told is left out."""
    lines = [PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), line)
             for line in text.split("\n")]  # fmt: skip
    kept = "\n".join(line for line in lines if not PLACEHOLDER.search(line))
    return GAPS.sub("\n\n", kept)


def _people(stage: Stage) -> dict[str, str]:
    """Who of the client decides, answers and sends material: the first two contacts."""
    first, second = stage.story.people[0], stage.story.people[-1]
    decides, answers = f"{first.name}", f"{second.name}"
    if stage.story.language == "en":
        return {
            "who decides in a crisis": decides, "who approves": decides,
            "who answers as the specialist": decides, "who gives the material": answers,
            "who answers the calls": answers, "the main segment": "“Need it now”",
        }  # fmt: skip
    return {
        "кто решает в острой ситуации": decides, "кто согласует": decides,
        "кто отвечает как специалист": decides, "кто даёт число заказов": decides,
        "кто даёт материал": answers, "кто отвечает на звонки": answers, "кто отвечает": answers,
        "главный сегмент": "«В подарок»" if stage.story.key == "shop" else "«Нужно сейчас»",
    }  # fmt: skip


def _rivals(stage: Stage) -> dict[str, str]:
    rival = stage.story.rivals[0]
    told = {
        "ru": ("идея у конкурента", "чужая ошибка"),
        "en": ("an idea of a competitor", "a mistake of others"),
    }[stage.story.language]
    words = (_as_part(rival.idea), _as_part(rival.weaknesses))
    return {name: word for name, word in zip(told, words, strict=True) if word}


def _as_part(sentence: str) -> str:
    """A sentence within another one."""
    return f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".")


def agreed_growth(stage: Stage) -> int:
    """A little below what the communities do, as people agree such things."""
    return round(sum(row.page.growth for row in stage.own if row.page.is_measured) * GROWTH_SHARE)


def _numbers(stage: Stage, version: StrategyVersion) -> dict[str, str]:
    story, ends_on = stage.story, version.ends_on
    grown = agreed_growth(stage)
    counted = {each.metric: as_count(each.a_month) for each in story.counted}
    level = as_share(float(story.er[1])) if story.er[0] in FormulaCode.values else ""
    if story.language == "en":
        return {
            "month": f"{ends_on:%B %Y}",
            "calls a month": as_count(story.target),
            "new customers a month": as_count(round(story.target / 2)),
            "growth a month": as_count(grown),
            "level of ER": level,
        }
    return {
        "месяц": f"{MONTHS_RU[ends_on.month - 1]} {ends_on.year}",
        "звонков в месяц": as_count(story.target),
        "заказов в месяц": as_count(story.target),
        "сообщений в месяц": counted.get("messages", ""),
        "новых клиентов в месяц": as_count(round(story.target / 2)),
        "прирост в месяц": as_count(grown),
        "уровень ER": level,
    }
