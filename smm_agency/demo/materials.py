"""What the demo's clients give for their posts: requests, a media bank, facts, slots.

The pictures are drawn here, and say that they are a demo.
"""

import datetime as dt
from typing import NamedTuple

from clients.models import Contact, Role, Service, User
from communities.files import store_file
from communities.models import Community
from content.material_files import Arrival
from content.materials import take_in
from content.media import add_received
from content.models import (
    ContentTerms,
    FactKind,
    MaterialRequest,
    MediaItem,
    Post,
    PostingSlot,
    PostState,
    Publication,
    RecurringCommunity,
    RecurringPost,
    Rhythm,
    StandingFact,
    TextWork,
)
from content.recurring import make_ahead
from content.slots import take_next_slots
from smm_agency.demo.design import BLUE, SAND, TEAL, drawn
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage
from strategy.models import ContentSource

STORY = "clinic"
# Monday, Wednesday and Friday mornings, Tuesday and Thursday evenings.
SLOTS = ((0, 10), (2, 10), (4, 10), (1, 19), (3, 19))
QUEUED = ("Как подготовиться к приёму", "Зимний график клиники", "Разбираем мифы о чистке")
PHOTO = (1200, 900)


class Asked(NamedTuple):
    """Needed `due` days from today, asked ten days before that."""

    what: str
    why: str
    kind: str
    due: int


ASKED = (
    Asked("Фото нового аппарата УЗИ", "Три-четыре кадра, без пациентов.", "photo", 4),
    Asked("Прайс на январь", "Для поста об акции и для ответов в сообщениях.", "facts", -3),
    Asked("Видео с главным врачом, 30 секунд", "Приветствие подписчикам.", "video", -6),
)
FACTS = (
    (FactKind.PRICE, "price_visit", "Приём терапевта", "1 900 ₽", 5),
    (FactKind.PRICE, "price_cleaning", "Чистка зубов", "3 500 ₽", 60),
    (FactKind.HOURS, "hours", "Часы работы", "Пн–пт 8:00–20:00, сб 9:00–16:00", None),
    (FactKind.PERSON, "chief", "Главный врач", "Ольга Примерная, врач высшей категории", None),
)


def write_materials(stage: Stage) -> None:
    """Does nothing for the other stories."""
    community = next((row.community for row in stage.own if row.community is not None), None)
    if stage.story.key != STORY or community is None:
        return
    terms, _made = ContentTerms.objects.get_or_create(client=stage.client)
    terms.has_upload_links = True
    terms.save()
    _write_rhythm(stage, community)
    _write_requests(stage)
    _write_bank(stage)
    for kind, code, title, value, days in FACTS:
        StandingFact.objects.create(
            client=stage.client, kind=kind, code=code, title=title, value=value,
            valid_until=stage.today + DAY * days if days is not None else None,
            checked_on=stage.today - DAY * 25,
        )  # fmt: skip


def _manager(stage: Stage) -> User:
    return stage.cast.member(stage.story, Role.CONTENT_MANAGER)


def _ask(stage: Stage, asked: Asked, *, post: Post | None = None) -> MaterialRequest:
    day = stage.today + DAY * asked.due
    return MaterialRequest.objects.create(
        client=stage.client,
        post=post,
        service=Service.objects.filter(code=asked.kind).first(),
        what=asked.what,
        why=asked.why,
        contact=Contact.objects.filter(client=stage.client).order_by("-is_main", "pk").first(),
        due_on=day,
        asked_at=stage.moment(day - DAY * 10, 12),
        asked_by=_manager(stage),
    )


def _write_requests(stage: Stage) -> None:
    post = Post.objects.filter(client=stage.client).order_by("pk").first()
    for asked in ASKED:
        _ask(stage, asked, post=post if asked is ASKED[0] else None)
    # Two that came: one in time, one four days late; the first went into the bank.
    in_time = _ask(stage, Asked("Фото кабинетов", "Для рубрики «Клиника изнутри».", "photo", -20))
    files = [
        Arrival(drawn(PHOTO, colour, f"DEMO {number}", 150, name=f"cabinet-{number}.png"), True)
        for number, colour in enumerate((TEAL, BLUE, SAND), start=1)
    ]
    at = stage.moment(in_time.due_on - DAY, 15)
    take_in(in_time, files, by=None, at=at)
    add_received(
        in_time, source=ContentSource.CLIENT_MATERIAL, rights="Снято клиникой, права переданы",
        credit="", by=_manager(stage), at=at + dt.timedelta(hours=2),
    )  # fmt: skip
    late = _ask(stage, Asked("Новости клиники за месяц", "Двух-трёх абзацев хватит.", "news", -14))
    take_in(
        late, [], answer="Открыли второй кабинет УЗИ, приём с понедельника.", by=_manager(stage),
        at=stage.moment(late.due_on + DAY * 4, 11),
    )  # fmt: skip


def _write_bank(stage: Stage) -> None:
    """One with an end near, one of a picture bank, with its credit."""
    rows = (
        ("Портрет главного врача", TEAL, ContentSource.OWN, "Съёмка агентства, согласие есть", 12),
        ("Зимний город", SAND, ContentSource.CURATED, "CC BY 4.0", None),
    )
    for number, (title, colour, source, rights, days) in enumerate(rows, start=1):
        file = drawn(PHOTO, colour, "DEMO", 200, name=f"bank-{number}.png")
        MediaItem.objects.create(
            client=stage.client,
            file=store_file(stage.client, file, by=_manager(stage)),
            title=title,
            source=source,
            source_url="https://photos.example/winter" if days is None else "",
            rights=rights,
            credit="Фото: Вымышленный Автор" if days is None else "",
            valid_until=stage.today + DAY * days if days is not None else None,
            tags=["врачи"] if days is not None else ["зима", "город"],
            made_at=stage.moment(stage.today - DAY * 30, 12),
            made_by=_manager(stage),
        )


def _write_rhythm(stage: Stage, community: Community) -> None:
    PostingSlot.objects.bulk_create(
        PostingSlot(client=stage.client, community=community, weekday=day, time=dt.time(hour))
        for day, hour in SLOTS
    )
    recurring = RecurringPost.objects.create(
        client=stage.client,
        title="Вопрос врачу",
        text="Задайте вопрос врачу в комментариях — ответим в пятницу.",
        source=ContentSource.OWN,
        text_work=TextWork.WRITTEN,
        author=_manager(stage),
        rhythm=Rhythm.WEEKLY,
        weekdays=[2],
        time=dt.time(12, 0),
        starts_on=stage.today - DAY * 30,
        made_at=stage.moment(stage.today - DAY * 30, 12),
    )
    RecurringCommunity.objects.create(recurring=recurring, community=community)
    now = stage.moment(stage.today, 9)
    make_ahead(recurring, at=now)
    for title in QUEUED:
        post = Post.objects.create(
            client=stage.client, title=title, source=ContentSource.OWN,
            text_work=TextWork.WRITTEN, author=_manager(stage), state=PostState.DRAFT,
            state_since=now, created_at=now,
        )  # fmt: skip
        Publication.objects.create(post=post, community=community)
        take_next_slots(post, at=now)
