"""What a failed read is called, and in whose words it is told."""

import asyncio
import socket
from collections.abc import Iterator, Mapping

import pytest

from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble

from .conftest import Clients
from .raw_provider import RawProvider, Slam, Step, answer, closes, hangs, html, resets, then_closes
from .samples import READS, WEB, page

ANSWERS: dict[str, tuple[Step, Trouble, int | None]] = {
    "no token": (answer(401, {"detail": "Invalid token."}), Trouble.UNAUTHORIZED, 401),
    "no credit": (answer(402, {"detail": "Not enough credits"}), Trouble.NO_CREDIT, 402),
    "not permitted": (answer(403, {"detail": "Forbidden"}), Trouble.FORBIDDEN, 403),
    "no such server": (answer(404, {"detail": "Not found."}), Trouble.NOT_FOUND, 404),
    "gone": (answer(410), Trouble.NOT_FOUND, 410),
    "invalid": (answer(400, {"name": ["Too long."]}), Trouble.REFUSED, 400),
    "conflict": (answer(409), Trouble.REFUSED, 409),
    "a teapot": (answer(418), Trouble.REFUSED, 418),
    "too many calls": (answer(429), Trouble.RATE_LIMITED, 429),
    "server error": (answer(500), Trouble.UNAVAILABLE, 500),
    "bad gateway, as a page": (html(502), Trouble.UNAVAILABLE, 502),
    "maintenance": (answer(503), Trouble.UNAVAILABLE, 503),
    "not found, as a page": (html(404), Trouble.NOT_FOUND, 404),
    "a page": (html(200), Trouble.UNREADABLE, 200),
    "a page that calls itself JSON": (answer(200, b"<html>", content_type="application/json"), Trouble.UNREADABLE, 200),
    "nothing": (answer(200), Trouble.UNREADABLE, 200),
    "no content": (answer(204), Trouble.UNREADABLE, 204),
    "half a JSON": (answer(200, b'{"count": 2, "results": [{"id": 1'), Trouble.UNREADABLE, 200),
    "JSON of another shape": (answer(200, {"servers": []}), Trouble.UNREADABLE, 200),
    "a list of something else": (answer(200, [1, None, "x"]), Trouble.UNREADABLE, 200),
    "not UTF-8": (answer(200, b'{"results": ["\xff\xfe"]}'), Trouble.UNREADABLE, 200),
    "nested without end": (answer(200, b"[" * 200_000), Trouble.UNREADABLE, 200),
    "a number of 5000 digits": (answer(200, b"1" * 5000), Trouble.UNREADABLE, 200),
    "a redirect": (answer(302, location="/elsewhere/"), Trouble.UNREADABLE, 302),
    "a status that isn't one": (answer(799), Trouble.UNREADABLE, 799),
    "no HTTP": (then_closes(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Trouble.UNREADABLE, None),
    "closed without a word": (closes, Trouble.LOST, None),
    "closed within the head": (then_closes(b"HTTP/1.1 200 OK\r\nConte"), Trouble.LOST, None),
    "closed within the body": (then_closes(answer(200, page(WEB))[:-10]), Trouble.LOST, None),
    "reset": (resets, Trouble.LOST, None),
    "closed before it could be sent": (Slam.CLOSED, Trouble.LOST, None),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_a_bad_answer_has_a_name(case: str, account: ProviderAccount, provider: RawProvider) -> None:
    step, trouble, status = ANSWERS[case]
    provider.says(step)
    with pytest.raises(ProviderError) as caught:
        await account.servers()
    assert (caught.value.trouble, caught.value.status) == (trouble, status)
    assert caught.value.correlation_id == "call-1"
    assert "<" not in caught.value.words


async def test_silence_is_lost_after_the_total_timeout(clients: Clients, provider: RawProvider) -> None:
    provider.says(hangs)
    with pytest.raises(ProviderError) as caught:
        await clients.account(total_timeout=0.1).delete("1")
    assert caught.value.trouble is Trouble.LOST


async def test_an_answer_that_stops_coming_is_lost(clients: Clients, provider: RawProvider) -> None:
    async def stalls(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, page(WEB))[:-10])
        await hangs(writer)

    provider.says(stalls)
    with pytest.raises(ProviderError) as caught:
        await clients.account(total_timeout=0.1).reboot("1")
    assert caught.value.trouble is Trouble.LOST


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port whose queue is full: connecting to it takes for ever."""
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for filling in (first, second):
            filling.setblocking(False)
            filling.connect_ex(deaf.getsockname())
        yield deaf.getsockname()[1]


async def test_a_refused_connection_never_left_us(clients: Clients, closed_port: int) -> None:
    await _is_unreachable(clients.account(f"http://127.0.0.1:{closed_port}/api/v1"))


async def test_a_name_that_does_not_exist_never_left_us(clients: Clients) -> None:
    await _is_unreachable(clients.account("https://nobody.invalid/api/v1"))


async def test_a_connection_that_takes_too_long_never_left_us(clients: Clients, deaf_port: int) -> None:
    await _is_unreachable(clients.account(f"http://127.0.0.1:{deaf_port}/api/v1", connect_timeout=0.1))


async def test_a_total_timeout_while_connecting_never_left_us(clients: Clients, deaf_port: int) -> None:
    await _is_unreachable(clients.account(f"http://127.0.0.1:{deaf_port}/api/v1", total_timeout=0.1))


async def test_a_failed_tls_handshake_never_left_us(clients: Clients, provider: RawProvider) -> None:
    provider.says(Slam.NO_TLS)
    await _is_unreachable(clients.account(provider.url.replace("http://", "https://")))


async def _is_unreachable(account: ProviderAccount) -> None:
    with pytest.raises(ProviderError) as caught:
        await account.delete("1")
    assert caught.value.trouble is Trouble.UNREACHABLE
    assert not caught.value.may_have_happened


LONG = "no " * 200
WORDS: dict[str, tuple[object, str, Mapping[str, str]]] = {
    "detail": ({"detail": "Not enough credits", "message": "other"}, "Not enough credits", {}),
    "message": ({"message": "Server is already running"}, "Server is already running", {}),
    "error": ({"error": "nope"}, "nope", {}),
    "error with a message in it": ({"error": {"code": 7, "message": "nope"}}, "nope", {}),
    "fields": (
        {"name": ["Too long.", "Only letters."], "plan_id": ["Unknown plan."]},
        "",
        {"name": "Too long. Only letters.", "plan_id": "Unknown plan."},
    ),
    "fields below errors": ({"errors": {"name": ["Too long."]}}, "", {"name": "Too long."}),
    "general errors of a form": ({"non_field_errors": ["Pick another."], "x": ["y"]}, "Pick another.", {"x": "y"}),
    "a list of sentences": (["One.", "Two."], "One. Two.", {}),
    "a sentence": ("Just no.", "Just no.", {}),
    "line feeds and bells": ({"detail": "a\r\nb\x07\x1b[31mc\u202ed"}, "a b[31mcd", {}),
    "too long": ({"detail": LONG}, f"{LONG[:299]}…", {}),
    "a mention stays as it is, escaping is Slack's": ({"detail": "<!channel> & so"}, "<!channel> & so", {}),
    "a page in a sentence": ({"detail": "<!DOCTYPE html><html>trace</html>"}, "", {}),
    "half a character": ({"detail": "a\ud800b"}, "ab", {}),
    "nothing of use": ({"status": "error", "code": 3, "name": {"x": 1}, "y": [[1]]}, "", {}),
    "null": (None, "", {}),
}


@pytest.mark.parametrize("case", WORDS)
async def test_the_providers_words_are_kept(case: str, account: ProviderAccount, provider: RawProvider) -> None:
    body, words, fields = WORDS[case]
    provider.says(answer(400, body))
    with pytest.raises(ProviderError) as caught:
        await account.start("1")
    assert caught.value.words == words
    assert caught.value.fields == fields


@pytest.mark.parametrize("ask", ["server", "servers", "plans"])
@pytest.mark.parametrize("missing", ["id", "name"])
async def test_a_row_without_id_or_name_is_named(
    ask: str, missing: str, account: ProviderAccount, provider: RawProvider
) -> None:
    row = {key: value for key, value in WEB.items() if key != missing}
    provider.says(answer(200, row if ask == "server" else page(row)))
    with pytest.raises(ProviderError, match=f"unreadable.*has no .*{missing}"):
        await READS[ask](account)


async def test_another_servers_page_is_not_believed(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, WEB))
    with pytest.raises(ProviderError, match="another server"):
        await account.server("12346")


@pytest.mark.parametrize("server_id", ["", ".", "..", "a\nb"])
async def test_what_cannot_be_an_id_is_not_sent(
    server_id: str, account: ProviderAccount, provider: RawProvider
) -> None:
    with pytest.raises(ProviderError) as caught:
        await account.delete(server_id)
    assert caught.value.trouble is Trouble.REFUSED
    assert provider.connections == 0
