"""Columns of lists that are labels with a colour."""

from unfold.utils import display_for_label

from clients.admin.columns import column


@column("state", label={"open": "success"})
def state(row: tuple[str, str]) -> tuple[str, str]:
    return row


def test_a_label_says_the_word_whether_its_code_has_a_colour_or_not() -> None:
    colours = getattr(state, "label", None)
    rows = [("open", "открыт"), ("void", "отменён")]
    shown = [display_for_label(row, "-", colours) for row in rows]
    assert ["открыт" in shown[0], "отменён" in shown[1], "void" in shown[1]] == [True, True, False]
