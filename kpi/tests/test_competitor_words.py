"""The comparison in words: a dash never stands without its reason, a ratio not without its base."""

import pytest
from django.utils.translation import override

from clients.models import Client
from kpi.competitor_pages import Lack
from kpi.competitor_table import compare_competitors
from kpi.competitor_words import (
    Cell,
    PageLine,
    analysis_cards,
    best_cards,
    format_name,
    table_lines,
    unanalysed,
)
from kpi.tests.comparing import level, own_page, posted, rival_page, wall_read
from tests.factories import DAY, NOON, ClientFactory, CompetitorAnalysisFactory, CompetitorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(name="Smile")


def line_of(client: Client, formula: str = "er_post") -> PageLine:
    table = compare_competitors(client, on=DAY, formula=formula)
    [own, rival] = table_lines(table)
    assert (own.name, own.kind, own.is_own, own.pages) == ("Smile", "own", True, ())
    [line] = rival.pages
    return line


def test_a_measured_page_says_days_and_numbers(client_row: Client) -> None:
    page = rival_page(client_row, title="Coffee", external_id="1001")
    wall_read(page)
    level(page, 31, 1000)
    level(page, 2, 1250)
    for day, kind in ((3, "photo"), (4, "short_video"), (5, "photo"), (6, "photo")):
        posted(page, day, kind=kind, likes=10, comments=2)
    posted(page, 7)
    line = line_of(client_row)
    assert (line.title, line.network, line.url) == ("Coffee", "VK", "https://vk.com/club1001")
    assert line.numbers == (
        Cell("1,250", ("on 9 Mar",)),
        Cell("+250 (25 %)", ("8 Feb – 9 Mar", "1 of 30 days measured")),
        Cell("1.2", ("5 posts, known on 29 of 30 days",)),
        Cell(
            "0.96 %",
            ("48 (likes + comments) ÷ 5,000 (subscribers × posts)", "4 of 5 posts measured"),
        ),
    )
    assert line.formats == Cell("photo 60 %, short video 20 %, not told 20 %")


def test_a_loss_is_written_with_one_minus(client_row: Client) -> None:
    page = rival_page(client_row)
    level(page, 31, 1000)
    level(page, 1, 900)
    assert line_of(client_row).numbers[1].text == "−100 (−10 %)"


def test_what_is_lacking_says_why(client_row: Client) -> None:
    rival_page(client_row, network="telegram", external_id="@coffee")
    line = line_of(client_row)
    untold = Cell("—", ("the network does not tell it",))
    unmeasured = Cell("—", ("not measured",))
    assert line.numbers == (unmeasured, unmeasured, untold, untold)
    assert line.formats == untold


def test_a_page_that_is_gone_says_since_when(client_row: Client) -> None:
    page = rival_page(client_row, gone_at=NOON)
    level(page, 1, 10)
    assert line_of(client_row).numbers[0] == Cell("10", ("on 10 Mar", "gone since 11 Mar"))


def test_few_known_days_say_what_is_known(client_row: Client) -> None:
    page = rival_page(client_row)
    posted(page, 1, views=100).snapshots.update(reading="import")
    assert line_of(client_row).numbers[2] == Cell(
        "—", ("posts of less than a week are known", "1 post, known on 1 of 30 days")
    )
    assert line_of(client_row, "er_view").numbers[3] == Cell("—", ("reactions are not measured",))


def test_every_lack_has_words_in_every_language() -> None:
    for language in ("en", "ru"):
        with override(language):
            assert all(str(Lack(code).label) for code in Lack.values)


def test_a_format_out_of_the_list_stands_as_it_is() -> None:
    assert [format_name(kind) for kind in ("album", "", "hologram")] == [
        "album", "not told", "hologram"
    ]  # fmt: skip


def test_best_posts_are_lines_with_their_views(client_row: Client) -> None:
    own = own_page(client_row, title="Ours", external_id="7")
    rival_page(client_row)
    post = posted(own, 1, likes=1200, views=1)
    bare = posted(own, 2, likes=3)
    bare.text = ""
    bare.save()
    [card] = best_cards(compare_competitors(client_row, on=DAY))
    assert card.title == "Ours (VK)"
    assert [tuple(line) for line in card.lines] == [
        ("1,200", "A post", "10 Mar · 1 view", f"https://vk.com/wall-7_{post.external_id}"),
        ("3", "without a text", "9 Mar", f"https://vk.com/wall-7_{bare.external_id}"),
    ]


def test_an_analysis_is_a_card_of_what_was_written(client_row: Client) -> None:
    rival = CompetitorFactory.create(client=client_row, name="Rival")
    CompetitorAnalysisFactory.create(
        competitor=rival, strengths="Quick", weaknesses="", idea="Live", reply_minutes=15
    )
    CompetitorFactory.create(client=client_row, name="Bare")
    table = compare_competitors(client_row, on=DAY)
    [card] = analysis_cards(table)
    assert (card.name, card.kind, card.age, card.is_stale) == (
        "Rival", "direct", "March 11, 2026, 0 days ago", False
    )  # fmt: skip
    assert card.lines == (
        ("time to reply", "15 min"), ("strengths", "Quick"), ("idea to take", "Live")
    )  # fmt: skip
    assert unanalysed(table) == "Bare"
