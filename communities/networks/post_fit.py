"""Whether a post fits a network: each thing that does not, as a sentence with its mend."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.networks.post_limits import PictureRules, PostLimits, VideoRules, length_of
from smm_agency.lib.file_types import NAMES, VIDEOS, names_of

MB = 1024 * 1024
HASHTAG = re.compile(r"(?<!\w)#\w+")
MENTION = re.compile(r"(?<!\w)@\w+")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a stored file; pixels are None for what is no picture."""

    name: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None

    @property
    def is_video(self) -> bool:
        return self.content_type in VIDEOS


@dataclass(frozen=True, slots=True)
class Misfit:
    """`field` of a post: `text`, `title`, `hashtags` or `files`."""

    field: str
    text: str


def misfits(
    limits: PostLimits, *, title: str, text: str, files: Sequence[FileFacts]
) -> Iterator[Misfit]:
    """`text` is all that goes out."""
    yield from _of_words(limits, title, text, has_files=bool(files))
    for message in (*_of_set(limits, files), *_of_files(limits, files)):
        yield Misfit("files", message)


def _of_words(limits: PostLimits, title: str, text: str, *, has_files: bool) -> Iterator[Misfit]:
    length, longest = length_of(text, limits.counting), limits.longest(has_files=has_files)
    if length > longest:
        yield Misfit("text", _too_long(limits, length, longest, has_files=has_files))
    if not text and not has_files:
        yield Misfit("text", _("Nothing is written, and there is no file: write the text."))
    if limits.longest_title is not None and len(title) > limits.longest_title:
        message = _(
            "The topic becomes the title: %(length)s of %(longest)s characters. Shorten it."
        )
        yield Misfit("title", message % {"length": len(title), "longest": limits.longest_title})
    for pattern, most, field, message in (
        (HASHTAG, limits.most_hashtags, "hashtags", _("Hashtags: %(found)s, at most %(most)s.")),
        (MENTION, limits.most_mentions, "text", _("Mentions (@): %(found)s, at most %(most)s.")),
    ):
        found = len(pattern.findall(text))
        if most is not None and found > most:
            yield Misfit(field, message % {"found": found, "most": most})


def _too_long(limits: PostLimits, length: int, longest: int, *, has_files: bool) -> str:
    numbers = {"length": length, "longest": longest, "over": length - longest}
    if has_files and limits.longest_caption is not None:
        message = _(
            "With pictures the text has at most %(longest)s characters, here are %(length)s:"
            " shorten it by %(over)s, or take the pictures out."
        )
    else:
        message = _(
            "The text has %(length)s characters of %(longest)s: shorten it by %(over)s, or write"
            " another one for this community."
        )
    return message % numbers


def _of_set(limits: PostLimits, files: Sequence[FileFacts]) -> Iterator[str]:
    """What may not stand together, and what has to be there."""
    if limits.needs_file and not files:
        if limits.pictures is None:
            yield _("A post here is a video: add one.")
        else:
            yield _("A post here needs a picture or a video: add one.")
    if len(files) > limits.album:
        message = _("Files: %(found)s, at most %(most)s in a post. Take some out.")
        yield message % {"found": len(files), "most": limits.album}
    kinds = {file.is_video for file in files}
    if len(kinds) == 2 and not limits.mixes_kinds:
        yield _("Pictures and videos do not stand together here: leave one of them.")


def _of_files(limits: PostLimits, files: Sequence[FileFacts]) -> Iterator[str]:
    for file in files:
        rules = limits.video if file.is_video else limits.pictures
        wanted = (limits.pictures.types if limits.pictures else ()) + (
            limits.video.types if limits.video else ()
        )
        if rules is None or file.content_type not in rules.types:
            message = _("“%(name)s” is a %(kind)s file; taken here: %(types)s.")
            kind = NAMES.get(file.content_type, file.content_type)
            yield message % {"name": file.name, "kind": kind, "types": names_of(wanted)}
            continue
        yield from _of_size(file, rules)
        if isinstance(rules, PictureRules):
            yield from _of_pixels(file, rules)


def _of_size(file: FileFacts, rules: PictureRules | VideoRules) -> Iterator[str]:
    if rules.most_bytes is not None and file.size > rules.most_bytes:
        message = _("“%(name)s” has %(size)s MB of %(most)s: make it smaller.")
        size = round(file.size / MB, 1)
        yield message % {"name": file.name, "size": size, "most": rules.most_bytes // MB}


def _of_pixels(file: FileFacts, rules: PictureRules) -> Iterator[str]:
    width, height = file.width, file.height
    if not width or not height:
        return
    words = {"name": file.name, "width": width, "height": height}
    if rules.most_sides is not None and width + height > rules.most_sides:
        message = _(
            "“%(name)s” has %(width)s × %(height)s px: width and height make at most %(most)s"
            " together."
        )
        yield message % {**words, "most": rules.most_sides}
    if rules.most_ratio is not None and max(width, height) > rules.most_ratio * min(width, height):
        message = _(
            "“%(name)s” has %(width)s × %(height)s px: one side is more than %(most)s times the"
            " other. Cut it."
        )
        yield message % {**words, "most": f"{rules.most_ratio:g}"}
    if rules.ratio is not None and not rules.ratio[0] <= width / height <= rules.ratio[1]:
        message = _(
            "“%(name)s” has %(width)s × %(height)s px: width to height is to be between"
            " %(least)s and %(most)s. Cut it."
        )
        least, most = (f"{each:g}" for each in rules.ratio)
        yield message % {**words, "least": least, "most": most}
