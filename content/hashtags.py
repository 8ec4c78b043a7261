"""Hashtags as networks read them: one space between, each once, with its #."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BETWEEN = re.compile(r"[\s,;]+")
# A tag of VK may name the community after it: #menu@coffee.
TAG = re.compile(r"\w+(@[\w.]+)?")


def normalise_hashtags(text: str) -> str:
    """`coffee, #Menu #coffee` is `#coffee #Menu`. Raises ValidationError with what is wrong."""
    # Written together, they are several all the same.
    words = BETWEEN.split(text.replace("#", " ").strip())
    tags = [word for word in words if word]
    for tag in tags:
        if not TAG.fullmatch(tag) or tag.replace("_", "").isdecimal():
            message = _(
                "“#%(tag)s” is no hashtag: letters, digits and _ only, and at least one letter."
            )
            raise ValidationError(message % {"tag": tag})
    once = {tag.casefold(): tag for tag in reversed(tags)}
    kept = [tag for tag in tags if once.get(tag.casefold()) is tag]
    return " ".join(f"#{tag}" for tag in dict.fromkeys(kept))
