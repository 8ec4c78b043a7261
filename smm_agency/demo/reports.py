"""Monthly reports of the demo: the months were reviewed, and the reports went out or wait.

The clinic has got two reports and the shop one; the café's waits for a person, and the car
service's for its review, which nobody has held.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils import translation

from clients.models import Letter, Role, User
from kpi.models import KpiReview, Report
from kpi.report_months import days_of, month_before
from kpi.reports import approve_report, digest_of, make_report, send_report
from kpi.reviews import add_due_review, close_review, publish_review
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage
from strategy.periods import month_of


class Said(NamedTuple):
    """What the people said of a month, and how far its report got."""

    learnt: str
    changes: str
    to_client: str
    is_sent: bool = True


# By story: of the last month first, then of the month before.
SAID: Mapping[str, Sequence[Said]] = {
    "clinic": (
        Said(
            "Пропущенные звонки съедали половину обращений: люди звонят после шести вечера.",
            "Приём звонков до восьми; посты с номером — по вторникам и четвергам вечером.",
            "Звонков из сообщества стало больше после того, как вечером стали отвечать. Дальше"
            " ставим посты с номером на вечер буднего дня и следим за пропущенными.",
        ),
        Said(
            "Посты с историями пациентов обсуждают втрое чаще, чем акции.",
            "Две истории в неделю вместо одной; акции — только по пятницам.",
            "Лучше всего сработали истории пациентов. Мы удвоили их число и убрали лишние акции.",
        ),
    ),
    "shop": (
        Said(
            "Заказы приходят из постов с ценой в первой строке.",
            "Цена в первой строке каждого поста о товаре.",
            "Посты с ценой дают больше заказов, поэтому теперь цена стоит в первой строке.",
        ),
    ),
    "cafe": (
        Said(
            "Завтраки вечером не читают, а утром звонят сразу.",
            "Посты о завтраках — в восемь утра.",
            "Перенесли посты о завтраках на утро: в это время по ним звонят.",
            is_sent=False,
        ),
    ),
}


def write_reports(stages: Sequence[Stage]) -> None:
    for stage in stages:
        month = month_of(stage.today)
        with translation.override(stage.client.language):
            for said in SAID.get(stage.story.key, ()):
                month = month_before(month)
                write_report(stage, month, said)


def write_report(stage: Stage, month: dt.date, said: Said) -> None:
    """The review on the third day after the month, the report on the fifth; not after today."""
    by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    last = days_of(month).last
    if last >= stage.today:
        return
    review = hold_review(stage, last, said, by=by)
    if review is None:
        return
    at = stage.moment(min(last + DAY * 5, stage.today), 10)
    report = make_report(stage.client, month, by=by, at=at)
    if said.is_sent:
        send(report, by=by, at=at + dt.timedelta(hours=2))


def hold_review(stage: Stage, last: dt.date, said: Said, *, by: User) -> KpiReview | None:
    add_due_review(stage.engagement, at=stage.moment(last + DAY, 6))
    rows = KpiReview.objects.waiting().filter(engagement=stage.engagement, ends_on=last)
    review = rows.first()
    if review is None:
        return None
    at = stage.moment(min(last + DAY * 3, stage.today), 11)
    closed = close_review(review, learnt=said.learnt, changes=said.changes, by=by, at=at)
    return publish_review(closed, client_text=said.to_client, by=by)


def send(report: Report, *, by: User, at: dt.datetime) -> None:
    """As it went out on that day: its letters do not go out once more."""
    ready = approve_report(report, by=by, at=at, seen=digest_of(report))
    sent = send_report(ready, by=by, at=at, seen=digest_of(ready))
    letters = Letter.objects.filter(pk__in=sent.deliveries.values("letter"))
    letters.update(sent_at=at, attempts=1)
