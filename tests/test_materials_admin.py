"""Staff's pages of material, the media bank, slots, recurring posts and files of plans."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Letter, User
from communities.tests.pictures import picture
from content.models import (
    MaterialRequest,
    MediaItem,
    Occurrence,
    PlanFile,
    Post,
    PostingSlot,
    Publication,
    RecurringPost,
    UploadLink,
)
from tests.factories import (
    CommunityFactory,
    ContactFactory,
    ContentTermsFactory,
    DirectorFactory,
    MaterialFileFactory,
    MaterialRequestFactory,
    MediaItemFactory,
    PlanFileFactory,
    PostFactory,
    PostFileFactory,
    PostingSlotFactory,
    PublicationFactory,
    StandingFactFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    director: User = DirectorFactory.create(email="boss@agency.example")
    return director


@pytest.fixture
def browser(director: User) -> Browser:
    browser = Browser()
    browser.force_login(director)
    return browser


def page(row: Any, action: str = "change") -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{action}", args=[row.pk])


def step(row: Any, path: str) -> str:
    return page(row).replace("/change/", f"/{path}/")


def words(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def png(name: str = "a.png", width: int = 30) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(width, 20))


# --- Requests ------------------------------------------------------------------------------------


def new_request(browser: Browser, client: Client, **fields: object) -> Any:
    data = {"client": client.pk, "what": "Photos", "due_on": "2099-01-10", **fields}
    return browser.post(reverse("admin:content_materialrequest_add"), data, follow=True)


def test_request_is_asked_and_its_contact_written_to(browser: Browser, director: User) -> None:
    contact = ContactFactory.create(email="ann@client.example", name="Ann")
    response = new_request(browser, contact.client, contact=contact.pk)
    request = MaterialRequest.objects.get()
    assert (request.asked_by, request.state) == (director, "open")
    assert Letter.objects.get().address == "ann@client.example"
    assert "A letter goes to Ann." in words(response)


def test_request_without_a_contact_says_that_nobody_is_written_to(browser: Browser) -> None:
    response = new_request(browser, ContactFactory.create().client)
    assert "Nobody is written to: choose a contact who has an e-mail address." in words(response)


def test_day_that_has_passed_is_refused(browser: Browser) -> None:
    response = new_request(browser, ContactFactory.create().client, due_on="2020-01-01")
    assert "This day has passed" in response.content.decode()
    assert not MaterialRequest.objects.exists()


def test_post_page_asks_with_its_client_and_post_filled_in(browser: Browser) -> None:
    contact = ContactFactory.create(is_main=True)
    post = PostFactory.create(client=contact.client)
    response = browser.get(step(post, "ask"), follow=True)
    initial = response.context["adminform"].form.initial
    assert {name: initial[name] for name in ("client", "post", "contact")} == {
        "client": str(contact.client_id), "post": str(post.pk), "contact": str(contact.pk),
    }  # fmt: skip


def test_what_came_is_taken_in_with_its_files(browser: Browser, director: User) -> None:
    request = MaterialRequestFactory.create()
    data = {"uploads": [png(), png("b.png", 31)], "answer": "Here."}
    browser.post(step(request, "take"), data)
    request.refresh_from_db()
    assert (request.state, request.received_by, request.answer) == ("received", director, "Here.")
    assert request.files.count() == 2
    text = browser.get(page(request)).content.decode()
    assert "b.png" in text
    assert "not scanned" in text


def test_one_bad_file_refuses_the_step(browser: Browser) -> None:
    request = MaterialRequestFactory.create()
    data = {"uploads": [png(), SimpleUploadedFile("x.exe", b"MZ")], "answer": ""}
    response = browser.post(step(request, "take"), data)
    assert "x.exe: This is not a file of the kind" in response.content.decode()
    assert not request.files.exists()


def test_request_that_was_received_meanwhile_is_not_taken_back(browser: Browser) -> None:
    request = MaterialRequestFactory.create(state="received", received_at=timezone.now())
    response = browser.post(step(request, "cancel"), {"seen": "open", "reason": "No."})
    assert response.status_code == 403
    request.refresh_from_db()
    assert request.state == "received"


def test_link_is_shown_once_and_replaces_older_ones(browser: Browser) -> None:
    request = MaterialRequestFactory.create()
    ContentTermsFactory.create(client=request.client, has_upload_links=True)
    for _number in range(2):
        response = browser.post(step(request, "link"), {})
    assert "/link/material/" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert UploadLink.objects.filter(revoked_at=None).count() == 1
    assert "/link/material/" not in browser.get(page(request)).content.decode()


def test_client_without_links_gets_none(browser: Browser) -> None:
    request = MaterialRequestFactory.create()
    response = browser.post(step(request, "link"), {})
    assert "This client sends no material by links" in response.content.decode()


def test_list_shows_what_is_waited_for(browser: Browser) -> None:
    MaterialRequestFactory.create(what="Waiting")
    MaterialRequestFactory.create(what="Came", state="received", received_at=timezone.now())
    address = reverse("admin:content_materialrequest_changelist")
    for query, found in (
        ("", ["Waiting"]),
        ("?due=received", ["Came"]),
        ("?due=overdue", ["Waiting"]),
    ):
        rows = browser.get(address + query).context["cl"].result_list
        assert [row.what for row in rows] == found


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_the_same_queries(
    browser: Browser, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        post = PostFactory.create()
        MaterialRequestFactory.create(
            client=post.client, post=post, contact=ContactFactory.create(client=post.client),
            asked_by=UserFactory.create(),
        )  # fmt: skip
        PlanFileFactory.create(uploaded_by=UserFactory.create())
        MediaItemFactory.create()
        StandingFactFactory.create()
    for name, count in (
        ("materialrequest", 5),
        ("mediaitem", 5),
        ("standingfact", 5),
        ("planfile", 5),
    ):
        address = reverse(f"admin:content_{name}_changelist")
        browser.get(address)
        with django_assert_num_queries(count):
            browser.get(address)


# --- The media bank ------------------------------------------------------------------------------


def test_upload_needs_its_rights_and_source(browser: Browser, director: User) -> None:
    client = ContactFactory.create().client
    address = reverse("admin:content_mediaitem_add")
    data = {"client": client.pk, "title": "Hall", "upload": png()}
    response = browser.post(address, data)
    errors = response.context["adminform"].form.errors
    assert set(errors) == {"source", "rights"}
    browser.post(address, {**data, "upload": png(), "source": "own", "rights": "Ours",
                           "tags": "hall, spring, hall"})  # fmt: skip
    item = MediaItem.objects.get()
    assert (item.tags, item.made_by, item.is_scanned) == (["hall", "spring"], director, False)


def test_received_files_go_into_the_bank_with_one_word(browser: Browser) -> None:
    request = MaterialRequestFactory.create(state="received", received_at=timezone.now())
    MaterialFileFactory.create(request=request, file__name="Hall one.png")
    MaterialFileFactory.create(
        request=request, file__name="a.pdf", file__content_type="application/pdf"
    )
    data = {"source": "client", "rights": "By contract", "credit": "", "valid_until": ""}
    browser.post(step(request, "bank"), data)
    item = MediaItem.objects.get()
    assert (item.title, item.rights, item.request) == ("Hall one", "By contract", request)
    again = browser.post(step(request, "bank"), data)
    assert "not in the bank already" in again.content.decode()


def test_files_are_picked_into_a_post(browser: Browser) -> None:
    post = PostFactory.create()
    first, second, other = (
        MediaItemFactory.create(client=post.client),
        MediaItemFactory.create(client=post.client),
        MediaItemFactory.create(),
    )
    PostFileFactory.create(post=post, position=4)
    browser.post(step(post, "media"), {"items": [first.pk, second.pk]})
    files = post.files.order_by("position").values_list("file", "position")[1:]
    assert set(files) == {(first.file_id, 5), (second.file_id, 6)} or set(files) == {
        (second.file_id, 5), (first.file_id, 6),
    }  # fmt: skip
    response = browser.post(step(post, "media"), {"items": [other.pk]})
    assert "not one of the available choices" in response.content.decode()


def test_bank_offers_only_what_may_be_used(browser: Browser) -> None:
    post = PostFactory.create()
    usable = MediaItemFactory.create(client=post.client)
    MediaItemFactory.create(client=post.client, valid_until=dt.date(2020, 1, 1))
    MediaItemFactory.create(client=post.client, retired_at=timezone.now())
    form = browser.get(step(post, "media")).context["form"]
    assert [each["item"] for each in form.pictures()] == [usable]


def test_approved_post_keeps_its_files(browser: Browser) -> None:
    post = PostFactory.create(state="internal_approved")
    item = MediaItemFactory.create(client=post.client)
    response = browser.post(step(post, "media"), {"items": [item.pk]})
    assert "take it back to work" in response.content.decode()
    assert not post.files.exists()


def test_page_of_an_item_says_where_it_is_used(browser: Browser) -> None:
    item = MediaItemFactory.create()
    post = PostFactory.create(client=item.client, title="Spring post")
    PostFileFactory.create(post=post, file=item.file)
    assert "Spring post" in browser.get(page(item)).content.decode()


def test_item_is_taken_out_and_put_back(browser: Browser) -> None:
    item = MediaItemFactory.create()
    browser.post(step(item, "take-out"), {})
    item.refresh_from_db()
    assert item.retired_at is not None
    browser.post(step(item, "put-back"), {})
    item.refresh_from_db()
    assert item.retired_at is None


def test_fact_name_must_be_a_variable(browser: Browser) -> None:
    client = ContactFactory.create().client
    data = {"client": client.pk, "kind": "price", "title": "Visit", "value": "1"}
    address = reverse("admin:content_standingfact_add")
    for code, count in (("Price-1", 0), ("1price", 0), ("price_visit", 1)):
        browser.post(address, {**data, "code": code})
        assert client.facts.count() == count


# --- Slots and recurring posts -------------------------------------------------------------------


def test_slots_of_several_days_are_added_at_once(browser: Browser) -> None:
    community = CommunityFactory.create()
    data = {"community": community.pk, "days": [0, 4], "time": "10:30"}
    browser.post(reverse("admin:content_postingslot_add"), data)
    assert list(PostingSlot.objects.order_by("weekday").values_list("weekday", "time")) == [
        (0, dt.time(10, 30)), (4, dt.time(10, 30)),
    ]  # fmt: skip
    again = browser.post(reverse("admin:content_postingslot_add"), data)
    assert "The community has this slot already: Monday, Friday." in again.content.decode()


def test_post_goes_into_the_next_free_slot(browser: Browser) -> None:
    community = CommunityFactory.create()
    PostingSlotFactory.create(community=community)
    row = PublicationFactory.create(
        post__client=community.client, community=community, planned_at=None
    )
    response = browser.post(step(row.post, "slot"), {}, follow=True)
    row.refresh_from_db()
    assert row.planned_at is not None
    assert str(community) in words(response)[0]


def test_queue_is_reordered_from_its_page(browser: Browser) -> None:
    community = CommunityFactory.create()
    PostingSlotFactory.create(community=community)
    rows = [
        PublicationFactory.create(
            post__client=community.client, community=community, planned_at=None
        )
        for _number in range(2)
    ]
    for row in rows:
        browser.post(step(row.post, "slot"), {})
    address = f"{reverse('admin:content_postingslot_queues')}?community={community.pk}"
    seen = browser.get(address).context["seen"]
    browser.post(address, {"seen": seen, "move": f"{rows[1].pk}:up"})
    first, second = Publication.objects.order_by("planned_at")
    assert (first.pk, second.pk) == (rows[1].pk, rows[0].pk)
    response = browser.post(address, {"seen": seen, "move": f"{rows[0].pk}:up"}, follow=True)
    assert "meanwhile" in words(response)[0]


def test_strangers_queue_is_not_shown() -> None:
    PostingSlotFactory.create(community__profile__title="Foreign place")
    member = TeamMemberFactory.create(role="content_manager")
    browser = Browser()
    browser.force_login(member.user)
    response = browser.get(reverse("admin:content_postingslot_queues"))
    assert "Foreign place" not in response.content.decode()


def recurring_data(community: Any, **fields: object) -> dict[str, object]:
    return {
        "client": community.client_id, "title": "Question", "text": "Ask!", "format": "text",
        "source": "own", "text_work": "written", "rhythm": "weekly", "weekdays": ["2"],
        "time": "10:00", "starts_on": "2020-01-01", "days_ahead": "14", "is_active": "on",
        "exceptions": "", "places-TOTAL_FORMS": "1", "places-INITIAL_FORMS": "0",
        "places-MIN_NUM_FORMS": "0", "places-MAX_NUM_FORMS": "1000",
        "places-0-community": community.pk, **fields,
    }  # fmt: skip


def test_recurring_post_makes_its_drafts_at_once_and_follows_an_edit(browser: Browser) -> None:
    community = CommunityFactory.create()
    browser.post(reverse("admin:content_recurringpost_add"), recurring_data(community))
    recurring = RecurringPost.objects.get()
    assert Occurrence.objects.count() == Post.objects.filter(title="Question").count() == 2
    place = recurring.places.get()
    edit = recurring_data(
        community, title="Answer", **{"places-INITIAL_FORMS": "1", "places-0-id": place.pk,
                                      "places-0-recurring": recurring.pk},
    )  # fmt: skip
    response = browser.post(page(recurring), edit, follow=True)
    assert set(Post.objects.values_list("title", flat=True)) == {"Answer"}
    assert any("Drafts that follow the change: 2" in line for line in words(response))


def test_rhythm_without_its_days_is_refused(browser: Browser) -> None:
    community = CommunityFactory.create()
    for fields, name in (({"weekdays": []}, "weekdays"), ({"rhythm": "monthly"}, "month_day")):
        response = browser.post(
            reverse("admin:content_recurringpost_add"), recurring_data(community, **fields)
        )
        assert name in response.context["adminform"].form.errors
    assert not RecurringPost.objects.exists()


# --- Files of plans ------------------------------------------------------------------------------

PLAN = "Тема;Сообщество;Дата;Время;Источник;Работа с текстом\nВесна;{};20.03.2098;10:00;;рерайт\n"


def uploaded(browser: Browser) -> PlanFile:
    community = CommunityFactory.create(profile__title="Hall", profile__network="vk")
    file = SimpleUploadedFile("plan.csv", PLAN.format("Hall").encode())
    data = {"client": community.client_id, "file": file}
    browser.post(reverse("admin:content_planfile_import_plan"), data)
    return PlanFile.objects.get()


def shown(browser: Browser, row: PlanFile) -> dict[str, Any]:
    """What the page's form would send, with the digest it shows."""
    context = browser.get(page(row)).context
    form = context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    return {**{name: value for name, value in said.items() if value}, "seen": context["seen"]}


