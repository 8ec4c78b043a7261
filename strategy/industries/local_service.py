"""A local service business (a clinic, a workshop, a studio): calls first."""

from decimal import Decimal

from strategy.industries.local_service_goals import GOALS
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
from strategy.models import (
    ContentSource,
    FormulaCode,
    Metric,
    PostFormat,
    Rubric,
    TargetOwner,
)

FIFTH = Decimal("0.2")
HALF = Decimal("0.5")

SEGMENTS = (
    SegmentPart(
        "now",
        Words("Нужно сейчас", "Need it now"),
        Words(
            "Живёт или работает рядом, случилось сегодня или на этой неделе.",
            "Live or work nearby; it happened today or this week.",
        ),
        Words(
            "Чтобы приняли быстро и сказали, во сколько обойдётся.",
            "To be taken in quickly and told what it will cost.",
        ),
        Words(
            "Не дозвониться; запись через две недели; цену скажут только на месте.",
            "Nobody picks up; the next free place is in two weeks; the price is told on the spot"
            " only.",
        ),
        Words(
            "Номер в первой строке, свободное окно сегодня или завтра, порядок цен.",
            "The number in the first line, a free place today or tomorrow, a range of prices.",
        ),
        Words(
            "«Насчитают лишнего», «проще найти поближе».",
            "“They will add things to the bill”, “I shall find somebody closer”.",
        ),
        Words("поиск и карты, сообщества района", "search and maps, communities of the district"),
    ),
    SegmentPart(
        "later",
        Words("Выбирают заранее", "Choose in advance"),
        Words(
            "Знают, что понадобится, и присматриваются неделями.",
            "Know that they will need it, and look around for weeks.",
        ),
        Words(
            "Понять, кому доверить, и не ошибиться.",
            "To find out whom to trust, and not to be wrong.",
        ),
        Words(
            "Все обещают одно и то же; отзывы похожи на выдуманные; непонятно, кто будет делать.",
            "Everybody promises the same; reviews look invented; nobody says who will do the work.",
        ),
        Words(
            "Специалист с именем объясняет ход работы; отзыв с подробностями.",
            "A specialist with a name explains how it is done; a review with details.",
        ),
        Words(
            "«Дорого», «подожду ещё», «страшно начинать».",
            "“It is expensive”, “I shall wait”, “I am afraid to start”.",
        ),
        Words(
            "ВКонтакте, Telegram, короткие видео",
            "the main network, the channel, short videos",
        ),
    ),
    SegmentPart(
        "again",
        Words("Уже были у нас", "Have been here"),
        Words(
            "Остались довольны, но вспоминают раз в год.",
            "Were content, but remember us once a year.",
        ),
        Words(
            "Чтобы напомнили вовремя и узнали в лицо.",
            "To be reminded in time and recognised.",
        ),
        Words(
            "Забыли название; не знают о новых услугах.",
            "Forgot the name; do not know the new services.",
        ),
        Words(
            "Напоминание по сезону, окно для своих, история знакомого специалиста.",
            "A reminder by the season, a place kept for regulars, a story of a familiar"
            " specialist.",
        ),
        Words(
            "«Пока ничего не беспокоит».",
            "“Nothing is wrong so far”.",
        ),
        Words("Telegram, личные сообщения", "the channel, messages"),
    ),
)

POSITIONINGS = (
    PositioningPart(
        "plain",
        Words(
            "Сначала объясним и назовём порядок цен, потом делаем",
            "First we explain and name the range of prices, then we work",
        ),
        Words(
            "Прайс с условиями открыт в сообществе: [ссылка на прайс].",
            "The price list with its conditions is open in the community: [link to the prices].",
        ),
        Words(
            "Спокойно, на «вы», без отраслевых слов; цену называем числом.",
            "Calm and polite, without trade words; a price is a number.",
        ),
        segment="now",
    ),
    PositioningPart(
        "people",
        Words(
            "Вы знаете по имени того, кто будет работать",
            "You know by name who will do the work",
        ),
        Words(
            "Каждого специалиста показываем в деле: [имена и стаж специалистов].",
            "Each specialist is shown at work: [names and experience of the specialists].",
        ),
        Words(
            "От первого лица специалиста, с его словечками, без рекламы.",
            "In the specialist's own words, without advertising.",
        ),
        segment="later",
    ),
    PositioningPart(
        "near",
        Words("Мы рядом и помним вас", "We are near and we remember you"),
        Words(
            "[лет на одном месте] лет на одном месте; [доля возвращающихся] приходят снова.",
            "[years in the same place] years in the same place; [share of those who return] come"
            " again.",
        ),
        Words(
            "Как сосед: приветливо, с юмором о районе, без фамильярности.",
            "Like a neighbour: friendly, with humour about the district, never pushy.",
        ),
        segment="again",
    ),
)

