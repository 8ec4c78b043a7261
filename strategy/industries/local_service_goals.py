"""What a local service business wants of social media, and what is done for it."""

from clients.models import Block, Role, Side
from strategy.industries.template import GoalPart, GoalTaskPart, Words
from strategy.models import GoalLevel

GOALS = (
    GoalPart(
        "bookings",
        GoalLevel.BUSINESS,
        Words(
            "Заполнить свободные часы новыми клиентами из соцсетей",
            "Fill the free hours with new customers from social media",
        ),
        Words(
            "[новых клиентов в месяц] новых клиентов в месяц к [месяц], по записи у клиента",
            "[new customers a month] new customers a month by [month], by the client's bookings",
        ),
        tasks=(
            GoalTaskPart(
                Words(
                    "Сообщить, сколько новых клиентов пришло из соцсетей за первый месяц",
                    "Tell how many new customers came from social media in the first month",
                ),
                days=35,
                side=Side.CLIENT,
                block=Block.PROMOTION,
            ),
        ),
    ),
    GoalPart(
        "calls",
        GoalLevel.MARKETING,
        Words(
            "Получать звонки от тех, кто живёт или работает рядом",
            "Get calls from those who live or work nearby",
        ),
        Words(
            "[звонков в месяц] звонков из сообществ в месяц к [месяц], по номерам коллтрекинга",
            "[calls a month] calls from the communities a month by [month], by tracking numbers",
        ),
        serves="bookings",
        callless=(
            Words(
                "Получать сообщения от тех, кто живёт или работает рядом",
                "Get messages from those who live or work nearby",
            ),
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
                days=5,
                block=Block.CREATION,
                role=Role.CONTENT_MANAGER,
            ),
            GoalTaskPart(
                Words(
                    "Договориться, кто и когда перезванивает пропущенным",
                    "Agree on who calls missed callers back, and when",
                ),
                days=7,
                side=Side.CLIENT,
                block=Block.MANAGEMENT,
            ),
            GoalTaskPart(
                Words(
                    "Запустить рекламу по району на две проверенные публикации",
                    "Start ads in the district with two posts that have proved themselves",
                ),
                days=21,
                block=Block.PROMOTION,
                role=Role.PAID_SOCIAL,
            ),
        ),
    ),
    GoalPart(
        "audience",
        GoalLevel.MARKETING,
        Words(
            "Собрать подписчиков из своего района, а не отовсюду",
            "Gather followers from the own district, not from everywhere",
        ),
        Words(
            "прирост [прирост в месяц] участников в месяц к [месяц]",
            "growth of [growth a month] members a month by [month]",
        ),
        serves="bookings",
        tasks=(
            GoalTaskPart(
                Words(
                    "Составить список городских и районных сообществ для посева",
                    "List the communities of the town and the district for seeding",
                ),
                days=14,
                block=Block.PROMOTION,
                role=Role.PAID_SOCIAL,
            ),
        ),
    ),
    GoalPart(
        "trust",
        GoalLevel.COMMUNICATION,
        Words(
            "Показать специалистов и их работу, чтобы им верили ещё до звонка",
            "Show the specialists and their work, so that they are trusted before the call",
        ),
        Words("ER не ниже [уровень ER] к [месяц]", "ER not below [level of ER] by [month]"),
        serves="calls",
        tasks=(
            GoalTaskPart(
                Words(
                    "Снять специалистов за работой: материал на две недели",
                    "Film the specialists at work: material for two weeks",
                ),
                days=10,
                block=Block.MANAGEMENT,
                role=Role.CONTENT_MANAGER,
            ),
            GoalTaskPart(
                Words(
                    "Прислать фотографии работ и согласия на публикацию",
                    "Send pictures of the work and the consents to publish them",
                ),
                days=7,
                side=Side.CLIENT,
                block=Block.MANAGEMENT,
            ),
        ),
    ),
    GoalPart(
        "answers",
        GoalLevel.COMMUNICATION,
        Words("Отвечать раньше, чем человек передумает", "Answer before people change their mind"),
        Words(
            "первый ответ за 30 минут в рабочее время в [доля ответов вовремя] случаев к [месяц]",
            "the first reply within 30 working minutes in [share of replies in time] of cases by"
            " [month]",
        ),
        serves="calls",
        tasks=(
            GoalTaskPart(
                Words(
                    "Согласовать готовые ответы о ценах, записи и жалобах",
                    "Agree on ready answers about prices, booking and complaints",
                ),
                days=7,
                block=Block.MANAGEMENT,
                role=Role.MODERATOR,
            ),
        ),
    ),
)
