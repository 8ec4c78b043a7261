"""The publications of the demo: a month that went out, and the plan of the coming ones.

What went out is tied to the posts that stand on the walls; what comes is made from the grid by the
program's own plan, and stands the further on its way the sooner it goes out.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import translation

from clients.models import ClientStatus, Role, User
from communities.files import store_file
from communities.models import ClientFile, WallPost
from content.models import (
    Post,
    PostFile,
    PostGoal,
    PostMove,
    PostState,
    Publication,
    PublicationPlan,
    PublicationState,
)
from content.plan_making import find_refusals, make_plan
from content.plan_sources import USUAL_WORK, Mix, format_of
from content.planning import propose
from smm_agency.demo.content_topics import call_of, topic_of
from smm_agency.demo.design import drawn
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage
from strategy.models import ContentRules, ContentSource, PostFormat, Rubric, StrategyVersion
from strategy.periods import last_of_month, month_of

State = PostState
PAST_DAYS = 35
# Every so many posts on the walls: made by the client itself; out too late.
NATIVE_EVERY, LATE_EVERY = 9, 7
LATE = dt.timedelta(minutes=40)
# Nobody has planned the next month of this client yet.
WITHOUT_NEXT = "cafe"
TROUBLED = "clinic"
WAY = (
    State.IDEA, State.DRAFT, State.IN_WORK, State.INTERNAL_REVIEW, State.INTERNAL_APPROVED,
    State.CLIENT_REVIEW, State.CLIENT_APPROVED, State.SCHEDULED, State.PUBLISHED,
)  # fmt: skip
# Where a post is sent back from.
BACK = {
    State.INTERNAL_REWORK: State.INTERNAL_REVIEW, State.CLIENT_REWORK: State.CLIENT_REVIEW,
}  # fmt: skip
# Days until it goes out → the states that a post may be in by then, in turn.
PROGRESS: tuple[tuple[int, tuple[PostState, ...]], ...] = (
    (4, (State.SCHEDULED, State.CLIENT_APPROVED, State.SCHEDULED)),
    (9, (State.CLIENT_REVIEW, State.CLIENT_APPROVED, State.CLIENT_REWORK)),
    (15, (State.INTERNAL_REVIEW, State.INTERNAL_APPROVED, State.IN_WORK, State.INTERNAL_REWORK)),
    (24, (State.DRAFT, State.IN_WORK)),
)
COLOURS = ((15, 92, 92), (122, 62, 20), (62, 54, 120), (24, 84, 48))
CURATED_URL = "https://example.org/collection"
WHY_NOT, WHY_NOT_EN = "Соцсеть отклонила текст", "The network refused the text"
NO_ANSWER, NO_ANSWER_EN = "Ответ не пришёл: проверьте на стене", "No answer: look at the wall"
WITH_CONSENT = "Участница сообщества, согласна на публикацию"
WITH_CONSENT_EN = "A member of the community, who agreed"
MOVING = (PostFormat.VIDEO, PostFormat.CLIP, PostFormat.STORY, PostFormat.LIVE)
OFF, OFF_EN = "Акция отменена клиентом", "The client called the offer off"


def write_content(stages: Sequence[Stage]) -> None:
    """After the strategies are approved and the walls are filled."""
    for stage in stages:
        version = _ruling(stage)
        if stage.story.status != ClientStatus.ACTIVE or version is None:
            continue
        with translation.override(stage.story.language):
            _write_past(stage, version)
            _plan_ahead(stage)
            _add_pictures(stage)


def _ruling(stage: Stage) -> StrategyVersion | None:
    return StrategyVersion.objects.in_force(on=stage.today).filter(client=stage.client).first()


def _author(stage: Stage) -> User:
    return stage.cast.member(stage.story, Role.CONTENT_MANAGER)


@dataclass
class Rows:
    """Rows of a client that are written together."""

    stage: Stage
    posts: list[Post] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)

    def write(self) -> None:
        Post.objects.bulk_create(self.posts)
        Publication.objects.bulk_create(self.publications)
        moves = [move for post in self.posts for move in _moves(self.stage, post)]
        PostMove.objects.bulk_create(moves)


def _write_past(stage: Stage, version: StrategyVersion) -> None:
    """Posts on the walls that the agency planned; the others the client made itself."""
    rubrics = list(version.rubrics.order_by("pk"))
    cap = ContentRules.objects.filter(version=version).values_list("curated_cap", flat=True)
    mix = Mix(cap.first())
    rows = Rows(stage)
    first = max(stage.today - DAY * PAST_DAYS, version.starts_on)
    for number, wall_post in enumerate(_wall_posts(stage, first)):
        if number % NATIVE_EVERY == NATIVE_EVERY - 1 or not rubrics:
            continue
        _add_past(rows, wall_post, rubrics[number % len(rubrics)], mix, number)
    if stage.story.key == TROUBLED:
        _add_troubles(rows, rubrics)
    plans = _plans_of_past(stage, version, rows)
    for post, publication in zip(rows.posts, rows.publications, strict=True):
        post.plan = plans[_month(stage, publication)]
    rows.write()


def _wall_posts(stage: Stage, first: dt.date) -> list[Any]:
    own = [row.profile for row in stage.own]
    began = stage.moment(first, 0)
    rows = WallPost.objects.filter(profile__in=own, posted_at__gte=began, is_repost=False)
    return list(rows.select_related("profile__community").order_by("posted_at", "pk"))


def _month(stage: Stage, publication: Publication) -> dt.date:
    planned_at = publication.planned_at
    if planned_at is None:
        raise ValueError("Every publication of the demo has its time.")
    return month_of(stage.client.day_of(planned_at))


def _plans_of_past(
    stage: Stage, version: StrategyVersion, rows: Rows
) -> dict[dt.date, PublicationPlan]:
    by = _author(stage)
    months = sorted({_month(stage, publication) for publication in rows.publications})
    return {
        month: PublicationPlan.objects.create(
            client=stage.client, month=month, version=version, made_by=by,
            made_at=stage.moment(month - DAY * 6, 11),
        )
        for month in months
    }  # fmt: skip


def _add_past(rows: Rows, wall_post: WallPost, rubric: Rubric, mix: Mix, number: int) -> None:
    stage = rows.stage
    is_late = number % LATE_EVERY == LATE_EVERY - 1
    planned_at = wall_post.posted_at.replace(second=0, microsecond=0) - (
        LATE if is_late else DAY * 0
    )
    post = _post(stage, rubric, number, at=planned_at, source=mix.deal(rubric))
    post.text, post.state, post.state_since = wall_post.text, State.PUBLISHED, wall_post.posted_at
    rows.posts.append(post)
    rows.publications.append(
        Publication(
            client=stage.client, post=post, community=wall_post.profile.community,
            planned_at=planned_at, state=PublicationState.SENT, sent_at=wall_post.posted_at,
            external_id=wall_post.external_id, wall_post=wall_post, attempts=1,
        )
    )  # fmt: skip


def _post(stage: Stage, rubric: Rubric, number: int, *, at: dt.datetime, source: str) -> Post:
    """Written in time, by the client's team; not saved."""
    story = stage.story
    post = Post(client=stage.client, rubric=rubric, created_at=at - DAY * 20)
    post.title = topic_of(rubric, number, language=story.language)
    post.format = format_of(rubric, number)
    post.source, post.text_work = source, USUAL_WORK[source]
    _write(stage, post, due_on=stage.client.day_of(at) - DAY * 2)
    return post


