"""A post takes the steps of its table, by those who may, with what each step asks for."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from clients.models import Role
from content.models import Approvals, Post, PostMove, PostState, PublicationState
from content.post_ways import BY_OLD, STEPS
from content.tests.posts_on_the_way import (
    MINUTE,
    TO_CLIENT,
    WORD,
    client_with,
    person_of,
    post_of,
    walk,
    with_client,
)
from content.workflow import ClientWord, move_post, next_steps, why_frozen
from tests.factories import NOON, PostFactory, PostFileFactory, PublicationFactory

pytestmark = pytest.mark.django_db

S = PostState


def test_table_leads_from_every_state_and_into_every_other() -> None:
    assert {step.old for step in STEPS} == set(PostState)
    assert {step.new for step in STEPS} == set(PostState) - {S.IDEA}


def test_no_two_steps_of_a_state_stand_under_the_same_terms() -> None:
    for steps in BY_OLD.values():
        ways = [(step.new, terms) for step in steps for terms in step.approvals]
        assert len(ways) == len(set(ways))


def test_whole_way_with_the_clients_word() -> None:
    client = client_with()
    manager = person_of(client)
    post = walk(
        post_of(client, S.IDEA), S.DRAFT, S.IN_WORK, *TO_CLIENT, S.CLIENT_APPROVED, S.SCHEDULED,
        by=manager,
    )  # fmt: skip
    moves = list(PostMove.objects.filter(post=post).order_by("moved_at"))
    assert [move.new for move in moves] == [
        S.DRAFT, S.IN_WORK, *TO_CLIENT, S.CLIENT_APPROVED, S.SCHEDULED
    ]  # fmt: skip
    assert [move.old for move in moves[1:]] == [move.new for move in moves[:-1]]
    word = moves[5]
    assert (word.client_said_by, word.client_said_on, word.channel, word.is_deemed) == (
        WORD.said_by, WORD.said_on, "email", False,
    )  # fmt: skip
    assert word.version is not None
    assert word.version.number == 1
    assert post.publications.get().state == PublicationState.DUE


def test_what_nobody_approves_goes_from_work_to_the_schedule() -> None:
    client = client_with(Approvals.NOBODY)
    post = walk(post_of(client), S.SCHEDULED, by=person_of(client))
    assert (post.state, post.versions.count()) == (S.SCHEDULED, 1)


def test_what_the_agency_approves_does_not_go_to_the_client() -> None:
    client = client_with(Approvals.INTERNAL)
    manager = person_of(client)
    post = walk(post_of(client), S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, by=manager)
    assert {step.new for step in next_steps(post)} == {S.SCHEDULED, S.IN_WORK, S.CANCELLED}
    with pytest.raises(ValidationError, match="no step leads to"):
        move_post(post, S.CLIENT_REVIEW, by=manager, at=NOON)
    assert walk(post, S.SCHEDULED, by=manager).state == S.SCHEDULED


@pytest.mark.parametrize(
    ("approvals", "states", "words"),
    [
        (Approvals.NOBODY, (), "Take it to work first"),
        (Approvals.INTERNAL, (S.IN_WORK,), "The agency approves it first"),
        (Approvals.CLIENT, (S.IN_WORK,), "The agency and the client approve it first"),
    ],
)
def test_no_approval_that_is_asked_for_is_skipped(
    approvals: str, states: tuple[str, ...], words: str
) -> None:
    client = client_with(approvals)
    manager = person_of(client)
    post = walk(post_of(client, S.DRAFT), *states, by=manager)
    with pytest.raises(ValidationError, match=words):
        move_post(post, S.SCHEDULED, by=manager, at=NOON)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.DESIGNER, False), (Role.CONTENT_MANAGER, True), (Role.STRATEGIST, False)],
)
def test_approving_asks_for_its_right(role: str, may: bool) -> None:
    client = client_with()
    post = walk(post_of(client), S.INTERNAL_REVIEW, by=person_of(client))
    person = person_of(client, role)
    if may:
        assert move_post(post, S.INTERNAL_APPROVED, by=person, at=NOON).moved_by == person
    else:
        with pytest.raises(ValidationError, match="You may not do this"):
            move_post(post, S.INTERNAL_APPROVED, by=person, at=NOON)


def test_right_in_another_clients_team_is_none_here() -> None:
    post = post_of(client_with())
    with pytest.raises(ValidationError, match="You may not do this"):
        move_post(post, S.INTERNAL_REVIEW, by=person_of(client_with()), at=NOON)


def test_program_takes_no_persons_step_and_no_person_the_programs() -> None:
    client = client_with(Approvals.NOBODY)
    post = walk(post_of(client), S.SCHEDULED, by=person_of(client))
    with pytest.raises(ValidationError, match="Only a person may"):
        move_post(post, S.IN_WORK, by=None, at=NOON, reason="A reason.")
    with pytest.raises(ValidationError, match="by its publications only"):
        move_post(post, S.PUBLISHED, by=person_of(client), at=NOON)
    assert move_post(post, S.PUBLISHED, by=None, at=NOON).moved_by is None


def test_who_saw_another_state_is_told() -> None:
    client = client_with()
    manager = person_of(client)
    post = post_of(client)
    seen = Post.objects.get(pk=post.pk)
    walk(post, S.INTERNAL_REVIEW, by=manager)
    with pytest.raises(ValidationError, match="Meanwhile it is “internal review”"):
        move_post(seen, S.CANCELLED, by=manager, at=NOON, reason="A reason.")


def test_who_saw_another_version_is_told() -> None:
    client = client_with()
    manager = person_of(client)
    post = walk(post_of(client), S.INTERNAL_REVIEW, by=manager)
    Post.objects.filter(pk=post.pk).update(text="Other words.")
    with pytest.raises(ValidationError, match="look at version 2"):
        move_post(post, S.INTERNAL_APPROVED, by=manager, at=NOON, seen_version=1)


@pytest.mark.parametrize(
    ("to", "given", "field"),
    [
        (S.CLIENT_APPROVED, {}, "said_by"),
        (S.CLIENT_REWORK, {"word": WORD}, "reason"),
        (S.IN_WORK, {}, "reason"),
        (S.CANCELLED, {"reason": "  "}, "reason"),
    ],
)
def test_step_asks_for_what_it_needs(to: str, given: dict[str, object], field: str) -> None:
    client = client_with()
    manager = person_of(client)
    post = with_client(client, by=manager)
    with pytest.raises(ValidationError) as refused:
        move_post(post, to, by=manager, at=NOON, **given)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [field]


def test_round_beyond_the_agreed_number_is_confirmed() -> None:
    client = client_with(correction_rounds=1)
    manager = person_of(client)
    post = with_client(client, by=manager)
    walk(post, S.CLIENT_REWORK, *TO_CLIENT, by=manager)
    with pytest.raises(ValidationError, match="This is round 2, and 1 were agreed"):
        move_post(post, S.CLIENT_REWORK, by=manager, at=NOON, word=WORD, reason="A reason.")
    move = move_post(
        post, S.CLIENT_REWORK, by=manager, at=NOON, word=WORD, reason="A reason.",
        confirms_over=True,
    )  # fmt: skip
    post.refresh_from_db()
    assert (move.round, post.rounds) == (2, 2)


def test_what_was_changed_after_the_approval_is_not_scheduled() -> None:
    client = client_with()
    manager = person_of(client)
    post = walk(with_client(client, by=manager), S.CLIENT_APPROVED, by=manager, at=NOON + MINUTE)
    Post.objects.filter(pk=post.pk).update(text="Words that nobody approved.")
    with pytest.raises(ValidationError, match="changed after it was approved"):
        move_post(post, S.SCHEDULED, by=manager, at=NOON)
    post.refresh_from_db()
    assert post.state == S.CLIENT_APPROVED


def test_scheduled_post_is_taken_back_with_its_publications() -> None:
    client = client_with(Approvals.NOBODY)
    manager = person_of(client)
    post = walk(post_of(client), S.SCHEDULED, S.IN_WORK, by=manager)
    row = post.publications.get()
    assert (post.state, row.state, row.next_try_at) == (S.IN_WORK, PublicationState.PLANNED, None)


def test_post_that_is_being_sent_is_not_cancelled() -> None:
    client = client_with(Approvals.NOBODY)
    manager = person_of(client)
    post = walk(post_of(client), S.SCHEDULED, by=manager)
    post.publications.update(state="sent", sent_at=NOON)
    with pytest.raises(ValidationError, match="published already"):
        move_post(post, S.CANCELLED, by=manager, at=NOON, reason="A reason.")
    post.refresh_from_db()
    assert post.state == S.SCHEDULED


def test_refused_release_leaves_the_post_where_it_was() -> None:
    client = client_with(Approvals.NOBODY)
    post = PostFactory.create(client=client, state=S.IN_WORK)
    PublicationFactory.create(post=post, planned_at=NOON)
    with pytest.raises(ValidationError, match="the planned time is past"):
        move_post(post, S.SCHEDULED, by=person_of(client), at=NOON)
    post.refresh_from_db()
    assert (post.state, post.moves.count()) == (S.IN_WORK, 0)


def test_problem_of_a_post_holds_its_approval() -> None:
    client = client_with()
    manager = person_of(client)
    post = walk(post_of(client, format="photo"), S.INTERNAL_REVIEW, by=manager)
    with pytest.raises(ValidationError, match="The format is “photo”"):
        move_post(post, S.INTERNAL_APPROVED, by=manager, at=NOON)


def test_files_that_go_to_the_client_may_be_read_there() -> None:
    client = client_with()
    post = post_of(client)
    file = PostFileFactory.create(post=post, file__is_shown=False).file
    walk(post, *TO_CLIENT, by=person_of(client))
    file.refresh_from_db()
    assert file.is_shown


def test_deemed_word_needs_no_name() -> None:
    client = client_with()
    post = with_client(client, by=person_of(client))
    move = move_post(post, S.CLIENT_APPROVED, by=None, at=NOON, word=ClientWord(is_deemed=True))
    assert (move.moved_by, move.client_said_by, move.is_deemed) == (None, "", True)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (S.IN_WORK, ""),
        (S.INTERNAL_REVIEW, ""),
        (S.CLIENT_REWORK, ""),
        (S.CLIENT_REVIEW, "It is “with the client”: press “Take back to work”"),
        (S.SCHEDULED, "It is “scheduled”: press “Take back to work”"),
        (S.PUBLISHED, "It is published"),
        (S.NEEDS_CHECKING, "It may be published"),
        (S.CANCELLED, "press “Open again”"),
    ],
)
def test_frozen_post_says_how_to_thaw_it(state: str, words: str) -> None:
    said = why_frozen(PostFactory.build(state=state))
    assert words in said
    assert bool(said) == bool(words)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_take_one_step() -> None:
    client = client_with()
    post = post_of(client)
    people = [person_of(client), person_of(client)]
    start, done, refused = threading.Barrier(2), list[int](), list[str]()

    def run(number: int) -> None:
        seen = Post.objects.get(pk=post.pk)
        start.wait()
        try:
            move_post(seen, S.INTERNAL_REVIEW, by=people[number], at=NOON)
            done.append(number)
        except ValidationError as error:
            refused.extend(error.messages)
        connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert (len(done), len(refused), PostMove.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(("to", "is_kept"), [(S.IN_WORK, False), (S.CLIENT_APPROVED, True)])
def test_leave_to_stand_above_the_cap_ends_when_the_post_is_taken_back(
    to: PostState, is_kept: bool
) -> None:
    client = client_with()
    by = person_of(client)
    post = with_client(client, by=by)
    Post.objects.filter(pk=post.pk).update(over_cap_by=by, over_cap_reason="The client asked.")
    move_post(post, to, by=by, at=NOON + 9 * MINUTE, reason="Anew.", word=WORD)
    post.refresh_from_db()
    assert (post.over_cap_by_id is not None) is is_kept
    assert bool(post.over_cap_reason) is is_kept
