"""The protocol of a draw: all that is needed to repeat it, and nobody's name.

It knows no database: `check_protocol` works from the protocol alone.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from promotion.draw import FORMAT, FORMULA, clean_seed, list_hash, order_of, score_of

Protocol = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One thing that was counted again."""

    says: str
    agrees: bool


def deal(order: Sequence[str], prizes: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """(mark, prize) by place: as many winners as there are prizes, or participants."""
    each = [title for title, quantity in prizes for _copy in range(quantity)]
    return list(zip(order, each, strict=False))


def write_protocol(
    about: Mapping[str, str],
    *,
    marks: Sequence[str],
    prizes: Sequence[tuple[str, int]],
    sealed_at: dt.datetime,
    seed: str,
    seed_source: str,
    seed_at: dt.datetime,
    drawn_at: dt.datetime,
) -> dict[str, Any]:
    """`about` is what people call the action and its organiser; it decides nothing."""
    winners = deal(order_of(seed, marks), prizes)
    return {
        "format": FORMAT,
        "formula": FORMULA,
        **about,
        "list_sha256": list_hash(marks),
        "participants": len(marks),
        "sealed_at": stamp(sealed_at),
        "prizes": [{"title": title, "quantity": quantity} for title, quantity in prizes],
        "seed": seed,
        "seed_source": seed_source,
        "seed_at": stamp(seed_at),
        "drawn_at": stamp(drawn_at),
        "winners": [
            {"place": place, "mark": mark, "score": score_of(seed, mark), "prize": prize}
            for place, (mark, prize) in enumerate(winners, start=1)
        ],
        "list": sorted(marks),
    }


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def as_bytes(protocol: Protocol) -> bytes:
    """The same protocol is always the same file."""
    text = json.dumps(protocol, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def as_text(protocol: Protocol) -> str:
    """For people; the list stands last."""
    lines = [
        _("Protocol of a draw"),
        "",
        *(f"{name}: {protocol[name]}" for name in sorted(protocol) if _is_said(protocol[name])),
        "",
        _("Prizes:"),
        *(f"  {prize['quantity']} × {prize['title']}" for prize in protocol["prizes"]),
        "",
        _("Winners (place, mark, score, prize):"),
        *(
            f"  {won['place']}. {won['mark']} {won['score']} {won['prize']}"
            for won in protocol["winners"]
        ),
        "",
        _("List of participants (marks):"),
        *protocol["list"],
    ]
    return "\n".join(lines) + "\n"


def _is_said(value: Any) -> bool:
    return isinstance(value, (str, int))


def check_protocol(protocol: Any, *, published: str = "") -> list[Check]:
    """Count the draw again; `published` is the hash of the list as it was made known before.

    Raises ValueError where this is no protocol.
    """
    _refuse_other(protocol)
    marks, seed = protocol["list"], protocol["seed"]
    found = list_hash(marks)
    prizes = [(prize["title"], prize["quantity"]) for prize in protocol["prizes"]]
    winners = deal(order_of(seed, marks), prizes)
    checks = [
        Check(_("the number of participants"), len(marks) == protocol["participants"]),
        Check(_("the hash of the list: %(hash)s") % {"hash": found},
              found == protocol["list_sha256"]),
        Check(_("the seed is one line without blanks around it"), _is_clean(seed)),
        Check(_("the seed came to be after the list was sealed"), _is_later(protocol)),
        Check(_("the number of winners: %(count)s") % {"count": len(winners)},
              len(winners) == len(protocol["winners"])),
        *_check_winners(protocol["winners"], winners, seed),
    ]  # fmt: skip
    if published:
        says = _("the hash that was published before")
        checks.insert(0, Check(says, published.strip().lower() == found))
    return checks


def _check_winners(
    told: Sequence[Mapping[str, Any]], counted: Sequence[tuple[str, str]], seed: str
) -> list[Check]:
    checks = []
    for place, (mark, prize) in enumerate(counted, start=1):
        right = {"place": place, "mark": mark, "score": score_of(seed, mark), "prize": prize}
        agrees = place <= len(told) and dict(told[place - 1]) == right
        says = _("place %(place)s: %(mark)s wins “%(prize)s”")
        checks.append(Check(says % right, agrees))
    return checks


def _is_clean(seed: str) -> bool:
    try:
        return clean_seed(seed) == seed
    except ValueError:
        return False


def _is_later(protocol: Protocol) -> bool:
    sealed, seed, drawn = (
        dt.datetime.fromisoformat(protocol[name]) for name in ("sealed_at", "seed_at", "drawn_at")
    )
    return sealed < seed <= drawn


SHAPE: dict[str, type] = {
    "list": list, "list_sha256": str, "participants": int, "prizes": list, "seed": str,
    "sealed_at": str, "seed_at": str, "drawn_at": str, "winners": list,
}  # fmt: skip


def _refuse_other(protocol: Any) -> None:
    if not isinstance(protocol, dict) or protocol.get("format") != FORMAT:
        raise ValueError(_("This is no protocol of the form %(format)s.") % {"format": FORMAT})
    for name, kind in SHAPE.items():
        if not isinstance(protocol.get(name), kind):
            raise ValueError(_("The protocol has no “%(name)s”.") % {"name": name})
    for mark in protocol["list"]:
        if not isinstance(mark, str):
            raise ValueError(_("A line of the list is no text."))
    for prize in protocol["prizes"]:
        if not isinstance(prize, dict) or not isinstance(prize.get("quantity"), int):
            raise ValueError(_("A prize of the protocol has no number."))
        if (
            not isinstance(prize.get("title"), str)
            or not 0 <= prize["quantity"] <= len(protocol["list"]) + 100_000
        ):
            raise ValueError(_("A prize of the protocol has no number."))
    if not all(isinstance(won, dict) for won in protocol["winners"]):
        raise ValueError(_("A winner of the protocol is no record."))
