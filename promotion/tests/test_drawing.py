"""Participants taken, a list sealed, winners drawn from it and checked again."""

import datetime as dt
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from openpyxl import load_workbook

from clients.models import User
from promotion.draw import order_of
from promotion.draw_protocol import as_bytes, check_protocol
from promotion.drawing import Outside, add_proof, draw_winners, masked, seal_list, take_outside_draw
from promotion.models import Draw, Participant, PromoAction, Winner
from promotion.participant_rows import key_of, read_participants
from promotion.participants import exclude, import_participants, take_back_in
from smm_agency.lib.tabular import ImportRefused, TableError, write_xlsx
from smm_agency.lib.uploads import CheckedFile
from tests.factories import NOON, PrizeFactory, PromoActionFactory, UserFactory

HOUR = dt.timedelta(hours=1)
FILE = "id,name\n1,Anna Kuznetsova\n2,Boris Petrov\n3,Vera\n"


def take(action: PromoAction, text: str = FILE, name: str = "list.csv", **more: Any) -> Any:
    return import_participants(action, text.encode(), name, at=NOON, **more)


def refusals(refused: Any) -> list[str]:
    error = refused.value
    return list(error.errors.lines()) if isinstance(error, ImportRefused) else [str(error)]


@pytest.fixture
def action() -> PromoAction:
    action = PromoActionFactory.create(organiser="Romashka LLC")
    PrizeFactory.create(action=action, place=1, title="Phone", quantity=1)
    PrizeFactory.create(action=action, place=2, title="Mug", quantity=2)
    return action


@pytest.fixture
def staff() -> User:
    return UserFactory.create()


def seal(action: PromoAction, by: User, *, count: int = 3) -> Draw:
    return seal_list(
        action, seen=count, source="Bank of Russia, USD, 2026-03-12", seed_at=NOON + HOUR, by=by,
        at=NOON,
    )  # fmt: skip


def draw(action: PromoAction, by: User, **more: Any) -> Draw:
    said: dict[str, Any] = {
        "seed": "77.95",
        "seen_hash": action.draw.list_hash,
        "at": NOON + 2 * HOUR,
    }
    return draw_winners(action, by=by, **(said | more))


