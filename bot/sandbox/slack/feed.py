"""What the pages of people are told as it happens: server-sent events or a WebSocket, each stream for one person."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

BUFFERED = 1_000


@dataclass(slots=True, eq=False)
class Stream:
    """The events of one person: those kept for a reconnecting page, and the pages that listen."""

    team_id: str
    user_id: str
    kept: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=BUFFERED))
    listeners: set[asyncio.Queue[str]] = field(default_factory=set)


class Feed:
    """Hands events to streams. Costs next to nothing while no page has ever been opened."""

    def __init__(self) -> None:
        self._streams: dict[tuple[str, str], Stream] = {}
        self._count = 0
        self.changed = asyncio.Event()
        """Set at every change; `wait_for_change` of the tests replaces it."""

    def stream(self, team_id: str, user_id: str) -> Stream:
        """The stream of this person, made on first use."""
        return self._streams.setdefault((team_id, user_id), Stream(team_id, user_id))

    def tell(self, team_id: str, event: str, data: Callable[[str], Any]) -> None:
        """Sends an event to everybody for whom `data(person id)` is not None."""
        self.changed.set()
        if not self._streams:
            return
        self._count += 1
        for stream in self._streams.values():
            if stream.team_id == team_id and (body := data(stream.user_id)) is not None:
                self._send(stream, event, body)

    def tell_one(self, team_id: str, user_id: str, event: str, data: Callable[[], Any]) -> None:
        """Sends an event to one person, if that person's page was ever open."""
        self.changed.set()
        stream = self._streams.get((team_id, user_id))
        if stream is not None:
            self._count += 1
            self._send(stream, event, data())

    def tell_all(self, event: str, data: Any) -> None:
        """Sends an event to every page."""
        self.changed.set()
        self._count += 1
        for stream in self._streams.values():
            self._send(stream, event, data)

    def missed(self, stream: Stream, last: str) -> list[str] | None:
        """What came after the event with this id; None when it is no longer known."""
        if not last.isdecimal() or int(last) > self._count:
            return None
        if stream.kept and int(last) < stream.kept[0][0] - 1 and len(stream.kept) == stream.kept.maxlen:
            return None
        return [text for number, text in stream.kept if number > int(last)]

    def text(self, event: str, data: Any) -> str:
        """An event as it goes over the wire, for a page that has just come."""
        return f"id: {self._count}\nevent: {event}\ndata: {json.dumps(data)}\n\n"

    def end(self) -> None:
        """Wakes all listening pages, so that their streams can end."""
        for stream in self._streams.values():
            for queue in stream.listeners:
                queue.put_nowait(": goodbye\n\n")

    def _send(self, stream: Stream, event: str, data: Any) -> None:
        text = self.text(event, data)
        stream.kept.append((self._count, text))
        for queue in stream.listeners:
            queue.put_nowait(text)
