"""What the law of a country asks of advertising, by the day."""

import datetime as dt

import pytest
from django.apps import apps

from clients.marking import Advertising, mark_line, refusals, rule_of
from clients.marking_reference import load_marking_rules
from clients.models import MarkingRule

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
    assert list(rows) == [("RU", "Реклама"), ("RU", "Реклама!")]
