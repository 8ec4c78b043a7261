"""Which key a community is posted to with."""

import pytest

from communities.models import AccessKey, Profile
from communities.networks.keys import Capability
from communities.posting_keys import keys_of, needed_for, posting_key
from tests.factories import AccessKeyFactory, ProfileFactory

pytestmark = pytest.mark.django_db

TEXT = frozenset({Capability.PUBLISH})
PHOTO = frozenset({Capability.PUBLISH_PHOTO})


@pytest.fixture
def page() -> Profile:
    return ProfileFactory.create(network="vk", access_key=None)


def add(page: Profile, kind: str, *able: str, state: str = "works") -> AccessKey:
    return AccessKeyFactory.create(
        client=page.client, network="vk", kind=kind, capabilities=list(able), state=state
    )


@pytest.mark.parametrize(
    ("types", "needed"),
    [
        ([], {"publish"}),
        (["image/png", "image/jpeg"], {"publish_photo"}),
        (["image/png", "video/mp4"], {"publish_photo", "publish_video"}),
    ],
)
def test_what_a_post_needs(types: list[str], needed: set[str]) -> None:
    assert needed_for(types) == needed


def test_own_key_of_the_page_comes_first(page: Profile) -> None:
    other, own = add(page, "community", "publish"), add(page, "community", "publish")
    assert posting_key(keys_of(page), TEXT) == other
    page.access_key = own
    assert posting_key(keys_of(page), TEXT) == own


def test_key_that_cannot_gives_way_to_one_that_can(page: Profile) -> None:
    page.access_key = add(page, "community", "publish")
    assert posting_key(keys_of(page), PHOTO) is None
    user = add(page, "user", "publish_photo")
    assert posting_key(keys_of(page), PHOTO) == user


def test_administrators_key_of_vk_posts_texts_untold(page: Profile) -> None:
    user = add(page, "user", "publish_photo")
    assert posting_key(keys_of(page), TEXT) == user
    AccessKey.objects.update(capabilities=["read_posts"])
    assert posting_key(keys_of(page), TEXT) is None


@pytest.mark.parametrize("state", ["refused", "unchecked"])
def test_key_that_is_not_known_to_work_is_not_taken(page: Profile, state: str) -> None:
    add(page, "community", "publish", state=state)
    assert posting_key(keys_of(page), TEXT) is None


def test_others_keys_are_not_taken(page: Profile) -> None:
    AccessKeyFactory.create(network="vk", capabilities=["publish"], state="works")
    AccessKeyFactory.create(
        client=page.client, network="telegram", kind="bot", capabilities=["publish"], state="works"
    )
    assert posting_key(keys_of(page), TEXT) is None
