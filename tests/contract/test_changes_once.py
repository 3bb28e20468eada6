"""A changing call is sent exactly once, whatever comes of it: a second create buys twice, a second reboot does harm."""

import asyncio

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble

from .conftest import Clients
from .raw_provider import RawProvider, Step, answer, closes, hangs, html, resets, then_closes
from .samples import CHANGES, WEB, page

FAILURES: dict[str, tuple[Step, Trouble, bool]] = {
    "refused": (answer(400, {"detail": "Server is already running"}), Trouble.REFUSED, False),
    "no token": (answer(401), Trouble.UNAUTHORIZED, False),
    "no credit": (answer(402), Trouble.NO_CREDIT, False),
    "not permitted": (answer(403), Trouble.FORBIDDEN, False),
    "no such server": (answer(404), Trouble.NOT_FOUND, False),
    "too many calls": (answer(429), Trouble.RATE_LIMITED, False),
    "too many calls, come back at once": (answer(429, retry_after="0"), Trouble.RATE_LIMITED, False),
    "server error": (answer(500), Trouble.UNAVAILABLE, True),
    "bad gateway, as a page": (html(502), Trouble.UNAVAILABLE, True),
    "maintenance, come back at once": (answer(503, retry_after="0"), Trouble.UNAVAILABLE, True),
    "a page": (html(200), Trouble.UNREADABLE, True),
    "a redirect that keeps the method": (answer(307, location="/api/v1/servers/"), Trouble.UNREADABLE, True),
    "a redirect with another slash": (answer(301, location="/api/v1/servers/1"), Trouble.UNREADABLE, True),
    "no HTTP": (then_closes(b"nonsense\r\n\r\n"), Trouble.UNREADABLE, True),
    "closed without a word": (closes, Trouble.LOST, True),
    "closed within the head": (then_closes(b"HTTP/1.1 200 OK\r\nConte"), Trouble.LOST, True),
    "closed within the body": (then_closes(answer(200, WEB)[:-10]), Trouble.LOST, True),
    "reset": (resets, Trouble.LOST, True),
    "no answer in time": (hangs, Trouble.LOST, True),
}
# A 204 has no body, so nobody reads a deletion's.
ONLY_WITH_A_BODY: dict[str, Step] = {
    "an empty 200": answer(200),
    "half a JSON": answer(200, b'{"id": 12345, "na'),
    "JSON of another shape": answer(200, b"[]"),
    "a text": answer(201, b'"created"'),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_sent_once(change: str, failure: str, clients: Clients, provider: RawProvider) -> None:
    step, trouble, may_have_happened = FAILURES[failure]
    provider.says(step)
    account = clients.account(total_timeout=0.15 if step is hangs else 3.0)
    with pytest.raises(ProviderError) as caught:
        await CHANGES[change](account)
    assert (caught.value.trouble, caught.value.may_have_happened) == (trouble, may_have_happened)
    assert len(provider.heard) == provider.connections == 1
    assert clients.naps == []


@pytest.mark.parametrize("failure", ONLY_WITH_A_BODY)
@pytest.mark.parametrize("change", [name for name in CHANGES if name != "delete"])
async def test_an_unreadable_yes_may_be_a_yes(
    change: str, failure: str, account: ProviderAccount, provider: RawProvider
) -> None:
    provider.says(ONLY_WITH_A_BODY[failure])
    with pytest.raises(ProviderError) as caught:
        await CHANGES[change](account)
    assert caught.value.trouble is Trouble.UNREADABLE
    assert caught.value.may_have_happened
    assert len(provider.heard) == 1


async def test_a_cancelled_change_is_logged_and_not_sent_again(account: ProviderAccount, provider: RawProvider) -> None:
    arrived = asyncio.Event()

    async def waits(writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await hangs(writer)

    provider.says(waits)
    with capture_logs() as lines:
        change = asyncio.create_task(account.reboot("12345"))
        await arrived.wait()
        change.cancel()
        with pytest.raises(asyncio.CancelledError):
            await change
    assert [line["outcome"] for line in lines] == ["cancelled"]
    assert len(provider.heard) == 1


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_a_deletion_needs_no_body(status: int, account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(status))
    await account.delete("12345")
    assert len(provider.heard) == 1


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_never_uses_a_connection_that_may_be_dead(
    change: str, account: ProviderAccount, provider: RawProvider
) -> None:
    provider.says(answer(200, page(WEB)), answer(200, WEB))
    await account.servers()
    await CHANGES[change](account)
    await CHANGES[change](account)
    assert len(provider.heard) == 3
    assert provider.connections == 3


async def test_reads_do_keep_their_connection(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(WEB)))
    await account.servers()
    await account.servers()
    assert (len(provider.heard), provider.connections) == (2, 1)


@pytest.mark.parametrize(("method", "times"), [("DELETE", 2), ("PUT", 2), ("POST", 1), ("PATCH", 1)])
async def test_why_we_take_care_aiohttp_alone_sends_some_changes_twice(
    method: str, times: int, provider: RawProvider
) -> None:
    """When this fails, aiohttp has stopped doing it, and the middleware in `bot/vps/http.py` can go."""
    provider.says(closes)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await session.request(method, provider.url)
    assert len(provider.heard) == times
