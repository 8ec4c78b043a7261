"""The audits of the demo: one that led to a redesign and was repeated, and one in work."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.utils import translation

from clients.models import Role, Task, TaskState
from communities.audit_writing import keep_measured
from communities.audits import show_audit, start_audit, start_reaudit
from communities.models import Audit, Profile
from communities.redesign import finish_redesign, start_redesign
from kpi.audit_figures import read_figures
from kpi.audit_prefill import measured_of
from kpi.audit_report import finish_with_report
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage

AUDITED, IN_WORK = "clinic", "car-service"
AUDITED_DAYS_AGO, REPEATED_DAYS_AGO, BEGUN_DAYS_AGO = 84, 9, 1
TASKS_DONE_DAYS_AGO = 20
JUDGED_OF_DRAFT = 31


class Finding(NamedTuple):
    """What was wrong at first; `after` is the score of the re-audit."""

    score: int
    priority: str
    finding: str
    recommendation: str
    evidence: str
    role: str = Role.CONTENT_MANAGER
    after: int = 2


FINDINGS: Mapping[str, Finding] = {
    "phone": Finding(
        0, "now", "На странице городской номер клиники: звонки из сообщества не считаются.",
        "Поставить номер коллтрекинга сообщества.", "Блок «Контакты», снимок экрана.",
        Role.ACCOUNT_MANAGER,
    ),
    "pinned": Finding(
        0, "now", "Закреплён пост об акции, которая закончилась весной.",
        "Закрепить пост «С чего начать»: врачи, цены, запись.", "Первый экран страницы.",
    ),
    "cover-mobile": Finding(
        0, "month", "На телефоне обложка обрезана: не видно телефона и адреса.",
        "Перерисовать обложку по безопасной зоне, добавить живую.", "Снимки с двух телефонов.",
        Role.DESIGNER,
    ),
    "menu": Finding(
        1, "month", "В меню две кнопки из четырёх ведут на удалённые страницы.",
        "Собрать меню: цены, врачи, отзывы, запись.", "Кнопки «Акции» и «Вопрос врачу».",
        Role.DESIGNER,
    ),
    "description": Finding(
        1, "now", "В описании нет района и часов приёма.",
        "Первые две строки: что лечим, где, до скольки.", "Описание страницы.",
    ),
    "faq": Finding(
        0, "month", "На вопросы о цене отвечают только в личных сообщениях.",
        "Собрать ответы на десять частых вопросов в статью.", "Обсуждения, 12 вопросов за месяц.",
    ),
    "contacts-block": Finding(
        1, "now", "В контактах – сотрудница, которая уволилась.",
        "Оставить администратора и главного врача.", "Блок «Контакты».", Role.ACCOUNT_MANAGER,
    ),
    "template": Finding(
        1, "quarter", "Рубрики неотличимы: один шаблон на всё.",
        "Три шаблона: «Доктор отвечает», «Было и стало», новости.", "Лента за месяц.",
        Role.DESIGNER,
    ),
    "post-action": Finding(
        1, "month", "В половине продающих постов нет ни номера, ни ссылки.",
        "В каждом продающем посте одно действие – позвонить.", "6 из 12 продающих постов.",
    ),
    "gaps": Finding(
        1, "month", "Паузы приходятся на выходные, когда пациенты выбирают клинику.",
        "Ставить отложенные посты на субботу и воскресенье.", "Лента за месяц.", after=1,
    ),
    "ugc": Finding(
        0, "quarter", "Отзывов пациентов с фото нет с прошлого года.",
        "Просить отзыв после приёма, лучшие – в ленту с согласия.", "Поиск по отметкам.", after=1,
    ),
    "retargeting": Finding(
        0, "quarter", "Посетителей сайта не возвращают.",
        "Поставить пиксель и собрать аудиторию «были на странице цен».", "Рекламный кабинет.",
        Role.PAID_SOCIAL, after=1,
    ),
    "recovery": Finding(
        0, "now", "У владельца нет входа в два шага.",
        "Включить вход в два шага, записать резервные коды у клиента.", "Слова клиента.",
        Role.ACCOUNT_MANAGER,
    ),
}  # fmt: skip
# What the clinic does not have.
NOT_APPLICABLE: Mapping[str, str] = {
    "products": "Услуги медицинские: цены – в статье и на сайте.",
    "giveaways": "Розыгрыши клиника не проводит.",
    "vk-registration": "Меньше 10 000 подписчиков.",
}
VERDICT = (
    "Страница живая и полезная, но звонить с неё неудобно: номер чужой, закреплённый пост устарел,"
    " ответы на вопросы о цене спрятаны. Сначала – контакты и закреплённый пост, за месяц –"
    " обложка, меню и ответы на вопросы."
)
VERDICT_AFTER = (
    "Звонить теперь удобно: номер, меню и закреплённый пост на месте, обложка видна на телефоне."
    " Осталось наладить выходные, отзывы пациентов и возврат посетителей сайта."
)


def write_audits(stages: list[Stage]) -> None:
    for stage in stages:
        page = next((row.profile for row in stage.own if row.page.network == "vk"), None)
        if page is not None and stage.story.key == AUDITED:
            _write_redesign(stage, page)
        if page is not None and stage.story.key == IN_WORK:
            _write_draft(stage, page)


def _write_redesign(stage: Stage, page: Profile) -> None:
    strategist = stage.cast.member(stage.story, Role.STRATEGIST)
    day = stage.today - DAY * AUDITED_DAYS_AGO
    first = start_audit(page, by=strategist, on=day)
    _judge(stage, first, is_after=False)
    _finish(stage, first, VERDICT, on=day)
    findings = first.scores.filter(score__lt=2).values_list("pk", flat=True)
    redesign = start_redesign(
        first, set(findings), title="Редизайн под первичный приём", by=strategist, on=day
    )
    _finish_tasks(stage, first, on=day)
    day = stage.today - DAY * REPEATED_DAYS_AGO
    again = start_reaudit(first, by=strategist, on=day)
    _judge(stage, again, is_after=True)
    _finish(stage, again, VERDICT_AFTER, on=day)
    finish_redesign(redesign, by=strategist, on=day, at=stage.moment(day, 18))


def _write_draft(stage: Stage, page: Profile) -> None:
    day = stage.today - DAY * BEGUN_DAYS_AGO
    audit = start_audit(page, by=stage.cast.member(stage.story, Role.STRATEGIST), on=day)
    _measure(audit, at=stage.moment(day, 11))
    rows = list(audit.scores.all()[:JUDGED_OF_DRAFT])
    for row in rows:
        row.score = 2
    audit.scores.model.objects.bulk_update(rows, ["score"])


def _measure(audit: Audit, *, at: dt.datetime) -> None:
    """What is measured only: nobody asks a network while the demo is loaded."""
    with translation.override(audit.client.language):
        found = measured_of(read_figures(audit, at=at))
    keep_measured(audit, found)


def _judge(stage: Stage, audit: Audit, *, is_after: bool) -> None:
    _measure(audit, at=stage.moment(audit.conducted_on, 11))
    rows = list(audit.scores.all())
    for row in rows:
        row.is_not_applicable = row.code in NOT_APPLICABLE
        row.reason = NOT_APPLICABLE.get(row.code, "")
        row.score = None if row.is_not_applicable else 2
        found = FINDINGS.get(row.code)
        if found is None:
            continue
        row.score = found.after if is_after else found.score
        if row.score < 2:
            row.finding, row.recommendation = found.finding, found.recommendation
            row.evidence, row.priority = found.evidence, found.priority
            row.owner = stage.cast.member(stage.story, found.role)
        else:
            row.evidence = f"Сделано: {found.recommendation}"
    audit.scores.model.objects.bulk_update(
        rows,
        ["score", "is_not_applicable", "reason", "finding", "recommendation", "evidence",
         "priority", "owner"],
    )  # fmt: skip


def _finish(stage: Stage, audit: Audit, verdict: str, *, on: dt.date) -> None:
    by = audit.conducted_by
    if by is None:
        raise ValueError("An audit of the demo has nobody who conducts it.")
    audit.verdict = verdict
    audit.save(update_fields=["verdict"])
    report = finish_with_report(audit, by=by, on=on, at=stage.moment(on, 17))
    show_audit(report.audit, is_shown=True, by=by, on=on)
    audit.refresh_from_db()


def _finish_tasks(stage: Stage, audit: Audit, *, on: dt.date) -> None:
    tasks = Task.objects.filter(audit_scores__audit=audit)
    done = stage.moment(stage.today - DAY * TASKS_DONE_DAYS_AGO, 16)
    Task.objects.filter(pk__in=tasks.values("pk")).update(
        created_at=stage.moment(on, 17), state=TaskState.DONE, done_at=done
    )
