"""The rules of suggestion that are there from the first start; staff edit them as they like."""

from typing import Any, NamedTuple

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps


class Rule(NamedTuple):
    category: str
    language: str
    order: int
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    pattern: str = ""


_NOT_RU, _NOT_EN = ("не", "ни", "нет"), ("not", "no", "never", "isn't", "don't")

# What is worst is asked first: a crisis beside a "thank you" is a crisis.
RULES: dict[str, Rule] = {
    "crisis-ru": Rule("crisis", "ru", 10, (
        "отравил*", "в больниц*", "скор* помощ*", "роспотребнадзор*", "прокуратур*", "в суд",
        "подам в суд", "полици*", "журналист*", "пострадал*", "утечк* данн*", "загорел*",
    ), _NOT_RU),
    "crisis-en": Rule("crisis", "en", 10, (
        "poison*", "hospital*", "ambulance", "lawyer*", "sue you", "lawsuit", "police",
        "journalist*", "injured", "data leak", "caught fire",
    ), _NOT_EN),
    "spam-ru": Rule("spam", "ru", 20, (
        "заработок на дому", "подпишись на", "подпишитесь на мой", "казино", "ставки на спорт",
        "займ* без отказа", "взаимная подписка", "инвестируй*", "доход от", "пиши в лс",
    )),
    "spam-en": Rule("spam", "en", 20, (
        "crypto", "casino", "earn from home", "follow me", "dm me to", "free followers",
        "investment plan", "onlyfans",
    )),
    "spam-links": Rule("spam", "", 21, pattern=(
        r"(?:https?://\S{1,200}\s{1,5}){2,5}|(?:t\.me/\+|wa\.me/|bit\.ly/)\S{1,80}"
    )),
    "insult-ru": Rule("insult", "ru", 30, (
        "идиот*", "дебил*", "урод*", "мудак*", "сволоч*", "твари", "подонк*", "сдохните",
    ), _NOT_RU),
    "insult-en": Rule("insult", "en", 30, (
        "idiot*", "moron*", "scum", "bastard*", "stupid people", "drop dead",
    ), _NOT_EN),
    "emotional-ru": Rule("emotional", "ru", 40, (
        "ужас*", "кошмар*", "отврат*", "позор*", "возмут*", "хамств*", "хамят", "обман*",
        "мошенник*", "развод*", "никогда больше", "худш*", "верните деньги",
    ), _NOT_RU),
    "emotional-en": Rule("emotional", "en", 40, (
        "terrible", "awful", "disgust*", "scam*", "shame on", "worst", "never again", "rude",
        "give my money back",
    ), _NOT_EN),
    "constructive-ru": Rule("constructive", "ru", 50, (
        "не работает", "привезли не то", "не то что", "не пришел", "не пришла",
        "не привезли", "не дозвон*", "не отвеча*",
        "опоздал*", "задерж*", "бракован*", "сломал*", "испорчен*", "не понравил*", "жалоб*",
        "недовол*", "долго жд*", "ошиблись", "перепутали", "разочаров*",
    )),
    "constructive-en": Rule("constructive", "en", 50, (
        "doesn't work", "does not work", "not working", "broken", "late again", "was late",
        "nobody answers", "complain*", "disappoint*", "wrong order", "didn't arrive", "refund",
    )),
    "question-ru": Rule("question", "ru", 60, (
        "сколько стоит", "какая цена", "цена", "почем", "как заказать", "как записаться",
        "можно записаться", "есть ли", "есть в наличии", "где находит*", "до скольки",
        "во сколько", "подскажите", "какой адрес", "доставк*", "как связаться",
    )),
    "question-en": Rule("question", "en", 60, (
        "how much", "price", "how do i", "how can i", "do you have", "is there", "where are you",
        "opening hours", "what time", "can i book", "delivery", "could you tell",
    )),
    "thanks-ru": Rule("thanks", "ru", 70, (
        "спасибо*", "благодар*", "супер", "отлично", "класс", "люблю вас", "молодцы",
        "рекомендую", "понравил*", "вкусно", "лучшие",
    ), ("не", "ни", "мало", "зря")),
    "thanks-en": Rule("thanks", "en", 70, (
        "thank*", "great", "love it", "love you", "awesome", "recommend", "the best", "delicious",
        "well done",
    ), ("not", "no", "never", "wasn't", "isn't", "don't", "wouldn't")),
    "question-mark": Rule("question", "", 80, pattern=r"\?\s*$"),
}  # fmt: skip


def load_rules(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: what staff changed or switched off stays as they left it."""
    try:
        model: Any = apps.get_model("content", "SuggestionRule")
    except LookupError:
        return
    for code, rule in RULES.items():
        model.objects.get_or_create(
            code=code,
            defaults={
                "category": rule.category,
                "language": rule.language,
                "order": rule.order,
                "words": list(rule.words),
                "unless": list(rule.unless),
                "pattern": rule.pattern,
            },
        )
