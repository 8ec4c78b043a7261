"""Whose the page is, what it says of itself, how it looks."""

from communities.audit_criteria.criterion import (
    FACEBOOK,
    INSTAGRAM,
    OK,
    PAGES,
    TELEGRAM,
    VK,
    YOUTUBE,
    Criterion,
)

INVENTORY = (
    Criterion(
        "owner", "The client owns the page", "Владелец страницы – клиент",
        "The owner on the network is the client's own person or account, not the agency's or a"
        " former contractor's.",
        "Владелец в соцсети – сотрудник или аккаунт клиента, а не агентства и не бывшего"
        " подрядчика.",
    ),
    Criterion(
        "admins", "Administrators and roles", "Администраторы и роли",
        "Everybody with a role still works for the client or the agency; each has the least role"
        " that is enough.",
        "Все, у кого есть роль, работают у клиента или в агентстве; права не шире нужных.",
        "admins",
    ),
    Criterion(
        "recovery", "Access is protected", "Доступ защищён",
        "Two-step sign-in is on for the owner; telephone and e-mail for recovery are the client's.",
        "У владельца включён вход в два шага; телефон и почта для восстановления – клиента.",
    ),
    Criterion(
        "alive", "The page is alive", "Страница активна",
        "Dormant: no post for more than 90 days.",
        "Неактивная: нет постов больше 90 дней.",
        "last_post",
    ),
    Criterion(
        "purpose", "The page has a purpose", "У страницы есть задача",
        "It is clear for whom the page is and what it is to bring; it does not repeat another one.",
        "Понятно, для кого страница и что она должна дать; она не повторяет другую.",
    ),
    Criterion(
        "connection", "Figures are read", "Показатели читаются",
        "The page is connected; snapshots come every day, statistics are open to the agency.",
        "Страница подключена; замеры идут каждый день, статистика открыта агентству.",
    ),
    Criterion(
        "duplicates", "No duplicates and fakes", "Нет дублей и подделок",
        "A search by name and address finds no second page, abandoned or somebody else's.",
        "Поиск по названию и адресу не находит второй страницы, брошенной или чужой.",
    ),
    Criterion(
        "links-to-page", "The site links to the page", "Сайт ведёт на страницу",
        "Site, map cards, e-mail signatures link to this page, and the links work.",
        "Сайт, карточки на картах, подписи писем ведут на эту страницу, ссылки работают.",
    ),
    Criterion(
        "registration", "Registered with Roskomnadzor", "Внесён в реестр Роскомнадзора",
        "Above 10,000 subscribers the channel is in the register of bloggers and says so.",
        "Больше 10 000 подписчиков: канал в реестре и указывает это.",
        networks=TELEGRAM,
    ),
    Criterion(
        "vk-registration", "Registered with Roskomnadzor", "Внесено в реестр Роскомнадзора",
        "Above 10,000 subscribers the community has the mark A+ and is in the register.",
        "Больше 10 000 подписчиков: у сообщества метка А+, оно в реестре.",
        networks=VK,
    ),
    Criterion(
        "meta-business", "In the client's business portfolio", "В бизнес-портфолио клиента",
        "The page and its ad account stand in the client's Business Portfolio; the agency is a"
        " partner.",
        "Страница и рекламный кабинет в бизнес-портфолио клиента; агентство – партнёр.",
        networks=(*FACEBOOK, *INSTAGRAM),
    ),
)  # fmt: skip

PROFILE = (
    Criterion(
        "name", "Name with a word people search by", "Название с поисковым словом",
        "Brand, what it is and where: found by the search of the network.",
        "Бренд, чем занимается и где: находится поиском соцсети.",
        "title",
    ),
    Criterion(
        "name", "Name with a word people search by", "Название с поисковым словом",
        "At most 48 characters: brand, what it is and where; found by VK's search.",
        "Не больше 48 знаков: бренд, чем занимается и где; находится поиском VK.",
        "title", VK,
    ),
    Criterion(
        "address", "Short address", "Короткий адрес",
        "Readable, like the brand, the same on all networks.",
        "Читается, похож на бренд, одинаков во всех соцсетях.",
        "short_address",
    ),
    Criterion(
        "status", "Status line", "Статус",
        "Says the offer or what is new, not a date long gone.",
        "Говорит о предложении или новости, а не о прошедшей дате.",
        networks=(*VK, *OK),
    ),
    Criterion(
        "category", "Category", "Категория",
        "The network's category is the line of business.",
        "Категория соцсети соответствует делу.",
        "category", (*PAGES, *INSTAGRAM),
    ),
    Criterion(
        "description", "Description", "Описание",
        "What, for whom, why here: before the fold; then contacts and prices.",
        "Что, для кого, почему у нас – до кнопки «ещё»; затем контакты и цены.",
        "description",
    ),
    Criterion(
        "description", "Description with a contact", "Описание с контактом",
        "What the channel is about, why to subscribe, whom to write to: within 255 characters.",
        "О чём канал, зачем подписываться, кому писать – в пределах 255 знаков.",
        "description", TELEGRAM,
    ),
    Criterion(
        "description", "Bio", "Шапка профиля",
        "At most 150 characters: what, for whom, where, what to do next.",
        "Не больше 150 знаков: что, для кого, где, что сделать.",
        "description", INSTAGRAM,
    ),
    Criterion(
        "place", "City and address", "Город и адрес",
        "City or area of work; the address opens on the map at the right house.",
        "Город или район работы; адрес открывается на карте у нужного дома.",
        "address",
    ),
    Criterion(
        "hours", "Working hours", "Часы работы",
        "Given, and true today, holidays too.",
        "Указаны и верны, в праздники тоже.",
        networks=PAGES,
    ),
    Criterion(
        "phone", "The phone is the tracking number", "Телефон – номер коллтрекинга",
        "2: the number of this page that calls are counted by; 1: another working number; 0: none.",
        "2 – номер этой страницы, по которому считают звонки; 1 – другой рабочий; 0 – нет.",
        "phone",
    ),
    Criterion(
        "site", "Link to the site", "Ссылка на сайт",
        "Works, opens the right page on a phone, carries a UTM tag.",
        "Работает, открывает нужную страницу на телефоне, с UTM-меткой.",
        "site",
    ),
    Criterion(
        "link-hub", "Links in the bio", "Ссылки в шапке",
        "One tap leads to call, price and sign-up; no dead link among them.",
        "В одно касание – звонок, цены, запись; мёртвых ссылок нет.",
        networks=INSTAGRAM,
    ),
    Criterion(
        "verification", "Verification", "Верификация",
        "The network's mark of a proven page or business, where it is open to the client.",
        "Отметка подтверждённой страницы или бизнеса, если она доступна клиенту.",
        "verified",
    ),
    Criterion(
        "legal", "Legal data", "Юридические данные",
        "Legal name, licence and warnings that the line of business has to show.",
        "Юридическое лицо, лицензии и предупреждения, обязательные для отрасли.",
    ),
    Criterion(
        "contact", "Whom to write to", "Кому писать",
        "A contact person or a button to write; whoever it is answers.",
        "Есть контактное лицо или кнопка сообщения; там отвечают.",
        "messages",
    ),
)  # fmt: skip

