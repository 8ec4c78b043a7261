"""Days of a page from Meta Business Suite (“Results”): one figure a file, or two blocks in one.

UTF-16, a line `sep=,`, the figure's title, then "Date","Primary" and a row a day. The time in a row
is the account's midnight in another zone, which moves with summer time: only the day is taken.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.utils.translation import gettext as _

from kpi.column_mapping import DATE, field_title
from kpi.day_files import (
    DayFile,
    DayFileOptions,
    DayReading,
    check_day,
    keep_latest,
    note_missing_days,
)
from kpi.file_networks import other_network
from kpi.models import FileKind
from kpi.written_cells import WrittenCells
from smm_agency.lib.tabular import DateOrder, TableError, read_csv_records

HEADER = ("Date", "Primary")
NETWORKS = ("facebook", "instagram")
# The sum of reactions, comments, shares and saves comes in one figure, and is kept as one.
COUNTERS: Mapping[str, str] = MappingProxyType(
    {
        "follows": "joined",
        "unfollows": "left",
        "reach": "reach",
        "views": "views_day",
        "content interactions": "interactions",
        "interactions": "interactions",
        "visits": "visits",
        "page visits": "visits",
        "profile visits": "visits",
        "link clicks": "clicks",
    }
)

Record = tuple[int, list[str]]
_TIME = re.compile(r"T[0-9:.]+$")


@dataclass(slots=True)
class Block:
    """One figure of the file: its title, which network it names ("" for none), its rows."""

    title: str
    network: str
    figure: str
    rows: list[Record] = field(default_factory=list)


def is_meta_page_file(records: Sequence[Record]) -> bool:
    """By its first records: a title alone, then either Date and Primary, or names of people."""
    return len(records) > 1 and len(records[0][1]) == 1 and _is_header(records[1][1])


def is_audience_file(records: Sequence[Record]) -> bool:
    """Several small tables of shares in one file, each under its title."""
    titles = {cells[0].strip().casefold() for _row, cells in records if len(cells) == 1}
    return bool(titles & {"age & gender", "top cities", "top countries", "top towns/cities"})


def audience_refusal() -> TableError:
    return TableError(
        None,
        None,
        _(
            "This is the audience of a page: shares of ages, cities and countries at one moment, in"
            " several tables. They are no counters of a day and are not kept; nothing was taken."
            " Put them into the strategy's portrait of the audience by hand."
        ),
    )


def read_meta_days(data: bytes, name: str, options: DayFileOptions) -> DayFile:
    """The one block of the page's network. Raises TableError where there is none or several."""
    records, notes = read_csv_records(data)
    rows = list(records)
    if not is_meta_page_file(rows) and is_audience_file(rows):
        raise audience_refusal()
    file = DayFile(notes=list(notes))
    block = _choose(_blocks(rows), options, file)
    counter = _counter_of(block)
    file.header = HEADER
    file.columns = {DATE: HEADER[0], counter: HEADER[1]}
    for number, cells in block.rows:
        file.rows += 1
        _read(number, cells, counter, options, file)
    file.notes += _notes(block, counter)
    keep_latest(file, column=HEADER[0])
    note_missing_days(file)
    return file


def _is_header(cells: Sequence[str]) -> bool:
    return tuple(cell.strip() for cell in cells[:2]) == HEADER


def _blocks(rows: Sequence[Record]) -> list[Block]:
    blocks: list[Block] = []
    skipped = 0
    for place, (_number, cells) in enumerate(rows):
        is_title = place + 1 < len(rows) and _is_header(rows[place + 1][1])
        if is_title:
            blocks.append(_block(cells[0].strip()))
            skipped = 1
        elif skipped:
            skipped = 0
        elif blocks:
            blocks[-1].rows.append(rows[place])
    if not blocks:
        message = _("No “Date”, “Primary” under a title: this is no export of a page from Meta.")
        raise TableError(None, None, message)
    return blocks


def _block(title: str) -> Block:
    words = title.casefold()
    network = next((code for code in NETWORKS if words.startswith(code)), "")
    return Block(title, network, words.removeprefix(network).strip())


def _choose(blocks: Sequence[Block], options: DayFileOptions, file: DayFile) -> Block:
    fitting = [each for each in blocks if each.network in ("", options.network)]
    titles = _listed(each.title for each in blocks)
    if not fitting:
        raise other_network(titles, options.network)
    own = [each for each in fitting if each.network] or fitting
    if len(own) > 1:
        message = _("The file holds several figures: %(titles)s. Export each into its own file.")
        raise TableError(None, None, message % {"titles": titles})
    for each in blocks:
        if each is not own[0]:
            file.skip(_("the block “%(title)s”") % {"title": each.title}, len(each.rows))
            file.rows += len(each.rows)
    return own[0]


def _counter_of(block: Block) -> str:
    counter = COUNTERS.get(block.figure)
    if counter is None:
        message = _(
            "“%(title)s” is no figure that is known here: %(known)s. If it is one of the counters,"
            " take the file by its columns, with the header in row 2."
        )
        values = {"title": block.title[:60], "known": ", ".join(sorted(COUNTERS))}
        raise TableError(None, None, message % values)
    return counter


def _read(
    number: int, cells: Sequence[str], counter: str, options: DayFileOptions, file: DayFile
) -> None:
    if len(cells) != len(HEADER):
        message = _("The row has %(cells)s cells, the header %(columns)s.")
        values = {"cells": len(cells), "columns": len(HEADER)}
        file.errors.add(TableError(number, None, message % values))
        return
    # The day as the account sees it: the hour tells only where the file was made.
    row = {HEADER[0]: _TIME.sub("", cells[0]), HEADER[1]: cells[1]}
    read = WrittenCells(row, number, file.errors, order=DateOrder.YMD)
    moment, _is_day = read.day_end(HEADER[0], options.client_zone)
    value = read.count(HEADER[1])
    if not read.is_good:
        return
    with file.errors.collect():
        day = moment.astimezone(options.client_zone).date()
        check_day(day, options.today, row=number, field=HEADER[0])
        file.days.append(DayReading(number, day, moment, {counter: value}))


def _notes(block: Block, counter: str) -> list[str]:
    taken = _("“%(title)s” is taken as “%(counter)s”.")
    notes = [
        taken % {"title": block.title, "counter": field_title(FileKind.DAYS, counter)},
        _("Days are those of the account at Meta; its last day may not be whole."),
    ]
    if not block.network:
        notes.append(
            _("The file does not say whether it is of Facebook or of Instagram, nor of which page.")
        )
    if counter == "interactions":
        notes.append(
            _(
                "Interactions are likes, comments, shares and saves in one sum: they are kept as a"
                " sum, and engagement rates do not use them."
            )
        )
    return notes


def _listed(titles: Iterable[str]) -> str:
    return ", ".join(f"“{title[:60]}”" for title in titles)
