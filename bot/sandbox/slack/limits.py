"""Slack's rate limits, by the sandbox's clock, as a bucket per method and workspace that refills steadily.

docs.slack.dev/apis/web-api/rate-limits: tier 1 is 1+ a minute, tier 2 20+, tier 3 50+, tier 4 100+; posting is one
message a second and channel, "short bursts allowed". Slack does not publish its bursts. Here a tier's bucket holds one
minute's calls, and a channel's bucket ten messages: a burst at one instant of a standing clock, and no more.
"""

from bot.sandbox.clock import Clock

TIERS = {1: 1, 2: 20, 3: 50, 4: 100, 5: 600}
"""Calls a minute. Tier 5 is Slack's "special": its own limits, generous in general."""
POSTING_BURST = 10
POSTING_A_SECOND = 1.0
WORKSPACE_POSTS = 300
"""Posted messages a minute in one workspace ("several hundred" in Slack's words)."""


class Limits:
    """Answers how many seconds a call must wait; 0 lets it through and counts it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, ...], tuple[float, float]] = {}
        self._told: dict[tuple[str, ...], float] = {}
        self._posted: dict[tuple[str, ...], float] = {}

    def wait(self, key: tuple[str, ...], burst: float, a_second: float) -> float:
        """Takes one from the bucket `key`; else the seconds until one is there."""
        now = self._clock.time()
        left, seen = self._buckets.get(key, (burst, now))
        left = min(burst, left + (now - seen) * a_second)
        if left < 1 - 1e-9:
            self._buckets[key] = (left, now)
            wait = (1 - left) / a_second
            self._told[key] = now + wait
            return wait
        self._buckets[key] = (left - 1, now)
        return 0.0

    def soon(self, team_id: str, channel_id: str) -> bool:
        """Whether the channel's last message is less than a second old; notes that there is another now."""
        now, key = self._clock.time(), ("post", team_id, channel_id)
        before = self._posted.get(key)
        self._posted[key] = now
        return before is not None and now - before < 1 / POSTING_A_SECOND - 1e-6

    def ignored(self, key: tuple[str, ...]) -> bool:
        """Whether this caller was told to wait and the time is not over."""
        return self._told.get(key, 0.0) > self._clock.time() + 1e-9

    def tier(self, tier: int, method: str, caller: str) -> float:
        """The wait for a method of this tier, for this workspace or client."""
        return self.wait((method, caller), TIERS[tier], TIERS[tier] / 60)

    def posting(self, team_id: str, channel_id: str) -> float:
        """The wait for posting a message into this channel."""
        return self.wait(("post", team_id, channel_id), POSTING_BURST, POSTING_A_SECOND) or self.wait(
            ("posts", team_id), WORKSPACE_POSTS, WORKSPACE_POSTS / 60
        )
