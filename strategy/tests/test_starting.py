import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import Client, ClientStatus, Role
from strategy.approval_checks import find_problems
from strategy.industries import TEMPLATES, Start
from strategy.models import (
    CommunityRhythm,
    GridCell,
    SectionKind,
    SectionState,
    StrategyVersion,
    VersionState,
)
from strategy.placeholders import check_placeholders, known_placeholders, placeholders_in
from strategy.starting import start_strategy
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 5, 31)
ALL = [(template, language) for template in TEMPLATES for language in ("ru", "en")]


def started(client: Client, template: str = "local_service", **changes: Any) -> StrategyVersion:
    facts: dict[str, Any] = {
        "template": template, "language": "en", "engagement": None, "title": "Calls",
        "starts_on": FIRST, "ends_on": LAST, "by": DirectorFactory.create(),
    }  # fmt: skip
    return start_strategy(client, **(facts | changes))


def agreed(client: Client) -> Any:
    return EngagementServiceFactory.create(engagement__client=client).engagement


def missing(version: StrategyVersion) -> list[str]:
    return find_problems(version, by=None, on=FIRST)


COMPETITORS = "2 competitors must be analysed within the last 120 days, now it is 0: add analyses."
NO_MONTHS = (
    "The primary target has no value for March 2026, April 2026, May 2026: add them, or end the"
    " version earlier."
)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("template", ["local_service", "online_shop"])
def test_a_draft_of_an_industry_lacks_only_what_a_person_adds(template: str, language: str) -> None:
    client = ClientFactory.create()
    CommunityFactory.create(profile__client=client)
    draft = started(client, template, language=language, engagement=agreed(client))
    extra = ["Orders"] if template == "online_shop" else []
    targets = ["Engagement rate (ER): ER post", "Growth of members", *extra]
    sections = ", ".join(str(section) for section in draft.sections.in_order())
    problems = missing(draft)
    placeholders = [one for one in problems if "still has [" in one]
    assert [one for one in problems if one not in placeholders] == [
        NO_MONTHS,
        *(
            f"{target} has no value for any month of the period: give one, or delete it."
            for target in targets
        ),
        COMPETITORS,
        f"Sections that are written but not ready: {sections}. Mark them ready, or not needed.",
    ]
    assert placeholders == check_placeholders(draft)
    assert len(placeholders) == len([goal for goal in draft.goals.all() if "[" in goal.measure]) + (
        len([one for one in draft.positionings.all() if "[" in one.proof])
    )


def test_a_short_draft_lacks_the_same() -> None:
    client = ClientFactory.create()
    CommunityFactory.create(profile__client=client)
    draft = started(client, "short", engagement=agreed(client))
    assert missing(draft) == [
        NO_MONTHS,
        "Growth of members has no value for any month of the period: give one, or delete it.",
        COMPETITORS,
        "Sections that are written but not ready: Goals and tasks, Competitors, Content, KPI and"
        " measurement, Team, responsibilities and approval. Mark them ready, or not needed.",
        "“Get calls from the communities” still has [calls a month], [month]: write what belongs"
        " there, or delete it.",
        "“Show the people and their work” still has [growth a month], [month]: write what belongs"
        " there, or delete it.",
    ]


def test_a_lead_works_through_the_whole_path_without_engagement() -> None:
    """Only the engagement, the agency's own figures and the grid of a community are missing."""
    client = ClientFactory.create(status=ClientStatus.LEAD)
    draft = started(client, "short")
    assert draft.engagement is None
    assert missing(draft)[0] == (
        "This draft has no engagement yet: choose the one that it was agreed in."
    )
    assert (
        "The content plan grid is empty: say on which weekdays each rubric is posted."
        in missing(draft)
    )
    assert (draft.rubrics.count(), draft.rhythms.count()) == (4, 0)


@pytest.mark.parametrize(("template", "language"), ALL)
def test_sections_are_written_in_the_clients_language(template: str, language: str) -> None:
    client = ClientFactory.create(name="Denta")
    draft = started(client, template, language=language)
    texts = TEMPLATES[template].texts[language]
    rows = {section.kind: section for section in draft.sections.all()}
    assert set(rows) == set(SectionKind)
    for kind, row in rows.items():
        wanted = SectionState.IN_WORK if kind in texts else SectionState.NOT_NEEDED
        assert (row.state, bool(row.text), bool(row.internal_note)) == (
            wanted, kind in texts, kind in texts,
        )  # fmt: skip
        assert "{" not in row.text
    assert rows["goals" if template == "short" else "brief"].text.startswith("Denta ")


def test_the_roadmap_names_its_days() -> None:
    draft = started(ClientFactory.create())
    roadmap = draft.sections.get(kind="roadmap").text
    assert "**March 31, 2026**: the first KPI review" in roadmap
    assert "**May 30, 2026**: the review of the quarter" in roadmap
    assert "half-year" not in roadmap


