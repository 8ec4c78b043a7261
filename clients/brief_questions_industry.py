"""Questions of the brief that only one industry is asked."""

from clients.models import AnswerKind as K
from clients.models import Industry

# Code, kind, English, Russian, whether it is required, options.
Ask = tuple[str, str, str, str, bool, str]

INDUSTRY_QUESTIONS: dict[str, tuple[Ask, ...]] = {
    Industry.CLINIC: (
        ("clinic-licence", K.TEXT, "Number of the medical licence",
         "Номер медицинской лицензии", True, ""),
        ("clinic-doctors", K.LONG, "Doctors whom we show: name, speciality, experience",
         "Врачи, которых показываем: имя, специальность, стаж", True, ""),
        ("clinic-warning", K.YES_NO, "Is advertising shown with the words of contraindications?",
         "Пишем ли в рекламе о противопоказаниях?", True, ""),
        ("clinic-before-after", K.CHOICE, "May pictures “before and after” be shown?",
         "Можно ли показывать фото «до и после»?", False,
         "consent | with the patient's consent | с согласия пациента\nnever | never | нельзя"),
        ("clinic-booking", K.LINK, "Online booking", "Онлайн-запись", False, ""),
        ("clinic-voluntary", K.TEXT, "Which insurers do you work with?",
         "С какими страховыми работаете?", False, ""),
    ),
    Industry.FOOD: (
        ("food-menu", K.LINK, "The menu", "Меню", True, ""),
        ("food-delivery", K.SEVERAL, "How is food delivered?", "Как доставляете?", True,
         "own | own couriers | свои курьеры\nservices | services | сервисы доставки\n"
         "pickup | pick-up | самовывоз\nnone | no delivery | без доставки"),
        ("food-average", K.NUMBER, "Bill for one guest", "Чек на одного гостя", False, ""),
        ("food-hits", K.TEXT, "Dishes that are ordered most", "Самые популярные блюда", True, ""),
        ("food-alcohol", K.YES_NO, "Is there alcohol, which may not be advertised?",
         "Есть ли алкоголь, который нельзя рекламировать?", False, ""),
        ("food-booking", K.PHONE, "Phone for booking a table", "Телефон для брони стола", False,
         ""),
    ),
    Industry.CAR: (
        ("car-brands", K.TEXT, "Which makes do you take?", "Какие марки обслуживаете?", True, ""),
        ("car-works", K.LONG, "Works and prices that bring most customers",
         "Работы и цены, на которые приходит больше всего клиентов", True, ""),
        ("car-posts", K.NUMBER, "How many bays are there?", "Сколько постов в сервисе?", False,
         ""),
        ("car-guarantee", K.TEXT, "Guarantee on work and parts",
         "Гарантия на работы и запчасти", True, ""),
        ("car-tow", K.YES_NO, "Is there a tow truck?", "Есть ли эвакуатор?", False, ""),
    ),
    Industry.SHOP: (
        ("shop-catalogue", K.LINK, "Catalogue or price list", "Каталог или прайс", True, ""),
        ("shop-range", K.NUMBER, "How many articles are in stock?",
         "Сколько товаров в наличии?", False, ""),
        ("shop-delivery", K.LONG, "Delivery and payment: terms and prices",
         "Доставка и оплата: условия и цены", True, ""),
        ("shop-return", K.TEXT, "Terms of return", "Условия возврата", True, ""),
        ("shop-markets", K.LONG, "Marketplaces where you sell, with links",
         "Маркетплейсы, где вы продаёте, со ссылками", False, ""),
        ("shop-rent", K.YES_NO, "Do you rent out as well?", "Есть ли прокат?", False, ""),
    ),
    Industry.BEAUTY: (
        ("beauty-masters", K.LONG, "Masters whom we show, and their specialities",
         "Мастера, которых показываем, и их специализация", True, ""),
        ("beauty-booking", K.LINK, "Online booking", "Онлайн-запись", True, ""),
        ("beauty-brands", K.TEXT, "Which cosmetics do you work with?",
         "На какой косметике работаете?", False, ""),
        ("beauty-medical", K.YES_NO, "Are there medical procedures under a licence?",
         "Есть ли медицинские процедуры по лицензии?", True, ""),
        ("beauty-works", K.YES_NO, "May works be shown with the customers' faces?",
         "Можно ли показывать работы с лицами клиентов?", True, ""),
    ),
    Industry.EDUCATION: (
        ("edu-licence", K.TEXT, "Number of the educational licence, or why there is none",
         "Номер образовательной лицензии или почему её нет", True, ""),
        ("edu-courses", K.LONG, "Courses: age, length, price, next start",
         "Курсы: возраст, длительность, цена, ближайший старт", True, ""),
        ("edu-next", K.DATE, "When does the next intake begin?",
         "Когда начинается ближайший набор?", True, ""),
        ("edu-trial", K.CHOICE, "Is there a trial lesson?", "Есть ли пробное занятие?", False,
         "free | free | бесплатное\npaid | paid | платное\nnone | none | нет"),
        ("edu-children", K.YES_NO, "Do parents agree in writing to photos of children?",
         "Есть ли письменное согласие родителей на фото детей?", True, ""),
    ),
    Industry.RENOVATION: (
        ("reno-objects", K.LONG, "Objects that may be shown: where, what, how much",
         "Объекты, которые можно показать: где, что, сколько стоило", True, ""),
        ("reno-area", K.TEXT, "How far do you travel, and what does a visit cost?",
         "Как далеко выезжаете и сколько стоит замер?", True, ""),
        ("reno-contract", K.YES_NO, "Do you work by contract with an estimate?",
         "Работаете по договору со сметой?", True, ""),
        ("reno-guarantee", K.TEXT, "Guarantee", "Гарантия", False, ""),
    ),
    Industry.FITNESS: (
        ("fit-cards", K.LONG, "Memberships and prices", "Абонементы и цены", True, ""),
        ("fit-timetable", K.LINK, "Timetable", "Расписание", False, ""),
        ("fit-trainers", K.LONG, "Trainers whom we show", "Тренеры, которых показываем", True, ""),
        ("fit-guest", K.CHOICE, "Is there a guest visit?", "Есть ли гостевой визит?", False,
         "free | free | бесплатный\npaid | paid | платный\nnone | none | нет"),
    ),
}  # fmt: skip

# Words of a client's own industry that mean one of ours: offered, never taken by itself.
WORDS_OF: dict[str, tuple[str, ...]] = {
    Industry.CLINIC: ("стоматолог", "клиник", "медиц", "врач", "clinic", "dent", "medic"),
    Industry.FOOD: ("кафе", "ресторан", "доставка еды", "пицц", "кофе", "cafe", "restaurant"),
    Industry.CAR: ("авто", "шиномонтаж", "car service", "car repair", "garage"),
    Industry.SHOP: ("магазин", "текстиль", "торговл", "shop", "store", "retail"),
    Industry.BEAUTY: ("красот", "салон", "парикмахер", "beauty", "barber"),
    Industry.EDUCATION: ("образован", "школа", "курсы", "education", "school"),
    Industry.RENOVATION: ("ремонт", "отделк", "строит", "renovation"),
    Industry.FITNESS: ("фитнес", "спорт", "йога", "fitness", "gym"),
}


def industry_of(words: str) -> str:
    """Our industry by the words of a client's; "" where none or several fit."""
    small = words.casefold()
    fitting = {code for code, known in WORDS_OF.items() if any(word in small for word in known)}
    return str(fitting.pop()) if len(fitting) == 1 else ""