# --- Files ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_import_takes_rows_in_their_order(action: PromoAction) -> None:
    done = take(action)
    assert (done.new, done.known, done.doubles) == (3, 0, [])
    rows = action.participants.order_by("number")
    assert [(row.number, row.external_id, row.name) for row in rows] == [
        (1, "1", "Anna Kuznetsova"), (2, "2", "Boris Petrov"), (3, "3", "Vera"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_import_twice_changes_nothing(action: PromoAction) -> None:
    take(action)
    before = list(Participant.objects.values("number", "mark", "added_at"))
    done = take(action)
    assert (done.new, done.known) == (0, 3)
    assert list(Participant.objects.values("number", "mark", "added_at")) == before


@pytest.mark.django_db
def test_import_merges_doubles_and_names_their_rows(action: PromoAction) -> None:
    done = take(
        action, "id,url\n7,\n,https://vk.com/id7\nid007,\n,https://m.vk.ru/ID7/?from=feed\n@ID07,\n"
    )
    assert (done.new, done.doubles) == (1, [(3, 2), (4, 2), (5, 2), (6, 2)])


@pytest.mark.django_db
def test_import_tells_pages_of_one_address_apart(action: PromoAction) -> None:
    done = take(
        action,
        "url\nfacebook.com/profile.php?id=1\nfacebook.com/profile.php?id=2&mibextid=x\n"
        "youtube.com/channel/UCab\nyoutube.com/channel/UCAB\nyoutube.com/@Anna?si=1\n"
        "https://m.facebook.com/profile.php?id=2\nhttps://www.youtube.com/@anna\n",
    )
    assert (done.new, done.doubles) == (5, [(7, 3), (8, 6)])


@pytest.mark.parametrize(
    "address",
    [
        "vk.com/wall-1_2?reply=33", "vk.com/wall-1_2", "vk.com/photo1_2", "vk.com/video-1_2",
        "vk.com/anna?w=wall1_2", "facebook.com/profile.php", "facebook.com/profile.php?id=1&v=2",
        "facebook.com/anna/posts/7", "instagram.com/p/abc", "youtube.com/watch?v=1",
        "t.me/somebody/12",
    ],
)  # fmt: skip
def test_address_of_a_post_is_no_page(address: str) -> None:
    with pytest.raises(TableError, match="is a post or a search, not a page"):
        key_of(page_url=address, row=2)


@pytest.mark.django_db
def test_import_keeps_the_excluded_out(action: PromoAction, staff: User) -> None:
    take(action)
    exclude(action.participants.get(number=2), reason="a bot", by=staff, at=NOON)
    take(action)
    assert list(action.participants.in_the_draw().values_list("number", flat=True)) == [1, 3]


@pytest.mark.django_db
def test_import_refuses_wrong_rows_whole(action: PromoAction) -> None:
    with pytest.raises(ImportRefused) as refused:
        take(action, "id,url,name\n1,,Anna\n,,Boris\n=1+1,,x\n,not an address,y\n")
    assert refusals(refused) == [
        "row 3: Neither the id nor the address of the page is given: fill in one.",
        "row 4, field id: “=1+1” is not an id of a page: letters, digits, “_”, “.” and “-”.",
        "row 5, field url: “not an address” is not the address of a page, such as"
        " https://vk.com/id1.",
    ]
    assert not Participant.objects.exists()


@pytest.mark.django_db
def test_import_refuses_formulas_of_a_workbook(action: PromoAction) -> None:
    book = load_workbook(io.BytesIO(write_xlsx([["1"]], ["id"])))
    book.active["A2"] = "=1+1"  # type: ignore[index]
    file = io.BytesIO()
    book.save(file)
    with pytest.raises((TableError, ImportRefused)):
        import_participants(action, file.getvalue(), "list.xlsx", at=NOON)
    assert not Participant.objects.exists()


@pytest.mark.django_db
def test_import_asks_for_the_column_and_takes_its_name(action: PromoAction) -> None:
    with pytest.raises(TableError) as refused:
        take(action, "who\n5\n")
    assert refusals(refused) == [
        "No column holds the id or the address of the page. The header has: who. Name the column"
        " below, or rename it to “id” or “url”."
    ]
    assert take(action, "who\n5\n", columns={"external_id": "Who"}).new == 1


@pytest.mark.django_db
def test_import_refuses_entries_after_the_end(action: PromoAction) -> None:
    action.entry_ends_at = NOON
    action.save()
    with pytest.raises(ImportRefused) as refused:
        take(action, "id,date\n1,2026-03-11 11:59\n2,2026-03-11 12:01\n")
    assert refusals(refused) == [
        "row 3: After the end of the entries: take the row out, or mend the dates of the action."
    ]


@pytest.mark.django_db
def test_file_of_too_many_rows_is_refused(action: PromoAction) -> None:
    text = "id\n" + "\n".join(str(number) for number in range(1, 100_002))
    with pytest.raises(TableError, match="More than 100000 rows"):
        read_participants(text.encode(), "list.csv", client=action.client)


# --- The sealed list ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_sealed_list_takes_nobody(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    for work in (
        lambda: take(action, "id\n9\n"),
        lambda: exclude(action.participants.get(number=1), reason="late", by=staff, at=NOON),
        lambda: take_back_in(action.participants.get(number=1)),
        lambda: seal(action, staff),
    ):
        with pytest.raises(ValidationError, match="The list is sealed: nobody can be added"):
            work()


@pytest.mark.django_db
def test_database_refuses_changes_of_a_sealed_list(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    person = action.participants.get(number=1)
    works: tuple[Callable[[], Any], ...] = (
        lambda: Participant.objects.filter(pk=person.pk).update(mark="0" * 64),
        lambda: Participant.objects.filter(pk=person.pk).delete(),
        lambda: action.prizes.update(quantity=9),
        lambda: Draw.objects.update(list_hash="0" * 64),
        lambda: Draw.objects.all()._raw_delete("default"),
    )
    for work in works:
        with pytest.raises(IntegrityError), transaction.atomic():
            work()
    # Keys of encryption change.
    assert Participant.objects.filter(pk=person.pk).update(name="Anna") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends_at", "count", "words"),
    [
        (NOON + HOUR, 3, "Entries are taken until 03/11/2026"),
        (NOON, 2, "The list has changed meanwhile"),
    ],
)
def test_seal_is_refused(
    action: PromoAction, staff: User, ends_at: dt.datetime, count: int, words: str
) -> None:
    take(action)
    action.entry_ends_at = ends_at
    action.save()
    with pytest.raises(ValidationError, match=words):
        seal(action, staff, count=count)
    assert not Draw.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "seed_at", "field"), [(" ", NOON + HOUR, "source"), ("a block", NOON, "seed_at")]
)
def test_seal_names_a_seed_to_come(
    action: PromoAction, staff: User, source: str, seed_at: dt.datetime, field: str
) -> None:
    take(action)
    with pytest.raises(ValidationError) as refused:
        seal_list(action, seen=3, source=source, seed_at=seed_at, by=staff, at=NOON)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.django_db
