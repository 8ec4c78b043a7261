"""What people paste: the page is found, or the refusal says what to paste instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.networks.pasted_address import NotAPageError, PageAddress, read_address
from communities.networks.registry import NETWORKS, profile_url

UNKNOWN = "is no page of a known network: paste its link, such as https://vk.com/club1, https"
POST = "This is the link of a post: paste that of the page it stands on."
PERSON = "This is a person's page: paste the link of a community or a channel."
PRIVATE = "A private channel cannot be measured: paste the link of a public one."


@pytest.mark.parametrize(
    ("text", "network", "external_id", "name"),
    [
        ("https://vk.com/club1001", "vk", "1001", ""),
        ("vk.com/public1001?w=wall-1001_5", "vk", "1001", ""),
        ("club1001", "vk", "1001", ""),
        ("https://m.vk.ru/coffee_home/", "vk", "", "coffee_home"),
        (" https://vk.com/coffee.home#top ", "vk", "", "coffee.home"),
        ("@coffee_home", "telegram", "@coffee_home", "coffee_home"),
        ("https://t.me/coffee_home", "telegram", "@coffee_home", "coffee_home"),
        ("t.me/s/coffee_home", "telegram", "@coffee_home", "coffee_home"),
        ("https://ok.ru/group/5300", "ok", "5300", ""),
        ("https://ok.ru/coffee", "ok", "coffee", "coffee"),
        ("https://www.youtube.com/@coffee", "youtube", "@coffee", "coffee"),
        ("https://www.youtube.com/@%D0%BA%D0%BE%D1%84%D0%B5", "youtube", "@кофе", "кофе"),
        ("https://youtube.com/channel/UCabc-_", "youtube", "UCabc-_", ""),
        ("https://www.instagram.com/coffee/", "instagram", "coffee", "coffee"),
        ("https://facebook.com/coffee", "facebook", "coffee", "coffee"),
        ("https://www.facebook.com/profile.php?id=1000", "facebook", "1000", ""),
        ("https://max.ru/coffee", "max", "coffee", "coffee"),
        ("https://ok.ru/group53001", "ok", "53001", ""),
        ("https://web.max.ru/-68000000000001", "max", "-68000000000001", ""),
        ("https://dzen.ru/coffee", "dzen", "coffee", "coffee"),
        ("https://dzen.ru/id/5f0c1d2e3f4a5b6c7d8e9f00", "dzen", "5f0c1d2e3f4a5b6c7d8e9f00", ""),
        ("https://rutube.ru/channel/23460655/videos/", "rutube", "23460655", ""),
        ("https://rutube.ru/u/coffee/", "rutube", "coffee", "coffee"),
        ("https://www.whatsapp.com/channel/0029VaCoffee", "whatsapp", "0029VaCoffee", ""),
        ("https://www.tiktok.com/@coffee", "tiktok", "coffee", "coffee"),
        ("https://twitter.com/coffee", "x", "coffee", "coffee"),
    ],
)
def test_a_page_is_read(text: str, network: str, external_id: str, name: str) -> None:
    assert read_address(text) == PageAddress(network, external_id, name)


@pytest.mark.parametrize(
    "link",
    [
        "https://vk.com/club1001",
        "https://vk.com/coffee_home",
        "https://t.me/coffee_home",
        "https://ok.ru/group/5300",
        "https://ok.ru/coffee",
        "https://www.youtube.com/@coffee",
        "https://www.youtube.com/@%D0%BA%D0%BE%D1%84%D0%B5",
        "https://www.youtube.com/channel/UCabc-_",
        "https://www.instagram.com/coffee/",
        "https://www.facebook.com/coffee",
        "https://max.ru/coffee",
        "https://dzen.ru/coffee",
        "https://dzen.ru/id/5f0c1d2e3f4a5b6c7d8e9f00",
        "https://rutube.ru/channel/23460655/",
        "https://rutube.ru/u/coffee/",
        "https://whatsapp.com/channel/0029VaCoffee",
        "https://www.tiktok.com/@coffee",
        "https://x.com/coffee",
    ],
)
def test_a_link_of_ours_is_read_back(link: str) -> None:
    page = read_address(link)
    assert profile_url(page.network, page.external_id, page.screen_name) == link


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("https://example.com/coffee", UNKNOWN),
        ("https://vk.com/", UNKNOWN),
        ("https://vk.com/coffee/home", UNKNOWN),
        ("https://t.me/abc", UNKNOWN),
        ("ftp://vk.com/club1", UNKNOWN),
        ("javascript:alert(1)", UNKNOWN),
        ("", UNKNOWN),
        ("two words", UNKNOWN),
        ("https://[vk.com/club1", UNKNOWN),
        ("https://vk.com/wall-1001_5", POST),
        ("https://t.me/coffee_home/310", POST),
        ("https://www.instagram.com/p/Cabc/", POST),
        ("https://www.youtube.com/watch?v=abc", POST),
        ("https://x.com/coffee/status/77", POST),
        ("https://www.tiktok.com/@coffee/video/77", POST),
        ("https://ok.ru/group/5300/topic/155", POST),
        ("https://max.ru/c/-68/AAA", POST),
        ("https://dzen.ru/a/Zabc", POST),
        ("https://dzen.ru/video/watch/abc", POST),
        ("https://rutube.ru/video/abc/", POST),
        ("https://rutube.ru/feeds/sport/", UNKNOWN),
        ("https://dzen.ru/id/short", UNKNOWN),
        ("https://max.ru/join/abc", PRIVATE),
        ("https://chat.whatsapp.com/AbCdEf", PRIVATE),
        ("https://wa.me/79990000000", PERSON),
        ("https://vk.com/id1", PERSON),
        ("https://ok.ru/profile/1", PERSON),
        ("https://t.me/+AbCdEf", PRIVATE),
        ("https://t.me/joinchat/AbCdEf", PRIVATE),
        ("https://t.me/c/1001/5", PRIVATE),
        ("coffee_home", "A name alone may stand on any network: paste the whole link, or @name"),
    ],
)
def test_what_is_no_page_is_refused_with_its_mend(text: str, message: str) -> None:
    with pytest.raises(NotAPageError) as refused:
        read_address(text)
    assert message in str(refused.value)


@given(st.text(max_size=200) | st.from_regex(r"(https?://)?(vk\.com|t\.me|ok\.ru|x\.com)/.*"))
def test_any_text_is_a_page_that_can_be_stored_or_refused(text: str) -> None:
    try:
        page = read_address(text)
    except NotAPageError:
        return
    assert page.network in {network.code for network in NETWORKS}
    assert page.external_id or page.screen_name
    assert max(len(page.external_id), len(page.screen_name)) <= 100
    assert page.external_id.isprintable()
