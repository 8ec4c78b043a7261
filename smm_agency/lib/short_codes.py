"""Short codes that people read out and type: a letter of the kind, a number, a check character.

Crockford's base 32: no I, L, O and U, and what is mistaken for one of the digits is read as it. The
last character is Luhn's check, mod 32, over all the others, so that one mistyped character, or two
neighbours that changed places, are told from a code.
"""

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISTAKEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BASE = len(DIGITS)


def write_code(letter: str, number: int) -> str:
    """`write_code("T", 1234)` → `T16JS`: the letter, 1234 in base 32, the check character.

    Raises:
        ValueError: no letter of the alphabet, or a number that is not positive.
    """
    if len(letter) != 1 or letter not in DIGITS or letter.isdigit():
        raise ValueError(f"{letter!r} is no letter of the codes.")
    if number < 1:
        raise ValueError(f"{number} is not positive.")
    body = letter + _written(number)
    return body + _check(body)


def read_code(text: str) -> tuple[str, int]:
    """The letter and the number of a code, as it was typed: small letters, spaces, hyphens.

    Raises:
        ValueError: it is no code, or a character of it is wrong.
    """
    code = "".join(text.split()).replace("-", "").upper().translate(_MISTAKEN)
    letter, number, check = code[:1], code[1:-1], code[-1:]
    if not number or not letter.isalpha() or not set(code) <= set(DIGITS):
        raise ValueError(f"{text!r} is no code.")
    if check != _check(letter + number) or number.startswith("0"):
        raise ValueError(f"{text!r} has a wrong character.")
    return letter, _read(number)


def _written(number: int) -> str:
    number, last = divmod(number, _BASE)
    return (_written(number) if number else "") + DIGITS[last]


def _read(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * _BASE + DIGITS.index(digit)
    return number


def _check(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = DIGITS.index(digit) * (2 if place % 2 == 0 else 1)
        total += value // _BASE + value % _BASE
    return DIGITS[-total % _BASE]
