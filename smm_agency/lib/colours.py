"""Colours as #rrggbb: how well one is read on another (WCAG 2.1), and one that would do."""

import colorsys
from collections.abc import Sequence

WHITE, BLACK = "#ffffff", "#000000"
# What WCAG asks of text at level AA.
READABLE = 4.5
STEPS = 100


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green, blue 0…255."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_readable(colour: str, grounds: Sequence[str]) -> bool:
    return all(contrast(colour, ground) >= READABLE for ground in grounds)


def readable_like(colour: str, grounds: Sequence[str]) -> str:
    """The nearest colour of the same hue that is read on all of these grounds.

    Darker on light grounds, lighter on dark ones: black or white at the end.
    """
    is_on_light = all(_luminance(ground) > 0.18 for ground in grounds)
    hue, lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in channels(colour)))
    end = 0.0 if is_on_light else 1.0
    for step in range(STEPS + 1):
        tried = _written(hue, lightness + (end - lightness) * step / STEPS, saturation)
        if is_readable(tried, grounds):
            return tried
    return BLACK if is_on_light else WHITE


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on it."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


def _written(hue: float, lightness: float, saturation: float) -> str:
    values = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(value * 255):02x}" for value in values)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
