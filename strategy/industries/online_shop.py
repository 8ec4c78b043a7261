"""An online shop: calls of those who have nearly chosen, and orders beside them."""

from decimal import Decimal

from strategy.industries.local_service import ER, GROWTH
from strategy.industries.online_shop_goals import GOALS
from strategy.industries.template import (
    GridPart,
    PositioningPart,
    RubricPart,
    RulesPart,
    SegmentPart,
    TargetPart,
    Template,
    Words,
)
from strategy.industries.texts_of_sections import read_texts
from strategy.models import ContentSource, Metric, PostFormat, Rubric, TargetOwner

QUARTER = Decimal("0.25")
EIGHTH = Decimal("0.125")

SEGMENTS = (
    SegmentPart(
        "self",
        Words("Для себя", "For oneself"),
        Words(
            "Покупает нечасто и придирчиво, знает, чего хочет.",
            "Buy seldom and choosily, and know what they want.",
        ),
        Words(
            "Вещь, которая прослужит и не разонравится.",
            "A thing that lasts and is liked for long.",
        ),
        Words(
            "Цвет не тот, размер не тот, возвращать хлопотно.",
            "The wrong colour, the wrong size, a return is a bother.",
        ),
        Words(
            "Честное сравнение, снимок при дневном свете, понятная замена.",
            "An honest comparison, a picture in daylight, a clear exchange.",
        ),
        Words(
            "«Посмотрю ещё», «на маркетплейсе дешевле».",
            "“I shall look further”, “cheaper on the marketplace”.",
        ),
        Words("ВКонтакте, Telegram", "the main network, the channel"),
    ),
    SegmentPart(
        "gift",
        Words("В подарок", "As a gift"),
        Words(
            "Ищет к дате, человека знает лучше, чем товар.",
            "Look for a date; know the person better than the product.",
        ),
        Words(
            "Чтобы приехало вовремя и выглядело подарком.",
            "That it comes in time and looks like a gift.",
        ),
        Words(
            "Опоздает; не угадаю; чек внутри посылки.",
            "It will be late; I shall guess wrong; the bill is in the parcel.",
        ),
        Words(
            "Подборка «кому и по какой цене», срок числом, обмен для получателя.",
            "A selection “for whom and at what price”, a date, an exchange for who gets it.",
        ),
        Words(
            "«Боюсь не угадать», «проще сертификат».",
            "“I may guess wrong”, “a voucher is easier”.",
        ),
        Words(
            "ВКонтакте, авторы по теме, поиск перед датой",
            "the main network, authors, search before a date",
        ),
    ),
    SegmentPart(
        "renewal",
        Words("Обновить привычное", "Renew the usual"),
        Words(
            "Меняет сразу несколько вещей: переезд, ремонт, сезон.",
            "Change several things at once: a move, a repair, a season.",
        ),
        Words(
            "Собрать набор, в котором всё сочетается, без лишних трат.",
            "To gather a set that goes together, without needless spending.",
        ),
        Words(
            "Не сочетается; половины нет в наличии; доставка частями.",
            "It does not match; half is out of stock; it comes in parts.",
        ),
        Words(
            "Готовый набор с ценой, помощь по телефону или в переписке.",
            "A ready set with its price, help by phone or message.",
        ),
        Words("«Дорого всё сразу».", "“All at once is expensive”."),
        Words("ВКонтакте, Telegram, сайт", "the main network, the channel, the site"),
    ),
)

POSITIONINGS = (
    PositioningPart(
        "honest",
        Words(
            "Скажем, кому эта вещь не подойдёт",
            "We say whom this thing does not suit",
        ),
        Words(
            "В каждой карточке строка «не подойдёт, если»; возвратов [доля возвратов].",
            "A line “not for you if” in each product; returns are [share of returns].",
        ),
        Words(
            "Предметно: сантиметры, граммы, дни; без превосходных степеней.",
            "To the point: centimetres, grams, days; no superlatives.",
        ),
        segment="self",
    ),
    PositioningPart(
        "intime",
        Words(
            "Приедет к дате или скажем сразу, что не успеем",
            "It comes by the date, or we say at once that it cannot",
        ),
        Words(
            "Срок по городу в каждом посте о подарках; вовремя приезжает [доля вовремя].",
            "The time by town in each post about gifts; [share in time] come in time.",
        ),
        Words(
            "Тепло и коротко; дату называем числом.",
            "Warm and short; a date is a number.",
        ),
        segment="gift",
    ),
    PositioningPart(
        "set",
        Words(
            "Соберём вместе, чтобы сочеталось",
            "We put it together so that it matches",
        ),
        Words(
            "Помогает человек, а не подбор по алгоритму: [кто подбирает].",
            "A person helps, not an algorithm: [who puts sets together].",
        ),
        Words(
            "Как знакомый со вкусом: предлагаем два варианта, не двадцать.",
            "Like a friend with taste: two options, not twenty.",
        ),
        segment="renewal",
    ),
)

RULES = RulesPart(
    Decimal("0.35"),
    Words(
        "Цель — стать источником идей, а не витриной: чужие идеи уместны, если ответ на них —"
        " наш товар.",
        "The goal is to be a source of ideas and not a shop window: others' ideas are welcome if"
        " our product answers them.",
    ),
    Words(
        "Издания и авторы об интерьере и уходе за вещами, производители материалов. Всегда со"
        " ссылкой; чужие фотографии — с разрешения.",
        "Media and authors on interiors and care, makers of materials. Always with the source;"
        " other people's pictures with their consent.",
    ),
    Words(
        "Вещи, которых нет на складе; чужие отзывы под видом своих; «последний шанс», если он не"
        " последний; сравнения, унижающие конкурента.",
        "Things out of stock; others' reviews as our own; a “last chance” that is none;"
        " comparisons that run a competitor down.",
    ),
)

