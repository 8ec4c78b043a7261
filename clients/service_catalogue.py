"""The works of the brief, by block: the catalogue that every installation starts with."""

from clients.models import Block

BLOCK_RESULTS: dict[str, tuple[str, str]] = {
    Block.CREATION: ("A ready community", "Готовое сообщество"),
    Block.STRATEGY: (
        "A strategy by which the community is run and its effect is judged",
        "Стратегия сообщества, по которой идут ведение и оценка эффективности",
    ),
    Block.MANAGEMENT: (
        "Publications in the community in accordance with the plan",
        "Публикации в сообществе в соответствии с планом",
    ),
    Block.PROMOTION: (
        "An assessment against the KPI that was set",
        "Оценка эффективности по установленным KPI",
    ),
}

# Done by the client unless the division of responsibility says otherwise.
CALL_ANSWERING = "call-answering"

Work = tuple[str, str, str, str, str]
# Block: code, English name, Russian name, English unit, Russian unit.
WORKS: dict[str, tuple[Work, ...]] = {
    Block.CREATION: (
        (
            "community-creation",
            "Creation of a community",
            "Создание сообщества",
            "communities",
            "сообществ",
        ),
        (
            "community-design",
            "Individual design",
            "Разработка индивидуального дизайна",
            "designs",
            "макетов",
        ),
        ("first-settings", "First settings", "Первичные настройки", "", ""),
        ("community-audit", "Audit of a community", "Аудит сообщества", "audits", "аудитов"),
        (
            "community-redesign",
            "Redesign for the aims of the business",
            "Редизайн под цели бизнеса",
            "",
            "",
        ),
    ),
    Block.STRATEGY: (
        (
            "strategy",
            "Strategy of the company's presence in social networks",
            "Стратегия присутствия бизнеса в социальных сетях",
            "",
            "",
        ),
        ("goals", "Setting goals and tasks", "Постановка целей и задач", "", ""),
        ("competitors", "Competitor analysis", "Анализ конкурентов", "competitors", "конкурентов"),
        (
            "kpi",
            "Choosing the indicators of effect",
            "Определение показателей оценки эффективности",
            "",
            "",
        ),
        ("content-plan", "Content plan", "Разработка контент-плана", "", ""),
    ),
    Block.MANAGEMENT: (
        (
            "publication-plan",
            "Publication plan by the strategy and the client's material",
            "План публикаций по стратегии и материалу клиента",
            "plans",
            "планов",
        ),
        (
            "writing",
            "Writing publications from the client's material",
            "Написание публикаций по материалам клиента",
            "posts a month",
            "постов в месяц",
        ),
        (
            "rewrite",
            "Rewriting the client's material",
            "Рерайт материала клиента",
            "posts a month",
            "постов в месяц",
        ),
        (
            "post-design",
            "Design of publications",
            "Оформление публикаций",
            "posts a month",
            "постов в месяц",
        ),
        (
            "publishing",
            "Placing publications",
            "Размещение публикаций",
            "posts a month",
            "постов в месяц",
        ),
        (
            "moderation",
            "Moderation of the community",
            "Модерация сообщества",
            "hours a day",
            "часов в день",
        ),
        ("comments", "Answering comments", "Ответы на комментарии", "hours a day", "часов в день"),
        ("messages", "Answering messages", "Ответы на сообщения", "hours a day", "часов в день"),
        ("negativity", "Handling negativity", "Обработка негатива", "", ""),
        (
            CALL_ANSWERING,
            "Answering calls and calling back",
            "Ответы на звонки и перезвоны",
            "",
            "",
        ),
        (
            "curated",
            "Choosing material from the internet",
            "Подбор материала в интернете",
            "posts a month",
            "постов в месяц",
        ),
    ),
    Block.PROMOTION: (
        (
            "targeted-ads",
            "Targeted advertising",
            "Таргетированная реклама",
            "campaigns a month",
            "кампаний в месяц",
        ),
        ("seeding", "Seeding", "Посев", "placements a month", "посевов в месяц"),
        ("promo-actions", "Design of promo actions", "Оформление акций", "actions", "акций"),
        (
            "kpi-assessment",
            "Assessment against the KPI",
            "Оценка эффективности по KPI",
            "reports a month",
            "отчётов в месяц",
        ),
    ),
}

# Nobody but the client can give these, whoever makes the publications.
CLIENT_MATERIALS: tuple[Work, ...] = (
    ("photo", "Photos", "Фотографии", "photos a month", "фото в месяц"),
    ("video", "Video", "Видео", "videos a month", "видео в месяц"),
    ("infographics", "Infographics", "Инфографика", "", ""),
    ("news", "News of the company", "Новости компании", "", ""),
    ("service-descriptions", "Descriptions of services", "Описание услуг", "", ""),
    ("facts", "Facts about the company", "Факты о компании", "", ""),
)


def service_rows() -> dict[str, dict[str, object]]:
    """The seed's works by code, in the order of the blocks."""
    rows = {
        work[0]: service_row(block, work, is_client_only=False)
        for block, works in WORKS.items()
        for work in works
    }
    return rows | {
        work[0]: service_row(Block.MANAGEMENT, work, is_client_only=True)
        for work in CLIENT_MATERIALS
    }


def service_row(block: str, work: Work, *, is_client_only: bool) -> dict[str, object]:
    result_en, result_ru = BLOCK_RESULTS[block]
    return {
        "block": str(block),
        "name_en": work[1],
        "name_ru": work[2],
        "unit_en": work[3],
        "unit_ru": work[4],
        "result_en": result_en,
        "result_ru": result_ru,
        "is_client_only": is_client_only,
        "is_outsourceable": not is_client_only,
    }
