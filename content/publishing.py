"""Publishing: whatever is due goes out once, on time, and fair between keys.

One loop does all that concerns the database; threads do nothing but the calls. So forty calls may
be under way on one connection to the database, and what a call waits for (the network, the turn of
its key in the rate limit) holds up neither the loop nor another key:

- of one key only so many publications are claimed at a time as its limit keeps busy (`lanes`), so
  nothing is claimed to wait; a key with hundreds due leaves the threads to the others;
- threads, not more processes, because a call is waiting and little else, and all of them share one
  view of what each key has under way; a second process may run the same loop at the same time (the
  rows are claimed under SKIP LOCKED), and does at each change of the minute.

Celery wakes the loop each minute, and it works until the next one takes over: what is due leaves
within a blink of its second.
"""

import datetime as dt
import logging
import math
import queue
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import Error, close_old_connections
from django.utils import timezone

from communities.keys import token_of
from communities.models import AccessKey
from communities.networks.outcomes import Kind, Outcome
from communities.networks.publishing import Published
from communities.networks.rate_limit import windows
from communities.posting_keys import needed_for
from content import reaping
from content.claiming import claim, find_due
from content.finishing import finish_sent
from content.models import Publication, PublicationState
from content.publishing_keys import choose_key, keys_of, no_key
from content.quiet_checks import QuietChecks
from content.sending import Sending, prepare, start
from content.sent_outcomes import fail, take_outcome
from content.sorting import set_aside

logger = logging.getLogger(__name__)

# Below the hundred connections that one HTTP client keeps open.
CALLS_AT_ONCE = 96
# What a usual call takes: so many calls are under way where a key's limit is used up to the full.
USUAL_CALL = 0.25
# How often the rows are asked for what is due: the lateness that nobody notices.
TICK = 0.2
REAP_EVERY = 5.0
# Between two posts on one page, in seconds: Telegram takes one a second there.
PAGE_REST = 1.0
# A moment for the database to come back, and how often an answer is stored anew.
AFTER_FAILURE, STORE_TRIES = 0.5, 4
# How long calls are gathered, to be claimed and written down together: one a time costs more.
PACE = 0.04
# Those that are out get their row of the wall in small lots, not to hold up the sending.
TIDY_EVERY, TIDIED = 1.0, 10
# Claimed, read and written down together.
BATCH = 32
# Files of the calls under way are held in memory: so many bytes of them, or one post's.
MOST_FILE_BYTES = 256 * 1024 * 1024

Clock = Callable[[], dt.datetime]


def publish_due(*, at: dt.datetime, calls_at_once: int = CALLS_AT_ONCE) -> int:
    """Send all that is due at `at`; how many calls were made. For tests and for a person's wish."""
    began = time.monotonic()

    def clock() -> dt.datetime:
        return at + dt.timedelta(seconds=time.monotonic() - began)

    return Loop(clock, calls_at_once=calls_at_once).run(None)


def publish_for(seconds: float, *, calls_at_once: int = CALLS_AT_ONCE) -> int:
    """Send what becomes due within so many seconds, each at its time."""
    return Loop(timezone.now, calls_at_once=calls_at_once).run(seconds)


