"""What the stories of installing share: a browser, a second workspace, an account that is connected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import ClientSession, CookieJar

from bot.sandbox.slack.testing import LocalPerson, LocalTeam
from tests.world import World


class Browser:
    """A browser that begins installations and comes back from Slack's page of consent."""

    def __init__(self, world: World, session: ClientSession) -> None:
        self.world = world
        self.session = session

    async def begins(self) -> str:
        """Opens `/slack/install`: where it is sent to."""
        async with self.session.get(f"{self.world.bot_url}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302
            return answer.headers["Location"]

    async def comes_back(self, address: str) -> tuple[int, str]:
        """Follows Slack's redirect to the bot's public address: status and page."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://vpsbot.example.com/slack/oauth_redirect"
        async with self.session.get(f"{self.world.bot_url}{parts.path}?{parts.query}") as answer:
            return answer.status, await answer.text()

    async def installs(self, team: LocalTeam, by: LocalPerson, *, org_wide: bool = False) -> str:
        """The whole way; gives the page at its end."""
        status, page = await self.comes_back(team.allow(await self.begins(), by, org_wide=org_wide))
        assert status == 200, page
        return page


@asynccontextmanager
async def a_browser(world: World) -> AsyncIterator[Browser]:
    """A browser with cookies of its own."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:  # "unsafe": an address without a name
        yield Browser(world, session)


async def installed(world: World, team: LocalTeam, by: LocalPerson) -> str:
    """A workspace installs the app, in a browser that is closed again."""
    async with a_browser(world) as browser:
        return await browser.installs(team, by)


async def connected(world: World, person: LocalPerson, token: str) -> None:
    """An admin connects their workspace to an account."""
    await person.says("/vps connect")
    await world.settle()
    await person.fills("API token", token)
    assert await person.submits() == {}
    await world.settle()
    assert person.sees("Connected to")
    await person.closes_dialog(everything=True)
