"""What comes back from Slack's page of consent, and doesn't fit: nothing is installed, and the page says why."""

from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlencode, urlsplit

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from tests.conftest import Opens
from tests.stories.installing import Browser, a_browser, log_of, rows
from tests.world import World


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_to_all(opens_common: Opens) -> AsyncIterator[World]:
    """A bot for answers of Slack's that install nothing."""
    async with opens_common(many=True) as world:
        yield world


Comes = Callable[[Browser, World], Awaitable[str]]
"""Begins an installation; gives the address that the browser comes back with."""


async def _from_another_browser(browser: Browser, world: World) -> str:
    await browser.begins()
    async with a_browser(world) as other:
        return world.team.allow(await other.begins(), world.ada)


async def _without_a_cookie(browser: Browser, world: World) -> str:
    address = world.team.allow(await browser.begins(), world.ada)
    browser.session.cookie_jar.clear()
    return address


async def _made_up(browser: Browser, world: World) -> str:
    state = "1700000000.made-up." + "0" * 64
    browser.session.cookie_jar.update_cookies({"vpsbot_install": state})
    return f"https://vpsbot.example.com/slack/oauth_redirect?{urlencode({'code': '1.2.x', 'state': state})}"


async def _without_a_state(_browser: Browser, _world: World) -> str:
    return "https://vpsbot.example.com/slack/oauth_redirect?code=1.2.x"


async def _late(browser: Browser, world: World) -> str:
    begun = await browser.begins()
    world.clock.move(minutes=10, seconds=1)
    return world.team.allow(begun, world.ada)


async def _used(browser: Browser, world: World) -> str:
    begun = await browser.begins()
    cookies = [(cookie.key, cookie.value) for cookie in browser.session.cookie_jar]
    await browser.comes_back(world.team.deny(begun))
    browser.session.cookie_jar.update_cookies(cookies)
    return world.team.allow(begun, world.ada)


async def _denied(browser: Browser, world: World) -> str:
    return world.team.deny(await browser.begins())


async def _refused(browser: Browser, world: World) -> str:
    return world.team.deny(await browser.begins()).replace("access_denied", "%3Cscript%3Ealert(1)%3C%2Fscript%3E")


async def _without_a_code(browser: Browser, world: World) -> str:
    return world.team.allow(await browser.begins(), world.ada).replace("code=", "node=")


async def _with_a_code_of_before(browser: Browser, world: World) -> str:
    return world.team.allow(await browser.begins(), world.ada).replace("code=", "code=9")


async def _while_slack_is_away(browser: Browser, world: World) -> str:
    world.slack.fail("oauth.v2.access", error="closed")
    return world.team.allow(await browser.begins(), world.ada)


async def _with_another_secret(browser: Browser, world: World) -> str:
    world.slack.fail("oauth.v2.access", error="bad_client_secret")
    return world.team.allow(await browser.begins(), world.ada)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("comes", "status", "said"),
    [
        (_from_another_browser, 400, "This browser did not begin this installation"),
        (_without_a_cookie, 400, "This browser did not begin this installation"),
        (_made_up, 400, "This browser did not begin this installation"),
        (_without_a_state, 400, "This browser did not begin this installation"),
        (_late, 400, "This installation was begun more than ten minutes ago. Start again at /slack/install."),
        (_used, 400, "This answer of Slack&#x27;s was used already."),
        (_denied, 200, "Nothing was installed: you said no."),
        (_refused, 400, "Slack refused: &lt;script&gt;alert(1)&lt;/script&gt;."),
        (_without_a_code, 400, "Slack&#x27;s answer has no code."),
        (_with_a_code_of_before, 502, "Slack does not know this code any more. Start again at /slack/install."),
        (_while_slack_is_away, 502, "Slack could not be reached."),
        (_with_another_secret, 502, "Slack does not know this bot (bad_client_secret)"),
    ],
)
async def test_an_answer_that_does_not_fit_installs_nothing_and_says_why(
    open_to_all: World, comes: Comes, status: int, said: str
) -> None:
    async with a_browser(open_to_all) as browser:
        got = await browser.comes_back(await comes(browser, open_to_all))
    assert got[0] == status
    assert said in got[1] and "<script" not in got[1]
    assert await rows(open_to_all, "SELECT * FROM installations") == []
    assert await log_of(open_to_all, open_to_all.team.id) == []
    open_to_all.slack.forget_problems()


@pytest.mark.asyncio(loop_scope="module")
async def test_the_way_to_slack_asks_for_the_scopes_and_binds_the_browser(open_to_all: World) -> None:
    async with (
        ClientSession() as session,
        session.get(f"{open_to_all.bot_url}/slack/install", allow_redirects=False) as answer,
    ):
        assert urlsplit(answer.headers["Location"]).path == "/oauth/v2/authorize"
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=600" in cookie