def test_goals_serve_higher_ones_and_their_tasks_have_owners_and_days() -> None:
    client = ClientFactory.create()
    member = TeamMemberFactory.create(client=client, role=Role.PAID_SOCIAL)
    draft = started(client)
    calls = draft.goals.get(text="Get calls from those who live or work nearby")
    assert calls.serves is not None
    assert calls.serves.level == "business"
    ads = calls.tasks.get(title__startswith="Start ads")
    assert (ads.owner, ads.side, ads.block, ads.due_on) == (
        member.user, "agency", "promotion", FIRST + dt.timedelta(days=21),
    )  # fmt: skip
    callback = calls.tasks.get(title__startswith="Agree on who")
    assert (callback.owner, callback.side) == (None, "client")


def test_the_grid_is_laid_for_each_community_under_work() -> None:
    client = ClientFactory.create()
    vk = CommunityFactory.create(profile__client=client, profile__network="vk")
    channel = CommunityFactory.create(profile__client=client, profile__network="telegram")
    CommunityFactory.create(profile__client=client, state="archived")
    CommunityFactory.create()
    draft = started(client)
    assert list(
        draft.rhythms.values_list("community", "posts_per_week", "role")
    ) == [
        (vk.pk, 5, "Finds new people nearby and leads them to a call"),
        (
            channel.pk, 5,
            "Keeps in touch with those who came or mean to come: places, answers, reminders",
        ),
    ]  # fmt: skip
    cells = GridCell.objects.filter(rubric__version=draft, community=vk)
    assert list(cells.order_by("weekday").values_list("weekday", "rubric__name", "posts")) == [
        (0, "Free places and prices", 1),
        (1, "The specialist answers", 1),
        (2, "Work of the week", 1),
        (3, "A review with details", 1),
        (4, "Our district", 1),
    ]


def test_rubrics_point_at_goal_segment_and_message() -> None:
    draft = started(ClientFactory.create())
    rubric = draft.rubrics.get(name="The specialist answers")
    assert (str(rubric.goal), str(rubric.segment), str(rubric.positioning)) == (
        "Show the specialists and their work, so that they are trusted before the call",
        "Choose in advance",
        "You know by name who will do the work",
    )
    assert (rubric.share, rubric.curated_share) == (Decimal("0.2"), Decimal("0.5"))
    assert (rubric.formats, rubric.sources) == (
        ["clip", "video", "text"], ["own", "client", "curated"],
    )  # fmt: skip


def metrics_of(draft: StrategyVersion) -> list[tuple[str, bool]]:
    return list(draft.targets.order_by("pk").values_list("metric", "is_primary"))


def test_calls_are_primary_unless_the_client_takes_none() -> None:
    assert metrics_of(started(ClientFactory.create(), "online_shop")) == [
        ("calls", True), ("orders", False), ("growth", False), ("er", False),
    ]  # fmt: skip
    silent = ClientFactory.create(takes_calls=False)
    shop = started(silent, "online_shop")
    assert metrics_of(shop) == [
        ("orders", True), ("messages", False), ("growth", False), ("er", False),
    ]  # fmt: skip
    assert "takes no orders by phone" in shop.sections.get(kind="kpi").text
    service = started(silent)
    assert metrics_of(service)[0] == ("messages", True)
    assert service.goals.filter(text__startswith="Get messages").exists()


def test_an_empty_start_is_a_plain_draft() -> None:
    draft = started(ClientFactory.create(), Start.EMPTY)
    assert draft.state == VersionState.DRAFT
    assert set(draft.sections.values_list("state", flat=True)) == {SectionState.TO_DO}
    assert not draft.goals.exists()


def test_who_may_make_no_strategies_starts_none() -> None:
    client = ClientFactory.create()
    with pytest.raises(ValidationError) as refused:
        started(client, by=UserFactory.create())
    assert refused.value.messages == ["You may not make strategies; ask a strategist."]
    with pytest.raises(ValidationError) as refused:
        started(client, "hotel")
    assert refused.value.messages == ["There is no such template: choose one of the list."]
    assert not StrategyVersion.objects.exists()


def test_a_refused_period_leaves_nothing_behind() -> None:
    with pytest.raises(ValidationError, match="last day is before"):
        started(ClientFactory.create(), ends_on=FIRST - dt.timedelta(days=1))
    assert not CommunityRhythm.objects.exists()


def test_only_brackets_of_the_templates_are_asked_for() -> None:
    draft = started(ClientFactory.create(), "short", language="en")
    section = draft.sections.get(kind="team")
    section.text = "See [1], [the site](https://example.com) and [who approves]"
    section.state = SectionState.READY
    section.save()
    draft.goals.update(measure="40 by May")
    assert check_placeholders(draft) == [
        "“Team, responsibilities and approval” still has [who approves]: write what belongs"
        " there, or delete it."
    ]
    assert placeholders_in(section.text) == ["1", "who approves"]
    assert "who approves" in known_placeholders()


def test_engagement_of_the_draft_is_kept() -> None:
    engagement = EngagementFactory.create()
    assert started(engagement.client, engagement=engagement).engagement == engagement
