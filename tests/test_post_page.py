"""The page of a post: what may be chosen, what is kept, what is told, and who may do what."""

import datetime as dt
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image

from clients.models import Client, Role, User
from clients.team import join_team
from communities.models import Community
from content.admin.post_forms import PostForm
from content.models import Post, PostFile, PostState, Publication
from strategy.models import ContentSource
from tests.factories import (
    ClientFactory,
    ClientFileFactory,
    CommunityFactory,
    ContentRulesFactory,
    PostFactory,
    PostFileFactory,
    PublicationFactory,
    RubricFactory,
    StrategyVersionFactory,
    TrackingNumberFactory,
    UserFactory,
    approve_in_place,
)
from tests.factories.base import LONG_AGO

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return ClientFactory.create(time_zone="Asia/Yekaterinburg")


@pytest.fixture
def community(client: Client) -> Community:
    return CommunityFactory.create(profile__client=client, profile__title="Coffee")


@pytest.fixture
def post(client: Client, community: Community) -> Post:
    post = PostFactory.create(client=client, state=PostState.IN_WORK)
    PublicationFactory.create(post=post, community=community)
    return post


def enter(client: Client, role: str = Role.ACCOUNT_MANAGER) -> Browser:
    user = UserFactory.create()
    join_team(client, user, role=role, starts_on=LONG_AGO)
    browser = Browser()
    browser.force_login(user)
    return browser


def page(post: Post) -> str:
    return reverse("admin:content_post_change", args=[post.pk])