def test_plan_is_shown_mended_and_taken(browser: Browser) -> None:
    row = uploaded(browser)
    assert "It is empty: fill it, or say below" in browser.get(page(row)).content.decode()
    told = shown(browser, row)
    response = browser.post(page(row), {**told, "source": "own", "take": "1"}, follow=True)
    assert words(response) == ["You have changed something: look at it, then take the file."]
    assert not Post.objects.exists()
    response = browser.post(page(row), {**shown(browser, row), "take": "1"}, follow=True)
    assert words(response) == ["Posts made: 1."]
    assert Post.objects.get().source == "own"


def test_good_rows_only_need_no_second_look(browser: Browser) -> None:
    row = uploaded(browser)
    told = {**shown(browser, row), "skip_bad": "on", "take": "1"}
    response = browser.post(page(row), told)
    assert "There is no new post in the file." in response.content.decode()


def test_plan_is_dropped(browser: Browser) -> None:
    row = uploaded(browser)
    browser.post(page(row), {"drop": "1"})
    row.refresh_from_db()
    assert (row.state, row.content) == ("cancelled", None)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_empty_plan_is_downloaded(browser: Browser, kind: str) -> None:
    response = browser.get(reverse(f"admin:content_planfile_template_{kind}"))
    assert response.status_code == 200
    assert f".{kind}" in response.headers["Content-Disposition"]


def test_member_who_may_not_import_is_refused() -> None:
    member = TeamMemberFactory.create(role="moderator")
    browser = Browser()
    browser.force_login(member.user)
    assert browser.get(reverse("admin:content_planfile_import_plan")).status_code == 403
