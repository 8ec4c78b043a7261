"""The parts of a document that is printed or shown on a page. All text in them is plain text, but
that of `Markdown`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.utils.safestring import SafeString

from smm_agency.lib.charts import Mark, Plot
from smm_agency.lib.markdown import read_tree, render_html
from smm_agency.lib.word_diff import Part
from smm_agency.lib.words import Number, as_count, as_share

# A label and what stands beside it.
Fact = tuple[str, str]


class Block:
    """One part of a section. `kind` names its look on paper, `template` that on a page."""

    @property
    def kind(self) -> str:
        return type(self).__name__.lower()

    @property
    def template(self) -> str:
        return f"portal/blocks/{self.kind}.html"


@dataclass(frozen=True)
class Markdown(Block):
    text: str

    @property
    def html(self) -> SafeString:
        return render_html(self.text)


@dataclass(frozen=True)
class Heading(Block):
    text: str


@dataclass(frozen=True)
class Text(Block):
    """A paragraph; its lines stay lines."""

    text: str


@dataclass(frozen=True)
class Note(Block):
    """A remark in small letters."""

    text: str


@dataclass(frozen=True)
class Facts(Block):
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Column:
    """Columns share the width by their weights; one of weight 0 is as wide as it must be."""

    title: str
    weight: int = 1
    is_number: bool = False


def number_column(title: str, *, weight: int = 0) -> Column:
    return Column(title, weight, is_number=True)


@dataclass(frozen=True)
class Table(Block):
    """Cells are written already, as many in a row as there are columns; `total` is the last row.

    The first line of a cell is what it says, the others are said of it.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()

    @property
    def lines(self) -> list[list[tuple[Column, str]]]:
        """Each cell with its column."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def last_line(self) -> list[tuple[Column, str]]:
        return list(zip(self.columns, self.total, strict=False))


@dataclass(frozen=True)
class Card:
    title: str
    facts: Sequence[Fact]
    mark: str = ""


@dataclass(frozen=True)
class Cards(Block):
    cards: Sequence[Card]


@dataclass(frozen=True)
class Branch:
    """One of a tree: what it is, and what hangs on it."""

    label: str
    title: str
    note: str = ""
    table: Table | None = None
    branches: Sequence["Branch"] = ()


@dataclass(frozen=True)
class Tree(Block):
    branches: Sequence[Branch]


@dataclass(frozen=True)
class Chart(Block):
    """A picture that is drawn already; `title` says in words what it shows."""

    title: str
    svg: str


@dataclass(frozen=True)
class Graph(Block):
    """A chart by its description: a page draws it with the table of its values, paper as a picture.

    `key` tells it from the others of a page; `first_column` says what the labels are.
    """

    key: str
    title: str
    first_column: str
    plot: Plot
    note: str = ""

    @property
    def element_id(self) -> str:
        return f"chart-{self.key}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured: a target alone is no figure."""
        facts = [one for one in self.plot.series if one.role != "target"]
        return all(value is None for one in facts for value in one.values)

    @property
    def config(self) -> dict[str, Any]:
        return self.plot.config

    @property
    def marks(self) -> Sequence[Mark]:
        return self.plot.marks

    @property
    def headers(self) -> list[str]:
        return [one.label for one in self.plot.series]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        write: Callable[[Number | None], str] = as_share if self.plot.is_share else as_count
        return [
            (label, [write(one.values[position]) for one in self.plot.series])
            for position, label in enumerate(self.plot.labels)
        ]


@dataclass(frozen=True)
class Changed:
    """One field before and after, word by word."""

    name: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Change:
    kind: str
    label: str
    title: str
    fields: Sequence[Changed]


@dataclass(frozen=True)
class Changes(Block):
    changes: Sequence[Change]


@dataclass(frozen=True)
class Signature:
    """A line to sign on; `done` is told in place of it where it is known."""

    role: str
    name: str
    done: str = ""


@dataclass(frozen=True)
class Signatures(Block):
    signatures: Sequence[Signature]
    # What stands below the lines: name, signature, date.
    captions: Sequence[str]


@dataclass(frozen=True)
class Section:
    title: str
    blocks: Sequence[Block]
    is_on_new_page: bool = False


def as_json(value: Any) -> Any:
    """For a template of documents: a block names its kind, Markdown is a tree."""
    if isinstance(value, Markdown):
        return {"kind": value.kind, "nodes": read_tree(value.text)}
    if isinstance(value, Part):
        return {"kind": value.kind, "text": value.text}
    if is_dataclass(value):
        found = {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
        return {"kind": value.kind, **found} if isinstance(value, Block) else found
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    return value
