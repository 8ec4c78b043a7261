import json
import re
from typing import Any

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from smm_agency.lib.markdown import MOST_NESTED, Node, read_tree, render_html

REL = 'rel="noopener noreferrer nofollow"'
# Every tag that may come out, with the attributes it may have.
TAGS = re.compile(
    r"</?(p|h[1-6]|ul|li|blockquote|strong|em|s|thead|tbody|tr|pre|code)>|<[bh]r />|</?ol>|</a>"
    r'|<ol start="\d+">|<code class="language-[^"<>]*">|<(th|td)( class="text-(center|end)")?>'
    r"|</(th|td)>|<a href=\"(?i:https?:|mailto:|tel:)[^\"<>]*\" " + REL + ">"
    r'|<div class="table-responsive"><table class="table table-sm">|</table></div>'
)
# Characters that mean something to Markdown or to HTML come often.
ODD = st.text(
    st.one_of(st.sampled_from("*_`#[]()<>!|-~\\&;:\"'=/ \t\n10ajhttps"), st.characters()),
    max_size=200,
)


def text(words: str) -> Node:
    return {"kind": "text", "text": words}


def paragraph(*children: Node) -> Node:
    return {"kind": "paragraph", "children": list(children)}


# --- HTML ----------------------------------------------------------------------------------------


def test_text_becomes_html() -> None:
    html = render_html("**Bold**, *soft*, ~~gone~~, `a < b`\n\n- one\n- two")
    assert isinstance(html, SafeString)
    assert html == (
        "<p><strong>Bold</strong>, <em>soft</em>, <s>gone</s>, <code>a &lt; b</code></p>\n"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=x>b</b>",
        "<!-- -->",
        "<svg/onload=alert(1)>",
        "&lt;script&gt;",
    ],
)
def test_raw_html_stays_text(source: str) -> None:
    html = render_html(source)
    assert [tag for tag in re.findall("<[^>]*>", html) if tag not in ("<p>", "</p>")] == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x0A;script:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/admin/",
        "ftp://example.org",
    ],
)
def test_other_links_stay_text(url: str) -> None:
    assert "<a" not in render_html(f"[x]({url})")
    assert "<a" not in render_html(f"[x]\n\n[x]: {url}")
    assert "<a" not in render_html(f"<{url}>")


@pytest.mark.parametrize(
    "url", ["https://example.org/?a=1", "HTTP://b.c", "mailto:a@b.c", "tel:+70"]
)
def test_links_hand_nothing_on(url: str) -> None:
    assert render_html(f"[x]({url})") == f'<p><a href="{url}" {REL}>x</a></p>\n'


def test_a_link_cannot_leave_its_attribute() -> None:
    html = render_html("[x](<https://a.b/\" onclick='x'>)")
    assert html == f'<p><a href="https://a.b/%22%20onclick=&#x27;x&#x27;" {REL}>x</a></p>\n'


def test_an_image_is_told_by_its_words() -> None:
    assert render_html('![a <plan>](https://a.b/x.png "t")') == "<p>a &lt;plan&gt;</p>\n"
    assert render_html("![](https://a.b/x.png)") == "<p>https://a.b/x.png</p>\n"


def test_headings_stand_below_those_of_the_page() -> None:
    html = render_html("# A\n\n## B\n\n###### C", top=4)
    assert html == "<h4>A</h4>\n<h5>B</h5>\n<h6>C</h6>\n"


def test_cells_are_aligned_by_class() -> None:
    html = render_html("|a|b|c|\n|-|:-:|-:|\n|1|2|3|")
    assert re.findall("<t[hd](?: [^>]*)?>", html) == [
        "<th>", '<th class="text-center">', '<th class="text-end">',
        "<td>", '<td class="text-center">', '<td class="text-end">',
    ]  # fmt: skip
    assert "style" not in html


@given(ODD)
def test_only_known_tags_come_out(source: str) -> None:
    assert TAGS.sub("", render_html(source)).count("<") == 0


