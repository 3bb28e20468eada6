"""Events, with their three repeats. docs.slack.dev/apis/events-api."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.slack.delivery import Answer, Delivery, Transport, deliver
from bot.sandbox.slack.model import Json, Team
from bot.sandbox.slack.world import World

REPEATS = (0.0, 60.0, 300.0)
"""Seconds after the failure at which an event comes again: at once, after one and after five minutes."""
WORST = 0.95
FEWEST_A_HOUR = 1_000
_REASONS = {
    "operation_timeout": "http_timeout",
    "dispatch_failed": "connection_failed",
    "http_client_error": "http_error",
    "http_service_error": "http_error",
}


@dataclass(slots=True)
class _Waiting:
    due: float
    number: int
    reason: str
    team: Team
    envelope: Json
    name: str


@dataclass(slots=True)
class Events:
    """Sends events the app subscribed to, and repeats those that were not acknowledged."""

    world: World
    transport: Transport
    waiting: list[_Waiting] = field(default_factory=list)
    turned_off: bool = False
    """Whether Slack has stopped sending: over 95 % of at least 1,000 deliveries in an hour failed."""
    _hour: deque[tuple[float, bool]] = field(default_factory=deque)
    _failed: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def emit(self, team: Team, subscription: str, event: Json) -> None:
        """Sends an event if the manifest subscribes to it; returns when it was acknowledged or has failed twice."""
        if subscription not in self.world.manifest.bot_events or team.installation.dead:
            return
        await self.send(team, event)

    async def send(self, team: Team, event: Json) -> None:
        """Sends an event whoever subscribed (`app_uninstalled` reaches an app that is no longer there)."""
        if self.turned_off:
            return
        ts = self.world.ts()
        envelope = {
            "token": self.world.verification_token,
            "team_id": team.id,
            "context_team_id": team.id,
            "api_app_id": self.world.app_id,
            "event": {"event_ts": ts, **event},
            "type": "event_callback",
            "event_id": f"Ev0{self.world.number():08d}",
            "event_time": int(self.world.now()),
            "authorizations": [
                {
                    "enterprise_id": team.installation.enterprise_id or None,
                    "team_id": team.id,
                    "user_id": team.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": bool(team.installation.enterprise_id),
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event['type']}-{self.world.number()}",
        }
        await self._attempt(_Waiting(0.0, 0, "", team, envelope, event["type"]))

    async def deliver_due(self) -> None:
        """Sends the repeats that are due by the sandbox's clock."""
        async with self._lock:
            now = self.world.now()
            due = [each for each in self.waiting if each.due <= now]
            self.waiting = [each for each in self.waiting if each.due > now]
            for each in due:
                await self._attempt(each)

    async def _attempt(self, waiting: _Waiting) -> None:
        headers = {}
        if waiting.number:
            headers = {"X-Slack-Retry-Num": str(waiting.number), "X-Slack-Retry-Reason": waiting.reason}
        delivery = Delivery(
            "event",
            waiting.name,
            waiting.team.id,
            waiting.envelope,
            "events_api",
            self.world.manifest.events_url,
            headers,
        )
        answer = await deliver(self.world, self.transport, delivery)
        self._count(bool(answer.error))
        if not answer.error or self.turned_off or waiting.number >= len(REPEATS) or _wants_no_repeat(answer):
            return
        waiting.reason = _REASONS.get(answer.error, "unknown_error")
        waiting.due = self.world.now() + REPEATS[waiting.number]
        waiting.number += 1
        if waiting.due <= self.world.now():
            await self._attempt(waiting)
        else:
            self.waiting.append(waiting)

    def _count(self, failed: bool) -> None:
        now = self.world.now()
        self._hour.append((now, failed))
        self._failed += failed
        while self._hour[0][0] < now - 3600:
            self._failed -= self._hour.popleft()[1]
        if len(self._hour) >= FEWEST_A_HOUR and self._failed > WORST * len(self._hour):
            self.turned_off = True


async def verify_url(world: World, transport: Transport) -> bool:
    """Asks the bot for the `challenge` of url_verification, as Slack does when an address is entered."""
    challenge = f"challenge-{world.number()}-{time.monotonic_ns()}"
    body = {"token": world.verification_token, "challenge": challenge, "type": "url_verification"}
    delivery = Delivery("event", "url_verification", "", body, "events_api", world.manifest.events_url)
    answer = await deliver(world, transport, delivery)
    said = (
        answer.data.get("challenge")
        if isinstance(answer.data, dict)
        else answer.body.decode("utf-8", "replace").strip()
    )
    return not answer.error and said == challenge


def _wants_no_repeat(answer: Answer) -> bool:
    return answer.headers.get("X-Slack-No-Retry") == "1"
