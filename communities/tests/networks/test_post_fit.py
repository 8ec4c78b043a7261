"""Each network's own rules of a post, and how a length is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.networks.post_fit import FileFacts, Misfit, misfits
from communities.networks.post_limits import LIMITS, MB, Counting, length_of
from communities.networks.registry import ADAPTERS
from smm_agency.lib.file_types import GIF, JPEG, MP4, PNG, WEBP

PICTURE = FileFacts("a.jpg", JPEG, 1_000, 1_000, 1_000)
VIDEO = FileFacts("v.mp4", MP4, 1_000)


def found(
    network: str, text: str = "Text", *files: FileFacts, title: str = "Topic"
) -> list[Misfit]:
    return list(misfits(LIMITS[network], title=title, text=text, files=files))


def fields(network: str, text: str = "Text", *files: FileFacts, title: str = "Topic") -> list[str]:
    return [misfit.field for misfit in found(network, text, *files, title=title)]


def test_every_network_with_an_adapter_has_its_limits() -> None:
    assert set(LIMITS) == set(ADAPTERS)
    assert all(limits.source for limits in LIMITS.values())


@pytest.mark.parametrize(
    ("text", "utf16", "in_bytes"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("Кофе", 4, 8),
        ("☕", 1, 3),
        ("🍰", 2, 4),
        ("👩‍🍳", 5, 11),
        ("a\nb", 3, 3),
    ],
)
def test_length(text: str, utf16: int, in_bytes: int) -> None:
    assert length_of(text, Counting.UTF16) == utf16
    assert length_of(text, Counting.BYTES) == in_bytes


@given(st.text(), st.text())
def test_lengths_add_up(one: str, other: str) -> None:
    for counting in Counting:
        both = length_of(one + other, counting)
        assert both == length_of(one, counting) + length_of(other, counting)


@pytest.mark.parametrize(
    ("network", "longest"),
    [("vk", 16_000), ("telegram", 4_096), ("ok", 5_000), ("max", 4_000), ("facebook", 63_206)],
)
def test_text_fits_up_to_its_longest(network: str, longest: int) -> None:
    assert found(network, "a" * longest) == []
    assert found(network, "a" * (longest + 1)) == [
        Misfit(
            "text",
            f"The text has {longest + 1} characters of {longest}: shorten it by 1, or write another"
            " one for this community.",
        )
    ]


def test_caption_of_telegram_is_shorter_and_emoji_count_two() -> None:
    assert found("telegram", "🍰" * 512, PICTURE) == []
    assert found("telegram", "🍰" * 513, PICTURE)[0].text == (
        "With pictures the text has at most 1024 characters, here are 1026: shorten it by 2, or"
        " take the pictures out."
    )


def test_youtube_counts_bytes_and_the_title() -> None:
    assert found("youtube", "ж" * 2_500, VIDEO, title="t" * 100) == []
    assert fields("youtube", "ж" * 2_501, VIDEO, title="t" * 101) == ["text", "title"]


def test_youtube_takes_a_video_and_nothing_else() -> None:
    assert found("youtube") == [Misfit("files", "A post here is a video: add one.")]
    assert found("youtube", "Text", PICTURE)[0].text == (
        "“a.jpg” is a JPEG file; taken here: MP4, MOV."
    )


def test_instagram_wants_a_jpeg_of_its_shape() -> None:
    assert fields("instagram") == ["files"]
    assert found("instagram", "Text", PICTURE) == []
    png = FileFacts("a.png", PNG, 1_000, 1_000, 1_000)
    wide = FileFacts("w.jpg", JPEG, 1_000, 2_000, 1_000)
    assert [each.text for each in found("instagram", "Text", png, wide)] == [
        "“a.png” is a PNG file; taken here: JPEG, MP4, MOV.",
        "“w.jpg” has 2000 × 1000 px: width to height is to be between 0.8 and 1.91. Cut it.",
    ]


def test_instagram_counts_hashtags_and_mentions() -> None:
    tags = " ".join(f"#tag{number}" for number in range(31))
    people = " ".join(f"@who{number}" for number in range(21))
    assert fields("instagram", f"{tags}\n{people}", PICTURE) == ["hashtags", "text"]
    assert fields("vk", tags) == []


def test_an_album_has_ten_files() -> None:
    for network in ("vk", "telegram", "ok", "max", "facebook", "instagram"):
        assert fields(network, "Text", *[PICTURE] * 10) == []
        assert fields(network, "Text", *[PICTURE] * 11) == ["files"]


def test_what_may_not_stand_together() -> None:
    assert found("vk", "Text", PICTURE, VIDEO) == []
    assert found("facebook", "Text", PICTURE, VIDEO)[0].text == (
        "Pictures and videos do not stand together here: leave one of them."
    )


def test_gif_is_a_document_on_telegram() -> None:
    gif = FileFacts("a.gif", GIF, 1_000, 10, 10)
    assert fields("vk", "Text", gif) == []
    assert fields("telegram", "Text", gif) == ["files"]


@pytest.mark.parametrize(
    ("network", "file", "says"),
    [
        ("telegram", FileFacts("a.jpg", JPEG, 11 * MB, 10, 10),
         "“a.jpg” has 11.0 MB of 10: make it smaller."),
        ("telegram", FileFacts("v.mp4", MP4, 51 * MB),
         "“v.mp4” has 51.0 MB of 50: make it smaller."),
        ("telegram", FileFacts("a.jpg", JPEG, 1, 5_001, 5_000),
         "“a.jpg” has 5001 × 5000 px: width and height make at most 10000 together."),
        ("vk", FileFacts("a.jpg", JPEG, 1, 2_100, 100),
         "“a.jpg” has 2100 × 100 px: one side is more than 20 times the other. Cut it."),
        ("vk", FileFacts("a.webp", WEBP, 1, 10, 10),
         "“a.webp” is a WebP file; taken here: PNG, JPEG, GIF, MP4, MOV."),
        ("facebook", FileFacts("a.jpg", JPEG, 5 * MB, 10, 10),
         "“a.jpg” has 5.0 MB of 4: make it smaller."),
    ],
)  # fmt: skip
def test_file_that_does_not_fit(network: str, file: FileFacts, says: str) -> None:
    assert found(network, "Text", file) == [Misfit("files", says)]


def test_nothing_at_all_is_no_post() -> None:
    assert fields("vk", "") == ["text"]
    assert fields("vk", "", PICTURE) == []
