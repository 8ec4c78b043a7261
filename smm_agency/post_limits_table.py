"""What each network takes as a post, in words: for docs/networks.md."""

from collections.abc import Iterator

from communities.networks.post_limits import (
    LIMITS,
    MB,
    Counting,
    PictureRules,
    PostLimits,
    VideoRules,
)
from smm_agency.lib.file_types import names_of

COUNTED = {Counting.UTF16: "UTF-16 code units", Counting.BYTES: "bytes of UTF-8"}


def limits_words(network: str) -> str:
    """One line of the page."""
    limits = LIMITS[network]
    return f"- a post: {'; '.join(_parts(limits))}. Source: {limits.source}."


def _parts(limits: PostLimits) -> Iterator[str]:
    sure = "" if limits.is_sure else ", a careful figure: the network tells none"
    yield f"text up to {limits.longest_text:,} {COUNTED[limits.counting]}{sure}"
    if limits.longest_caption is not None:
        yield f"with files up to {limits.longest_caption:,}"
    if limits.longest_title is not None:
        yield f"title up to {limits.longest_title} characters"
    if limits.most_hashtags is not None:
        yield f"up to {limits.most_hashtags} hashtags and {limits.most_mentions} mentions"
    yield f"{'one file' if limits.album == 1 else f'up to {limits.album} files'}" + (
        ", at least one" if limits.needs_file else ""
    )
    if limits.pictures is not None:
        yield f"pictures {_pictures(limits.pictures)}"
    if limits.video is not None:
        yield f"videos {_files(limits.video)}"
    if not limits.mixes_kinds:
        yield "pictures and videos never together"


def _files(rules: PictureRules | VideoRules) -> str:
    most = f" up to {rules.most_bytes // MB} MB" if rules.most_bytes is not None else ""
    return f"{names_of(rules.types)}{most}"


def _pictures(rules: PictureRules) -> str:
    parts = [_files(rules)]
    if rules.most_sides is not None:
        parts.append(f"width + height up to {rules.most_sides:,} px")
    if rules.most_ratio is not None:
        parts.append(f"sides up to 1:{rules.most_ratio:g}")
    if rules.ratio is not None:
        parts.append(f"width to height from {rules.ratio[0]:g} to {rules.ratio[1]:g}")
    return ", ".join(parts)
