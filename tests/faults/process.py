"""The child process as the test holds it: started, listened to, killed, stopped, continued."""

import asyncio
import json
import multiprocessing
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.faults import child

PATIENCE = 20.0
"""Seconds after which a wait is a failure. A round takes one or two."""

# Children are forked from a process that has imported the bot and done nothing else: importing takes far longer than
# a round. None of them has threads or an event loop before it is on its own.
_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload([child.__name__])


class Stuck(AssertionError):
    """What was waited for did not come; the message has the child's last words."""


class BotProcess:
    """One process that serves the bot.

    `points` are those it visited so far, `visits` the same by the task that passed them: the engine's are called by
    their workspace. `address` is empty until it listens. `stood`: it was seen stopped.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.points: list[str] = []
        self.visits: defaultdict[str, list[str]] = defaultdict(list)
        self.lines: list[str] = []
        self.address = ""
        self.stood = False
        self._rest = b""
        self._said = asyncio.Event()
        self._output, theirs = _NURSERY.Pipe(duplex=False)
        self._process = _NURSERY.Process(target=child.run, args=(dict(environment), theirs), daemon=True)
        self._process.start()
        theirs.close()  # so that the child's end is the end of the output
        self.alive = True
        asyncio.get_running_loop().add_reader(self._output.fileno(), self._hear)

    @property
    def exit_status(self) -> int:
        """How it ended: 0, or the negative number of the signal that killed it."""
        self._process.join()
        status = self._process.exitcode
        assert status is not None
        return status

    async def until(self, holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> bool:
        """Waits until something holds, which is looked at whenever the child said something.

        False when the child ended before. Raises Stuck.
        """
        try:
            async with asyncio.timeout(patience):
                while not holds():
                    if not self.alive:
                        return False
                    self._said.clear()
                    await self._said.wait()
        except TimeoutError:
            raise Stuck(
                f"{what} did not come within {patience:.0f} s; the bot said last:\n{self.last_words()}"
            ) from None
        return True

    async def listens(self) -> bool:
        """Waits until it listens; False when it ended before."""
        return await self.until(lambda: bool(self.address), "the listening bot")

    async def ends(self, patience: float = PATIENCE) -> int:
        """Waits for its end: the exit status."""
        await self.until(lambda: not self.alive, "the end of the process", patience)
        return self.exit_status

    async def terminate(self) -> int:
        """Ends it as an operator does."""
        if self.alive:
            self.signal(signal.SIGTERM)
        return await self.ends()

    async def stopped(self) -> None:
        """Waits until SIGSTOP has taken hold (Linux)."""
        async with asyncio.timeout(PATIENCE):
            while not self.stands:  # nobody tells
                await asyncio.sleep(0.005)

    @property
    def stands(self) -> bool:
        """Whether it was stopped, and not continued."""
        stands = self.alive and self._state() == "T"
        self.stood = self.stood or stands
        return stands

    def _state(self) -> str:
        """Its state as Linux knows it: R, S, T…"""
        return Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def signal(self, sign: signal.Signals) -> None:
        """Sends a signal to this process, and to no other."""
        assert self._process.pid is not None
        os.kill(self._process.pid, sign)

    def close(self) -> None:
        """Leaves nothing behind."""
        if self.alive:
            self._process.kill()
            self._over()
        self._process.join()
        self._process.close()

    def last_words(self) -> str:
        """The end of what it said."""
        return "\n".join(self.lines[-40:])

    def hear(self) -> None:
        """Hears what it has said up to now."""
        while self.alive and self._output.poll():
            self._hear()

    def _hear(self) -> None:
        heard = os.read(self._output.fileno(), 1 << 16)
        if not heard:
            self._over()
            return
        *lines, self._rest = (self._rest + heard).split(b"\n")
        for line in lines:
            self._note(line.decode("utf-8", "replace"))
        self._said.set()

    def _note(self, line: str) -> None:
        self.lines.append(line)
        if line.startswith(child.POINT):
            point, _, task = line.removeprefix(child.POINT).partition("\t")
            self.points.append(point)
            self.visits[task].append(point)
        elif '"listening"' in line:
            self.address = str(json.loads(line)["address"])

    def _over(self) -> None:
        self.alive = False
        asyncio.get_running_loop().remove_reader(self._output.fileno())
        self._output.close()
        self._said.set()
