"""The works of the brief, by block: the catalogue that every installation starts with."""

from collections.abc import Mapping

from clients.models import Block, Period

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

# What an agreement divides beside the works of the brief.
MORE_WORKS: dict[str, tuple[Work, ...]] = {
    Block.CREATION: (
        (
            "brand-materials",
            "Brand materials: logo, colours, fonts",
            "Материалы бренда: логотип, цвета, шрифты",
            "",
            "",
        ),
        (
            "community-access",
            "Ownership of the communities and accesses to them",
            "Владение сообществами и доступы к ним",
            "",
            "",
        ),
    ),
    Block.MANAGEMENT: (
        ("stories", "Stories", "Истории", "stories a month", "историй в месяц"),
        ("shooting", "Photo and video shooting", "Фото- и видеосъёмка", "days", "дней"),
        (
            "correction-rounds",
            "Rounds of correction",
            "Круги правок",
            "rounds",
            "кругов",
        ),
        ("approval", "Approval of publications", "Согласование публикаций", "", ""),
        (
            "replies-off-hours",
            "Replies at night and at weekends",
            "Ответы ночью и в выходные",
            "hours a day",
            "часов в день",
        ),
        (
            "compensations",
            "Decisions on compensations",
            "Решения о компенсациях",
            "",
            "",
        ),
        ("legal-review", "Legal review of texts", "Юридическая проверка текстов", "", ""),
    ),
    Block.PROMOTION: (
        (
            "ad-account-top-up",
            "Ad accounts: owner and top-up",
            "Рекламные кабинеты: владелец и пополнение",
            "",
            "",
        ),
        ("seeding-payment", "Payment of seeding", "Оплата посевов", "", ""),
        ("marking", "Marking of advertising", "Маркировка рекламы", "", ""),
        ("prizes", "Prizes of giveaways", "Призы для розыгрышей", "", ""),
        ("giveaway-delivery", "Delivery of prizes", "Доставка призов", "prizes", "призов"),
        (
            "tracking-numbers",
            "Tracking numbers",
            "Номера коллтрекинга",
            "numbers",
            "номеров",
        ),
        (
            "call-tagging",
            "Tagging the quality of calls",
            "Разметка качества звонков",
            "calls a month",
            "звонков в месяц",
        ),
        (
            "crm-data",
            "Data of the CRM and of sales",
            "Данные CRM и продаж",
            "",
            "",
        ),
        ("site", "Site and landing pages", "Сайт и посадочные страницы", "", ""),
        (
            "monthly-report",
            "Monthly report",
            "Ежемесячный отчёт",
            "reports a month",
            "отчётов в месяц",
        ),
    ),
}
# Theirs unless the division says otherwise; the last two cannot be given away.
CLIENTS_USUALLY = frozenset(
    {
        CALL_ANSWERING, "brand-materials", "community-access", "approval", "legal-review",
        "ad-account-top-up", "prizes", "site", "compensations", "crm-data",
    }
)  # fmt: skip
NOT_OUTSOURCED = frozenset({"compensations", "crm-data"})
# Periods that the unit does not say.
PERIODS: dict[str, str] = {
    "publication-plan": Period.MONTH,
    "correction-rounds": Period.POST,
    "shooting": Period.MONTH,
    "giveaway-delivery": Period.MONTH,
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
    """The works by code: those of the brief by block, the client's materials, and the rest."""
    rows = rows_by_code(WORKS)
    materials = {
        work[0]: service_row(Block.MANAGEMENT, work, is_client_only=True)
        for work in CLIENT_MATERIALS
    }
    return rows | materials | rows_by_code(MORE_WORKS)


def rows_by_code(works: Mapping[str, tuple[Work, ...]]) -> dict[str, dict[str, object]]:
    return {
        work[0]: service_row(block, work, is_client_only=False)
        for block, of_block in works.items()
        for work in of_block
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
        "period": str(period_of(work)),
        "is_client_only": is_client_only,
        "is_outsourceable": not is_client_only and work[0] not in NOT_OUTSOURCED,
    }


def period_of(work: Work) -> str:
    """What a quantity of the work is for, as its unit says."""
    unit = work[3]
    usual = Period.DAY if unit.endswith("a day") else Period.ONCE
    return PERIODS.get(work[0], Period.MONTH if unit.endswith("a month") else usual)
