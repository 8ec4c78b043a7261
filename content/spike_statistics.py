"""How often so many people complain by chance alone. No database.

The people of a window are held against those of the same weekday and hours of the weeks before. A
client's usual rate is not known, only estimated from few people: so the comparison is with the
negative binomial that a Poisson rate leaves when Gamma says how uncertain it is (Jeffreys' prior,
shape ½). Of a client to whom nobody complained in eight weeks, five at once are no chance; of a
busy one five are any afternoon. People are counted, not comments: one angry person who writes ten
times is one.
"""

from scipy.stats import nbinom

PRIOR = 0.5
# With fewer weeks nothing is known of what is usual: only far more people than the floor tell.
FEWEST_WINDOWS = 2
BLIND_FACTOR = 2


def chance_of(people: int, *, before: int, windows: int) -> float:
    """P(so many or more in one window), `before` being those of all `windows` before together.

    1.0 where too few windows are known.
    """
    if windows < FEWEST_WINDOWS:
        return 1.0
    return float(nbinom.sf(people - 1, before + PRIOR, windows / (windows + 1)))


def is_spike(people: int, *, before: int, windows: int, limit: float, floor: int) -> bool:
    if people < floor:
        return False
    if windows < FEWEST_WINDOWS:
        return people >= BLIND_FACTOR * floor
    return chance_of(people, before=before, windows=windows) < limit
