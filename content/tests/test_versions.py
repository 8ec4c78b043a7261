"""Versions hold what stood there, and never change."""

import pytest
from django.db import IntegrityError, transaction

from content.models import PostState, PostVersion
from content.tests.posts_on_the_way import versioned
from content.versions import diff_versions, keep_change, save_version
from tests.factories import NOON, PostFactory, PostFileFactory, PublicationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_same_content_is_the_same_version() -> None:
    post = PostFactory.create()
    first = save_version(post, by=None, at=NOON)
    assert save_version(post, by=None, at=NOON) == first
    post.text = "Other words."
    assert save_version(post, by=None, at=NOON).number == 2


def test_files_and_texts_of_communities_are_part_of_it() -> None:
    post = PostFactory.create()
    row = PublicationFactory.create(post=post)
    numbers = [save_version(post, by=None, at=NOON).number]
    PostFileFactory.create(post=post)
    numbers.append(save_version(post, by=None, at=NOON).number)
    row.text = "Words for this community."
    row.save()
    numbers.append(save_version(post, by=None, at=NOON).number)
    assert numbers == [1, 2, 3]


def test_time_and_a_renamed_page_are_no_part_of_it() -> None:
    post = PostFactory.create()
    row = PublicationFactory.create(post=post)
    first = save_version(post, by=None, at=NOON)
    row.planned_at = None
    row.save()
    row.community.profile.title = "Renamed"
    row.community.profile.save()
    assert save_version(post, by=None, at=NOON) == first


@pytest.mark.parametrize(
    ("state", "count"),
    [(PostState.IN_WORK, 0), (PostState.INTERNAL_REVIEW, 1), (PostState.CLIENT_REWORK, 1)],
)
def test_change_is_kept_where_somebody_looks(state: str, count: int) -> None:
    post = PostFactory.create(state=state)
    keep_change(post, by=UserFactory.create(), at=NOON)
    assert post.versions.count() == count


def test_database_refuses_to_change_a_version() -> None:
    version = save_version(PostFactory.create(), by=None, at=NOON)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        PostVersion.objects.filter(pk=version.pk).update(content={})


def test_post_goes_with_its_versions() -> None:
    post = versioned(PostFactory.create(), "One.", "Two.")
    post.moves.create(new="draft", version=post.versions.first(), client=post.client)
    post.delete()
    assert not PostVersion.objects.exists()


def test_difference_is_told_word_by_word() -> None:
    post = versioned(PostFactory.create(title="T"), "Open from nine.", "Open from ten.")
    new, old = post.versions.all()
    assert [
        (name, [(part.kind, part.text.strip()) for part in parts])
        for name, parts in diff_versions(old, new)
    ] == [("text", [("same", "Open from"), ("old", "nine."), ("new", "ten.")])]
