"""Each template, in each language, passes the rules that a strategy has."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from strategy.content_sums import WHOLE
from strategy.industries import TEMPLATES, Start
from strategy.industries.filling import DAY_AFTER, Filling
from strategy.industries.template import LANGUAGES, Template, Words, words_in
from strategy.industries.texts_of_sections import parse_sections
from strategy.models import SectionKind
from strategy.models.content_plan import LEAST_CAP, MOST_CAP
from strategy.models.goal import ABOVE
from strategy.placeholders import placeholders_in

EACH = pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
SHORT_SECTIONS = ["goals", "competitors", "content", "kpi", "team"]
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def filling(language: str = "ru", **changes: object) -> Filling:
    facts = {
        "client_name": "Denta", "takes_calls": True, "language": language,
        "starts_on": dt.date(2026, 3, 1), "ends_on": dt.date(2026, 8, 31),
    }  # fmt: skip
    return Filling(**(facts | changes))  # type: ignore[arg-type] # each is right


def test_every_start_but_the_empty_one_has_a_template() -> None:
    assert set(TEMPLATES) == set(Start.values) - {Start.EMPTY}


@EACH
def test_shares_of_rubrics_make_the_whole(template: Template) -> None:
    assert sum(part.share for part in template.rubrics) == WHOLE


@EACH
def test_curated_parts_stay_within_a_cap_that_is_allowed(template: Template) -> None:
    curated = sum((part.share * part.curated for part in template.rubrics), Decimal(0))
    assert curated <= template.rules.curated_cap
    assert LEAST_CAP <= template.rules.curated_cap <= MOST_CAP
    assert all(template.rules.curated_reason)


@EACH
def test_grid_says_the_same_as_the_shares(template: Template) -> None:
    posts = template.posts_per_week
    by_rubric = {
        part.key: Decimal(sum(cell.posts for cell in template.grid if cell.rubric == part.key))
        for part in template.rubrics
    }
    assert {key: count / posts for key, count in by_rubric.items()} == {
        part.key: part.share for part in template.rubrics
    }
    assert all(0 <= cell.weekday <= 6 for cell in template.grid)


@EACH
def test_curated_rubrics_name_the_internet_as_a_source(template: Template) -> None:
    for part in template.rubrics:
        assert ("curated" in part.sources) is (part.curated > 0), part.key


@EACH
def test_every_goal_has_a_measure_and_serves_a_higher_one(template: Template) -> None:
    levels = {part.key: part.level for part in template.goals}
    for part in template.goals:
        assert all(part.measure), part.key
        assert part.tasks, part.key
        assert not part.serves or levels[part.serves] in ABOVE[part.level], part.key


@EACH
def test_one_target_is_primary_and_no_value_is_made_up(template: Template) -> None:
    for parts in (template.targets, template.callless):
        assert [part.is_primary for part in parts] == [True] + [False] * (len(parts) - 1)
    assert template.targets[0].metric == "calls"
    assert not {part.metric for part in template.callless} & {"calls", "unique_target_calls"}


@EACH
def test_rows_name_only_rows_of_the_same_template(template: Template) -> None:
    goals = {part.key for part in template.goals}
    segments = {"", *(part.key for part in template.segments)}
    positionings = {"", *(part.key for part in template.positionings)}
    for part in template.rubrics:
        assert part.goal in goals
        assert part.segment in segments
        assert part.positioning in positionings
    assert {part.segment for part in template.positionings} <= segments


@EACH
def test_both_languages_have_the_same_shape(template: Template) -> None:
    russian, english = (template.texts[language] for language in LANGUAGES)
    assert list(russian) == list(english)
    for kind, section in russian.items():
        shapes = [
            [
                len(placeholders_in(text.text)), text.text.count("\n|"), text.text.count("\n- "),
                DAY_AFTER.findall(text.text), text.text.count("{if "),
            ]
            for text in (section, english[kind])
        ]  # fmt: skip
        assert shapes[0] == shapes[1], kind


@EACH
def test_no_text_is_empty_or_of_the_other_language(template: Template) -> None:
    for sections in template.texts.values():
        assert all(section.text and section.note for section in sections.values())
    for language, is_russian in (("ru", True), ("en", False)):
        for section in template.texts[language].values():
            for text in section:
                assert bool(CYRILLIC.search(text)) is is_russian, text
    parts = (template.goals, template.segments, template.positionings, template.rules)
    for words in words_of((*parts, template.rubrics, template.summary)):
        assert CYRILLIC.search(words.ru), words
        assert words.en, words
        assert not CYRILLIC.search(words.en), words


def words_of(part: object) -> list[Words]:
    texts = list(words_in(part))
    return [Words(*pair) for pair in zip(texts[::2], texts[1::2], strict=True)]


def test_whole_strategies_write_every_section_and_the_short_one_five() -> None:
    assert list(TEMPLATES[Start.LOCAL_SERVICE].texts["ru"]) == list(SectionKind)
    assert list(TEMPLATES[Start.ONLINE_SHOP].texts["ru"]) == list(SectionKind)
    assert list(TEMPLATES[Start.SHORT].texts["ru"]) == SHORT_SECTIONS


def test_known_facts_are_filled_in() -> None:
    text = "{client} begins on {+0}"
    assert filling("en").fill(text) == "Denta begins on March 1, 2026"
    assert filling("ru").fill(text) == "Denta begins on 1 марта 2026 г."
    assert filling("en").fill(Words("Раз", "Once")) == "Once"


def test_a_line_of_a_later_day_is_left_out() -> None:
    text = "- {+183}\n- {+184}\n- end"
    assert filling("en").fill(text) == "- Aug. 31, 2026\n- end"
    assert filling().day_after(400) == dt.date(2026, 8, 31)


def test_lines_about_calls_depend_on_the_client() -> None:
    text = "One\n\n{if calls}Calls\n\n{if no calls}Messages\n\nLast"
    assert filling().fill(text) == "One\n\nCalls\n\nLast"
    assert filling(takes_calls=False).fill(text) == "One\n\nMessages\n\nLast"


def test_sections_are_read_with_their_notes() -> None:
    sections = parse_sections("# brief\n\nText\n\n### Head\n\n## note\n\nNote\n\n# kpi\n\nOnly\n")
    assert sections[SectionKind.BRIEF] == ("Text\n\n### Head", "Note")
    assert sections[SectionKind.KPI] == ("Only", "")


def test_a_section_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="prices"):
        parse_sections("# prices\n\nText\n")