RULES = RulesPart(
    Decimal("0.30"),
    Words(
        "Цель — доверие к своим специалистам: советы берём и у других, работы и отзывы — только"
        " свои.",
        "The goal is trust in the own specialists: advice may come from others, work and reviews"
        " are our own.",
    ),
    Words(
        "Отраслевые издания и ассоциации, официальные рекомендации, новости района. Всегда со"
        " ссылкой и со словом нашего специалиста.",
        "Trade media and associations, official recommendations, news of the district. Always"
        " with the source and a word of our own specialist.",
    ),
    Words(
        "Фотографии людей без согласия, заочные диагнозы и сметы, чужие работы под видом своих,"
        " политика, насмешки над клиентами и конкурентами.",
        "Pictures of people without consent, diagnoses and estimates from afar, other people's"
        " work as our own, politics, mockery of customers and competitors.",
    ),
)

RUBRICS = (
    RubricPart(
        "offer",
        Words("Свободные окна и цены", "Free places and prices"),
        Rubric.Kind.SELLING,
        FIFTH,
        "calls",
        (PostFormat.PHOTO, PostFormat.STORY),
        (ContentSource.OWN, ContentSource.CLIENT_MATERIAL),
        Words(
            "Три окна на этой неделе: что успеем сделать за визит и сколько это стоит",
            "Three places this week: what fits into a visit, and what it costs",
        ),
        segment="now",
        positioning="plain",
    ),
    RubricPart(
        "advice",
        Words("Специалист отвечает", "The specialist answers"),
        Rubric.Kind.INFORMING,
        FIFTH,
        "trust",
        (PostFormat.CLIP, PostFormat.VIDEO, PostFormat.TEXT),
        (ContentSource.OWN, ContentSource.CLIENT_MATERIAL, ContentSource.CURATED),
        Words(
            "Вопрос из звонка недели: что можно сделать самому, а с чем ехать к нам",
            "A question from this week's calls: what you can do yourself, and when to come",
        ),
        curated=HALF,
        segment="later",
        positioning="people",
    ),
    RubricPart(
        "work",
        Words("Работа недели", "Work of the week"),
        Rubric.Kind.REPUTATION,
        FIFTH,
        "trust",
        (PostFormat.CAROUSEL, PostFormat.PHOTO, PostFormat.CLIP),
        (ContentSource.CLIENT_MATERIAL, ContentSource.OWN),
        Words(
            "С чем пришли, что нашли, что сделали и сколько заняло",
            "What was wrong, what we found, what was done and how long it took",
        ),
        segment="later",
        positioning="plain",
    ),
    RubricPart(
        "reviews",
        Words("Отзыв с подробностями", "A review with details"),
        Rubric.Kind.USERS,
        FIFTH,
        "calls",
        (PostFormat.PHOTO, PostFormat.VIDEO),
        (ContentSource.USERS, ContentSource.CLIENT_MATERIAL),
        Words(
            "Боялась и откладывала год: как прошёл первый визит",
            "Afraid for a year: how the first visit went",
        ),
        segment="later",
        positioning="people",
    ),
    RubricPart(
        "district",
        Words("Наш район", "Our district"),
        Rubric.Kind.ENGAGING,
        FIFTH,
        "audience",
        (PostFormat.POLL, PostFormat.PHOTO, PostFormat.STORY),
        (ContentSource.OWN, ContentSource.USERS, ContentSource.CURATED),
        Words(
            "Опрос: что в нашем районе давно пора починить?",
            "Poll: what should have been mended in our district long ago?",
        ),
        curated=HALF,
        segment="again",
        positioning="near",
    ),
)

GRID = tuple(
    GridPart(rubric, weekday)
    for weekday, rubric in enumerate(("offer", "advice", "work", "reviews", "district"))
)

ROLES = {
    "vk": Words(
        "Находим новых людей рядом и доводим до звонка",
        "Finds new people nearby and leads them to a call",
    ),
    "telegram": Words(
        "Держим связь с теми, кто был или собирается: окна, ответы, напоминания",
        "Keeps in touch with those who came or mean to come: places, answers, reminders",
    ),
    "": Words("Показываем работы и отвечаем на вопросы", "Shows the work and answers questions"),
}

GROWTH = TargetPart(Metric.GROWTH, owner=TargetOwner.AGENCY)
ER = TargetPart(
    Metric.ER, owner=TargetOwner.AGENCY, min_sample=8, formula=FormulaCode.ER_POST
)  # fmt: skip

LOCAL_SERVICE = Template(
    texts=read_texts("local_service"),
    summary=Words(
        "Показываем специалистов, работу и порядок цен; каждый пост ведёт к звонку.",
        "Shows the specialists, their work and the range of prices; each post leads to a call.",
    ),
    goals=GOALS,
    segments=SEGMENTS,
    positionings=POSITIONINGS,
    rules=RULES,
    rubrics=RUBRICS,
    grid=GRID,
    roles=ROLES,
    targets=(TargetPart(Metric.CALLS, is_primary=True, min_sample=5), GROWTH, ER),
    callless=(TargetPart(Metric.MESSAGES, is_primary=True, min_sample=5), GROWTH, ER),
)