def _write(stage: Stage, post: Post, *, due_on: dt.date) -> None:
    """What a person writes once the post is taken to work."""
    language = stage.story.language
    post.text = f"{post.title}."
    post.call_to_action, post.goal = call_of(language), PostGoal.CALL
    post.author = _author(stage)
    post.designer = stage.cast.member(stage.story, Role.DESIGNER)
    post.approver = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    post.created_by, post.due_on = post.author, due_on
    if post.source == ContentSource.CURATED:
        post.source_url, post.licence = CURATED_URL, "CC BY 4.0"
    if post.source == ContentSource.USERS:
        post.licence = WITH_CONSENT_EN if language == "en" else WITH_CONSENT
    if post.format in MOVING:
        # The demo has no videos.
        post.format = PostFormat.PHOTO


def _add_troubles(rows: Rows, rubrics: Sequence[Rubric]) -> None:
    """One that was refused, one whose answer was lost, one that was called off."""
    stage = rows.stage
    is_english = stage.story.language == "en"
    community = stage.own[0].community
    troubles: tuple[tuple[PostState, PublicationState, str], ...] = (
        (State.FAILED, PublicationState.FAILED, WHY_NOT_EN if is_english else WHY_NOT),
        (
            State.NEEDS_CHECKING, PublicationState.UNKNOWN,
            NO_ANSWER_EN if is_english else NO_ANSWER,
        ),
        (State.CANCELLED, PublicationState.CANCELLED, ""),
    )  # fmt: skip
    for number, (state, ended, failure) in enumerate(troubles):
        at = stage.moment(stage.yesterday - DAY * (number + 1), 13, 30)
        post = _post(stage, rubrics[number % len(rubrics)], number, at=at, source=ContentSource.OWN)
        post.state, post.state_since = state, at
        rows.posts.append(post)
        rows.publications.append(
            Publication(
                client=stage.client, post=post, community=community, planned_at=at, state=ended,
                failure=failure, attempts=0 if ended == PublicationState.CANCELLED else 1,
                sending_at=at if ended == PublicationState.UNKNOWN else None,
            )
        )  # fmt: skip


