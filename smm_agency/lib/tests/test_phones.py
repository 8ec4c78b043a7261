import pytest

from smm_agency.lib import phones


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("8 (916) 123-45-67", "+79161234567"),
        ("79161234567", "+79161234567"),
        ("9161234567", "+79161234567"),
        ("+7 916 123 45 67", "+79161234567"),
        ("  +7 916 123 45 67\n", "+79161234567"),
        ("tel:+7-916-123-45-67", "+79161234567"),
        ("７９１６１２３４５６７", "+79161234567"),
        ("＋７９１６１２３４５６７", "+79161234567"),
        ("84951234567", "+74951234567"),
        ("4951234567", "+74951234567"),
        ("8-800-555-35-35", "+78005553535"),
        ("+7 701 123 4567", "+77011234567"),
        ("87011234567", "+77011234567"),
        ("77011234567", "+77011234567"),
        ("810 375 29 123-45-67", "+375291234567"),
        ("88123334455 доб. 12", "+78123334455"),
        ("00375291234567", "+375291234567"),
        ("00 375 29 123-45-67", "+375291234567"),
        ("００375291234567", "+375291234567"),
        ("375291234567", "+375291234567"),
        ("998901234567", "+998901234567"),
        ("12133734253", "+12133734253"),
        ("sip:79161234567@pbx.example", "+79161234567"),
        ("SIP:79161234567@pbx.example:5060", "+79161234567"),
        ("74951234567@pbx.example", "+74951234567"),
    ],
)
def test_normalise_gives_e164(raw: str, expected: str) -> None:
    assert phones.normalise(raw, "RU") == expected


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "   ",
        "anonymous",
        "sip:anonymous@anonymous.invalid",
        "123-45-67",
        "+7(000)000-00-00",
        "8916123456",
        "112",
        "+8 916 123 45 67",
        "79161234567,89161234568",
        "79161234567;89161234568",
        "нет номера",
        "7" * 300,
        "7916123456²",
    ],
)
def test_normalise_gives_none_for_what_is_not_one_valid_number(raw: str | None) -> None:
    assert phones.normalise(raw, "RU") is None


def test_normalise_reads_a_national_number_in_the_clients_region() -> None:
    assert phones.normalise("8 029 123-45-67", "BY") == "+375291234567"
    assert phones.normalise("8 701 123 45 67", "KZ") == "+77011234567"
    assert phones.normalise("(213) 373-4253", "US") == "+12133734253"


@pytest.mark.parametrize("region", ["", "ru", "XX", "Russia"])
def test_normalise_refuses_an_unknown_region(region: str) -> None:
    with pytest.raises(ValueError, match="Unknown phone region"):
        phones.normalise("79161234567", region)


@pytest.mark.parametrize(
    ("raw", "extension"),
    [
        ("88123334455 доб. 12", "12"),
        ("88123334455 #12", "12"),
        ("88123334455;ext=5", "5"),
        ("tel:+78123334455;ext=5", "5"),
        ("00375291234567 доб. 12", "12"),
        ("375291234567 доб. 12", "12"),
        ("88123334455", None),
    ],
)
def test_parse_keeps_the_extension_apart(raw: str, extension: str | None) -> None:
    phone = phones.parse(raw, "RU")
    assert phone is not None
    assert phone.extension == extension


@pytest.mark.parametrize(
    "raw", [None, "", " ", "Anonymous", "PRIVATE", "sip:withheld@pbx.example", "Скрытый номер"]
)
def test_is_hidden_knows_withheld_numbers(raw: str | None) -> None:
    assert phones.is_hidden(raw) is True


@pytest.mark.parametrize("raw", ["112", "79161234567", "нет номера"])
def test_is_hidden_is_false_for_a_number_that_is_merely_wrong(raw: str) -> None:
    assert phones.is_hidden(raw) is False


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+79161231234", "+7 ••• •••-12-34"),
        ("+375291234567", "+375 ••• •••-45-67"),
        ("+12133734253", "+1 ••• •••-42-53"),
    ],
)
def test_mask_leaves_the_country_and_four_digits(e164: str, masked: str) -> None:
    assert phones.mask(e164) == masked


def test_mask_last4_shows_what_is_stored() -> None:
    assert phones.mask_last4("+7", "1234") == "+7 ••• •••-12-34"
    assert phones.mask_last4("375", "4567") == "+375 ••• •••-45-67"
    assert phones.mask_last4("", "0012") == "••• •••-00-12"


def test_mask_refuses_a_raw_number_without_showing_it() -> None:
    with pytest.raises(ValueError, match=r"^Not an E\.164 number\.$"):
        phones.mask("89161234567")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Call back +7 916 123-45-67 at 10", "Call back ••• at 10"),
        ("Call back 234-56-78 today", "Call back ••• today"),
        ("Call back 234\u00a056\u201178 today", "Call back ••• today"),
        ("From 2026-03-11 to 2026-03-25: 1 250 300", "From 2026-03-11 to 2026-03-25: 1 250 300"),
    ],
)
def test_numbers_are_hidden_in_a_text(text: str, shown: str) -> None:
    assert phones.hide_numbers(text, "RU") == shown
