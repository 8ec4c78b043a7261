"""No notice says a number of a telephone, a caller, or a text that nobody has approved.

Every place that tells people is walked through: what stands in `subject` and `text` there, with the
functions and classes of the same module that it goes through, reads titles, kinds and counts only.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("clients", "communities", "strategy", "content", "promotion", "kpi", "smm_agency")
TELLERS = {"tell", "tell_of_several"}
# Of posts, comments and messages, of people and their telephones, of what a client wrote.
FORBIDDEN = {
    "text", "body", "comment", "answer", "said", "author_name", "caller", "phone", "phones",
    "number", "last_four", "e164", "raw", "value", "evidence",
}  # fmt: skip
# Functions that put such texts together.
MAKERS = {"outgoing_text", "content_of", "letter_text"}


def tellings() -> list[tuple[str, ast.Call, dict[str, ast.AST]]]:
    """(place, call, what its module defines) for every call that writes notices."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "tests" in path.parts or "migrations" in path.parts:
                continue
            tree = ast.parse(path.read_text())
            defined: dict[str, ast.AST] = {
                node.name: node
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef | ast.ClassDef)
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and is_telling(node):
                    place = f"{path.relative_to(ROOT)}:{node.lineno}"
                    found.append((place, node, defined))
    return found


def is_telling(call: ast.Call) -> bool:
    given = {each.arg for each in call.keywords}
    return name_of(call.func) in TELLERS and given >= {"subject", "text"}


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def read_by(node: ast.AST, defined: dict[str, ast.AST], seen: set[str]) -> Iterator[str]:
    """Names of attributes and functions that the words are made of."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Load):
            yield each.attr
        name = each.id if isinstance(each, ast.Name) else ""
        if name in MAKERS:
            yield name
        if name in defined and name not in seen:
            yield from read_by(defined[name], defined, {*seen, name})


TELLINGS = tellings()


def test_places_that_tell_are_found() -> None:
    assert len(TELLINGS) >= 20


@pytest.mark.parametrize(("place", "call", "defined"), TELLINGS, ids=[each[0] for each in TELLINGS])
def test_words_are_made_of_titles_and_kinds_only(
    place: str, call: ast.Call, defined: dict[str, ast.AST]
) -> None:
    words = [each.value for each in call.keywords if each.arg in ("subject", "text")]
    assert len(words) == 2
    seen = {name for word in words for name in read_by(word, defined, set())}
    assert seen & (FORBIDDEN | MAKERS) == set()
