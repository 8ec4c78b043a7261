"""What the law of a country asks of advertising, by the day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from clients.marking import (
    Advertising,
    change_marking,
    levy_of,
    mark_line,
    refusals,
    rule_for,
    rule_of,
)
from clients.marking_reference import load_marking_rules
from clients.models import MarkingRule
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db

BEFORE = dt.date(2025, 8, 31)
SINCE = dt.date(2025, 9, 1)


def lacks(advertising: Advertising, *, on: dt.date = SINCE, country: str = "RU") -> list[str]:
    return [each.lacks for each in refusals(rule_of(country, on=on), advertising)]


def test_no_rule_before_the_law() -> None:
    assert rule_of("RU", on=dt.date(2022, 8, 31)) is None
    assert refusals(None, Advertising()) == []


def test_identifier_and_advertiser_are_asked_in_russia() -> None:
    assert lacks(Advertising(network="vk")) == ["identifier", "advertiser"]
    assert lacks(Advertising("2Vtzqw", "ООО «Имя», ИНН 7700000000", "vk")) == []
    assert lacks(Advertising("  ", "ООО", "vk")) == ["identifier"]


def test_other_country_asks_nothing_unless_it_is_written_down() -> None:
    assert lacks(Advertising(), country="KZ") == []
    MarkingRule.objects.create(country="KZ", since=SINCE, needs_advertiser=True)
    assert lacks(Advertising(), country="KZ") == ["advertiser"]


@pytest.mark.parametrize("network", ["instagram", "facebook"])
def test_networks_are_forbidden_from_the_day_on(network: str) -> None:
    marked = Advertising("2Vtzqw", "ООО", network)
    assert lacks(marked, on=BEFORE) == []
    assert lacks(marked, on=SINCE) == ["network"]


def test_refusal_says_what_to_do() -> None:
    marked = Advertising("2Vtzqw", "ООО", "instagram", "Instagram")
    assert refusals(rule_of("RU", on=SINCE), marked)[0].text == (
        "Advertising on Instagram is forbidden in the client's country (RU) since 01.09.2025:"
        " take it out of this network."
    )


def test_mark_line() -> None:
    rule = rule_of("RU", on=SINCE)
    who = "ООО «Имя», ИНН 7700000000"
    full = "Реклама. ООО «Имя», ИНН 7700000000. erid: 2Vtzqw"
    assert mark_line(rule, identifier="2Vtzqw", advertiser=who) == full
    assert mark_line(rule, identifier="2Vtzqw", advertiser=f"{who}. ", shows_word=False) == (
        "ООО «Имя», ИНН 7700000000. erid: 2Vtzqw"
    )
    assert mark_line(None, identifier="", advertiser="") == ""
    assert mark_line(None, identifier="2Vtzqw", advertiser="") == "erid: 2Vtzqw"


def test_rules_are_made_once_and_left_as_edited() -> None:
    MarkingRule.objects.filter(country="RU", since=SINCE).update(word="Реклама!")
    load_marking_rules(apps.get_app_config("clients"))
    rows = MarkingRule.objects.order_by("since").values_list("country", "word")
    assert list(rows) == [("RU", "Реклама")] * 3 + [("RU", "Реклама!")]


def test_client_follows_its_country() -> None:
    client = ClientFactory.create(country="RU")
    assert rule_for(client, on=SINCE) == rule_of("RU", on=SINCE)
    assert rule_for(ClientFactory.create(country="KZ"), on=SINCE) is None


def test_client_that_is_always_marked_needs_no_law() -> None:
    client = ClientFactory.create(country="KZ", marking="required")
    assert [each.lacks for each in refusals(rule_for(client, on=SINCE), Advertising())] == [
        "identifier", "advertiser",
    ]  # fmt: skip
    MarkingRule.objects.create(country="KZ", since=SINCE, identifier_name="", word="Жарнама")
    rule = rule_for(client, on=SINCE)
    assert rule is not None
    assert (rule.needs_identifier, rule.identifier_name, rule.word) == (True, "erid", "Жарнама")
    assert not MarkingRule.objects.get(country="KZ").needs_identifier


def test_client_that_is_never_marked_obeys_nothing() -> None:
    client = ClientFactory.create(country="RU", marking="off")
    assert rule_for(client, on=SINCE) is None


def test_change_of_marking_is_written_down() -> None:
    client = ClientFactory.create()
    by = UserFactory.create()
    change_marking(client, seen="by_country", to="off", by=by, reason=" pages abroad only ")
    client.refresh_from_db()
    change = client.marking_changes.get()
    assert (client.marking, change.old, change.new) == ("off", "by_country", "off")
    assert (change.reason, change.changed_by) == ("pages abroad only", by)


@pytest.mark.parametrize(
    ("seen", "to", "text"),
    [
        ("by_country", "off", "Say why the client's advertising is not marked."),
        ("off", "required", "It is “as the law of the country says” by now: look at the page"),
        ("by_country", "by_country", "It is so already."),
        ("by_country", "sometimes", "Value 'sometimes' is not a valid choice."),
    ],
)
def test_change_of_marking_is_refused(seen: str, to: str, text: str) -> None:
    client = ClientFactory.create()
    with pytest.raises(ValidationError, match=text):
        change_marking(client, seen=seen, to=to, by=UserFactory.create())
    client.refresh_from_db()
    assert (client.marking, client.marking_changes.count()) == ("by_country", 0)


@pytest.mark.parametrize(
    ("followers", "is_registered", "expected"),
    [
        (10_000, None, []),
        (10_001, None, ["registration"]),
        (10_001, False, ["registration"]),
        (10_001, True, []),
        (None, None, []),
        (None, False, []),
    ],
)
def test_large_page_stands_on_the_list(
    followers: int | None, is_registered: bool | None, expected: list[str]
) -> None:
    page = Advertising("2Vtzqw", "ООО", "vk", "VK", "Новости", followers, is_registered)
    assert lacks(page) == expected
    assert lacks(page, on=dt.date(2024, 12, 31)) == []


@pytest.mark.parametrize(
    ("followers", "is_registered", "expected"),
    [
        (None, None, ["registration"]),
        (None, False, ["registration"]),
        (None, True, []),
        (0, None, []),
        (10_001, None, ["registration"]),
    ],
)
def test_bought_page_is_measured_or_stands_on_the_list(
    followers: int | None, is_registered: bool | None, expected: list[str]
) -> None:
    page = Advertising(
        "2Vtzqw", "ООО", "vk", "VK", "Новости", followers, is_registered, is_bought=True
    )
    assert lacks(page) == expected
    assert lacks(page, on=dt.date(2024, 12, 31)) == []


def test_refusal_of_a_large_page_says_what_to_do() -> None:
    page = Advertising("2Vtzqw", "ООО", "vk", "VK", "Новости", 12_000)
    assert [each.text for each in refusals(rule_of("RU", on=SINCE), page)] == [
        "Новости has more than 10000 subscribers, and it is not known whether it stands on the"
        " regulator's list: check it and note it on the page."
    ]


def test_levy_is_by_the_rate_of_the_day() -> None:
    assert levy_of(rule_of("RU", on=SINCE), Decimal("10000.50")) == Decimal("300.02")
    assert levy_of(rule_of("RU", on=dt.date(2025, 3, 31)), Decimal(10_000)) is None
    assert levy_of(None, Decimal(10_000)) is None