DESIGN = (
    Criterion(
        "avatar", "Avatar", "Аватар",
        "Readable in a small circle: a sign, not a text.",
        "Читается в маленьком круге: знак, а не текст.",
        "avatar",
    ),
    Criterion(
        "avatar", "Avatar", "Аватар",
        "At least 400×400, readable in a small circle: a sign, not a text.",
        "Не меньше 400×400, читается в маленьком круге: знак, а не текст.",
        "avatar", VK,
    ),
    Criterion(
        "cover", "Cover", "Обложка",
        "Offer and contact are seen on a computer; nothing hides under buttons.",
        "Предложение и контакт видны на компьютере; кнопки ничего не закрывают.",
        "cover", (*PAGES, *YOUTUBE),
    ),
    Criterion(
        "cover-mobile", "Cover on a phone", "Обложка на телефоне",
        "The important part stays within the safe zone of a phone; a live cover is used.",
        "Главное в безопасной зоне телефона; есть живая обложка.",
        networks=VK,
    ),
    Criterion(
        "menu", "Menu and widgets", "Меню и виджеты",
        "Menu buttons lead to what people ask for; widgets are in use and up to date.",
        "Кнопки меню ведут туда, о чём спрашивают; виджеты есть и не устарели.",
        networks=VK,
    ),
    Criterion(
        "pinned", "Pinned post", "Закреплённый пост",
        "Current: the offer, how to order, where everything is.",
        "Актуален: предложение, как заказать, где что найти.",
        "pinned",
    ),
    Criterion(
        "pinned", "Pinned navigation", "Закреплённая навигация",
        "A pinned post with links or tags by topic, price and contact.",
        "Закреплён пост со ссылками или тегами по темам, ценам, контактам.",
        "pinned", TELEGRAM,
    ),
    Criterion(
        "highlights", "Story highlights", "Актуальные истории",
        "Covers in one style; prices, reviews, address, how to order.",
        "Обложки в одном стиле; цены, отзывы, адрес, как заказать.",
        networks=INSTAGRAM,
    ),
    Criterion(
        "grid", "First nine posts", "Первые девять постов",
        "The grid tells in one look what is sold and by whom.",
        "Сетка с одного взгляда говорит, что продают и кто.",
        networks=INSTAGRAM,
    ),
    Criterion(
        "trailer", "Channel trailer", "Трейлер канала",
        "A short video for those who are not subscribed; sections on the main page.",
        "Короткое видео для тех, кто не подписан; разделы на главной.",
        networks=YOUTUBE,
    ),
    Criterion(
        "thumbnails", "Thumbnails of videos", "Обложки видео",
        "One style, large words, readable on a phone.",
        "Один стиль, крупные слова, читаются на телефоне.",
        networks=YOUTUBE,
    ),
    Criterion(
        "template", "Template of posts", "Шаблон постов",
        "Rubrics are told apart by their look; the brand is recognised without the logo.",
        "Рубрики отличимы по виду; бренд узнаётся без логотипа.",
    ),
    Criterion(
        "brand", "In line with the brand book", "Соответствие брендбуку",
        "Colours, letters and sign as in the brand book, the same on all networks.",
        "Цвета, шрифты и знак по брендбуку, одинаково во всех соцсетях.",
    ),
    Criterion(
        "pictures", "Quality of pictures", "Качество изображений",
        "Own, sharp, well lit; stock pictures are the exception; sources are allowed.",
        "Свои, чёткие, со светом; стоковые – исключение; права на них есть.",
    ),
    Criterion(
        "on-phone", "On a phone", "На телефоне",
        "The first screen of a phone shows what it is, for whom, and how to call.",
        "Первый экран телефона говорит, что это, для кого и как позвонить.",
    ),
)  # fmt: skip
