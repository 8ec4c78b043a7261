"""What became of the letters of a report, as staff read it."""

from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from clients.models import Letter, LetterState
from kpi.models import Report


class DeliveryLine(NamedTuple):
    number: int
    name: str
    address: str
    state: str
    label: str
    when: str
    detail: str


def delivery_lines(report: Report) -> list[DeliveryLine]:
    """The newest sending first; reads what was prefetched."""
    rows = sorted(report.deliveries.all(), key=lambda row: (-row.number, row.address))
    return [
        DeliveryLine(
            row.number, row.name, row.address, row.letter.state,
            str(LetterState(row.letter.state).label), _when(row.letter), _detail(row.letter),
        )
        for row in rows
    ]  # fmt: skip


def _when(letter: Letter) -> str:
    moment = letter.bounced_at or letter.sent_at
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""


def _detail(letter: Letter) -> str:
    if letter.bounced_at:
        return " ".join(part for part in (letter.bounce_code, letter.bounce_note) if part)
    return letter.error


def summary_of(lines: list[DeliveryLine]) -> str:
    """Of the newest sending: `2 sent, 1 bounced`."""
    newest = [line for line in lines if line.number == lines[0].number]
    told = []
    for state in LetterState:
        count = sum(line.state == state for line in newest)
        if count:
            told.append(f"{count} {state.label}")
    return ", ".join(told)
