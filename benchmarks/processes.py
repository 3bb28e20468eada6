"""The servers that are measured: processes of their own, on a core of their own where there are several."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
READY_WITHIN = 30.0
LOOK_EVERY = 0.005


def cores() -> tuple[int | None, int | None]:
    """The core for the server and the one for the load; None where they can't be chosen."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else (None, None)


def stay_on(core: int | None) -> None:
    """Keeps this process (and what it starts from now on) on one core."""
    if core is not None:
        os.sched_setaffinity(0, {core})


@dataclass(frozen=True)
class Server:
    """A server that answers `/readyz`; `ready_after` is in seconds since its process was started."""

    port: int
    ready_after: float
    pid: int

    def memory(self) -> float:
        """Resident memory in MB (10^6 bytes); 0 where the system doesn't say."""
        with suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024 / 1e6
        return 0.0


@asynccontextmanager
async def serving(
    module: Sequence[str], environment: Mapping[str, str], folder: Path, core: int | None
) -> AsyncIterator[Server]:
    """Runs `python -m MODULE…` until the block ends. `{port}` in it, and PORT, are a free port."""
    port = _free_port()
    command = [sys.executable, "-m", *(part.format(port=port) for part in module)]
    said = folder / f"{port}.log"
    with said.open("wb") as log:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *command,
            env=os.environ | environment | {"PORT": str(port)},
            stdout=log,
            stderr=log,
            preexec_fn=lambda: stay_on(core),
        )
    try:
        await _until_ready(process, port, said)
        yield Server(port, time.perf_counter() - began, process.pid)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _until_ready(process: asyncio.subprocess.Process, port: int, said: Path) -> None:
    until = time.perf_counter() + READY_WITHIN
    while time.perf_counter() < until and process.returncode is None:
        if await _is_ready(port):
            return
        await asyncio.sleep(LOOK_EVERY)
    raise RuntimeError(f"a server did not get ready:\n{said.read_text(errors='replace')[-3000:]}")


async def _is_ready(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    try:
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
