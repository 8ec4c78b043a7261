"""The arithmetic of a draw that anyone can repeat."""

import hashlib
import random
import shutil
import subprocess

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from promotion.draw import clean_seed, list_hash, list_text, mark_of, order_of, score_of

MARKS = [mark_of("salt", str(number)) for number in range(1, 6)]

ids = st.lists(st.text("abc123._-", min_size=1, max_size=8), min_size=1, max_size=40, unique=True)
seeds = st.text(min_size=1, max_size=30)


def test_mark_is_the_hash_of_salt_and_id() -> None:
    assert mark_of("salt", "1") == hashlib.sha256(b"salt:1").hexdigest()


def test_list_is_sorted_and_each_line_ended() -> None:
    assert list_text(MARKS) == "\n".join(sorted(MARKS)) + "\n"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no coreutils here")
def test_hash_of_the_list_is_that_of_sha256sum() -> None:
    text = list_text(MARKS).encode()
    told = subprocess.run(["sha256sum"], input=text, capture_output=True, check=True)  # noqa: S607
    assert told.stdout.decode().split()[0] == list_hash(MARKS)


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ([MARKS[0], MARKS[0]], "A mark stands twice in the list."),
        (["123"], "'123' is not a mark: 64 digits of 0-9 a-f."),
        ([MARKS[0].upper()], f"'{MARKS[0].upper()}' is not a mark: 64 digits of 0-9 a-f."),
        ([MARKS[0] + "\n"], f"{MARKS[0] + chr(10)!r} is not a mark: 64 digits of 0-9 a-f."),
    ],
)
def test_list_refuses_what_is_no_list(marks: list[str], words: str) -> None:
    with pytest.raises(ValueError, match="mark") as refused:
        list_text(marks)
    assert str(refused.value) == words


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no coreutils here")
def test_order_is_that_of_the_shell_in_the_docs() -> None:
    page = (settings.BASE_DIR / "docs" / "draws.md").read_text(encoding="utf-8")
    lines = page.split("    sha256sum list.txt")[1].split("## By the program")[0].splitlines()[1:]
    script = "\n".join(line[4:] for line in lines).replace("done < list.txt", "done")
    told = subprocess.run(  # noqa: S603
        ["bash", "-c", script],  # noqa: S607
        input=list_text(MARKS).encode(), capture_output=True, check=True,
    )  # fmt: skip
    marks = [line.split()[1] for line in told.stdout.decode().splitlines()]
    assert marks == order_of("77.9532", MARKS)


def test_order_is_by_the_hash_of_seed_and_mark() -> None:
    scores = {hashlib.sha256(f"77.95:{mark}".encode()).hexdigest(): mark for mark in MARKS}
    assert order_of("77.95", MARKS) == [scores[score] for score in sorted(scores)]


@given(seeds, ids)
def test_order_holds_every_participant_once(seed: str, names: list[str]) -> None:
    marks = [mark_of("s", name) for name in names]
    assert sorted(order_of(seed, marks)) == sorted(marks)


@given(seeds, ids, st.randoms(use_true_random=False))
def test_order_and_hash_do_not_depend_on_the_order_of_input(
    seed: str, names: list[str], chance: random.Random
) -> None:
    marks = [mark_of("s", name) for name in names]
    shuffled = chance.sample(marks, len(marks))
    assert order_of(seed, shuffled) == order_of(seed, marks)
    assert list_hash(shuffled) == list_hash(marks)


@given(seeds, ids)
def test_order_without_one_is_the_order_of_the_others(seed: str, names: list[str]) -> None:
    """Who is passed over changes nobody else's place among the others."""
    marks = [mark_of("s", name) for name in names]
    order = order_of(seed, marks)
    assert order_of(seed, marks[1:]) == [mark for mark in order if mark != marks[0]]


@given(ids)
def test_list_without_one_has_another_hash(names: list[str]) -> None:
    marks = [mark_of("s", name) for name in names]
    assert list_hash(marks[1:]) != list_hash(marks)


def test_places_are_spread_evenly() -> None:
    """Each of five wins a fifth of the draws: 2,000 seeds, within 4 standard deviations."""
    won = [order_of(str(seed), MARKS)[0] for seed in range(2_000)]
    assert all(abs(won.count(mark) - 400) < 4 * 18 for mark in MARKS)


def test_seed_is_taken_without_blanks_and_in_one_form() -> None:
    assert clean_seed("  77,95 \n") == "77,95"
    assert clean_seed("й") == "й"


@pytest.mark.parametrize("text", ["", "   ", "a\nb", "a\x00b", "x" * 201, "a\u200bb"])
def test_seed_is_refused_where_it_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match="A seed is one line"):
        clean_seed(text)


def test_score_tells_seeds_apart() -> None:
    assert score_of("1", MARKS[0]) != score_of("2", MARKS[0])
