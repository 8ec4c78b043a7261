"""Rows that every installation starts with: groups of rights and the catalogue of services.

Loaded after every `migrate` (and after a test's flush). A row that exists is left as staff edited
it; only what is missing is made.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

from clients.models import ROLE_GROUPS, Block, Role

DIRECTOR = "Director"
OUR_APPS = ("clients", "communities", "strategy", "content", "promotion", "kpi")
# A director also steers the clock, the groups and nothing else of the parts.
DIRECTOR_APPS = (*OUR_APPS, "django_celery_beat", "auth")


def may(actions: str, app: str, *models: str) -> tuple[str, ...]:
    """`may("view add", "kpi", "call")` is `kpi.view_call` and `kpi.add_call`."""
    return tuple(f"{app}.{action}_{model}" for model in models for action in actions.split())


READS = "view"
WRITES = "view add change"
OWNS = "view add change delete"

# What stands in a version of the strategy beside its goals and targets.
STRATEGY_PARTS = (
    "strategysection",
    "goaltask",
    "segment",
    "positioning",
    "contentrules",
    "communityrhythm",
    "rubric",
    "gridcell",
    "budgetline",
    "versiondocument",
)
# A design with its versions, what is said of them, and who moved it.
DESIGN = ("designasset", "assetversion", "assetcomment", "assetmove")
# An audit with its rows; who may add one may finish it.
AUDITS = ("audit", "auditscore", "auditreport", "redesign")
# A post with what belongs to it.
POSTS = ("post", "postfile", "publication")
# What clients give for the posts, when posts go out, and files with a plan of them.
MATERIAL = ("materialrequest", "mediaitem", "standingfact")
QUEUES = ("postingslot", "recurringpost", "recurringcommunity")
# What a paid social specialist works in; keys are entered and never read.
PROMOTION = (
    "campaign",
    "campaigncommunity",
    "campaignsegment",
    "creative",
    "placement",
    "placementfact",
    "publishercard",
    "publisherprice",
    "adaccount",
    "adobject",
    "adfigure",
)
MONEY = ("cost", "topup", "channelbudget")
# Who takes part in a giveaway is known to those who hold it, and to who writes to the winners.
GIVEAWAYS = ("promoaction", "prize")
# Bringing costs and results by files, and the columns that are remembered of them.
COST_FILES = (
    *may("view add", "promotion", "costfile"),
    *may("view delete", "promotion", "costcolumns"),
)
# What everybody in a team needs to know about the client.
EVERYBODY = (
    *may(READS, "clients", "client", "contact", "teammember", "service", "engagementservice"),
    *may(READS, "clients", "statuschange", "markingchange", "trackingnumber", "calendarfeed"),
    *may(WRITES, "clients", "task"),
    *may(READS, "communities", "profile", "community", "wallpost", "clientfile"),
    *may(READS, "communities", "assetrequirement", *DESIGN),
    *may("add", "communities", "assetcomment"),
    *may(READS, "communities", "auditcriterion", *AUDITS),
    *may(READS, "communities", "communitymove", "accessproof", "checklistchange"),
    *may("view change", "communities", "checklistitem"),
    *may(READS, "communities", "accessgrant"),
    *may(READS, "strategy", "strategyversion", "goal", "kpitarget", "monthlytarget"),
    *may(READS, "strategy", "competitor", "competitorprofile", "competitoranalysis"),
    *may(READS, "strategy", *STRATEGY_PARTS),
    *may(READS, "content", *POSTS, "postmove", "publicationattempt", "publicationplan"),
    *may(READS, "content", "postversion", "approvallink", "linkedpost"),
    *may("view add", "content", "postcomment"),
    *may(READS, "content", "contentterms", "inboxitem", "stop"),
    *may(READS, "content", "nativepost", "monthclose", "nativematch"),
    *may(READS, "content", "savedreply"),
    *may(READS, "content", *MATERIAL, "materialfile", "uploadlink", *QUEUES, "occurrence"),
    *may(READS, "content", "planfile"),
    *may(READS, "content", "businesshours", "specialday", "replytarget", "incident"),
    *may(READS, "promotion", *PROMOTION, "campaignmove", "placementmove", "budgetalert"),
    *may(READS, "promotion", "placementcheck", "placementfactcorrection"),
    *may(READS, "promotion", *GIVEAWAYS, "draw"),
    *may(READS, "kpi", "evaluation", "flag", "flagcause", "decision", "effectcheck"),
    *may(READS, "kpi", "event", "kpireview", "report"),
    *may(READS, "kpi", "profilesnapshot", "postsnapshot", "snapshotcorrection"),
    *may(READS, "kpi", "daycount", "calltally", "fileimport"),
)
# Bringing figures of pages: files, their columns, and what is typed in.
FIGURES = (
    *may("view add", "kpi", "fileimport"),
    *may("view delete", "kpi", "columnmapping"),
    "kpi.add_profilesnapshot",
)

ROLE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.ACCOUNT_MANAGER: (
        *EVERYBODY,
        *may("change", "clients", "client"),
        *may(OWNS, "clients", "contact", "engagement", "engagementservice", "trackingnumber"),
        *may(WRITES, "clients", "teammember", "portalaccess"),
        *may("delete", "clients", "task"),
        *may("view delete", "clients", "mailrefusal"),
        *may(WRITES, "communities", "designasset", "checklistitem"),
        *may("add", "communities", "assetversion", "accessproof"),
        "communities.review_designasset",
        *may(OWNS, "communities", *AUDITS),
        *may(WRITES, "communities", "profile", "community", "accesskey", "accessgrant"),
        *may(OWNS, "strategy", "strategyversion", "goal", "kpitarget", "monthlytarget"),
        *may(OWNS, "strategy", "competitor", "competitorprofile", "competitoranalysis"),
        *may(OWNS, "strategy", *STRATEGY_PARTS),
        "strategy.approve_strategyversion",
        *may(WRITES, "promotion", *PROMOTION, "adaccountkey"),
        *may(READS, "promotion", "adfigurecorrection"),
        *may(OWNS, "promotion", *MONEY, *GIVEAWAYS),
        *may(WRITES, "promotion", "participant", "draw"),
        *may("view change", "promotion", "winner"),
        *COST_FILES,
        *may(OWNS, "kpi", "numberplacement", "calltally", "daycount", "event", "deal"),
        *may(WRITES, "kpi", "kpireview", "testcall", "promotionassessment", "reportsettings"),
        *may(OWNS, "kpi", "report", "reportrecipient"),
        *may(WRITES, "kpi", "call", "callconnection", "callimport"),
        *may("view change", "kpi", "flag"),
        *may("add", "kpi", "decision"),
        *may(READS, "kpi", "unmasking", "rawcallevent", "rawrequest", "callpull"),
        *may(READS, "kpi", "outgoingcall", "callrulechange", "alarmchart"),
        "kpi.unmask_caller",
        *FIGURES,
        *may(OWNS, "content", *POSTS, *MATERIAL, *QUEUES),
        "content.add_planfile",
        *may(WRITES, "content", "publicationplan", "contentterms", "inboxitem", "stop"),
        *may(WRITES, "content", "nativepost"),
        *may(OWNS, "content", "savedreply"),
        *may("view change", "content", "eventdoor"),
        *may(READS, "content", "networkevent"),
        *may(OWNS, "content", "businesshours", "specialday", "replytarget"),
        *may(WRITES, "content", "incident"),
        "content.approve_post",
        "content.exceed_cap_post",
    ),
    Role.STRATEGIST: (
        *EVERYBODY,
        *may(READS, "clients", "engagement"),
        *may(OWNS, "strategy", "strategyversion", "goal", "kpitarget", "monthlytarget"),
        *may(OWNS, "strategy", "competitor", "competitorprofile", "competitoranalysis"),
        *may(OWNS, "strategy", *STRATEGY_PARTS),
        *may(WRITES, "communities", "profile"),
        *may(OWNS, "communities", *AUDITS),
        *may(WRITES, "content", "post", "publication", "publicationplan"),
        *may(WRITES, "content", "materialrequest", "standingfact"),
        "content.add_planfile",
        *may(READS, "kpi", "call", "numberplacement", "outgoingcall", "alarmchart", "testcall"),
        *may(READS, "kpi", "deal", "promotionassessment"),
        *may("view change", "kpi", "flag"),
        *may("add", "kpi", "decision"),
        *may(WRITES, "kpi", "event", "kpireview"),
        *FIGURES,
    ),
    Role.CONTENT_MANAGER: (
        *EVERYBODY,
        *FIGURES,
        *may("change", "communities", "profile", "community"),
        *may(WRITES, "communities", "designasset", *AUDITS),
        *may(OWNS, "content", *POSTS, *MATERIAL, *QUEUES),
        "content.add_planfile",
        *may(WRITES, "content", "publicationplan", "inboxitem", "stop", "incident", "nativepost"),
        *may(OWNS, "content", "savedreply"),
        "content.approve_post",
    ),
    Role.DESIGNER: (
        *EVERYBODY,
        *may("change", "communities", "designasset"),
        *may("add", "communities", "assetversion"),
        *may("change", "content", "post"),
        *may(OWNS, "content", "postfile"),
        *may(WRITES, "content", "materialrequest", "mediaitem"),
    ),
    Role.PAID_SOCIAL: (
        *EVERYBODY,
        *may(OWNS, "promotion", *PROMOTION, "adaccountkey", *MONEY, *GIVEAWAYS),
        *may(WRITES, "promotion", "participant", "draw"),
        *may("view change", "promotion", "winner"),
        *COST_FILES,
        *may(READS, "promotion", "adfigurecorrection"),
        *may(OWNS, "kpi", "numberplacement", "deal"),
        *may(WRITES, "kpi", "event", "promotionassessment"),
        *may(READS, "kpi", "call", "testcall"),
    ),
    Role.MODERATOR: (
        *EVERYBODY,
        *may(WRITES, "kpi", "call", "calltally", "daycount", "testcall", "event"),
        *may(WRITES, "content", "inboxitem", "stop", "incident"),
        *may(OWNS, "content", "savedreply"),
        *may(READS, "promotion", "participant"),
        *may("view change", "promotion", "winner"),
    ),
}

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


def load_reference_rows(
    app_config: AppConfig, apps: Apps = global_apps, using: str = "default", **kwargs: Any
) -> None:
    """A `post_migrate` receiver; `apps` may be older than the code when migrating backwards."""
    try:
        service = apps.get_model("clients", "Service")
        group = apps.get_model("auth", "Group")
        permission = apps.get_model("auth", "Permission")
    except LookupError:
        return
    load_services(service)
    known = set(permission.objects.values_list("pk", flat=True))
    for label in OUR_APPS:
        create_permissions(global_apps.get_app_config(label), verbosity=0, using=using, apps=apps)
    load_groups(group, permission, known)


def load_services(service: Any) -> None:
    for position, (code, row) in enumerate(service_rows().items(), start=1):
        service.objects.get_or_create(code=code, defaults={"position": position * 10, **row})


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


def load_groups(group: Any, permission: Any, known: set[int]) -> None:
    """Rights for new groups, and rights that are new for old ones: `known` stood here before."""
    granted = {ROLE_GROUPS[role]: set(codes) for role, codes in ROLE_PERMISSIONS.items()}
    rights = permission.objects.filter(content_type__app_label__in=DIRECTOR_APPS)
    rights = [
        (row.pk, row.content_type.app_label, row.codename)
        for row in rights.select_related("content_type")
    ]
    for name in (DIRECTOR, *granted):
        row, is_made = group.objects.get_or_create(name=name)
        row.permissions.add(
            *(
                pk
                for pk, app, codename in rights
                if (is_made or pk not in known)
                and (name == DIRECTOR or f"{app}.{codename}" in granted[name])
            )
        )
