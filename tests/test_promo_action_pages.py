"""The pages of promo actions: participants, the draw, the prizes, the panel of subscribers."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Role, User
from clients.team import join_team
from communities.admin.files import file_url
from kpi.promo_followers import followers_around
from promotion.admin.draw_steps import digest_of
from promotion.draw_protocol import check_protocol
from promotion.drawing import seal_list
from promotion.models import Draw, Participant, PromoAction, Winner
from promotion.participants import import_participants
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    CampaignCommunityFactory,
    CampaignFactory,
    ParticipantFactory,
    PrizeFactory,
    ProfileSnapshotFactory,
    PromoActionFactory,
    UserFactory,
    WinnerFactory,
)

pytestmark = pytest.mark.django_db
FILE = b"id,name\n1,Anna Kuznetsova\n2,Boris Petrov\n2,Boris again\n"


@pytest.fixture
def action() -> PromoAction:
    action: PromoAction = PromoActionFactory.create(organiser="Romashka LLC")
    PrizeFactory.create(action=action, place=1, title="Phone")
    return action


@pytest.fixture
def browser(action: PromoAction) -> Browser:
    return browser_of(action, Role.PAID_SOCIAL)


def browser_of(action: PromoAction, role: str) -> Browser:
    user: User = UserFactory.create()
    join_team(action.client, user, role=role, starts_on=LONG_AGO)
    browser = Browser()
    browser.force_login(user)
    return browser


def page(action: PromoAction) -> str:
    return reverse("admin:promotion_promoaction_change", args=[action.pk])


def step(action: PromoAction, name: str) -> str:
    return page(action).replace("/change/", f"/{name}/")


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def upload(browser: Browser, action: PromoAction, content: bytes) -> Any:
    file = SimpleUploadedFile("list.csv", content)
    return browser.post(step(action, "import"), {"file": file}, follow=True)


def test_whole_way_from_file_to_winner(browser: Browser, action: PromoAction) -> None:
    response = upload(browser, action, FILE)
    assert said(response) == [
        "Row 4 is the same participant as row 3: taken once.",
        "2 participants were taken.",
    ]
    response = seal(browser, action, timezone.now())
    assert response.context["form"].errors["seed_at"] == [
        "The seed must come to be after the list is sealed."
    ]
    response = seal(browser, action, timezone.now() + dt.timedelta(days=1))
    draw = Draw.objects.get()
    assert said(response) == [f"The list is sealed. Publish its hash now: {draw.list_hash}"]
    assert "Seed, as it was named: the bank, " in response.content.decode()
    response = type_seed(browser, action)
    assert response.context["form"].errors["seed"][0].startswith("The seed that was named comes to")


def seal(browser: Browser, action: PromoAction, moment: dt.datetime) -> Any:
    local = timezone.localtime(moment, action.client.zone)
    told = {"seen": 2, "source": "the bank", "seed_at": local.strftime("%Y-%m-%dT%H:%M")}
    return browser.post(step(action, "seal"), told, follow=True)


def type_seed(browser: Browser, action: PromoAction) -> Any:
    told = {"seen_hash": Draw.objects.get().list_hash, "seed": " 77.95 "}
    return browser.post(step(action, "draw"), told, follow=True)


def test_seed_is_typed_in_and_the_protocol_taken(browser: Browser, action: PromoAction) -> None:
    now = timezone.now()
    import_participants(action, FILE, "list.csv", at=now)
    hour = dt.timedelta(hours=1)
    draw = seal_list(
        action, seen=2, source="the bank", seed_at=now - hour, by=UserFactory.create(),
        at=now - 2 * hour,
    )  # fmt: skip
    action.refresh_from_db()
    assert action.salt is not None
    assert action.salt not in browser.get(page(action)).content.decode()
    response = type_seed(browser, action)
    assert said(response) == ["1 winner is drawn."]
    assert action.salt in response.content.decode()
    assert action.salt not in browser_of(action, Role.DESIGNER).get(page(action)).content.decode()
    protocol = browser.get(step(action, "protocol"))
    assert [check.agrees for check in check_protocol(protocol.json())] == [True] * 6
    text = browser.get(step(action, "protocol-text")).content.decode()
    assert text.splitlines()[0] == "Protocol of a draw"
    marks = browser.get(step(action, "marks")).content
    assert hashlib.sha256(marks).hexdigest() == draw.list_hash


def drawn(action: PromoAction, browser: Browser) -> Winner:
    import_participants(action, FILE, "list.csv", at=NOON)
    browser.post(step(action, "elsewhere"), {
        "winners": "1 Anna Kuznetsova", "drawn_at": "2026-03-11T12:00",
        "proof_url": "https://video.example/1",
    })  # fmt: skip
    return Winner.objects.get()


def test_file_with_wrong_rows_says_which(browser: Browser, action: PromoAction) -> None:
    response = upload(browser, action, b"id,name\n,Anna\n;,x\n")
    assert response.context["form"].non_field_errors() == [
        "row 2: Neither the id nor the address of the page is given: fill in one.",
        "row 3, field id: “;” is not an id of a page: letters, digits, “_”, “.” and “-”.",
    ]
    assert not Participant.objects.exists()


def test_seal_refuses_a_list_that_was_not_seen(browser: Browser, action: PromoAction) -> None:
    upload(browser, action, FILE)
    told = {"seen": 3, "source": "the bank", "seed_at": "2099-01-01T12:00"}
    response = browser.post(step(action, "seal"), told)
    assert response.context["form"].non_field_errors() == [
        "The list has changed meanwhile: look at it again."
    ]


def test_drawn_elsewhere_wants_a_proof(browser: Browser, action: PromoAction) -> None:
    response = browser.post(
        step(action, "elsewhere"), {"winners": "1 Anna", "drawn_at": "2026-03-11T12:00"}
    )
    assert response.context["form"].non_field_errors() == [
        "Give the proof: a file, or a link to the video of the draw."
    ]


def test_proof_that_came_later_is_linked(browser: Browser, action: PromoAction) -> None:
    drawn(action, browser)
    file = SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n%%EOF\n")
    response = browser.post(step(action, "proof"), {"proof": file}, follow=True)
    assert said(response)[-1:] == ["The proof is kept with the draw."]
    address = file_url(Draw.objects.get().proof_file_id or 0)
    assert f'href="{address}"' in response.content.decode()
    assert browser.get(step(action, "proof")).status_code == 403


def test_prize_is_moved_on_its_page(browser: Browser, action: PromoAction) -> None:
    winner = drawn(action, browser)
    address = reverse("admin:promotion_winner_change", args=[winner.pk])
    today = action.client.today().isoformat()
    browser.post(
        address.replace("/change/", "/move/"),
        {"seen": "promised", "to": "received", "on": today, "note": ""},
    )
    winner.refresh_from_db()
    assert winner.state == "received"
    response = browser.get(address)
    assert response.context["original"].participant.name == "Anna Kuznetsova"


def test_pages_of_a_drawn_action_are_looked_at(browser: Browser, action: PromoAction) -> None:
    winner = drawn(action, browser)
    html = browser.get(page(action)).content.decode()
    assert html.count("A… K…") == 1
    assert "Anna Kuznetsova" not in html
    listed = browser.get(
        reverse("admin:promotion_participant_changelist"), {"action__id__exact": action.pk}
    )
    assert "Anna Kuznetsova" in listed.content.decode()
    assert winner.shown_name == "A… K…"


@pytest.mark.parametrize("name", ["import", "seal", "draw", "elsewhere"])
def test_designer_neither_sees_participants_nor_draws(action: PromoAction, name: str) -> None:
    browser = browser_of(action, Role.DESIGNER)
    assert browser.get(page(action)).status_code == 200
    assert browser.get(step(action, name)).status_code == 403
    assert browser.get(reverse("admin:promotion_participant_changelist")).status_code == 403


def test_participant_is_excluded_with_a_reason(browser: Browser, action: PromoAction) -> None:
    upload(browser, action, FILE)
    row = Participant.objects.get(number=1)
    address = reverse("admin:promotion_participant_change", args=[row.pk])
    browser.post(address.replace("/change/", "/exclude/"), {"reason": "a bot"})
    row.refresh_from_db()
    assert row.excluded_reason == "a bot"


def form_of(action: PromoAction, **more: str) -> dict[str, str]:
    return {
        "mechanics": action.mechanics, "legal_kind": action.legal_kind, "rules": "",
        "prizes-TOTAL_FORMS": "0", "prizes-INITIAL_FORMS": "0", **more,
    }  # fmt: skip


def test_changed_rules_are_checked_anew(browser: Browser, action: PromoAction) -> None:
    seen = digest_of(action)
    PromoAction.objects.update(rules="Other words.")
    refused = browser.post(step(action, "legal-check"), {"is_checked": "on", "seen": seen})
    assert refused.context["form"].non_field_errors() == [
        "The rules have changed meanwhile: read them again."
    ]
    PromoAction.objects.update(rules="")
    browser.post(step(action, "legal-check"), {"is_checked": "on", "seen": seen})
    action.refresh_from_db()
    assert action.legal_checked_at is not None
    browser.post(page(action), form_of(action, note="nothing that was checked"))
    assert PromoAction.objects.filter(pk=action.pk, legal_checked_at=None).count() == 0
    browser.post(page(action), form_of(action, rules="Like and win."))
    action.refresh_from_db()
    assert action.rules == "Like and win."
    assert PromoAction.objects.filter(pk=action.pk, legal_checked_at=None).exists()


def test_dates_out_of_order_are_said(browser: Browser, action: PromoAction) -> None:
    response = browser.post(
        page(action),
        form_of(action, entry_starts_at="2026-03-11T12:00", entry_ends_at="2026-03-20T12:00",
                draw_at="2026-03-19T12:00", hand_over_until="2026-03-01"),
    )  # fmt: skip
    errors = response.context["adminform"].form.errors
    assert errors["hand_over_until"] == ["Prizes are handed over from 2026-03-19 on."]
    assert errors["__all__"] == ["The draw is before the end of the entries."]


def test_new_action_takes_moments_by_the_clock_of_its_client(action: PromoAction) -> None:
    action.client.time_zone = "Asia/Vladivostok"
    action.client.save()
    campaign = CampaignFactory.create(client=action.client, kind="giveaway")
    browser = browser_of(action, Role.ACCOUNT_MANAGER)
    response = browser.post(
        reverse("admin:promotion_promoaction_add"),
        form_of(action, campaign=str(campaign.pk), entry_starts_at="2026-03-11T12:00"),
    )
    assert response.status_code == 302
    moment = PromoAction.objects.get(campaign=campaign).entry_starts_at
    assert moment == dt.datetime(2026, 3, 11, 2, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_often_for_many_rows(
    browser: Browser,
    action: PromoAction,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(rows):
        participant = ParticipantFactory.create(action__campaign__client=action.client)
        WinnerFactory.create(draw__action=participant.action, participant=participant)
    counts = {"promoaction": 9, "participant": 10, "winner": 9}
    for name, count in counts.items():
        browser.get(reverse(f"admin:promotion_{name}_changelist"))
        with django_assert_num_queries(count, info=name):
            browser.get(reverse(f"admin:promotion_{name}_changelist"))


# --- Subscribers ----------------------------------------------------------------------------------


def test_followers_around_an_action() -> None:
    action = PromoActionFactory.create(
        entry_starts_at=NOON, entry_ends_at=NOON + dt.timedelta(days=7)
    )
    link = CampaignCommunityFactory.create(campaign=action.campaign)
    other = CampaignCommunityFactory.create(campaign=action.campaign)
    for days, followers in ((-1, 1000), (7, 1200), (14, 1150), (20, 1), (0, 5)):
        ProfileSnapshotFactory.create(
            profile=link.community.profile, date=DAY + dt.timedelta(days=days), followers=followers
        )
    first, second = followers_around(action)
    assert (first.net, first.left_later, first.lost_shares, first.stayed) == (
        200, [-50, None], [0.25, None], [150, None],
    )  # fmt: skip
    assert second.community == other.community
    assert (second.net, second.left_later, second.lost_shares) == (None, [None] * 2, [None] * 2)


def test_followers_need_dates() -> None:
    assert followers_around(PromoActionFactory.create()) == []