RUBRICS = (
    RubricPart(
        "selection",
        Words("Подборка", "Selection"),
        Rubric.Kind.ENGAGING,
        QUARTER,
        "audience",
        (PostFormat.CAROUSEL, PostFormat.PHOTO),
        (ContentSource.OWN, ContentSource.CURATED),
        Words(
            "Пять вещей для первого холодного вечера, и каждая дешевле ужина вне дома",
            "Five things for the first cold evening, each cheaper than a dinner out",
        ),
        curated=Decimal("0.4"),
        segment="renewal",
        positioning="set",
    ),
    RubricPart(
        "product",
        Words("Вещь крупным планом", "A thing close up"),
        Rubric.Kind.SELLING,
        EIGHTH,
        "enquiries",
        (PostFormat.CLIP, PostFormat.PHOTO),
        (ContentSource.OWN, ContentSource.CLIENT_MATERIAL),
        Words(
            "Показываем руками: как ложится, чем пахнет, кому не подойдёт",
            "Shown by hand: how it falls, how it smells, whom it does not suit",
        ),
        segment="self",
        positioning="honest",
    ),
    RubricPart(
        "howto",
        Words("Как выбрать и ухаживать", "How to choose and care"),
        Rubric.Kind.INFORMING,
        QUARTER,
        "doubts",
        (PostFormat.VIDEO, PostFormat.CLIP, PostFormat.ARTICLE),
        (ContentSource.OWN, ContentSource.CLIENT_MATERIAL, ContentSource.CURATED),
        Words(
            "Две похожие вещи и разная цена: за что доплата и стоит ли она того",
            "Two similar things, two prices: what the difference buys, and whether it is worth it",
        ),
        curated=Decimal("0.4"),
        segment="self",
        positioning="honest",
    ),
    RubricPart(
        "buyers",
        Words("У покупателей дома", "At the buyers' homes"),
        Rubric.Kind.USERS,
        EIGHTH,
        "buyers",
        (PostFormat.PHOTO, PostFormat.CAROUSEL),
        (ContentSource.USERS,),
        Words(
            "Отзыв с одним «но»: что понравилось и что поменяли бы",
            "A review with one “but”: what was liked, and what should be different",
        ),
        segment="renewal",
        positioning="honest",
    ),
    RubricPart(
        "question",
        Words("Вопрос недели", "Question of the week"),
        Rubric.Kind.ENGAGING,
        EIGHTH,
        "doubts",
        (PostFormat.POLL, PostFormat.STORY),
        (ContentSource.OWN, ContentSource.USERS),
        Words(
            "Какой из двух наборов собрать к празднику? Выберете вы",
            "Which of the two sets shall we make for the holiday? You choose",
        ),
        segment="gift",
        positioning="set",
    ),
    RubricPart(
        "offer",
        Words("Предложение с причиной", "An offer with a reason"),
        Rubric.Kind.SELLING,
        EIGHTH,
        "enquiries",
        (PostFormat.PHOTO, PostFormat.STORY),
        (ContentSource.OWN, ContentSource.CLIENT_MATERIAL),
        Words(
            "Остались последние размеры: почему, сколько и до какого числа",
            "The last sizes: why, how many, and until what day",
        ),
        segment="gift",
        positioning="intime",
    ),
)

GRID = (
    GridPart("selection", 0),
    GridPart("howto", 1),
    GridPart("product", 2),
    GridPart("question", 2),
    GridPart("selection", 3),
    GridPart("buyers", 4),
    GridPart("howto", 5),
    GridPart("offer", 6),
)

ROLES = {
    "vk": Words(
        "Находим новых покупателей: подборки, витрина с ценами, отзывы",
        "Finds new buyers: selections, a shop window with prices, reviews",
    ),
    "telegram": Words(
        "Возвращаем тех, кто купил: новинки раньше всех, остатки, ответы",
        "Brings back those who bought: new things first, last pieces, answers",
    ),
    "": Words("Показываем вещи в жизни", "Shows things in life"),
}

ORDERS = TargetPart(Metric.ORDERS, owner=TargetOwner.CLIENT, min_sample=5)

ONLINE_SHOP = Template(
    texts=read_texts("online_shop"),
    summary=Words(
        "Подборки, честные сравнения и отзывы снимают сомнения и ведут к разговору и заказу.",
        "Selections, honest comparisons and reviews remove doubts and lead to a talk and an order.",
    ),
    goals=GOALS,
    segments=SEGMENTS,
    positionings=POSITIONINGS,
    rules=RULES,
    rubrics=RUBRICS,
    grid=GRID,
    roles=ROLES,
    targets=(
        TargetPart(Metric.CALLS, is_primary=True, min_sample=5), ORDERS, GROWTH, ER,
    ),
    callless=(
        TargetPart(Metric.ORDERS, is_primary=True, owner=TargetOwner.SHARED, min_sample=5),
        TargetPart(Metric.MESSAGES, min_sample=5), GROWTH, ER,
    ),
)  # fmt: skip