class Loop:
    """One worker's hands: what it has found due, and the calls that are under way."""

    def __init__(self, clock: Clock, *, calls_at_once: int) -> None:
        self.clock = clock
        self.most = calls_at_once
        self.done: queue.SimpleQueue[tuple[Sending, Outcome[Published]]] = queue.SimpleQueue()
        self.under_way: Counter[int] = Counter()
        self.file_bytes = 0
        # Until when a page is left alone.
        self.pages: dict[int, float] = {}
        self.lanes: dict[int, int] = {}
        self.waiting: list[tuple[Publication, AccessKey]] = []
        self.seen: set[int] = set()
        self.is_dry = self.is_until_dry = False
        self.looked_at = self.began_at = self.tidied_at = self.reaped_at = -math.inf
        self.checks = QuietChecks()
        self.calls = 0

    def run(self, seconds: float | None) -> int:
        """Until the time is over (None: until nothing is due) and no call is under way any more."""
        self.is_until_dry = seconds is None
        until = math.inf if seconds is None else time.monotonic() + seconds
        with ThreadPoolExecutor(self.most, thread_name_prefix="publish") as self.threads:
            while not self.is_over(until):
                if time.monotonic() < until:
                    self.begin_safely()
                self.take_answers(wait=PACE if self.waiting else TICK)
                self.tidy()
                self.check_in_quiet()
        finish_sent(at=self.clock())
        return self.calls

    def is_over(self, until: float) -> bool:
        if self.under_way:
            return False
        return self.is_dry if self.is_until_dry else time.monotonic() >= until

    # --- What is due -----------------------------------------------------------------------------

    def begin_safely(self) -> None:
        """Whatever fails here is tried again: what is under way must not be lost with it."""
        try:
            self.look()
            self.begin()
        except Exception:
            if self.is_until_dry:
                raise
            logger.exception("Nothing could be begun.")
            close_old_connections()
            time.sleep(AFTER_FAILURE)

    def begin(self) -> None:
        """Start the next calls that there is room for, several at a time."""
        if time.monotonic() - self.began_at < PACE:
            return
        self.began_at = time.monotonic()
        chosen = self.choose()
        if not chosen:
            return
        keys = {row.pk: key for row, key in chosen}
        held = claim(keys, at=self.clock())
        ready = prepare(held, keys, at=self.clock(), is_fit=self.checks.is_fit)
        started = start(ready, at=self.clock())
        for sending in started:
            self.under_way[sending.ready.key.pk] += 1
            self.file_bytes += file_bytes(sending)
            self.pages[sending.ready.row.community_id] = math.inf
            self.threads.submit(self.call, sending)
        self.calls += len(started)

    def look(self) -> None:
        """Ask the rows again; with many known, not at each turn."""
        pause = 5 * TICK if self.waiting else TICK
        if time.monotonic() - self.looked_at < pause:
            return
        if time.monotonic() - self.reaped_at >= REAP_EVERY:
            reaping.reap(at=self.clock())
            self.reaped_at = time.monotonic()
        rows = find_due(at=self.clock())
        keys = keys_of(row.client_id for row in rows)
        self.lanes = {key.pk: lanes(key) for key in keys}
        self.waiting = [(row, key) for row in rows if (key := self.key_for(row, keys)) is not None]
        ids = {row.pk for row in rows}
        self.is_dry = not self.waiting and ids == self.seen
        self.seen = ids
        self.looked_at = time.monotonic()

    def key_for(self, row: Publication, keys: list[AccessKey]) -> AccessKey | None:
        """None where it is not to be sent; one broken row keeps no other waiting."""
        try:
            if set_aside(row, is_stopped=annotation(row, "is_stopped"), at=self.clock()):
                return None
            return self.choose_key(row, keys)
        except Error:
            raise
        except Exception:
            logger.exception("Publication %s could not be set aside.", row.pk)
            return None

    def choose_key(self, row: Publication, keys: list[AccessKey]) -> AccessKey | None:
        kinds = {"image/": "has_pictures", "video/": "has_videos"}
        needs = needed_for(kind for kind, name in kinds.items() if annotation(row, name))
        profile = row.community.profile
        key = choose_key(profile, needs, keys)
        if key is None:
            words = no_key(profile, needs)
            fail(row, Kind.PERMISSION, words, state=PublicationState.DUE, at=self.clock())
        return key

    def choose(self) -> list[tuple[Publication, AccessKey]]:
        """The next ones whose keys have room; the others stay, in their order.

        On one page only one call is under way, and the next begins a second later: posts stand
        there in their order, and a call that waits for its turn there (Telegram's second) would be
        unknown if this worker died. Files are let in by their order too, as long as memory holds
        them: where one must wait, so do those behind it, or it would wait for ever.
        """
        room = min(self.most - self.under_way.total(), BATCH)
        chosen: list[tuple[Publication, AccessKey]] = []
        left: list[tuple[Publication, AccessKey]] = []
        now, busy = time.monotonic(), Counter(self.under_way)
        self.pages = {page: until for page, until in self.pages.items() if until > now}
        pages = set(self.pages)
        held, is_full = self.file_bytes, False
        for place, (row, key) in enumerate(self.waiting):
            if len(chosen) >= room:
                left.extend(self.waiting[place:])
                break
            if busy[key.pk] >= self.lanes[key.pk] or row.community_id in pages:
                left.append((row, key))
                continue
            size = annotated_bytes(row)
            is_full = is_full or bool(size and held and held + size > MOST_FILE_BYTES)
            if size and is_full:
                pages.add(row.community_id)
                left.append((row, key))
            else:
                held += size
                busy[key.pk] += 1
                pages.add(row.community_id)
                chosen.append((row, key))
        self.waiting = left
        return chosen

    # --- Calls -----------------------------------------------------------------------------------

    def call(self, sending: Sending) -> None:
        """In a thread: the call and nothing else."""
        self.done.put((sending, sending.ready.send()))

    def take_answers(self, *, wait: float) -> None:
        """Store what has come in; the first is waited for."""
        while True:
            try:
                sending, outcome = self.done.get(timeout=wait)
            except queue.Empty:
                return
            wait = 0.0
            key = sending.ready.key.pk
            self.pages[sending.ready.row.community_id] = time.monotonic() + PAGE_REST
            self.under_way[key] -= 1
            self.file_bytes -= file_bytes(sending)
            if not self.under_way[key]:
                del self.under_way[key]
            self.store(sending, outcome)

    def store(self, sending: Sending, outcome: Outcome[Published]) -> None:
        """What is known of the network is kept, if the database answers within a few seconds.

        Else it stays as being sent, and is looked up when its lease is over.
        """
        ready = sending.ready
        for _attempt in range(STORE_TRIES):
            try:
                take_outcome(ready.held, sending.attempt, outcome, key=ready.key, at=self.clock())
            except Exception:
                logger.exception("What came of publication %s was not stored.", ready.held.pk)
                close_old_connections()
                time.sleep(AFTER_FAILURE)
            else:
                return

    def tidy(self) -> None:
        """A few of those that are out, beside the sending; what fails is found again later."""
        if time.monotonic() - self.tidied_at < TIDY_EVERY:
            return
        self.tidied_at = time.monotonic()
        try:
            finish_sent(at=self.clock(), most=TIDIED)
        except Error:
            logger.exception("Nothing could be finished.")
            close_old_connections()

    def check_in_quiet(self) -> None:
        if self.waiting or self.under_way or self.is_until_dry:
            return
        try:
            self.checks.check_some(at=self.clock())
        except Error:
            logger.exception("Nothing could be checked.")
            close_old_connections()


def annotation(row: Publication, name: str) -> bool:
    """What `find_due` says of the row."""
    return bool(getattr(row, name))


def annotated_bytes(row: Publication) -> int:
    return int(getattr(row, "file_bytes"))  # noqa: B009 # set by `find_due`


def file_bytes(sending: Sending) -> int:
    return sum(len(each.content) for each in sending.ready.draft.attachments)


def lanes(key: AccessKey) -> int:
    """How many calls of a key under way use its limit up: more would only wait for their turn."""
    limit = windows(token_of(key))[-1]
    return math.ceil(limit.calls / limit.seconds * USUAL_CALL) + 1
