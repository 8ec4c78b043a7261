from kpi.strategy_sections.changes import WORDS_AROUND, change_blocks, shorten
from smm_agency.lib.document_blocks import Change, Changed, Changes, Heading, Note
from smm_agency.lib.word_diff import Part, diff_words
from strategy.changes import Change as RowChange
from strategy.changes import FieldChange, Group, Kind


def test_changes_are_told_word_by_word() -> None:
    group = Group("Goals", [
        RowChange(Kind.CHANGED, "Calls", [FieldChange("measure", "40 a month", "50 a month")]),
        RowChange(Kind.REMOVED, "Fame"),
    ])  # fmt: skip
    parts = [Part("old", "40 "), Part("new", "50 "), Part("same", "a month")]
    assert change_blocks([group]) == [
        Heading("Goals"),
        Changes([
            Change("changed", "changed", "Calls", [Changed("Measure", parts)]),
            Change("removed", "removed", "Fame", []),
        ]),
    ]  # fmt: skip


def test_no_change_is_said() -> None:
    assert change_blocks([]) == [Note("Nothing changed but the period.")]


def test_long_stretches_of_the_same_are_cut_to_the_words_beside_a_change() -> None:
    words = [f"w{number}" for number in range(200)]
    old = " ".join(words)
    new = " ".join([*words[:100], "NEW", *words[100:]])
    first, added, last = shorten(diff_words(old, new))
    assert first.text == "… " + " ".join(words[100 - WORDS_AROUND : 100]) + " "
    assert added == Part("new", "NEW ")
    assert last.text == " ".join(words[100 : 100 + WORDS_AROUND]) + " … "


def test_lines_stay_lines_where_a_text_is_cut() -> None:
    text = "\n".join(f"- {number}" for number in range(60))
    [first, _new] = shorten([Part("same", text + "\n"), Part("new", "x")])
    assert first.text.startswith("… 52\n- 53\n- 54\n")


def test_short_stretches_stay() -> None:
    parts = [Part("same", "a " * 2 * WORDS_AROUND), Part("old", "b")]
    assert shorten(parts) == parts
