"""The short strategy: goals, two competitors, KPI, the grid, who does what. Enough to begin."""

from decimal import Decimal

from clients.models import Block, Role, Side
from strategy.industries.local_service import GROWTH
from strategy.industries.template import (
    GoalPart,
    GoalTaskPart,
    GridPart,
    RubricPart,
    RulesPart,
    TargetPart,
    Template,
    Words,
)
from strategy.industries.texts_of_sections import read_texts
from strategy.models import ContentSource, GoalLevel, Metric, PostFormat, Rubric

QUARTER = Decimal("0.25")

GOALS = (
    GoalPart(
        "calls",
        GoalLevel.MARKETING,
        Words("Получать звонки из сообществ", "Get calls from the communities"),
        Words(
            "[звонков в месяц] звонков в месяц к [месяц], по номерам коллтрекинга",
            "[calls a month] calls a month by [month], by tracking numbers",
        ),
        callless=(
            Words("Получать сообщения из сообществ", "Get messages from the communities"),
            Words(
                "[сообщений в месяц] новых сообщений в месяц к [месяц]",
                "[messages a month] new messages a month by [month]",
            ),
        ),
        tasks=(
            GoalTaskPart(
                Words(
                    "Исправить шапку, кнопку и закреплённую запись: номер, цены, часы, адрес",
                    "Mend the header, the button and the pinned post: number, prices, hours,"
                    " address",
                ),
                days=7,
                block=Block.CREATION,
                role=Role.CONTENT_MANAGER,
            ),
        ),
    ),
    GoalPart(
        "trust",
        GoalLevel.COMMUNICATION,
        Words("Показать людей и работу", "Show the people and their work"),
        Words(
            "прирост [прирост в месяц] участников в месяц к [месяц]",
            "growth of [growth a month] members a month by [month]",
        ),
        serves="calls",
        tasks=(
            GoalTaskPart(
                Words(
                    "Прислать фотографии, новости и вопросы клиентов за месяц",
                    "Send pictures, news and customers' questions of the month",
                ),
                days=7,
                side=Side.CLIENT,
                block=Block.MANAGEMENT,
            ),
        ),
    ),
)

RULES = RulesPart(
    Decimal("0.30"),
    Words(
        "Цель — звонки: доверие приносит своё, полезное можно взять у других.",
        "The goal is calls: trust comes from what is our own, advice may come from others.",
    ),
    Words(
        "Отраслевые издания и официальные рекомендации, всегда со ссылкой.",
        "Trade media and official recommendations, always with the source.",
    ),
    Words(
        "Фотографии людей без согласия, чужие работы под видом своих, политика.",
        "Pictures of people without consent, other people's work as our own, politics.",
    ),
)

RUBRICS = (
    RubricPart(
        "advice",
        Words("Полезное", "Useful"),
        Rubric.Kind.INFORMING,
        QUARTER,
        "trust",
        (PostFormat.TEXT, PostFormat.CLIP),
        (ContentSource.OWN, ContentSource.CURATED),
        Words(
            "Ответ на вопрос, который чаще всего задают по телефону",
            "The answer to what is asked most often by phone",
        ),
        curated=Decimal("0.6"),
    ),
    RubricPart(
        "work",
        Words("Наша работа", "Our work"),
        Rubric.Kind.REPUTATION,
        QUARTER,
        "trust",
        (PostFormat.PHOTO, PostFormat.CAROUSEL),
        (ContentSource.CLIENT_MATERIAL, ContentSource.OWN),
        Words("Было и стало, с подробностями", "Before and after, with details"),
    ),
    RubricPart(
        "reviews",
        Words("Отзывы", "Reviews"),
        Rubric.Kind.USERS,
        QUARTER,
        "trust",
        (PostFormat.PHOTO, PostFormat.VIDEO),
        (ContentSource.USERS,),
        Words("Отзыв недели и наш ответ на него", "The review of the week and our answer"),
    ),
    RubricPart(
        "offer",
        Words("Предложение", "Offer"),
        Rubric.Kind.SELLING,
        QUARTER,
        "calls",
        (PostFormat.PHOTO, PostFormat.STORY),
        (ContentSource.OWN, ContentSource.CLIENT_MATERIAL),
        Words(
            "Что свободно на этой неделе и сколько это стоит",
            "What is free this week, and what it costs",
        ),
    ),
)

SHORT = Template(
    texts=read_texts("short"),
    summary=Words(
        "Коротко: цели, два конкурента, план по KPI, контент-план и кто что делает.",
        "In short: goals, two competitors, KPI targets, the grid, and who does what.",
    ),
    goals=GOALS,
    rules=RULES,
    rubrics=RUBRICS,
    grid=(
        GridPart("advice", 0), GridPart("work", 2), GridPart("reviews", 4), GridPart("offer", 5),
    ),
    roles={"": Words("Показываем работу и отвечаем", "Shows the work and answers")},
    targets=(TargetPart(Metric.CALLS, is_primary=True, min_sample=5), GROWTH),
    callless=(TargetPart(Metric.MESSAGES, is_primary=True, min_sample=5), GROWTH),
)  # fmt: skip
