"""The questions of the brief that every installation starts with."""

from typing import Any, NamedTuple

from django.apps.registry import Apps

from clients.brief_questions_industry import INDUSTRY_QUESTIONS
from clients.models import AnswerKind as K
from clients.models import BriefSection as S


class Ask(NamedTuple):
    """`options`: a line for each, `code | English | Russian`."""

    code: str
    section: str
    kind: str
    en: str
    ru: str
    help_en: str = ""
    help_ru: str = ""
    is_required: bool = False
    options: str = ""
    answered_by: str = "client"


NEEDED = True
TONES = (
    "formal | formal, to “you” politely | официальный, на «вы»\n"
    "friendly | friendly | дружеский\nexpert | of an expert | экспертный\n"
    "playful | playful, with humour | с юмором\ncaring | caring | заботливый"
)
NETWORKS = (
    "vk | VK | ВКонтакте\ntelegram | Telegram | Телеграм\nok | OK | Одноклассники\n"
    "max | MAX | MAX\nyoutube | YouTube | YouTube\ndzen | Dzen | Дзен\n"
    "other | another one | другая\nnone | none yet | пока нет"
)
CHANNELS = (
    "telegram | Telegram | Телеграм\nwhatsapp | WhatsApp | WhatsApp\nemail | e-mail | эл. почта\n"
    "phone | phone | телефон\nportal | the portal | портал"
)

