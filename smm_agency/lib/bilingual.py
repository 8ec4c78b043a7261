"""Reference rows that say a thing in two columns, English and Russian."""

from django.utils.translation import get_language


class Bilingual:
    """Mixed into a model with pairs of columns such as `title_en` and `title_ru`."""

    def in_language(self, field: str) -> str:
        """The column of the reader's language."""
        value: str = getattr(self, f"{field}_{'ru' if get_language() == 'ru' else 'en'}")
        return value
