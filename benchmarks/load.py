"""The load: a process of its own that sends signed `/vps` commands over connections it keeps, one at a time on each.

Bodies and signatures are made before the clock starts; no two are alike, so that no answer is a repeat's. It speaks
HTTP by hand, because a client library would cost as much as the servers that are measured.
"""

import asyncio
import gc
import hmac
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import cycle, islice
from urllib.parse import urlencode

MOST_A_SECOND = 8_000
"""More requests than any server here answers: so many are signed beforehand."""

LATE = 1.4
"""Seconds after which the bot may acknowledge with nothing, and answer beside (its budget is 1.5)."""

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Job:
    """What to send, how, and what every answer must contain. It ends after `seconds`, or when `texts` are used up.

    `texts` is what stands behind `/vps`; `around`: take them again and again. `channels` are typed in by turns.
    """

    host: str
    port: int
    secret: str
    connections: int
    seconds: float
    texts: list[str]
    around: bool
    expects: str
    workspace: str
    user: str
    channels: list[str]


@dataclass(frozen=True)
class Measured:
    """What came of it. Times are milliseconds.

    `late` were acknowledged in time and answered beside; `wrong` are answers that were not what was asked for.
    """

    answered: int
    seconds: float
    p50: float
    p99: float
    late: int
    wrong: list[str]

    @property
    def a_second(self) -> float:
        """Requests answered a second."""
        return self.answered / self.seconds


async def measure(job: Job, core: int | None) -> Measured:
    """Runs the job in a process of its own, on `core` if there is a choice. Raises RuntimeError for a wrong answer."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.load", "" if core is None else str(core)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await child.communicate(json.dumps(asdict(job)).encode())
    if child.returncode:
        raise RuntimeError("the load could not be sent")
    measured = Measured(**json.loads(printed))
    if measured.wrong or not measured.answered:
        raise RuntimeError(f"{len(measured.wrong)} wrong answers of {measured.answered}: {measured.wrong[:1]}")
    return measured


def percentile(times: list[float], part: float) -> float:
    """The nearest rank: the smallest time that `part` of all don't exceed."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * round(part * 1000) // 1000) - 1)]


@dataclass
class _Run:
    job: Job
    requests: Iterator[bytes]
    until: float
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    open: int = 0
    times: list[float] = field(default_factory=list)
    late: int = 0
    wrong: list[str] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, sends the next."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._transport: asyncio.Transport
        self._buffer = b""
        self._began = 0.0
        self._expects = run.job.expects.encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._run.open += 1
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        took = time.perf_counter() - self._began
        self._run.times.append(took)
        if b" 200 " in head[:16] and not body and self._expects and took >= LATE:
            self._run.late += 1
        elif b" 200 " not in head[:16] or self._expects not in body:
            self._run.wrong.append(self._buffer[:500].decode(errors="replace"))
        self._buffer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc or self._buffer:
            self._run.wrong.append(f"the connection broke: {exc}")
        self._run.open -= 1
        if not self._run.open:
            self._run.idle.set()

    def _send(self) -> None:
        request = next(self._run.requests, None) if time.perf_counter() < self._run.until else None
        if request is None:
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    found = LENGTH.search(head)
    return int(found[1]) if found else 0


def _requests(job: Job) -> list[bytes]:
    number = int(job.seconds * MOST_A_SECOND)
    texts = islice(cycle(job.texts) if job.around else iter(job.texts), number)
    unique = f"{os.getpid()}.{time.time_ns()}"
    return [_request(job, text, f"{unique}.{n}", job.channels[n % len(job.channels)]) for n, text in enumerate(texts)]


def _request(job: Job, text: str, trigger: str, channel: str) -> bytes:
    """A slash command as Slack sends it ("Implementing slash commands")."""
    form = {
        "token": "unused",
        "team_id": job.workspace,
        "team_domain": "acme",
        "channel_id": channel,
        "channel_name": "ops",
        "user_id": job.user,
        "user_name": "olga",
        "command": "/vps",
        "text": text,
        "api_app_id": "A0VPSBOT",
        "is_enterprise_install": "false",
        "response_url": f"https://hooks.slack.com/commands/{job.workspace}/{trigger}",
        "trigger_id": trigger,
    }
    body = urlencode(form).encode()
    timestamp = str(int(time.time()))
    signature = hmac.new(job.secret.encode(), b"v0:" + timestamp.encode() + b":" + body, sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1",
        f"Host: {job.host}:{job.port}",
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept-Encoding: gzip,deflate",
        "Accept: application/json,*/*",
        f"X-Slack-Signature: v0={signature}",
        f"X-Slack-Request-Timestamp: {timestamp}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def _run(job: Job) -> Measured:
    signed = iter(_requests(job))
    gc.disable()  # the generator's own pauses would be measured as the server's
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    run = _Run(job, signed, began + job.seconds)
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(run), job.host, job.port)
    await run.idle.wait()
    seconds = time.perf_counter() - began
    milliseconds = [each * 1000 for each in run.times] or [0.0]
    return Measured(
        answered=len(run.times),
        seconds=seconds,
        p50=percentile(milliseconds, 0.5),
        p99=percentile(milliseconds, 0.99),
        late=run.late,
        wrong=run.wrong[:5],
    )


def main() -> None:
    """A job as JSON on standard input, what was measured as JSON on standard output."""
    if sys.argv[1] and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(sys.argv[1])})
    measured = asyncio.run(_run(Job(**json.load(sys.stdin))))
    json.dump(asdict(measured), sys.stdout)


if __name__ == "__main__":
    main()
