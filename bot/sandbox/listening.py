"""Starting a sandbox as a program of its own: what can't be is said in a sentence."""

import os
from collections.abc import Awaitable, Callable


class CannotServe(Exception):
    """A sentence for the person who started it: what was given wrong, and what would be right."""


async def listen(
    start: Callable[[int, str], Awaitable[object]], stop: Callable[[], Awaitable[None]], port: int, host: str
) -> None:
    """Starts to listen there. Raises CannotServe when that can't be, and leaves nothing open."""
    try:
        await start(port, host)
    except OSError as error:
        await stop()
        words = os.strerror(error.errno or 0)
        raise CannotServe(f"Can't listen on {host}:{port}: {words}. Choose another --port.") from error