@pytest.mark.parametrize(
    "part", ["[", "![", "*a **b ", "`a", "[a](", "*a_", "> ", "|a", "&#", "<a "]
)
def test_longest_text_of_a_section_is_read_whatever_it_is(part: str) -> None:
    """What makes careless parsers go back without end; the length is that of a section."""
    source = part * (20_000 // len(part))
    assert TAGS.sub("", render_html(source)).count("<") == 0
    assert read_tree(source)


# --- The tree ------------------------------------------------------------------------------------


def test_tree_of_lines() -> None:
    source = "A **b *c*** ~~d~~ `e` [f](https://g.h) ![i](https://j.k)\nl\\\nm <b>"
    assert read_tree(source) == [
        paragraph(
            text("A "),
            {"kind": "strong", "children": [text("b "), {"kind": "em", "children": [text("c")]}]},
            text(" "),
            {"kind": "strike", "children": [text("d")]},
            text(" "),
            {"kind": "code", "text": "e"},
            text(" "),
            {"kind": "link", "url": "https://g.h", "children": [text("f")]},
            text(" "),
            text("i"),
            text(" "),
            text("l"),
            {"kind": "break"},
            text("m <b>"),
        )
    ]


def test_tree_of_blocks() -> None:
    assert read_tree("## H\n\n0. a\n   - b\n\n> q\n\n    x  y\n\n---") == [
        {"kind": "heading", "level": 2, "children": [text("H")]},
        {
            "kind": "list", "ordered": True, "start": 0,
            "children": [{
                "kind": "item",
                "children": [
                    paragraph(text("a")),
                    {"kind": "list", "ordered": False, "start": 1,
                     "children": [{"kind": "item", "children": [paragraph(text("b"))]}]},
                ],
            }],
        },
        {"kind": "quote", "children": [paragraph(text("q"))]},
        {"kind": "listing", "text": "x  y"},
        {"kind": "rule"},
    ]  # fmt: skip


def test_tree_of_a_table() -> None:
    [table] = read_tree("|a|b|\n|-|-:|\n|1|**2**|")
    rows = [
        (row["head"], [(cell["align"], cell["children"]) for cell in row["children"]])
        for row in table["children"]
    ]
    assert rows == [
        (True, [("left", [text("a")]), ("right", [text("b")])]),
        (False, [("left", [text("1")]), ("right", [{"kind": "strong", "children": [text("2")]}])]),
    ]


def test_empty_text_has_no_blocks() -> None:
    assert [read_tree(source) for source in ("", " \n\t\n", "[a]: https://b.c")] == [[], [], []]


@pytest.mark.parametrize(
    "source", ["*" * 4000 + "a" + "*" * 4000, "- " * 30 + "a", "> " * 30 + "a"]
)
def test_deep_nesting_becomes_flat(source: str) -> None:
    assert depth(read_tree(source)) <= MOST_NESTED + 1
    assert words(read_tree(source)).endswith("a")


def depth(nodes: list[Node]) -> int:
    return max((1 + depth(node.get("children", [])) for node in nodes), default=0)


def words(nodes: list[Any]) -> str:
    return "".join(node.get("text", "") + words(node.get("children", [])) for node in nodes)


@given(ODD)
def test_any_text_has_a_tree_of_plain_json(source: str) -> None:
    tree = read_tree(source)
    assert json.loads(json.dumps(tree)) == tree
    assert all(is_known(node, "") for node in tree)


PARENTS = {"item": "list", "row": "table", "cell": "row"}
LEAVES = {"text", "break", "code", "listing", "rule"}
BRANCHES = {
    "paragraph", "heading", "list", "quote", "table", "strong", "em", "strike", "link", *PARENTS,
}  # fmt: skip


def is_known(node: Node, parent: str) -> bool:
    kind = node["kind"]
    if kind in LEAVES:
        return True
    is_placed = kind not in PARENTS or PARENTS[kind] == parent
    return kind in BRANCHES and is_placed and all(is_known(one, kind) for one in node["children"])