def _plan_ahead(stage: Stage) -> None:
    """This month is filled up, and the next one is planned, by the program's own plan."""
    this = month_of(stage.today)
    following = last_of_month(stage.today) + DAY
    months = [this] if stage.story.key == WITHOUT_NEXT else [this, following]
    for month in months:
        proposal = propose(stage.client, month, on=stage.today)
        if find_refusals(proposal) or not proposal.posts:
            continue
        at = stage.moment(stage.today, 8)
        make_plan(stage.client, month, by=_author(stage), at=at, known=proposal.known)
    _go_on(stage)


def _go_on(stage: Stage) -> None:
    """The sooner a planned post goes out, the further it is."""
    rows = list(
        Publication.objects.filter(Q(client=stage.client) & ~Q(post__grid_place=""))
        .select_related("post__rubric")
        .order_by("planned_at", "pk")
    )
    began = stage.moment(stage.yesterday - DAY * 4, 11)
    PostMove.objects.filter(post__in=[row.post_id for row in rows]).update(moved_at=began)
    moves = []
    for number, row in enumerate(rows):
        post, planned_at = row.post, row.planned_at
        if planned_at is None or post.rubric is None:
            continue
        post.state = _state_of((stage.client.day_of(planned_at) - stage.today).days, number)
        post.created_at = began
        post.state_since = stage.moment(stage.yesterday, 15)
        if post.state != State.IDEA:
            post.title = topic_of(post.rubric, number, language=stage.story.language)
            _write(stage, post, due_on=stage.client.day_of(planned_at) - DAY * 2)
        if post.state == State.CLIENT_REWORK:
            post.rounds = 1
        if post.state == State.SCHEDULED:
            row.state, row.next_try_at = PublicationState.DUE, planned_at
        moves += list(_moves(stage, post))[1:]
    Post.objects.bulk_update(
        [row.post for row in rows],
        [
            "state",
            "state_since",
            "created_at",
            "created_by",
            "title",
            "text",
            "call_to_action",
            "goal",
            "author",
            "designer",
            "approver",
            "due_on",
            "source_url",
            "licence",
            "format",
            "rounds",
        ],
    )
    Publication.objects.bulk_update(rows, ["state", "next_try_at"])
    PostMove.objects.bulk_create(moves)


def _add_pictures(stage: Stage) -> None:
    """A picture for every written post that needs one; the same one for a rubric."""
    files: dict[int, ClientFile] = {}
    shows = Q(format__in=(PostFormat.PHOTO, PostFormat.CAROUSEL)) | Q(
        publications__community__profile__network="instagram"
    )
    posts = Post.objects.filter(shows, client=stage.client).exclude(state=State.IDEA)
    for post in posts.select_related("rubric").distinct():
        if post.rubric is None:
            continue
        if post.rubric_id not in files:
            colour = COLOURS[len(files) % len(COLOURS)]
            sign = drawn((1080, 720), colour, "DEMO", 160)
            files[post.rubric.pk] = store_file(stage.client, sign, by=_author(stage), is_shown=True)
        PostFile.objects.create(post=post, file=files[post.rubric.pk])


def _state_of(days: int, number: int) -> PostState:
    for most, states in PROGRESS:
        if days <= most:
            return states[number % len(states)]
    return State.IDEA


def _moves(stage: Stage, post: Post) -> Iterator[PostMove]:
    """Its way step by step, a few hours apart, up to the state that it is in."""
    way = _way_to(PostState(post.state))
    step = (post.state_since - post.created_at) / max(len(way) - 1, 1)
    old = ""
    for number, new in enumerate(way):
        is_clients = new in (State.CLIENT_APPROVED, State.CLIENT_REWORK)
        person = stage.story.people[0].name
        is_english = stage.story.language == "en"
        yield PostMove(
            client=stage.client, post=post, old=old, new=new,
            moved_at=post.created_at + step * number,
            moved_by=post.approver if is_clients else post.author or _author(stage),
            client_said_by=person if is_clients else "",
            reason=(OFF_EN if is_english else OFF) if new == State.CANCELLED else "",
        )  # fmt: skip
        old = new


def _way_to(state: PostState) -> list[PostState]:
    if state in (State.FAILED, State.NEEDS_CHECKING):
        return [*WAY[: WAY.index(State.SCHEDULED) + 1], state]
    if state == State.CANCELLED:
        return [*WAY[: WAY.index(State.CLIENT_REVIEW) + 1], state]
    if state in BACK:
        return [*WAY[: WAY.index(BACK[state]) + 1], state]
    return list(WAY[: WAY.index(state) + 1])
