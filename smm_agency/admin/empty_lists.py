"""What an empty list of the admin says: what comes here, and what to do for it to come."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EMPTY: Mapping[str, Promise] = MappingProxyType(
    {
        "clients.client": gettext_lazy(
            "Add a client first; if you work for one already, ask its account manager to add you to"
            " the team."
        ),
        "clients.engagement": gettext_lazy(
            "An engagement is what was agreed with a client: add it with its services, then the"
            " order of work appears on the client's page."
        ),
        "clients.paper": gettext_lazy(
            "Add the contract and the data-processing instruction first; invoices and acts follow"
            " month by month."
        ),
        "clients.service": gettext_lazy("Add the works that the agency sells, by block."),
        "clients.task": gettext_lazy(
            "Nothing waits for anybody. The program adds tasks by itself (reviews, approvals,"
            " materials); add your own as well."
        ),
        "clients.tasktemplate": gettext_lazy(
            "Without templates no engagement can be started: add the tasks that one begins with."
        ),
        "clients.recurringtask": gettext_lazy(
            "Add what has to be done again and again: each time the program makes a task of it. The"
            " start of an engagement adds the monthly test call."
        ),
        "clients.trackingnumber": gettext_lazy(
            "Without a number of its own a community's calls cannot be proven: add one and say"
            " where it stands."
        ),
        "clients.letter": gettext_lazy(
            "Letters to people stand here as they are written, with what became of them."
        ),
        "clients.mailrefusal": gettext_lazy(
            "Nobody has switched letters off. Who does so by the link in a letter stands here;"
            " delete the row when they want such letters again."
        ),
        "communities.community": gettext_lazy(
            "Add the client's page in “Profiles” as its own, or create a community from the"
            " client's page."
        ),
        "communities.checklistitem": gettext_lazy(
            "A set-up list comes with each new community: add a community."
        ),
        "communities.profile": gettext_lazy(
            "Add the pages that are measured: the client's own, its competitors', publishers'."
        ),
        "communities.designasset": gettext_lazy(
            "The pictures that a network asks for come with each new community; add others here."
        ),
        "communities.wallpost": gettext_lazy(
            "Posts come by themselves once a page is read: check its access key, or import a file"
            " of figures."
        ),
        "communities.audit": gettext_lazy(
            "Start an audit from a community's page or here: what is known is filled in."
        ),
        "communities.accesskey": gettext_lazy(
            "A key lets the program read and publish: add the community's, or the agency's own."
        ),
        "communities.accessgrant": gettext_lazy(
            "Write down who has access to which page and since when; who leaves is found here."
        ),
        "strategy.strategyversion": gettext_lazy(
            "The strategy sets the KPI: add the first version of a client and send it for approval."
        ),
        "strategy.kpitarget": gettext_lazy(
            "Targets stand in a version of the strategy: open its draft and add them by month."
        ),
        "strategy.competitor": gettext_lazy(
            "Competitors have to be analysed before a strategy is approved: add at least two."
        ),
        "content.post": gettext_lazy(
            "Write the first post, plan a month from the grid of the strategy, or import a plan."
        ),
        "content.publicationplan": gettext_lazy(
            "Plan a month: the grid of the approved strategy becomes posts with days and times."
        ),
        "content.publication": gettext_lazy(
            "A publication is a post in a community at a time: give a post its communities."
        ),
        "content.nativepost": gettext_lazy(
            "All that stands on the walls is ours or classified. New posts that others made on the"
            " pages come here by themselves."
        ),
        "content.monthclose": gettext_lazy(
            "A month stands here once it is closed on the plan's page."
        ),
        "content.recurringpost": gettext_lazy(
            "What goes out again and again (a price list, a greeting) is written here once."
        ),
        "content.postingslot": gettext_lazy(
            "Slots are the usual times of a community: a post is put into the next free one."
        ),
        "content.planfile": gettext_lazy(
            "Import a plan that was made in a table: take the template above, or your own columns."
        ),
        "content.materialrequest": gettext_lazy(
            "Ask the client for photos, texts or facts: the letter has a link by which they come."
        ),
        "content.mediaitem": gettext_lazy(
            "Add pictures and videos with their rights; a post takes them from here."
        ),
        "content.standingfact": gettext_lazy(
            "Prices, addresses and hours that posts rely on: write them with the day until which"
            " they hold."
        ),
        "content.contentterms": gettext_lazy(
            "Say who approves posts and until when: the approval follows these terms."
        ),
        "content.inboxitem": gettext_lazy(
            "Nobody waits for a reply. Comments and messages come by themselves where a community's"
            " key may read them."
        ),
        "content.incident": gettext_lazy(
            "Quiet. A wave of negative comments becomes an incident by itself; start one from the"
            " inbox as well."
        ),
        "content.stop": gettext_lazy("Nothing is stopped: everything goes out as planned."),
        "content.savedreply": gettext_lazy(
            "Write the answers that are given again and again: the inbox has them one click away."
        ),
        "promotion.campaign": gettext_lazy(
            "Start a campaign with its goal, its budget and the plan by KPI."
        ),
        "promotion.placement": gettext_lazy(
            "A seeding or another bought post: add it to a campaign with its page, price and day."
        ),
        "promotion.budgetalert": gettext_lazy("Money goes as planned: no alert was raised."),
        "promotion.cost": gettext_lazy(
            "Enter what was spent outside ad accounts, or import a file of costs."
        ),
        "promotion.channelbudget": gettext_lazy(
            "Give each channel its money by month: then plan and fact are compared."
        ),
        "promotion.creative": gettext_lazy("Add the pictures and texts of a campaign's ads."),
        "promotion.adaccount": gettext_lazy(
            "Connect an ad account: its costs and results are then read every day."
        ),
        "promotion.adfigure": gettext_lazy(
            "Figures come by themselves once an ad account is connected, or with a file of costs."
        ),
        "promotion.publishercard": gettext_lazy(
            "Add the pages where seeding is bought, with their prices."
        ),
        "promotion.promoaction": gettext_lazy("Plan a giveaway or another action with its prizes."),
        "kpi.promotionassessment": gettext_lazy(
            "At the end of a month assess what promotion brought: the figures are filled in."
        ),
        "kpi.deal": gettext_lazy(
            "If the client tells what calls became, enter the deals: then the return is counted."
        ),
        "kpi.call": gettext_lazy(
            "Connect call tracking, import a file of calls, or type them in: without calls the main"
            " KPI is not measured."
        ),
        "kpi.calltally": gettext_lazy(
            "Where nobody tracks single calls, enter how many came in a week."
        ),
        "kpi.daycount": gettext_lazy(
            "Enter messages, forms, orders or bookings by day, where the strategy counts them."
        ),
        "kpi.callimport": gettext_lazy("Import a file of calls; its columns are remembered."),
        "kpi.numberplacement": gettext_lazy(
            "Say where and since when each tracking number stands: a call is then the community's."
        ),
        "kpi.testcall": gettext_lazy(
            "Call each number once a month and write down what happened: a dead one is found so."
        ),
        "kpi.callconnection": gettext_lazy(
            "Connect the call tracking of a client: its calls then come in by themselves."
        ),
        "kpi.evaluation": gettext_lazy(
            "Targets are evaluated every night once a strategy is approved."
        ),
        "kpi.flag": gettext_lazy(
            "No flag waits: the KPI are within what chance explains, or are not measured yet."
        ),
        "kpi.decision": gettext_lazy("Decisions are made on the page of a flag."),
        "kpi.kpireview": gettext_lazy(
            "Reviews come by the rhythm of the engagement; without a review no report is sent."
        ),
        "kpi.event": gettext_lazy(
            "Record what moves the numbers and is not the strategy: a giveaway, a price, an outage."
        ),
        "kpi.fileimport": gettext_lazy(
            "Import the statistics of pages that the networks do not tell the program."
        ),
        "kpi.profilesnapshot": gettext_lazy(
            "Pages are read every day: check the access key, or import a file of figures."
        ),
        "kpi.postsnapshot": gettext_lazy(
            "Posts are read by themselves once their page is: check its access key."
        ),
    }
)  # fmt: skip


def empty_words(changelist: Any, *, may_add: bool) -> str:
    """What to do where a list shows no row."""
    if changelist.query or getattr(changelist, "has_active_filters", False):
        return _("Nothing matches the search and the filters: reset them to see all.")
    words = EMPTY.get(changelist.opts.label_lower)
    if words is not None:
        return str(words)
    if may_add:
        return _("Add the first one by the button.")
    return _("Rows come here by themselves, as the program works: there is nothing to do.")
