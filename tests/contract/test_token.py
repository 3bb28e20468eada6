"""The token goes to the provider and nowhere else: no other address, no error, no repr, no log line."""

import traceback

import pytest
from structlog.testing import capture_logs

from bot.vps.client import ProviderAccount, VpsClient
from bot.vps.errors import ProviderError, Trouble
from bot.vps.http import HttpSend
from bot.vps.text import Token
from bot.vps.wire import Request

from .conftest import TOKEN, Clients
from .raw_provider import RawProvider, Slam, Step, answer, closes, hangs, html, resets, then_closes
from .samples import CHANGES, READS, WEB, page

SECRET = "s3cret"
STEPS: dict[str, Step] = {
    "good": answer(200, page(WEB)),
    "echoed in a sentence": answer(401, {"detail": f"Token {TOKEN} is not valid"}),
    "echoed in a field": answer(400, {"token": [f"{TOKEN} is not valid"], TOKEN: ["is not a field"]}),
    "echoed where words are cut": answer(400, {"detail": "x" * 290 + TOKEN}),
    "echoed with a control character in it": answer(400, {"detail": f"{TOKEN[:9]}\u0007{TOKEN[9:]}"}),
    "a page": html(200),
    "half a JSON": answer(200, f'{{"token": "{TOKEN}"'.encode()),
    "server error": answer(500, {"error": TOKEN}),
    "no HTTP": then_closes(b"nonsense\r\n\r\n"),
    "closed": closes,
    "closed within the body": then_closes(answer(200, page(WEB))[:-10]),
    "reset": resets,
    "closed before it could be sent": Slam.CLOSED,
    "no answer in time": hangs,
    "a redirect": answer(302, location=f"/?token={TOKEN}"),
    "next elsewhere": answer(200, page(WEB, next=f"https://evil.example/?{TOKEN}")),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("ask", [*READS, *CHANGES])
async def test_nothing_we_print_holds_it(ask: str, step: str, clients: Clients, provider: RawProvider) -> None:
    provider.says(STEPS[step])
    account = clients.account(total_timeout=0.05 if step == "no answer in time" else 3.0)
    printed = [repr(account)]
    with capture_logs() as lines:
        try:
            await (READS | CHANGES)[ask](account)
        except ProviderError as error:
            printed += [str(error), repr(error), repr(error.__dict__), *_whole_traceback(error)]
    assert lines
    assert SECRET not in "".join([*printed, repr(lines)])


def _whole_traceback(error: BaseException) -> list[str]:
    """With the local variables of every frame, as some log formatters print it, and all that led to it."""
    return list(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.parametrize("token", ["another/kind=of.token", TOKEN])
async def test_a_token_of_any_form_is_masked(token: str, clients: Clients, provider: RawProvider) -> None:
    provider.says(answer(403, {"detail": f"{token} may not"}))
    with pytest.raises(ProviderError) as caught:
        await clients.client().account(token).start("1")
    assert caught.value.words == "vps_… may not"


async def test_a_token_pasted_as_a_servers_name_is_not_logged(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(404))
    with capture_logs() as [*_], pytest.raises(ProviderError):
        await account.server("vps_somebody-elses")
    with capture_logs() as lines, pytest.raises(ProviderError):
        await account.server("vps_somebody-elses")
    assert [line["path"] for line in lines] == ["/servers/vps_…/"]


async def test_the_log_line_says_what_happened(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(503), answer(200, page(WEB)))
    with capture_logs() as lines:
        await account.servers(status="active")
    assert [line.pop("ms") >= 0 for line in lines] == [True, True]
    same = {
        "event": "provider call",
        "log_level": "info",
        "method": "GET",
        "path": "/servers/",
        "correlation_id": "call-1",
    }
    assert lines == [same | {"status": 503, "outcome": "unavailable"}, same | {"status": 200, "outcome": "ok"}]


def test_values_that_hold_it_do_not_show_it() -> None:
    request = Request("GET", "https://admin.vps.org", {"Authorization": f"Bearer {TOKEN}"}, {"note": TOKEN})
    assert SECRET not in f"{request!r} {Token(TOKEN)!r} {Token(TOKEN)}"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("ask", [*READS, *CHANGES])
async def test_a_redirect_to_another_host_is_not_followed(
    ask: str, status: int, account: ProviderAccount, provider: RawProvider
) -> None:
    other = RawProvider()
    await other.start()
    provider.says(answer(status, location=f"{other.url}/servers/"))
    with pytest.raises(ProviderError) as caught:
        await (READS | CHANGES)[ask](account)
    await other.stop()
    assert (caught.value.trouble, caught.value.status) == (Trouble.UNREADABLE, status)
    assert other.connections == 0
    assert len(provider.heard) == 1


async def test_no_cookie_goes_from_one_account_to_another(clients: Clients, provider: RawProvider) -> None:
    # Under a name: a jar that keeps cookies would not keep those of a bare address.
    client = clients.client(provider.url.replace("127.0.0.1", "localhost"))
    provider.says(answer(200, page(), set_cookie="session=ann; Path=/"))
    await client.account("vps_anns-token").servers()
    await client.account("vps_bobs-token").servers()
    assert [heard.headers["authorization"] for heard in provider.heard] == [
        "Bearer vps_anns-token",
        "Bearer vps_bobs-token",
    ]
    assert not any("cookie" in heard.headers for heard in provider.heard)


async def test_a_proxy_in_the_environment_gets_nothing(
    account: ProviderAccount, provider: RawProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = RawProvider()
    await other.start()
    monkeypatch.setenv("http_proxy", other.url)
    monkeypatch.delenv("no_proxy", raising=False)
    provider.says(answer(200, page()))
    await account.servers()
    await other.stop()
    assert other.connections == 0


@pytest.mark.parametrize(
    "token", ["", " ", "two words", "vps_a\r\nX-Evil: y", "vps_\u043a\u043b\u044e\u0447", "vps_a\x00"]
)
async def test_what_cannot_be_a_token_is_not_sent(token: str, clients: Clients, provider: RawProvider) -> None:
    with pytest.raises(ProviderError) as caught:
        await clients.client().account(token).me()
    assert caught.value.trouble is Trouble.UNAUTHORIZED
    assert provider.connections == 0


async def test_a_token_is_trimmed(clients: Clients, provider: RawProvider) -> None:
    provider.says(answer(200, page()))
    await clients.client().account(f" {TOKEN}\n").servers()
    assert provider.heard[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "url",
    [
        "https://admin.vps.org/api/v1",
        "https://admin.vps.org/api/v1/",
        "http://127.0.0.1:8080/api/v1",
        "http://127.9.9.9/api/v1",
        "http://localhost/api/v1",
        "http://[::1]:8080/api/v1",
    ],
)
def test_addresses_that_may_have_a_token(url: str) -> None:
    VpsClient(url, send=HttpSend())


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://admin.vps.org/api/v1", "must start with https"),
        ("http://10.0.0.1/api/v1", "must start with https"),
        ("http://0.0.0.0/api/v1", "must start with https"),
        ("http://localhost.evil.example/api/v1", "must start with https"),
        ("http://127.0.0.1.evil.example/api/v1", "must start with https"),
        ("ftp://admin.vps.org/api/v1", "must look like"),
        ("admin.vps.org/api/v1", "must look like"),
        ("https:///api/v1", "must look like"),
        ("https://admin.vps.org\\@evil.example/", "must look like"),
        ("", "must look like"),
        ("https://ann:s3cret@admin.vps.org/api/v1", "user name or password"),
        ("https://admin.vps.org/api/v1?key=s3cret", "must end with its path"),
        ("https://[::1", "not a URL"),
        ("https://admin.vps.org:port/api/v1", "not a URL"),
    ],
)
def test_addresses_that_must_not(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        VpsClient(url, send=HttpSend())
    assert SECRET not in str(caught.value)
