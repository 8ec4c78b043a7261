"""What the page offers beside its wall, and what is posted."""

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

SECTIONS = (
    Criterion(
        "products", "Products or services with prices", "Товары или услуги с ценами",
        "What is sold stands with photos and prices of today, in the network's own section or in"
        " a post that is easy to find.",
        "То, что продают, – с фото и сегодняшними ценами, в разделе соцсети или в заметном посте.",
    ),
    Criterion(
        "reviews", "Reviews", "Отзывы",
        "Real reviews can be found; the bad ones are answered.",
        "Настоящие отзывы легко найти; на плохие есть ответ.",
    ),
    Criterion(
        "faq", "Frequent questions", "Частые вопросы",
        "Price, terms, delivery, guarantee: answered where people look.",
        "Цена, сроки, доставка, гарантия – ответы там, где их ищут.",
    ),
    Criterion(
        "action", "Call to action", "Призыв к действию",
        "A button or a link: call, write, sign up; it works on a phone.",
        "Кнопка или ссылка: позвонить, написать, записаться; работает на телефоне.",
    ),
    Criterion(
        "action-button", "Action button of the page", "Кнопка действия страницы",
        "The page's own button is Call or Message and leads to the tracked contact.",
        "Кнопка страницы – «Позвонить» или «Написать», ведёт на отслеживаемый контакт.",
        networks=(*VK, *FACEBOOK, *INSTAGRAM),
    ),
    Criterion(
        "discussions", "Discussions", "Обсуждения",
        "Questions, reviews, rules: topics are in use, none is empty or full of spam.",
        "Вопросы, отзывы, правила: темы живые, пустых и со спамом нет.",
        networks=(*VK, *OK),
    ),
    Criterion(
        "albums", "Albums", "Альбомы",
        "Works, team, place: named, in order, fresh.",
        "Работы, команда, место: названы, упорядочены, свежие.",
        networks=PAGES,
    ),
    Criterion(
        "articles", "Articles", "Статьи",
        "Long texts that are found by search and lead to the offer.",
        "Длинные тексты, которые находит поиск и которые ведут к предложению.",
        networks=VK,
    ),
    Criterion(
        "clips", "Clips and short videos", "Клипы и короткие видео",
        "Short vertical videos come out regularly and are watched by those not subscribed.",
        "Короткие вертикальные видео выходят регулярно, их смотрят и не подписчики.",
        networks=(*VK, *OK, *YOUTUBE, *INSTAGRAM, *FACEBOOK),
    ),
    Criterion(
        "contacts-block", "Contacts block", "Блок контактов",
        "People with names and what to ask them, not empty and not of those who left.",
        "Люди с именами и с чем к ним обращаться; не пусто и без уволенных.",
        networks=VK,
    ),
    Criterion(
        "messages", "Messages switched on", "Сообщения включены",
        "Anybody can write to the page.",
        "Написать странице может каждый.",
        "messages", (*PAGES, *INSTAGRAM),
    ),
    Criterion(
        "greeting", "Automatic greeting", "Автоприветствие",
        "A greeting says when an answer comes and what may be asked.",
        "Приветствие говорит, когда ответят и о чём можно спросить.",
        networks=(*PAGES, *INSTAGRAM),
    ),
    Criterion(
        "chat-bot", "Chat-bot", "Чат-бот",
        "Answers the usual questions, hands over to a person, brings contacts.",
        "Отвечает на обычные вопросы, передаёт человеку, приносит обращения.",
        networks=(*VK, *TELEGRAM, *FACEBOOK),
    ),
    Criterion(
        "rules", "Rules of the community", "Правила сообщества",
        "What is not allowed is written where it is seen.",
        "Что нельзя – написано на виду.",
    ),
    Criterion(
        "word-filter", "Word filter", "Фильтр слов",
        "Stop-words are set; spam does not reach the wall.",
        "Стоп-слова заданы; спам не доходит до стены.",
        networks=(*PAGES, *INSTAGRAM, *YOUTUBE),
    ),
    Criterion(
        "comments", "Comments switched on", "Комментарии включены",
        "People can comment on posts.",
        "Посты можно комментировать.",
        "comments",
    ),
    Criterion(
        "linked-chat", "Linked chat", "Чат канала",
        "A chat for comments is linked, moderated and free of spam.",
        "Привязан чат для комментариев, его модерируют, спама нет.",
        networks=TELEGRAM,
    ),
    Criterion(
        "playlists", "Playlists", "Плейлисты",
        "Videos are in playlists by the questions of those who buy.",
        "Видео собраны в плейлисты по вопросам покупателей.",
        networks=YOUTUBE,
    ),
    Criterion(
        "end-screens", "End screens and cards", "Конечные заставки и подсказки",
        "Each video leads on: to the next one, to the site, to the contact.",
        "Каждое видео ведёт дальше: к следующему, на сайт, к контакту.",
        networks=YOUTUBE,
    ),
)  # fmt: skip

