"""Steps of a design: each from where it is allowed, refused with words elsewhere."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from clients.models import User
from communities.design import (
    ALLOWED,
    accept,
    add_comment,
    add_version,
    open_again,
    send_to_client,
    send_to_review,
    send_to_rework,
    take_to_work,
)
from communities.design_readiness import missing_design
from communities.models import (
    AssetComment,
    AssetMove,
    AssetRequirement,
    AssetState,
    AssetVersion,
    ClientFile,
    DesignAsset,
)
from communities.tests.pictures import checked
from tests.factories import (
    DAY,
    NOON,
    AssetVersionFactory,
    CommunityFactory,
    DesignAssetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

S = AssetState
# Where an asset that has a version may stand, by what must be true of it there.
WORD: dict[str, Any] = {"said_by": "Anna, owner", "said_on": DAY, "channel": "email", "on": DAY}
Step = Callable[[DesignAsset, User], object]
STEPS: dict[str, Step] = {
    "take": lambda asset, by: take_to_work(asset, by=by, at=NOON),
    "review": lambda asset, by: send_to_review(asset, by=by, at=NOON),
    "client": lambda asset, by: send_to_client(asset, by=by, at=NOON),
    "accept": lambda asset, by: accept(asset, by=by, licence="Drawn by us", at=NOON, **WORD),
    "rework": lambda asset, by: send_to_rework(asset, by=by, comment="Larger logo", at=NOON),
    "again": lambda asset, by: open_again(asset, by=by, reason="New logo", at=NOON),
}
LEADS_TO = {
    ("take", S.BRIEF): S.IN_WORK,
    ("take", S.REWORK): S.IN_WORK,
    ("review", S.IN_WORK): S.INTERNAL_REVIEW,
    ("client", S.INTERNAL_REVIEW): S.CLIENT_REVIEW,
    ("accept", S.CLIENT_REVIEW): S.ACCEPTED,
    ("rework", S.INTERNAL_REVIEW): S.REWORK,
    ("rework", S.CLIENT_REVIEW): S.REWORK,
    ("again", S.ACCEPTED): S.IN_WORK,
}


@pytest.fixture
def person() -> User:
    return UserFactory.create(first_name="Eva", last_name="Painter")


@pytest.fixture
def asset() -> DesignAsset:
    return DesignAssetFactory.create()


def refusal(step: Callable[..., object], *args: Any, **kwargs: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        step(*args, **kwargs)
    return refused.value.messages


def standing(state: str) -> DesignAsset:
    """An asset with one version, in that state, as its steps would have left it."""
    asset = DesignAssetFactory.create()
    is_seen = state in (S.CLIENT_REVIEW, S.ACCEPTED)
    version = AssetVersionFactory.create(asset=asset, shown_at=NOON if is_seen else None)
    if state == S.ACCEPTED:
        asset.accepted_version = version
    asset.state = state
    asset.save()
    return asset


def drawn(asset: DesignAsset, by: User) -> AssetVersion:
    """A version on internal review."""
    take_to_work(asset, by=by)
    version = add_version(asset, by=by, file=checked())
    send_to_review(asset, by=by)
    return version


def accepted(asset: DesignAsset, by: User) -> AssetVersion:
    version = drawn(asset, by)
    send_to_client(asset, by=by)
    accept(asset, by=by, licence="Drawn by us", **WORD)
    return version


# --- The way --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("step", STEPS)
def test_step_leads_from_where_it_is_allowed_only(step: str, state: S, person: User) -> None:
    asset = standing(state)
    if (step, state) in LEADS_TO:
        STEPS[step](asset, person)
    else:
        assert len(refusal(STEPS[step], asset, person)) == 1
    asset.refresh_from_db()
    assert asset.state == LEADS_TO.get((step, state), state)
    assert AssetMove.objects.count() == ((step, state) in LEADS_TO)


def test_every_allowed_move_has_its_step() -> None:
    moves = {(old, new) for (_step, old), new in LEADS_TO.items()}
    assert moves == {(old, new) for old, news in ALLOWED.items() for new in news}


def test_moves_keep_who_when_from_where_and_why(asset: DesignAsset, person: User) -> None:
    version = drawn(asset, person)
    send_to_rework(asset, by=person, comment="Larger logo", at=NOON)
    last = AssetMove.objects.latest("id")
    assert (last.by, last.at, last.old, last.new, last.reason, last.version) == (
        person, NOON, S.INTERNAL_REVIEW, S.REWORK, "Larger logo", version,
    )  # fmt: skip
    assert AssetMove.objects.count() == 3


def test_who_takes_what_is_nobodys_becomes_its_designer(asset: DesignAsset, person: User) -> None:
    assert take_to_work(asset, by=person).designer == person
    other = DesignAssetFactory.create(designer=UserFactory.create())
    assert take_to_work(other, by=person).designer == other.designer


def test_refusal_names_who_moved_it(asset: DesignAsset, person: User) -> None:
    take_to_work(asset, by=person)
    assert refusal(take_to_work, asset, by=UserFactory.create()) == [
        "Eva Painter has moved it to “in work”: from there it does not go to “in work”."
    ]


def test_what_is_not_needed_is_not_moved(person: User) -> None:
    asset = DesignAssetFactory.create(is_needed=False, not_needed_reason="no telephone users")
    assert refusal(take_to_work, asset, by=person) == [
        "This is not needed (no telephone users): mark it as needed first."
    ]


# --- Versions -------------------------------------------------------------------------------------


def test_versions_are_numbered(asset: DesignAsset, person: User) -> None:
    take_to_work(asset, by=person)
    first = add_version(asset, by=person, file=checked(), note=" first ", at=NOON)
    second = add_version(asset, by=person, source_url="https://figma.example/file")
    assert (first.number, second.number, first.note, first.made_by) == (1, 2, "first", person)
    assert first.file is not None
    assert (first.file.is_shown, first.file.client, second.file) == (False, asset.client, None)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (S.BRIEF, "Take it to work first: then add a version."),
        (S.REWORK, "Take it to work first: then add a version."),
        (S.INTERNAL_REVIEW,
         "A version is being reviewed: send it to rework before you add another one."),
        (S.CLIENT_REVIEW,
         "A version is being reviewed: send it to rework before you add another one."),
        (S.ACCEPTED, "This is accepted: open it again before you add a version."),
    ],
)  # fmt: skip
def test_version_is_added_in_work_only(state: S, said: str, person: User) -> None:
    assert refusal(add_version, standing(state), by=person, file=checked()) == [said]


def test_version_has_a_file_or_a_link(asset: DesignAsset, person: User) -> None:
    take_to_work(asset, by=person)
    assert refusal(add_version, asset, by=person) == ["Give a file, or a link to it."]


def test_a_link_alone_goes_to_no_review_where_a_size_is_asked_for(person: User) -> None:
    cover = AssetRequirement.objects.get(code="vk-cover-desktop")
    asset = DesignAssetFactory.create(requirement=cover, kind=cover.kind)
    take_to_work(asset, by=person)
    add_version(asset, by=person, source_url="https://figma.example/file")
    assert refusal(send_to_review, asset, by=person) == [
        "A link cannot be checked: add a version with the file."
    ]


def test_the_word_is_about_the_version_that_was_seen(asset: DesignAsset, person: User) -> None:
    drawn(asset, person)
    send_to_rework(asset, by=person, comment="Larger")
    take_to_work(asset, by=person)
    add_version(asset, by=person, file=checked())
    send_to_review(asset, by=person)
    told = ["Version 2 has come meanwhile: look at it first."]
    assert refusal(send_to_client, asset, by=person, seen=1) == told
    send_to_client(asset, by=person, seen=2)
    word: dict[str, Any] = {"licence": "Ours", **WORD}
    assert refusal(accept, asset, by=person, seen=1, **word) == told
    assert accept(asset, by=person, seen=2, **word).state == S.ACCEPTED


def test_version_that_does_not_fit_is_a_sketch_and_goes_no_further(person: User) -> None:
    cover = AssetRequirement.objects.get(code="vk-cover-desktop")
    asset = DesignAssetFactory.create(requirement=cover, kind=cover.kind)
    take_to_work(asset, by=person)
    said = "1200×500 px; wanted exactly 1920×768."
    assert refusal(add_version, asset, by=person, file=checked(1200, 500)) == [said]
    assert not ClientFile.objects.exists()
    add_version(asset, by=person, file=checked(1200, 500), is_sketch=True)
    assert refusal(send_to_review, asset, by=person) == [
        f"Version 1 does not fit: {said} Add a version that does."
    ]


def test_file_is_measured_anew_when_the_requirement_was_corrected(person: User) -> None:
    cover = AssetRequirement.objects.get(code="vk-cover-desktop")
    asset = DesignAssetFactory.create(requirement=cover, kind=cover.kind)
    take_to_work(asset, by=person)
    version = add_version(asset, by=person, file=checked(1920, 768))
    AssetRequirement.objects.filter(pk=cover.pk).update(width=1600, height=640)
    assert len(refusal(send_to_review, asset, by=person)) == 1
    AssetRequirement.objects.filter(pk=cover.pk).update(width=1920, height=768)
    send_to_review(asset, by=person)
    version.refresh_from_db()
    assert version.findings == []


def test_review_needs_a_version_that_is_new(asset: DesignAsset, person: User) -> None:
    take_to_work(asset, by=person)
    assert refusal(send_to_review, asset, by=person) == ["There is no version yet: add one."]
    add_version(asset, by=person, file=checked())
    send_to_review(asset, by=person)
    send_to_rework(asset, by=person, comment="Larger logo")
    take_to_work(asset, by=person)
    assert refusal(send_to_review, asset, by=person) == [
        "This version was sent to rework: add a new one."
    ]
    add_version(asset, by=person, file=checked())
    assert send_to_review(asset, by=person).state == S.INTERNAL_REVIEW


# --- The client's word ----------------------------------------------------------------------------


def test_client_sees_a_version_from_their_review_on(asset: DesignAsset, person: User) -> None:
    version = drawn(asset, person)
    assert not ClientFile.objects.filter(is_shown=True).exists()
    send_to_client(asset, by=person, at=NOON)
    version.refresh_from_db()
    assert version.shown_at == NOON
    assert ClientFile.objects.get().is_shown


def test_acceptance_keeps_whose_word_it_was(asset: DesignAsset, person: User) -> None:
    drawn(asset, person)
    send_to_client(asset, by=person)
    asset = accept(asset, by=person, licence=" Stock 123, extended ", at=NOON, **WORD)
    version = AssetVersion.objects.get()
    assert (asset.state, asset.accepted_version) == (S.ACCEPTED, version)
    assert (version.client_said_by, version.client_said_on, version.client_channel) == (
        "Anna, owner", DAY, "email",
    )  # fmt: skip
    assert (version.accepted_by, version.accepted_at, version.licence) == (
        person, NOON, "Stock 123, extended",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"licence": " "}, "licence",
         "Write the licence or the source: whose work the picture is."),
        ({"said_by": " "}, "said_by", "Write who of the client accepted it."),
        ({"channel": ""}, "channel", "Say by what channel the client accepted it."),
        ({"said_on": DAY + dt.timedelta(days=1)}, "said_on", "This day has not come yet."),
    ],
)  # fmt: skip
def test_acceptance_lacks_nothing(
    asset: DesignAsset, person: User, change: dict[str, Any], field: str, said: str
) -> None:
    drawn(asset, person)
    send_to_client(asset, by=person)
    with pytest.raises(ValidationError) as refused:
        accept(asset, by=person, **({"licence": "Drawn by us"} | WORD | change))
    assert refused.value.message_dict == {field: [said]}
    asset.refresh_from_db()
    assert (asset.state, asset.accepted_version) == (S.CLIENT_REVIEW, None)


def test_accepted_version_stands_until_another_is(asset: DesignAsset, person: User) -> None:
    first = accepted(asset, person)
    open_again(asset, by=person, reason="New logo")
    assert refusal(send_to_review, asset, by=person) == [
        "The latest version is the accepted one: add a new one."
    ]
    second = add_version(asset, by=person, file=checked())
    send_to_review(asset, by=person)
    send_to_client(asset, by=person)
    asset.refresh_from_db()
    assert asset.accepted_version == first
    accept(asset, by=person, licence="Drawn by us", **WORD)
    asset.refresh_from_db()
    assert asset.accepted_version == second


def test_opening_again_says_why(asset: DesignAsset, person: User) -> None:
    accepted(asset, person)
    assert refusal(open_again, asset, by=person, reason=" ") == ["Write why it is opened again."]


# --- Comments -------------------------------------------------------------------------------------


def test_rework_says_what_is_to_be_mended(asset: DesignAsset, person: User) -> None:
    version = drawn(asset, person)
    assert refusal(send_to_rework, asset, by=person, comment=" ") == [
        "Write what you mean: an empty comment says nothing."
    ]
    send_to_client(asset, by=person)
    send_to_rework(
        asset, by=person, comment="Larger logo", said_by="Anna", is_internal=False, at=NOON
    )
    comment = AssetComment.objects.get()
    assert (comment.version, comment.text, comment.said_by, comment.by, comment.is_internal) == (
        version, "Larger logo", "Anna", person, False,
    )  # fmt: skip


def test_comment_on_what_the_client_has_not_seen_stays_inside(person: User) -> None:
    version = AssetVersionFactory.create()
    assert refusal(add_comment, version, text="Dull", by=person, is_internal=False) == [
        "The client has not seen this version: the comment stays in the agency."
    ]
    assert add_comment(version, text="Dull", by=person).is_internal


# --- Readiness ------------------------------------------------------------------------------------


def test_design_lacks_everything_where_nothing_is_planned() -> None:
    assert missing_design(CommunityFactory.create()) == [
        "No design is planned: add what this network needs."
    ]


def test_design_lacks_each_needed_asset_that_is_not_accepted(person: User) -> None:
    community = CommunityFactory.create()
    done = DesignAssetFactory.create(community=community, title="Avatar")
    accepted(done, person)
    DesignAssetFactory.create(community=community, kind="menu", state=S.CLIENT_REVIEW)
    DesignAssetFactory.create(
        community=community, kind="widget", is_needed=False, not_needed_reason="no widgets"
    )
    assert missing_design(community) == ["menu is not accepted: client's review."]
    open_again(done, by=person, reason="New logo")
    assert missing_design(community) == [
        "Avatar was opened again and is not accepted anew: in work.",
        "menu is not accepted: client's review.",
    ]


# --- Two at once ----------------------------------------------------------------------------------


def both(*work: Callable[[], object]) -> list[str]:
    """Do them at the same moment, each with its own connection; what each was told, "" if done."""
    start = threading.Barrier(len(work))
    told: list[str] = []

    def run(one: Callable[[], object]) -> None:
        try:
            start.wait()
            one()
            told.append("")
        except ValidationError as refused:
            told.append(" ".join(refused.messages))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_of_two_designers_one_takes_it() -> None:
    asset = DesignAssetFactory.create()
    eva, max_ = UserFactory.create(first_name="Eva"), UserFactory.create(first_name="Max")
    told = both(lambda: take_to_work(asset, by=eva), lambda: take_to_work(asset, by=max_))
    assert [bool(each) for each in told] == [False, True]
    asset.refresh_from_db()
    assert asset.moves.get().by == asset.designer


@pytest.mark.django_db(transaction=True)
def test_two_versions_at_once_are_two() -> None:
    asset, person = standing(S.IN_WORK), UserFactory.create()
    told = both(*[lambda: add_version(asset, by=person, file=checked())] * 2)
    assert told == ["", ""]
    assert sorted(asset.versions.values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_of_acceptance_and_rework_at_once_one_holds() -> None:
    asset, person = standing(S.CLIENT_REVIEW), UserFactory.create()
    told = both(lambda: STEPS["accept"](asset, person), lambda: STEPS["rework"](asset, person))
    assert [bool(each) for each in told] == [False, True]
    assert asset.moves.count() == 1
