"""An answer is capped in size and time, and costs no more memory than that."""

import asyncio
import gzip
import tracemalloc

import pytest

from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble

from .conftest import Clients
from .raw_provider import Act, RawProvider, answer
from .samples import WEB, page

MB = 1024 * 1024


def pours(provider: RawProvider, *, announced: bool, size: int = 50 * MB) -> Act:
    """A huge answer, in one length or in chunks; `provider.written` counts what was taken from it."""
    head = f"Content-Length: {size}" if announced else "Transfer-Encoding: chunked"
    block = b"x" * 65536

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
        for _ in range(size // len(block)):
            writer.write(block if announced else b"10000\r\n" + block + b"\r\n")
            await writer.drain()
            provider.written += len(block)

    return act


@pytest.mark.parametrize("announced", [True, False])
async def test_fifty_megabytes_are_not_read(announced: bool, account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(pours(provider, announced=announced))
    tracemalloc.start()
    try:
        with pytest.raises(ProviderError) as caught:
            await account.servers()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.trouble is Trouble.UNREADABLE
    assert "larger than" in str(caught.value)
    assert peak < 24 * MB
    assert provider.written < 30 * MB


async def test_a_small_answer_that_unpacks_to_fifty_megabytes(account: ProviderAccount, provider: RawProvider) -> None:
    bomb = gzip.compress(b" " * 50 * MB)
    provider.says(answer(200, bomb, content_encoding="gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(ProviderError) as caught:
            await account.servers()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.trouble is Trouble.UNREADABLE
    assert peak < 24 * MB


async def test_compressed_answers_are_read(account: ProviderAccount, provider: RawProvider) -> None:
    packed = gzip.compress(answer(200, page(WEB)).partition(b"\r\n\r\n")[2])
    provider.says(answer(200, packed, content_encoding="gzip"))
    assert len(await account.servers()) == 1


@pytest.mark.parametrize("size", [1000, 1001])
async def test_the_cap_is_exact(size: int, clients: Clients, provider: RawProvider) -> None:
    body = b'{"results": []' + b" " * (size - 15) + b"}"
    provider.says(answer(200, body))
    account = clients.account(max_answer=1000)
    if size <= 1000:
        assert await account.servers() == ()
    else:
        with pytest.raises(ProviderError, match="larger than 1000"):
            await account.servers()


async def test_a_slow_answer_within_the_time_is_an_answer(clients: Clients, provider: RawProvider) -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        data = answer(200, page(WEB))
        for start in range(0, len(data), 100):
            writer.write(data[start : start + 100])
            await asyncio.sleep(0.01)

    provider.says(slowly)
    assert len(await clients.account(total_timeout=3.0).servers()) == 1


async def test_slow_calls_do_not_hold_up_another(clients: Clients, provider: RawProvider) -> None:
    crowd, arrived, go = 150, asyncio.Event(), asyncio.Event()

    async def waits(writer: asyncio.StreamWriter) -> None:
        if len(provider.heard) == crowd:
            arrived.set()
        await go.wait()
        writer.write(answer(200, page(WEB)))

    account = clients.account()
    provider.says(waits)
    slow = [asyncio.create_task(account.servers()) for _ in range(crowd)]
    await arrived.wait()
    provider.says(answer(200, page()))
    assert await account.servers() == ()
    go.set()
    assert {len(rows) for rows in await asyncio.gather(*slow)} == {1}
