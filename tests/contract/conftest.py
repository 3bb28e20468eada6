"""A scripted provider, and clients of it whose sleeps are only written down."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.vps.client import ProviderAccount, VpsClient
from bot.vps.http import HttpSend

from .raw_provider import RawProvider

TOKEN = "vps_s3cret-s3cret-s3cret"


@dataclass
class Clients:
    """Makes clients. `naps` holds every sleep they asked for, in seconds; none of them was slept."""

    url: str
    naps: list[float] = field(default_factory=list)
    sends: list[HttpSend] = field(default_factory=list)

    def client(self, url: str = "", **limits: float) -> VpsClient:
        """A client of `url`, the provider's by default, with `HttpSend`'s limits."""
        send = HttpSend(
            connect_timeout=limits.get("connect_timeout", 2.0),
            total_timeout=limits.get("total_timeout", 3.0),
            max_answer=int(limits.get("max_answer", 8 * 1024 * 1024)),
        )
        self.sends.append(send)
        ids = iter(f"call-{n}" for n in range(1, 1000))
        return VpsClient(url or self.url, send=send, sleep=self._nap, new_id=lambda: next(ids))

    def account(self, url: str = "", **limits: float) -> ProviderAccount:
        """One token's view of such a client."""
        return self.client(url, **limits).account(TOKEN)

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)


@pytest.fixture
async def provider() -> AsyncIterator[RawProvider]:
    """A provider that says what the test scripts."""
    raw = RawProvider()
    await raw.start()
    yield raw
    await raw.stop()


@pytest.fixture
async def clients(provider: RawProvider) -> AsyncIterator[Clients]:
    """Clients of that provider."""
    made = Clients(provider.url)
    yield made
    for send in made.sends:
        await send.close()


@pytest.fixture
def account(clients: Clients) -> ProviderAccount:
    """An ordinary account of that provider."""
    return clients.account()