def test_seed_that_was_named_stays(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(seed_source="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(seed_at=NOON + 2 * HOUR)


@pytest.mark.django_db
def test_seal_needs_participants_and_prizes(staff: User) -> None:
    empty = PromoActionFactory.create()
    with pytest.raises(ValidationError, match="Nobody is in the list"):
        seal(empty, staff, count=0)
    take(empty)
    with pytest.raises(ValidationError, match="There are no prizes"):
        seal(empty, staff)


# --- The draw -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_draw_gives_prizes_in_the_order_of_the_seed(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    draw(action, staff)
    order = order_of("77.95", list(action.participants.values_list("mark", flat=True)))
    won = Winner.objects.order_by("place").values_list("participant__mark", "prize__title")
    assert list(won) == list(zip(order, ["Phone", "Mug", "Mug"], strict=True))


@pytest.mark.django_db
def test_draw_passes_over_the_excluded(action: PromoAction, staff: User) -> None:
    take(action)
    exclude(action.participants.get(number=1), reason="a bot", by=staff, at=NOON)
    seal(action, staff, count=2)
    draw(action, staff)
    assert sorted(Winner.objects.values_list("participant__number", flat=True)) == [2, 3]


@pytest.mark.django_db
def test_protocol_reproduces_the_draw(action: PromoAction, staff: User, tmp_path: Path) -> None:
    take(action)
    seal(action, staff)
    drawn = draw(action, staff)
    file = tmp_path / "draw.json"
    drawn.refresh_from_db()
    file.write_bytes(as_bytes(drawn.protocol))
    told = io.StringIO()
    call_command("verify_draw", str(file), published=drawn.list_hash, stdout=told)
    lines = told.getvalue().splitlines()
    assert len(lines) == 9
    assert all(line.startswith("agrees: ") for line in lines)
    assert "Kuznetsova" not in file.read_text()


CHANGES: dict[str, Any] = {
    "a participant left out": lambda told: told["list"].pop(),
    "a participant put in": lambda told: told["list"].append("0" * 64),
    "another seed": lambda told: told.update(seed="78.00"),
    "another winner": lambda told: told["winners"][0].update(mark=told["winners"][1]["mark"]),
    "another prize": lambda told: told["winners"][0].update(prize="Mug"),
    "a prize more": lambda told: told["prizes"][0].update(quantity=2),
    "a seed known before": lambda told: told.update(seed_at=told["sealed_at"]),
    "a winner left out": lambda told: told["winners"].pop(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_changed_protocol_differs(
    action: PromoAction, staff: User, tmp_path: Path, name: str
) -> None:
    take(action)
    seal(action, staff)
    protocol = json.loads(as_bytes(draw(action, staff).protocol))
    CHANGES[name](protocol)
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(protocol))
    with pytest.raises(CommandError, match="does not agree with itself"):
        call_command("verify_draw", str(file), stdout=io.StringIO())


@pytest.mark.django_db
def test_list_changed_with_its_hash_differs_from_the_published_one(
    action: PromoAction, staff: User
) -> None:
    take(action)
    seal(action, staff)
    drawn = draw(action, staff)
    checks = check_protocol(drawn.protocol, published="0" * 64)
    assert [check.agrees for check in checks] == [False] + [True] * 8


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "smm-draw/1", "list": [1]}', "\x00"])
def test_verify_draw_says_what_is_no_protocol(tmp_path: Path, text: str) -> None:
    file = tmp_path / "draw.json"
    file.write_text(text)
    with pytest.raises(CommandError, match=r"draw\.json cannot be checked"):
        call_command("verify_draw", str(file), stdout=io.StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"seed": "  "}, "seed"),
        ({"at": NOON + HOUR / 2}, "seed"),
    ],
)
def test_draw_refuses_seeds_that_prove_nothing(
    action: PromoAction, staff: User, said: dict[str, Any], field: str
) -> None:
    take(action)
    seal(action, staff)
    with pytest.raises(ValidationError) as refused:
        draw(action, staff, **said)
    assert list(refused.value.message_dict) == [field]
    assert not Winner.objects.exists()


