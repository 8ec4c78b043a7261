"""What a group of rights may do, by the role that brings it: as every installation starts."""

from clients.models import Role

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
    *may(READS, "clients", "blockresult", "resultmove"),
    *may(READS, "clients", "statuschange", "markingchange", "trackingnumber", "calendarfeed"),
    *may(READS, "clients", "brief", "briefanswer"),
    *may(READS, "clients", "handover"),
    *may(WRITES, "clients", "task"),
    *may(READS, "clients", "recurringtask", "tasktemplate"),
    *may(OWNS, "clients", "timeentry"),
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
        *may(READS, "clients", "changeentry"),
        *may(OWNS, "clients", "contact", "engagement", "engagementservice", "trackingnumber"),
        *may(WRITES, "clients", "teammember", "portalaccess", "blockresult"),
        *may(READS, "clients", "package", "packageservice"),
        *may(WRITES, "clients", "teammember", "portalaccess"),
        *may("view add", "clients", "archivejob"),
        *may("view change", "clients", "endingitem"),
        *may("delete", "clients", "task"),
        *may("add change", "clients", "brief", "briefanswer"),
        *may(OWNS, "clients", "recurringtask"),
        *may("view delete", "clients", "mailrefusal"),
        # Without their sums, which `see_fees` shows.
        *may(OWNS, "clients", "paper"),
        *may(READS, "clients", "datawaiver"),
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
        *may("add change", "clients", "brief", "briefanswer"),
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
    # Of their own tasks and posts alone, whatever stands here: `clients.models.scoping`.
    Role.CONTRACTOR: (
        *may("view change", "clients", "task"),
        *may("view change", "content", "post"),
        *may(OWNS, "content", "postfile"),
        *may(READS, "content", "publication", "postversion"),
        *may("view add", "content", "postcomment"),
        *may(READS, "communities", "clientfile"),
        *may(OWNS, "clients", "timeentry"),
        *may(READS, "content", *POSTS),
    ),
}
