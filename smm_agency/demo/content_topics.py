"""What the coming posts of the demo are about, by the kind of their rubric. All invented."""

from collections.abc import Mapping, Sequence

from strategy.models import Rubric

Kind = Rubric.Kind
TOPICS_RU: Mapping[str, Sequence[str]] = {
    Kind.INFORMING: (
        "Пять вопросов, которые нам задают чаще всего", "Как мы работаем: шаг за шагом",
        "Сколько это стоит и из чего складывается цена", "Что взять с собой в первый раз",
    ),
    Kind.ENGAGING: (
        "Опрос: что выбрать в этом месяце", "Угадайте, что на фото",
        "Расскажите в комментариях, как прошёл ваш первый раз", "Задайте вопрос специалисту",
    ),
    Kind.ENTERTAINING: (
        "День из жизни команды", "Смешное за неделю", "Что у нас на рабочем столе",
        "Находка недели: делимся, почему понравилось",
    ),
    Kind.SELLING: (
        "Свободные окна на этой неделе", "Предложение месяца: звоните, расскажем",
        "Подарочный сертификат: как оформить", "Новинка: записываем первых десять",
    ),
    Kind.REPUTATION: (
        "Отзыв недели и наш ответ", "Было и стало: работа месяца", "Знакомьтесь: наш специалист",
        "Как мы исправили ошибку",
    ),
    Kind.USERS: (
        "Ваши фотографии: лучшие за неделю", "История нашего подписчика",
        "Отметки недели", "Вопрос подписчика – ответ специалиста",
    ),
}  # fmt: skip
TOPICS_EN: Mapping[str, Sequence[str]] = {
    Kind.INFORMING: (
        "Five questions that we hear most often", "How we work, step by step",
        "What it costs, and why", "What to bring along the first time",
    ),
    Kind.ENGAGING: (
        "A poll: what shall we pick this month?", "Guess what is in the picture",
        "Tell us about your first time", "Ask the specialist",
    ),
    Kind.ENTERTAINING: (
        "A day with our team", "The week in laughs", "What is on our bench",
        "Find of the week, and why we like it",
    ),
    Kind.SELLING: (
        "Free slots this week", "Offer of the month: call us", "Gift vouchers: how to get one",
        "New: the first ten are being booked",
    ),
    Kind.REPUTATION: (
        "Review of the week, and our answer", "Before and after", "Meet our specialist",
        "How we put a mistake right",
    ),
    Kind.USERS: (
        "Your pictures: the best of the week", "A member's story", "Mentions of the week",
        "A member asks, a specialist answers",
    ),
}  # fmt: skip
CALL_RU, CALL_EN = "Позвоните нам – ответим и запишем.", "Call us: we answer and book."


def topic_of(rubric: Rubric, number: int, *, language: str) -> str:
    topics = (TOPICS_EN if language == "en" else TOPICS_RU)[rubric.kind]
    return topics[number % len(topics)]


def call_of(language: str) -> str:
    return CALL_EN if language == "en" else CALL_RU
