from smm_agency.lib.document_blocks import (
    Card,
    Cards,
    Changed,
    Column,
    Facts,
    Markdown,
    Section,
    Table,
    as_json,
    number_column,
)
from smm_agency.lib.word_diff import Part


def test_blocks_name_their_kind() -> None:
    table = Table([Column("A", 3), number_column("B")], [["x", "1"]], ["all", "1"])
    assert as_json(Section("S", [Facts([("a", "b")]), table])) == {
        "title": "S",
        "is_on_new_page": False,
        "blocks": [
            {"kind": "facts", "facts": [["a", "b"]]},
            {
                "kind": "table",
                "columns": [
                    {"title": "A", "weight": 3, "is_number": False},
                    {"title": "B", "weight": 0, "is_number": True},
                ],
                "rows": [["x", "1"]],
                "total": ["all", "1"],
            },
        ],
    }


def test_parts_of_blocks_have_none() -> None:
    assert as_json(Cards([Card("C", [])])) == {
        "kind": "cards",
        "cards": [{"title": "C", "facts": [], "mark": ""}],
    }


def test_markdown_is_a_tree_on_paper_and_html_on_a_page() -> None:
    block = Markdown("*a*")
    assert as_json(block)["nodes"][0]["children"] == [
        {"kind": "em", "children": [{"kind": "text", "text": "a"}]}
    ]
    assert block.html == "<p><em>a</em></p>\n"


def test_changed_words_say_how() -> None:
    assert as_json(Changed("text", [Part("old", "a")])) == {
        "name": "text",
        "parts": [{"kind": "old", "text": "a"}],
    }
