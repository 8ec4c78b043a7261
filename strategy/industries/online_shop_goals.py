"""What an online shop wants of social media, and what is done for it."""

from clients.models import Block, Role, Side
from strategy.industries.template import GoalPart, GoalTaskPart, Words
from strategy.models import GoalLevel

GOALS = (
    GoalPart(
        "sales",
        GoalLevel.BUSINESS,
        Words(
            "Продавать через свои сообщества, а не только через чужие площадки",
            "Sell through the own communities, not only through other people's platforms",
        ),
        Words(
            "[доля продаж из соцсетей] продаж магазина из соцсетей к [месяц]",
            "[share of sales from social media] of the shop's sales from social media by [month]",
        ),
        tasks=(
            GoalTaskPart(
                Words(
                    "Договориться, кто и когда передаёт число заказов из соцсетей",
                    "Agree on who tells the number of orders from social media, and when",
                ),
                days=7,
                side=Side.CLIENT,
                block=Block.PROMOTION,
            ),
        ),
    ),
    GoalPart(
        "enquiries",
        GoalLevel.MARKETING,
        Words(
            "Доводить подписчика до разговора и заказа",
            "Lead a follower to a talk and an order",
        ),
        Words(
            "[звонков в месяц] звонков и [заказов в месяц] заказов из сообществ в месяц к [месяц]",
            "[calls a month] calls and [orders a month] orders from the communities a month by"
            " [month]",
        ),
        serves="sales",
        callless=(
            Words(
                "Доводить подписчика до вопроса и заказа",
                "Lead a follower to a question and an order",
            ),
            Words(
                "[сообщений в месяц] сообщений и [заказов в месяц] заказов из сообществ в месяц"
                " к [месяц]",
                "[messages a month] messages and [orders a month] orders from the communities a"
                " month by [month]",
            ),
        ),
        tasks=(
            GoalTaskPart(
                Words(
                    "Привести витрину в порядок: цены, наличие, размеры, условия возврата",
                    "Put the shop window in order: prices, stock, sizes, terms of return",
                ),
                days=7,
                block=Block.CREATION,
                role=Role.CONTENT_MANAGER,
            ),
            GoalTaskPart(
                Words(
                    "Завести метки ссылок для каждого сообщества и записать их в общий список",
                    "Make tags for the links of each community and write them into a common list",
                ),
                days=5,
                block=Block.PROMOTION,
                role=Role.PAID_SOCIAL,
            ),
            GoalTaskPart(
                Words(
                    "Запустить рекламу на похожих по двум лучшим подборкам",
                    "Start look-alike ads with the two best selections",
                ),
                days=30,
                block=Block.PROMOTION,
                role=Role.PAID_SOCIAL,
            ),
        ),
    ),
    GoalPart(
        "audience",
        GoalLevel.MARKETING,
        Words(
            "Собрать тех, кому близок наш вкус, и вернуть тех, кто уже купил",
            "Gather those who share our taste, and bring back those who have bought",
        ),
        Words(
            "прирост [прирост в месяц] участников в месяц к [месяц]",
            "growth of [growth a month] members a month by [month]",
        ),
        serves="sales",
        tasks=(
            GoalTaskPart(
                Words(
                    "Положить в каждую посылку приглашение в канал",
                    "Put an invitation to the channel into each parcel",
                ),
                days=14,
                side=Side.CLIENT,
                block=Block.PROMOTION,
            ),
        ),
    ),
    GoalPart(
        "doubts",
        GoalLevel.COMMUNICATION,
        Words(
            "Снимать сомнения живыми примерами: вещь в жизни, замена, уход",
            "Remove doubts by living examples: things in life, exchange, care",
        ),
        Words("ER не ниже [уровень ER] к [месяц]", "ER not below [level of ER] by [month]"),
        serves="enquiries",
        tasks=(
            GoalTaskPart(
                Words(
                    "Снять десять самых продаваемых вещей в жизни, а не на белом фоне",
                    "Photograph the ten best sellers in life, not on a white background",
                ),
                days=10,
                block=Block.MANAGEMENT,
                role=Role.CONTENT_MANAGER,
            ),
            GoalTaskPart(
                Words(
                    "Прислать новинки и остатки на месяц вперёд",
                    "Send the new things and the stock for the month ahead",
                ),
                days=5,
                side=Side.CLIENT,
                block=Block.MANAGEMENT,
            ),
        ),
    ),
    GoalPart(
        "buyers",
        GoalLevel.COMMUNICATION,
        Words(
            "Сделать покупателей авторами: снимки и отзывы в каждой неделе",
            "Make buyers authors: pictures and reviews every week",
        ),
        Words(
            "[отзывов в месяц] отзывов со снимком в месяц к [месяц]",
            "[reviews a month] reviews with a picture a month by [month]",
        ),
        serves="enquiries",
        tasks=(
            GoalTaskPart(
                Words(
                    "Написать сообщение с просьбой о снимке на третий день после доставки",
                    "Write the message that asks for a picture on the third day after delivery",
                ),
                days=10,
                block=Block.MANAGEMENT,
                role=Role.MODERATOR,
            ),
        ),
    ),
)
