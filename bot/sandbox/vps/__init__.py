"""A local VPS.org: the provider's API in both dialects, with its times, and faults on demand."""

from bot.sandbox.vps.calls import Call
from bot.sandbox.vps.faults import Fault
from bot.sandbox.vps.server import LocalVps, serve
from bot.sandbox.vps.state import Account, Server

__all__ = ["Account", "Call", "Fault", "LocalVps", "Server", "serve"]
