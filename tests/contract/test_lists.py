"""A list is complete or an error: `next` is followed, but only within the provider's own address."""

import pytest

from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble

from .conftest import Clients
from .raw_provider import RawProvider, answer
from .samples import DB, PLAN, WEB, page

SECOND = "/api/v1/servers/?page=2"


@pytest.mark.parametrize("link", ["?page=2", "/api/v1/servers/?page=2", "{url}/servers/?page=2", "./?page=2#rows"])
async def test_next_is_followed(link: str, account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(WEB, next=link.replace("{url}", provider.url))), answer(200, page(DB, next=None)))
    assert [server.id for server in await account.servers()] == ["12345", "12346"]
    assert [heard.target for heard in provider.heard] == ["/api/v1/servers/", SECOND]


@pytest.mark.parametrize("end", [None, "", False])
async def test_the_end_of_a_list(end: object, account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(WEB, next=end)))
    assert len(await account.servers()) == 1


async def test_a_bare_array_is_a_list(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, [WEB, DB]))
    assert len(await account.servers()) == 2


async def test_plans_have_pages_too(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(PLAN, next="?page=2")), answer(200, page(PLAN | {"id": 2})))
    assert [plan.id for plan in await account.plans()] == ["1", "2"]


async def test_a_server_that_slipped_to_the_next_page_is_one(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(WEB, next="?page=2")), answer(200, page(WEB, DB)))
    assert [server.id for server in await account.servers()] == ["12345", "12346"]


async def test_a_page_that_fails_for_a_moment_is_asked_again(
    account: ProviderAccount, clients: Clients, provider: RawProvider
) -> None:
    provider.says(answer(200, page(WEB, next="?page=2")), answer(503), answer(200, page(DB)))
    assert len(await account.servers()) == 2
    assert [heard.target for heard in provider.heard] == ["/api/v1/servers/", SECOND, SECOND]
    assert len(clients.naps) == 1


async def test_half_a_list_is_no_list(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(WEB, next="?page=2")), answer(403))
    with pytest.raises(ProviderError) as caught:
        await account.servers()
    assert caught.value.trouble is Trouble.FORBIDDEN


@pytest.mark.parametrize(
    "link",
    [
        "{other}/servers/?page=2",
        "https://127.0.0.1:{port}/api/v1/servers/?page=2",
        "http://localhost:{port}/api/v1/servers/?page=2",
        "http://127.0.0.1/api/v1/servers/?page=2",
        "//evil.example/api/v1/servers/",
        "http://user:pw@127.0.0.1:{port}/api/v1/servers/",
        "http://127.0.0.1:{port}@evil.example/api/v1/servers/",
        "http://127.0.0.1:{port}\\@evil.example/api/v1/servers/",
        "/api/v2/servers/?page=2",
        "/api/v1x/servers/",
        "/api/v1/../admin/",
        "/api/v1/%2e%2e/admin/",
        "/api/v1/%252e%252e/admin/",
        "/api/v1/..%2fadmin/",
        "/api/v1/..%5cadmin/",
        "../../../admin/",
        "/",
        "javascript:alert(1)",
        "http://[::1",
        "http://127.0.0.1:99999/api/v1/servers/",
        "/api/v1/servers/?page=2\r\nX: y",
        " /api/v1/servers/?page=2",
        "/api/v1/servers/" + "x" * 5000,
        2,
        True,
        ["?page=2"],
        {"href": "?page=2"},
    ],
)
async def test_next_elsewhere_is_not_followed(
    link: object, account: ProviderAccount, clients: Clients, provider: RawProvider
) -> None:
    other = RawProvider()
    await other.start()
    other.says(answer(200, page(DB)))
    if isinstance(link, str):
        link = link.replace("{other}", other.url).replace("{port}", str(provider.port))
    provider.says(answer(200, page(WEB, next=link)))
    with pytest.raises(ProviderError) as caught:
        await account.servers()
    await other.stop()
    assert caught.value.trouble is Trouble.UNREADABLE
    assert other.connections == 0
    assert len(provider.heard) == 1


@pytest.mark.parametrize("link", ["/api/v1/servers/", "?page=1"])
async def test_a_circle_ends(link: str, account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(WEB, next="?page=1")), answer(200, page(DB, next=link)))
    with pytest.raises(ProviderError, match="circle"):
        await account.servers()
    assert len(provider.heard) == 2


async def test_a_list_without_end_ends(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(*(answer(200, page(next=f"?page={n}")) for n in range(2, 200)))
    with pytest.raises(ProviderError, match="does not end"):
        await account.servers()
    assert len(provider.heard) == 100
