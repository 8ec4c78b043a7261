"""What people say to the demo's communities: comments and messages, some of them answered."""

import datetime as dt
from typing import NamedTuple

from clients.models import Role
from communities.models import AccessKey, Profile, WallPost
from content.models import (
    EventDoor,
    InboxAnswer,
    InboxItem,
    InboxKind,
    InboxNote,
    InboxState,
    SavedReply,
)
from content.suggestions import load_rules, suggest
from smm_agency.demo.pages_set import group_of
from smm_agency.demo.stage import PageRow, Stage


class Spoken(NamedTuple):
    """`hours_ago` before the demo's first moment; `category` as a person set it, "" not yet."""

    hours_ago: float
    who: str
    text: str
    category: str = ""
    reply: str = ""
    kind: str = InboxKind.COMMENT
    note: str = ""
    is_closed: bool = False


SPOKEN: dict[str, tuple[Spoken, ...]] = {
    "ru": (
        Spoken(0.4, "Ольга Придуманная", "Подскажите, сколько стоит, и можно ли завтра?"),
        Spoken(1.5, "Игорь Вымышленный", "Третий день не могу дозвониться. Вы вообще работаете?",
               note="Позвонить самим: номер есть в прошлой заявке."),
        Spoken(2.2, "Нина Небывалова", "Спасибо, всё очень понравилось!"),
        Spoken(3.0, "Пётр Выдумкин", "Здравствуйте! Хочу записаться на субботу, есть места?",
               kind=InboxKind.MESSAGE),
        Spoken(5.0, "Заработок 24", "Заработок на дому от 5000 в день https://t.me/+example",
               "spam", is_closed=True),
        Spoken(8.0, "Анна Сочинённая", "Ужасно! Ждала сорок минут и ушла, деньги не вернули.",
               "emotional", "Анна, нам очень жаль. Напишите в сообщения номер заказа."),
        Spoken(26.0, "Марк Неслучайный", "А парковка у вас есть?", "question",
               "Да, во дворе, въезд с переулка."),
        Spoken(28.0, "Лариса Небылицына", "Привезли не то, что заказывала. Как обменять?",
               "constructive", "Лариса, обменяем завтра же, курьер позвонит до полудня."),
        Spoken(50.0, "Олег Фантазёров", "Опять реклама, подписчики у вас накрученные", "trolling"),
        Spoken(52.0, "Вера Вымыслова", "Добрый день, а доставка в область бывает?", "question",
               "Добрый день! Да, по вторникам и пятницам.", kind=InboxKind.MESSAGE,
               is_closed=True),
    ),
    "en": (
        Spoken(0.6, "Olive Invented", "How much is it, and can I come tomorrow after six?"),
        Spoken(1.8, "Ian Madeup", "Nobody answers the phone for the third day.",
               note="Call him ourselves."),
        Spoken(2.6, "Nina Fiction", "Thank you, loved every minute!"),
        Spoken(4.0, "Peter Nobody", "Hello, do you have a table for Saturday?",
               kind=InboxKind.MESSAGE),
        Spoken(6.0, "Earn 24", "Earn from home, follow me https://example.invalid/now", "spam",
               is_closed=True),
        Spoken(9.0, "Ann Storybook", "Terrible. Waited forty minutes and left.", "emotional",
               "Ann, we are very sorry. Please write us your order number."),
        Spoken(27.0, "Mark Fable", "Is there parking nearby?", "question",
               "Yes, in the yard behind the house."),
        Spoken(30.0, "Laura Legend", "The wrong order arrived. How can I change it?",
               "constructive", "Laura, we will exchange it tomorrow before noon."),
    ),
}  # fmt: skip
SAVED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "ru": (
        ("Цена и запись", "question", "{name}, здравствуйте! Запишем по телефону {phone}."),
        ("Жалоба: уходим в личные сообщения", "constructive",
         "{name}, спасибо, что написали. Нам жаль, что так вышло. Напишите нам в сообщения:"
         " разберёмся и вернёмся с ответом здесь же."),
        ("Благодарность", "thanks", "{name}, спасибо за тёплые слова! Ждём вас снова."),
    ),
    "en": (
        ("Price and booking", "question", "Hello {name}! We gladly tell you more at {phone}."),
        ("Complaint: to direct messages", "constructive",
         "{name}, thank you for telling us, and sorry. Please send us a message: we will look into"
         " it and come back here with an answer."),
    ),
}  # fmt: skip