CONTENT = (
    Criterion(
        "frequency", "How often is posted", "Частота постов",
        "As often as the strategy says, or as competitors who grow do.",
        "Столько, сколько в стратегии, или как у растущих конкурентов.",
        "posts_a_week",
    ),
    Criterion(
        "gaps", "No long pauses", "Без долгих пауз",
        "The longest pauses between posts and their causes.",
        "Самые долгие паузы между постами и их причины.",
        "gaps",
    ),
    Criterion(
        "rubrics", "Rubrics", "Рубрики",
        "The rubrics of the plan are there, each often enough; a stranger would name them.",
        "Рубрики плана есть, каждая достаточно часто; их назовёт и посторонний.",
    ),
    Criterion(
        "formats", "Formats", "Форматы",
        "Text, photo, video, polls: a mix, and the ones that work are used most.",
        "Текст, фото, видео, опросы: разные, чаще те, что работают.",
        "formats",
    ),
    Criterion(
        "promo-share", "Share of selling posts", "Доля продающих постов",
        "By the plan (4-1-1, 70/20/10); usually at most a third.",
        "По плану (4-1-1, 70/20/10); обычно не больше трети.",
    ),
    Criterion(
        "curated-share", "Share of borrowed content", "Доля заимствованного контента",
        "Reposts and material from the internet: within the agreed limit, with the source named.",
        "Репосты и материал из интернета: в оговорённых пределах, с источником.",
        "reposts",
    ),
    Criterion(
        "originality", "Originality", "Уникальность",
        "Texts and pictures of one's own: 10–15 posts are checked by a search.",
        "Свои тексты и фото: 10–15 постов проверены поиском.",
    ),
    Criterion(
        "tone", "Tone of voice", "Тон общения",
        "10–15 posts speak as the guide says, in one voice.",
        "10–15 постов звучат по гайду, одним голосом.",
    ),
    Criterion(
        "spelling", "Spelling and layout", "Грамотность и вёрстка",
        "No mistakes in 10–15 posts; paragraphs, first line that makes one read on.",
        "В 10–15 постах нет ошибок; абзацы, первая строка, чтобы читали дальше.",
    ),
    Criterion(
        "usefulness", "Answers buyers' questions", "Ответы на вопросы покупателей",
        "Posts take up needs, fears and objections of the segments.",
        "Посты отвечают на потребности, страхи и возражения сегментов.",
    ),
    Criterion(
        "post-action", "Posts lead to a call or a message", "Посты ведут к звонку или сообщению",
        "Selling posts have one action, with a number or a link.",
        "В продающих постах одно действие, с номером или ссылкой.",
    ),
    Criterion(
        "best-worst", "Best and worst posts", "Лучшие и худшие посты",
        "What the best have in common is repeated; what the worst have is not.",
        "Общее у лучших повторяют, общее у худших – нет.",
        "best_worst",
    ),
    Criterion(
        "ad-marking", "Marking of advertising", "Маркировка рекламы",
        "Advertising posts carry the mark, the advertiser and erid where the law asks for it.",
        "Рекламные посты с пометкой, рекламодателем и erid, где этого требует закон.",
        "ads",
    ),
    Criterion(
        "ad-share", "Share of others' advertising", "Доля чужой рекламы",
        "Others' advertising does not crowd out the channel's own posts.",
        "Чужая реклама не вытесняет посты канала.",
        "ads", TELEGRAM,
    ),
    Criterion(
        "stories", "Stories", "Истории",
        "Come out on most days; stickers and questions are used; saved where they are of use.",
        "Выходят почти каждый день; есть стикеры и вопросы; полезное сохранено.",
        networks=(*INSTAGRAM, *VK),
    ),
    Criterion(
        "video-search", "Titles and descriptions of videos", "Названия и описания видео",
        "Words of the search in title and first lines; timecodes, links, contact.",
        "Слова поиска в названии и первых строках; тайм-коды, ссылки, контакт.",
        networks=YOUTUBE,
    ),
    Criterion(
        "hashtags", "Hashtags and navigation", "Хештеги и навигация",
        "Tags of rubrics are the same each time and open what they promise.",
        "Теги рубрик одинаковы и открывают обещанное.",
        networks=(*VK, *OK, *TELEGRAM, *INSTAGRAM),
    ),
)  # fmt: skip
