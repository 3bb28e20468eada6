"""When a read is tried again.

Only reads (GET) ask this page; a change is sent exactly once. A read is tried at most three times. It is tried again
after UNAVAILABLE, LOST, UNREACHABLE and RATE_LIMITED, because those pass by themselves; a refusal or an answer we
can't read would be the same a second later. The pause doubles from half a second, less a random part, unless the
provider names one (`Retry-After`): up to five seconds that one is kept, a longer one is left to the caller. No
further try starts later than eight seconds after the first.

The sleep goes through the client's own hole, which stamina does not offer, so the policy is written out here.
"""

from bot.vps.errors import ProviderError, Trouble

TRIES = 3
BUDGET = 8.0
LONGEST_PAUSE = 5.0
_FIRST_PAUSE = 0.5
_PASSING = frozenset({Trouble.UNAVAILABLE, Trouble.LOST, Trouble.UNREACHABLE, Trouble.RATE_LIMITED})


def pause_before_next(error: ProviderError, *, tries: int, elapsed: float, chance: float) -> float | None:
    """Seconds to wait before the next try of a read, or None to give up.

    `tries` were made, the first of them `elapsed` seconds ago; `chance` in [0, 1) spreads clients that failed together.
    """
    if error.trouble not in _PASSING or tries >= TRIES:
        return None
    pause = _FIRST_PAUSE * 2.0 ** (tries - 1) * (1 - chance / 2)
    if error.retry_after is not None:
        # Not below our own pause: "Retry-After: 0" is no invitation to hammer.
        pause = max(error.retry_after, pause)
    if pause > LONGEST_PAUSE or elapsed + pause > BUDGET:
        return None
    return pause
