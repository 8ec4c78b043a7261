"""The rules of diagnosis that an installation starts with; a start never resets an edit.

In the order in which causes are shown. The first that names a block says what is to be corrected;
one that names none (a side only, or a block that its facts happen to name) says it only where it
explains that first one, or where there is no other. The steps of the funnel stand in their order,
so that the first one that fell comes first.
"""

from typing import Any, NamedTuple

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from clients.models import Block, Side
from kpi.diagnosis.conditions import read_lines
from kpi.diagnosis.sources import SOURCES


class Rule(NamedTuple):
    """Where block or side is blank, it is what the facts say, if they say it.

    `explains` are the codes of rules with a block behind which this cause stands, on one line.
    """

    code: str
    fact: str
    conditions: str
    block: str
    side: str
    sentence_en: str
    sentence_ru: str
    explains: str = ""


# The steps before the calls stand as they stood, as far as they are measured.
STEADY_VIEWS = "views_week >= 0.7 * views_week_before or unknown"
STEADY_ER = "er >= 0.8 * er_before or unknown"
STEADY_MARKET = "market >= 0.8 * market_before or unknown"
# What is late by a few days does not move calls that are counted over weeks.
LATE_A_WEEK = "days_late >= 7"
RULES: tuple[Rule, ...] = (
    Rule(
        "number_silent",
        "number_silent",
        # P(no call | 3 expected) is 5 %.
        "expected >= 3",
        "",
        "",
        "The number %(number)s has brought no calls since %(since)s; it used to bring them.",
        "По номеру %(number)s нет звонков с %(since)s, а раньше они были.",
    ),
    Rule(
        "missed_calls",
        "missed_calls",
        "missed >= 3\nshare >= 0.2\nshare >= 1.5 * before_share or unknown",
        "",
        "",
        "%(share)s of the calls were missed: %(missed)s of %(total)s. Before it was"
        " %(before_share)s.",
        "Пропущено %(share)s звонков: %(missed)s из %(total)s. Раньше было %(before_share)s.",
        # Who was not answered does not call again.
        explains="contact_fell",
    ),
    Rule(
        "materials_overdue",
        "late_of_client",
        LATE_A_WEEK,
        "",
        Side.CLIENT,
        "Overdue on the client's side: %(tasks)s (the oldest since %(oldest)s).",
        "Просрочено на стороне клиента: %(tasks)s (самое старое — с %(oldest)s).",
        # Without materials fewer posts, or weaker ones, go out.
        explains="fewer_posts reach_fell er_fell",
    ),
    Rule(
        "agency_overdue",
        "late_of_agency",
        LATE_A_WEEK,
        "",
        Side.AGENCY,
        "Overdue tasks of the agency: %(tasks)s (the oldest since %(oldest)s).",
        "Просроченные задачи агентства: %(tasks)s (самая старая — с %(oldest)s).",
    ),
    Rule(
        "stopped",
        "stops",
        "stopped_days >= 3",
        "",
        "",
        "Publications were stopped on %(stopped_days)s days (since %(stopped_since)s):"
        " %(stop_reason)s",
        "Публикации были остановлены %(stopped_days)s дн. (с %(stopped_since)s): %(stop_reason)s",
        explains="fewer_posts reach_fell er_fell",
    ),
    Rule(
        "posts_late",
        "posts_late",
        "planned_posts >= 5\non_time_share < 0.8",
        "",
        Side.AGENCY,
        "Publications that did not go out on time: %(late_posts)s of %(planned_posts)s.",
        "Вышло не вовремя или не вышло публикаций: %(late_posts)s из %(planned_posts)s.",
        explains="fewer_posts reach_fell er_fell",
    ),
    Rule(
        "replies_late",
        "replies_late",
        "due_replies >= 5\nin_time_share < 0.9",
        "",
        Side.AGENCY,
        "Replies later than was promised: %(late_replies)s of %(due_replies)s.",
        "Ответы позже обещанного: %(late_replies)s из %(due_replies)s.",
        # Who asks and is not answered does not call.
        explains="contact_fell",
    ),
    Rule(
        "fewer_posts",
        "posts",
        "before_posts >= 6\nposts_week < 0.7 * before_week",
        Block.MANAGEMENT,
        Side.AGENCY,
        "Posts a week: %(posts_week)s, in the 90 days before: %(before_week)s.",
        "Публикаций в неделю: %(posts_week)s, за 90 дней до этого — %(before_week)s.",
    ),
    Rule(
        "reach_fell",
        "funnel",
        "views_week < 0.7 * views_week_before",
        Block.MANAGEMENT,
        Side.AGENCY,
        "Posts are seen less: %(views_week)s views a week, before it was %(views_week_before)s.",
        "Публикации видят реже: %(views_week)s просмотров в неделю, раньше было"
        " %(views_week_before)s.",
    ),
    Rule(
        "er_fell",
        "funnel",
        f"er < 0.8 * er_before\n{STEADY_MARKET}",
        Block.MANAGEMENT,
        Side.AGENCY,
        "The engagement rate fell from %(er_before)s to %(er)s (ER post), the competitors' did"
        " not.",
        "Вовлечённость упала с %(er_before)s до %(er)s (ER post), у конкурентов — нет.",
    ),
    Rule(
        "ads_unread",
        "accounts_unread",
        "unread_accounts >= 1",
        "",
        Side.AGENCY,
        "Ad accounts that are not read: %(unread_accounts)s (%(unread_account)s, read until"
        " %(unread_since)s). What was spent and brought there is not known.",
        "Рекламные кабинеты не читаются: %(unread_accounts)s (%(unread_account)s, прочитан до"
        " %(unread_since)s). Что там потрачено и получено, неизвестно.",
    ),
    Rule(
        "budget_spent",
        "budgets_spent",
        "spent_campaigns >= 1",
        Block.PROMOTION,
        "",
        "The budget of the campaign “%(spent_campaign)s” is spent (%(spent_share)s), the last money"
        " on %(last_spent_on)s: it stands without money.",
        "Бюджет кампании «%(spent_campaign)s» израсходован (%(spent_share)s), последний расход —"
        " %(last_spent_on)s: она стоит без денег.",
    ),
    Rule(
        "campaign_over",
        "campaigns_over",
        "ended_campaigns >= 1",
        Block.PROMOTION,
        Side.AGENCY,
        "Campaigns that were paused or ended: %(ended_campaigns)s (since %(ended_since)s,"
        " “%(ended_campaign)s”).",
        "Кампании на паузе или завершены: %(ended_campaigns)s (с %(ended_since)s,"
        " «%(ended_campaign)s»).",
    ),
    Rule(
        "spend_fell",
        "spend",
        "spend_week <= 0.5 * spend_week_before\nspend_week_before > 0",
        Block.PROMOTION,
        Side.AGENCY,
        "Less is spent on advertising: %(spend_week)s %(spend_currency)s a week, in the 90 days"
        " before %(spend_week_before)s.",
        "На рекламу тратят меньше: %(spend_week)s %(spend_currency)s в неделю, за 90 дней до"
        " этого — %(spend_week_before)s.",
    ),
    Rule(
        "placement_removed",
        "placements_removed",
        "removed_placements >= 1",
        Block.PROMOTION,
        "",
        "Placements that were taken down early: %(removed_placements)s (“%(removed_placement)s” on"
        " %(removed_on)s).",
        "Размещения сняты раньше срока: %(removed_placements)s («%(removed_placement)s» —"
        " %(removed_on)s).",
    ),
    Rule(
        "no_campaign",
        "no_campaign",
        "idle_days >= 7",
        Block.PROMOTION,
        Side.AGENCY,
        "The plan has money for promotion, and no campaign ran on %(idle_days)s days (since"
        " %(idle_since)s).",
        "В плане есть деньги на продвижение, а кампаний не было %(idle_days)s дн. (с"
        " %(idle_since)s).",
    ),
    Rule(
        "followers_fell",
        "funnel",
        "net_share <= -0.01",
        Block.PROMOTION,
        Side.AGENCY,
        "The communities lost members: %(net)s of %(start)s.",
        "Сообщества теряют участников: %(net)s из %(start)s.",
    ),
    Rule(
        "growth_fell",
        "funnel",
        "net_share > -0.01\ngrowth_before > 0.005\ngrowth < 0.5 * growth_before",
        Block.PROMOTION,
        Side.AGENCY,
        "Subscribers come slower: %(growth)s a month, before it was %(growth_before)s.",
        "Подписчики прибывают медленнее: %(growth)s в месяц, раньше — %(growth_before)s.",
    ),
    Rule(
        "contact_fell",
        "funnel",
        "contact < 0.7 * contact_before\nnet_share > -0.01 or unknown\n"
        f"{STEADY_VIEWS}\n{STEADY_ER}",
        Block.STRATEGY,
        Side.AGENCY,
        "The audience is there and calls less: %(contact)s a month from 1,000 subscribers, before"
        " it was %(contact_before)s. The offer and the calls to action are to be looked at.",
        "Аудитория на месте, но звонит реже: %(contact)s в месяц на 1 000 подписчиков, раньше"
        " %(contact_before)s. Пересмотрите предложение и призывы к действию.",
    ),
    Rule(
        "market_fell",
        "funnel",
        "market < 0.8 * market_before",
        "",
        "",
        "Competitors' posts find less response too: %(market)s reactions to a post in the middle,"
        " before it was %(market_before)s.",
        "Публикации конкурентов тоже вызывают меньше отклика: медиана %(market)s реакций на"
        " публикацию, раньше — %(market_before)s.",
    ),
    Rule(
        "event",
        "events",
        "",
        "",
        "",
        "Recorded for these days: %(title)s (since %(since)s).",
        "На эти дни записано событие: %(title)s (с %(since)s).",
    ),
)


def fields_of(rule: Rule, position: int) -> dict[str, Any]:
    """A reference row as the fields of its model."""
    facts = SOURCES[rule.fact].numbers
    conditions = read_lines(rule.conditions, facts=facts)
    return rule._asdict() | {
        "conditions": conditions,
        "explains": rule.explains.split(),
        "position": position,
    }


def load_cause_rules(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: rows by code, made once; staff may edit them as they like."""
    try:
        rule_model: Any = apps.get_model("kpi", "CauseRule")
    except LookupError:
        return
    known = set(rule_model.objects.values_list("code", flat=True))
    rule_model.objects.bulk_create(
        rule_model(**fields_of(rule, position))
        for position, rule in enumerate(RULES, start=1)
        if rule.code not in known
    )