@pytest.mark.django_db
def test_draw_waits_for_the_time_that_the_rules_name(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    PromoAction.objects.update(draw_at=NOON + 3 * HOUR)
    with pytest.raises(ValidationError, match="as the time of the draw: draw then"):
        draw(action, staff)


@pytest.mark.django_db
def test_draw_is_once_and_frozen(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    draw(action, staff)
    with pytest.raises(ValidationError, match="The winners are drawn already"):
        draw(action, staff, seed="78.10")
    works: tuple[Callable[[], Any], ...] = (
        lambda: Draw.objects.update(seed="78.10"),
        lambda: Winner.objects.filter(place=1).update(place=77),
        lambda: Winner.objects.all()._raw_delete("default"),
    )
    for work in works:
        with pytest.raises(IntegrityError), transaction.atomic():
            work()


@pytest.mark.django_db(transaction=True)
def test_two_people_draw_at_once(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    start, done, refused = threading.Barrier(2), list[str](), list[str]()

    def press(seed: str) -> None:
        try:
            start.wait(timeout=30)
            done.append(draw(PromoAction.objects.get(pk=action.pk), staff, seed=seed).seed)
        except ValidationError as error:
            refused.extend(error.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[seed]) for seed in ("77.95", "78.10")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(done) == 1
    assert [text[:30] for text in refused] == ["The winners are drawn already:"]
    assert Draw.objects.get().seed == done[0]
    assert Winner.objects.count() == 3


# --- Held elsewhere -------------------------------------------------------------------------------


def outside(action: PromoAction, by: User, *pages: str, **more: Any) -> Draw:
    said = {"drawn_at": NOON, "proof": None, "proof_url": "https://video.example/1", "at": NOON}
    return take_outside_draw(
        action, [Outside(page, name="Anna Kuznetsova") for page in pages], by=by, **(said | more)
    )


@pytest.mark.django_db
def test_outside_draw_takes_winners_and_adds_them(action: PromoAction, staff: User) -> None:
    outside(action, staff, "5", "https://vk.com/anna")
    won = Winner.objects.order_by("place").values_list("prize__title", "shown_name")
    assert list(won) == [("Phone", "A… K…"), ("Mug", "A… K…")]
    assert action.participants.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pages", "more", "words"),
    [
        (["5"], {"proof_url": ""}, "Give the proof: a file, or a link to the video of the draw."),
        ([], {}, "Name the winners, one in a line."),
        (["5", "id5"], {}, "Somebody is named twice: a winner wins once."),
        (["1", "2", "3", "4"], {}, "4 winners, but only 3 prizes: enter the prizes first."),
        (["5"], {"drawn_at": NOON + HOUR}, "This moment has not come yet."),
        (["5 6"], {}, "Line 1: “5 6” is not an id of a page: letters, digits, “_”, “.” and “-”."),
    ],
)
def test_outside_draw_is_refused(
    action: PromoAction, staff: User, pages: list[str], more: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        outside(action, staff, *pages, **more)
    assert refused.value.messages == [words]


@pytest.mark.django_db
def test_outside_winner_stands_in_the_sealed_list(action: PromoAction, staff: User) -> None:
    take(action)
    seal(action, staff)
    with pytest.raises(ValidationError) as refused:
        outside(action, staff, "99", reason="x")
    assert refused.value.messages == ["Line 1: 99 is not in the sealed list."]
    with pytest.raises(ValidationError, match="sealed to be drawn by a seed: say why it is not"):
        outside(action, staff, "2", reason=" ")
    kept = outside(action, staff, "2", reason="the bank gave no rate")
    assert (kept.elsewhere_reason, Winner.objects.get().participant.number) == (
        "the bank gave no rate", 2,
    )  # fmt: skip


@pytest.mark.django_db
def test_proof_is_added_later_and_stays(action: PromoAction, staff: User) -> None:
    with pytest.raises(ValidationError, match="Nothing is drawn yet"):
        add_proof(action, proof=None, proof_url="https://video.example/2", by=staff)
    outside(action, staff, "5")
    with pytest.raises(ValidationError, match="This proof is given already"):
        add_proof(action, proof=None, proof_url="https://video.example/2", by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(proof_url="https://video.example/2")
    proof = CheckedFile("proof.pdf", "application/pdf", b"%PDF-1.4", "ab" * 32)
    kept = add_proof(action, proof=proof, proof_url="", by=staff)
    assert (kept.proof_url, kept.proof_file is not None) == ("https://video.example/1", True)


@pytest.mark.django_db
def test_database_wants_a_proof(action: PromoAction) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.create(client=action.client, action=action, method="elsewhere", drawn_at=NOON)


@pytest.mark.django_db
def test_database_wants_a_seed_after_the_list(action: PromoAction) -> None:
    listed = {"list_hash": "a" * 64, "listed_count": 1, "listed_at": NOON}
    for seed_at in (None, NOON):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.create(
                client=action.client, action=action, method="verifiable", seed="1",
                seed_source="x", seed_at=seed_at, drawn_at=NOON + HOUR, **listed,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Анна Кузнецова", "А… К…"),
        ("Кузнецова Анна Сергеевна", "К… А… С…"),
        ("Anna Maria Lopez", "A… M… L…"),
        ("+7 912 000-00-00", ""),
        ("79120000000", ""),
        ("Vera", "V…"),
        ("", ""),
        ("🌸 Anna", "A…"),
        ("   ", ""),
    ],
)
def test_masked_names(name: str, shown: str) -> None:
    assert masked(name) == shown
