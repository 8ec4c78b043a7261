"""A post in a real browser: its length while it is typed, and how its networks show it."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import expect

from communities.networks.post_limits import Counting, length_of
from communities.networks.publishing import PUBLISHERS
from content.models import Post
from content.outgoing import join_parts, tidy
from tests.browser.conftest import Screen
from tests.factories import (
    NOON,
    PASSWORD,
    ClientFactory,
    ClientFileFactory,
    CommunityFactory,
    ContentRulesFactory,
    DirectorFactory,
    PostFactory,
    PostFileFactory,
    PublicationFactory,
    StrategyVersionFactory,
    TrackingNumberFactory,
    approve_in_place,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Where a person wants to look at the pictures, they name a folder.
SHOTS = os.environ.get("SCREENSHOTS", "")
ALL_LOADED = "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
TEXT = (
    "New menu for the spring ☕\n\nWe roasted three new sorts: Ethiopia, Kenya and Colombia. Come"
    " and taste them at the bar until the end of the month, the first cup is on us. Our baristas"
    " tell what each sort is about, and how to make it at home.\n\nEvery Saturday at noon there is"
    " a cupping, twelve places only. Bring a friend, a cup and an empty stomach: there will be"
    " cakes 🍰 from the bakery next door, and a record player with the music of the countries that"
    " the coffee comes from."
)


def picture(colour: str, size: tuple[int, int] = (1200, 900)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def post() -> Post:
    client = ClientFactory.create(name="Coffee at home", country="RU", time_zone="Europe/Moscow")
    version = StrategyVersionFactory.create(client=client)
    ContentRulesFactory.create(version=version)
    approve_in_place(version)
    number = TrackingNumberFactory.create(client=client, number="+74951234567")
    post = PostFactory.create(
        client=client, title="Spring menu", text=TEXT, format="photo", source="curated",
        source_url="https://coffee.example/", licence="CC BY 4.0", text_work="rewrite",
        call_to_action="Book a place:", tracking_number=number,
        link="https://coffee.example/cupping", utm="utm_source={network}&utm_medium=post",
        hashtags="#coffee #spring", is_ad=True, advertiser="ООО «Кофе», ИНН 7700000000",
    )  # fmt: skip
    for network in ("vk", "telegram", "instagram"):
        place = CommunityFactory.create(
            profile__client=client, profile__network=network, profile__title=f"Coffee {network}"
        )
        PublicationFactory.create(
            post=post, community=place, planned_at=NOON,
            text="Short words for Telegram 🍰" if network == "telegram" else "",
        )  # fmt: skip
    for colour in ("#7c4a21", "#c98f4f", "#e8d3b0"):
        content = picture(colour)
        file = ClientFileFactory.create(
            client=client, name=f"{colour[1:]}.jpg", content=content, size=len(content),
            content_type="image/jpeg", width=1200, height=900,
        )  # fmt: skip
        PostFileFactory.create(post=post, file=file)
    return post


def keep(screen: Screen, name: str) -> None:
    if SHOTS:
        screen.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def open_page(screen: Screen, post: Post) -> None:
    screen.page.set_viewport_size({"width": 1440, "height": 1000})
    screen.sign_in(DirectorFactory.create().username, PASSWORD)
    screen.open(f"/admin/content/post/{post.pk}/change/")


def test_length_follows_the_typing_and_the_preview_too(
    screen: Screen, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(PUBLISHERS, "vk", raising=False)
    open_page(screen, post)
    cards = screen.page.locator("[data-key]")
    expect(cards).to_have_count(3)
    counters = screen.page.locator(".smm-counters").first
    expect(counters).to_contain_text("Coffee vk: ")
    own = screen.page.locator("[name$=-text]", has_text="Short words")
    with screen.page.expect_response("**/preview/"):
        own.fill("🍰" * 1_000)
    card = screen.page.locator(".smm-on-telegram")
    expect(card).to_have_class("smm-preview smm-on-telegram smm-preview-over")
    expect(card.locator(".smm-late")).to_contain_text("With pictures the text has at most 1024")
    with screen.page.expect_response("**/preview/"):
        screen.page.fill("#id_text", "<b>typed</b> #now")
    expect(screen.page.locator(".smm-on-vk .smm-preview-text")).to_contain_text("<b>typed</b> #now")
    assert Post.objects.get().text == TEXT
    assert screen.problems == []


def test_page_in_both_themes(screen: Screen, post: Post) -> None:
    open_page(screen, post)
    for scheme in ("light", "dark"):
        screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        screen.open(f"/admin/content/post/{post.pk}/change/")
        screen.page.locator("#post-previews").scroll_into_view_if_needed()
        screen.page.wait_for_function(ALL_LOADED)
        keep(screen, f"post-{scheme}")
        if SHOTS:
            shot = str(Path(SHOTS) / f"previews-{scheme}.png")
            screen.page.locator("#post-previews").screenshot(path=shot)
        assert not screen.is_wider_than_the_window
    screen.page.set_viewport_size({"width": 420, "height": 900})
    screen.open(f"/admin/content/post/{post.pk}/change/")
    keep(screen, "post-narrow")
    assert not screen.is_wider_than_the_window
    assert screen.problems == []


def test_browser_and_server_count_the_same(screen: Screen, post: Post) -> None:
    open_page(screen, post)

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(), st.text())
    def same(text: str, rest: str) -> None:
        for counting in Counting:
            at_server = length_of(join_parts(tidy(text), rest), counting)
            at_browser = screen.page.evaluate(
                "([text, rest, counting]) => smmPost.wholeLength("
                "text, smmPost.lengthOf(rest, counting), counting)",
                [text, rest, str(counting)],
            )
            assert at_browser == at_server

    same()
