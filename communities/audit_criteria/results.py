"""Who reads the page, what it brings, how people are answered, how it is promoted."""

from communities.audit_criteria.criterion import (
    FACEBOOK,
    INSTAGRAM,
    TELEGRAM,
    VK,
    YOUTUBE,
    Criterion,
)

AUDIENCE = (
    Criterion(
        "geo", "Where subscribers live", "География подписчиков",
        "Most live where the client works.",
        "Большинство живёт там, где работает клиент.",
    ),
    Criterion(
        "sex-age", "Sex and age", "Пол и возраст",
        "As in the segments of the strategy.",
        "Как в сегментах стратегии.",
    ),
    Criterion(
        "bots", "Bots and abandoned accounts", "Боты и заброшенные аккаунты",
        "The share of blocked, empty and bought accounts.",
        "Доля заблокированных, пустых и купленных аккаунтов.",
    ),
    Criterion(
        "growth", "Growth", "Прирост",
        "Grows steadily, without jumps that nobody can explain; competitors beside it.",
        "Растёт ровно, без необъяснимых скачков; рядом – конкуренты.",
        "followers",
    ),
    Criterion(
        "left", "Who leaves", "Отписки",
        "How many leave, and after what.",
        "Сколько отписывается и после чего.",
        "left",
    ),
    Criterion(
        "sources", "Where subscribers come from", "Источники подписчиков",
        "It is known how many came from search, advertising, seeding, the site.",
        "Известно, сколько пришло из поиска, рекламы, посевов, с сайта.",
    ),
    Criterion(
        "invite-links", "Invite links by source", "Ссылки-приглашения по источникам",
        "Each placement has a link of its own, so that who came from where is counted.",
        "У каждого размещения своя ссылка: видно, кто откуда пришёл.",
        networks=TELEGRAM,
    ),
    Criterion(
        "retention", "Retention of viewers", "Удержание зрителей",
        "How much of a video is watched, and where people leave.",
        "Сколько видео досматривают и где уходят.",
        networks=YOUTUBE,
    ),
)  # fmt: skip

METRICS = (
    Criterion(
        "er", "Engagement (ER)", "Вовлечённость (ER)",
        "Against the page's own past months and competitors, by one formula.",
        "По сравнению с прошлыми месяцами и конкурентами, по одной формуле.",
        "er",
    ),
    Criterion(
        "er-view", "Engagement by views (ER view)", "Вовлечённость по просмотрам (ER view)",
        "Of those who saw the posts, how many answered.",
        "Сколько из увидевших посты отозвались.",
        "er_view",
    ),
    Criterion(
        "reach", "Reach rate (VR)", "Охват (VR)",
        "How many of the subscribers see a post.",
        "Какая доля подписчиков видит пост.",
        "reach_rate",
    ),
    Criterion(
        "rivals", "Against competitors", "По сравнению с конкурентами",
        "Frequency, ER and growth against the median of competitors, same days and formula.",
        "Частота, ER и прирост по сравнению с медианой конкурентов, те же дни и формула.",
        "rivals",
    ),
    Criterion(
        "calls", "Calls from the community", "Звонки из сообщества",
        "Calls are counted by a number of their own, and there are as many as planned.",
        "Звонки считаются по своему номеру, их столько, сколько в плане.",
        "calls",
    ),
    Criterion(
        "messages-in", "Messages and requests", "Сообщения и заявки",
        "How many write, and how many of them buy.",
        "Сколько пишут и сколько из них покупают.",
    ),
    Criterion(
        "clicks", "Clicks to the site", "Переходы на сайт",
        "Seen in the site's analytics by UTM; the goal is set up.",
        "Видны в аналитике сайта по UTM; цель настроена.",
    ),
    Criterion(
        "targets", "KPI are set and looked at", "KPI заданы и разбираются",
        "There is a plan by month, and somebody looks at it each month.",
        "Есть план по месяцам, и каждый месяц его разбирают.",
    ),
)  # fmt: skip

COMMUNITY_WORK = (
    Criterion(
        "reply-rate", "Share of answered", "Доля отвеченных",
        "Comments and messages that ask something are answered.",
        "На вопросы в комментариях и сообщениях отвечают.",
        "reply_time",
    ),
    Criterion(
        "first-reply", "First reply", "Первый ответ",
        "Median time to the first reply in working hours.",
        "Медиана времени до первого ответа в рабочие часы.",
        "reply_time",
    ),
    Criterion(
        "unanswered", "Nothing unanswered", "Нет забытых вопросов",
        "Questions of the last month that nobody answered.",
        "Вопросы последнего месяца, на которые не ответили.",
        "reply_time",
    ),
    Criterion(
        "negative", "Negative is closed", "Негатив закрыт",
        "Complaints are answered calmly and brought to an end that the person accepts.",
        "На жалобы отвечают спокойно и доводят до решения.",
    ),
    Criterion(
        "reply-tone", "Tone of answers", "Тон ответов",
        "By name, to the point, in the brand's voice; no copied phrases.",
        "По имени, по делу, голосом бренда; без заученных фраз.",
    ),
    Criterion(
        "ugc", "Subscribers' own content", "Контент подписчиков",
        "People post reviews, photos, mentions; the page thanks and shows them.",
        "Люди пишут отзывы, выкладывают фото; страница благодарит и показывает их.",
    ),
    Criterion(
        "spam", "No spam", "Нет спама",
        "Comments hold no advertising of strangers.",
        "В комментариях нет чужой рекламы.",
    ),
)  # fmt: skip

PROMOTION = (
    Criterion(
        "ads", "Advertising", "Реклама",
        "Campaigns are running for the goal of the month; creatives change before they tire.",
        "Кампании идут под задачу месяца; креативы меняют, пока не выгорели.",
    ),
    Criterion(
        "tracking", "Pixel and UTM", "Пиксель и UTM",
        "The pixel is on the site, each link has its tag.",
        "Пиксель на сайте, у каждой ссылки своя метка.",
    ),
    Criterion(
        "cost", "Cost of a subscriber and of a call", "Цена подписчика и звонка",
        "Known by campaign, and within the plan.",
        "Известна по кампаниям и в пределах плана.",
    ),
    Criterion(
        "seeding", "Seeding", "Посевы",
        "Placements are written down with price, link and result.",
        "Размещения записаны: цена, ссылка, результат.",
    ),
    Criterion(
        "giveaways", "Promo actions", "Акции и розыгрыши",
        "Rules and results are published; those who came for the prize stay.",
        "Условия и итоги опубликованы; пришедшие за призом остаются.",
    ),
    Criterion(
        "cross", "Cross-promotion", "Взаимная реклама",
        "Site, shop, mailings and the client's other pages bring subscribers.",
        "Сайт, точки продаж, рассылки и другие страницы приводят подписчиков.",
    ),
    Criterion(
        "retargeting", "Retargeting", "Ретаргетинг",
        "Those who visited the site or wrote are reached again.",
        "Посетителей сайта и написавших возвращают.",
        networks=(*VK, *FACEBOOK, *INSTAGRAM),
    ),
    Criterion(
        "influencers", "Bloggers", "Блогеры",
        "Whom and why, with price and result; marked as advertising.",
        "Кого и зачем, цена и результат; с пометкой рекламы.",
        networks=(*INSTAGRAM, *YOUTUBE, *TELEGRAM),
    ),
)  # fmt: skip