def picture(name: str = "a.png", kind: str = "PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def form_of(post: Post, **values: Any) -> dict[str, Any]:
    """What the browser sends when the page is saved as it is."""
    row = post.publications.get()
    files = list(post.files.all())
    sent: dict[str, Any] = {
        "title": post.title, "text": post.text, "format": post.format, "source": post.source,
        "text_work": post.text_work, "goal": "", "rubric": "", "hashtags": "", "link": "",
        "utm": "", "call_to_action": "", "tracking_number": "", "source_url": "", "licence": "",
        "erid": "", "advertiser": "", "author": "", "designer": "", "approver": "", "due_on": "",
        "brief": "",
        "publications-TOTAL_FORMS": 1, "publications-INITIAL_FORMS": 1,
        "publications-0-id": row.pk, "publications-0-post": post.pk,
        "publications-0-community": row.community_id, "publications-0-text": row.text,
        "publications-0-planned_at": "2026-03-11T14:00",
        "files-TOTAL_FORMS": len(files), "files-INITIAL_FORMS": len(files),
    }  # fmt: skip
    for number, file in enumerate(files):
        key = f"files-{number}"
        sent |= {f"{key}-id": file.pk, f"{key}-post": post.pk, f"{key}-file": file.file_id,
                 f"{key}-position": file.position, f"{key}-community": ""}  # fmt: skip
    return sent | values


def save(browser: Browser, post: Post, **values: Any) -> Any:
    return browser.post(page(post), form_of(post, **values))


def errors_of(answer: Any) -> dict[str, Any]:
    found = dict(answer.context["adminform"].form.errors)
    for formset in answer.context["inline_admin_formsets"]:
        for form in formset.formset.forms:
            found |= {f"{formset.formset.prefix}.{k}": v for k, v in form.errors.items()}
        if formset.formset.non_form_errors():
            found[formset.formset.prefix] = formset.formset.non_form_errors()
    return {name: list(texts) for name, texts in found.items()}


def choices(browser: Browser, post: Post, name: str) -> set[Any]:
    form = browser.get(page(post)).context["adminform"].form
    return {row.pk for row in form.fields[name].queryset}


def test_new_post_needs_its_source_and_the_work_on_its_text(client: Client) -> None:
    browser = enter(client)
    add = reverse("admin:content_post_add")
    answer = browser.post(add, {"client": client.pk, "title": "New", "format": "text"})
    assert set(errors_of(answer)) == {"source", "text_work"}
    full = {"client": client.pk, "title": "New", "format": "text", "source": "own"}
    answer = browser.post(add, full | {"text_work": "written"})
    post = Post.objects.get()
    assert answer["Location"] == page(post)
    assert (post.source, post.text_work, post.state) == ("own", "written", PostState.IDEA)
    assert post.author == post.created_by


def test_moment_is_shown_and_entered_by_the_clients_clock(client: Client, post: Post) -> None:
    browser = enter(client)
    assert 'value="2026-03-11T14:00"' in browser.get(page(post)).content.decode()
    save(browser, post, **{"publications-0-planned_at": "2026-03-12T10:30"})
    planned = Publication.objects.get().planned_at
    assert planned == dt.datetime(2026, 3, 12, 5, 30, tzinfo=dt.UTC)


def test_text_is_kept_with_one_kind_of_line_ends(client: Client, post: Post) -> None:
    save(enter(client), post, text=" a\r\n\r\nb \r\n", hashtags="coffee, #Tea")
    row = Post.objects.get()
    assert (row.text, row.hashtags) == ("a\n\nb", "#coffee #Tea")


def test_bad_utm_and_hashtags_are_refused_with_the_mend(client: Client, post: Post) -> None:
    answer = save(enter(client), post, hashtags="#a-b", utm="utm_source")
    assert set(errors_of(answer)) == {"hashtags", "utm"}


def test_too_long_is_told_and_saved_all_the_same(client: Client, post: Post) -> None:
    answer = save(enter(client), post, text="a" * 16_001)
    assert len(Post.objects.get().text) == 16_001
    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert said[0] == (
        "Coffee (VK): The text has 16001 characters of 16000: shorten it by 1, or write another one"
        " for this community."
    )


def test_choices_are_of_the_client_and_in_use(client: Client, post: Post) -> None:
    version = StrategyVersionFactory.create(client=client)
    rubric = RubricFactory.create(version=version)
    approve_in_place(version)
    RubricFactory.create(version=StrategyVersionFactory.create(client=client, number=2))
    number = TrackingNumberFactory.create(client=client)
    TrackingNumberFactory.create(client=client, is_active=False)
    TrackingNumberFactory.create()
    UserFactory.create()
    browser = enter(client)
    today = client.today()
    if version.starts_on <= today <= version.ends_on:
        assert choices(browser, post, "rubric") == {rubric.pk}
    assert choices(browser, post, "tracking_number") == {number.pk}
    team = set(User.objects.filter(memberships__client=client).values_list("pk", flat=True))
    assert choices(browser, post, "author") == team


def test_file_is_brought_right_here(client: Client, post: Post) -> None:
    new = {"files-TOTAL_FORMS": 1, "files-0-post": post.pk, "files-0-position": 2,
           "files-0-community": "", "files-0-file": "", "files-0-upload": picture()}  # fmt: skip
    save(enter(client), post, **new)
    row = PostFile.objects.get()
    assert (row.position, row.file.client, row.file.content_type) == (2, client, "image/png")
    assert (row.file.width, row.file.is_shown) == (40, False)


def test_file_is_chosen_or_brought_and_of_its_kind(client: Client, post: Post) -> None:
    there = ClientFileFactory.create(client=client)
    new = {"files-TOTAL_FORMS": 1, "files-0-post": post.pk, "files-0-position": 1,
           "files-0-community": "", "files-0-file": ""}  # fmt: skip
    browser = enter(client)
    assert set(errors_of(save(browser, post, **new))) == {"files.file"}
    both = {"files-0-file": there.pk, "files-0-upload": picture()}
    assert set(errors_of(save(browser, post, **new | both))) == {"files.upload"}
    text = {"files-0-upload": SimpleUploadedFile("a.txt", b"text")}
    assert set(errors_of(save(browser, post, **new | text))) == {"files.upload"}
    save(browser, post, **new | {"files-0-file": there.pk})
    assert PostFile.objects.get().file == there


def test_another_clients_file_and_community_are_refused(client: Client, post: Post) -> None:
    foreign = ClientFileFactory.create()
    place = CommunityFactory.create()
    new = {"files-TOTAL_FORMS": 1, "files-0-post": post.pk, "files-0-position": 1,
           "files-0-community": "", "files-0-file": foreign.pk,
           "publications-0-community": place.pk}  # fmt: skip
    answer = save(enter(client), post, **new)
    assert set(errors_of(answer)) == {"files.file", "publications.community"}


def test_one_community_twice_is_refused(client: Client, post: Post) -> None:
    place = post.publications.get().community_id
    new = {"publications-TOTAL_FORMS": 2, "publications-1-post": post.pk,
           "publications-1-community": place, "publications-1-text": "",
           "publications-1-planned_at": ""}  # fmt: skip
    assert errors_of(save(enter(client), post, **new))["publications"] == [
        "Please correct the duplicate data for community."
    ]


def test_approved_words_are_not_edited(client: Client, post: Post) -> None:
    Post.objects.update(state=PostState.CLIENT_APPROVED)
    answer = enter(client).get(page(post))
    assert set(answer.context["adminform"].form.fields) == {
        "author", "designer", "approver", "due_on", "brief", "seen",
    }  # fmt: skip
    assert "Take back to work" in answer.content.decode()
    # By the client's clock, not by the agency's.
    assert "03/11/2026 2 p.m. (Asia/Yekaterinburg)" in answer.content.decode()


def while_checked(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Do this at the moment when the form's values are looked at."""
    check = PostForm.clean

    def clean(form: PostForm) -> Any:
        do()
        return check(form)

    monkeypatch.setattr(PostForm, "clean", clean)


def test_page_never_writes_the_state(
    client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_checked(monkeypatch, lambda: Post.objects.update(state=PostState.SCHEDULED) and None)
    save(enter(client), post, text="New words")
    row = Post.objects.get()
    assert (row.state, row.text) == (PostState.SCHEDULED, "New words")


@pytest.mark.django_db(transaction=True)
def test_nobody_moves_a_post_while_its_form_is_checked(
    client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_free(rows: Any) -> bool:
        try:
            with transaction.atomic():
                return bool(list(rows.select_for_update(nowait=True)))
        except OperationalError:
            return False
        finally:
            connection.close()

    found: list[bool] = []
    with ThreadPoolExecutor(1) as other:

        def ask() -> None:
            for rows in (Post.objects.all(), Publication.objects.all()):
                found.append(other.submit(is_free, rows).result())

        while_checked(monkeypatch, ask)
        save(enter(client), post, text="New words")
    assert found == [False, False]
    assert Post.objects.get().text == "New words"


def test_two_people_do_not_write_over_each_other(client: Client, post: Post) -> None:
    browser = enter(client)
    seen = browser.get(page(post)).context["adminform"].form["seen"].value()
    save(enter(client), post, text="Hers", seen=seen)
    answer = save(browser, post, text="His", seen=seen)
    [told] = errors_of(answer)["__all__"]
    assert told.startswith("Meanwhile somebody changed: text. Nothing was saved")
    form = answer.context["adminform"].form
    assert (Post.objects.get().text, form["text"].value()) == ("Hers", "His")
    assert f'name="seen" value="{form["seen"].value()}"' in answer.content.decode()
    save(browser, post, text="His", seen=form["seen"].value())
    assert Post.objects.get().text == "His"


def test_form_of_another_state_is_refused(client: Client, post: Post) -> None:
    browser = enter(client)
    seen = browser.get(page(post)).context["adminform"].form["seen"].value()
    Post.objects.update(state=PostState.SCHEDULED)
    [told] = errors_of(save(browser, post, text="His", seen=seen))["__all__"]
    assert told.startswith("Meanwhile somebody changed: state.")


@pytest.mark.parametrize(
    ("state", "offered"),
    [(PostState.IN_WORK, 3), (PostState.PUBLISHED, 0), (PostState.CANCELLED, 0)],
)
def test_nothing_is_put_into_what_is_over(
    client: Client, post: Post, state: PostState, offered: int
) -> None:
    Post.objects.update(state=state)
    shown = enter(client).get(page(post)).content.decode()
    addresses = [f"/post/{post.pk}/{step}/" for step in ("ask", "media", "slot")]
    assert sum(address in shown for address in addresses) == offered


def test_publication_on_its_way_stays(client: Client, post: Post) -> None:
    Publication.objects.update(state="sent", sent_at="2026-03-11T09:00Z")
    browser = enter(client)
    save(browser, post, **{"publications-0-text": "other", "publications-0-planned_at": ""})
    row = Publication.objects.get()
    assert (row.text, row.planned_at is None) == ("", False)
    answer = save(browser, post, **{"publications-0-DELETE": "on"})
    assert "it is published already and stays" in errors_of(answer)["publications"][0]


def test_preview_is_of_what_is_typed_and_escaped(client: Client, post: Post) -> None:
    answer = enter(client).post(
        reverse("admin:content_post_preview", args=[post.pk]),
        form_of(post, text="<script>1</script> https://a.example #tag", hashtags="x"),
    )
    card = answer.context["previews"][0]
    assert (card.name, card.length, card.longest, card.rest) == ("Coffee", 45, 16_000, 2)
    body = answer.content.decode()
    assert "<script>" not in body
    assert '<span class="smm-preview-link">#tag</span>' in body
    assert Post.objects.get().text != "<script>1</script> https://a.example #tag"


def test_preview_shows_files_of_the_form(client: Client, post: Post) -> None:
    row = PostFileFactory.create(post=post)
    foreign = ClientFileFactory.create()
    address = reverse("admin:content_post_preview", args=[post.pk])
    browser = enter(client)
    shown = browser.post(address, form_of(post)).context["previews"][0].pictures
    assert [each.name for each in shown] == [row.file.name]
    shown = browser.post(address, form_of(post, **{"files-0-file": foreign.pk}))
    assert shown.context["previews"][0].pictures == []


def test_preview_is_posted_by_whoever_sees_the_client(post: Post) -> None:
    address = reverse("admin:content_post_preview", args=[post.pk])
    stranger = enter(ClientFactory.create())
    assert stranger.post(address, form_of(post)).status_code == 404
    assert enter(post.client).get(address).status_code == 405


def test_let_through_above_the_cap(client: Client, post: Post) -> None:
    Post.objects.update(source=ContentSource.CURATED)
    address = reverse("admin:content_post_let_through", args=[post.pk])
    assert enter(client, Role.CONTENT_MANAGER).get(address).status_code == 403
    browser = enter(client)
    assert "Let through above the cap" in browser.get(page(post)).content.decode()
    answer = browser.post(address, {"reason": "The client asks", "seen": PostState.DRAFT})
    assert answer.context["form"].non_field_errors() == [
        "Meanwhile it was moved: look at the post again."
    ]
    browser.post(address, {"reason": "The client asks", "seen": PostState.IN_WORK})
    assert Post.objects.get().over_cap_reason == "The client asks"
    assert browser.get(address).status_code == 403


def test_curated_share_stands_beside(client: Client, post: Post) -> None:
    version = StrategyVersionFactory.create(client=client)
    ContentRulesFactory.create(version=version)
    approve_in_place(version)
    Post.objects.update(source=ContentSource.CURATED)
    shares = enter(client).get(page(post)).context["post_page"]["shares"]
    assert [(each["planned"], each["published"], each["light"]) for each in shares] == [
        ("1 of 1 (100 %)", "—", "red"),
        ("1 of 1 (100 %)", "—", "red"),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_as_many_queries_for_many_rows(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    post = PostFactory.create(client=client)
    for _number in range(rows):
        place = CommunityFactory.create(profile__client=client)
        PublicationFactory.create(post=post, community=place)
        PostFileFactory.create(post=post)
    browser = enter(client)
    browser.get(page(post))
    with django_assert_num_queries(46):
        browser.get(page(post))


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_takes_as_many_queries_for_many_rows(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    post = PostFactory.create(client=client)
    for _number in range(rows):
        place = CommunityFactory.create(profile__client=client)
        PublicationFactory.create(post=post, community=place)
    browser = enter(client)
    address = reverse("admin:content_post_preview", args=[post.pk])
    browser.post(address)
    with django_assert_num_queries(10):
        browser.post(address)