SAVED_TEXTS = [text for replies in SAVED.values() for _title, _category, text in replies]


def write_inbox(stage: Stage, *, now: dt.datetime) -> None:
    """On the first VK and Telegram page of each client that is worked for."""
    if stage.story.paused_days_ago or not stage.story.is_strategy_approved:
        return
    rules = load_rules()
    pages = [row for row in stage.own if row.page.network in ("vk", "telegram")][:2]
    for place, row in enumerate(pages):
        _give_key(stage, row, now)
        spoken = SPOKEN.get(stage.story.language, SPOKEN["en"])
        for number, each in enumerate(spoken[place::2] if len(pages) > 1 else spoken):
            item = _item(stage, row.profile, each, number, now)
            item.suggested = suggest(each.text, rules)
            item.save()
            _answer(stage, item, each, now)


def write_saved_replies() -> None:
    SavedReply.objects.bulk_create(
        SavedReply(title=title, category=category, text=text)
        for replies in SAVED.values()
        for title, category, text in replies
    )


def community_secret(stage: Stage, row: PageRow) -> str:
    """A key that only the simulator takes; it guesses its kind from the text."""
    return f"DEMO-community-key-{stage.story.key}-{row.page.external_id}"


def _give_key(stage: Stage, row: PageRow, now: dt.datetime) -> None:
    """With a community's key it is answered, and its door for events is ready to be opened."""
    if row.page.network != "vk":
        return
    key = AccessKey.objects.create(
        client=stage.client,
        network="vk",
        kind=AccessKey.Kind.COMMUNITY,
        label=f"VK · {row.page.title}"[:80],
        secret=community_secret(stage, row),
        capabilities=["messages", "publish", "receive_events", "reply"],
        state=AccessKey.State.WORKS,
        checked_at=now,
    )
    EventDoor.objects.create(client=stage.client, network="vk", profile=row.profile, access_key=key)


def _item(
    stage: Stage, profile: Profile, spoken: Spoken, number: int, now: dt.datetime
) -> InboxItem:
    at = now - dt.timedelta(hours=spoken.hours_ago)
    is_comment = spoken.kind == InboxKind.COMMENT
    posts = WallPost.objects.filter(profile=profile, posted_at__lt=at).order_by("-posted_at")
    post = posts.first() if is_comment else None
    state = InboxState.ANSWERED if spoken.reply else InboxState.NEW
    external_id, author = str(90_001 + number), str(9_100_001 + number)
    thread = "" if is_comment else author
    if profile.network == "telegram":
        chat = str(group_of(stage)) if is_comment else author
        external_id, thread = f"{chat}:{external_id}", f"{chat}:1" if is_comment else author
    return InboxItem(
        client=stage.client,
        profile=profile,
        kind=spoken.kind,
        external_id=external_id,
        thread_id=thread,
        wall_post=post,
        post_external_id=post.external_id if post else "",
        author_id=author,
        author_name=spoken.who,
        text=spoken.text,
        received_at=at,
        heard_at=at,
        told_at=at,
        category=spoken.category,
        needs_reply=spoken.category != "spam",
        state=InboxState.CLOSED if spoken.is_closed else state,
        closed_at=at + dt.timedelta(hours=1) if spoken.is_closed else None,
        resolution="Закрыто" if spoken.is_closed and stage.story.language == "ru" else "",
        assignee=stage.cast.member(stage.story, Role.MODERATOR) if spoken.category else None,
    )


def _answer(stage: Stage, item: InboxItem, spoken: Spoken, now: dt.datetime) -> None:
    moderator = stage.cast.member(stage.story, Role.MODERATOR)
    if spoken.note:
        InboxNote.objects.create(
            client=stage.client, item=item, text=spoken.note, by=moderator, written_at=now
        )
    if not spoken.reply or item.profile is None:
        return
    item.first_reply_at = item.received_at + dt.timedelta(minutes=20 + item.pk % 50)
    item.save(update_fields=["first_reply_at"])
    InboxAnswer.objects.create(
        client=stage.client,
        profile=item.profile,
        kind=item.kind,
        external_id=f"{item.external_id}1",
        thread_id=item.thread_id or item.external_id,
        answers_id=item.external_id,
        text=spoken.reply,
        said_at=item.first_reply_at,
        heard_at=item.first_reply_at,
    )
