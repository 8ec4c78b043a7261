"""How the columns and the words of a plan are written by people, in Russian and English."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from content.models import Post, PostGoal, TextWork
from strategy.models import ContentSource, PostFormat

TITLE, COMMUNITY, DATE, TIME = "title", "community", "date", "time"
NEEDED = (TITLE, COMMUNITY, DATE)
# Written into the post as they stand; the rest is looked up.
PLAIN = (
    "text", "source_url", "licence", "call_to_action", "link", "utm", "hashtags", "brief",
)  # fmt: skip
# Names by which a column is proposed, in small letters; a person sees it before anything is kept.
COLUMNS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        TITLE: ("topic", "title", "post", "subject", "тема", "тема поста", "заголовок", "название",
                "пост"),
        COMMUNITY: ("community", "communities", "page", "channel", "network", "where", "сообщество",
                    "сообщества", "страница", "канал", "соцсеть", "площадка", "где"),
        DATE: ("date", "day", "date and time", "publish date", "planned for", "дата",
               "дата публикации", "дата и время", "день", "когда"),
        TIME: ("time", "publish time", "время", "время публикации"),
        "text": ("text", "copy", "caption", "body", "текст", "текст поста", "описание"),
        "rubric": ("rubric", "pillar", "content pillar", "category", "рубрика", "категория"),
        "format": ("format", "type", "формат", "тип", "тип поста", "вид"),
        "goal": ("goal", "objective", "цель", "задача"),
        "source": ("source", "content source", "источник", "откуда"),
        "text_work": ("work on the text", "text work", "copywriting", "работа с текстом",
                      "вид текста", "копирайтинг"),
        "source_url": ("source url", "source link", "address of the source", "ссылка на источник",
                       "адрес источника"),
        "licence": ("licence", "license", "rights", "лицензия", "права"),
        "call_to_action": ("call to action", "cta", "призыв", "призыв к действию"),
        "link": ("link", "url", "ссылка", "адрес"),
        "utm": ("utm", "utm tags", "utm-метки", "метки"),
        "hashtags": ("hashtags", "tags", "хештеги", "хэштеги", "теги"),
        "brief": ("brief", "visual", "design", "тз", "бриф", "визуал", "тз дизайнеру"),
    }
)  # fmt: skip
_FORMATS = {
    PostFormat.TEXT: ("text", "post", "текст", "пост"),
    PostFormat.PHOTO: ("photo", "picture", "image", "фото", "картинка", "изображение"),
    PostFormat.CAROUSEL: ("carousel", "album", "карусель", "альбом", "галерея"),
    PostFormat.VIDEO: ("video", "видео", "ролик"),
    PostFormat.CLIP: ("clip", "reel", "reels", "short", "shorts", "клип", "рилс", "шортс"),
    PostFormat.STORY: ("story", "stories", "история", "сторис", "сториз"),
    PostFormat.POLL: ("poll", "опрос", "голосование"),
    PostFormat.LIVE: ("live", "stream", "эфир", "прямой эфир", "трансляция"),
    PostFormat.ARTICLE: ("article", "longread", "статья", "лонгрид"),
}
_SOURCES = {
    ContentSource.OWN: ("own", "agency", "своё", "свое", "агентство", "собственный"),
    ContentSource.CLIENT_MATERIAL: ("client", "client's", "клиент", "от клиента",
                                    "материал клиента", "материалы клиента"),
    ContentSource.USERS: ("users", "ugc", "members", "пользователи", "подписчики", "участники"),
    ContentSource.CURATED: ("internet", "curated", "web", "интернет", "из интернета",
                            "заимствованный", "чужой"),
}  # fmt: skip
_WORKS = {
    TextWork.WRITTEN: ("written", "original", "написан", "написание", "авторский", "копирайтинг"),
    TextWork.FROM_MATERIAL: ("material", "from material", "по материалам", "по материалам клиента",
                             "написание по материалам"),
    TextWork.REWRITE: ("rewrite", "рерайт"),
    TextWork.REPOST: ("repost", "репост"),
}  # fmt: skip
_GOALS = {
    PostGoal.REACH: ("reach", "охват"),
    PostGoal.ENGAGEMENT: ("engagement", "вовлечение", "вовлечённость", "вовлеченность"),
    PostGoal.TRUST: ("trust", "доверие", "репутация"),
    PostGoal.SALE: ("sale", "sales", "продажа", "продажи"),
    PostGoal.CALL: ("call", "calls", "phone call", "звонок", "звонки"),
}
WORDS: Mapping[str, Mapping[Any, Sequence[str]]] = MappingProxyType(
    {"format": _FORMATS, "source": _SOURCES, "text_work": _WORKS, "goal": _GOALS}
)
NETWORKS: Mapping[str, str] = MappingProxyType(
    {
        "vk": "vk", "вк": "vk", "вконтакте": "vk", "vkontakte": "vk",
        "telegram": "telegram", "tg": "telegram", "телеграм": "telegram", "телега": "telegram",
        "тг": "telegram", "ok": "ok", "ок": "ok", "одноклассники": "ok", "odnoklassniki": "ok",
        "instagram": "instagram", "инстаграм": "instagram", "facebook": "facebook",
        "фейсбук": "facebook", "youtube": "youtube", "ютуб": "youtube", "max": "max", "мах": "max",
    }
)  # fmt: skip
_EDGES = re.compile(r"^[\s*:]+|[\s*:]+$")


def plain(text: str) -> str:
    """Small letters, one space between words, without the star of a required column."""
    return " ".join(_EDGES.sub("", text).casefold().split())


def propose_columns(header: Sequence[str]) -> dict[str, str]:
    """Our field → the file's column, by the names people use; the first of several counts."""
    found: dict[str, str] = {}
    for name, words in COLUMNS.items():
        known = {*words, plain(column_title(name))}
        column = next((column for column in header if plain(column) in known), None)
        if column is not None and column not in found.values():
            found[name] = column
    return found


def code_of(name: str, text: str) -> str | None:
    """The code of a word in a column such as the format; None for a word that nobody knows."""
    said = plain(text)
    field = Post._meta.get_field(name)
    for code, label in field.choices or ():  # type: ignore[union-attr] # a plain field
        known = WORDS[name].get(code, ())
        if said in (str(code), plain(str(label))) or said in known:
            return str(code)
    return None


def words_for(name: str) -> str:
    """What may stand in such a column, in the reader's language."""
    choices = Post._meta.get_field(name).choices or ()  # type: ignore[union-attr] # as above
    return ", ".join(str(label) for _code, label in choices)


def column_title(name: str) -> str:
    """As a column is called in the file to download, and in what is said of it."""
    if name == COMMUNITY:
        return _("Community")
    if name == DATE:
        return pgettext("column", "Date")
    if name == TIME:
        return pgettext("column", "Time")
    if name == "licence":
        # The field's own name has a comma in it, by which a CSV would split.
        return _("Licence")
    title = str(Post._meta.get_field(name).verbose_name)  # type: ignore[union-attr] # as above
    return title[:1].upper() + title[1:]
