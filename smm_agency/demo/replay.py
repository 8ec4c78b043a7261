"""The year as it went by: the program evaluates day after day, and people answer what it says.

Evaluations, flags, their causes and tasks, the lights and the effects are the program's own work;
only what people did (approvals, decisions, tallies, a pause) is told here.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType

from clients.client_status import change_status
from clients.models import ClientStatus, Role, StatusChange, Task, TaskState
from kpi.decisions import decide
from kpi.effect import check_effects
from kpi.evaluation import evaluate
from kpi.models import CallTally, Decision, DecisionKind, Flag, FlagKind
from kpi.models.flags import LIVE_STATES
from smm_agency.demo.calls import plan_tallies
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage
from smm_agency.demo.stories import Answer
from smm_agency.demo.strategies import approve_strategy, ask_for_next, draft_strategy
from strategy.models import StrategyVersion, VersionState
from strategy.periods import days_between

# Every night lately, every few nights before: a rule judges all the days that went by.
RHYTHM = ((75, 1), (210, 3), (500, 7))
AGENCY_ZONE = zoneinfo.ZoneInfo("Europe/Moscow")
# When the next version of a strategy was sent, where the client has not answered yet.
NEXT_ASKED_DAYS_AGO = 2
# By then it is morning for all clients of the demo.
HOUR = dt.time(6)


@dataclass
class Replay:
    """All clients of the demo, day by day."""

    stages: Sequence[Stage]
    today: dt.date
    now: dt.datetime
    drafts: dict[int, StrategyVersion] = field(default_factory=dict)
    tallies: dict[dt.date, list[CallTally]] = field(default_factory=dict)

    def prepare(self) -> None:
        for stage in self.stages:
            self.drafts[stage.client.pk] = draft_strategy(stage)
            for day, tally in plan_tallies(stage).items():
                self.tallies.setdefault(day, []).append(tally)

    @property
    def days(self) -> list[dt.date]:
        first = min(stage.strategy_starts_on for stage in self.stages)
        return days_between(first, self.today)

    def run(self) -> Iterator[dt.date]:
        """Live through the days; gives each one when it is over."""
        for day in self.days:
            at = min(dt.datetime.combine(day, HOUR, tzinfo=AGENCY_ZONE), self.now)
            self._begin_strategies(day)
            if self._is_evaluated(day):
                self._work_of_the_night(day, at)
            if day < self.today:
                self._work_of_the_day(day, at + dt.timedelta(hours=6))
            yield day
        self._date_tasks()

    def _is_evaluated(self, day: dt.date) -> bool:
        ago = (self.today - day).days
        return ago % next(step for days, step in RHYTHM if ago <= days) == 0

    def _work_of_the_night(self, day: dt.date, at: dt.datetime) -> None:
        evaluate(at=at, client_ids=[stage.client.pk for stage in self.stages])
        check_effects(on=day, at=at)

    def _begin_strategies(self, day: dt.date) -> None:
        for stage in self.stages:
            if stage.story.is_strategy_approved and stage.strategy_starts_on == day:
                at = stage.moment(day - DAY, 17)
                # Why calls are not primary is a director's word.
                role = "director" if stage.story.reason else Role.STRATEGIST
                by = stage.cast.member(stage.story, role)
                approve_strategy(
                    self.drafts[stage.client.pk], stage, sent_by=by, on=day - DAY, at=at
                )

    def _work_of_the_day(self, day: dt.date, at: dt.datetime) -> None:
        for tally in self.tallies.get(day, []):
            tally.save()
        for stage in self.stages:
            ago = (self.today - day).days
            if stage.story.paused_days_ago == ago:
                self._pause(stage, at)
            if stage.story.next_cause and ago == NEXT_ASKED_DAYS_AGO:
                ask_for_next(self.drafts[stage.client.pk], stage, on=day, at=at)
        if self._is_evaluated(day):
            self._answer_flags(day, at)
            self._finish_tasks(at)

    def _pause(self, stage: Stage, at: dt.datetime) -> None:
        by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
        change = change_status(
            stage.client, to=ClientStatus.PAUSED, by=by, note="Летом и осенью групп нет."
        )
        StatusChange.objects.filter(pk=change.pk).update(changed_at=at)

    def _answer_flags(self, day: dt.date, at: dt.datetime) -> None:
        answering = {stage.client.pk: stage for stage in self.stages if stage.story.answers}
        waiting = Flag.objects.live().filter(client__in=answering, kind=FlagKind.STRATEGY)
        for flag in waiting.select_related("target"):
            stage = answering[flag.client_id]
            answer = stage.story.answer_for(flag.target.metric if flag.target else "")
            if answer is not None and self._is_ripe(answer, flag, day):
                self._decide(stage, flag, answer, day, at)

    def _is_ripe(self, answer: Answer, flag: Flag, day: dt.date) -> bool:
        ago = (self.today - day).days
        return flag.age_days(on=day) >= answer.after_days and ago <= answer.not_before

    def _decide(
        self, stage: Stage, flag: Flag, answer: Answer, day: dt.date, at: dt.datetime
    ) -> None:
        starts_on = None if answer.starts_in is None else day + DAY * answer.starts_in
        decision = decide(
            flag,
            kind=answer.kind,
            reason=answer.reason,
            by=stage.cast.member(stage.story, Role.ACCOUNT_MANAGER),
            on=day,
            check_on=day + DAY * answer.check_days,
            client_text=answer.client_text,
            publish=bool(answer.client_text),
            starts_on=starts_on,
        )
        if decision.kind == DecisionKind.CORRECT:
            self._approve_correction(stage, decision, day, at)

    def _approve_correction(
        self, stage: Stage, decision: Decision, day: dt.date, at: dt.datetime
    ) -> None:
        version = decision.next_version
        if version is not None and version.state == VersionState.DRAFT:
            by = stage.cast.member(stage.story, Role.STRATEGIST)
            approve_strategy(version, stage, sent_by=by, on=day, at=at + dt.timedelta(hours=3))

    def _finish_tasks(self, at: dt.datetime) -> None:
        """The task of a flag is done when somebody has decided, or when the flag has gone."""
        over = Flag.objects.filter(client__in=self._clients).exclude(state__in=LIVE_STATES)
        Task.objects.unfinished().filter(
            origin_type=ContentType.objects.get_for_model(Flag),
            origin_id__in=over.values("pk"),
        ).update(state=TaskState.DONE, done_at=at)

    def _date_tasks(self) -> None:
        """Tasks were written when their flags were opened, not while the demo was loaded."""
        kind = ContentType.objects.get_for_model(Flag)
        flags = Flag.objects.filter(client__in=self._clients)
        for flag_id, opened_on in flags.values_list("pk", "opened_on"):
            at = dt.datetime.combine(opened_on, HOUR, tzinfo=AGENCY_ZONE)
            Task.objects.filter(origin_type=kind, origin_id=flag_id).update(created_at=at)

    @property
    def _clients(self) -> list[int]:
        return [stage.client.pk for stage in self.stages]
