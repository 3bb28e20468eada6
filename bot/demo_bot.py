"""The bot of the demo: `vpsbot serve` with a clock that the page can move. Each line of its input says by how much.

The signatures of the local Slack carry the moved time, so the bot has to live in it, too.
"""

import sys
import threading
from datetime import UTC, datetime, timedelta

from bot.checking import settings_or_exit
from bot.seams import Seams
from bot.serving import serve_forever

_moved = timedelta()


def _now() -> datetime:
    return datetime.now(UTC) + _moved


def _listen() -> None:
    global _moved
    for line in sys.stdin:
        _moved += timedelta(seconds=float(line))


if __name__ == "__main__":
    threading.Thread(target=_listen, daemon=True).start()
    sys.exit(serve_forever(settings_or_exit(), Seams(clock=_now)))
