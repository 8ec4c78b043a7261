"""A criterion of the set that every installation starts with."""

from typing import NamedTuple

ANY = ("",)
VK, TELEGRAM, OK, YOUTUBE = ("vk",), ("telegram",), ("ok",), ("youtube",)
INSTAGRAM, FACEBOOK = ("instagram",), ("facebook",)
# Pages with sections, a cover and a wall.
PAGES = (*VK, *OK, *FACEBOOK)


class Criterion(NamedTuple):
    """Of each of the networks it becomes a row of its own; "" is any network."""

    code: str
    title_en: str
    title_ru: str
    look_en: str
    look_ru: str
    prefill: str = ""
    networks: tuple[str, ...] = ANY
