"""At what times of a day the posts of a community go out."""

import datetime as dt
import itertools
from collections.abc import Collection

# Where nobody gave a community its times: so that people are awake, and somebody answers them.
FIRST, LAST = dt.time(10, 0), dt.time(19, 0)
ALONE = dt.time(12, 0)
STEP_MINUTES = 15


def spread(count: int) -> list[dt.time]:
    """So many times of a day, evenly from the first to the last, on whole quarters of an hour."""
    if count <= 1:
        return [ALONE] * count
    begin, end = (time.hour * 60 + time.minute for time in (FIRST, LAST))
    minutes = [begin + (end - begin) * n / (count - 1) for n in range(count)]
    quarters = [int(each // STEP_MINUTES * STEP_MINUTES) for each in minutes]
    return [dt.time(*divmod(quarter, 60)) for quarter in quarters]


def free_times(
    wanted: int, *, usual: Collection[dt.time], taken: Collection[dt.time]
) -> list[dt.time]:
    """Times for `wanted` more posts: the usual ones first, none twice while the day has room."""
    chosen = sorted(set(usual) - set(taken))[:wanted]
    used = {*taken, *chosen}
    for size in itertools.count(len(used) + wanted - len(chosen)):
        others = [time for time in dict.fromkeys(spread(size)) if time not in used]
        lacking = wanted - len(chosen)
        if len(others) >= lacking or size > 100:
            # A day that is full takes the last ones at the same time.
            chosen += [*others, *[LAST] * lacking][:lacking]
            return sorted(chosen)
    raise AssertionError("count() never ends")
