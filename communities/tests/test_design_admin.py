"""The pages of designs: steps by right, uploads refused in the form, versions side by side."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import ROLE_GROUPS, Client, Role, User
from clients.team import join_team
from communities.design import send_to_client, send_to_review, take_to_work
from communities.models import (
    AssetComment,
    AssetRequirement,
    AssetState,
    AssetVersion,
    ClientFile,
    DesignAsset,
)
from communities.tests.pictures import picture
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    AssetCommentFactory,
    AssetVersionFactory,
    ClientFactory,
    CommunityFactory,
    DesignAssetFactory,
    DirectorFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

S = AssetState


@pytest.fixture
def house() -> Client:
    return ClientFactory.create()


def person_of(house: Client, role: str) -> User:
    user = UserFactory.create()
    join_team(house, user, role=role, starts_on=LONG_AGO)
    return user


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def designer(house: Client) -> User:
    return person_of(house, Role.DESIGNER)


@pytest.fixture
def manager(house: Client) -> User:
    return person_of(house, Role.ACCOUNT_MANAGER)


@pytest.fixture
def asset(house: Client) -> DesignAsset:
    cover = AssetRequirement.objects.get(code="vk-cover-desktop")
    return DesignAssetFactory.create(
        community__profile__client=house, requirement=cover, kind=cover.kind
    )


def page(asset: DesignAsset, step: str = "") -> str:
    address = reverse("admin:communities_designasset_change", args=[asset.pk])
    return f"{address.removesuffix('change/')}{step}" if step else address


def file(content: bytes, name: str = "cover.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def form_errors(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_design_goes_its_whole_way_through_the_pages(
    asset: DesignAsset, designer: User, manager: User
) -> None:
    eva, anna = browser_of(designer), browser_of(manager)
    eva.post(page(asset, "take/"))
    eva.post(page(asset, "version/"), {"file": file(picture(1920, 768)), "licence": "Ours"})
    eva.post(page(asset, "review/"))
    anna.post(page(asset, "client/"), {"seen": 1})
    word = {"said_by": "Zoya", "said_on": DAY, "channel": "email", "licence": "Ours", "seen": 1}
    response = anna.post(page(asset, "accept/"), word)
    assert response["Location"] == page(asset)
    asset.refresh_from_db()
    assert (asset.state, asset.designer) == (S.ACCEPTED, designer)
    assert list(asset.moves.values_list("new", "by")) == [
        (S.ACCEPTED, manager.pk),
        (S.CLIENT_REVIEW, manager.pk),
        (S.INTERNAL_REVIEW, designer.pk),
        (S.IN_WORK, designer.pk),
    ]
    anna.post(page(asset, "again/"), {"reason": "New logo"})
    asset.refresh_from_db()
    assert (asset.state, asset.accepted_version) == (S.IN_WORK, AssetVersion.objects.get())


@pytest.mark.parametrize("step", ["client/", "accept/", "rework/"])
def test_designer_does_not_review(asset: DesignAsset, designer: User, step: str) -> None:
    AssetVersionFactory.create(asset=asset, shown_at=NOON)
    asset.state = S.INTERNAL_REVIEW if step != "accept/" else S.CLIENT_REVIEW
    asset.save()
    response = browser_of(designer).post(page(asset, step), {"comment": "x"})
    assert response.status_code == 403
    assert not asset.moves.exists()


def test_moderator_looks_and_comments_only(house: Client, asset: DesignAsset) -> None:
    AssetVersionFactory.create(asset=asset)
    browser = browser_of(person_of(house, Role.MODERATOR))
    assert browser.get(page(asset)).status_code == 200
    assert browser.post(page(asset, "take/")).status_code == 403
    browser.post(page(asset, "comment/"), {"comment": "Dull", "is_internal": "", "said_by": "x"})
    comment = AssetComment.objects.get()
    assert (comment.text, comment.is_internal, comment.said_by) == ("Dull", True, "")


def test_a_requirement_that_the_community_has_already_is_refused(
    asset: DesignAsset, manager: User
) -> None:
    cover = AssetRequirement.objects.get(code="vk-cover-desktop")
    other = DesignAssetFactory.create(community=asset.community, kind=cover.kind)
    data = {"requirement": cover.pk, "kind": cover.kind, "is_needed": "on"}
    form = browser_of(manager).post(page(other), data).context["adminform"].form
    assert form.errors["requirement"] == ["The community has this already."]


def test_stranger_finds_no_design(asset: DesignAsset) -> None:
    stranger = person_of(ClientFactory.create(), Role.ACCOUNT_MANAGER)
    browser = browser_of(stranger)
    assert browser.get(page(asset)).status_code == 302
    assert browser.get(page(asset, "take/")).status_code in (403, 404)


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (file(picture(1200, 500)), "1200×500 px; wanted exactly 1920×768."),
        (file(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg"),
         "The SVG holds more than a picture: <script>. Save it without scripts, links and outside"
         " styles, or as a PNG."),
        (file(picture(1920, 768)[:-20]),
         "The picture is cut or broken: save it anew and upload it again."),
        (file(b"MZ executable", "cover.png"),
         "This is not a file of the kind that is wanted here: PNG, JPEG, WebP, GIF, SVG, PDF, PSD,"
         " EPS, ZIP."),
    ],
)  # fmt: skip
def test_upload_that_is_wrong_is_refused_in_the_form(
    asset: DesignAsset, designer: User, upload: SimpleUploadedFile, said: str
) -> None:
    take_to_work(asset, by=designer)
    upload.seek(0)
    response = browser_of(designer).post(page(asset, "version/"), {"file": upload})
    assert form_errors(response) == {"file": [said]}
    assert not AssetVersion.objects.exists()
    assert not ClientFile.objects.exists()


def test_sketch_is_kept_and_says_what_does_not_fit(asset: DesignAsset, designer: User) -> None:
    take_to_work(asset, by=designer)
    browser = browser_of(designer)
    sketch = {"file": file(picture(1200, 500)), "is_sketch": "on"}
    browser.post(page(asset, "version/"), sketch)
    said = "1200×500 px; wanted exactly 1920×768."
    assert said in browser.get(page(asset)).content.decode()
    response = browser.post(page(asset, "review/"))
    assert form_errors(response) == {
        "__all__": [f"Version 1 does not fit: {said} Add a version that does."]
    }


def test_link_alone_is_a_version(asset: DesignAsset, designer: User) -> None:
    take_to_work(asset, by=designer)
    link = {"source_url": "https://figma.example/cover"}
    browser_of(designer).post(page(asset, "version/"), link)
    assert AssetVersion.objects.get().source_url == "https://figma.example/cover"


def test_comment_stands_on_the_version_that_was_asked_for(
    asset: DesignAsset, manager: User
) -> None:
    first = AssetVersionFactory.create(asset=asset, shown_at=NOON)
    AssetVersionFactory.create(asset=asset, number=2)
    browser = browser_of(manager)
    said = {"comment": "Larger", "said_by": "Zoya"}
    browser.post(page(asset, "comment/?version=1"), said)
    comment = AssetComment.objects.get()
    assert (comment.version, comment.said_by, comment.is_internal) == (first, "Zoya", False)
    assert browser.get(page(asset, "comment/?version=9")).status_code == 404


def test_latest_two_versions_stand_side_by_side_or_any_two(
    asset: DesignAsset, manager: User
) -> None:
    for number in (1, 2, 3):
        AssetVersionFactory.create(asset=asset, number=number)
    browser = browser_of(manager)

    def shown(query: str) -> list[int]:
        pair = browser.get(page(asset) + query).context["pair"]
        return [card.version.number for card in pair]

    assert shown("") == [2, 3]
    assert shown("?left=3&right=1") == [1, 3]
    assert shown("?left=1&right=1") == [2, 3]
    assert shown("?left=x&right=99") == [2, 3]


def test_safe_area_and_circle_are_drawn_where_the_requirement_has_them(
    asset: DesignAsset, manager: User
) -> None:
    AssetVersionFactory.create(asset=asset, file__width=1920, file__height=768)
    browser = browser_of(manager)
    html = browser.get(page(asset)).content.decode()
    assert "left:10.16%;top:8.33%;width:79.69%;height:83.33%" in html
    assert "smm-circle" not in html
    avatar = AssetRequirement.objects.get(code="vk-avatar")
    DesignAsset.objects.filter(pk=asset.pk).update(requirement=avatar, kind="avatar")
    html = browser.get(page(asset)).content.decode()
    assert ("smm-safe" in html, "smm-circle" in html) == (False, True)


def test_text_of_people_is_escaped(asset: DesignAsset, manager: User) -> None:
    evil = "<script>alert(1)</script>"
    version = AssetVersionFactory.create(asset=asset, note=evil, licence=evil, file__name=evil)
    AssetCommentFactory.create(version=version, text=evil)
    DesignAsset.objects.filter(pk=asset.pk).update(title=evil, brief=evil)
    assert evil not in browser_of(manager).get(page(asset)).content.decode()


@pytest.mark.parametrize("versions", [1, 3])
def test_page_asks_as_often_for_many_versions(
    asset: DesignAsset,
    versions: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(versions):
        version = AssetVersionFactory.create(asset=asset, number=number + 1)
        AssetCommentFactory.create(version=version)
    browser = browser_of(DirectorFactory.create())
    browser.get(page(asset))
    with django_assert_num_queries(13):
        browser.get(page(asset))


# --- The brief ------------------------------------------------------------------------------------


def form(asset: DesignAsset, **changes: Any) -> dict[str, Any]:
    return {
        "requirement": asset.requirement_id or "", "kind": asset.kind, "title": "", "brief": "",
        "is_needed": "on",
    } | changes  # fmt: skip


def test_not_needed_has_its_reason(asset: DesignAsset, manager: User) -> None:
    browser = browser_of(manager)
    without = form(asset)
    del without["is_needed"]
    response = browser.post(page(asset), without)
    errors = response.context["adminform"].form.non_field_errors()
    assert errors == ["Write why it is not needed."]
    browser.post(page(asset), without | {"not_needed_reason": "no telephone users"})
    asset.refresh_from_db()
    assert (asset.is_needed, asset.not_needed_reason) == (False, "no telephone users")


def test_kind_follows_from_the_requirement(house: Client, manager: User) -> None:
    community = CommunityFactory.create(profile__client=house)
    menu = AssetRequirement.objects.get(code="vk-menu")
    browser = browser_of(manager)
    add = reverse("admin:communities_designasset_add")
    data = {"community": community.pk, "requirement": menu.pk, "is_needed": "on"}
    response = browser.post(add, data | {"kind": "avatar"})
    assert response.context["adminform"].form.errors == {
        "kind": ["The requirement is of another kind."]
    }
    browser.post(add, data)
    assert DesignAsset.objects.get().kind == "menu"
    response = browser.post(add, {"community": community.pk, "is_needed": "on"})
    assert response.context["adminform"].form.errors == {
        "kind": ["Choose a kind, or a requirement that has one."]
    }


def test_design_with_versions_is_not_deleted(asset: DesignAsset) -> None:
    browser = browser_of(DirectorFactory.create())
    delete = reverse("admin:communities_designasset_delete", args=[asset.pk])
    AssetVersionFactory.create(asset=asset)
    assert browser.get(delete).status_code == 403
    AssetVersion.objects.all().delete()
    assert browser.get(delete).status_code == 200


def test_community_goes_with_its_accepted_design(asset: DesignAsset) -> None:
    version = AssetVersionFactory.create(asset=asset)
    DesignAsset.objects.filter(pk=asset.pk).update(accepted_version=version)
    asset.community.delete()
    assert not AssetVersion.objects.exists()


@pytest.mark.parametrize(
    ("due", "shown"), [("overdue", ["late"]), ("open", ["in time", "late"]), ("", None)]
)
def test_list_shows_what_is_overdue(house: Client, due: str, shown: list[str] | None) -> None:
    DesignAssetFactory.create(community__profile__client=house, title="late", due_on=LONG_AGO)
    DesignAssetFactory.create(community__profile__client=house, title="in time")
    DesignAssetFactory.create(
        community__profile__client=house, title="left out", due_on=LONG_AGO, is_needed=False,
        not_needed_reason="x",
    )  # fmt: skip
    address = reverse("admin:communities_designasset_changelist")
    response = browser_of(DirectorFactory.create()).get(address, {"due": due})
    names = sorted(row.title for row in response.context["cl"].result_list)
    assert names == (shown or ["in time", "late", "left out"])


# --- On the community's page ----------------------------------------------------------------------


def community_page(asset_or_community: Any) -> str:
    return reverse("admin:communities_community_change", args=[asset_or_community.pk])


def test_button_adds_what_the_network_needs_once(house: Client, manager: User) -> None:
    community = CommunityFactory.create(profile__client=house)
    browser = browser_of(manager)
    address = reverse("admin:communities_community_add_design", args=[community.pk])
    for _again in range(2):
        assert browser.post(address)["Location"] == community_page(community)
    kinds = list(community.design_assets.values_list("kind", flat=True))
    assert sorted(kinds) == ["avatar", "cover_desktop", "menu", "post_template"]
    panel = browser.get(community_page(community)).context["design"]
    assert len(panel["missing"]) == 4


def test_button_is_for_those_who_plan_design(house: Client, designer: User) -> None:
    community = CommunityFactory.create(profile__client=house)
    browser = browser_of(designer)
    address = reverse("admin:communities_community_add_design", args=[community.pk])
    assert browser.post(address).status_code == 403
    assert browser.get(community_page(community)).context["design"]["add_needed"] == ""


@pytest.mark.parametrize("assets", [1, 3])
def test_community_asks_as_often_for_many_designs(
    house: Client, assets: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    community = CommunityFactory.create(profile__client=house)
    for number in range(assets):
        asset = DesignAssetFactory.create(community=community, title=f"Design {number}")
        version = AssetVersionFactory.create(
            asset=asset, shown_at=NOON, accepted_at=NOON, licence="x", client_said_by="Zoya",
            client_said_on=DAY,
        )  # fmt: skip
        DesignAsset.objects.filter(pk=asset.pk).update(accepted_version=version, state=S.ACCEPTED)
    browser = browser_of(DirectorFactory.create())
    browser.get(community_page(community))
    with django_assert_num_queries(18):
        browser.get(community_page(community))


# --- Requirements ---------------------------------------------------------------------------------


def test_director_edits_a_requirement_and_others_do_not(designer: User) -> None:
    row = AssetRequirement.objects.get(code="vk-menu")
    address = reverse("admin:communities_assetrequirement_change", args=[row.pk])
    data = {
        "code": "vk-menu", "network": "vk", "kind": "menu", "title_en": "Menu", "title_ru": "Меню",
        "rule": "exact", "width": 510, "height": 300, "types": ["image/png"], "is_active": "on",
        "position": 5, "safe_width": "", "safe_height": "", "most_bytes": "",
    }  # fmt: skip
    assert browser_of(designer).post(address, data).status_code == 403
    director = browser_of(DirectorFactory.create())
    assert director.post(address, data).status_code == 302
    row.refresh_from_db()
    assert (row.width, row.height, row.types) == (510, 300, ["image/png"])
    response = director.post(address, data | {"width": ""})
    assert response.context["adminform"].form.non_field_errors() == [
        "Give the width and the height, or choose “any size”."
    ]


def test_every_role_of_the_house_may_see_designs() -> None:
    seeing = Group.objects.filter(permissions__codename="view_designasset")
    names = {ROLE_GROUPS[role] for role in Role if role != Role.CONTRACTOR}
    assert set(seeing.values_list("name", flat=True)) == {*names, "Director"}
    reviewing = Group.objects.filter(permissions__codename="review_designasset")
    assert sorted(reviewing.values_list("name", flat=True)) == ["Account Manager", "Director"]


def test_review_and_client_steps_are_named_by_state(asset: DesignAsset, manager: User) -> None:
    """The buttons of a page are those of its state."""
    browser = browser_of(manager)
    asset_page = page(asset)

    def buttons() -> list[str]:
        html = browser.get(asset_page).content.decode()
        steps = ("take", "version", "review", "client", "accept", "rework", "again")
        return [step for step in steps if f"{asset.pk}/{step}" in html]

    assert buttons() == ["take"]
    take_to_work(asset, by=manager)
    assert buttons() == ["version", "review"]
    AssetVersionFactory.create(asset=asset, file__width=1920, file__height=768, file__size=9)
    send_to_review(asset, by=manager)
    assert buttons() == ["client", "rework"]
    send_to_client(asset, by=manager)
    assert buttons() == ["accept", "rework"]
