"""Every KPI is explained: formula, what is counted, source, how fresh, what a dash means."""

import pytest
from django.template import Context, Template

from kpi.metric_help import METRICS, help_of
from strategy.models import FormulaCode, Metric

CODES = [*Metric.values, *FormulaCode.values]


def test_every_metric_has_its_words() -> None:
    assert set(METRICS) == set(Metric.values)


@pytest.mark.parametrize("code", CODES)
def test_nothing_of_the_explanation_is_empty(code: str) -> None:
    told = help_of(code)
    assert all(told)
    assert "%(" not in "".join(told)


def test_er_is_explained_by_the_formula_of_its_target() -> None:
    told = help_of(FormulaCode.ER_VIEW)
    assert told.title == "ER view, engagement by views"
    assert told.formula == (
        "likes + comments + shares + saves of the period's posts ÷ views of the same posts"
    )
    assert "LiveDune ERViews" in told.source


def test_unknown_code_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        help_of("nonsense")


def render(text: str) -> str:
    return Template("{% load kpi_help %}" + text).render(Context())


def test_portal_opens_the_words_without_a_script() -> None:
    page = render('{% metric_help "growth" %}')
    assert "<details" in page
    assert 'aria-label="How it is counted: Growth of members"' in page
    assert "subscribers at the end − subscribers at the start" in page
    assert render('{% metric_help "" %}').strip() == ""


def test_admins_button_opens_the_words_that_stand_once() -> None:
    page = render('{% help_button "er" %}{% help_button "er" %}')
    assert page.count('popovertarget="help-er"') == 2
    texts = Template("{% load kpi_help %}{% help_texts codes %}").render(
        Context({"codes": ["er", "er", "calls", ""]})
    )
    assert [texts.count(f'id="help-{code}"') for code in ("er", "calls")] == [1, 1]
