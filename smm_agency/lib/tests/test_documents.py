import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from smm_agency.lib.document_blocks import (
    Branch,
    Card,
    Cards,
    Change,
    Changed,
    Changes,
    Column,
    Facts,
    Heading,
    Markdown,
    Note,
    Section,
    Signature,
    Signatures,
    Table,
    Text,
    Tree,
    as_json,
    number_column,
)
from smm_agency.lib.documents import TEMPLATES, make_pdf
from smm_agency.lib.word_diff import Part
from tests.pdf import count_pages

AT = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)
ECHO = "#let data = json(bytes(sys.inputs.data))\n#data.words\n"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "inside" / "echo.typ"
    path.parent.mkdir()
    path.write_text(ECHO)
    return path


def refusal(template: Path, source: str) -> str:
    template.write_text(source)
    with pytest.raises(typst.TypstError) as refused:
        make_pdf(template, {}, at=AT)
    return refused.value.message


def test_same_data_at_the_same_moment_makes_the_same_bytes(template: Path) -> None:
    first, second = (make_pdf(template, {"words": "Привет"}, at=AT) for _ in range(2))
    later = make_pdf(template, {"words": "Привет"}, at=AT + dt.timedelta(days=1))
    assert (first == second, first == later, count_pages(first)) == (True, False, 1)


def test_pages_are_counted(template: Path) -> None:
    template.write_text(ECHO + "#pagebreak()\n#data.words")
    assert count_pages(make_pdf(template, {"words": "a"}, at=AT)) == 2


@pytest.mark.parametrize(
    "words", ['#panic("read as code")', '#read("/etc/passwd")', "$x", "*a", '"']
)
def test_words_are_no_markup(template: Path, words: str) -> None:
    assert count_pages(make_pdf(template, {"words": words}, at=AT)) == 1


def test_no_file_outside_of_the_templates_folder_is_read(template: Path) -> None:
    (template.parent.parent / "secret.txt").write_text("secret")
    assert "escape the project root" in refusal(template, '#read("../secret.txt")')
    assert "file not found" in refusal(template, '#read("/etc/passwd")')


def test_letters_are_our_own_and_never_the_machines(template: Path) -> None:
    """Cyrillic and emoji are drawn by the fonts that come along."""
    template.write_text(
        ECHO + '#set text(font: ("Fira Sans", "Noto Emoji"), fallback: false)\n#data.words'
    )
    pdf = make_pdf(template, {"words": "Съешь ещё 🔥"}, at=AT)
    assert (b"FiraSans" in pdf, b"NotoEmoji" in pdf, b"LiberationSans" in pdf) == (
        True, True, False,
    )  # fmt: skip


# --- The house's own template ---------------------------------------------------------------------


def page_of(*sections: Section, **more: Any) -> dict[str, Any]:
    """The data of a strategy with these sections."""
    return {
        "language": "en", "agency": "", "title": "T", "running": "", "edition": "", "mark": "",
        "words": {"contents": "Contents", "page": "{page}/{pages}"},
        "cover": {
            "agency": "", "kind": "", "title": "T", "client": "", "facts": [], "summary": "",
        },
        "sections": as_json(sections), **more,
    }  # fmt: skip


def pages_of(*sections: Section, **more: Any) -> int:
    return count_pages(make_pdf(TEMPLATES / "strategy.typ", page_of(*sections, **more), at=AT))


def everything(words: str) -> Section:
    """Every kind of block, with these words in each place that takes words."""
    table = Table([Column(words), number_column(words)], [[words, words]] * 2, [words, words])
    change = Change("changed", words, words, [
        Changed(words, [Part("same", words), Part("old", words), Part("new", words)])
    ])  # fmt: skip
    return Section(words, [
        Markdown(words), Heading(words), Text(words), Note(words), Facts([(words, words)]), table,
        Cards([Card(words, [(words, words)], words)] * 3), Changes([change]),
        Tree([Branch(words, words, words, table, [Branch(words, words)])]),
        Signatures([Signature(words, words), Signature(words, "", words)], [words] * 3),
    ])  # fmt: skip


ODD = [
    "*b* _i_ #x $y$ \"z\" 'q' \\ ` ~ @ref <label> [c] // /* */ = - + 1. {} | & %",
    "#panic(1)",
    "слово" * 60,
    "https://example.org/" + "a" * 500,
    "🔥 👩‍💻 ❤️ 1️⃣",
    "日本語 العربية עברית ไทย",
    "a\nb\r\nc\td",
    "\u202e\u200b\u00ad\ufeff",
    "",
    " ",
]


@pytest.mark.parametrize("words", ODD)
def test_any_words_are_laid_out(words: str) -> None:
    assert 3 <= pages_of(everything(words), mark=words, running=words, agency=words) <= 12


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_characters_are_laid_out(words: str) -> None:
    assert pages_of(everything(words)) >= 3


def test_a_long_table_runs_over_pages() -> None:
    table = Table([Column("A"), number_column("B")], [["word " * 30, "1"]] * 40, ["Sum", "40"])
    assert pages_of(Section("S", [table])) >= 4


def test_cells_and_cards_longer_than_a_page_break() -> None:
    long = "word " * 3000
    assert pages_of(Section("S", [Table([Column("A")], [[long]])])) > 4
    assert pages_of(Section("S", [Cards([Card("C", [("f", long)])])])) > 4


def test_nothing_makes_a_cover_and_a_page_of_contents() -> None:
    assert pages_of() == 2
    assert pages_of(Section("S", [Table([Column("A")], []), Cards([]), Tree([]), Facts([])])) == 3
