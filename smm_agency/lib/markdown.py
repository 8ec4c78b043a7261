"""Markdown that people write: as safe HTML, and as a tree for printed documents.

Raw HTML stays text. Links lead to the web, to mail and to telephones only. An image is told by its
words: a remote one would tell its server who reads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

# A part of the tree: what it is under "kind", its parts under "children"; made of plain JSON.
Node = dict[str, Any]

SCHEMES = ("http:", "https:", "mailto:", "tel:")
SMALLEST_HEADING = 6
# Deeper nesting is read as if it were not nested: nobody means it, and no page shows it.
MOST_NESTED = 12

# Token → kind of node. What is not here (a table's head and body) is looked through.
KINDS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "table_open": "table",
    "tr_open": "row",
    "th_open": "cell",
    "td_open": "cell",
    "strong_open": "strong",
    "em_open": "em",
    "s_open": "strike",
    "link_open": "link",
}
# What stands in nothing else.
PARENTS = {"item": "list", "row": "table", "cell": "row"}


class SafeRenderer(RendererHTML):
    """Links that hand nothing on, headings below the page's own, words in place of images."""

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        return format_html(
            '<a href="{}" rel="noopener noreferrer nofollow">', tokens[idx].attrGet("href") or ""
        )

    def image(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        return escape(words_of(tokens[idx]))

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        return f"<{lowered(tokens[idx], env['top'])}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        return f"</{lowered(tokens[idx], env['top'])}>\n"

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        return '<div class="table-responsive"><table class="table table-sm">\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        return "</table></div>\n"

    def th_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        return cell_tag(tokens[idx])

    td_open = th_open


def words_of(image: Token) -> str:
    """What an image shows, or else where it is."""
    return image.content or str(image.attrGet("src") or "")


def lowered(token: Token, top: int) -> str:
    """`h4` for an `h1` where the highest heading is of level 4."""
    return f"h{min(int(token.tag[1:]) + top - 1, SMALLEST_HEADING)}"


def alignment(token: Token) -> str:
    """Left, center or right. The parser says it by a style, which our policy of content refuses."""
    style = str(token.attrGet("style") or "")
    return style.removeprefix("text-align:") or "left"


def cell_tag(token: Token) -> str:
    css = {"center": ' class="text-center"', "right": ' class="text-end"'}
    return f"<{token.tag}{css.get(alignment(token), '')}>"


def is_safe_link(url: str) -> bool:
    return url.strip().lower().startswith(SCHEMES)


def _parser() -> MarkdownIt:
    # Of what nests deeper than that the parser drops the text.
    options = {"html": False, "maxNesting": 100}
    parser = MarkdownIt("commonmark", options, renderer_cls=SafeRenderer)
    parser.enable(["table", "strikethrough"])
    parser.validateLink = is_safe_link  # type: ignore[method-assign] # as its documentation says
    return parser


PARSER = _parser()


def render_html(text: str, *, top: int = 4) -> SafeString:
    """HTML that may stand in a page whose headings go down to the level above `top`."""
    html: str = PARSER.render(text, {"top": top})
    return mark_safe(html)  # noqa: S308 # the parser escapes all text


def read_tree(text: str) -> list[Node]:
    """The blocks of the text, in order.

    Blocks: paragraph, heading (level), list (ordered, start) of items, quote, table of rows (head)
    of cells (align), listing (text), rule. In lines: text, strong, em, strike, link (url), code,
    break.
    """
    return _Builder().build(_flat(PARSER.parse(text)))


def _flat(tokens: Iterable[Token]) -> Iterator[Token]:
    """Blocks and what stands in their lines, as one sequence."""
    return chain.from_iterable(
        token.children or [] if token.type == "inline" else [token] for token in tokens
    )


class _Builder:
    """Puts tokens, which come flat, into each other; without recursion, however deep they nest."""

    def __init__(self) -> None:
        self.root: Node = {"children": []}
        # The open nodes; a token that is only looked through, or nested too deep, repeats its
        # parent.
        self.open: list[Node] = [self.root]
        self.is_head = False

    def build(self, tokens: Iterable[Token]) -> list[Node]:
        for token in tokens:
            if token.nesting == 1:
                self.enter(token)
            elif token.nesting == -1:
                self.open.pop()
            else:
                self.add(leaf(token))
        blocks: list[Node] = self.root["children"]
        return blocks

    def enter(self, token: Token) -> None:
        self.is_head = token.type == "thead_open" or (self.is_head and token.type != "tbody_open")
        kind = KINDS.get(token.type)
        parent = self.open[-1]
        if kind is None or not self.has_room(kind, parent):
            self.open.append(parent)
            return
        node = {"kind": kind, **self.details(kind, token), "children": []}
        self.add(node)
        self.open.append(node)

    def has_room(self, kind: str, parent: Node) -> bool:
        if kind in PARENTS:
            return bool(parent.get("kind") == PARENTS[kind])
        return len(self.open) <= MOST_NESTED

    def details(self, kind: str, token: Token) -> Node:
        if kind == "heading":
            return {"level": int(token.tag[1:])}
        if kind == "list":
            start = token.attrGet("start")
            is_ordered = token.type == "ordered_list_open"
            return {"ordered": is_ordered, "start": 1 if start is None else int(start)}
        if kind == "row":
            return {"head": self.is_head}
        if kind == "cell":
            return {"align": alignment(token)}
        if kind == "link":
            return {"url": str(token.attrGet("href") or "")}
        return {}

    def add(self, node: Node | None) -> None:
        if node is not None:
            self.open[-1]["children"].append(node)


def leaf(token: Token) -> Node | None:
    """A token without parts; None where it has nothing to show."""
    if token.type == "softbreak":
        return {"kind": "text", "text": " "}
    if token.type == "hardbreak":
        return {"kind": "break"}
    if token.type == "hr":
        return {"kind": "rule"}
    if token.type == "code_inline":
        return {"kind": "code", "text": token.content}
    if token.type in ("code_block", "fence"):
        return {"kind": "listing", "text": token.content.rstrip("\n")}
    text = words_of(token) if token.type == "image" else token.content
    return {"kind": "text", "text": text} if text else None
