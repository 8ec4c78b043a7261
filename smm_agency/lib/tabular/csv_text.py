"""The text of a CSV file: which encoding it is in, and never a silent guess."""

import codecs
import re

from django.utils.translation import gettext as _

from smm_agency.lib.tabular.errors import TableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CYRILLIC = "А-Яа-яЁёЄєІіЇїҐґЎў"
_CYRILLIC_RUN = re.compile(f"[{_CYRILLIC}]+")
# Latin beside Cyrillic, or a capital after a small letter: another code page read as this one.
_TWISTED_RUN = re.compile(f"[A-Za-z][{_CYRILLIC}]|[{_CYRILLIC}][A-Za-z]|[а-яё][А-ЯЁ]")
_STRANGE = re.compile(f"[^\x00-\x7f{_CYRILLIC}«»„“”‘’–—…№§©®°±·•€™\u00a0]")


def decode(data: bytes, encoding: str | None) -> tuple[str, list[str]]:
    """The file's text without its BOM, and notes about what was concluded.

    A stated encoding is obeyed. Otherwise a BOM decides, then UTF-8; Windows-1251 is taken only
    where UTF-8 fails and the text reads as Cyrillic, and a note says so. Raises TableError.
    """
    notes = []
    if encoding is None:
        encoding = _encoding_by_bom(data) or "utf-8"
        if encoding == "utf-8" and not _is_utf8(data):
            encoding = "cp1251"
            _refuse_unless_cyrillic(data)
            notes.append(_("The file is not UTF-8; it was read as Windows-1251."))
    text = _decode_strictly(data, encoding).removeprefix("\ufeff")
    _refuse_nul(text)
    return text, notes


def _encoding_by_bom(data: bytes) -> str | None:
    return next((name for bom, name in _BOMS if data.startswith(bom)), None)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        message = _("Unknown encoding: %(encoding)s.") % {"encoding": encoding}
        raise TableError(None, None, message) from None
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        message = _("The file is not in the encoding %(encoding)s.") % {"encoding": encoding}
        raise TableError(row, None, message) from None


def _refuse_nul(text: str) -> None:
    position = text.find("\x00")
    if position >= 0:
        raise TableError(
            text.count("\n", 0, position) + 1,
            None,
            _(
                "NUL characters: the file is binary, or UTF-16 without its mark. "
                "Save it as CSV in UTF-8."
            ),
        )


def _refuse_unless_cyrillic(data: bytes) -> None:
    text = data.decode("cp1251", errors="replace")
    if _CONTROL.search(text):
        raise TableError(None, None, _("The file is not text. Save it as CSV in UTF-8."))
    runs = len(_CYRILLIC_RUN.findall(text))
    strange = len(_STRANGE.findall(text)) + len(_TWISTED_RUN.findall(text))
    if strange * 5 >= runs:
        raise TableError(
            None,
            None,
            _(
                "The encoding is not clear: neither UTF-8 nor readable Windows-1251. "
                "State the encoding, or save the file in UTF-8."
            ),
        )
