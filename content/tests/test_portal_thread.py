"""The thread with the client as the portal's role reads it."""

import pytest
from django.template.loader import render_to_string

from content.discussion import add_comment
from content.models import PostState
from content.portal_thread import thread_of
from content.tests.posts_on_the_way import client_with, person_of, walk, with_client
from content.workflow import ClientWord, move_post
from smm_agency.lib.row_security import reading_as_client
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def test_client_reads_what_was_said_with_it_and_its_own_word() -> None:
    client = client_with()
    manager = person_of(client)
    post = with_client(client, by=manager)
    add_comment(post, text="Inner.", by=manager, at=NOON)
    add_comment(post, text="<i>Outer.</i>", by=manager, at=NOON, is_internal=False)
    walk(post, PostState.CLIENT_REWORK, by=manager)
    with reading_as_client(client.pk):
        thread = thread_of(post.pk)
        page = render_to_string("portal/_post_thread.html", {"thread": thread})
    assert [comment.text for comment in thread.comments] == ["<i>Outer.</i>"]
    assert [(move.new, move.round) for move in thread.moves] == [(PostState.CLIENT_REWORK, 1)]
    assert "&lt;i&gt;Outer.&lt;/i&gt;" in page


def test_deemed_consent_is_called_so() -> None:
    client = client_with()
    post = with_client(client, by=person_of(client))
    move_post(post, PostState.CLIENT_APPROVED, by=None, at=NOON, word=ClientWord(is_deemed=True))
    with reading_as_client(client.pk):
        page = render_to_string("portal/_post_thread.html", {"thread": thread_of(post.pk)})
    assert "silence taken for consent" in page


def test_what_goes_back_to_work_is_hidden_with_its_thread() -> None:
    client = client_with()
    manager = person_of(client)
    post = with_client(client, by=manager)
    add_comment(post, text="Outer.", by=manager, at=NOON, is_internal=False)
    walk(post, PostState.IN_WORK, by=manager)
    with reading_as_client(client.pk):
        assert thread_of(post.pk).is_empty