GENERAL: tuple[Ask, ...] = (
    Ask("company", S.BUSINESS, K.LONG, "What does the company do, in two or three sentences?",
        "Чем занимается компания, в двух-трёх предложениях?", is_required=NEEDED),
    Ask("since", S.BUSINESS, K.NUMBER, "Since which year have you been working?",
        "С какого года вы работаете?"),
    Ask("site", S.BUSINESS, K.LINK, "Your website", "Ваш сайт"),
    Ask("addresses", S.BUSINESS, K.LONG, "Addresses of your places, each on a line",
        "Адреса точек, каждый с новой строки", is_required=NEEDED),
    Ask("geography", S.BUSINESS, K.TEXT, "Which towns or districts do you work for?",
        "На какие города или районы вы работаете?", is_required=NEEDED),
    Ask("products", S.BUSINESS, K.LONG, "Your main products or services, with prices",
        "Основные товары или услуги с ценами", is_required=NEEDED),
    Ask("first_product", S.BUSINESS, K.TEXT, "Which of them do we sell first, and why?",
        "Что продвигаем в первую очередь и почему?", is_required=NEEDED),
    Ask("average_bill", S.BUSINESS, K.NUMBER, "Average bill", "Средний чек",
        "In your currency. Without it nobody can say whether a customer costs too much.",
        "В вашей валюте. Без него не сказать, дорого ли обходится клиент.", NEEDED),
    Ask("margin", S.BUSINESS, K.NUMBER, "Margin, % of the price", "Маржа, % от цены",
        "Roughly. It stays between us.", "Примерно. Останется между нами."),
    Ask("repeat", S.BUSINESS, K.TEXT, "How often does a customer come back?",
        "Как часто клиент возвращается?"),
    Ask("season", S.BUSINESS, K.TEXT, "When is the high season, when the low one?",
        "Когда сезон, а когда спад?"),
    Ask("capacity", S.BUSINESS, K.TEXT, "How many new customers a month can you take?",
        "Сколько новых клиентов в месяц вы готовы принять?"),
    Ask("strengths", S.BUSINESS, K.LONG, "Why do customers choose you?",
        "Почему выбирают вас?", "With facts: terms, guarantees, figures.",
        "С фактами: сроки, гарантии, цифры.", NEEDED),
    Ask("segments", S.AUDIENCE, K.LONG, "Who buys? Describe each group on a line",
        "Кто покупает? Каждую группу с новой строки",
        "Age, family, income, what they come with.", "Возраст, семья, доход, с чем приходят.",
        NEEDED),
    Ask("fears", S.AUDIENCE, K.LONG, "What do customers ask and doubt before they buy?",
        "О чём спрашивают и в чём сомневаются перед покупкой?"),
    Ask("not_ours", S.AUDIENCE, K.TEXT, "Whom do you not want as a customer?",
        "Кто точно не ваш клиент?"),
    Ask("competitors", S.AUDIENCE, K.LONG, "Competitors, with links to their pages",
        "Конкуренты со ссылками на их страницы", "Three to five, each on a line.",
        "Три–пять, каждый с новой строки.", NEEDED),
    Ask("liked_pages", S.AUDIENCE, K.LONG, "Whose pages do you like, and what exactly?",
        "Чьи страницы вам нравятся и чем именно?"),
    Ask("tone", S.VOICE, K.SEVERAL, "How should the community speak?",
        "Каким тоном говорит сообщество?", is_required=NEEDED, options=TONES),
    Ask("on_behalf", S.VOICE, K.CHOICE, "On whose behalf are posts written?",
        "От чьего лица пишем посты?",
        options="company | of the company | от компании\nowner | of the owner | от владельца\n"
        "expert | of an expert | от специалиста"),
    Ask("taboos", S.VOICE, K.LONG, "What is never written about?", "О чём никогда не пишем?",
        "Themes, words, pictures, names.", "Темы, слова, картинки, имена.", NEEDED),
    Ask("brand_words", S.VOICE, K.LONG, "How are the company and its products written?",
        "Как правильно писать название и товары?"),
    Ask("brand_book", S.VOICE, K.FILES, "Logo, colours, fonts, brand book",
        "Логотип, цвета, шрифты, брендбук", "Names of the files, and where they lie.",
        "Названия файлов и где они лежат."),
    Ask("approver", S.WORK, K.TEXT, "Who approves posts? Name and position",
        "Кто согласует посты? Имя и должность", is_required=NEEDED),
    Ask("approval_hours", S.WORK, K.NUMBER, "Within how many working hours is a post approved?",
        "За сколько рабочих часов согласуете пост?", is_required=NEEDED),
    Ask("approver_away", S.WORK, K.TEXT, "Who approves when that person is away?",
        "Кто согласует в отсутствие этого человека?"),
    Ask("contact_channel", S.WORK, K.CHOICE, "Where do we write to you about work?",
        "Где пишем вам по работе?", is_required=NEEDED, options=CHANNELS),
    Ask("crisis_phone", S.WORK, K.PHONE, "Phone for a crisis, at any hour",
        "Телефон на случай кризиса, в любое время",
        "We call when something in the community cannot wait until morning.",
        "Звоним, если в сообществе случилось то, что не ждёт до утра.", NEEDED),
    Ask("crisis_person", S.WORK, K.TEXT, "Who answers that phone?",
        "Кто отвечает по этому телефону?", is_required=NEEDED),
    Ask("meeting_day", S.WORK, K.TEXT, "When is it convenient to look at the month's figures?",
        "Когда удобно разбирать показатели месяца?"),
    Ask("calls_number", S.CALLS, K.PHONE, "The number that customers call",
        "Номер, по которому звонят клиенты", is_required=NEEDED),
    Ask("call_hours", S.CALLS, K.LONG, "When is the phone answered?",
        "В какие часы отвечают на звонки?", "By days, such as Mon–Fri 9–21, Sat 10–18.",
        "По дням, например: пн–пт 9–21, сб 10–18.", NEEDED),
    Ask("call_answerer", S.CALLS, K.TEXT, "Who answers calls?", "Кто отвечает на звонки?"),
    Ask("call_tracking", S.CALLS, K.YES_NO, "Is there call tracking already?",
        "Коллтрекинг уже подключён?", is_required=NEEDED),
    Ask("call_recording", S.CALLS, K.YES_NO, "Are callers warned that calls are recorded?",
        "Предупреждаете ли о записи разговора?"),
    Ask("target_call", S.CALLS, K.TEXT, "Which call counts as a good one?",
        "Какой звонок считаем целевым?"),
    Ask("calls_now", S.CALLS, K.NUMBER, "How many calls a month are there now?",
        "Сколько звонков в месяц сейчас?"),
    Ask("sale_share", S.CALLS, K.NUMBER, "How many of a hundred calls end with a sale?",
        "Сколько звонков из ста заканчиваются продажей?"),
    Ask("message_hours", S.CALLS, K.TEXT, "Who answers messages in social networks, and when?",
        "Кто и когда отвечает на сообщения в соцсетях?"),
    Ask("main_aim", S.AIMS, K.CHOICE, "What should the community bring first of all?",
        "Что сообщество должно приносить в первую очередь?", is_required=NEEDED,
        options="calls | calls | звонки\nmessages | messages and requests | сообщения и заявки\n"
        "visits | visits | визиты\nloyalty | customers who return | повторных клиентов\n"
        "name | being known | узнаваемость"),
    Ask("calls_wanted", S.AIMS, K.NUMBER, "How many calls a month from the community do you want?",
        "Сколько звонков в месяц из сообщества вы хотите?"),
    Ask("by_when", S.AIMS, K.DATE, "By which day?", "К какому сроку?"),
    Ask("budget", S.AIMS, K.NUMBER, "Advertising budget a month", "Рекламный бюджет в месяц",
        "Without our work.", "Без оплаты нашей работы."),
    Ask("pages_now", S.AIMS, K.SEVERAL, "Where do you have pages now?",
        "Где у вас уже есть страницы?", is_required=NEEDED, options=NETWORKS),
    Ask("page_links", S.AIMS, K.LONG, "Links to them", "Ссылки на них"),
    Ask("tried", S.AIMS, K.LONG, "What has been tried, and what came of it?",
        "Что уже пробовали и что получилось?"),
    Ask("photo_who", S.MATERIALS, K.CHOICE, "Who takes photos and videos?",
        "Кто снимает фото и видео?", is_required=NEEDED,
        options="client | we do | мы сами\nagency | the agency | агентство\n"
        "photographer | a photographer | фотограф\nnobody | nobody yet | пока никто"),
    Ask("materials", S.MATERIALS, K.FILES, "Photos, videos, texts, price lists that are ready",
        "Готовые фото, видео, тексты, прайсы"),
    Ask("news_source", S.MATERIALS, K.TEXT, "From whom do we learn of news and offers?",
        "От кого узнаём о новостях и акциях?", is_required=NEEDED),
    Ask("admins", S.MATERIALS, K.LONG, "Who has access to the pages and the ad accounts now?",
        "У кого сейчас доступы к страницам и рекламным кабинетам?",
        "Names only. Never write passwords here.", "Только имена. Пароли сюда не пишите.", NEEDED),
    Ask("giving_access", S.MATERIALS, K.TEXT, "Who will give us access, and by when?",
        "Кто и к какому дню выдаст нам доступы?"),
    Ask("legal_name", S.LAW, K.TEXT, "Legal name and tax number for marking of advertising",
        "Юридическое лицо и ИНН для маркировки рекламы", is_required=NEEDED),
    Ask("marking_who", S.LAW, K.CHOICE, "Who reports advertising for marking?",
        "Кто передаёт данные о рекламе для маркировки?",
        options="agency | the agency | агентство\nclient | we do | мы сами\n"
        "unknown | not known yet | пока не знаем"),
    Ask("personal_data", S.LAW, K.YES_NO,
        "Is there a policy of personal data, and consent on the site?",
        "Есть ли политика обработки персональных данных и согласие на сайте?",
        is_required=NEEDED),
    Ask("photo_consent", S.LAW, K.CHOICE, "Do people in photos agree to be published?",
        "Согласны ли люди на фото на публикацию?", is_required=NEEDED,
        options="written | in writing | письменно\nspoken | in words | устно\n"
        "nobody | there are no people | людей на фото нет\nno | no consent yet | пока нет"),
    Ask("licence", S.LAW, K.TEXT, "Licences that advertising must name",
        "Лицензии, которые нужно указывать в рекламе"),
    Ask("package_agreed", S.LAW, K.LONG, "What was promised in the talks before the contract?",
        "Что обещали на переговорах до договора?",
        "Filled in by the account manager.", "Заполняет аккаунт-менеджер.", answered_by="agency"),
)  # fmt: skip


def load_brief_questions(apps: Apps) -> None:
    """What is missing is made, what staff edited stays; `apps` may be older than the code."""
    try:
        question_model: Any = apps.get_model("clients", "BriefQuestion")
    except LookupError:
        return
    known = set(question_model.objects.values_list("code", flat=True))
    rows = (question_model(**row) for row in question_rows() if row["code"] not in known)
    question_model.objects.bulk_create(rows, ignore_conflicts=True)


def question_rows() -> list[dict[str, Any]]:
    general = [("", ask) for ask in GENERAL]
    industry = [
        (name, Ask(code, S.INDUSTRY, kind, en, ru, is_required=is_required, options=options))
        for name, asks in INDUSTRY_QUESTIONS.items()
        for code, kind, en, ru, is_required, options in asks
    ]
    return [
        {
            "code": ask.code,
            "section": ask.section,
            "industry": name,
            "text_en": ask.en,
            "text_ru": ask.ru,
            "help_en": ask.help_en,
            "help_ru": ask.help_ru,
            "kind": ask.kind,
            "options": ask.options,
            "is_required": ask.is_required,
            "answered_by": ask.answered_by,
            "position": position * 10,
        }
        for position, (name, ask) in enumerate([*general, *industry], start=1)
    ]
