"""What each network takes as a post: lengths, files, pixels. Pure data, with its sources.

Where a network does not say how it counts a length, the stricter way is taken: a text that fits by
UTF-16 code units fits by characters, too. Where it tells no length at all, `is_sure` is off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from smm_agency.lib.file_types import GIF, JPEG, MOV, MP4, PNG, WEBP

MB = 1024 * 1024


class Counting(StrEnum):
    """How a length is counted."""

    UTF16 = "utf16"  # an emoji is two
    BYTES = "bytes"  # of UTF-8: a Russian letter is two


def length_of(text: str, counting: Counting) -> int:
    """The length as the network counts it; static/admin/post_limits.js counts the same."""
    if counting is Counting.BYTES:
        return len(text.encode())
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class PictureRules:
    """None: the network says nothing of it. `most_sides` is width and height together, in px."""

    types: tuple[str, ...]
    most_bytes: int | None = None
    most_sides: int | None = None
    most_ratio: float | None = None
    # Width to height, the least and the most.
    ratio: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class VideoRules:
    types: tuple[str, ...]
    most_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class PostLimits:
    """One network's rules of a post.

    `longest_caption` holds instead of `longest_text` where the post has files. `cut_at` and
    `cut_lines`: how much of the text the feed shows before "show more". `album` says how many files
    stand in one post; `pictures` or `video` None: not in a post of this network.
    """

    longest_text: int
    counting: Counting
    album: int
    pictures: PictureRules | None
    video: VideoRules | None
    source: str
    is_sure: bool = True
    longest_caption: int | None = None
    longest_title: int | None = None
    most_hashtags: int | None = None
    most_mentions: int | None = None
    needs_file: bool = False
    mixes_kinds: bool = True
    # The network shows the word «Реклама» by itself where the post is marked as advertising.
    shows_ad_word: bool = False
    cut_at: int | None = None
    cut_lines: int | None = None

    def longest(self, *, has_files: bool) -> int:
        return (self.longest_caption or self.longest_text) if has_files else self.longest_text


LIMITS: Mapping[str, PostLimits] = MappingProxyType(
    {
        # dev.vk.com (upload of photos to the wall; wall.post): files, albums. No official length:
        # about 16,000 is what other projects send; VK's own form counts as browsers do.
        "vk": PostLimits(
            longest_text=16_000,
            counting=Counting.UTF16,
            album=10,
            pictures=PictureRules((JPEG, PNG, GIF), 50 * MB, most_sides=14_000, most_ratio=20),
            video=VideoRules((MP4, MOV)),
            shows_ad_word=True,
            cut_at=280,
            cut_lines=6,
            is_sure=False,
            source="dev.vk.com: wall.post, photos.getWallUploadServer",
        ),
        # core.telegram.org/bots/api, 10.1: sendMessage, sendPhoto, sendMediaGroup; lengths are
        # counted in UTF-16 code units after entities are parsed (our texts are plain). A GIF or a
        # MOV would go out as a document, and not in an album.
        "telegram": PostLimits(
            longest_text=4_096,
            longest_caption=1_024,
            counting=Counting.UTF16,
            album=10,
            pictures=PictureRules((JPEG, PNG, WEBP), 10 * MB, most_sides=10_000, most_ratio=20),
            video=VideoRules((MP4,), 50 * MB),
            source="core.telegram.org/bots/api: sendMessage, sendPhoto, sendMediaGroup",
        ),
        # apiok.ru: mediatopic.post guards the text by error 601 without a figure; 5,000 is a
        # careful one of other projects.
        "ok": PostLimits(
            longest_text=5_000,
            counting=Counting.UTF16,
            album=10,
            pictures=PictureRules((JPEG, PNG, GIF)),
            video=VideoRules((MP4, MOV)),
            cut_at=400,
            cut_lines=8,
            is_sure=False,
            source="apiok.ru: mediatopic.post",
        ),
        # The schema of the official client of MAX's Bot API: text up to 4,000.
        "max": PostLimits(
            longest_text=4_000,
            counting=Counting.UTF16,
            album=10,
            pictures=PictureRules((JPEG, PNG, GIF, WEBP)),
            video=VideoRules((MP4, MOV)),
            source="dev.max.ru: POST /messages",
        ),
        # developers.google.com/youtube/v3/docs/videos: title 100 characters, description 5,000
        # bytes. Posts of a channel are not in the interface: a post is a video.
        "youtube": PostLimits(
            longest_text=5_000,
            longest_title=100,
            counting=Counting.BYTES,
            album=1,
            pictures=None,
            video=VideoRules((MP4, MOV)),
            needs_file=True,
            cut_at=150,
            cut_lines=3,
            source="developers.google.com/youtube/v3/docs/videos",
        ),
        # developers.facebook.com/docs/pages-api/posts: 63,206; pictures up to 4 MB.
        "facebook": PostLimits(
            longest_text=63_206,
            counting=Counting.UTF16,
            album=10,
            pictures=PictureRules((JPEG, PNG, GIF), 4 * MB),
            video=VideoRules((MP4, MOV)),
            mixes_kinds=False,
            cut_at=477,
            cut_lines=5,
            source="developers.facebook.com/docs/pages-api/posts",
        ),
        # developers.facebook.com/docs/instagram-platform: JPEG only, 8 MB, 4:5 to 1.91:1.
        "instagram": PostLimits(
            longest_text=2_200,
            counting=Counting.UTF16,
            album=10,
            pictures=PictureRules((JPEG,), 8 * MB, ratio=(0.8, 1.91)),
            video=VideoRules((MP4, MOV)),
            most_hashtags=30,
            most_mentions=20,
            needs_file=True,
            cut_at=125,
            cut_lines=2,
            source="developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/"
            "ig-user/media",
        ),
    }
)


def limits_of(network: str) -> PostLimits | None:
    """None where the program knows no rules of the network's posts."""
    return LIMITS.get(network)
